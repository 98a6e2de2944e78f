"""Find page sources on the disk, and read them."""

import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from io import BytesIO
from itertools import chain, islice
from pathlib import Path
from typing import IO

from bot.corpus.pages import StoredPage
from bot.errors import SourceError
from bot.ingest.archives import SIGN_BYTES, ZIP_SIGN, Member, Unpacked, read_member, unpack_member, zip_members
from bot.ingest.forms import MAX_FILE_BYTES, MEBIBYTE, is_mime, read_content
from bot.ingest.page_names import PAGE_SUFFIXES, page_from_path, page_from_typed
from bot.ingest.record_pages import Excerpt, find_pages
from bot.ingest.records import MAX_ROW_BYTES, Layout, Refusals, find_layout, may_be_records
from bot.ingest.refusals import page_of
from bot.ingest.site_tables import SiteTables, hash_bytes
from bot.model import MAIN_NAMESPACE, Form, Page
from bot.wiki.lexicon import Lexicon

OnProgress = Callable[[float], None]  # gets the fraction that is done, from 0 to 1
STANDARD_INPUT = Path("-")
_WEB_PAGE_SIGN = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype html|html|head|body|!--|span style=.{0,3}font-family:\s*courier)", re.IGNORECASE
)
LOOKED_FOR = "saved pages (.html, .mht), page sources (.txt), exports and tables (.jsonl, .csv), and zips of them"
MAX_OTHERS_NAMED = 5
ROWS_PER_PAGE, CHARACTERS_PER_PAGE = 20, 20_000  # of a table or a long page, in the time that a page takes
BEFORE_SUFFIX = ".before"  # of a file that another one replaced
UTF8_SIGN = b"\xef\xbb\xbf \t"


def ignore(*_: object) -> None:
    """Do nothing."""


@dataclass(frozen=True, slots=True)
class Source:
    """A page and its text."""

    page: str  # Namespace/Name
    text: str  # a page source or HTML, by `form`
    form: Form
    content_hash: str  # of the file's bytes
    saved_at: float | None = None  # Unix seconds, as the page says
    changed_at: float | None = None  # Unix seconds, of the file

    @property
    def name(self) -> str:
        """The page's name without Main/: ``ActionGirl`` or ``ActionGirl/AnimeAndManga``."""
        return self.page.removeprefix(MAIN_NAMESPACE)

    @property
    def trope(self) -> str:
        """The name of its trope."""
        return self.name.partition("/")[0]


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file, a member of a zip, or standard input."""

    path: Path
    member: Member | None = None
    page: str | None = None  # as an operator named it
    data: bytes | None = field(default=None, repr=False)  # of standard input
    columns: Mapping[str, str] = field(default_factory=dict)  # a table's, as an operator named them
    excerpt: Excerpt | None = None  # the rows of an export or a table that it is
    label: str | None = None  # what to call it instead of its path
    unpacked: Unpacked | None = None  # of such a file in a zip
    length: int = 0  # of its page, in characters, once it was read

    def __str__(self) -> str:
        if self.label:
            return self.label
        if self.member:
            return "/".join((str(self.path), *self.member.parts[1:]))
        return "Standard input" if self.path == STANDARD_INPUT else str(self.path)

    @property
    def page_by_path(self) -> str | None:
        """The page that the file is named after, or None."""
        parts = self.path.absolute().parts
        return page_from_path((*parts[:-1], *self.member.parts) if self.member else parts)

    def read(self) -> Source:
        """Return the page, without a text if it is rows of a file.

        Raises:
            SourceError: It cannot be read, is too large, or has no examples of a trope.
        """
        if self.excerpt:
            return Source(self.excerpt.page, "", Form.SOURCE, self.excerpt.digest, None, self._changed_at())
        data, changed_at = self._read_bytes()
        content = read_content(data, str(self))
        page = page_of(content, self.page, self.page_by_path, str(self))
        return Source(page, content.text, content.form, hash_bytes(data), content.saved_at, changed_at)

    @contextmanager
    def open(self) -> Iterator[IO[bytes]]:
        """Open it for reading.

        Raises:
            SourceError: It cannot be read.
        """
        try:
            with self._open() as stream:
                yield stream
        except OSError as error:
            raise SourceError(f"{self} cannot be read: {error.strerror}.") from error

    def _open(self) -> IO[bytes]:
        if self.unpacked:
            return self.unpacked.open()
        return self.path.open("rb") if self.data is None else BytesIO(self.data)

    @property
    def is_in_this_process(self) -> bool:
        """Whether no other process can read it."""
        return self.data is not None or self.unpacked is not None

    @property
    def weight(self) -> int:
        """How many pages it is as long to read as."""
        rows = len(self.excerpt.offsets) if self.excerpt else 0
        return 1 + rows // ROWS_PER_PAGE + self.length // CHARACTERS_PER_PAGE

    def _changed_at(self) -> float | None:
        if self.member:
            return self.member.changed_at
        try:
            return self.path.stat().st_mtime if self.data is None else None
        except OSError:
            return None

    def _read_bytes(self) -> tuple[bytes, float | None]:
        if self.member:
            if self.member.refusal:
                raise SourceError(self.member.refusal)
            return read_member(self.path, self.member.positions, str(self)), self.member.changed_at
        if self.data is not None:
            data, size, changed_at = self.data, len(self.data), None
        else:
            try:
                with self.path.open("rb") as file:
                    status = os.fstat(file.fileno())
                    data = b"" if status.st_size > MAX_FILE_BYTES else file.read(status.st_size + 1)
                    if len(data) > status.st_size:  # it has grown, or is no plain file
                        data += file.read(MAX_FILE_BYTES + 1 - len(data))
                    size, changed_at = max(status.st_size, len(data)), status.st_mtime
            except OSError as error:
                raise SourceError(f"{self} cannot be read: {error.strerror}.") from error
        if size > MAX_FILE_BYTES:
            raise SourceError(f"{self} is over {MAX_FILE_BYTES // MEBIBYTE} MiB. No page is that large.")
        return data, changed_at


@dataclass(frozen=True, slots=True)
class ParseJob:
    """The changed files of one trope."""

    trope_id: int
    files: tuple[SourceFile, ...]  # one for each page
    read_back: bool = False  # whether stored pages may have to be merged with these
    stored: tuple[StoredPage, ...] = ()  # those pages

    @property
    def rows(self) -> int:
        """How many readable rows of exports and tables its files have."""
        return sum(len(file.excerpt.offsets) for file in self.files if file.excerpt and not file.excerpt.problem)


@dataclass(frozen=True, slots=True)
class Given:
    """What an operator says about files: the only page that there is, and the names of a table's columns."""

    page: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)


NOTHING = Given()


def find_sources(paths: Sequence[Path], page: str | None = None, given: Given = NOTHING) -> Iterator[SourceFile]:
    """Return the pages among `paths`: files as they are, and those in folders and zips, however deep, by their paths.

    What is no page in a folder or zip is left out. ``-`` is standard input. `page` or
    `given` names the only page there is.

    Raises:
        SourceError: A path does not exist, or `page` is malformed or given with several files.
    """
    page = page or given.page
    named = None if page is None else page_from_typed(page)
    for path in paths:
        if path != STANDARD_INPUT and not path.exists():
            raise SourceError(f"{path} does not exist. Name a page source or a folder of them.")
    files: Iterator[SourceFile] = chain.from_iterable(map(_files_at, paths))
    if given.columns:
        files = (replace(file, columns=given.columns) for file in files)
    if named is None:
        return files
    first = list(islice(files, 2))
    if len(first) > 1:
        raise SourceError("--page names one page, but there are several. Give one file with it.")
    return iter([replace(file, page=named) for file in first])


def require_sources(paths: Sequence[Path], given: Given = NOTHING) -> list[SourceFile]:
    """Return the pages that `find_sources` finds, at least one.

    Raises:
        SourceError: There is none, or see `find_sources`.
    """
    files = list(find_sources(paths, given=given))
    if files:
        return files
    others = [str(file.relative_to(path)) for path in paths for file in _walk(path)]
    more = f" and {len(others) - MAX_OTHERS_NAMED:,} more" if len(others) > MAX_OTHERS_NAMED else ""
    found = f"There are other files: {', '.join(others[:MAX_OTHERS_NAMED])}{more}." if others else "There is no file."
    raise SourceError(f"There is no page in {', '.join(map(str, paths))}. Looked for {LOOKED_FOR}. {found}")


def _files_at(path: Path) -> Iterator[SourceFile]:
    if path == STANDARD_INPUT:
        yield SourceFile(path, data=sys.stdin.buffer.read(MAX_FILE_BYTES + 1))
    elif path.is_dir():
        for file in _walk(path):
            yield from files_in_folder(path, file)
    elif path.is_file() and _start_of(path).startswith(ZIP_SIGN):
        yield from _files_in_zip(path)
    else:
        yield SourceFile(path)


def files_in_folder(folder: Path, path: Path) -> Iterator[SourceFile]:
    """Yield what a file in a folder has of pages: itself, the pages in a zip, or none."""
    parts = path.parts[len(folder.parts) - 1 :]
    if any(map(is_left_out, parts[1:])):
        return
    if _leads_out(path, folder):
        refusal = f"{path} is a link out of {folder}, so it was not followed. Copy what it leads to."
        if path.is_dir() or _may_be_page(parts, b""):
            yield SourceFile(path, Member((), (path.name,), refusal=refusal))
    elif (start := _start_of(path)).startswith(ZIP_SIGN):
        yield from _files_in_zip(path)
    elif _may_be_page(parts, start):
        yield SourceFile(path)


def _walk(folder: Path) -> Iterator[Path]:
    """Yield the files below a folder, sorted, and the links to folders outside it. Follow no link to a folder."""
    for root, folders, files in os.walk(folder):
        folders.sort()
        for path in (Path(root, name) for name in sorted(files + folders)):
            if path.is_file() or (path.is_symlink() and _leads_out(path, folder)):
                yield path


def _leads_out(path: Path, folder: Path) -> bool:
    return path.is_symlink() and path.exists() and not path.resolve().is_relative_to(folder.resolve())


def _start_of(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(SIGN_BYTES)
    except OSError:
        return b""  # reading all of it will say why


def _files_in_zip(path: Path) -> Iterator[SourceFile]:
    is_empty = True
    for member in zip_members(path):
        if member.refusal or _may_be_page(member.parts, member.start):
            is_empty = False
            yield SourceFile(path, member)
    if is_empty:
        refusal = f"{path} has no page in it. Save the trope's page in your browser and load that file."
        yield SourceFile(path, Member((), (path.name,), refusal=refusal))


def is_left_out(name: str) -> bool:
    """Return whether no file or folder of this name has pages."""
    return name.startswith((".", "__MACOSX")) or name.endswith(("_files", "_Files", BEFORE_SUFFIX))


def _may_be_page(parts: Sequence[str], start: bytes) -> bool:
    """Return whether a file may be a page, and not an image or script saved with one."""
    if any(map(is_left_out, parts[1:])):
        return False
    is_page = parts[-1].lower().endswith(PAGE_SUFFIXES) or is_mime(start) or _WEB_PAGE_SIGN.match(start) is not None
    return is_page or may_be_records(start)


def pages_in(file: SourceFile, refusals: Refusals, on_progress: OnProgress = ignore) -> Iterator[SourceFile]:
    """Yield the pages in a file: itself, or those of an export or a table, whose refused rows go to `refusals`.

    `on_progress` gets the fraction that is read.

    Raises:
        SourceError: It cannot be read, or lacks a column.
    """
    if file.member and not file.member.refusal and may_be_records(file.member.start):
        file = replace(file, unpacked=unpack_member(file.path, file.member.positions, str(file)))
    layout = _layout(file)
    if layout is None:
        yield replace(file, unpacked=None)
        return
    if file.page:
        raise SourceError(f"{file} says itself which tropes it has. Leave out --page.")
    with file.open() as stream:
        size = stream.seek(0, os.SEEK_END)
        excerpts = list(find_pages(stream, layout, refusals, str(file), lambda offset: on_progress(offset / size)))
    if not excerpts and not refusals.count:
        raise SourceError(f"{file} has no examples in it.")
    for excerpt in excerpts:
        yield replace(file, excerpt=excerpt)


def _layout(file: SourceFile) -> Layout | None:
    """Return what a file of records is, or None of any other file.

    Raises:
        SourceError: It is one that cannot be used.
    """
    if file.member and not file.unpacked:
        return None
    try:
        with file.open() as stream:
            first_line = stream.readline(SIGN_BYTES)
            if first_line.lstrip(UTF8_SIGN).startswith(b"{") and not first_line.endswith(b"\n"):
                first_line += stream.readline(MAX_ROW_BYTES)
    except SourceError:
        return None  # reading all of it will say why
    try:
        return find_layout(first_line, file.columns)
    except SourceError as error:
        raise SourceError(f"{file}: {error}") from error


def read_page_source(source: Source, lexicon: Lexicon) -> Page:
    """Parse a page of any form."""
    # The readers are slow to import, and most starts find nothing new to read.
    if source.form.is_web_page:
        from bot.wiki.saved_page import read_saved_page  # noqa: PLC0415

        return read_saved_page(source.text, lexicon, source.page)
    from bot.wiki.page import read_page  # noqa: PLC0415

    return read_page(source.page, source.text, lexicon)


def fingerprint(source: Source, tables: SiteTables) -> str:
    """Return a hash that changes whenever the rows of `source` could."""
    return hash_bytes(f"{source.page} {source.content_hash} {tables.content_hash}".encode())
