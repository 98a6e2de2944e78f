"""Excerpts for lists: an example's beginning, or the text around search words."""

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from itertools import takewhile
from typing import NamedTuple

from bot.cache import RENDERED_BYTES, cached_by_size
from bot.components.limits import discord_length
from bot.model import Entry, Part, Span, Style, TextLine, visible_text
from bot.render.markdown import Markdown, join_lines, render_lines, single_line
from bot.render.texts import examples as texts
from bot.render.truncate import ELLIPSIS, truncate

SNIPPET_LENGTH, MAX_SNIPPET_LENGTH = 130, 280  # of text, and rendered
CONTEXT_BEFORE = 40  # before the first hit
MAX_HITS_SCORED = 200  # bounds the time for a common word in a long example
WORD = re.compile(r"\w+")


class Hit(NamedTuple):
    """A search word's range in the text, and its folded form."""

    start: int
    end: int
    word: str


def entry_snippet(entry: Entry, title: str, highlight: tuple[str, ...]) -> Markdown:
    """Return a snippet of the page of an example that an entry shows."""
    text = snippet(entry.lines or entry.example.parts, title, highlight)
    return Markdown(f"{ELLIPSIS} {text}") if entry.page > 1 and not text.startswith(ELLIPSIS) else text


def snippet(parts: Sequence[Part | TextLine], title: str = "", highlight: tuple[str, ...] = ()) -> Markdown:
    """Return about 130 characters with the most words of `highlight`, in bold.

    Placeholders replace spoilers. A leading `title` is dropped.
    """
    return _snippet(parts, title, highlight, texts.SPOILER_PLACEHOLDER())


@cached_by_size(RENDERED_BYTES)  # Cached: a list has seven, and the same examples are listed again.
def _snippet(parts: Sequence[Part | TextLine], title: str, highlight: tuple[str, ...], placeholder: str) -> Markdown:
    text = single_line(" ".join([visible_text(part.spans, f" {placeholder} ") for part in parts])).strip()
    if placeholder in text:
        text = re.sub(rf"(?<={re.escape(placeholder)})\s+(?=[,.;:!?)\]'’”])", "", text)
    text = text.removeprefix(f"{title}:").strip() or text

    words = {fold_accents(word) for word in highlight}
    if hits := find_hits(text, words):
        start = densest_window(hits[:MAX_HITS_SCORED])
        if start > SNIPPET_LENGTH // 2:
            text = f"{ELLIPSIS} {text[text.find(' ', start - CONTEXT_BEFORE) + 1 :]}"
    return fit_snippet(truncate(text, SNIPPET_LENGTH), words)


def fit_snippet(text: str, words: Collection[str]) -> Markdown:
    """Return a text with words in bold, cut if too much of it is escaped."""
    while True:
        rendered = join_lines(render_lines(highlight_hits(text, find_hits(text, words))))
        if discord_length(rendered) <= MAX_SNIPPET_LENGTH:
            return rendered
        text = truncate(text, len(text) * MAX_SNIPPET_LENGTH // (discord_length(rendered) + 1))


def find_hits(text: str, words: Collection[str]) -> list[Hit]:
    """Return where the words are in a text, else where words start with them."""
    if not words:
        return []
    found = [Hit(*match.span(), fold_accents(match[0])) for match in WORD.finditer(text)]
    prefixes = tuple(words)
    return [hit for hit in found if hit.word in words] or [hit for hit in found if hit.word.startswith(prefixes)]


def densest_window(hits: Sequence[Hit]) -> int:
    """Return where the snippet with the most different hits starts, preferring close ones."""

    def density(first: int) -> tuple[int, int]:
        start = hits[first].start
        window_end = start + SNIPPET_LENGTH - CONTEXT_BEFORE
        starts: dict[str, int] = {}
        for hit in takewhile(lambda hit: hit.end <= window_end, hits[first:]):
            starts.setdefault(hit.word, hit.start)
        return len(starts), start - max(starts.values(), default=start)

    return hits[max(range(len(hits)), key=density)].start


def highlight_hits(text: str, hits: Sequence[Hit]) -> Iterator[Span]:
    """Yield a text as spans, with hits in bold."""
    end = 0
    for hit in hits:
        yield Span(text[end : hit.start])
        yield Span(text[hit.start : hit.end], Style.BOLD)
        end = hit.end
    yield Span(text[end:])


def fold_accents(word: str) -> str:
    """Drop case and accents."""
    if word.isascii():
        return word.lower()
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))
