"""Spans, notes and parts as compact JSON and back: what goes in comes out."""

import json
from typing import Any

from bot.model import Kind, Note, Part, Span, Style, Trope

# Made once: `json.dumps` makes one for every call that is not usual.
encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_read = json.JSONDecoder().raw_decode
_STYLES = tuple(Style(bits) for bits in range(16))
_KINDS = {kind.value: kind for kind in Kind}


def decode(text: str) -> Any:
    """Returns what `encode` wrote: no blanks around it have to be looked for, which takes as long as reading it."""
    return _read(text)[0]


def encode_parts(parts: tuple[Part, ...]) -> str:
    """Returns parts as one line of JSON."""
    return encode([_part(part) for part in parts])


def decode_parts(text: str) -> tuple[Part, ...]:
    """Returns the parts that `encode_parts` wrote."""
    return tuple([_read_part(row) for row in decode(text)])


def encode_trope(trope: Trope) -> str:
    """Returns what of a trope has no column of its own as one line of JSON."""
    return encode([[_part(part) for part in trope.description], _spans(trope.caption), trope.related])


def decode_trope(name: str, title: str, text: str) -> Trope:
    """Returns the trope whose remaining fields `encode_trope` wrote."""
    description, caption, related = decode(text)
    parts = tuple([_read_part(row) for row in description])
    return Trope(name, title, parts, _read_spans(caption), tuple(related))


def _part(part: Part) -> list[Any]:
    notes = [[note.at, note.label, _spans(note.spans), note.spoiler] for note in part.notes]
    return [part.kind.value, part.depth, part.line, _spans(part.spans), *([notes] if notes else [])]


def _spans(spans: tuple[Span, ...]) -> list[Any]:
    # Most runs are plain: a bare string stands for one.
    return [[s.text, int(s.style), s.page, s.spoiler] if s.style or s.page or s.spoiler else s.text for s in spans]


def _read_part(row: list[Any]) -> Part:
    notes = tuple([_read_note(note) for note in row[4]]) if len(row) > 4 else ()
    return Part(_KINDS[row[0]], row[1], _read_spans(row[3]), notes, row[2])


def _read_note(row: list[Any]) -> Note:
    at, label, words, spoiler = row
    return Note(at, label, _read_spans(words), spoiler)


def _read_spans(rows: list[Any]) -> tuple[Span, ...]:
    return tuple([Span(row) if isinstance(row, str) else Span(row[0], _STYLES[row[1]], *row[2:]) for row in rows])
