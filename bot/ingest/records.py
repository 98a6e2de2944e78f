"""Files of records, which are exports of `bigrun export` or tables of examples: their layout and their rows."""

import csv
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, Any

from bot.cache import CELLS_BYTES, cached_by_size
from bot.errors import SourceError
from bot.ingest.forms import MEBIBYTE, decode
from bot.ingest.page_names import page_from_typed
from bot.model import MAIN_NAMESPACE
from bot.model.page_names import page_from_address
from bot.wiki.page_kinds import PageKind, page_kind

MAX_ROW_BYTES = 8 * MEBIBYTE
MAX_REFUSALS = 20  # sentences about the rows of a file or a page; more are only counted
COLUMNS = ("trope", "work", "text", "medium")
_REQUIRED = COLUMNS[:3]
# What a column may be called, without case, blanks and punctuation.
_HEADINGS = {
    "trope": ("trope", "tropename", "tropetitle", "tropepage"),
    "work": ("work", "worktitle", "workname", "workpage", "works", "title", "film", "movie", "book", "series", "game"),
    "text": ("text", "example", "exampletext", "description", "content"),
    "medium": ("medium", "media", "mediumname"),
}
_DELIMITERS = ",;\t|"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_EXPORT = re.compile(rb"(?:\xef\xbb\xbf)?\s*\{\s*\"type\"\s*:\s*\"(?:trope|example|title)\"")
_OBJECT = re.compile(rb"(?:\xef\xbb\xbf)?\s*\{\s*\"")
NAME = re.compile(r"[^\W_]{1,200}")
_MARKS = re.compile(r"[\[\]|<>]")
# A column that says of a row that something in it is hidden, but not what.
_SAYS_HIDDEN = re.compile(r"spoil|hidden|hide", re.IGNORECASE)
_NO = frozenset({"", "0", "0.0", "[]", "{}", "n", "no", "none", "null", "nan", "f", "false"})
_APOSTROPHES = str.maketrans("", "", "'’")


@dataclass(frozen=True, slots=True)
class Layout:
    """What a file of records is: "export", "json" (an object a line) or "csv", and where its columns are.

    Attributes:
        columns: The key or the position of each of COLUMNS; None of one that there is not.
        width: How many columns a table has.
        flags: Where the columns are that say of a row whether it hides something.
    """

    kind: str
    columns: tuple[Any, ...] = ()
    delimiter: str = ","
    width: int = 0
    flags: tuple[int, ...] = ()

    @property
    def form(self) -> str:
        """What a report calls it."""
        return "export" if self.kind == "export" else "table"


@dataclass(slots=True)
class Refusals:
    """Rows that were not read: how many, and a sentence for each of the first."""

    count: int = 0
    sentences: list[str] = field(default_factory=list)

    def add(self, sentence: str) -> None:
        """Count a row."""
        self.count += 1
        if self.count <= MAX_REFUSALS:
            self.sentences.append(sentence)

    def lines(self) -> list[str]:
        """Return what there is to say."""
        more = self.count - len(self.sentences)
        return [*self.sentences, f"And {more:,} more rows."] if more else self.sentences


# --- what a file is


def may_be_records(start: bytes) -> bool:
    """Return whether a file that starts so may be one of records."""
    if _EXPORT.match(start):
        return True
    if _OBJECT.match(start):
        return all(re.search(rb'"%s"\s*:' % key.encode(), start) for key in ("trope", "text"))
    try:
        return find_layout(start.partition(b"\n")[0], {}) is not None
    except SourceError:
        return True


def find_layout(first_line: bytes, columns: Mapping[str, str]) -> Layout | None:
    """Return what a file is by its first line, or None if it is none of records.

    `columns` are the names of columns that an operator gave.

    Raises:
        SourceError: It is a table that lacks a column, or that is not in UTF-8.
    """
    if _EXPORT.match(first_line):
        return Layout("export")
    line = decode(first_line).strip()
    if line.startswith("{"):
        try:
            keys = [str(key) for key in json.loads(line)]
        except (ValueError, RecursionError):
            return None
        found = _find_columns(keys, columns)
        return Layout("json", tuple([None if at is None else keys[at] for at in found])) if found else None
    for delimiter in _DELIMITERS:
        headings = line.split(delimiter) if '"' not in line else _first_row(line, delimiter)
        if len(headings) >= len(_REQUIRED) and (found := _find_columns(headings, columns)):
            if first_line.startswith(_UTF_16):
                raise SourceError("it is a table in UTF-16. Save it as CSV in UTF-8.")
            flags = [at for at, heading in enumerate(headings) if _SAYS_HIDDEN.search(heading) and at not in found]
            return Layout("csv", found, delimiter, len(headings), tuple(flags))
    return None


def _first_row(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter, strict=True), [])
    except csv.Error:
        return []


def _find_columns(headings: Sequence[str], columns: Mapping[str, str]) -> tuple[int | None, ...] | None:
    """Return where each of COLUMNS is, or None if these are no headings of a table of examples.

    Raises:
        SourceError: A named column is missing, and others are there.
    """
    plain = [_plain(heading) for heading in headings]
    found: list[int | None] = []
    for column in COLUMNS:
        names = [_plain(columns[column])] if column in columns else _HEADINGS[column]
        found.append(next((plain.index(name) for name in names if name in plain), None))
    missing = [column for column, at in zip(COLUMNS, found, strict=True) if at is None]
    if not {*missing} & {*_REQUIRED, *columns}:
        return tuple(found)
    if columns and len(missing) < len(COLUMNS):
        needed = [column for column in missing if column in _REQUIRED or column in columns]
        lacking = ", ".join(columns.get(column, column) for column in needed)
        raise SourceError(f"it is a table without {lacking}. Name its columns: --columns trope=…,work=…,text=…")
    return None


def _plain(heading: str) -> str:
    return "".join(filter(str.isalnum, heading.casefold()))


# --- rows


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table."""

    trope: str
    work: str
    text: str
    medium: str


class Lines:
    """The lines of a file from a place on, as text. `offset` and `number` say where the next one starts."""

    def __init__(self, stream: IO[bytes], offset: int = 0, number: int = 1) -> None:
        self.offset, self.number = offset, number
        self._stream = stream
        stream.seek(offset)

    def __iter__(self) -> Iterator[str]:
        """Yield each line.

        Raises:
            SourceError: The next line is too long; its place is skipped.
        """
        return self

    def __next__(self) -> str:
        line = self._stream.readline(MAX_ROW_BYTES + 1)
        if not line:
            raise StopIteration
        self.offset, self.number = self.offset + len(line), self.number + 1
        if len(line) <= MAX_ROW_BYTES:
            return decode(line)
        while line and not line.endswith(b"\n"):
            line = self._stream.readline(MAX_ROW_BYTES)
            self.offset += len(line)
        raise SourceError(f"it is over {MAX_ROW_BYTES // MEBIBYTE} MiB")


class BrokenTableError(SourceError):
    """Nothing says where the next row of a table starts."""


def read_row(lines: Lines, layout: Layout) -> Row | None:
    """Return the next row of a table, or None of a blank one.

    Raises:
        StopIteration: There are no more.
        SourceError: It is malformed.
        BrokenTableError: So is all that follows: a text may have any lines in it, hidden ones too.
    """
    if layout.kind == "json":
        line = next(lines)
        return _row_of_object(line, layout) if line.strip() else None
    try:
        cells = next(csv.reader(lines, delimiter=layout.delimiter, strict=True))
    except (csv.Error, SourceError) as error:
        raise BrokenTableError(f"its quotation marks are wrong, or it is too long ({error})") from error
    if not any(cell.strip() for cell in cells):
        return None
    if _leaves_spoiler_open(layout.delimiter.join(cells)):
        # Perhaps a text that is broken over lines without quotation marks: then the next ones are hidden.
        raise BrokenTableError("a spoiler in it is not closed")
    if len(cells) != layout.width:
        raise SourceError(f"it has {len(cells)} columns instead of {layout.width}")
    _refuse_hidden([cells[at] for at in layout.flags])
    return Row(*["" if at is None else cells[at].strip() for at in layout.columns])


def _leaves_spoiler_open(row: str) -> bool:
    if "[[" not in row:
        return False
    from bot.wiki.inline import read_inline  # noqa: PLC0415 - slow to import
    from bot.wiki.lexicon import EMPTY_LEXICON  # noqa: PLC0415
    from bot.wiki.tokens import SPOILER_OPENING  # noqa: PLC0415

    return bool(SPOILER_OPENING.search(row)) and read_inline(row, EMPTY_LEXICON).loose.opens_spoiler


def _row_of_object(line: str, layout: Layout) -> Row:
    from bot.ingest.exported import parse_line  # noqa: PLC0415 - the reader is slow to import

    thing = parse_line(line)
    _refuse_hidden([value for key, value in thing.items() if key not in layout.columns and _SAYS_HIDDEN.search(key)])
    cells = [None if key is None else thing.get(key) for key in layout.columns]
    if not all(cell is None or isinstance(cell, str) for cell in cells):
        raise SourceError("a column of it is no text")
    return Row(*[(cell or "").strip() for cell in cells])


def _refuse_hidden(flags: Sequence[Any]) -> None:
    """Refuse a row of which another column says that it hides something.

    Raises:
        SourceError: It does.
    """
    if any(str(flag).strip().casefold() not in _NO for flag in flags):
        raise SourceError("a column says that it hides something, but not what: write [[spoiler:…]] in its text")


@cached_by_size(CELLS_BYTES)
def page_of_cell(cell: str) -> str:
    """Return the page that a cell of the column of tropes means, a page's name, address or title.

    Raises:
        SourceError: It means none, or one that is not of a trope.
    """
    if _MARKS.search(cell):
        raise SourceError("its trope is none")
    page = page_from_address(cell)
    if page is None and " " not in cell and ("/" in cell or "." in cell or cell.isalnum()) and cell.isascii():
        try:
            page = page_from_typed(cell)
        except SourceError:
            page = None
    if page is None:
        plain = unicodedata.normalize("NFKD", cell.translate(_APOSTROPHES)).encode("ascii", "ignore").decode()
        words = re.findall(r"[A-Za-z0-9]+", plain)
        page = MAIN_NAMESPACE + "".join(word[0].upper() + word[1:] for word in words)
    if not NAME.fullmatch(page.partition("/")[2]):
        raise SourceError("its trope is none")
    if page_kind(page) not in (PageKind.TROPE, PageKind.SUBPAGE):
        raise SourceError(f"its trope is {page_kind(page)}, not of a trope")
    return MAIN_NAMESPACE + page.partition("/")[2] if page_kind(page) is PageKind.TROPE else page
