"""Split a page source into blocks, one a line or broken line."""

import re
from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple, cast

from bot.wiki.brackets import mask_brackets, mask_escapes, outermost_brackets
from bot.wiki.spans import NO_SPOILERS, InlineResult, OpenSpoilers

# Not an Enum: its members are slow to read. mypy checks each comparison with a literal.
BlockKind = Literal[
    "bullet", "quote", "rule", "heading", "list_item", "table_row", "definition", "small_caps_heading",
    "text", "blank", "folder", "end_folder", "index", "end_index", "attribution",
]  # fmt: skip

_FOLDER_TAG = re.compile(r"\[\[\s*(?:/folder|folder:(?P<title>.*))\s*\]\]", re.IGNORECASE | re.DOTALL)
_BOX_OPENING = re.compile(r"\[float-?box[a-z]*:[ \t]*", re.IGNORECASE)
_ENDS_BOX = frozenset({"folder", "end_folder", "rule", "heading"})
# Groups are named after kinds of blocks, of which bullets have none.
_BLOCK_SIGN = re.compile(
    r"""[ \t]*(?:
      (?P<quote> -+> )
    | (?P<rule> -{4,} )
    | (?P<heading> !+ ) (?= [^!] )
    | (?P<list_item> \#+ )
    | (?P<table_row> \|\| )
    | (?P<definition> :+ )
    | (?P<small_caps_heading> \[\[AC: (?= [^\[\]]* \]\] :? \s*\Z ) )
    | (?P<index> \[\[(?i:index)\]\] (?= \s*\Z ) )
    | (?P<end_index> \[\[/(?i:index)\]\] (?= \s*\Z ) )
    )?[ \t]*""",
    re.VERBOSE,
)


class Block(NamedTuple):
    """One block of a page."""

    line: int  # the first, from 1
    kind: BlockKind
    level: int  # the length of its sign, 0 for text
    text: str  # without its sign, the cells of a table row separated by "|"
    boxed: bool = False  # in a box beside the text
    inline: InlineResult | None = None  # if read already; `text` is then its visible text
    owner: int | None = None  # level of its bullet, 0 for none; None: the blocks above decide
    hidden: OpenSpoilers = NO_SPOILERS


def split_blocks(rows: Iterable[str]) -> list[Block]:
    """Return the blocks of a page. A folder tag is always a separate block."""
    blocks: list[Block] = []
    for line, row in _join_rows(rows):
        if "[[" in row and "folder" in row.casefold():
            blocks += _split_folder_tags(line, row)
        else:
            blocks.append(classify_row(line, row))
    has_box = any(map(_BOX_OPENING.match, [block.text for block in blocks if block.text.startswith("[")]))
    return _mark_boxes(blocks) if has_box else blocks


def classify_row(line: int, row: str) -> Block:
    """Make a block of a line without folder tags."""
    unindented = row.lstrip(" \t")
    if unindented.startswith(("*", "+")):  # a shortcut for most lines
        text = unindented.lstrip("*+")
        return Block(line, "bullet", len(unindented) - len(text), text.lstrip(" \t").rstrip())
    sign = _BLOCK_SIGN.match(row)
    assert sign is not None  # noqa: S101 - every part of the expression is optional
    kind = cast("BlockKind", sign.lastgroup or "text")
    text = row[sign.end() :].rstrip()
    if kind == "table_row":
        text = _join_cells(text)
    elif kind == "small_caps_heading":
        text = text.rstrip(": ").removesuffix("]]")
    elif kind == "definition":
        colon = mask_brackets(text).find(":", 1)
        if colon > 0:
            text = f"{text[:colon].strip()}: {text[colon + 1 :].strip()}"
        else:
            kind = "text"  # only a colon outside brackets ends a term
    if kind == "text":
        text = row.strip()
        return Block(line, kind if text else "blank", 0, text)
    return Block(line, kind, len(sign[kind]), text)


def _join_cells(text: str) -> str:
    """Join cells, so that a spoiler across them stays whole."""
    cells, at = [], 0
    for cell in mask_escapes(text).split("||"):
        cells.append(text[at : at + len(cell)].strip())
        at += len(cell) + 2
    return " | ".join(filter(None, cells))


def _join_rows(rows: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Yield numbered lines without comments, broken lines joined."""
    pending: list[str] = []
    line = 0
    for number, typed in enumerate(rows, 1):
        row = typed
        if not pending and "\\" not in row and "%%" not in row:  # as nearly always
            yield number, row
            continue
        if "%%" in row and (comment := mask_escapes(row).find("%%")) >= 0:
            row = row[:comment]
            if not row.strip() and not pending:
                continue  # a comment alone is not even a blank line
        line = line if pending else number
        trimmed = row.rstrip(" \t") if "\\" in row else row
        broken = trimmed.endswith("\\")  # pages have two, dumps one, some three
        pending.append(trimmed.rstrip("\\") if broken else row)
        if not broken:
            yield line, "\n".join(pending)
            pending = []
    if pending:
        yield line, "\n".join(pending)


def _split_folder_tags(line: int, row: str) -> Iterator[Block]:
    """Split a line at its folder tags, except inside a spoiler or link."""
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
    """Mark the blocks in boxes. A box ends at a lone bracket, or else with its line."""
    closers, closer = [-1] * len(blocks), -1  # the next lone bracket, -1 if a section starts first
    for index in range(len(blocks) - 1, -1, -1):
        block = blocks[index]
        closer = index if block.text == "]" else -1 if block.kind in _ENDS_BOX else closer
        closers[index] = closer
    marked: list[Block] = []
    end = -1
    for index, block in enumerate(blocks):
        opener = None if index <= end else _BOX_OPENING.match(block.text)
        if opener:
            end = max(index, closers[index])
            marked.append(block._replace(text=block.text[opener.end() :].removesuffix("]"), boxed=True))
        elif index > end:
            marked.append(block)
        elif index < end or block.text != "]":
            marked.append(block._replace(boxed=True))
    return marked
