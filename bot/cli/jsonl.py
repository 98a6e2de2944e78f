"""JSON Lines of a page: the trope, then its examples in page order.

Offsets are code points of the ``text`` beside them. Links without an address are omitted.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import Any, TypeVar

from bot.model import Example, Note, Part, Span, Style, Trope, plain_text

T = TypeVar("T")
EXPORTED_STYLES = (Style.ITALIC, Style.BOLD, Style.MONOSPACE, Style.STRUCK)


def json_lines(trope: Trope, examples: Iterable[Example]) -> Iterator[str]:
    """Yield lines without line ends."""
    yield json.dumps(_trope_object(trope), ensure_ascii=False)
    for example in examples:
        yield json.dumps(_example_object(trope.name, example), ensure_ascii=False)


def title_line(page: str, title: str) -> str:
    """Return the line of a registered title."""
    return json.dumps({"type": "title", "page": page, "title": title}, ensure_ascii=False)


def _trope_object(trope: Trope) -> dict[str, Any]:
    return {
        "type": "trope",
        "name": trope.name,
        "title": trope.title,
        "description": "\n\n".join(part.text for part in trope.description),
        "caption": plain_text(trope.caption),
        "related": list(trope.related_tropes),
    }


def _example_object(trope: str, example: Example) -> dict[str, Any]:
    source = {"source": example.subpage} if example.subpage else {}
    return {
        "type": "example",
        "trope": trope,
        "number": example.number,
        "folder": example.folder,
        "medium": example.medium and example.medium.slug,
        **source,
        "works": [{"page": work.page, "title": work.title} for work in example.works],
        "parts": [_part_object(part) for part in example.parts],
    }


def _part_object(part: Part) -> dict[str, Any]:
    links = _attribute_ranges(part.spans, lambda span: span.page)
    styles = [
        {"start": start, "end": end, "style": str(style.name).lower()}
        for style in EXPORTED_STYLES
        for start, end, _ in _attribute_ranges(part.spans, lambda span, style=style: span.style & style)  # type: ignore[misc]
    ]
    return {
        "kind": part.kind.value,
        "depth": part.depth,
        "line": part.source_line,
        "text": part.text,
        "spoilers": _spoiler_ranges(part.spans),
        "links": [{"start": start, "end": end, "page": page} for start, end, page in links],
        "styles": sorted(styles, key=lambda style: (style["start"], style["end"])),
        "notes": [_note_object(note) for note in part.notes],
    }


def _note_object(note: Note) -> dict[str, Any]:
    return {
        "at": note.offset,
        "label": note.label,
        "text": plain_text(note.spans),
        "spoilers": _spoiler_ranges(note.spans),
    }


def _spoiler_ranges(spans: Iterable[Span]) -> list[list[int]]:
    return [[start, end] for start, end, _ in _attribute_ranges(spans, lambda span: span.spoiler)]


def _attribute_ranges(spans: Iterable[Span], attribute: Callable[[Span], T]) -> Iterator[tuple[int, int, T]]:
    """Yield start, end and value of each run with the same set attribute."""
    offset = 0
    for value, run in groupby(spans, attribute):
        length = sum(len(span.text) for span in run)
        if value:
            yield offset, offset + length, value
        offset += length
