"""Pages: read a whole page source into its description, its sections and their examples.

Pure and total: any text gives a page and nothing is raised. Text that belongs nowhere is in ``Page.other_parts``.
"""

import re
import string
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from operator import attrgetter

from bot.model import MAIN_NAMESPACE, Diagnostic, Example, Medium, Page, Part, PartKind, Span, Trope, Work, visible_text
from bot.wiki.blocks import Block, split_blocks
from bot.wiki.inline import read_inline
from bot.wiki.lexicon import (
    EMPTY_LEXICON,
    GENERIC_EXAMPLE_HEADINGS,
    NON_EXAMPLE_HEADINGS,
    Lexicon,
    folder_key,
    text_hash,
)
from bot.wiki.sections import examples_range, is_medium_heading, part_kind_and_text
from bot.wiki.source_format import source_lines
from bot.wiki.works import fallback_works, works_named_by

# After the first of these phrases, a paragraph of the description names related tropes.
_RELATED_TROPES_PHRASE = re.compile(
    r"\b(see also|compare|contrast|related to|not to be confused|sister trope|sub-?trope|super-?trope|"
    r"(?:is|be|often) (?:a )?part of|can overlap|overlaps? with|may (?:result|lead)|the inverse of|the opposite of)\b",
    re.IGNORECASE,
)
# Left out of keys, so that small edits of a text keep its key.
_IGNORED_IN_KEYS = dict.fromkeys(map(ord, string.punctuation + string.whitespace + "—–…“”„‘’«»¡¿\u00a0"))


def read_page(name: str, source: str, lexicon: Lexicon = EMPTY_LEXICON) -> Page:
    """Read a page source, in any format that `source_lines` reads.

    `name` is the page's name without its namespace: ``BigHeroicRun``.
    """
    return read_blocks(name, split_blocks(source_lines(source)), lexicon)


def read_blocks(name: str, blocks: Sequence[Block], lexicon: Lexicon) -> Page:
    """Read the blocks of a page, whatever they were read from."""
    return _PageReader(name, lexicon).read(blocks)


@dataclass(slots=True)
class _Section:
    """A folder or heading with the bullets under it; its title is a part only if no example shows it."""

    folder: str | None = None
    medium: Medium | None = None
    accepts_examples: bool = True
    in_folder: bool = False
    title_part: Part | None = None
    has_examples: bool = False


@dataclass(slots=True)
class _ExampleDraft:
    """An example while its parts are collected; `levels` are those of the bullets that can still own a part."""

    section: _Section
    parts: list[Part] = field(default_factory=list)
    levels: list[int] = field(default_factory=list)

    def add_bullet(self, part: Part) -> None:
        self.parts.append(part)
        del self.levels[bisect_right(self.levels, part.depth - 1) :]
        self.levels.append(part.depth)

    def owner_level(self, deepest: int) -> int:
        """Return the level of the nearest bullet above whose level is at most `deepest`, or 0."""
        at = bisect_right(self.levels, deepest)
        return self.levels[at - 1] if at else 0


class _PageReader:
    def __init__(self, name: str, lexicon: Lexicon) -> None:
        self.name, self.lexicon = name, lexicon
        self.section = _Section()
        self.sections: list[_Section] = []
        self.drafts: list[_ExampleDraft] = []
        self.draft: _ExampleDraft | None = None
        self.quote_owner: int | None = None  # owner level of the quote directly above; 0 if no bullet owns it
        self.description: list[Part] = []
        self.caption: list[Span] = []
        self.other_parts: list[Part] = []
        self.diagnostics: list[Diagnostic] = []

    def read(self, blocks: Sequence[Block]) -> Page:
        start, end = examples_range(blocks, self.lexicon)
        for block in blocks[:start]:
            self.add_to_description(block)
        for block in blocks[start:end]:
            self.add_block(block)
        if self.section.in_folder:
            self.diagnose(blocks[end - 1].line, "the last folder is not closed", "it ends where the examples end")
        for block in blocks[end:]:
            self.add_other_part(block)

        title = self.lexicon.title(MAIN_NAMESPACE + self.name)
        related_tropes = tuple(self.related_tropes())
        trope = Trope(self.name, title, tuple(self.description), tuple(self.caption), related_tropes)
        examples = tuple(self.examples())
        # No example shows the title of a section without examples.
        self.other_parts += [each.title_part for each in self.sections if each.title_part and not each.has_examples]
        other_parts = tuple(sorted(self.other_parts, key=attrgetter("source_line")))
        return Page(trope, examples, other_parts, tuple(sorted(self.diagnostics, key=attrgetter("line"))))

    def diagnose(self, line: int, message: str, interpretation: str) -> None:
        self.diagnostics.append(Diagnostic(line, message, interpretation))

    def make_part(self, block: Block, owner: int = 0) -> Part | None:
        """Read a block's text into a part, or None if it shows no text.

        Captions, boxes and diagnostics inside it go to the page. `owner` is the level of the bullet that owns the
        block. It does not apply to bullets.
        """
        if not block.text and block.inline is None:
            return None
        kind, text = part_kind_and_text(block)
        inline = block.inline or read_inline(text, self.lexicon)
        if inline.caption:
            self.caption += [Span(" "), *inline.caption] if self.caption else inline.caption
        for spans in filter(None, inline.boxes):
            self.other_parts.append(Part(PartKind.PARAGRAPH, 0, spans, source_line=block.line))
        for message, interpretation in inline.diagnostics:
            self.diagnose(block.line, message, interpretation)
        if not inline.spans and not inline.notes:
            return None
        depth = block.level if block.kind == "bullet" else owner
        return Part(kind, depth, inline.spans, inline.notes, block.line)

    def add_to_description(self, block: Block) -> None:
        part = self.make_part(block)
        if part and (block.boxed or part.kind in (PartKind.QUOTE, PartKind.ATTRIBUTION)):
            self.other_parts.append(part)
        elif part:
            self.description.append(part)

    def add_other_part(self, block: Block) -> None:
        if part := self.make_part(block):
            self.other_parts.append(part)

    # --- the examples

    def add_block(self, block: Block) -> None:
        quote_owner, self.quote_owner = self.quote_owner, None
        if block.boxed:
            self.add_other_part(block)
            return
        match block.kind:
            case "bullet":
                self.add_bullet(block)
            case "folder":
                self.open_folder(block)
            case "end_folder":
                self.close_folder(block)
            case "heading" | "small_caps_heading":
                self.add_heading(block)
            case "quote" | "attribution":
                self.add_quote(block, quote_owner)
            case "rule":
                self.draft = None
                self.add_other_part(block)
            case "blank":
                pass
            case _ if not self.section.in_folder and is_medium_heading(block, self.lexicon):
                self.add_heading(block)
            case _ if self.draft is None:
                self.add_other_part(block)
            case _ if block.owner is not None:
                self.add_owned_part(block, self.draft.owner_level(block.owner))
            case _:
                self.add_owned_part(block, self.draft.parts[-1].depth)

    def add_bullet(self, block: Block) -> None:
        if not self.section.accepts_examples:
            self.add_other_part(block)
        elif block.level == 1 or self.draft is None:
            if block.level > 1:
                self.diagnose(block.line, "a sub-bullet stands under no bullet", "an example of its own")
            self.draft = _ExampleDraft(self.section)
            self.drafts.append(self.draft)
            part = self.make_part(block._replace(level=1))
            self.draft.add_bullet(part or Part(PartKind.BULLET, 1, (), source_line=block.line))
        elif part := self.make_part(block):
            self.draft.add_bullet(part)

    def add_quote(self, block: Block, quote_owner: int | None) -> None:
        """Add a quote, or the attribution of the quote directly above, to the bullet that owns it."""
        kind, _ = part_kind_and_text(block)
        if kind is PartKind.ATTRIBUTION and quote_owner is not None:
            self.quote_owner = quote_owner
        else:
            # A sign of n dashes and ">" reaches bullets up to level n - 1; its own level is n + 1.
            deepest = block.level - 2 if block.owner is None else block.owner
            self.quote_owner = self.draft.owner_level(deepest) if self.draft else 0
        self.add_owned_part(block, self.quote_owner)

    def add_owned_part(self, block: Block, owner: int) -> None:
        if not owner or self.draft is None:
            self.add_other_part(block)
        elif part := self.make_part(block, owner):
            self.draft.parts.append(part)

    # --- sections

    def open_folder(self, block: Block) -> None:
        if self.section.in_folder:
            self.diagnose(block.line, f"the folder {self.section.folder!r} is not closed", "the next one closes it")
        self.enter_section(block.line, self.section_title(block), in_folder=True)

    def close_folder(self, block: Block) -> None:
        if not self.section.in_folder:
            self.diagnose(block.line, "[[/folder]] closes nothing", "left out")
        self.section, self.draft = _Section(), None

    def add_heading(self, block: Block) -> None:
        title = "" if self.section.in_folder else self.section_title(block._replace(text=block.text.rstrip(": ")))
        if title:
            self.enter_section(block.line, title, in_folder=False)
        else:
            self.draft = None
            self.add_other_part(block)

    def section_title(self, block: Block) -> str:
        """Return a section's title without markup, its dashes as typed."""
        inline = block.inline or read_inline(block.text.replace("--", "\0"), self.lexicon)
        if inline.notes or inline.caption or inline.boxes or any(span.spoiler for span in inline.spans):
            self.add_other_part(block)  # a title is visible text, so the whole line is stored as well
        title = visible_text(inline.spans).replace("\0", "--").strip()
        if block.inline is None:
            return title
        title = " ".join(title.replace("—", "--").split())
        return title if block.kind == "folder" else title.rstrip(": ")

    def enter_section(self, line: int, title: str, *, in_folder: bool) -> None:
        self.draft = None
        key = folder_key(title)
        medium = self.lexicon.medium(title)
        if key in GENERIC_EXAMPLE_HEADINGS or key in NON_EXAMPLE_HEADINGS or not key:
            medium = None
        elif medium is None:
            self.diagnose(line, f"the folder {title!r} is no known medium", "a medium of its own")
            medium = self.lexicon.medium_from_folder(title)
        # A bare "Examples" above bullets is no folder.
        folder = title if title and (in_folder or medium) else None
        self.section = _Section(folder, medium, key not in NON_EXAMPLE_HEADINGS, in_folder)
        if title and key not in GENERIC_EXAMPLE_HEADINGS:
            self.section.title_part = Part(PartKind.PARAGRAPH, 0, (Span(title),), source_line=line)
        self.sections.append(self.section)

    # --- the end

    def related_tropes(self) -> Iterator[str]:
        """Yield each trope that the description compares with this one, once."""
        seen = {self.name.casefold()}
        for part in self.description:
            phrase = _RELATED_TROPES_PHRASE.search(part.text)
            if phrase is None:
                continue
            offset = 0
            for span in part.spans:
                name = (span.page or "").removeprefix(MAIN_NAMESPACE)
                is_trope = offset >= phrase.start() and not span.spoiler and span.page == MAIN_NAMESPACE + name
                if is_trope and name.casefold() not in seen:
                    seen.add(name.casefold())
                    yield name
                offset += len(span.text)

    def examples(self) -> Iterator[Example]:
        number, keys = 0, Counter[str]()
        for draft in self.drafts:
            parts, section = draft.parts, draft.section
            if len(parts) == 1 and not parts[0].spans and not parts[0].notes:
                self.diagnose(parts[0].source_line, "a bullet holds no text", "left out")
                continue
            number += 1
            section.has_examples = True
            text = " ".join([part.text for part in parts]).casefold()
            key = text_hash(text.translate(_IGNORED_IN_KEYS) or text)
            keys[key] += 1
            unique_key = f"{key}-{keys[key]}" if keys[key] > 1 else key
            yield Example(number, unique_key, section.folder, section.medium, self.works(parts), tuple(parts))

    def works(self, parts: Sequence[Part]) -> tuple[Work, ...]:
        by_page: dict[str, Work] = {}
        for part in parts:
            if part.kind is not PartKind.BULLET:
                continue
            works = works_named_by(part.spans, self.lexicon)
            if not works and part.depth == 1:
                works = fallback_works(part.spans, self.lexicon)
            for work in works:
                by_page.setdefault((work.page or work.title).casefold(), work)
        if not by_page:
            self.diagnose(parts[0].source_line, "no work is named", "an example without a work")
        return tuple(by_page.values())
