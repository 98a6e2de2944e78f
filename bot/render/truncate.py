"""Cut unescaped page text after a sentence or word, never inside a grapheme."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import takewhile

from bot.components.limits import discord_length
from bot.model import Span

ELLIPSIS = "…"
SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]]*\s+")
STYLE_OVERHEAD = 10  # a tag, bold italics and a blank around a span
# A zero-width joiner joins the characters around it. Followers (variations, a keycap) belong to the one before.
JOINER = "\u200d"
FOLLOWERS = frozenset("\u200c\u200d\u20e3\uff9e\uff9f")


def truncate(text: str, max_length: int) -> str:
    """Return text of at most `max_length` (3 or more), cut after a word with an ellipsis."""
    if 2 * len(text) <= max_length or fits(text, max_length):
        return text
    return split_at_boundary(text[: 2 * max_length], max_length - 1)[0].rstrip(" ,;:.—-") + ELLIPSIS


def split_at_boundary(text: str, max_length: int) -> tuple[str, str]:
    """Split text into a non-empty head of at most `max_length` (2 or more), and the rest.

    Cut after a sentence in the second half, else after a word there, else between graphemes. Only graphemes longer than
    `max_length` are cut.
    """
    at = boundary_before(text, max_length)
    return text[:at], text[at:]


def boundary_before(text: str, max_length: int) -> int:
    """Return where `split_at_boundary` splits."""
    if fits(text, max_length):
        return len(text)
    end = longest_fit(text, max_length)
    at = last_sentence_end(text, end) or last_word_end(text, end) or end
    border = at
    while border and is_within_grapheme(text, border):
        border -= 1
    return border or at


def fits(text: str, max_length: int) -> bool:
    """Return whether a text has at most `max_length`. A long one is not measured."""
    return len(text) <= max_length and discord_length(text) <= max_length


def chunk_spans(spans: Iterable[Span], max_length: int, max_spoilers: int) -> Iterator[tuple[Span, ...]]:
    """Yield spans in chunks of at most `max_spoilers` spoilers. A cut spoiler is hidden in both.

    `max_length` (40 or more) includes `STYLE_OVERHEAD` for each span.
    """
    chunk: list[Span] = []
    length = spoilers = 0
    for span in spans:
        for head in split_text(span.text, max_length // 2):
            head_length = discord_length(head) + STYLE_OVERHEAD
            if chunk and (length + head_length > max_length or (span.spoiler and spoilers == max_spoilers)):
                yield tuple(chunk)
                chunk, length, spoilers = [], 0, 0
            chunk.append(Span(head, span.style, span.page, span.spoiler))
            length, spoilers = length + head_length, spoilers + bool(span.spoiler)
    if chunk:
        yield tuple(chunk)


def split_text(text: str, max_length: int) -> Iterator[str]:
    """Yield a text in pieces of at most `max_length`, each split as by `split_at_boundary`."""
    start = 0
    while start < len(text):
        # Looks only so far ahead: copying the rest for each piece would take quadratic time.
        end = start + boundary_before(text[start : start + 2 * max_length], max_length)
        yield text[start:end]
        start = end


def longest_fit(text: str, max_length: int) -> int:
    """Return how many code points, at least one, fit into `max_length`."""
    end = max_length
    while end > 1 and discord_length(text[:end]) > max_length:
        end -= max(1, (discord_length(text[:end]) - max_length) // 2)
    return max(end, 1)


def last_sentence_end(text: str, end: int) -> int:
    """Return where the last sentence ends in the second half of `text[:end]`, with the blanks after it, or 0."""
    ends = [min(match.end(), end) for match in SENTENCE_END.finditer(text, end // 2, end + 1)]
    return next((at for at in reversed(ends) if not is_within_grapheme(text, at)), 0)


def last_word_end(text: str, end: int) -> int:
    """Return where the last blanks after a word end in the second half of `text[:end]`, or 0."""
    after_blank = False
    for at in range(min(end, len(text) - 1), end // 2 - 1, -1):
        is_blank, was_blank = text[at].isspace(), after_blank
        after_blank = is_blank
        if is_blank and not was_blank and not is_within_grapheme(text, min(at + 1, end)):
            return min(at + 1, end)
    return 0


def is_within_grapheme(text: str, at: int) -> bool:
    """Return whether an index splits a grapheme."""
    if not 0 < at < len(text):
        return False
    left, right = text[at - 1], text[at]
    if left.isascii() and right.isascii():  # nearly always
        return left == "\r" and right == "\n"
    if is_flag_letter(left) and is_flag_letter(right):
        letters_before = sum(1 for _ in takewhile(is_flag_letter, reversed(text[:at])))
        return letters_before % 2 == 1
    extends_left = (
        right in FOLLOWERS
        or "\U0001f3fb" <= right <= "\U0001f3ff"  # a skin tone
        or "\U000e0020" <= right <= "\U000e007f"  # a letter of a region's flag
        or unicodedata.category(right).startswith("M")  # an accent
    )
    korean_syllable = "\u1100" <= right <= "\u11ff" and ("\u1100" <= left <= "\u11ff" or "\uac00" <= left <= "\ud7a3")
    return extends_left or korean_syllable or (left == JOINER and at > 1) or left + right == "\r\n"


def is_flag_letter(char: str) -> bool:
    """Return whether a character is half of a country's flag."""
    return "\U0001f1e6" <= char <= "\U0001f1ff"
