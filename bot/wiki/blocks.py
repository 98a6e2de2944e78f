"""Blocks: what kind of block each row is, once comments are out and broken rows are joined."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from bot.wiki.brackets import brackets, without_brackets, without_escapes

# Doubled on the page; a dump shows one.
_JOIN = re.compile(r"\\{1,2}[ \t]*\Z")
_FOLDER_TAG = re.compile(r"\[\[\s*(?:/folder|folder:(?P<title>.*))\s*\]\]", re.IGNORECASE | re.DOTALL)
_BOX = re.compile(r"\[float-?box[a-z]*:[ \t]*", re.IGNORECASE)
_BOX_NEVER_HOLDS = frozenset({"folder", "end_folder", "rule", "heading"})
_BLOCK = re.compile(
    r"""[ \t]*(?:
      (?P<bullet> [*+]+ )
    | (?P<quote> -+> )
    | (?P<rule> -{4,} )
    | (?P<heading> !+ ) (?= [^!] )
    | (?P<item> \#+ )
    | (?P<row> \|\| )
    | (?P<definition> :+ )
    | (?P<caps> \[\[AC: (?= [^\[\]]* \]\] :? \s*\Z ) )
    )?[ \t]*""",
    re.VERBOSE,
)


class Block(NamedTuple):
    """One block of a page.

    Attributes:
        line: The row it starts on, from 1.
        kind: bullet, quote, rule, heading, item, row, definition, caps, text, blank, folder or end_folder.
        level: How many signs it starts with; 0 for text.
        text: What follows the signs; the cells of a table's row are parted by ``|``.
        boxed: Whether it stands in a box beside the text.
    """

    line: int
    kind: str
    level: int
    text: str
    boxed: bool = False


def blocks_of(rows: Iterable[str]) -> list[Block]:
    """Returns the blocks of a page's rows; folder tags are blocks of their own wherever they stand in a row."""
    blocks: list[Block] = []
    for line, row in _joined(rows):
        if "[[" in row and "folder" in row.casefold():
            blocks += _around_folders(line, row)
        else:
            blocks.append(block_of(line, row))
    return _boxed(blocks) if any(_BOX.match(block.text) for block in blocks) else blocks


def block_of(line: int, row: str) -> Block:
    """Returns the block that one row is, folder tags aside."""
    sign = _BLOCK.match(row)
    assert sign is not None  # noqa: S101 - every part of the expression is optional
    kind = sign.lastgroup
    text: str | None = row[sign.end() :].rstrip()
    if kind in _PARTED and text is not None:
        text = _PARTED[kind](text)
    if kind is None or text is None:
        text = row.strip()
        return Block(line, "text" if text else "blank", 0, text)
    return Block(line, kind, len(sign[kind]), text)


def _cells(text: str) -> str:
    """Returns the cells of a table's row as one text; a spoiler that spans cells stays one."""
    outline, at = without_escapes(text), 0
    cells = []
    for cell in outline.split("||"):
        cells.append(text[at : at + len(cell)].strip())
        at += len(cell) + 2
    return " | ".join(filter(None, cells))


def _definition(text: str) -> str | None:
    """Returns a term with its meaning, or None if no colon outside of brackets parts them."""
    colon = without_brackets(text).find(":", 1)
    return f"{text[:colon].strip()}: {text[colon + 1 :].strip()}" if colon > 0 else None


def _title(text: str) -> str:
    return text.rstrip(": ").removesuffix("]]")


_PARTED = {"row": _cells, "definition": _definition, "caps": _title}


def _joined(rows: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Yields rows with their numbers, comments taken out, rows that end in a line break joined to the next."""
    begun: list[str] = []
    line = 0
    for number, typed in enumerate(rows, 1):
        row = typed
        if "%%" in row and (comment := without_escapes(row).find("%%")) >= 0:
            row = row[:comment]
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
    """Yields the blocks of a row that may hold folder tags; a tag inside a spoiler or a link is none."""
    at = 0
    for start, end in brackets(row):
        tag = _FOLDER_TAG.fullmatch(row, start, end)
        if tag is None:
            continue
        if row[at:start].strip():
            yield block_of(line, row[at:start])
        title = tag["title"]
        yield Block(line, "end_folder", 0, "") if title is None else Block(line, "folder", 0, title.strip())
        at = end
    if at == 0 or row[at:].strip():
        yield block_of(line, row[at:])


def _boxed(blocks: list[Block]) -> list[Block]:
    """Marks the blocks of boxes that run over rows to a lone bracket; a box that has none ends with its row."""
    found: list[Block] = []
    end = -1
    lone = _lone_brackets(blocks)
    for index, block in enumerate(blocks):
        opener = None if index <= end else _BOX.match(block.text)
        if opener:
            end = max(index, lone[index])
            found.append(block._replace(text=block.text[opener.end() :].removesuffix("]"), boxed=True))
        elif index > end:
            found.append(block)
        elif index < end or block.text != "]":
            found.append(block._replace(boxed=True))
    return found


def _lone_brackets(blocks: list[Block]) -> list[int]:
    """Returns for each block where the next lone bracket is, -1 if a new section or the end comes before it."""
    following, at = [], -1
    for index in range(len(blocks) - 1, -1, -1):
        block = blocks[index]
        at = index if block.text == "]" else -1 if block.kind in _BOX_NEVER_HOLDS else at
        following.append(at)
    return following[::-1]
