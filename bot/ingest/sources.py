"""Page sources and tables on the disk: the only place that reads them."""

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

# Many times what any page of the site has. They bound the memory and time that a stranger's file can cost.
MAX_BYTES = 2 * 1024 * 1024
MAX_LINES = 50_000
LINE_ENDS = ("\n", "\r", "²", "<br")
SOURCE_SUFFIX = ".txt"
TITLES_FILE, MEDIA_FILE, SUBPAGES_FILE = "titles.toml", "media.toml", "subpages.toml"
PAGE_NAME = re.compile(r"[A-Za-z0-9]{1,100}")
# Increase it whenever the reader reads something differently: then every trope is loaded again.
READER_VERSION = "2"


@dataclass(frozen=True, slots=True)
class Source:
    """A page source as it was found; `content_hash` is 32 hexadecimal digits made from the file's bytes."""

    name: str
    text: str
    content_hash: str


@dataclass(frozen=True, slots=True)
class ParseJob:
    """A source to be parsed, and the id of its trope."""

    file: Path
    trope_id: int


@dataclass(frozen=True)
class SiteTables:
    """What the reader knows besides the pages: the bytes of the tables in `folder`."""

    folder: Path
    titles: bytes
    media: bytes
    subpages: bytes

    @cached_property
    def content_hash(self) -> str:
        """Changes whenever the tables or the reader do."""
        return hash_bytes(self.titles + self.media + self.subpages + READER_VERSION.encode())

    @cached_property
    def lexicon(self) -> Lexicon:
        """What the tables say.

        Raises:
            SourceError: One is malformed.
        """
        titles = parse_toml(self.folder / TITLES_FILE, self.titles)
        media = parse_toml(self.folder / MEDIA_FILE, self.media)
        return Lexicon.from_tables(titles, media, parse_toml(self.folder / SUBPAGES_FILE, self.subpages))

    def validate(self) -> None:
        """Read the tables, so that an error in them is reported before any source is read.

        Raises:
            SourceError: One is malformed.
        """
        _ = self.lexicon


def find_sources(paths: Sequence[Path]) -> Iterator[Path]:
    """Return the files among `paths`: files as they are, of folders every ``.txt`` file in them, by name.

    Raises:
        SourceError: A path is neither a file nor a folder; nothing was returned yet.
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
    """Return the page source in a file.

    Raises:
        SourceError: It cannot be read, is over MAX_BYTES or MAX_LINES, not UTF-8 text, or not named after a page.
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
    """Return the tables in a folder.

    Raises:
        SourceError: One is missing.
    """
    data = []
    for path in (folder / TITLES_FILE, folder / MEDIA_FILE, folder / SUBPAGES_FILE):
        try:
            data.append(path.read_bytes())
        except OSError as error:
            raise SourceError(f"The table {path} cannot be read: {error.strerror}.") from error
    return SiteTables(folder, *data)


def fingerprint(source: Source, tables: SiteTables) -> str:
    """Return what changes whenever the rows made from `source` could."""
    return hash_bytes(f"{source.name} {source.content_hash} {tables.content_hash}".encode())


def parse_toml(path: Path, data: bytes) -> dict[str, Any]:
    """Return a table.

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
