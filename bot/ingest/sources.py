"""Read page sources and tables from the disk."""

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from typing import Any

from bot.errors import SourceError
from bot.wiki.lexicon import Lexicon

# Far above any page of the site. They bound the memory and time that a stranger's file can cost.
MAX_BYTES = 2 * 1024 * 1024
MAX_LINES = 50_000
LINE_ENDS = ("\n", "\r", "²", "<br")
SOURCE_SUFFIX = ".txt"
TITLES_FILE, MEDIA_FILE = "titles.toml", "media.toml"
PAGE_NAME = re.compile(r"[A-Za-z0-9]{1,100}")
# Increase it whenever the reader changes, so that every trope is loaded again.
READER_VERSION = "1"


@dataclass(frozen=True, slots=True)
class Source:
    """The content of a page source."""

    name: str
    text: str
    content_hash: str  # of the file's bytes


@dataclass(frozen=True, slots=True)
class ParseJob:
    """A source to parse, and the id of its trope."""

    file: Path
    trope_id: int


@dataclass(frozen=True)
class SiteTables:
    """The contents of ``titles.toml`` and ``media.toml`` in `folder`, parsed when needed."""

    folder: Path
    titles: bytes
    media: bytes

    @cached_property
    def content_hash(self) -> str:
        """A hash that changes with the tables and the reader."""
        return hash_bytes(self.titles + self.media + READER_VERSION.encode())

    @cached_property
    def lexicon(self) -> Lexicon:
        """The parsed tables.

        Raises:
            SourceError: One is malformed.
        """
        titles = parse_toml(self.folder / TITLES_FILE, self.titles)
        return Lexicon.from_tables(titles, parse_toml(self.folder / MEDIA_FILE, self.media))

    def validate(self) -> None:
        """Parse the tables, so that an error in them is reported before any source is read.

        Raises:
            SourceError: One is malformed.
        """
        _ = self.lexicon


def find_sources(paths: Sequence[Path]) -> Iterator[Path]:
    """Return the files of `paths`: those named, and the ``.txt`` files of each folder by name.

    Raises:
        SourceError: A path does not exist. Raised before the first file.
    """
    for path in paths:
        if not path.exists():
            raise SourceError(f"{path} does not exist. Name a page source or a folder of them.")

    def files() -> Iterator[Path]:
        for path in paths:
            if path.is_dir():
                yield from sorted(file for file in path.iterdir() if file.suffix == SOURCE_SUFFIX and file.is_file())
            else:
                yield path

    return files()


def read_source(path: Path) -> Source:
    """Read a page source.

    Raises:
        SourceError: It cannot be read, is too long, not UTF-8, or not named after a page.
    """
    if not PAGE_NAME.fullmatch(path.stem):
        raise SourceError(f"{path}: name the file after its page, for example BigHeroicRun.txt.")
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror}.") from error
    if len(data) > MAX_BYTES:
        raise SourceError(f"{path} is over {MAX_BYTES // 1024**2} MiB. No page source is that long.")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise SourceError(f"{path} is not UTF-8 text (byte {error.start + 1}). Save it as UTF-8.") from error
    if max(map(text.count, LINE_ENDS)) > MAX_LINES:
        raise SourceError(f"{path} has over {MAX_LINES:,} lines. No page source has that many.")
    return Source(path.stem, text, hash_bytes(data))


def read_tables(folder: Path) -> SiteTables:
    """Read the tables in a folder.

    Raises:
        SourceError: One cannot be read.
    """
    data = []
    for path in (folder / TITLES_FILE, folder / MEDIA_FILE):
        try:
            data.append(path.read_bytes())
        except OSError as error:
            raise SourceError(f"The table {path} cannot be read: {error.strerror}.") from error
    return SiteTables(folder, *data)


def fingerprint(source: Source, tables: SiteTables) -> str:
    """Return a hash that changes whenever the rows of `source` could."""
    return hash_bytes(f"{source.name} {source.content_hash} {tables.content_hash}".encode())


def parse_toml(path: Path, data: bytes) -> dict[str, Any]:
    """Parse a table.

    Raises:
        SourceError: It is malformed.
    """
    try:
        return tomllib.loads(data.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SourceError(f"The table {path} is malformed: {error}.") from error


def hash_bytes(data: bytes) -> str:
    """Return 32 hexadecimal digits."""
    return blake2b(data, digest_size=16).hexdigest()
