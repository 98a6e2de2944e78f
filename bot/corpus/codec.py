"""JSON in the corpus: parts and works of examples, lines of long ones, details of tropes."""

import json
import zlib
from collections.abc import Iterable, Sequence
from typing import Any

import orjson

from bot.model import Note, Part, PartKind, Span, Style, TextLine, Trope, TropeLayout, Work

_SLOW_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_decode_value = json.JSONDecoder().raw_decode  # `json.loads` also looks for blanks around it
STYLE_BY_BITS = tuple(Style(bits) for bits in range(16))
COMPRESSION_LEVEL = 1  # the fastest
SPANS = 3  # their place in the list of a part
KIND_BY_VALUE = {kind.value: kind for kind in PartKind}
# A link to one of an example's works has the work's number for its page, and this for its text if it is the title.
TITLE = 0

KnownWorks = dict[str, tuple[int, str]]  # numbers and titles of works, by page
NO_WORKS: KnownWorks = {}


def to_json(value: object) -> str:
    """Encode a value as one line."""
    try:
        return orjson.dumps(value).decode()
    except orjson.JSONEncodeError:  # only UTF-8, so not half a surrogate pair
        return _SLOW_ENCODER.encode(value)


def _from_json(text: str) -> Any:
    return _decode_value(text)[0]


def parts_to_json(parts: Iterable[Part], works: Sequence[Work] = ()) -> str:
    """Encode parts as one line. Pages and titles of `works` are not repeated."""
    known = {work.page: (number, work.title) for number, work in enumerate(works) if work.page}
    return to_json([_part_to_list(part, known) for part in parts])


def parts_from_json(text: str, works: Sequence[Work] = ()) -> tuple[Part, ...]:
    """Decode what `parts_to_json` wrote, with the same works."""
    return tuple([_part_from_list(row, works) for row in _from_json(text)])


def text_of_part(parts_json: str, works_json: str, part: int, span: int, start: int, length: int) -> str:
    """Return some visible text of a part, from a place in one of its spans on. Faster than decoding all of it."""
    spans = _from_json(parts_json)[part][SPANS]
    text = spans[span]
    if isinstance(text, str) and len(text) >= start + length:  # nearly always
        return text[start : start + length]
    works = works_from_json(works_json)
    return "".join([each.text for each in _spans_from_list(spans[span:], works)])[start : start + length]


def lines_to_json(lines: Iterable[TextLine]) -> str:
    """Encode lines as one line."""
    return to_json(_lines_to_list(lines))


def lines_from_json(text: str) -> tuple[TextLine, ...]:
    """Decode what `lines_to_json` wrote."""
    return _lines_from_list(_from_json(text))


def layout_to_json(layout: TropeLayout) -> str:
    """Encode what a card shows of a trope's texts."""
    *texts, is_cut = layout
    return to_json([*map(_lines_to_list, texts), int(is_cut)])


def layout_from_json(text: str) -> TropeLayout:
    """Decode what `layout_to_json` wrote."""
    *texts, is_cut = _from_json(text)
    quote, description, caption = map(_lines_from_list, texts)
    return TropeLayout(quote, description, caption, bool(is_cut))


def works_to_json(works: Iterable[Work], known: Sequence[Work] = ()) -> str:
    """Encode works. Those among `known` are not repeated."""
    return to_json([known.index(work) if work in known else [work.page, work.title] for work in works])


def works_from_json(text: str, known: Sequence[Work] = ()) -> tuple[Work, ...]:
    """Decode what `works_to_json` wrote, with the same known ones."""
    return tuple([known[row] if isinstance(row, int) else Work(*row) for row in _from_json(text)])


def compress(text: str) -> bytes:
    """Compress JSON that no answer reads."""
    return zlib.compress(text.encode("utf-8", "surrogatepass"), COMPRESSION_LEVEL)


def decompress(stored: str | bytes) -> str:
    """Return JSON that may be compressed."""
    return stored if isinstance(stored, str) else zlib.decompress(stored).decode("utf-8", "surrogatepass")


def trope_to_json(trope: Trope) -> str:
    """Encode what has no columns: description, caption, related tropes, page quote, texts that are never shown."""
    description, quote = ([_part_to_list(part) for part in parts] for parts in (trope.description, trope.quote))
    unmarked = [trope.unmarked_description, trope.unmarked_caption]
    return to_json([description, _spans_to_list(trope.caption), trope.related_tropes, quote, unmarked])


def trope_from_json(name: str, title: str, text: str) -> Trope:
    """Decode what `trope_to_json` wrote."""
    description, caption, related, quote, unmarked = _from_json(text)
    parts, quote = (tuple([_part_from_list(row) for row in rows]) for rows in (description, quote))
    return Trope(name, title, parts, _spans_from_list(caption), tuple(related), quote, *unmarked)


def _part_to_list(part: Part, known: KnownWorks = NO_WORKS) -> list[Any]:
    notes = [[note.offset, note.label, _spans_to_list(note.spans, known), note.spoiler] for note in part.notes]
    spans = _spans_to_list(part.spans, known)
    return [part.kind.value, part.depth, part.source_line, spans, *([notes] if notes else [])]


def _part_from_list(row: list[Any], works: Sequence[Work] = ()) -> Part:
    kind, depth, source_line, spans, *notes = row
    read = [
        Note(at, label, _spans_from_list(text, works), spoiler) for rows in notes for at, label, text, spoiler in rows
    ]
    return Part(KIND_BY_VALUE[kind], depth, _spans_from_list(spans, works), tuple(read), source_line)


def _lines_to_list(lines: Iterable[TextLine]) -> list[Any]:
    return [[kind.value, depth, _spans_to_list(spans), int(continues)] for kind, depth, spans, continues in lines]


def _lines_from_list(rows: list[Any]) -> tuple[TextLine, ...]:
    return tuple(
        [TextLine(KIND_BY_VALUE[kind], depth, _spans_from_list(s), bool(more)) for kind, depth, s, more in rows]
    )


def _spans_to_list(spans: Iterable[Span], known: KnownWorks = NO_WORKS) -> list[Any]:
    # Most spans are plain: store the bare string.
    return [_span_to_list(span, known) if span.style or span.page or span.spoiler else span.text for span in spans]


def _span_to_list(span: Span, known: KnownWorks) -> list[Any]:
    text, style, page, spoiler = span.text, int(span.style), span.page, span.spoiler
    if page and page in known:
        number, title = known[page]
        return [TITLE if text == title else text, style, number, *([spoiler] if spoiler else [])]
    return [text, style, page, spoiler] if spoiler else [text, style, page] if page else [text, style]


def _spans_from_list(rows: Iterable[Any], works: Sequence[Work] = ()) -> tuple[Span, ...]:
    return tuple([Span(row) if isinstance(row, str) else _span_from_list(row, works) for row in rows])


def _span_from_list(row: list[Any], works: Sequence[Work]) -> Span:
    text, style, *rest = row
    if rest and isinstance(rest[0], int):
        work = works[rest[0]]
        text, rest[0] = work.title if text == TITLE else text, work.page
    return Span(text, STYLE_BY_BITS[style], *rest)
