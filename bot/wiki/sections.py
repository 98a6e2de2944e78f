"""Find the sections of a page's examples, and their media."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.model import Diagnostic, Medium, Part, PartKind, Span, Work
from bot.wiki.blocks import Block
from bot.wiki.lexicon import (
    GENERIC_EXAMPLE_HEADINGS,
    Lexicon,
    folder_key,
    has_no_examples,
    names_no_medium,
    starts_examples,
)

_PART_KINDS = {
    "bullet": PartKind.BULLET,
    "quote": PartKind.QUOTE,
    "attribution": PartKind.ATTRIBUTION,
    "list_item": PartKind.LIST_ITEM,
    "definition": PartKind.DEFINITION,
    "table_row": PartKind.TABLE_ROW,
}
_ROW_TITLE = re.compile(r"([A-Z][^\[\]{}:]{1,40}?)'*:")
_OTHER_MEDIA = "other"
_PAGE_POOL = "\0"  # cannot be a title
_MIN_WORKS, _MAJORITY = 2, 0.6
_ATTRIBUTION = re.compile(r"(?:--(?!-)|—)\s*")


def examples_range(blocks: Sequence[Block], lexicon: Lexicon, *, is_subpage: bool = False) -> tuple[int, int]:
    """Return where the examples start and end among the blocks of a page.

    They start at the first folder or heading of a medium, or after the first rule, otherwise at the first heading or
    bullet. On a subpage, the first bullet starts them too. They end at the last rule, if examples precede it and no
    section follows.
    """
    rules = [i for i, block in enumerate(blocks) if block.kind == "rule"]
    bullets = [i for i, block in enumerate(blocks) if block.kind == "bullet" and not block.boxed]
    sections = [i for i, block in enumerate(blocks) if block.kind != "bullet" and _starts_section(block, lexicon)]
    # A rule without bullets after it ends the page.
    after_rule = [i + 1 for i in rules[:1] if bullets and bullets[-1] > i]
    headings = [i for i, block in enumerate(blocks) if block.kind == "heading"]
    starts = sections[:1] + after_rule + (bullets[:1] if is_subpage else [])
    start = min(starts, default=(headings + bullets + [len(blocks)])[0])
    above = start - 1 - (start > 1 and blocks[start - 1].kind == "blank")
    if start and _is_text_heading(blocks[above]):
        start = above
    last_rule = rules[-1] if rules else -1
    ends = any(start <= i < last_rule for i in bullets + sections) or bool(bullets and bullets[-1] < last_rule)
    if last_rule < start or not ends or (sections and sections[-1] > last_rule):
        return start, len(blocks)
    return start, last_rule


def _starts_section(block: Block, lexicon: Lexicon) -> bool:
    if block.boxed:
        return False
    if block.kind == "heading":
        return starts_examples(block.text) or lexicon.medium(block.text) is not None
    return block.kind in ("folder", "small_caps_heading") or _is_medium_row(block, lexicon)


def is_section_row(block: Block, lexicon: Lexicon) -> bool:
    """Return whether a line of text is a section's title and a colon."""
    return _is_medium_row(block, lexicon) or _is_text_heading(block)


def _is_medium_row(block: Block, lexicon: Lexicon) -> bool:
    title = _row_title(block)
    return title is not None and lexicon.medium(title) is not None


def _is_text_heading(block: Block) -> bool:
    """Return whether a line is a heading without examples: "Sub-tropes:"."""
    title = _row_title(block)
    return title is not None and has_no_examples(title)


def _row_title(block: Block) -> str | None:
    if block.kind != "text" or not block.text.rstrip("'").endswith(":"):
        return None
    row = _ROW_TITLE.fullmatch(block.text.strip("'"))
    return row and row[1]


def part_kind_and_text(block: Block) -> tuple[PartKind, str]:
    """Return the kind and text of a block's part."""
    kind = _PART_KINDS.get(block.kind, PartKind.PARAGRAPH)
    if kind is PartKind.QUOTE and block.inline is None and (sign := _ATTRIBUTION.match(block.text)):
        return PartKind.ATTRIBUTION, block.text[sign.end() :]
    return kind, block.text


@dataclass(slots=True)
class Section:
    """A folder or heading with the bullets under it."""

    line: int = 0
    folder: str | None = None
    medium: Medium | None = None
    pool: str | None = None  # sections of one pool get the medium of most works in it; None if certain
    is_unknown: bool = False  # its title may be a new medium
    accepts_examples: bool = True
    in_folder: bool = False
    title_part: Part | None = None  # for the other parts, if no example shows it
    is_shown: bool = False


class SectionFinder:
    """Makes the sections of a page, and finds the media that titles leave open."""

    def __init__(self, subpage: str, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self.subpage_medium = lexicon.subpage_medium(subpage) if subpage else None
        # A subpage has one medium, even if its name is a work's.
        self.common_pool = _PAGE_POOL if subpage and not self.subpage_medium else None
        self.untitled: list[Section] = []
        self.pools: defaultdict[str, dict[str, Medium]] = defaultdict(dict)  # by page

    def no_section(self) -> Section:
        """Return the section of bullets outside folders and headings."""
        section = Section(medium=self.subpage_medium, pool=self.common_pool)
        self.untitled.append(section)
        return section

    def section(self, line: int, title: str, *, in_folder: bool) -> Section:
        """Return a folder or heading."""
        key, named, page_medium = folder_key(title), self.lexicon.medium(title), self.subpage_medium
        section = Section(line, title or None, named, in_folder=in_folder)
        if title and key not in GENERIC_EXAMPLE_HEADINGS:
            section.title_part = Part(PartKind.PARAGRAPH, 0, (Span(title),), source_line=line)
        if named and key not in self.lexicon.subpages:  # a medium, not a genre
            section.medium = page_medium if page_medium and named.slug == _OTHER_MEDIA else named
        elif has_no_examples(title):
            section.accepts_examples = False
        elif not named and (not key or names_no_medium(title)):
            section.folder = section.folder if in_folder else None  # the heading "Examples" is not a folder
            section.medium, section.pool = page_medium, self.common_pool
        elif page_medium or self.common_pool:
            section.medium, section.pool = page_medium, self.common_pool
        elif self.lexicon.is_genre(title):
            section.pool = _PAGE_POOL
        else:
            section.is_unknown, section.pool = True, title
        return section

    def count_works(self, section: Section, works: Iterable[Work]) -> None:
        """Count each work of an example once towards its section's medium."""
        if section.pool is None:
            return
        for work in works:
            page = (work.page or "").casefold()
            if medium := self.lexicon.namespaces.get(page.partition("/")[0]):
                self.pools[section.pool][page] = medium

    def settle(self, sections: Iterable[Section]) -> Iterator[Diagnostic]:
        """Set the media that titles left open. Yield a diagnostic for each unknown one."""
        majorities = {pool: _majority(media.values()) for pool, media in self.pools.items()}
        for section in (*self.untitled, *sections):
            majority = majorities.get(section.pool) if section.pool else None
            section.medium = majority or section.medium
            if section.is_unknown:
                interpretation = "the medium of most of its works" if majority else "a new medium"
                yield Diagnostic(section.line, f"the folder {section.folder!r} is no known medium", interpretation)
                section.medium = majority or self.lexicon.medium_from_folder(section.folder or "")


def _majority(media: Collection[Medium]) -> Medium | None:
    """Return the medium of most works, if at least two have it."""
    slug, count = Counter([medium.slug for medium in media]).most_common(1)[0]
    if count < _MIN_WORKS or count < _MAJORITY * len(media):
        return None
    return next(medium for medium in media if medium.slug == slug)
