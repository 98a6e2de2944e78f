"""Our own model of what Discord's client shows of a message.

Clients, versions and previews differ. So the text is parsed in several ways, and only what all of them hide is hidden:

- A tag is two pipes up to the next two pipes, across line breaks, whatever precedes it (even a backslash).
- An escaped tag is no tag. Code, emphasis, brackets and addresses that open before a tag and end within it win.
- The same, but with a looser idea of what pairs with what.
- Lines that start with the sign of a heading, list, quote or small text end at the line break. A blank line ends all.
- Consecutive quoted lines are one text, without their signs.
- All kinds of line break are equal.

In any case only the first 99 tags hide anything, and an address unfurls below the message.
"""

import re
from collections.abc import Iterator

from tests.markdown_renderers import find_leaks
from tests.markdown_renderers.spans import Span, gaps, in_all, in_both, outside

MAX_SPOILERS = 99

_BREAKS = re.compile(r"\r\n?")
_ODD_BREAKS = re.compile("[\v\x1c-\x1e\x85\u2028\u2029]")
_BLANK_LINES = re.compile(r"\n(?:[ \t]*\n)+")
_ROW_SIGN = re.compile(find_leaks.ROW_SIGNS, re.MULTILINE)
_QUOTE_SIGN = re.compile(r"^[ \t]*>{1,3}", re.MULTILINE)
_ADDRESS = re.compile(r"https?://[^\s<|]+", re.IGNORECASE)
_ESCAPED = re.compile(r"\\[^0-9A-Za-z\s]")
_MARKUP = re.compile(r"[`*_~\[<\n]|://|^[ \t]*(?:[#>-]|[0-9]+\.)")


def visible(text: str) -> str:
    """Return what a message shows without a click, with its markup, and line breaks and tabs as the client has them."""
    text = _BREAKS.sub("\n", text).replace("\f", "").replace("\t", "    ")
    if "||" not in text:
        return text
    hidden = in_all(reading[:MAX_SPOILERS] for reading in _readings(text))
    cards = [match.span() for match in _ADDRESS.finditer(text)] if hidden and "://" in text else []
    return outside(text, in_both(hidden, gaps(cards, len(text))) if cards else hidden)


def _readings(text: str) -> Iterator[list[Span]]:
    """Yield what each way of parsing hides."""
    yield from _by_lines(text)
    one_kind = _ODD_BREAKS.sub("\n", text)
    if one_kind != text:
        yield from _by_lines(one_kind)


def _by_lines(text: str) -> Iterator[list[Span]]:
    whole = [(0, len(text))]
    yield find_leaks.hidden_by(find_leaks.TAGS, text, whole)
    if not _MARKUP.search(_ESCAPED.sub("", text)):
        yield find_leaks.hidden_by(find_leaks.ESCAPES, text, whole)
        return
    yield find_leaks.hidden_by(find_leaks.STRICT, text, whole)
    yield find_leaks.hidden_by(find_leaks.LOOSE, text, whole)
    if not _ROW_SIGN.search(text) and not _BLANK_LINES.search(text):
        return
    paragraphs = gaps([match.span() for match in _BLANK_LINES.finditer(text)], len(text))
    yield find_leaks.hidden_by(find_leaks.STRICT_ROWS, text, paragraphs)
    yield find_leaks.hidden_by(find_leaks.LOOSE_ROWS, text, paragraphs)
    quoted = _QUOTE_SIGN.sub(lambda sign: " " * len(sign.group()), text)
    if quoted != text:
        yield find_leaks.hidden_by(find_leaks.STRICT, quoted, whole)
