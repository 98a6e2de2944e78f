"""Sections: where the examples of a page are, and which blocks start a section of them."""

import re
from collections.abc import Sequence

from bot.model import PartKind
from bot.wiki.blocks import Block
from bot.wiki.lexicon import GENERIC_EXAMPLE_HEADINGS, Lexicon, folder_key

_PART_KINDS = {
    "bullet": PartKind.BULLET,
    "quote": PartKind.QUOTE,
    "attribution": PartKind.ATTRIBUTION,
    "list_item": PartKind.LIST_ITEM,
    "definition": PartKind.DEFINITION,
    "table_row": PartKind.TABLE_ROW,
}
_MEDIUM_HEADING = re.compile(r"([A-Z][^\[\]{}:]{1,40}):")


def examples_range(blocks: Sequence[Block], lexicon: Lexicon) -> tuple[int, int]:
    """Return where the examples start and end among the blocks of a page.

    They start at a folder, at the heading of a medium or after the first rule, whichever comes first. Without these,
    they start at the first heading or bullet. They end at the last rule, if examples precede it and no section follows.
    """
    rules = [i for i, block in enumerate(blocks) if block.kind == "rule"]
    bullets = [i for i, block in enumerate(blocks) if block.kind == "bullet" and not block.boxed]
    sections = [i for i, block in enumerate(blocks) if _starts_section(block, lexicon)]
    # If no bullet follows the only rule, that rule ends the page.
    after_rule = [i + 1 for i in rules[:1] if bullets and bullets[-1] > i]
    headings = [i for i, block in enumerate(blocks) if block.kind == "heading"]
    start = min(sections[:1] + after_rule, default=(headings + bullets + [len(blocks)])[0])
    last_rule = rules[-1] if rules else -1
    ends = any(start <= i < last_rule for i in bullets + sections) or bool(bullets and bullets[-1] < last_rule)
    if last_rule < start or not ends or (sections and sections[-1] > last_rule):
        return start, len(blocks)
    return start, last_rule


def _starts_section(block: Block, lexicon: Lexicon) -> bool:
    """Return whether a block can only be the start of the examples or of a medium."""
    if block.boxed:
        return False
    if block.kind == "heading":
        return folder_key(block.text) in GENERIC_EXAMPLE_HEADINGS or lexicon.medium(block.text) is not None
    return block.kind in ("folder", "small_caps_heading") or is_medium_heading(block, lexicon)


def is_medium_heading(block: Block, lexicon: Lexicon) -> bool:
    """Return whether a line of text is the name of a medium and a colon."""
    if block.kind != "text" or not block.text.endswith(":"):
        return False
    heading = _MEDIUM_HEADING.fullmatch(block.text)
    return heading is not None and lexicon.medium(heading[1]) is not None


def part_kind_and_text(block: Block) -> tuple[PartKind, str]:
    """Return the kind and the text of the part that a block becomes."""
    kind = _PART_KINDS.get(block.kind, PartKind.PARAGRAPH)
    if kind is PartKind.QUOTE and block.text.startswith("--") and not block.text.startswith("---"):
        return PartKind.ATTRIBUTION, block.text[2:].lstrip()
    return kind, block.text
