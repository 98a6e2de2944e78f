"""What a source file is wrapped in: rows out of a dump, plain text, numbered rows or an HTML form.

Sources: the site's source view and its dumps; see the cases in ``tests/wiki/cases/envelopes.txt``.
"""

import html
import re
from itertools import dropwhile

DUMP_LINE_END = "²"
# Neither can be kept nor sent as UTF-8; nothing behind this module meets them.
_INVALID_CHARACTERS = re.compile("[\0\ud800-\udfff]")
_BR_TAG = re.compile(r"<br\s*/?>\n?", re.IGNORECASE)
_PRE_TAG = re.compile(r"\s*(?:<(?!pre)[^<>]*>\s*)*<pre\b", re.IGNORECASE)
_HTML_TAG = re.compile(r"</?[a-z][^<>]*>", re.IGNORECASE)
_HTML_ENTITY = re.compile(r"&(?:[a-z][a-z0-9]{1,30}|#[0-9]{1,7}|#x[0-9a-f]{1,6});", re.IGNORECASE)


def source_lines(source: str) -> list[str]:
    """Returns the rows of a page source, whatever it is wrapped in; row numbers count from 1 in this list.

    Args:
        source: The text of a file: LF, CRLF or CR rows, a dump that ends rows with ``²``, an HTML form with
            ``<br>`` or ``<pre>`` and entities, any of them with a number before every row and with a byte-order mark.
            NUL and lone surrogates become U+FFFD.
    """
    text = source.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    text = _INVALID_CHARACTERS.sub("\ufffd", text)
    line_feeds = text.count("\n")
    if text.count(DUMP_LINE_END) > line_feeds + 1:
        return _dump_lines(text)
    return _strip_line_numbers(_html_lines(text, line_feeds) or text.split("\n"))


def _dump_lines(text: str) -> list[str]:
    rows = text.replace("\n", " ").split(DUMP_LINE_END)
    numbered = _strip_line_numbers(rows)
    if numbered is rows and rows[0].startswith("1"):
        # The dump lost the numbers of all rows but the first.
        rows[0] = rows[0][1:]
    return numbered


def _html_lines(text: str, line_feeds: int) -> list[str]:
    """Returns the rows of an HTML form, none if `text` is no such form."""
    breaks = len(_BR_TAG.findall(text)) if "<" in text else 0
    if breaks > 1 and breaks * 2 > line_feeds:
        rows = _BR_TAG.split(text)
    elif _PRE_TAG.match(text):
        rows = text.split("\n")
    else:
        return []
    # What wraps the form leaves blank rows before it, which have no numbers.
    return list(dropwhile(_is_blank, [_html_to_text(row) for row in rows]))


def _is_blank(row: str) -> bool:
    return not row.strip()


def _html_to_text(row: str) -> str:
    return _HTML_ENTITY.sub(_character, _HTML_TAG.sub("", row)).replace("\n", " ")


def _character(entity: re.Match[str]) -> str:
    return html.unescape(entity[0])


def _strip_line_numbers(rows: list[str]) -> list[str]:
    """Returns `rows` without the numbers 1, 2, 3… where every row up to the trailing blank ones has its own."""
    last = max((i for i, row in enumerate(rows) if row.strip()), default=0)
    if last == 0 or not all(row.startswith(str(i + 1)) for i, row in enumerate(rows[: last + 1])):
        return rows
    return [row[len(str(i + 1)) :] if i <= last else row for i, row in enumerate(rows)]
