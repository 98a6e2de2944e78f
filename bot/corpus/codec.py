"""JSON in the corpus: parts and works of examples, lines of long ones, details of tropes."""

import json
import zlib
from collections.abc import Iterable
from typing import Any

import orjson

from bot.model import Note, Part, PartKind, Span, Style, TextLine, Trope, TropeLayout, Work

_SLOW_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
STYLE_BY_BITS = tuple(Style(bits) for bits in range(16))
COMPRESSION_LEVEL = 1  # the fastest
KIND_BY_VALUE = {kind.value: kind for kind in PartKind}


def to_json(value: object) -> str:
    """Encode a value as one line."""
    try:
        return orjson.dumps(value).decode()
    except orjson.JSONEncodeError:  # only UTF-8, so not half a surrogate pair
        return _SLOW_ENCODER.encode(value)


def parts_to_json(parts: tuple[Part, ...]) -> str:
    """Encode parts as one line."""
    return to_json([_part_to_list(part) for part in parts])


def parts_from_json(text: str) -> tuple[Part, ...]:
    """Decode what `parts_to_json` wrote."""
    return tuple([_part_from_list(row) for row in json.loads(text)])


def lines_to_json(lines: Iterable[TextLine]) -> str:
    """Encode lines as one line."""
    return to_json(_lines_to_list(lines))


def lines_from_json(text: str) -> tuple[TextLine, ...]:
    """Decode what `lines_to_json` wrote."""
    return _lines_from_list(json.loads(text))


def layout_to_json(layout: TropeLayout) -> str:
    """Encode what a card shows of a trope's texts."""
    *texts, is_cut = layout
    return to_json([*map(_lines_to_list, texts), int(is_cut)])


def layout_from_json(text: str) -> TropeLayout:
    """Decode what `layout_to_json` wrote."""
    *texts, is_cut = json.loads(text)
    quote, description, caption = map(_lines_from_list, texts)
    return TropeLayout(quote, description, caption, bool(is_cut))


def works_to_json(works: Iterable[Work]) -> str:
    """Encode works."""
    return to_json([[work.page, work.title] for work in works])


def works_from_json(text: str) -> tuple[Work, ...]:
    """Decode what `works_to_json` wrote."""
    return tuple([Work(page, title) for page, title in json.loads(text)])


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
    description, caption, related, *later = json.loads(text)
    quote, unmarked = later or ((), ())  # a corpus of an earlier version has neither
    parts, quote = (tuple([_part_from_list(row) for row in rows]) for rows in (description, quote))
    return Trope(name, title, parts, _spans_from_list(caption), tuple(related), quote, *unmarked)


def _part_to_list(part: Part) -> list[Any]:
    notes = [[note.offset, note.label, _spans_to_list(note.spans), note.spoiler] for note in part.notes]
    return [part.kind.value, part.depth, part.source_line, _spans_to_list(part.spans), *([notes] if notes else [])]


def _part_from_list(row: list[Any]) -> Part:
    kind, depth, source_line, spans, *notes = row
    read = [Note(at, label, _spans_from_list(text), spoiler) for rows in notes for at, label, text, spoiler in rows]
    return Part(KIND_BY_VALUE[kind], depth, _spans_from_list(spans), tuple(read), source_line)


def _lines_to_list(lines: Iterable[TextLine]) -> list[Any]:
    return [[kind.value, depth, _spans_to_list(spans), int(continues)] for kind, depth, spans, continues in lines]


def _lines_from_list(rows: list[Any]) -> tuple[TextLine, ...]:
    return tuple(
        [TextLine(KIND_BY_VALUE[kind], depth, _spans_from_list(s), bool(more)) for kind, depth, s, more in rows]
    )


def _spans_to_list(spans: tuple[Span, ...]) -> list[Any]:
    # Most spans are plain: store the bare string.
    return [[s.text, int(s.style), s.page, s.spoiler] if s.style or s.page or s.spoiler else s.text for s in spans]


def _spans_from_list(rows: list[Any]) -> tuple[Span, ...]:
    return tuple([Span(row) if isinstance(row, str) else Span(row[0], STYLE_BY_BITS[row[1]], *row[2:]) for row in rows])
