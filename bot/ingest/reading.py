"""Read a file or some rows of one into a page."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.corpus.pages import unique_names
from bot.errors import SourceError
from bot.ingest.exported import media_by_slug, parse_line, read_example, read_trope, text_at
from bot.ingest.record_pages import Excerpt
from bot.ingest.records import Lines, Refusals, read_row
from bot.ingest.site_tables import SiteTables
from bot.ingest.sources import SourceFile, fingerprint, read_page_source
from bot.ingest.table_rows import read_examples
from bot.model import MAIN_NAMESPACE, MAX_TITLE_LENGTH, Diagnostic, Example, Page, Trope
from bot.wiki.lexicon import Lexicon

MAX_DOUBTS = 100  # of one page
MAX_SUBPAGES = 10_000


@dataclass(slots=True)
class ReadPage:
    """A page, what its file was, and which of its rows were refused."""

    page: Page
    form: str
    fingerprint: str
    saved_at: float | None
    refusals: Refusals
    length: int | None = None  # of its source; None if it is some rows of a file


def read_file(file: SourceFile, tables: SiteTables) -> ReadPage:
    """Return the page in a file.

    Raises:
        SourceError: It cannot be read, or is no page of a trope.
    """
    source = file.read()
    if file.excerpt is None:
        page = read_page_source(source, tables.lexicon)
        return ReadPage(page, source.form, fingerprint(source, tables), source.saved_at, Refusals(), len(source.text))
    if file.excerpt.problem:
        raise SourceError(f"{file}: {file.excerpt.problem}")
    refusals = Refusals()
    read = _read_export if file.excerpt.layout.kind == "export" else _read_table
    page = read(file, file.excerpt, tables.lexicon, refusals)
    return ReadPage(page, file.excerpt.layout.form, fingerprint(source, tables), None, refusals)


def _read_table(file: SourceFile, excerpt: Excerpt, lexicon: Lexicon, refusals: Refusals) -> Page:
    name = excerpt.page.removeprefix(MAIN_NAMESPACE)
    examples: list[Example] = []
    doubts: list[Diagnostic] = []
    title = None
    with file.open() as stream:
        for offset, number in zip(excerpt.offsets, excerpt.numbers, strict=True):
            try:
                row = read_row(Lines(stream, offset, number), excerpt.layout)
                if row is None:
                    continue
                found, doubtful = read_examples(row, number, name, lexicon)
            except (SourceError, StopIteration) as error:
                refusals.add(f"{file}, row {number}: {error}. Left out.")
                continue
            title = title or _typed_title(row.trope)
            examples += found
            doubts += doubtful[: MAX_DOUBTS - len(doubts)]
    trope_name, _, subpage = name.partition("/")
    page = MAIN_NAMESPACE + trope_name
    trope = Trope(trope_name, title if title and page.casefold() not in lexicon.titles else lexicon.title(page))
    return Page(
        trope, number_examples(examples, name if subpage else None), (), tuple(doubts), name if subpage else None
    )


def _typed_title(cell: str) -> str | None:
    """Return the cell of a trope if it is a title, not a name or an address."""
    title = " ".join(cell.split())
    return None if cell.isalnum() or "/" in cell or "." in cell or len(title) > MAX_TITLE_LENGTH else title


def _read_export(file: SourceFile, excerpt: Excerpt, lexicon: Lexicon, refusals: Refusals) -> Page:
    name = excerpt.page.removeprefix(MAIN_NAMESPACE)
    trope_name, _, subpage = name.partition("/")
    trope: Trope | None = None
    examples: list[Example] = []
    titles: dict[str, str] = {}
    listed = [*excerpt.listed]
    media = media_by_slug(lexicon)
    with file.open() as stream:
        for offset, number in zip(excerpt.offsets, excerpt.numbers, strict=True):
            try:
                thing = parse_line(next(Lines(stream, offset, number)))
                match thing.get("type"):
                    case "trope":
                        trope = trope or read_trope(thing)
                        listed[:0] = _listed(thing, trope_name)
                    case "title":
                        titles[_page_at(thing)] = text_at(thing, "title")
                    case _:
                        examples.append(read_example(thing, lexicon, media))
            except (SourceError, StopIteration) as error:
                refusals.add(f"{file}, row {number}: {error}. Left out.")
    found = trope or Trope(trope_name, lexicon.title(MAIN_NAMESPACE + trope_name))
    trope = Trope(trope_name, found.title) if subpage else replace(found, name=trope_name)
    own = name if subpage else None
    return Page(trope, number_examples(examples, own), (), (), own, unique_names(listed), titles)


def _listed(thing: Mapping[str, object], trope: str) -> list[str]:
    """Return the subpages that a trope's object lists, those that are none left out."""
    names = thing.get("subpages")
    names = names[:MAX_SUBPAGES] if isinstance(names, list) else []
    return [
        name
        for name in names
        if isinstance(name, str) and name.replace("/", "").isalnum() and name.count("/") == 1
        and name.casefold().startswith(f"{trope.casefold()}/")
    ]  # fmt: skip


def _page_at(thing: Mapping[str, object]) -> str:
    page = text_at(thing, "page")
    if page.count("/") != 1:
        raise SourceError("`page` is no page")
    return page


def number_examples(examples: list[Example], subpage: str | None) -> tuple[Example, ...]:
    """Return examples with numbers from 1, and with a suffix to the keys of equal ones after the first."""
    keys = Counter[str]()
    numbered = []
    for number, example in enumerate(examples, 1):
        keys[example.key] += 1
        key = f"{example.key}-{keys[example.key]}" if keys[example.key] > 1 else example.key
        numbered.append(example._replace(number=number, key=key, subpage=subpage))
    return tuple(numbered)
