"""Page text to Discord's markdown: the one place that escapes and hides.

`Markdown` is text that is safe to send; a plain `str` is not. Only this room makes one from the other.

How tags leak, and what is done about it (three readers of Discord's markdown were measured):

- A tag ends at the next two pipes, escaped or not, and code spans come first: pipes and backticks are replaced by
  look-alikes, so none of a page's is ever sent.
- What is opened before a tag may close inside it: every mark that is ours closes before a tag opens and is opened
  again inside. Readers look for the closing mark blindly, so a run that holds such a mark itself is not styled at all.
- A tag must neither span rows nor be touched by what stands before it: each row has tags of its own, after a blank.
- Addresses, mentions, headings, lists, quotes, timestamps, emoji: the sign that starts them is escaped.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import NewType

from bot.model import Span, Style

Markdown = NewType("Markdown", str)

_LOOKALIKES = str.maketrans({"|": "\u2223", "`": "\u02cb"})
# Characters that break rows for some readers, or that turn the direction of what follows.
_ROW_BREAKS = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_INVISIBLE = re.compile(r"[\u061c\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
# What can start or end a mark where it stands. Elsewhere the same sign is left alone: the colon of ":name:" and
# "https://" but not that of "Naturally: yes", the point of "discord.gg" but not that of "C.W. Anderson".
_SIGNS = re.compile(r"[\\*_~<>\[\]#@]|:(?=\S)|&(?=[#\w])|\.(?=[^\W\d_]{2})")
# What starts a list, a rule or a heading where a row or a tag begins.
_ROW_SIGN = re.compile(r"(\d*)([-+=.)])")
_MARKS = {Style.ITALIC: "*", Style.BOLD: "**", Style.STRUCK: "~~"}
_BLIND_SIGNS = re.compile(r"[\\*_~]")
_BLANKS = re.compile(r" +")
_ZERO_WIDTH_SPACE = "\u200b"


def escape(text: str) -> Markdown:
    """Returns any text as markdown that reads as typed, in one row; blanks at the ends and runs of blanks shrink."""
    return Markdown(_SIGNS.sub(r"\\\g<0>", clean(text).translate(_LOOKALIKES)))


def clean(text: str) -> str:
    """Returns `text` in one row without characters that turn its direction, runs of blanks as one blank."""
    return _ROW_BREAKS.sub(" ", _INVISIBLE.sub("", text))


def rows_of(spans: Iterable[Span]) -> list[Markdown]:
    """Returns spans as rows of markdown, one a line of the text; spoilers stand in tags of their own in each row."""
    return [row for line in _lines(spans) if (row := _row(line))]


def _lines(spans: Iterable[Span]) -> list[list[Span]]:
    lines: list[list[Span]] = [[]]
    for span in spans:
        first, *rest = span.text.split("\n")
        lines[-1].append(Span(first, span.style, None, span.spoiler))
        lines += [[Span(text, span.style, None, span.spoiler)] for text in rest]
    return lines


def _row(line: Iterable[Span]) -> Markdown:
    row = ""
    for spoiler, run in groupby(line, key=lambda span: span.spoiler):
        text = _styled(run)
        row += _tagged(text, row) if spoiler and text.strip() else text
    return Markdown(_without_sign(_BLANKS.sub(" ", row).strip()))


def _tagged(text: str, row: str) -> str:
    """Returns hidden text in its tag: blanks at its ends stand outside, and one before it in any case."""
    before = " " if row or text[0] == " " else ""
    after = " " if text[-1] == " " else ""
    return f"{before}||{_without_sign(text.strip())}||{after}"


def _without_sign(text: str) -> str:
    """Returns text whose first sign starts no list, rule or heading."""
    return _ROW_SIGN.sub(r"\1\\\2", text, count=1) if _ROW_SIGN.match(text) else text


def _styled(run: Iterable[Span]) -> str:
    text = ""
    for style, same in groupby(_settled(run), key=lambda pair: pair[1]):
        words = escape("".join(words for words, _ in same))
        core = words.strip()
        if not core:
            text += words
            continue
        marks = "".join(mark for one, mark in _MARKS.items() if style & one)
        start, end = words[: len(words) - len(words.lstrip())], words[len(words.rstrip()) :]
        apart = _ZERO_WIDTH_SPACE if marks and not start and text.endswith(("*", "~")) else ""
        text += f"{start}{apart}{marks}{core}{marks[::-1]}{end}"
    return text


def _settled(run: Iterable[Span]) -> Iterator[tuple[str, Style]]:
    """Yields texts with the styles they can be given: none where the text holds a sign that marks are made of."""
    for span in run:
        yield span.text, Style.PLAIN if _BLIND_SIGNS.search(span.text) else span.style & ~Style.MONOSPACE


def heading(text: str, emoji: str = "") -> Markdown:
    """Returns text of a page as a card's heading."""
    return Markdown(f"## {emoji} {escape(text).strip()}" if emoji else f"## {escape(text).strip()}")


def small(*sentences: Markdown) -> Markdown:
    """Returns sentences as one row of small text, with dots between."""
    return Markdown("-# " + " · ".join(filter(None, sentences)))


def joined(rows: Iterable[Markdown], by: str = "\n") -> Markdown:
    """Returns rows as one text."""
    return Markdown(by.join(rows))
