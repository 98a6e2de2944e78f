"""Read what `bigrun export` wrote, exactly as it was.

A line that leaves open what is hidden is refused: doubt resolves toward hiding.
"""

import json
import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, pairwise
from typing import Any, TypeVar

from bot.errors import SourceError
from bot.model import MAX_TITLE_LENGTH, Example, Medium, MediumGroup, Note, Part, PartKind, Span, Style, Trope, Work
from bot.wiki.lexicon import Lexicon
from bot.wiki.page import example_key

T = TypeVar("T")
Range = tuple[int, int]
MAX_NUMBER = 1 << 31
MAX_DEPTH = 1_000
_NOT_UNICODE = re.compile("[\0\ud800-\udfff]")
_PAGE = re.compile(r"[^/\s]+/[^/\s]+")
_SLUG = re.compile(r"[a-z0-9-]{1,24}")
_KINDS = {kind.value: kind for kind in PartKind}
_STYLES = {str(style.name).lower(): style for style in Style if style}


def parse_line(line: str) -> dict[str, Any]:
    """Return the object of a line.

    Raises:
        SourceError: It is none.
    """
    try:
        found = json.loads(line, object_pairs_hook=_unique_keys)
    except (ValueError, RecursionError):
        raise SourceError("it is no JSON object") from None
    if not isinstance(found, dict):
        raise SourceError("it is no JSON object")
    return found


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError  # the other value may be the one that hides something
    return found


def read_trope(thing: Mapping[str, Any]) -> Trope:
    """Return the trope of an object. Texts whose parts are missing are kept, but never shown.

    Raises:
        SourceError: A value is wrong.
    """
    keys = ("description_parts", "caption_parts", "quote_parts")
    description, caption, quote = (read_parts(thing[key]) if key in thing else None for key in keys)
    captions = [part.spans for part in caption or ()]
    return Trope(
        text_at(thing, "name"),
        title_at(thing, "title"),
        description or (),
        tuple([span for index, spans in enumerate(captions) for span in ([Span(" ")] if index else []) + [*spans]]),
        tuple([_text(name, "related") for name in _list(thing.get("related", []), "related")]),
        quote or (),
        text_at(thing, "description", "") if description is None else "",
        text_at(thing, "caption", "") if caption is None else "",
    )


def read_example(thing: Mapping[str, Any], lexicon: Lexicon, media: Mapping[str, Medium]) -> Example:
    """Return the example of an object, without a number, with the key that its text has alone.

    Raises:
        SourceError: A value is wrong, or nothing says what is hidden.
    """
    parts = read_parts(thing.get("parts"))
    if not parts or parts[0].kind is not PartKind.BULLET:
        raise SourceError("its parts do not begin with a bullet")
    folder = None if thing.get("folder") is None else title_at(thing, "folder")
    slug = None if thing.get("medium") is None else text_at(thing, "medium")
    medium = None if slug is None else media.get(slug) or _medium(slug, folder, lexicon)
    works = tuple([_work(work) for work in _list(thing.get("works", []), "works")])
    return Example(0, example_key(" ".join([part.text for part in parts])), folder, medium, works, parts)


def media_by_slug(lexicon: Lexicon) -> dict[str, Medium]:
    """Return the media of the tables."""
    tables = (lexicon.folders, lexicon.subpages, lexicon.namespaces)
    return {medium.slug: medium for table in tables for medium in table.values()}


def _medium(slug: str, folder: str | None, lexicon: Lexicon) -> Medium:
    """Return a medium that the tables do not know: of its folder, or named by its slug."""
    if folder is not None and (made := lexicon.medium_from_folder(folder)).slug == slug:
        return made
    if not _SLUG.fullmatch(slug):
        raise SourceError("`medium` is no medium")
    name = slug.replace("-", " ").strip().title() or slug
    return Medium(slug, name, MediumGroup(slug, name), (name.casefold(),))


def _work(thing: Any) -> Work:
    if not isinstance(thing, dict):
        raise SourceError("`works` is no list of works")
    page = thing.get("page")
    if page is not None and not _page(_text(page, "page")):
        raise SourceError("the page of a work is no page")
    return Work(page, title_at(thing, "title"))


# --- parts


def read_parts(things: Any) -> tuple[Part, ...]:
    """Return the parts of a list.

    Raises:
        SourceError: One is wrong.
    """
    return tuple([_part(thing) for thing in _list(things, "parts")])


def _part(thing: Any) -> Part:
    kind = _KINDS.get(text_at(thing, "kind")) if isinstance(thing, dict) else None
    if kind is None:
        raise SourceError("a part has no known `kind`")
    depth, line = _number(thing, "depth", MAX_DEPTH), _number({"line": thing.get("line") or 0}, "line", MAX_NUMBER)
    spans, hidden = _spans(thing, 0)
    rows = _list(thing.get("notes", []), "notes")
    length, most = len(thing["text"]), len(hidden) + len(rows)
    notes = [_note(row, hidden, length, most) for row in rows]
    if any(after.offset < note.offset for note, after in pairwise(notes)):
        raise SourceError("its notes are not in order")
    return Part(kind, depth, spans, tuple(notes), line)


def _note(thing: Any, hidden: Sequence[Range], length: int, most: int) -> Note:
    """Return a note of a part that is so long and has at most so many spoilers."""
    if not isinstance(thing, dict):
        raise SourceError("`notes` is no list of notes")
    at, label = _number(thing, "at", length), text_at(thing, "label")
    if not label:
        raise SourceError("a note has no `label`")
    spans, _ = _spans(thing, most)
    before = bisect_left(hidden, (at, 0))  # spoilers that start left of the label
    around = before if before and at < hidden[before - 1][1] else 0
    if "spoiler" in thing:
        spoiler = _number(thing, "spoiler", most) or around
    elif any(not span.spoiler for span in spans):
        spoiler = around  # the label of a note with visible text is visible
    else:
        spoiler = _touching(hidden, before, at) or most
    if spoiler:
        spans = tuple([span._replace(spoiler=span.spoiler or spoiler) for span in spans])
    return Note(at, label, spans, spoiler)


def _touching(hidden: Sequence[Range], before: int, at: int) -> int:
    """Return the number of the spoiler that ends or starts at a place, or 0."""
    if before and at <= hidden[before - 1][1]:
        return before
    return before + 1 if before < len(hidden) and hidden[before][0] == at else 0


def _spans(thing: Mapping[str, Any], last_spoiler: int) -> tuple[tuple[Span, ...], list[Range]]:
    """Return the spans of a text and its hidden ranges. The numbers of its spoilers follow `last_spoiler`.

    Raises:
        SourceError: A range is out of bounds, overlaps another or is missing.
    """
    text = text_at(thing, "text")
    hidden = _ranges(thing.get("spoilers"), "spoilers", len(text))
    links = _objects(thing, "links", "page", len(text), _page)
    styles = _objects(thing, "styles", "style", len(text), _STYLES.get)
    by_style = {style: [row for row in styles if row[2] is style] for style in _STYLES.values()}
    _require_order([row[:2] for row in links], "links")
    for rows in by_style.values():
        _require_order([row[:2] for row in rows], "styles")
    numbered = [(start, end, last_spoiler + index) for index, (start, end) in enumerate(hidden, 1)]
    ranges: list[Range] = [row[:2] for row in numbered] + [row[:2] for row in links] + [row[:2] for row in styles]
    cuts = sorted({0, len(text), *chain.from_iterable(ranges)})
    bits = zip(*[_values(cuts, rows, Style.PLAIN) for rows in by_style.values()], strict=True)
    columns = zip(pairwise(cuts), _values(cuts, links, None), _values(cuts, numbered, 0), bits, strict=True)
    spans: list[Span] = []
    for (start, end), page, spoiler, some in columns:
        span = Span(text[start:end], Style(sum(some)), page, spoiler)
        if spans and (spans[-1].style, spans[-1].page, spans[-1].spoiler) == (span.style, page, spoiler):
            span = Span(spans.pop().text + span.text, span.style, page, spoiler)
        spans.append(span)
    return tuple(spans), hidden


def _values(cuts: Sequence[int], rows: Sequence[tuple[int, int, T]], default: T) -> Iterator[T]:
    """Yield the value at each stretch between two cuts, of ranges in order."""
    position = 0
    for start in cuts[:-1]:
        while position < len(rows) and rows[position][1] <= start:
            position += 1
        inside = position < len(rows) and rows[position][0] <= start
        yield rows[position][2] if inside else default


# --- values


def _objects(
    thing: Mapping[str, Any], key: str, value: str, length: int, read: Callable[[str], T | None]
) -> list[tuple[int, int, T]]:
    """Return start, end and value of each object in a list, sorted."""
    found = []
    for row in _list(thing.get(key, []), key):
        if not isinstance(row, dict) or (read_value := read(text_at(row, value))) is None:
            raise SourceError(f"`{key}` has a wrong `{value}`")
        start, end = _range((row.get("start"), row.get("end")), key, length)
        found.append((start, end, read_value))
    return sorted(found, key=lambda row: row[:2])


def _ranges(things: Any, key: str, length: int) -> list[Range]:
    rows = [_range(row, key, length) for row in _list(things, key)]
    _require_order(rows, key)
    return rows


def _range(pair: Any, key: str, length: int) -> Range:
    match pair:
        case (int(start), int(end)) if 0 <= start < end <= length and not {type(start), type(end)} & {bool}:
            return start, end
    raise SourceError(f"`{key}` has a range that is not in the text")


def _page(page: str) -> str | None:
    return page if len(page) <= MAX_TITLE_LENGTH and _PAGE.fullmatch(page) else None


def _require_order(rows: Iterable[Range], key: str) -> None:
    last = 0
    for start, end in rows:
        if start < last:
            raise SourceError(f"`{key}` has ranges that overlap or are not in order")
        last = end


def text_at(thing: Mapping[str, Any], key: str, default: str | None = None) -> str:
    """Return a text of an object.

    Raises:
        SourceError: It is missing and has no default, or is no text.
    """
    return _text(thing.get(key, default), key)


def title_at(thing: Mapping[str, Any], key: str) -> str:
    """Return a title of an object.

    Raises:
        SourceError: It is missing, no text or too long.
    """
    title = text_at(thing, key)
    if len(title) > MAX_TITLE_LENGTH:
        raise SourceError(f"`{key}` has over {MAX_TITLE_LENGTH} characters")
    return title


def _text(value: Any, key: str) -> str:
    if not isinstance(value, str) or _NOT_UNICODE.search(value):
        raise SourceError(f"`{key}` is no text")
    return value


def _list(value: Any, key: str) -> list[Any]:
    if not isinstance(value, list):
        raise SourceError(f"`{key}` is no list")
    return value


def _number(thing: Mapping[str, Any], key: str, most: int) -> int:
    value = thing.get(key)
    if type(value) is not int or not 0 <= value <= most:
        raise SourceError(f"`{key}` is no number from 0 to {most:,}")
    return value
