"""Read pages from zips and the zips in them. Trust no size that a zip claims."""

import os
import weakref
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryFile, gettempdir
from typing import IO
from zipfile import BadZipFile, LargeZipFile, ZipFile, ZipInfo

from bot.errors import SourceError
from bot.ingest.forms import MAX_FILE_BYTES, MEBIBYTE

ZIP_SIGN = b"PK\x03\x04"
SIGN_BYTES = 1_024  # of a file's start, enough to recognize its form
MAX_MEMBERS = 60_000
MAX_ZIP_DEPTH = 16
MAX_NESTED_BYTES = 512 * MEBIBYTE  # of all zips in a zip together
MAX_RATIO = 200  # of unpacked to packed bytes. Pages have 4 to 12.
_MAX_DIRECTORY_BYTES = 8 * MEBIBYTE
_END_OF_DIRECTORY = b"PK\x05\x06"
_END_WITHIN = 66_000
# Everything that a malformed or encrypted zip can raise.
_ZIP_ERRORS = (
    BadZipFile, LargeZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError, ValueError,
    OverflowError, KeyError, IndexError, AttributeError, TypeError,
)  # fmt: skip


@dataclass(slots=True)
class _Budget:
    """What is left of the limits."""

    members: int
    nested_bytes: int


@dataclass(frozen=True, slots=True)
class Member:
    """A file in a zip."""

    positions: tuple[int, ...]  # in each zip, from the outermost
    parts: tuple[str, ...]  # of its path, zips included
    changed_at: float | None = None
    start: bytes = b""  # its first bytes
    refusal: str | None = None  # why it cannot be read


def zip_members(path: Path) -> Iterator[Member]:
    """Yield the files in a zip and in the zips in it by path. A bad zip is a member with a refusal."""
    budget = _Budget(MAX_MEMBERS, MAX_NESTED_BYTES)
    try:
        with path.open("rb") as file:
            yield from _members(file, str(path), (), (path.name,), budget)
    except OSError as error:
        yield Member((), (path.name,), refusal=f"{path} cannot be read: {error.strerror}.")


def read_member(path: Path, positions: Sequence[int], name: str) -> bytes:
    """Return the bytes of a member.

    Raises:
        SourceError: It cannot be read or is too large.
    """
    try:
        with path.open("rb") as file:
            data: bytes | None = None
            for position in positions:
                with ZipFile(file if data is None else BytesIO(data)) as archive:
                    data = _read(archive, archive.infolist()[position], name)
    except _ZIP_ERRORS as error:
        raise SourceError(f"{name} cannot be unpacked ({type(error).__name__}). Make the zip again.") from error
    return data or b""


class Unpacked:
    """A temporary file, which ends with this object. It has no name, so even a killed process leaves none."""

    def __init__(self, file: IO[bytes]) -> None:
        self._descriptor = os.dup(file.fileno())
        weakref.finalize(self, os.close, self._descriptor)

    def open(self) -> IO[bytes]:
        """Open it for reading from its start. Read one such stream at a time: they share their position."""
        stream = os.fdopen(os.dup(self._descriptor), "rb")
        stream.seek(0)
        return stream


def unpack_member(path: Path, positions: Sequence[int], name: str) -> Unpacked:
    """Return a member of any size.

    Raises:
        SourceError: It cannot be read, or the disk is full.
    """
    *outer, position = positions
    inside = read_member(path, outer, name) if outer else None
    try:
        with path.open("rb") as file, ZipFile(file if inside is None else BytesIO(inside)) as archive:
            info = archive.infolist()[position]
            _refuse_encrypted(info, name)
            with archive.open(info) as member:
                return _copy_to_temporary(member, name)
    except _ZIP_ERRORS as error:
        raise SourceError(f"{name} cannot be unpacked ({type(error).__name__}). Make the zip again.") from error


def _copy_to_temporary(member: IO[bytes], name: str) -> Unpacked:
    try:
        with TemporaryFile() as unpacked:
            copyfileobj(member, unpacked, MEBIBYTE)
            unpacked.flush()
            return Unpacked(unpacked)
    except OSError as error:
        where = f"{name} cannot be unpacked into {gettempdir()}"
        raise SourceError(f"{where}: {error.strerror}. Make room there, or set TMPDIR to another folder.") from error


def _members(
    file: IO[bytes], name: str, positions: tuple[int, ...], parts: tuple[str, ...], budget: _Budget
) -> Iterator[Member]:
    try:
        if refusal := _size_refusal(file, name, budget):
            yield Member(positions, parts, refusal=refusal)
            return
        with ZipFile(file) as archive:
            found = sorted(enumerate(archive.infolist()), key=lambda each: each[1].filename)
            for position, info in found:
                yield from _member(archive, info, name, (*positions, position), parts, budget)
    except _ZIP_ERRORS as error:
        refusal = f"{name} is a damaged zip ({type(error).__name__}). Make it again."
        yield Member(positions, parts, refusal=refusal)


def _size_refusal(file: IO[bytes], name: str, budget: _Budget) -> str | None:
    too_many = f"{name} has over {MAX_MEMBERS:,} files. Unpack it and load the folder."
    size = file.seek(0, 2)
    file.seek(max(0, size - _END_WITHIN))
    tail = file.read()
    end = tail.rfind(_END_OF_DIRECTORY)
    directory_bytes = int.from_bytes(tail[end + 12 : end + 16], "little") if end >= 0 else 0
    if directory_bytes > _MAX_DIRECTORY_BYTES:  # of a zip with 64-bit sizes too, where it is all ones
        return too_many
    with ZipFile(file) as archive:
        members = archive.infolist()
    budget.members -= len(members)
    if budget.members < 0:
        return too_many
    if sum(info.file_size for info in members) > max(MAX_FILE_BYTES, size * MAX_RATIO):
        return f"{name} unpacks to over {MAX_RATIO} times its size, as no pages do. It was not unpacked."
    return None


def _member(
    archive: ZipFile, info: ZipInfo, outer: str, positions: tuple[int, ...], parts: tuple[str, ...], budget: _Budget
) -> Iterator[Member]:
    inner = tuple(part for part in info.filename.replace("\\", "/").split("/") if part not in ("", ".", ".."))
    if info.is_dir() or not inner:
        return
    start, name, parts = b"", "/".join((outer, *inner)), (*parts, *inner)
    with suppress(*_ZIP_ERRORS), archive.open(info) as file:
        start = file.read(SIGN_BYTES)
    if not start.startswith(ZIP_SIGN):
        yield Member(positions, parts, _changed_at(info), start)
    elif len(positions) >= MAX_ZIP_DEPTH:
        refusal = f"{name} is a zip within {MAX_ZIP_DEPTH} others. Unpack it and load the folder."
        yield Member(positions, parts, refusal=refusal)
    elif info.file_size > budget.nested_bytes:
        refusal = f"{name} and the zips beside it unpack to too much. Unpack them and load the folder."
        yield Member(positions, parts, refusal=refusal)
    else:
        budget.nested_bytes -= info.file_size
        try:
            data = _read(archive, info, name)
        except SourceError as error:
            yield Member(positions, parts, refusal=str(error))
        else:
            yield from _members(BytesIO(data), name, positions, parts, budget)


def _read(archive: ZipFile, info: ZipInfo, name: str) -> bytes:
    _refuse_encrypted(info, name)
    with archive.open(info) as file:
        data = file.read(MAX_FILE_BYTES + 1)
    if len(data) > MAX_FILE_BYTES:
        raise SourceError(f"{name} is over {MAX_FILE_BYTES // MEBIBYTE} MiB. No page is that large.")
    return data


def _refuse_encrypted(info: ZipInfo, name: str) -> None:
    if info.flag_bits & 1:
        raise SourceError(f"{name} is encrypted. Unpack the zip and load the folder.")


def _changed_at(info: ZipInfo) -> float | None:
    try:
        return datetime(*info.date_time, tzinfo=UTC).timestamp()
    except (ValueError, TypeError):
        return None
