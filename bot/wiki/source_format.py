"""Read the site's source formats: dumps, plain text, numbered lines and HTML forms."""

import html
import re
from itertools import dropwhile

DUMP_LINE_END = "²"
_SURROGATES = re.compile("[\ud800-\udfff]")
_BR_TAG = re.compile(r"<br\s*/?>\n?", re.IGNORECASE)
_PRE_TAG = re.compile(r"\s*(?:<(?!pre)[^<>]*>\s*)*<pre\b", re.IGNORECASE)
_SOURCE_VIEW = re.compile(
    r"""<span\ style=["']?font-family:\s*["']?Courier[^<>]*>(?P<source>.*?)(?:</span>|\Z)""",
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
_HTML_TAG = re.compile(r"</?[a-z][^<>]*>", re.IGNORECASE)
_HTML_ENTITY = re.compile(r"&(?:[a-z][a-z0-9]{1,30}|#[0-9]{1,7}|#x[0-9a-f]{1,6});", re.IGNORECASE)


def source_lines(source: str) -> list[str]:
    """Split a page source into lines.

    Reads LF, CRLF or CR, dumps with ``²`` at line ends, and HTML forms with ``<br>`` or ``<pre>``, with or without line
    numbers. Of a source view, only the source counts. NUL and lone surrogates become U+FFFD.
    """
    text = _replace_invalid(source.removeprefix("\ufeff"))
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    line_feeds = text.count("\n")
    if text.count(DUMP_LINE_END) <= line_feeds + 1:
        return _strip_line_numbers(_html_lines(text, line_feeds) or text.split("\n"))
    rows = text.replace("\n", " ").split(DUMP_LINE_END)
    lines = _strip_line_numbers(rows)
    if lines is rows and rows[0].startswith("1"):
        rows[0] = rows[0][1:]  # some dumps number only the first line
    return lines


def _replace_invalid(text: str) -> str:
    """Replace what cannot be stored or sent as UTF-8."""
    text = text.replace("\0", "\ufffd")
    try:
        text.encode()  # far faster than a search
    except UnicodeEncodeError:
        return _SURROGATES.sub("\ufffd", text)
    return text


def _html_lines(text: str, line_feeds: int) -> list[str]:
    breaks = len(_BR_TAG.findall(text)) if "<" in text else 0
    if "Courier" in text and (view := _SOURCE_VIEW.search(text)):
        rows = _BR_TAG.split(view["source"])
    elif breaks > 1 and breaks * 2 > line_feeds:
        rows = _BR_TAG.split(text)
    elif _PRE_TAG.match(text):
        rows = text.split("\n")
    else:
        return []
    lines = [_HTML_ENTITY.sub(lambda entity: html.unescape(entity[0]), _HTML_TAG.sub("", row)) for row in rows]
    # The page around the form leaves unnumbered blank lines before it.
    return list(dropwhile(lambda line: not line.strip(), [line.replace("\n", " ") for line in lines]))


def _strip_line_numbers(rows: list[str]) -> list[str]:
    """Drop the numbers 1, 2, 3…, if all rows but trailing blank ones have one."""
    if not rows[0].startswith("1"):
        return rows
    last = max((i for i, row in enumerate(rows) if row.strip()), default=0)
    if last == 0 or not all(row.startswith(str(i + 1)) for i, row in enumerate(rows[: last + 1])):
        return rows
    return [row[len(str(i + 1)) :] if i <= last else row for i, row in enumerate(rows)]
