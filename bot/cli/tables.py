"""Plain terminal tables, aligned by display width."""

import unicodedata
from collections.abc import Iterable, Sequence

from bot.cli.control_characters import make_visible


def display_width(text: str) -> int:
    """Return the width in columns: two for wide characters, none for combining ones."""
    width = 0
    for char in text:
        if unicodedata.combining(char) or unicodedata.category(char) in ("Cf", "Mn", "Me"):
            continue
        width += 2 if unicodedata.east_asian_width(char) in "WF" else 1
    return width


def format_table(
    heading: Sequence[str], rows: Iterable[Sequence[str]], total: Sequence[str], *, text_columns: int = 1
) -> list[str]:
    """Return the lines of a table that ends with totals: columns of text, then of numbers."""
    body = [list(map(make_visible, row)) for row in (heading, *rows, total)]
    widths = [max(map(display_width, column)) for column in zip(*body, strict=True)]

    def line(row: Sequence[str]) -> str:
        cells = [
            cell + " " * (width - display_width(cell))
            if index < text_columns
            else " " * (width - display_width(cell)) + cell
            for index, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        return "  ".join(cells).rstrip()

    rule = "  ".join("─" * width for width in widths)
    return [line(body[0]), rule, *map(line, body[1:-1]), rule, line(body[-1])]
