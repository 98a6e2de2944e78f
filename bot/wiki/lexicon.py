"""Look up the titles of pages and the media of folders."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from bot.errors import SourceError
from bot.model import Medium, MediumGroup
from bot.wiki.titles import title_from_page_name

SLUG_LENGTH = 24
# Sections whose bullets are not examples.
NON_EXAMPLE_HEADINGS = frozenset(
    "alternativetitles|laconic|mediatags|notes|quotes|quotations|recap|relatedtropes|seealso|subtropes|supertropes|"
    "tropesofthisnature|trivia|tableofcontents|references|externallinks|sistertropes|analysis".split("|")
)
# Headings of examples that are not sorted by medium.
GENERIC_EXAMPLE_HEADINGS = frozenset(
    "examples|example|generalexamples|otherexamples|unsortedexamples|examplesbymedium".split("|")
)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Titles by page and media by folder, both ignoring case."""

    titles: Mapping[str, str]
    folders: Mapping[str, Medium]

    @classmethod
    def from_tables(cls, titles: Mapping[str, Any], media: Mapping[str, Any]) -> "Lexicon":
        """Build the lexicon from the parsed ``titles.toml`` and ``media.toml``.

        Raises:
            SourceError: A table lacks a key or names an unknown group.
        """
        try:
            titles_by_page = {page.casefold(): title for page, title in titles.get("titles", {}).items()}
            return cls(titles_by_page, dict(_media_by_folder(media)))
        except (KeyError, TypeError, AttributeError) as error:
            raise SourceError(f"The tables of titles and media lack or misuse the key {error}.") from error

    def title(self, page: str) -> str:
        """Return the title of `page` (``Namespace/Name``)."""
        title = self.titles.get(page.casefold())
        return title_from_page_name(page.rpartition("/")[2]) if title is None else title

    def medium(self, folder: str) -> Medium | None:
        """Return the medium of a folder's title, or None if it is unknown."""
        return self.folders.get(folder_key(folder))

    def medium_from_folder(self, folder: str) -> Medium:
        """Make a medium for an unknown folder."""
        name = folder.replace("--", "—").strip() or "Other"
        slug = _slug(name)
        return Medium(slug, name, MediumGroup(slug, name), (name.casefold(),))


EMPTY_LEXICON = Lexicon({}, {})


def folder_key(folder: str) -> str:
    """Reduce a folder's title to case-folded letters and digits, with "&" as "and"."""
    return "".join(filter(str.isalnum, folder.replace("&", " and ").casefold()))


def _media_by_folder(media: Mapping[str, Any]) -> Iterator[tuple[str, Medium]]:
    groups = {
        slug: MediumGroup(slug, row["name"], tuple(row.get("words", ())), row["emoji"], int(row["colour"]))
        for slug, row in media["groups"].items()
    }
    for slug, row in media["media"].items():
        medium = Medium(
            slug, row["name"], groups[row["group"]], tuple(row.get("words", ())), row["emoji"], int(row["colour"])
        )
        yield from ((folder_key(folder), medium) for folder in (row["name"], *row.get("folders", ())))


def _slug(name: str) -> str:
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", ascii_name).strip("-")
    if slug and slug == re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") and len(slug) <= SLUG_LENGTH:
        return slug
    # Two shortened or foreign names could have the same slug, so add a hash of the whole name.
    return f"{slug[: SLUG_LENGTH - 7].strip('-')}-{text_hash(name)[:6]}".lstrip("-")


def text_hash(text: str) -> str:
    """Hash `text`, which may contain lone surrogates, to 16 hexadecimal digits."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
