"""Find which rows of a file of records make which page.

Only the places of rows are stored, so a million need little memory.
"""

from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import IO, Any

from bot.corpus.rows import MAX_EXAMPLES_PER_TROPE, MAX_LEARNED_TITLES
from bot.errors import SourceError
from bot.ingest.forms import MEBIBYTE
from bot.ingest.records import NAME, BrokenTableError, Layout, Lines, Refusals, page_of_cell, read_row
from bot.model import MAIN_NAMESPACE

OnRead = Callable[[int], None]  # gets how many bytes of a file were read
LINES_PER_REPORT = 1_000
MAX_PAGE_BYTES = 64 * MEBIBYTE  # of the rows of one page


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The rows of a file that make one page, ``Namespace/Name``.

    Attributes:
        offsets: Where they start.
        numbers: Which lines of the file they start in, from 1.
        listed: The trope's subpages in the file, in its order.
        digest: Changes with what is in them.
        problem: Why they cannot be read, if that is known.
    """

    layout: Layout
    page: str
    offsets: "array[int]"
    numbers: "array[int]"
    listed: tuple[str, ...] = ()
    digest: str = ""
    problem: str | None = None


@dataclass(slots=True)
class _PageRows:
    name: str
    offsets: "array[int]" = field(default_factory=lambda: array("Q"))
    numbers: "array[int]" = field(default_factory=lambda: array("I"))
    size: int = 0
    digest: bytes = b""
    has_examples: bool = False

    def add(self, offset: int, number: int, content: str) -> None:
        self.offsets.append(offset)
        self.numbers.append(number)
        self.size += len(content)
        self.digest = blake2b(self.digest + content.encode("utf-8", "surrogatepass"), digest_size=16).digest()


@dataclass(slots=True)
class _TropeRows:
    """The pages of a trope in an export: the main page, then subpages by name in lower case."""

    main: _PageRows
    subpages: dict[str, _PageRows] = field(default_factory=dict)
    has_page: bool = False  # whether its object has texts, as only a main page has


def find_pages(stream: IO[bytes], layout: Layout, refusals: Refusals, name: str, on_read: OnRead) -> Iterator[Excerpt]:
    """Return which rows of a file make which page, each page once. Refused rows of the file `name` go to `refusals`."""
    lines = Lines(stream)
    tropes = _scan_export(lines, refusals, name, on_read) if layout.kind == "export" else {}
    pages = _scan_table(lines, layout, refusals, name, on_read) if layout.kind != "export" else []
    for trope in tropes.values():
        listed = tuple([page.name for page in trope.subpages.values()])
        if trope.main.has_examples or trope.has_page or not listed:
            yield _excerpt(layout, trope.main, listed)
        for page in trope.subpages.values():
            yield _excerpt(layout, page, listed)
    for page in pages:
        yield _excerpt(layout, page)


def _excerpt(layout: Layout, rows: _PageRows, listed: tuple[str, ...] = ()) -> Excerpt:
    digest = blake2b(f"{layout} {listed}".encode("utf-8", "replace") + rows.digest, digest_size=16).hexdigest()
    page = rows.name if "/" in rows.name else MAIN_NAMESPACE + rows.name
    return Excerpt(layout, page, rows.offsets, rows.numbers, listed, digest, _problem(layout, rows))


def _problem(layout: Layout, rows: _PageRows) -> str | None:
    """Return why a page cannot be read, without reading it: it might not fit into the memory."""
    if layout.kind != "export" and len(rows.offsets) > MAX_EXAMPLES_PER_TROPE:
        count = f"it has {len(rows.offsets):,} rows of {rows.name}"
        return f"{count}. A trope has at most {MAX_EXAMPLES_PER_TROPE:,} examples."
    if rows.size > MAX_PAGE_BYTES:
        return f"its rows of {rows.name} are over {MAX_PAGE_BYTES // MEBIBYTE} MiB. No page is that large."
    return None


def _scan_table(lines: Lines, layout: Layout, refusals: Refusals, name: str, on_read: OnRead) -> Sequence[_PageRows]:
    pages: dict[str, _PageRows] = {}
    if layout.kind == "csv":
        next(lines)
    while True:
        offset, number = lines.offset, lines.number
        if not number % LINES_PER_REPORT:
            on_read(offset)
        try:
            row = read_row(lines, layout)
            if row is None:
                continue
            page = page_of_cell(row.trope)
        except StopIteration:
            return list(pages.values())
        except BrokenTableError as error:
            refusals.add(f"{name}, row {number}: {error}. It and all rows after it are left out.")
            return list(pages.values())
        except SourceError as error:
            refusals.add(f"{name}, row {number}: {error}. Left out.")
            continue
        plain = page.removeprefix(MAIN_NAMESPACE)
        rows = pages.get(plain.casefold()) or pages.setdefault(plain.casefold(), _PageRows(plain))
        rows.add(offset, number, f"{row.trope}\x1f{row.work}\x1f{row.text}\x1f{row.medium}")


def _scan_export(lines: Lines, refusals: Refusals, name: str, on_read: OnRead) -> Mapping[str, _TropeRows]:
    from bot.ingest.exported import parse_line  # noqa: PLC0415 - the reader is slow to import

    tropes: dict[str, _TropeRows] = {}
    titles: list[tuple[int, int, str]] = []
    while True:
        offset, number = lines.offset, lines.number
        if not number % LINES_PER_REPORT:
            on_read(offset)
        try:
            line = next(lines)
            if line.strip():
                thing = parse_line(line)
                if thing.get("type") == "title":
                    titles.append((offset, number, line))
                else:
                    _add_line(tropes, thing, (offset, number, line))
        except StopIteration:
            break
        except SourceError as error:
            refusals.add(f"{name}, row {number}: {error}. Left out.")
    pages = [page for trope in tropes.values() for page in (*trope.subpages.values(), trope.main)]
    for index, place in enumerate(titles[: MAX_LEARNED_TITLES * len(pages)]):
        pages[index // MAX_LEARNED_TITLES].add(*place)
    return tropes


def _add_line(tropes: dict[str, _TropeRows], thing: Mapping[str, Any], place: tuple[int, int, str]) -> None:
    """Add a line to the page that it belongs to.

    Raises:
        SourceError: It belongs to none.
    """
    kind = thing.get("type")
    name = thing.get("name") if kind == "trope" else thing.get("trope")
    if kind not in ("trope", "example") or not isinstance(name, str) or not NAME.fullmatch(name):
        raise SourceError("it is no trope, example or title")
    trope = tropes.get(name.casefold()) or tropes.setdefault(name.casefold(), _TropeRows(_PageRows(name)))
    if kind == "trope":
        trope.has_page |= any(thing.get(key) for key in ("description", "caption", "related", "quote_parts"))
        for page in (trope.main, *trope.subpages.values()):
            page.add(*place)
        return
    source = thing.get("source")
    if source is None:
        trope.main.add(*place)
        trope.main.has_examples = True
        return
    start, _, subpage = source.partition("/") if isinstance(source, str) else ("", "", "")
    if start.casefold() != name.casefold() or not NAME.fullmatch(subpage):
        raise SourceError("its `source` is no subpage of its trope")
    page = trope.subpages.get(source.casefold()) or trope.subpages.setdefault(source.casefold(), _PageRows(source))
    if not page.offsets:
        for offset, number in zip(trope.main.offsets[:1], trope.main.numbers[:1], strict=True):
            page.offsets.append(offset)
            page.numbers.append(number)
        page.digest = b"" if not trope.main.offsets else trope.main.digest
    page.add(*place)
