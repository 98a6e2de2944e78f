"""Titles of pages, and the media of folders, subpages and namespaces."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from types import MappingProxyType
from typing import Any

from bot.errors import SourceError
from bot.model import Medium, MediumGroup
from bot.model.names import normalize_words
from bot.model.page_names import MAX_CACHED_NAME, title_from_page_name
from bot.wiki.links import parse_link

SLUG_LENGTH = 24
_MAX_CACHED_LINKS = 2048
SLUG = re.compile(f"[a-z0-9-]{{1,{SLUG_LENGTH}}}")
_NON_EXAMPLE_HEADINGS = frozenset(
    "alternativetitles|compare|comparecontrast|compareto|comparewith|contrast|contrastwith|laconic|mediatags|notes|"
    "quotes|quotations|recap|seealso|tropesofthisnature|trivia|tableofcontents|references|externallinks|analysis".split(
        "|"
    )
)
_TROPES_HEADING = re.compile(
    r"\W*(?:(?:sub|super|sister|parent|child|related|similar|contrasting|opposite|inverse)\b\W*(?:and\W+)?)+tropes?\b"
    r"|\W*(?:sub|super)tropes?\b",
    re.IGNORECASE,
)
# Above examples of all media.
GENERIC_EXAMPLE_HEADINGS = frozenset(
    "examples|example|generalexamples|otherexamples|unsortedexamples|examplesbymedium".split("|")
)
_EXAMPLES_HEADING = re.compile(r"\b(?:examples?|tropes?)\b", re.IGNORECASE)
# The initials of titles: "A-D", "E to M", "#", "Numbers and Symbols".
_LETTER = r"(?:[A-Z#]|[0-9]+|numbers?|symbols?)"
_MORE_LETTERS = rf"(?:\s*(?:[-–—/,&]+|to|through|thru|and)\s*{_LETTER}\b){{%s,4}}"
_ONLY_LETTERS = re.compile(_LETTER + _MORE_LETTERS % 0, re.IGNORECASE)
_LETTERS_OF_MEDIUM = re.compile(rf"(?<![^\W_]){_LETTER}{_MORE_LETTERS % 1}\)?\s*\Z", re.IGNORECASE)
_LETTERS_OF_SUBPAGE = re.compile(r"(?:[A-Z0-9]|Numbers?|Symbols?|Zero)To[A-Z]\Z")


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Titles of pages, and media of folders, subpages and namespaces of works. Names ignore case."""

    titles: Mapping[str, str]
    folders: Mapping[str, Medium]
    subpages: Mapping[str, Medium] = field(default_factory=dict)
    namespaces: Mapping[str, Medium] = field(default_factory=dict)
    genre_words: frozenset[str] = frozenset()  # lower-case words that make a folder a genre
    page_titles: Mapping[str, str] = field(default_factory=dict)  # that the page shows, for those not in `titles`
    # Cached: pages name the same works again and again. Only short names, so at most 2 MB.
    _links: dict[str, tuple[str, str | None]] = field(init=False, repr=False, compare=False, default_factory=dict)

    @classmethod
    def from_tables(
        cls, titles: Mapping[str, Any], media: Mapping[str, Any], subpages: Mapping[str, Any] = MappingProxyType({})
    ) -> "Lexicon":
        """Make a lexicon of the parsed ``titles.toml``, ``media.toml`` and ``subpages.toml``.

        Raises:
            SourceError: A table lacks a key, or names an unknown group or medium.
        """
        try:
            titles_by_page = {page.casefold(): title for page, title in titles.get("titles", {}).items()}
            by_slug, by_folder = _read_media(media)
            by_subpage, by_namespace = (
                {name.casefold(): by_slug[slug] for name, slug in subpages.get(key, {}).items()}
                for key in ("subpages", "namespaces")
            )
            genre_words = frozenset(subpages.get("genres", {}).get("words", ()))
        except (KeyError, TypeError, AttributeError) as error:
            raise SourceError(f"The tables of titles, media and subpages lack or misuse the key {error}.") from error
        return cls(titles_by_page, by_folder, by_subpage, by_namespace, genre_words)

    @property
    def media(self) -> list[Medium]:
        """All media, by slug."""
        return sorted({medium.slug: medium for medium in self.folders.values()}.values(), key=lambda each: each.slug)

    def title(self, page: str) -> str:
        """Return the title of `page`, ``Namespace/Name``."""
        key = page.casefold()
        title = self.titles.get(key, self.page_titles.get(key))
        return title_from_page_name(page.rpartition("/")[2]) if title is None else title

    def link(self, typed: str) -> tuple[str, str | None]:
        """Return what a link without brackets shows, and its page: see `parse_link`."""
        if known := self._links.get(typed):
            return known
        link = parse_link(typed)
        words = self.title(link.page) if link.page and link.label is None else link.label or ""
        shown = link.before + words + link.after, link.page
        if len(typed) <= MAX_CACHED_NAME:
            if len(self._links) >= _MAX_CACHED_LINKS:
                self._links.clear()
            self._links[typed] = shown
        return shown

    def medium(self, folder: str) -> Medium | None:
        """Return the medium of a folder's title, also with letters: "Film (A-M)"."""
        medium = self.folders.get(folder_key(folder))
        if medium is None and (letters := _LETTERS_OF_MEDIUM.search(folder)):
            return self.folders.get(folder_key(folder[: letters.start()]))
        return medium

    def subpage_medium(self, name: str) -> Medium | None:
        """Return the medium of a subpage's name without its trope: ``VideoGamesAToM``."""
        for each in (name, _LETTERS_OF_SUBPAGE.sub("", name)):
            if medium := self.subpages.get(each.casefold()) or self.folders.get(folder_key(each)):
                return medium
        return None

    def is_genre(self, folder: str) -> bool:
        """Return whether a folder without a medium is a genre of games or just letters."""
        if folder_key(folder) in self.subpages or _ONLY_LETTERS.fullmatch(folder.strip()):
            return True
        words = normalize_words(folder)
        return "live" not in words and not self.genre_words.isdisjoint(words)  # Live-Action is not a genre

    def medium_from_folder(self, folder: str) -> Medium:
        """Make a medium for an unknown folder."""
        name = folder.replace("--", "—").strip() or "Other"
        slug = _slug(name)
        return Medium(slug, name, MediumGroup(slug, name), (name.casefold(),))


EMPTY_LEXICON = Lexicon({}, {})


def folder_key(folder: str) -> str:
    """Reduce a folder's title to case-folded letters and digits, with "&" as "and"."""
    return "".join(filter(str.isalnum, folder.replace("&", " and ").casefold()))


def has_no_examples(heading: str) -> bool:
    """Return whether a heading is above no examples: "See also", "Sub-tropes"."""
    return folder_key(heading) in _NON_EXAMPLE_HEADINGS or _TROPES_HEADING.match(heading) is not None


def names_no_medium(heading: str) -> bool:
    """Return whether a heading announces examples without a medium: "Tropes in this film"."""
    return folder_key(heading) in GENERIC_EXAMPLE_HEADINGS or _EXAMPLES_HEADING.search(heading) is not None


def starts_examples(heading: str) -> bool:
    """Return whether a heading can only be above examples."""
    return names_no_medium(heading) and "example" in heading.casefold()


def _read_media(media: Mapping[str, Any]) -> tuple[dict[str, Medium], dict[str, Medium]]:
    """Return the media by slug and by folder.

    Raises:
        SourceError: A slug does not fit into a button.
    """
    for slug in (*media["groups"], *media["media"]):
        if not SLUG.fullmatch(slug):
            raise SourceError(f"The table of media has the key {slug!r}. Use at most {SLUG_LENGTH} of a-z, 0-9 and -.")
    groups = {
        slug: MediumGroup(slug, row["name"], tuple(row.get("words", ())), row["emoji"], int(row["colour"]))
        for slug, row in media["groups"].items()
    }
    by_slug: dict[str, Medium] = {}
    by_folder: dict[str, Medium] = {}
    for slug, row in media["media"].items():
        by_slug[slug] = medium = Medium(
            slug, row["name"], groups[row["group"]], tuple(row.get("words", ())), row["emoji"], int(row["colour"])
        )
        by_folder |= {folder_key(folder): medium for folder in (row["name"], *row.get("folders", ()))}
    return by_slug, by_folder


def _slug(name: str) -> str:
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", ascii_name).strip("-")
    if slug and slug == re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") and len(slug) <= SLUG_LENGTH:
        return slug
    # Shortened or foreign names could collide, so add a hash of the whole name.
    return f"{slug[: SLUG_LENGTH - 7].strip('-')}-{text_hash(name)[:6]}".lstrip("-")


def text_hash(text: str) -> str:
    """Hash `text`, which may contain lone surrogates, to 16 hexadecimal digits."""
    return bytes_hash(text.encode("utf-8", "surrogatepass"))


def bytes_hash(data: bytes) -> str:
    """Hash `data` to 16 hexadecimal digits."""
    return blake2b(data, digest_size=8).hexdigest()
