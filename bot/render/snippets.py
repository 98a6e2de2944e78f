"""What a list shows of an example: its beginning, or the place where the words that were looked for stand."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import islice

from bot.model import Example, Span, Style, visible_text
from bot.render.kept import Kept
from bot.render.markdown import Markdown, join_lines, render_lines, single_line
from bot.render.texts import examples as texts
from bot.render.truncate import ELLIPSIS, truncate

OPENING = 130
BEFORE = 40  # of what stands before the first hit
LOOKED_AT = 200  # hits, so that a common word in a long example takes no time
_WORD = re.compile(r"\w+")
_GAP = re.compile(rf"(?<={re.escape(texts.SPOILER_PLACEHOLDER)})\s+(?=[,.;:!?)\]'’”])")

Hit = tuple[int, int]
# To find the beginnings of five examples is a third of what it costs to answer with a list.
_kept: Kept[Markdown] = Kept()


def snippet(example: Example, title: str = "", looked_for: Sequence[str] = ()) -> Markdown:
    """Returns some 130 characters of what an example shows in clear; spoilers are named, not shown.

    Args:
        example: The example.
        title: What stands above it in the list; an example that begins with it does not say it again.
        looked_for: Words to show it around, and to set in bold.
    """
    return _kept.of(example, (title, *looked_for), lambda: _opening(example, title, looked_for))


def _opening(example: Example, title: str, looked_for: Sequence[str]) -> Markdown:
    clear = (visible_text(part.spans, f" {texts.SPOILER_PLACEHOLDER} ") for part in example.parts)
    text = _GAP.sub("", single_line(" ".join(clear)).strip())
    text = text.removeprefix(f"{title}:").strip() or text
    wanted = [_fold_accents(word) for word in looked_for]
    hits = _hits(text, wanted)
    cut = truncate(_from_hit(text, _best(text, hits[:LOOKED_AT])) if hits else text, OPENING)
    return join_lines(render_lines(_bold(cut, _hits(cut, wanted))))


def _hits(text: str, wanted: Sequence[str]) -> list[Hit]:
    """Returns where words of the text are wanted ones; if none is, where they begin like one."""
    found = [(word.span(), _fold_accents(word[0])) for word in _WORD.finditer(text)] if wanted else []
    whole = [span for span, word in found if word in wanted]
    return whole or [span for span, word in found if word.startswith(tuple(wanted))]


def _best(text: str, hits: Sequence[Hit]) -> int:
    """Returns where the most of the words stand together, and closest: the first such place."""
    folded = [_fold_accents(text[start:end]) for start, end in hits]

    def closeness(first: int) -> tuple[int, int]:
        begin = hits[first][0]
        met: dict[str, int] = {}
        for (start, end), word in islice(zip(hits, folded, strict=True), first, None):
            if end > begin + OPENING - BEFORE:
                break
            met.setdefault(word, start)
        return len(met), begin - max(met.values(), default=begin)

    return hits[max(range(len(hits)), key=closeness)][0]


def _from_hit(text: str, at: int) -> str:
    if at <= OPENING // 2:
        return text
    start = text.find(" ", at - BEFORE) + 1
    return f"{ELLIPSIS} {text[start:]}"


def _bold(text: str, hits: Sequence[Hit]) -> Iterator[Span]:
    at = 0
    for start, end in hits:
        if start > at:
            yield Span(text[at:start])
        yield Span(text[start:end], Style.BOLD)
        at = end
    if text[at:]:
        yield Span(text[at:])


def _fold_accents(word: str) -> str:
    plain = unicodedata.normalize("NFKD", word.casefold())
    return "".join(char for char in plain if not unicodedata.combining(char))
