"""Read the rows of a table as examples. Their text is wiki source if it has its marks, else plain."""

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.errors import SourceError
from bot.ingest.records import Row
from bot.model import MAX_TITLE_LENGTH, Diagnostic, Example, Medium, Page, Part, PartKind, Span, Trope, Work
from bot.model.page_names import page_from_address
from bot.wiki.blocks import split_blocks
from bot.wiki.lexicon import Lexicon
from bot.wiki.page import example_key, read_blocks

_MARKS = re.compile(
    r"\[\[|\]\]|''|\{\{|\}\}|\[[=@+\-]|@@|~~|%%|\\\\|&&|==|'\^|'_|^\s*(?:\*|#|!|-+>|----|:|>)|\b[A-Z]\w*/\{*[A-Z0-9]\w",
    re.MULTILINE,
)
# Marks by which others hide a text. Nothing says how far they reach.
_OTHER_SPOILERS = re.compile(
    r"\|\||>!|!<|(?<!\[)\[/?\s*(?:spoilers?|spolier|hide|hidden)\b|<[/!a-z][^<>]*(?:spoil|hidden|hide|style|class|details|font)"
    r"|</?(?:span|details|summary|spoiler|del)\b|\{\{\s*spoil|%%\s*spoil|&lt;|:spoil",
    re.IGNORECASE,
)
_PAGE = re.compile(r"[A-Za-z0-9]{1,100}[/.][A-Za-z0-9]{1,100}")
_LINE_ENDS = re.compile(r"\r\n|[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_NOT_UNICODE = re.compile("[\0\ud800-\udfff]")
_HIDING = re.compile(r"[\[\]|<>]|\{\{\s*spoil", re.IGNORECASE)
_NO_WORK = "no work is named"
_NO_TROPE = Trope("", "")


def read_examples(
    row: Row, number: int, trope: str, lexicon: Lexicon
) -> tuple[Sequence[Example], Sequence[Diagnostic]]:
    """Return the examples of a row of a table, and what is doubtful in it. `number` is its line in the file.

    Raises:
        SourceError: It has no example, or it is not certain what it hides.
    """
    if _NOT_UNICODE.search(f"{row.work}{row.text}{row.medium}"):
        raise SourceError("it is not Unicode text")
    if max(len(row.work), len(row.medium)) > MAX_TITLE_LENGTH:
        raise SourceError(f"its work or medium has over {MAX_TITLE_LENGTH} characters")
    if _HIDING.search(row.work) or _HIDING.search(row.medium):
        raise SourceError("its work or medium has marks of hidden text")
    if _OTHER_SPOILERS.search(row.text):
        raise SourceError("it hides text by marks that are not the wiki's: write [[spoiler:…]]")
    lines = [line for line in _LINE_ENDS.split(row.text) if line.strip()]
    if not lines:
        raise SourceError("it has no text")
    if _MARKS.search(row.text):
        page = _read_source(lines, trope, lexicon)
    else:
        spans = (Span(" ".join(line.strip() for line in lines)),)
        page = Page(_NO_TROPE, (_plain_example(spans),))
    work = _work(row.work, lexicon)
    medium = _medium(row.medium, work, lexicon)
    examples = [
        example._replace(
            medium=medium or example.medium,
            folder=row.medium or None,
            works=_works(work, example.works),
            parts=tuple([part._replace(source_line=number + max(part.source_line - 1, 0)) for part in example.parts]),
        )
        for example in page.examples
    ]
    doubts = [each for each in page.diagnostics if each.message != _NO_WORK or not work]
    return examples, [replace(each, line=number) for each in doubts]


def _read_source(lines: Sequence[str], trope: str, lexicon: Lexicon) -> Page:
    """Read wiki source, all of which must belong to examples.

    Raises:
        SourceError: Some does not, or it closes what it does not open: it may be the rest of a hidden text.
    """
    depth = 0
    for bracket in re.findall(r"\[\[|\]\]", "\n".join(lines)):
        depth += 1 if bracket == "[[" else -1
        if depth < 0:
            raise SourceError("it closes brackets that it does not open")
    first = lines[0] if lines[0].lstrip().startswith("*") else f"* {lines[0].lstrip()}"
    page = read_blocks(trope, split_blocks([first, *lines[1:]]), lexicon)
    if not page.examples:
        raise SourceError("it has no example")
    if page.other_parts or page.trope.description or page.trope.caption:
        raise SourceError("some of its text belongs to no example")
    return page


def _plain_example(spans: tuple[Span, ...]) -> Example:
    return Example(0, example_key(spans[0].text), None, None, (), (Part(PartKind.BULLET, 1, spans),))


def _work(cell: str, lexicon: Lexicon) -> Work | None:
    """Return the work of a cell: a page's name, address or title."""
    cell = cell.replace("''", "").strip()
    page = page_from_address(cell) or (cell.replace(".", "/") if _PAGE.fullmatch(cell) else None)
    title = " ".join(cell.split())
    if page is not None:
        return Work(page, lexicon.title(page))
    return Work(None, title) if title else None


def _works(work: Work | None, found: Sequence[Work]) -> tuple[Work, ...]:
    """Return the work of the column, then those that the text links to."""
    if work is None:
        return tuple(found)
    linked = {each.ref: each for each in found if each.page}
    first = work if work.page else linked.get(work.ref, work)
    return (first, *[each for ref, each in linked.items() if ref != first.ref])


def _medium(cell: str, work: Work | None, lexicon: Lexicon) -> Medium | None:
    """Return the medium that a cell names, or else the namespace of the work."""
    if cell:
        return lexicon.medium(cell) or lexicon.subpage_medium(cell) or lexicon.medium_from_folder(cell)
    namespace = (work.page or "" if work else "").partition("/")[0]
    return lexicon.namespaces.get(namespace.casefold())
