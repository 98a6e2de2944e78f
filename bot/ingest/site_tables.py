"""Read the tables of titles, media and subpages, and tell when they change."""

import tomllib
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from typing import Any

from bot.errors import SourceError
from bot.render.layout import LAYOUT_VERSION
from bot.wiki.lexicon import Lexicon

TITLES_FILE, MEDIA_FILE, SUBPAGES_FILE = "titles.toml", "media.toml", "subpages.toml"
# Increase it whenever the reader reads something differently: then every trope is loaded again.
READER_VERSION = "5"


@dataclass(frozen=True)
class SiteTables:
    """The site's tables: the bytes of files in `folder`."""

    folder: Path
    titles: bytes
    media: bytes
    subpages: bytes

    @cached_property
    def content_hash(self) -> str:
        """A hash that changes with the tables, the reader and the layout of pages."""
        versions = f"{READER_VERSION} {LAYOUT_VERSION}"
        return hash_bytes(self.titles + self.media + self.subpages + versions.encode())

    @cached_property
    def lexicon(self) -> Lexicon:
        """The parsed tables.

        Raises:
            SourceError: One is malformed.
        """
        titles = _parse_toml(self.folder / TITLES_FILE, self.titles)
        media = _parse_toml(self.folder / MEDIA_FILE, self.media)
        return Lexicon.from_tables(titles, media, _parse_toml(self.folder / SUBPAGES_FILE, self.subpages))

    def validate(self) -> None:
        """Parse the tables, to report their errors before any source is read.

        Raises:
            SourceError: One is malformed.
        """
        _ = self.lexicon


def read_tables(folder: Path) -> SiteTables:
    """Read the tables in a folder.

    Raises:
        SourceError: One cannot be read.
    """
    data = []
    for path in (folder / TITLES_FILE, folder / MEDIA_FILE, folder / SUBPAGES_FILE):
        try:
            data.append(path.read_bytes())
        except OSError as error:
            raise SourceError(f"The table {path} cannot be read: {error.strerror}.") from error
    return SiteTables(folder, *data)


def _parse_toml(path: Path, data: bytes) -> dict[str, Any]:
    try:
        return tomllib.loads(data.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SourceError(f"The table {path} is malformed: {error}.") from error


def hash_bytes(data: bytes) -> str:
    """Return 32 hexadecimal digits."""
    return blake2b(data, digest_size=16).hexdigest()
