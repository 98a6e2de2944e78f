"""What the reader knows besides the page: written titles, and the media that folders name.

A lexicon is made from two mappings (parsed TOML files); it reads no file itself.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from bot.errors import SourceError
from bot.model import Medium, MediumGroup
from bot.wiki.titles import title_from_page_name

SLUG_LENGTH = 24
# Headings of sections that hold no examples of a medium: their bullets are no examples.
NON_EXAMPLE_HEADINGS = frozenset(
    "alternativetitles|laconic|mediatags|notes|quotes|quotations|recap|relatedtropes|seealso|subtropes|supertropes|"
    "tropesofthisnature|trivia|tableofcontents|references|externallinks|sistertropes|analysis".split("|")
)
# Headings under which examples stand without being sorted by medium.
GENERIC_EXAMPLE_HEADINGS = frozenset(
    "examples|example|generalexamples|otherexamples|unsortedexamples|examplesbymedium".split("|")
)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Titles by page and media by folder; both are looked up without regard to case."""

    titles: Mapping[str, str]
    folders: Mapping[str, Medium]

    @classmethod
    def from_tables(cls, titles: Mapping[str, Any], media: Mapping[str, Any]) -> "Lexicon":
        """Returns the lexicon of two parsed tables, ``titles.toml`` and ``media.toml``.

        Args:
            titles: ``{"titles": {"Namespace/Name": "Title", …}}``.
            media: ``{"groups": {slug: {name, words}}, "media": {slug: {name, group, folders, words, emoji, colour}}}``.

        Raises:
            SourceError: A table lacks a key or names an unknown group; the sentence says which.
        """
        try:
            named = {page.casefold(): title for page, title in titles.get("titles", {}).items()}
            return cls(named, dict(_media_by_folder(media)))
        except (KeyError, TypeError, AttributeError) as error:
            raise SourceError(f"The tables of titles and media lack or misuse the key {error}.") from error

    def title(self, page: str) -> str:
        """Returns the title a person would write for `page` (``Namespace/Name``)."""
        known = self.titles.get(page.casefold())
        return title_from_page_name(page.rpartition("/")[2]) if known is None else known

    def medium(self, folder: str) -> Medium | None:
        """Returns the medium that a folder's title names, or None if the table does not know it."""
        return self.folders.get(folder_key(folder))

    def medium_from_folder(self, folder: str) -> Medium:
        """Returns the medium that an unknown folder is of its own."""
        name = folder.replace("--", "—").strip() or "Other"
        slug = _slug(name)
        return Medium(slug, name, MediumGroup(slug, name), (name.casefold(),))


EMPTY_LEXICON = Lexicon({}, {})


def folder_key(folder: str) -> str:
    """Returns what of a folder's title is compared: letters and digits without case, "&" as "and"."""
    return "".join(filter(str.isalnum, folder.replace("&", " and ").casefold()))


def _media_by_folder(media: Mapping[str, Any]) -> Iterator[tuple[str, Medium]]:
    groups = {slug: _group(slug, row) for slug, row in media["groups"].items()}
    for slug, row in media["media"].items():
        medium = Medium(
            slug, row["name"], groups[row["group"]], tuple(row.get("words", ())), row["emoji"], int(row["colour"])
        )
        yield from ((folder_key(folder), medium) for folder in _folder_titles(row))


def _group(slug: str, row: Mapping[str, Any]) -> MediumGroup:
    return MediumGroup(slug, row["name"], tuple(row.get("words", ())), row["emoji"], int(row["colour"]))


def _folder_titles(row: Mapping[str, Any]) -> Iterable[str]:
    return (row["name"], *row.get("folders", ()))


def _slug(name: str) -> str:
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", ascii_name).strip("-")
    if slug and slug == re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") and len(slug) <= SLUG_LENGTH:
        return slug
    # Cut or foreign names could meet another's slug: a mark made from the whole name keeps them apart.
    mark = text_hash(name)[:6]
    return f"{slug[: SLUG_LENGTH - 7].strip('-')}-{mark}".lstrip("-")


def text_hash(text: str) -> str:
    """Returns 16 hexadecimal digits made from `text`; lone surrogates are allowed."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
