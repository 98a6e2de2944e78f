"""A page as JSON Lines: one object a line, the trope first, then its examples in page order.

Offsets are code points into the ``text`` beside them, half-open. A link whose address was cut has no entry.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import Any, TypeVar

from bot.model import Example, Note, Part, Span, Style, Trope, text_of

_K = TypeVar("_K")
_STYLES = (Style.ITALIC, Style.BOLD, Style.MONOSPACE, Style.STRUCK)


def json_lines(trope: Trope, examples: Iterable[Example]) -> Iterator[str]:
    """Yields the lines, without line ends."""
    yield _line(_trope(trope))
    for example in examples:
        yield _line(_example(trope.name, example))


def _line(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False)


def _trope(trope: Trope) -> dict[str, Any]:
    return {
        "type": "trope",
        "name": trope.name,
        "title": trope.title,
        "description": "\n\n".join(part.text for part in trope.description),
        "caption": text_of(trope.caption),
        "related": list(trope.related),
    }


def _example(trope: str, example: Example) -> dict[str, Any]:
    return {
        "type": "example",
        "trope": trope,
        "number": example.number,
        "folder": example.folder,
        "medium": example.medium and example.medium.slug,
        "works": [{"page": work.page, "title": work.title} for work in example.works],
        "parts": [_part(part) for part in example.parts],
    }


def _part(part: Part) -> dict[str, Any]:
    return {
        "kind": part.kind.value,
        "depth": part.depth,
        "line": part.line,
        "text": part.text,
        "spoilers": _spoilers(part.spans),
        "links": [{"start": s, "end": e, "page": page} for s, e, page in _ranges(part.spans, lambda span: span.page)],
        "styles": _styles(part.spans),
        "notes": [_note(note) for note in part.notes],
    }


def _note(note: Note) -> dict[str, Any]:
    return {"at": note.at, "label": note.label, "text": text_of(note.spans), "spoilers": _spoilers(note.spans)}


def _spoilers(spans: Iterable[Span]) -> list[list[int]]:
    return [[start, end] for start, end, _ in _ranges(spans, lambda span: span.spoiler)]


def _styles(spans: tuple[Span, ...]) -> list[dict[str, Any]]:
    found = [
        {"start": start, "end": end, "style": str(style.name).lower()}
        for style in _STYLES
        for start, end, _ in _ranges(spans, lambda span, style=style: span.style & style)  # type: ignore[misc]
    ]
    return sorted(found, key=lambda row: (row["start"], row["end"]))


def _ranges(spans: Iterable[Span], attribute: Callable[[Span], _K]) -> Iterator[tuple[int, int, _K]]:
    """Yields start, end and value of each run of spans whose attribute is the same, where it is set."""
    at = 0
    for value, run in groupby(spans, attribute):
        length = sum(len(span.text) for span in run)
        if value:
            yield at, at + length, value
        at += length
