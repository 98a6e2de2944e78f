"""Page text to Discord's markdown: the one place that escapes and hides.

`Markdown` is text that is safe to send; a plain `str` is not. Only this room makes one from the other.

How tags leak, and what is done about it (three readers of Discord's markdown were measured):

- A tag ends at the next two pipes, escaped or not, and code spans come first: pipes and backticks are replaced by
  look-alikes, so none of a page's is ever sent.
- What is opened before a tag may close inside it: every mark that is ours closes before a tag opens and is opened
  again inside. Readers look for the closing mark blindly, so a run that holds such a mark itself is not styled at all;
  CommonMark pairs no marks that stand within a word beside a sign, so there the text is not styled either.
- A tag must neither span rows nor be touched by what stands before it: each row has tags of its own, after a blank.
- Addresses, mentions, headings, lists, quotes, timestamps, emoji: the sign that starts them is escaped.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from operator import attrgetter
from typing import NewType

from bot.model import Span, Style, plain_text

Markdown = NewType("Markdown", str)

_TAG = "||"
_LOOKALIKES = str.maketrans({"|": "\u2223", "`": "\u02cb"})
# Blanks, controls, and all that breaks rows for some reader.
_ROW_BREAKS = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+")
# What turns the direction of the text, or shows nothing and joins nothing.
_INVISIBLE = re.compile(r"[\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]")
_HALF_CHARACTER = re.compile(r"[\ud800-\udfff]")
# What can start or end a mark where it stands. Elsewhere the same sign is left alone: the colon of ":name:" and
# "https://" but not that of "Naturally: yes", the point of "discord.gg" but not that of "C.W. Anderson".
# One class in front of all, so that the rest of a text is passed over quickly.
_SIGNS = re.compile(r"[\\*_~<>\[\]#@:&.](?:(?<![:&.])|(?<=:)(?=\S)|(?<=&)(?=[#\w])|(?<=\.)(?<![\s.]\.)(?=[^\W\d_]{2}))")
# What starts a list, a rule or a heading where a row or a tag begins.
_ROW_SIGN = re.compile(r"\d+(?=[.)])|(?=[-+=])")
_MARKS = {Style.ITALIC: "*", Style.BOLD: "**", Style.STRUCK: "~~"}
# By style: to ask a flag costs 3 µs, ten times for each text. Every style is one object, so `is` tells them apart.
_PLAIN = Style.PLAIN
_MARKS_OF = tuple("".join(mark for one, mark in _MARKS.items() if Style(bits) & one) for bits in range(16))
_SHOWN = tuple(Style(bits) & ~Style.MONOSPACE for bits in range(16))
_BLIND_SIGNS = re.compile(r"[\\*_~]")
_BLANKS = re.compile(r" +")

_Styled = tuple[str, Style]


@lru_cache(2_000)  # titles and names, the same again and again
def escape(text: str) -> Markdown:
    """Returns any text as markdown that reads as typed, in one row; blanks at the ends and runs of blanks shrink."""
    return Markdown(_SIGNS.sub(_escaped, _without_pipes(single_line(text))))


def _escaped(sign: re.Match[str]) -> str:
    return f"\\{sign[0]}"  # a template takes twice as long


def single_line(text: str) -> str:
    """Returns `text` in one row without characters that turn its direction, runs of blanks as one blank."""
    if text.isprintable() and "  " not in text:
        return text  # as nearly all texts: none of what is replaced counts as printable
    return _ROW_BREAKS.sub(" ", _HALF_CHARACTER.sub("\ufffd", _INVISIBLE.sub("", text)))


def _without_pipes(text: str) -> str:
    return text.translate(_LOOKALIKES) if "|" in text or "`" in text else text


def is_invisible(text: str) -> bool:
    """Tells whether nothing of a text would be seen: blanks, joiners, accents without a letter."""
    if text[:1].isalnum():
        return False
    return all(unicodedata.category(char)[0] in "ZM" or unicodedata.category(char) in ("Cc", "Cf") for char in text)


def count_spoiler_tags(text: Markdown) -> int:
    """Returns how many spoiler tags a text has."""
    return text.count(_TAG) // 2


def render_lines(spans: Iterable[Span]) -> list[Markdown]:
    """Returns spans as rows of markdown, one a line of the text; spoilers stand in tags of their own in each row."""
    return [row for line in _lines(spans) if (row := _row(line))]


def _lines(spans: Iterable[Span]) -> list[list[Span]]:
    lines: list[list[Span]] = [[]]
    for span in spans:
        if "\n" not in span.text:
            lines[-1].append(span)
            continue
        first, *rest = span.text.split("\n")
        lines[-1].append(Span(first, span.style, None, span.spoiler))
        lines += [[Span(text, span.style, None, span.spoiler)] for text in rest]
    return lines


def _row(line: Sequence[Span]) -> Markdown:
    row = _with_tags(line) if [span for span in line if span.spoiler] else _styled(line)
    if "  " in row:
        row = _BLANKS.sub(" ", row)
    return Markdown(_without_sign(row.strip()))


def _with_tags(line: Sequence[Span]) -> str:
    row = ""
    for spoiler, run in groupby(_seen(line), key=attrgetter("spoiler")):
        text = _styled(run)
        row += _tagged(text, row) if spoiler else text
    return row


def _seen(line: Sequence[Span]) -> Iterator[Span]:
    """Yields spans, but a blank for a spoiler that shows nothing: a tag around nothing is four pipes."""
    for spoiler, run in groupby(line, key=attrgetter("spoiler")):
        spans = list(run)
        if spoiler and is_invisible(text := single_line(plain_text(spans))):
            yield Span(" " * (" " in text))
        else:
            yield from spans


def _tagged(text: str, row: str) -> str:
    """Returns hidden text in its tag: blanks at its ends stand outside, and one before it in any case."""
    before = " " if row or text[0] == " " else ""
    after = " " if text[-1] == " " else ""
    return f"{before}{_TAG}{_without_sign(text.strip())}{_TAG}{after}"


def _without_sign(text: str) -> str:
    """Returns text whose first sign starts no list, rule or heading."""
    found = _ROW_SIGN.match(text)
    return f"{found[0]}\\{text[found.end() :]}" if found else text


def _styled(run: Iterable[Span]) -> str:
    return "".join([_marked(text, style) for text, style in _settled(run)])


def _marked(text: str, style: Style) -> str:
    """Returns a text that is clean and without pipes, escaped, with the marks of its style."""
    marks, words = _MARKS_OF[style], _SIGNS.sub(_escaped, text)
    if not marks:
        return words
    core = words.strip()
    return words.replace(core, f"{marks}{core}{marks[::-1]}")


def _settled(run: Iterable[Span]) -> list[_Styled]:
    """Returns texts with the styles they can be given; what is left unstyled is one text, to be escaped as one."""
    texts = _merged([(_without_pipes(single_line(span.text)), _unblind(span)) for span in run])
    settled: list[_Styled] = []
    for at, (text, style) in enumerate(texts):
        after = texts[at + 1][0] if at + 1 < len(texts) else ""
        shown = style is not _PLAIN and _can_be_shown(settled, text, after, style)
        settled.append((text, style if shown else _PLAIN))
    return texts if settled == texts else _merged(settled)


def _can_be_shown(settled: Sequence[_Styled], text: str, after: str, style: Style) -> bool:
    """Tells whether a text can have its style: it touches no other that is styled, and its marks pair."""
    before, marked = settled[-1] if settled else ("", _PLAIN)
    touches = marked is not _PLAIN and not before.endswith(" ") and not text.startswith(" ")
    return not touches and _pairs(before, text, after, style)


def _merged(texts: Iterable[_Styled]) -> list[_Styled]:
    runs: list[tuple[Style, list[str]]] = []
    for text, style in texts:
        if runs and runs[-1][0] is style:
            runs[-1][1].append(text)
        elif text:
            runs.append((style, [text]))
    return [("".join(run), style) for style, run in runs]


def _unblind(span: Span) -> Style:
    """Returns the styles that can be shown: none where the text itself holds a sign that marks are made of."""
    return _PLAIN if span.style is _PLAIN or _BLIND_SIGNS.search(span.text) else _SHOWN[span.style]


def _pairs(before: str, text: str, after: str, style: Style) -> bool:
    """Tells whether every reader pairs the marks around a text: CommonMark's rule of what may stand beside them.

    A mark with a sign inside needs a sign or a blank outside; else it stays, and pairs with one in a tag.
    """
    core = text.strip()
    if is_invisible(core):
        return False
    start, _, end = text.partition(core)
    nested = bool(style & Style.STRUCK and style & (Style.ITALIC | Style.BOLD))
    left, right = (before + start)[-1:], (end + after)[:1]
    return _may_meet(left, core[0], nested=nested) and _may_meet(right, core[-1], nested=nested)


def _may_meet(outside: str, inside: str, *, nested: bool) -> bool:
    return not outside or unicodedata.category(outside)[0] in "ZP" or (inside.isalnum() and not nested)


def heading(text: str, emoji: str = "") -> Markdown:
    """Returns text of a page as a card's heading."""
    return Markdown(f"## {emoji} {escape(text).strip()}" if emoji else f"## {escape(text).strip()}")


def subtext(*sentences: Markdown) -> Markdown:
    """Returns sentences as one row of small text, with dots between."""
    return Markdown("-# " + " · ".join(filter(None, sentences)))


def join_lines(rows: Iterable[Markdown], by: str = "\n") -> Markdown:
    """Returns rows as one text."""
    return Markdown(by.join(rows))
