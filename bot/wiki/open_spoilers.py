"""Find what spoilers hide beyond the block that opens them.

A spoiler hides all up to its closer, in whatever block that is. One that never closes hides the rest of its bullet.
A closer belongs to what was opened last. If that is a link or the like in a spoiler that never closes, the spoiler
reaches there too, since the closer may be its own.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import accumulate, chain

from bot.model import Diagnostic, Span, plain_text, visible_text
from bot.wiki.blocks import Block
from bot.wiki.inline import read_inline
from bot.wiki.lexicon import Lexicon
from bot.wiki.spans import NO_SPOILERS, NOTHING_LOOSE, InlineResult, OpenSpoilers, Spans
from bot.wiki.tokens import SPOILER_OPENING

_ENDS_SECTION = frozenset({"folder", "end_folder", "heading", "small_caps_heading", "rule", "index", "end_index"})
_PARAGRAPH = 1 << 30  # a level below all bullets
_Signs = tuple[int, Sequence[bool]]  # a block's closers, and its openers: whether they are spoilers'


@dataclass(slots=True)
class _Opener:
    """A bracket or tag that its block does not close."""

    block: int
    is_spoiler: bool
    reach: int  # the last block of which it hides something
    is_closed: bool = False


def hide_open_spoilers(blocks: Sequence[Block], lexicon: Lexicon) -> tuple[list[Block], list[Diagnostic]]:
    """Return the blocks with what spoilers above hide of them, and a diagnostic for each such spoiler."""
    loose = [NOTHING_LOOSE if block.inline else read_inline(block.text, lexicon).loose for block in blocks]
    ends = _ends_of_bullets(blocks)
    brackets = _match([(each.closers, each.openers) for each in loose], ends)
    tags = _match([(each.tag_closers, (True,) * each.tag_openers) for each in loose], ends)
    counts = map(OpenSpoilers, _count_open(brackets, len(blocks)), _count_open(tags, len(blocks)))
    # A known medium's name gives nothing away, and its examples need it.
    hidden = [
        block if block.kind == "folder" and lexicon.medium(block.text) else block._replace(hidden=count)
        for block, count in zip(blocks, counts, strict=True)
    ]
    return hidden, [_diagnose(blocks, opener) for opener in (*brackets, *tags) if opener.is_spoiler]


def hide_typed_spoilers(blocks: Sequence[Block], lexicon: Lexicon) -> tuple[list[Block], list[Diagnostic]]:
    """Hide what spoilers enclose whose markup a saved page shows as text, all to the end of each block."""
    if not _show_markup([block.inline for block in blocks if block.inline]):
        return list(blocks), []  # as nearly always
    typed = [
        block._replace(text=plain_text(block.inline.spans) if block.inline else "", inline=None) for block in blocks
    ]
    marked, _ = hide_open_spoilers(typed, lexicon)
    hidden = [_hide_typed(block, mark) for block, mark in zip(blocks, marked, strict=True)]
    diagnostics = [
        Diagnostic(before.line, "the markup of a spoiler is shown as text", "what it may enclose is hidden")
        for before, after in zip(blocks, hidden, strict=True)
        if before is not after
    ]
    return hidden, diagnostics


def _show_markup(inlines: Sequence[InlineResult]) -> bool:
    """Return whether double brackets are in a span."""
    texts = [span.text for inline in inlines for span in inline.spans]
    for inline in inlines:
        if inline.notes or inline.caption or inline.boxes:
            notes = [note.spans for note in inline.notes]
            texts += [span.text for span in chain(inline.caption, *inline.boxes, *notes)]
    return "[[" in "\0".join(texts)


def _hide_typed(block: Block, mark: Block) -> Block:
    """Return a saved page's block without what is hidden of it, the block itself if nothing is."""
    inline = block.inline
    if inline is None or (mark.hidden == NO_SPOILERS and not _show_markup([inline])):
        return block
    opening = SPOILER_OPENING.search(mark.text)
    start = 0 if mark.hidden != NO_SPOILERS else opening.start() if opening else len(mark.text) + 1
    hide_aside = _hide_own if start else partial(_hide_from, 0)
    spans = _hide_from(start, inline.spans)
    number = max([span.spoiler for span in spans], default=0) or 1
    notes = []
    for note in inline.notes:
        around = note.spoiler or number * (note.offset >= start)
        notes.append(
            note._replace(spans=_hide_from(0, note.spans) if around else _hide_own(note.spans), spoiler=around)
        )
    found = inline._replace(
        spans=spans,
        notes=tuple(notes),
        caption=hide_aside(inline.caption),
        boxes=tuple(map(hide_aside, inline.boxes)),
    )
    return block if found == inline else block._replace(text=visible_text(spans) if block.text else "", inline=found)


def _hide_own(spans: Spans) -> Spans:
    """Return spans hidden from where a spoiler's markup begins in them."""
    opening = SPOILER_OPENING.search(plain_text(spans))
    return _hide_from(opening.start(), spans) if opening else spans


def _hide_from(start: int, spans: Spans) -> Spans:
    """Return spans of which all from an offset on is one spoiler."""
    number, offset = 1 + max([span.spoiler for span in spans], default=0), 0
    found: list[Span] = []
    for span in spans:
        cut = min(max(start - offset, 0), len(span.text))
        found += [span._replace(text=span.text[:cut])] if cut else []
        found += [span._replace(text=span.text[cut:], spoiler=number)] if cut < len(span.text) else []
        offset += len(span.text)
    return tuple(found)


def _match(signs: Sequence[_Signs], ends: Sequence[int]) -> list[_Opener]:
    """Return the openers that a later block closes, and the spoilers that none does."""
    unclosed: list[_Opener] = []
    closed: list[_Opener] = []
    for index, (closers, openers) in enumerate(signs):
        for _ in range(min(closers, len(unclosed))):
            opener = unclosed.pop()
            opener.reach, opener.is_closed = index, True
            closed.append(opener)
            if unclosed and not opener.is_spoiler and opener.block <= unclosed[-1].reach:
                unclosed[-1].reach = max(unclosed[-1].reach, index)
        for is_spoiler in openers:
            if is_spoiler or unclosed:  # a bracket around a spoiler hides nothing
                unclosed.append(_Opener(index, is_spoiler, ends[index] if is_spoiler else index))
    return closed + [opener for opener in unclosed if opener.is_spoiler]


def _count_open(openers: Sequence[_Opener], blocks: int) -> Iterator[int]:
    """Yield how many are open where each block begins."""
    changes = [0] * (blocks + 1)
    for opener in openers:
        changes[opener.block + 1] += 1
        changes[min(opener.reach + 1, blocks)] -= 1
    return accumulate(changes[:blocks])


def _ends_of_bullets(blocks: Sequence[Block]) -> list[int]:
    """Return the last block of each block's bullet with all that is under it, or else of its paragraph."""
    owners: list[int] = []  # where the bullet or paragraph of each block starts
    ends: dict[int, int] = {}
    open_: list[tuple[int, int]] = []  # level and start, outermost first
    for index, block in enumerate(blocks):
        is_bullet = block.kind == "bullet"
        level = block.level if is_bullet else 0 if block.kind in _ENDS_SECTION else _PARAGRAPH
        while open_ and open_[-1][0] >= level and (level < _PARAGRAPH or block.kind == "blank"):
            ends[open_.pop()[1]] = index - 1
        if is_bullet or not open_:
            open_.append((level or _PARAGRAPH, index))
        owners.append(open_[-1][1])
    ends |= {start: len(blocks) - 1 for _, start in open_}
    return [ends[owner] for owner in owners]


def _diagnose(blocks: Sequence[Block], opener: _Opener) -> Diagnostic:
    line, last = blocks[opener.block].line, blocks[opener.reach].line
    if opener.is_closed:
        return Diagnostic(line, f"a spoiler is closed in row {last} only", "hidden up to there")
    return Diagnostic(line, "a spoiler is not closed", f"hidden to the end of row {last}")
