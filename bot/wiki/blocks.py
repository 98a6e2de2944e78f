"""Blocks: what kind of block each row is, once comments are out and broken rows are joined."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from bot.wiki.brackets import mask_brackets, mask_escapes, outermost_brackets

# Doubled on the page; a dump shows one.
_LINE_CONTINUATION = re.compile(r"\\{1,2}[ \t]*\Z")
_FOLDER_TAG = re.compile(r"\[\[\s*(?:/folder|folder:(?P<title>.*))\s*\]\]", re.IGNORECASE | re.DOTALL)
_BOX_OPENING = re.compile(r"\[float-?box[a-z]*:[ \t]*", re.IGNORECASE)
_ENDS_BOX = frozenset({"folder", "end_folder", "rule", "heading"})
_BLOCK_SIGN = re.compile(
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
    """One block of a page, with the row it starts on, from 1.

    Attributes:
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


def split_blocks(rows: Iterable[str]) -> list[Block]:
    """Return the blocks of a page's rows; folder tags are blocks of their own wherever they stand in a row."""
    blocks: list[Block] = []
    for line, row in _join_rows(rows):
        if "[[" in row and "folder" in row.casefold():
            blocks += _split_folder_tags(line, row)
        else:
            blocks.append(classify_row(line, row))
    return _mark_boxes(blocks) if any(_BOX_OPENING.match(block.text) for block in blocks) else blocks


def classify_row(line: int, row: str) -> Block:
    """Return the block that one row is, folder tags aside."""
    sign = _BLOCK_SIGN.match(row)
    assert sign is not None  # noqa: S101 - every part of the expression is optional
    kind = sign.lastgroup
    text: str | None = row[sign.end() :].rstrip()
    if kind in _TEXT_PARSERS and text is not None:
        text = _TEXT_PARSERS[kind](text)
    if kind is None or text is None:
        text = row.strip()
        return Block(line, "text" if text else "blank", 0, text)
    return Block(line, kind, len(sign[kind]), text)


def _split_cells(text: str) -> str:
    """Return the cells of a table's row as one text; a spoiler that spans cells stays one."""
    outline, at = mask_escapes(text), 0
    cells = []
    for cell in outline.split("||"):
        cells.append(text[at : at + len(cell)].strip())
        at += len(cell) + 2
    return " | ".join(filter(None, cells))


def _split_definition(text: str) -> str | None:
    """Return a term with its meaning, or None if no colon outside of brackets parts them."""
    colon = mask_brackets(text).find(":", 1)
    return f"{text[:colon].strip()}: {text[colon + 1 :].strip()}" if colon > 0 else None


def _small_caps_title(text: str) -> str:
    return text.rstrip(": ").removesuffix("]]")


_TEXT_PARSERS = {"row": _split_cells, "definition": _split_definition, "caps": _small_caps_title}


def _join_rows(rows: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Yield rows with their numbers, comments taken out, rows that end in a line break joined to the next."""
    begun: list[str] = []
    line = 0
    for number, typed in enumerate(rows, 1):
        row = typed
        if "%%" in row and (comment := mask_escapes(row).find("%%")) >= 0:
            row = row[:comment]
            if not row.strip() and not begun:
                continue  # a row that is all comment is not even a blank one
        line = line if begun else number
        broken = _LINE_CONTINUATION.search(row) if "\\" in row else None
        begun.append(row[: broken.start()] if broken else row)
        if not broken:
            yield line, "\n".join(begun)
            begun = []
    if begun:
        yield line, "\n".join(begun)


def _split_folder_tags(line: int, row: str) -> Iterator[Block]:
    """Yield the blocks of a row that may hold folder tags; a tag inside a spoiler or a link is none."""
    at = 0
    for start, end in outermost_brackets(row):
        tag = _FOLDER_TAG.fullmatch(row, start, end)
        if tag is None:
            continue
        if row[at:start].strip():
            yield classify_row(line, row[at:start])
        title = tag["title"]
        yield Block(line, "end_folder", 0, "") if title is None else Block(line, "folder", 0, title.strip())
        at = end
    if at == 0 or row[at:].strip():
        yield classify_row(line, row[at:])


def _mark_boxes(blocks: list[Block]) -> list[Block]:
    """Mark the blocks of boxes that run over rows to a lone bracket; a box that has none ends with its row."""
    found: list[Block] = []
    end = -1
    lone = _closing_brackets(blocks)
    for index, block in enumerate(blocks):
        opener = None if index <= end else _BOX_OPENING.match(block.text)
        if opener:
            end = max(index, lone[index])
            found.append(block._replace(text=block.text[opener.end() :].removesuffix("]"), boxed=True))
        elif index > end:
            found.append(block)
        elif index < end or block.text != "]":
            found.append(block._replace(boxed=True))
    return found


def _closing_brackets(blocks: list[Block]) -> list[int]:
    """Return for each block where the next lone bracket is, -1 if a new section or the end comes before it."""
    following, at = [], -1
    for index in range(len(blocks) - 1, -1, -1):
        block = blocks[index]
        at = index if block.text == "]" else -1 if block.kind in _ENDS_BOX else at
        following.append(at)
    return following[::-1]
