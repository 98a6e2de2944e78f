"""JSON Lines of a page: the trope, then its examples in page order.

Offsets are code points of the ``text`` beside them. Links without an address are omitted.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any, TypeVar

from bot.model import Example, Note, Part, PartKind, Span, Style, Trope, plain_text

T = TypeVar("T")
EXPORTED_STYLES = (Style.ITALIC, Style.BOLD, Style.MONOSPACE, Style.STRUCK)


def json_lines(trope: Trope, examples: Iterable[Example], subpages: Sequence[str] = ()) -> Iterator[str]:
    """Yield lines without line ends. `subpages` are those that the trope's pages list."""
    yield json.dumps(_trope_object(trope, subpages), ensure_ascii=False)
    for example in examples:
        yield json.dumps(_example_object(trope.name, example), ensure_ascii=False)


def title_line(page: str, title: str) -> str:
    """Return the line of a registered title."""
    return json.dumps({"type": "title", "page": page, "title": title}, ensure_ascii=False)


def _trope_object(trope: Trope, subpages: Sequence[str] = ()) -> dict[str, Any]:
    """Return a trope's object. A text has no parts if nothing says what is hidden in it."""
    caption = (Part(PartKind.PARAGRAPH, 0, trope.caption),) if trope.caption else ()
    parts = {"description_parts": trope.description, "caption_parts": caption, "quote_parts": trope.quote}
    unmarked = {"description_parts": trope.unmarked_description, "caption_parts": trope.unmarked_caption}
    return {
        "type": "trope",
        "name": trope.name,
        "title": trope.title,
        "description": "\n\n".join(part.text for part in trope.description) or trope.unmarked_description,
        "caption": plain_text(trope.caption) or trope.unmarked_caption,
        "related": list(trope.related_tropes),
        **{key: [_part_object(part) for part in some] for key, some in parts.items() if some or not unmarked.get(key)},
        **({"subpages": list(subpages)} if subpages else {}),
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
    """Return a bullet's or quote's object."""
    return {
        "kind": part.kind.value,
        "depth": part.depth,
        "line": part.source_line,
        "text": part.text,
        "spoilers": _spoiler_ranges(part.spans),
        "links": _link_objects(part.spans),
        "styles": _style_objects(part.spans),
        "notes": [_note_object(note, part) for note in part.notes],
    }


def _note_object(note: Note, part: Part) -> dict[str, Any]:
    """Return the object of a note of a part."""
    return {
        "at": note.offset,
        "label": note.label,
        "text": plain_text(note.spans),
        "spoilers": _spoiler_ranges(note.spans),
        "links": _link_objects(note.spans),
        "styles": _style_objects(note.spans),
        "spoiler": _spoiler_position(note, part) if note.spoiler else 0,
    }


def _spoiler_position(note: Note, part: Part) -> int:
    """Return which of the part's spoilers a hidden label is in, from 1; one that has no other text comes after them."""
    runs = list(_attribute_ranges(part.spans, lambda span: span.spoiler))
    own = [(end < note.offset, index) for index, (_, end, spoiler) in enumerate(runs, 1) if spoiler == note.spoiler]
    if own:
        return min(own)[1]
    others = dict.fromkeys(each.spoiler for each in part.notes if each.spoiler)
    unseen = [spoiler for spoiler in others if spoiler not in {run[2] for run in runs}]
    return len(runs) + 1 + unseen.index(note.spoiler)


def _link_objects(spans: Iterable[Span]) -> list[dict[str, Any]]:
    """Return each link with an address."""
    links = _attribute_ranges(spans, lambda span: span.page)
    return [{"start": start, "end": end, "page": page} for start, end, page in links]


def _style_objects(spans: Iterable[Span]) -> list[dict[str, Any]]:
    """Return each run of a style, in the order of their places."""
    styles = [
        {"start": start, "end": end, "style": str(style.name).lower()}
        for style in EXPORTED_STYLES
        for start, end, _ in _attribute_ranges(spans, lambda span, style=style: span.style & style)  # type: ignore[misc]
    ]
    return sorted(styles, key=lambda style: (style["start"], style["end"]))


def _spoiler_ranges(spans: Iterable[Span]) -> list[list[int]]:
    """Return each spoiler's start and end."""
    return [[start, end] for start, end, _ in _attribute_ranges(spans, lambda span: span.spoiler)]


def _attribute_ranges(spans: Iterable[Span], attribute: Callable[[Span], T]) -> Iterator[tuple[int, int, T]]:
    """Yield start, end and value of each run with the same set attribute."""
    offset = 0
    for value, run in groupby(spans, attribute):
        length = sum(len(span.text) for span in run)
        if value:
            yield offset, offset + length, value
        offset += length
