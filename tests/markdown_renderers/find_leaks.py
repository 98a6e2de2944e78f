"""A scan over markdown that finds what spoiler tags hide, by the rules of a grammar.

The scan goes from left to right. At each sign that could open something, a rule says where that ends. What opens first
wins: a tag that opens within code, an address or emphasis and closes behind it is no tag.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from tests.markdown_renderers.spans import Span

# Where the scan goes on, and the content (if any) to scan separately, or to hide if it is a spoiler's.
Taken = tuple[int, Span | None]
# Takes the matched sign and the end of the range.
Rule = Callable[[re.Match[str], int], Taken]

_TICKS = re.compile(r"`+")
_LINK = re.compile(r"\[((?:\[[^\]]*\]|[^\[\]])+)\]\([^)]*\)")
_BRACKETS = re.compile(r"\[((?:\\[\s\S]|[^\\\]])*)\]")
_EMPHASIS = {
    "*": (
        re.compile(r"\*(?=\S)((?:\*\*|\\[\s\S]|[^*\\])+?)(?<!\s)\*(?!\*)"),
        re.compile(r"\*\*((?:\\[\s\S]|[^\\])+?)\*\*(?!\*)"),
    ),
    "_": (
        re.compile(r"_((?:__|\\[\s\S]|[^_\\])+?)_(?!\w)"),
        re.compile(r"__((?:\\[\s\S]|[^\\])+?)__(?!_)"),
    ),
    "~": (re.compile(r"~~([\s\S]+?)~~"),),
}
_LOOSE_EMPHASIS = re.compile(
    r"(?P<run>(?P<sign>[*_~])(?P=sign){0,2})(?P<text>(?:\\[\s\S]|[^\\])+?)(?P=run)(?!(?P=sign))"
)

_ESCAPE = r"(?P<escape>\\[^0-9A-Za-z\s])"
_SPOILER = r"(?P<spoiler>\|\|)"
_INLINE = r"(?P<code>`+)|(?P<emphasis>[*_]|~~?)|(?P<link>\[)|(?P<opaque><[^: >]+:/[^ >]+>|://[^\s<]+)"
ROW_SIGNS = r"^(?:[ \t]*(?:(?:#{1,6}|-\#|[-*]|[0-9]+\.)(?:[ \t]+|$)|>{1,3}[ \t]*))+"
_ROW = f"(?P<row>{ROW_SIGNS})"


@dataclass(frozen=True, slots=True)
class Grammar:
    """What opens something (the named groups of a pattern), and where it ends (a rule for each name).

    A name without a rule is only its sign.
    """

    stop: re.Pattern[str]
    rules: Mapping[str, Rule]


def hidden_by(grammar: Grammar, text: str, ranges: Iterable[Span]) -> list[Span]:
    """Return the ranges that the grammar's spoilers hide, including the tags, in order. Each range is separate."""
    hidden: list[Span] = []
    waiting = list(ranges)
    search, rules = grammar.stop.search, grammar.rules
    while waiting:
        position, end = waiting.pop()
        while found := search(text, position, end):
            name = found.lastgroup or ""
            position, content = rules[name](found, end) if name in rules else (found.end(), None)
            if content is None:
                continue
            if name == "spoiler":
                hidden.append((found.start(), position))
            else:
                waiting.append(content)
    hidden.sort()
    return hidden


def code_in(text: str) -> list[Span]:
    """Return the ranges of code if nothing else is markup and nothing can be escaped."""
    code: list[Span] = []
    position = 0
    while found := _TICKS.search(text, position):
        position, _ = _code(found, len(text))
        if position > found.end():
            code.append((found.start(), position))
    return code


def _spoiler(found: re.Match[str], end: int) -> Taken:
    """Take two pipes, at least one character, and the next two pipes."""
    close = found.string.find("||", found.end() + 1, end)
    return (found.end(), None) if close < 0 else (close + 2, (found.end(), close))


def _code(found: re.Match[str], end: int) -> Taken:
    """Take a block between three backticks, or a span between two runs of one length, the longest that has a pair."""
    text, start, run = found.string, found.start(), len(found.group())
    block = text.find("```", start + 4, end) if run >= 3 else -1
    if block >= 0:
        return block + 3, None
    closers: dict[int, int] = {}
    for other in _TICKS.finditer(text, found.end(), end):
        length = other.end() - other.start()
        if length <= run:
            closers.setdefault(length, other.end())
        if length == run:
            break
    return (closers[max(closers)] if closers else found.end()), None


def _loose_code(found: re.Match[str], end: int) -> Taken:
    """Take a run of backticks up to the next one of that length, or of fewer if there is none."""
    for length in range(min(len(found.group()), 3), 0, -1):
        close = found.string.find("`" * length, found.start() + length + 1, end)
        if close >= 0:
            return close + length, None
    return found.end(), None


def _emphasis(found: re.Match[str], end: int) -> Taken:
    """Take italics, bold, underline or strike-through: the longest of those that close."""
    tries = (pattern.match(found.string, found.start(), end) for pattern in _EMPHASIS[found.group()[0]])
    longest = max((match for match in tries if match), key=lambda match: match.end(), default=None)
    return (found.start() + 1, None) if longest is None else (longest.end(), longest.span(1))


def _loose_emphasis(found: re.Match[str], end: int) -> Taken:
    """Take a run of up to three signs up to the next equal run, even within words."""
    match = _LOOSE_EMPHASIS.match(found.string, found.start(), end)
    return (found.end(), None) if match is None else (match.end(), match.span("text"))


def _link(found: re.Match[str], end: int) -> Taken:
    """Take a masked link. No sign in it can be escaped."""
    match = _LINK.match(found.string, found.start(), end)
    return (found.end(), None) if match is None else (match.end(), match.span(1))


def _brackets(found: re.Match[str], end: int) -> Taken:
    """Take a bracket up to the next closing one, with or without an address after it."""
    match = _LINK.match(found.string, found.start(), end) or _BRACKETS.match(found.string, found.start(), end)
    return (found.end(), None) if match is None else (match.end(), match.span(1))


def _row(found: re.Match[str], end: int) -> Taken:
    """Take a line that starts with a sign, up to its end."""
    line_end = found.string.find("\n", found.end(), end)
    stop = end if line_end < 0 else line_end
    return stop, (found.end(), stop)


_STRICT: dict[str, Rule] = {"spoiler": _spoiler, "code": _code, "emphasis": _emphasis, "link": _link}
_LOOSE: dict[str, Rule] = {
    "spoiler": _spoiler,
    "code": _loose_code,
    "emphasis": _loose_emphasis,
    "link": _brackets,
}

TAGS = Grammar(re.compile(_SPOILER), {"spoiler": _spoiler})
ESCAPES = Grammar(re.compile(f"{_ESCAPE}|{_SPOILER}"), {"spoiler": _spoiler})
# All inline markup, as the client parses it.
STRICT = Grammar(re.compile(f"{_ESCAPE}|{_SPOILER}|{_INLINE}"), _STRICT)
# Inline markup that pairs whatever can be paired.
LOOSE = Grammar(STRICT.stop, _LOOSE)
# The same, but lines that start with a sign are separate.
STRICT_ROWS = Grammar(re.compile(f"{_ROW}|{_ESCAPE}|{_SPOILER}|{_INLINE}", re.MULTILINE), {**_STRICT, "row": _row})
LOOSE_ROWS = Grammar(STRICT_ROWS.stop, {**_LOOSE, "row": _row})
# Code and spoiler tags, whichever opens first. Nothing can be escaped.
CODE_FIRST = Grammar(re.compile(f"(?P<code>`+)|{_SPOILER}"), {"spoiler": _spoiler, "code": _code})
