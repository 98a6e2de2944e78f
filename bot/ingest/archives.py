"""Archives of pages: the members of a zip, and of zips in it, each within bounds.

A zip can claim or unpack to far more than it takes on the disk. Nothing here trusts what it claims.
"""

import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import IO
from zipfile import BadZipFile, LargeZipFile, ZipFile, ZipInfo

from bot.errors import SourceError
from bot.ingest.forms import MAX_FILE_BYTES, MEBIBYTE

ZIP_SIGN = b"PK\x03\x04"
MAX_MEMBERS = 60_000
MAX_ZIP_DEPTH = 4
MAX_RATIO = 200  # of unpacked to packed bytes; pages have 4 to 12
_MAX_DIRECTORY_BYTES = 8 * MEBIBYTE
_MAX_NESTED_BYTES = 512 * MEBIBYTE  # of all zips in a zip together
_END_OF_DIRECTORY = b"PK\x05\x06"
_END_WITHIN = 66_000
# Everything that a malformed or encrypted zip can raise.
_ZIP_ERRORS = (
    BadZipFile, LargeZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError, ValueError, OverflowError,
    KeyError, IndexError, AttributeError, TypeError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Member:
    """A file in a zip.

    Attributes:
        positions: Where it is in each zip on the way.
        parts: Its path, with these zips as folders.
        start: Its first bytes.
        refusal: Why it cannot be read, if that is known.
    """

    positions: tuple[int, ...]
    parts: tuple[str, ...]
    changed_at: datetime | None = None
    start: bytes = b""
    refusal: str | None = None


def zip_members(path: Path) -> Iterator[Member]:
    """Yield the files in a zip and in the zips in it, in order of their paths.

    Raises:
        SourceError: It is damaged, or has or unpacks to too much.
    """
    budget = [MAX_MEMBERS, _MAX_NESTED_BYTES]
    with path.open("rb") as file:
        yield from _members(file, str(path), (), (path.name,), budget)


def read_member(path: Path, positions: Sequence[int], name: str) -> bytes:
    """Return the bytes of a member.

    Raises:
        SourceError: It cannot be read, or is too large.
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


def _members(
    file: IO[bytes], name: str, positions: tuple[int, ...], parts: tuple[str, ...], budget: list[int]
) -> Iterator[Member]:
    try:
        size = _check_directory(file, name)
        with ZipFile(file) as archive:
            found = sorted(enumerate(archive.infolist()), key=lambda each: each[1].filename)
            budget[0] -= len(found)
            if budget[0] < 0:
                raise SourceError(f"{name} has over {MAX_MEMBERS:,} files. Unpack it and load the folder.")
            unpacked = sum(info.file_size for _, info in found)
            if unpacked > max(MAX_FILE_BYTES, size * MAX_RATIO):
                raise SourceError(
                    f"{name} unpacks to over {MAX_RATIO} times its size, as no pages do. It was not unpacked."
                )
            for position, info in found:
                yield from _member(archive, info, name, (*positions, position), parts, budget)
    except SourceError:
        raise
    except _ZIP_ERRORS as error:
        raise SourceError(f"{name} is a damaged zip ({type(error).__name__}). Make it again.") from error


def _member(
    archive: ZipFile, info: ZipInfo, outer: str, positions: tuple[int, ...], parts: tuple[str, ...], budget: list[int]
) -> Iterator[Member]:
    inner = tuple(part for part in info.filename.replace("\\", "/").split("/") if part not in ("", ".", ".."))
    if info.is_dir() or not inner:
        return
    name = "/".join((outer, *inner))
    start, parts = b"", (*parts, *inner)
    with suppress(*_ZIP_ERRORS), archive.open(info) as file:
        start = file.read(1_024)
    if not start.startswith(ZIP_SIGN):
        yield Member(positions, parts, _changed_at(info), start)
        return
    try:
        if len(positions) >= MAX_ZIP_DEPTH:
            raise SourceError(f"{name} is a zip within {MAX_ZIP_DEPTH} others. Unpack it and load the folder.")
        data = _read(archive, info, name)
        budget[1] -= len(data)
        if budget[1] < 0:
            raise SourceError(f"{name} and the zips beside it unpack to too much. Unpack them and load the folder.")
        yield from _members(BytesIO(data), name, positions, parts, budget)
    except SourceError as error:
        yield Member(positions, parts, refusal=str(error))


def _read(archive: ZipFile, info: ZipInfo, name: str) -> bytes:
    if info.flag_bits & 1:
        raise SourceError(f"{name} is encrypted. Unpack the zip and load the folder.")
    with archive.open(info) as file:
        data = file.read(MAX_FILE_BYTES + 1)
    if len(data) > MAX_FILE_BYTES:
        raise SourceError(f"{name} is over {MAX_FILE_BYTES // MEBIBYTE} MiB. No page is that large.")
    return data


def _check_directory(file: IO[bytes], name: str) -> int:
    """Return the size of a zip, if its list of files is not too long to be read.

    Raises:
        SourceError: It is, or there is none.
    """
    size = file.seek(0, 2)
    file.seek(max(0, size - _END_WITHIN))
    tail = file.read()
    at = tail.rfind(_END_OF_DIRECTORY)
    directory_bytes = int.from_bytes(tail[at + 12 : at + 16], "little") if at >= 0 else 0
    if directory_bytes > _MAX_DIRECTORY_BYTES:  # a zip with 64-bit sizes too: its value is all ones
        raise SourceError(f"{name} has over {MAX_MEMBERS:,} files. Unpack it and load the folder.")
    file.seek(0)
    return size


def _changed_at(info: ZipInfo) -> datetime | None:
    try:
        return datetime(*info.date_time, tzinfo=UTC)
    except (ValueError, TypeError):
        return None
