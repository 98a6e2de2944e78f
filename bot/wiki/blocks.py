"""Blocks: what kind of block each row is, once comments are out and broken rows are joined."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

# Doubled on the page; a dump shows one.
_JOIN = re.compile(r"\\{1,2}[ \t]*\Z")
_COMMENT = re.compile(r"(\[=.*?=\])|%%.*")
_FOLDER_TAG = re.compile(
    r"\[\[(?:(?P<end>/folder)|folder:(?P<title>(?:[^\[\]]|\[\[[^\[\]]*\]\]|\[(?!\[)|\](?!\]))*+))\]\]", re.IGNORECASE
)
_BLOCK = re.compile(
    r"""[ \t]*(?:
      (?P<bullet> [*+]+ )
    | (?P<quote> -+> )
    | (?P<rule> -{4,} )
    | (?P<heading> !+ ) (?= [^!] )
    | (?P<item> \#+ )
    | (?P<row> \|\| )
    | (?P<definition> :+ ) (?= [^:]+ : )
    | (?P<caps> \[\[AC: (?= [^\[\]]* \]\] :? [ \t]*\Z ) )
    )?[ \t]*""",
    re.VERBOSE,
)


class Block(NamedTuple):
    """One block of a page.

    Attributes:
        line: The row it starts on, from 1.
        kind: bullet, quote, rule, heading, item, row, definition, caps, text, blank, folder or end_folder.
        level: How many signs it starts with; 0 for text.
        text: What follows the signs.
    """

    line: int
    kind: str
    level: int
    text: str


def blocks_of(rows: Iterable[str]) -> Iterator[Block]:
    """Yields the blocks of a page's rows; folder tags are blocks of their own wherever they stand in a row."""
    for line, row in _joined(rows):
        if "folder" in row.lower() and "[[" in row:
            yield from _around_folders(line, row)
        else:
            yield block_of(line, row)


def block_of(line: int, row: str) -> Block:
    """Returns the block that one row is, folder tags aside."""
    sign = _BLOCK.match(row)
    assert sign is not None  # noqa: S101 - every part of the expression is optional
    kind = sign.lastgroup
    text = row[sign.end() :].rstrip()
    if kind is None:
        return Block(line, "text" if text else "blank", 0, text)
    return Block(line, kind, len(sign[kind]), text)


def _joined(rows: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Yields rows with their numbers, comments taken out, rows that end in a line break joined to the next."""
    begun: list[str] = []
    line = 0
    for number, typed in enumerate(rows, 1):
        row = typed
        if "%%" in row:
            row = _COMMENT.sub(r"\1", row)
            if not row.strip() and not begun:
                continue  # a row that is all comment is not even a blank one
        line = line if begun else number
        broken = _JOIN.search(row) if "\\" in row else None
        begun.append(row[: broken.start()] if broken else row)
        if not broken:
            yield line, "\n".join(begun)
            begun = []
    if begun:
        yield line, "\n".join(begun)


def _around_folders(line: int, row: str) -> Iterator[Block]:
    at = 0
    for tag in _FOLDER_TAG.finditer(row):
        if row[at : tag.start()].strip():
            yield block_of(line, row[at : tag.start()])
        title = tag["title"]
        yield Block(line, "end_folder", 0, "") if title is None else Block(line, "folder", 0, title.strip())
        at = tag.end()
    if row[at:].strip():
        yield block_of(line, row[at:])
