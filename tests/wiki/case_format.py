"""The notation of the syntax cases: a page as readable lines. `cases/README.md` describes it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from bot.model import Example, Note, Page, Part, PartKind, Span, Style, Work

OPTIONAL = ("title:", "works:", "related:", "warning:", "subpages:", "source:")
PAGE = re.compile(r" on ([A-Za-z/]+)\Z")
SIGNS = {
    PartKind.BULLET: "",
    PartKind.QUOTE: ">",
    PartKind.ATTRIBUTION: "--",
    PartKind.PARAGRAPH: ".",
    PartKind.LIST_ITEM: "#",
    PartKind.DEFINITION: ":",
    PartKind.TABLE_ROW: "|",
}
STYLES = ((Style.STRUCK, "~"), (Style.MONOSPACE, "`"), (Style.BOLD, "**"), (Style.ITALIC, "*"))
STAND_INS = {"␍": "\r", "␀": "\0", "<BOM>": "\ufeff", "<SURROGATE>": "\ud83d", "<NO ROW END>\n": ""}


@dataclass(frozen=True, slots=True)
class Case:
    """A syntax case: its title, a page source, and the lines of the page it reads as."""

    title: str
    page: str
    source: str
    expected: list[str]


def read_cases(path: Path) -> Iterator[Case]:
    for chunk in path.read_text(encoding="utf-8").split("\n=== ")[1:]:
        title, _, rest = chunk.partition("\n")
        source, arrow, expected = rest.partition(">>>\n")
        assert arrow, f"{path.name}: the case {title!r} has no >>>"
        for stand_in, real in STAND_INS.items():
            source = source.replace(stand_in, real)
        page = PAGE.search(title)
        yield Case(
            title,
            page[1] if page else "SomeTrope",
            source,
            [line for line in expected.splitlines() if line and not line.startswith("//")],
        )


def lines_of(page: Page) -> Iterator[str]:
    yield f"title: {page.trope.title}"
    yield from (_free(part) for part in page.trope.description)
    if page.trope.caption:
        yield f"caption: {_text(page.trope.caption)}"
    yield from (f"related: {name}" for name in page.trope.related_tropes)
    for (folder, medium), examples in groupby(page.examples, lambda example: (example.folder, example.medium)):
        if folder is not None or medium:
            yield f"folder: {folder or '-'} ({medium.slug if medium else 'any'})"
        for example in examples:
            yield from _example(example)
    yield from (f"source: {name}" for name in {example.subpage for example in page.examples} if name)
    yield from (f"subpages: {name}" for name in page.listed_subpages)
    yield from ("aside: " + _free(part) for part in page.other_parts)
    yield from (f"warning: {each.line} {each.message}" for each in page.diagnostics)


def relevant(lines: Iterable[str], expected: list[str]) -> list[str]:
    """Return the lines without optional kinds that the case does not name."""
    silent = tuple(kind for kind in OPTIONAL if not any(line.startswith(kind) for line in expected))
    return [line for line in lines if not line.startswith(silent)]


def _example(example: Example) -> Iterator[str]:
    for part in example.parts:
        yield f"{'*' * part.depth}{SIGNS[part.kind]} {_text(part.spans, part.notes)}".rstrip()
    yield f"works: {'; '.join(map(_work, example.works)) or 'none'}"


def _work(work: Work) -> str:
    return f"{work.title} = {work.page}" if work.page else work.title


def _free(part: Part) -> str:
    text = _text(part.spans, part.notes)
    return text if part.kind is PartKind.PARAGRAPH else f"{'*' * part.depth}{SIGNS[part.kind]} {text}"


def _text(spans: Iterable[Span], notes: Iterable[Note] = ()) -> str:
    """Return spans with their notes: `*italic* [[label|Page]] {{hidden}} ((label: note))`."""
    pieces = [piece for piece in _with_notes(spans, notes) if piece[1]]
    runs = groupby(pieces, key=lambda piece: piece[0])
    shown = ((hidden, "".join(text for _, text in run)) for hidden, run in runs)
    return "".join(f"{{{{{text}}}}}" if hidden else text for hidden, text in shown).replace("\n", "⏎")


def _with_notes(spans: Iterable[Span], notes: Iterable[Note]) -> Iterator[tuple[int, str]]:
    left, at = list(notes), 0
    for span in spans:
        start = 0
        while left and left[0].offset < at + len(span.text):
            note = left.pop(0)
            yield span.spoiler, _styled(span, span.text[start : note.offset - at])
            yield note.spoiler, f"(({note.label}: {_text(note.spans)}))"
            start = note.offset - at
        yield span.spoiler, _styled(span, span.text[start:])
        at += len(span.text)
    yield from ((note.spoiler, f"(({note.label}: {_text(note.spans)}))") for note in left)


def _styled(span: Span, text: str) -> str:
    if not text:
        return ""
    text = f"[[{text}|{span.page}]]" if span.page else text
    for style, sign in STYLES:
        text = f"{sign}{text}{sign}" if span.style & style else text
    return text
