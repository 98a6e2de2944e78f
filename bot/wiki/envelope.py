"""What a source file is wrapped in: rows out of a dump, plain text, numbered rows or an HTML form.

Sources: the site's source view and its dumps; see the cases in ``tests/wiki/cases/envelopes.txt``.
"""

import html
import re

DUMP_ROW_END = "²"
_BREAK = re.compile(r"<br\s*/?>\n?", re.IGNORECASE)
_TAG = re.compile(r"</?[a-z][^<>]*>", re.IGNORECASE)


def rows_of(source: str) -> list[str]:
    """Returns the rows of a page source, whatever it is wrapped in; row numbers count from 1 in this list.

    Args:
        source: The text of a file: LF, CRLF or CR rows, a dump that ends rows with ``²``, an HTML form with
            ``<br>`` and entities, any of them with a number before every row and with a byte-order mark.
    """
    text = source.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    line_feeds = text.count("\n")
    if text.count(DUMP_ROW_END) > line_feeds + 1:
        return _dumped(text)
    if _is_html(text, line_feeds):
        return _unnumbered([html.unescape(_TAG.sub("", row)) for row in _BREAK.split(text)])
    return _unnumbered(text.split("\n"))


def _dumped(text: str) -> list[str]:
    rows = text.replace("\n", " ").split(DUMP_ROW_END)
    numbered = _unnumbered(rows)
    if numbered is rows and rows[0].startswith("1"):
        # The dump lost the numbers of all rows but the first.
        rows[0] = rows[0][1:]
    return numbered


def _is_html(text: str, line_feeds: int) -> bool:
    breaks = len(_BREAK.findall(text)) if "<" in text else 0
    return breaks > 1 and breaks * 2 > line_feeds


def _unnumbered(rows: list[str]) -> list[str]:
    """Returns `rows` without the numbers 1, 2, 3… where every row up to the trailing blank ones has its own."""
    last = max((i for i, row in enumerate(rows) if row.strip()), default=0)
    if last == 0 or not all(row.startswith(str(i + 1)) for i, row in enumerate(rows[: last + 1])):
        return rows
    return [row[len(str(i + 1)) :] if i <= last else row for i, row in enumerate(rows)]
