"""What the reader knows beside the page: titles, and the media that folders name. It reads no file itself."""

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
# Headings of sections whose bullets are not examples.
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
    """Titles by page and media by folder, without regard to case."""

    titles: Mapping[str, str]
    folders: Mapping[str, Medium]

    @classmethod
    def from_tables(cls, titles: Mapping[str, Any], media: Mapping[str, Any]) -> "Lexicon":
        """Return the lexicon of two parsed tables, ``titles.toml`` and ``media.toml``.

        Raises:
            SourceError: A table lacks a key or names an unknown group; the sentence says which.
        """
        try:
            named = {page.casefold(): title for page, title in titles.get("titles", {}).items()}
            return cls(named, dict(_media_by_folder(media)))
        except (KeyError, TypeError, AttributeError) as error:
            raise SourceError(f"The tables of titles and media lack or misuse the key {error}.") from error

    def title(self, page: str) -> str:
        """Return the title of `page` (``Namespace/Name``)."""
        known = self.titles.get(page.casefold())
        return title_from_page_name(page.rpartition("/")[2]) if known is None else known

    def medium(self, folder: str) -> Medium | None:
        """Return the medium that a folder's title names, or None if the table does not know it."""
        return self.folders.get(folder_key(folder))

    def medium_from_folder(self, folder: str) -> Medium:
        """Return a medium for an unknown folder."""
        name = folder.replace("--", "—").strip() or "Other"
        slug = _slug(name)
        return Medium(slug, name, MediumGroup(slug, name), (name.casefold(),))


EMPTY_LEXICON = Lexicon({}, {})


def folder_key(folder: str) -> str:
    """Return a folder's title for comparison: letters and digits without case, "&" as "and"."""
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
    # A cut or foreign name could get another's slug, so a hash of the whole name is added.
    return f"{slug[: SLUG_LENGTH - 7].strip('-')}-{text_hash(name)[:6]}".lstrip("-")


def text_hash(text: str) -> str:
    """Return 16 hexadecimal digits made from `text`; lone surrogates are allowed."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
