"""Page sources and tables on the disk: the only place that reads them."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.errors import SourceError

if TYPE_CHECKING:
    from bot.wiki.lexicon import Lexicon

# Many times more than any page of the site holds. They bound the memory and the time that a stranger's file can cost.
MAX_BYTES = 2 * 1024 * 1024
MAX_ROWS = 50_000
_ROW_ENDS = ("\n", "\r", "²", "<br")
SUFFIX = ".txt"
TITLES, MEDIA = "titles.toml", "media.toml"
_NAME = re.compile(r"[A-Za-z0-9]{1,100}")
# Counted up whenever the reader reads something differently: then every trope is loaded anew.
READER = "1"


@dataclass(frozen=True, slots=True)
class Source:
    """A page source as it was found.

    Attributes:
        name: The page's name, which is the file's.
        text: What the file holds.
        digest: 32 hexadecimal digits made from the file's bytes.
    """

    name: str
    text: str
    digest: str


@dataclass(frozen=True, slots=True)
class Job:
    """A source to be read, and the number that stands for its trope."""

    file: Path
    trope_id: int


@dataclass(frozen=True)
class Tables:
    """What the reader knows besides the pages.

    Attributes:
        folder: Where the tables are.
        titles: What ``titles.toml`` holds.
        media: What ``media.toml`` holds.
    """

    folder: Path
    titles: bytes
    media: bytes

    @cached_property
    def digest(self) -> str:
        """Changes whenever the tables or the reader do."""
        return _digest(self.titles + self.media + READER.encode())

    @cached_property
    def lexicon(self) -> "Lexicon":
        """What the tables say.

        Raises:
            SourceError: One is malformed.
        """
        # To load the reader and to read the tables is a tenth of a start, which mostly finds nothing new to read.
        from bot.wiki.lexicon import Lexicon  # noqa: PLC0415

        titles = _table(self.folder / TITLES, self.titles)
        return Lexicon.from_tables(titles, _table(self.folder / MEDIA, self.media))

    def check(self) -> None:
        """Reads the tables, so that what is wrong with them is said now and of them.

        Raises:
            SourceError: One is malformed.
        """
        _ = self.lexicon


def find_sources(paths: Sequence[Path]) -> Iterator[Path]:
    """Returns the files that `paths` name: files as they are, of folders every ``.txt`` file in them, by name.

    Raises:
        SourceError: A path is neither a file nor a folder; nothing was returned yet.
    """
    for path in paths:
        if not path.exists():
            raise SourceError(f"{path} is not there: name a page source or a folder of them.")
    return (file for path in paths for file in _files(path))


def _files(path: Path) -> Iterable[Path]:
    if not path.is_dir():
        return [path]
    return sorted(file for file in path.iterdir() if file.suffix == SUFFIX and file.is_file())


def read_source(path: Path) -> Source:
    """Returns the page source in a file.

    Raises:
        SourceError: It cannot be read, is over MAX_BYTES or MAX_ROWS, no UTF-8 text, or not named by a page.
    """
    if not _NAME.fullmatch(path.stem):
        raise SourceError(f"{path} is not named by its page: expected a name like BigHeroicRun.txt.")
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror}.") from error
    if len(data) > MAX_BYTES:
        raise SourceError(f"{path} is over {MAX_BYTES // 1024**2} MiB: a page source is never that long.")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise SourceError(f"{path} is no UTF-8 text (byte {error.start + 1}): save it as UTF-8.") from error
    if max(map(text.count, _ROW_ENDS)) > MAX_ROWS:
        raise SourceError(f"{path} has over {MAX_ROWS:,} rows: a page source never has that many.")
    return Source(path.stem, text, _digest(data))


def read_tables(folder: Path) -> Tables:
    """Returns the tables in a folder.

    Raises:
        SourceError: One is missing.
    """
    return Tables(folder, _bytes(folder / TITLES), _bytes(folder / MEDIA))


def fingerprint(source: Source, tables: Tables) -> str:
    """Returns what changes whenever the rows made from `source` could."""
    return _digest(f"{source.name} {source.digest} {tables.digest}".encode())


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SourceError(f"The table {path} cannot be read: {error.strerror}.") from error


def _table(path: Path, data: bytes) -> dict[str, Any]:
    try:
        return tomllib.loads(data.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SourceError(f"The table {path} is malformed: {error}.") from error


def _digest(data: bytes) -> str:
    return blake2b(data, digest_size=16).hexdigest()
