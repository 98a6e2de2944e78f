"""A page source as a whole: description, sections, and the examples in them.

Pure and total: any text gives a page, nothing is raised, and text that belongs nowhere is kept as an aside.
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
from bot.wiki.spans import InlineResult
from bot.wiki.works import fallback_works, works_named_by

# From the first of these words on, a paragraph of the description names tropes that stand beside this one.
_RELATED_TROPES_PHRASE = re.compile(
    r"\b(see also|compare|contrast|related to|not to be confused|sister trope|sub-?trope|super-?trope|"
    r"(?:is|be|often) (?:a )?part of|can overlap|overlaps? with|may (?:result|lead)|the inverse of|the opposite of)\b",
    re.IGNORECASE,
)
# What a small edit of a text changes, and its key does not see.
_IGNORED_IN_KEYS = dict.fromkeys(map(ord, string.punctuation + string.whitespace + "—–…“”„‘’«»¡¿\u00a0"))


def read_page(name: str, source: str, lexicon: Lexicon = EMPTY_LEXICON) -> Page:
    """Return all that a page source says, in any of the envelopes that `source_lines` reads.

    `name` is the page's without its namespace: ``BigHeroicRun``.
    """
    return _PageReader(name, lexicon).read(split_blocks(source_lines(source)))


@dataclass(slots=True)
class _Section:
    """Where a bullet stands: a folder or heading, its medium, whether its bullets are examples, and if it has any."""

    folder: str | None = None
    medium: Medium | None = None
    accepts_examples: bool = True
    in_folder: bool = False
    title_part: Part | None = None
    has_examples: bool = False


@dataclass(slots=True)
class _ExampleDraft:
    """An example while its parts are gathered; `levels` are those of the bullets that can still own something."""

    section: _Section
    parts: list[Part] = field(default_factory=list)
    levels: list[int] = field(default_factory=list)

    def add_bullet(self, part: Part) -> None:
        self.parts.append(part)
        del self.levels[bisect_right(self.levels, part.depth - 1) :]
        self.levels.append(part.depth)

    def owner_level(self, deepest: int) -> int:
        """Return the level of the nearest bullet above whose level is at most `deepest`, 0 if there is none."""
        at = bisect_right(self.levels, deepest)
        return self.levels[at - 1] if at else 0


class _PageReader:
    """The state of reading one page."""

    def __init__(self, name: str, lexicon: Lexicon) -> None:
        self.name, self.lexicon = name, lexicon
        self.section = _Section()
        self.sections: list[_Section] = []
        self.drafts: list[_ExampleDraft] = []
        self.draft: _ExampleDraft | None = None
        self.quote_owner: int | None = None  # the owner of the quote right above, 0 if it stands free
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
        return self.page()

    def diagnose(self, line: int, message: str, interpretation: str) -> None:
        self.diagnostics.append(Diagnostic(line, message, interpretation))

    def inline(self, line: int, text: str) -> InlineResult:
        """Reads a block's text; captions, boxes and doubts in it go where they belong."""
        inline = read_inline(text, self.lexicon)
        if inline.caption:
            self.caption += [Span(" ")] if self.caption else []
            self.caption += inline.caption
        self.other_parts += [Part(PartKind.PARAGRAPH, 0, spans, source_line=line) for spans in inline.boxes if spans]
        self.diagnostics += [Diagnostic(line, *doubt) for doubt in inline.diagnostics]
        return inline

    def make_part(self, block: Block, depth: int) -> Part | None:
        """Return a block as a part, or None if it shows no text."""
        kind, text = part_kind_and_text(block)
        inline = self.inline(block.line, text)
        if not inline.spans and not inline.notes:
            return None
        return Part(kind, depth, inline.spans, inline.notes, block.line)

    def add_to_description(self, block: Block) -> None:
        part = self.make_free_part(block)
        if part is not None:
            aside = block.boxed or part.kind in (PartKind.QUOTE, PartKind.ATTRIBUTION)
            (self.other_parts if aside else self.description).append(part)

    def add_other_part(self, block: Block) -> None:
        part = self.make_free_part(block)
        if part is not None:
            self.other_parts.append(part)

    def make_free_part(self, block: Block) -> Part | None:
        """Return a block that no bullet owns as a part."""
        return self.make_part(block, block.level if block.kind == "bullet" else 0) if block.text else None

    # --- the examples

    def add_block(self, block: Block) -> None:
        quoted, self.quote_owner = self.quote_owner, None
        if block.boxed:
            self.add_other_part(block)
        elif block.kind == "bullet":
            self.bullet(block)
        elif block.kind == "folder":
            self.open_folder(block)
        elif block.kind == "end_folder":
            self.close_folder(block)
        elif block.kind in ("heading", "caps") or (
            not self.section.in_folder and is_medium_heading(block, self.lexicon)
        ):
            self.heading(block)
        elif block.kind == "quote":
            self.quote(block, quoted)
        elif block.kind == "rule":
            self.draft = None
            self.add_other_part(block)
        elif block.kind != "blank":
            self.continue_example(block)

    def bullet(self, block: Block) -> None:
        if not self.section.accepts_examples:
            self.add_other_part(block)
        elif block.level == 1 or self.draft is None:
            if block.level > 1:
                self.diagnose(block.line, "a sub-bullet stands under no bullet", "an example of its own")
            self.draft = _ExampleDraft(self.section)
            self.drafts.append(self.draft)
            self.draft.add_bullet(self.make_part(block, 1) or Part(PartKind.BULLET, 1, (), source_line=block.line))
        elif part := self.make_part(block, block.level):
            self.draft.add_bullet(part)

    def quote(self, block: Block, quote_owner: int | None) -> None:
        """Takes a quote, or the attribution of the quote right above, to whom it belongs."""
        kind, _ = part_kind_and_text(block)
        # n dashes and a point reach bullets up to level n - 1; the level counts the point too.
        owner = self.draft.owner_level(block.level - 2) if self.draft else 0
        if kind is PartKind.ATTRIBUTION and quote_owner is not None:
            owner = quote_owner
        self.quote_owner = owner
        if owner:
            self.add_to_example(self.make_part(block, owner))
        else:
            self.add_other_part(block)

    def continue_example(self, block: Block) -> None:
        if self.draft is None:
            self.add_other_part(block)
        else:
            self.add_to_example(self.make_part(block, self.draft.parts[-1].depth))

    def add_to_example(self, part: Part | None) -> None:
        if part is not None and self.draft is not None:
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

    def heading(self, block: Block) -> None:
        title = "" if self.section.in_folder else self.section_title(block._replace(text=block.text.rstrip(": ")))
        if title:
            self.enter_section(block.line, title, in_folder=False)
        else:
            self.draft = None
            self.add_other_part(block)

    def section_title(self, block: Block) -> str:
        """Return a section's title as the page has it, without markup; its dashes stay as typed."""
        read = read_inline(block.text.replace("--", "\0"), self.lexicon)
        hides = any(span.spoiler for span in read.spans)
        if hides or read.notes or read.caption or read.boxes:
            self.add_other_part(block)  # a title is shown in clear: what else it holds is read beside it
        return visible_text(read.spans).replace("\0", "--").strip()

    def enter_section(self, line: int, title: str, *, in_folder: bool) -> None:
        self.draft = None
        folded = folder_key(title)
        medium = self.lexicon.medium(title)
        if folded in GENERIC_EXAMPLE_HEADINGS or folded in NON_EXAMPLE_HEADINGS or not folded:
            medium = None
        elif medium is None:
            self.diagnose(line, f"the folder {title!r} is no known medium", "a medium of its own")
            medium = self.lexicon.medium_from_folder(title)
        # A bare "Examples" above bullets is no folder.
        folder = title if title and (in_folder or medium) else None
        self.section = _Section(folder, medium, folded not in NON_EXAMPLE_HEADINGS, in_folder)
        if title and folded not in GENERIC_EXAMPLE_HEADINGS:
            self.section.title_part = Part(PartKind.PARAGRAPH, 0, (Span(title),), source_line=line)
        self.sections.append(self.section)

    # --- the end

    def page(self) -> Page:
        title = self.lexicon.title(MAIN_NAMESPACE + self.name)
        trope = Trope(self.name, title, tuple(self.description), tuple(self.caption), tuple(self.related()))
        examples = tuple(self.examples())
        # The title of a section without examples stands in none of them.
        self.other_parts += [
            section.title_part for section in self.sections if section.title_part and not section.has_examples
        ]
        other_parts = sorted(self.other_parts, key=attrgetter("source_line"))
        return Page(trope, examples, tuple(other_parts), tuple(sorted(self.diagnostics, key=attrgetter("line"))))

    def related(self) -> Iterator[str]:
        """Yield the tropes that the description sets beside this one, each once."""
        seen = {self.name.casefold()}
        for part in self.description:
            relation = _RELATED_TROPES_PHRASE.search(part.text)
            at = 0
            for span in part.spans:
                name = (span.page or "").removeprefix(MAIN_NAMESPACE)
                stands_beside = relation is not None and at >= relation.start() and not span.spoiler
                if stands_beside and span.page == MAIN_NAMESPACE + name and name.casefold() not in seen:
                    seen.add(name.casefold())
                    yield name
                at += len(span.text)

    def examples(self) -> Iterator[Example]:
        keys: Counter[str] = Counter()
        number = 0
        for draft in self.drafts:
            if len(draft.parts) == 1 and not draft.parts[0].spans and not draft.parts[0].notes:
                self.diagnose(draft.parts[0].source_line, "a bullet holds no text", "left out")
                continue
            number += 1
            key = _example_key(draft.parts)
            keys[key] += 1
            key = f"{key}-{keys[key]}" if keys[key] > 1 else key
            section = draft.section
            section.has_examples = True
            yield Example(number, key, section.folder, section.medium, self.works(draft.parts), tuple(draft.parts))

    def works(self, parts: Sequence[Part]) -> tuple[Work, ...]:
        found: dict[str, Work] = {}
        for part in parts:
            if part.kind is not PartKind.BULLET:
                continue
            works = works_named_by(part.spans, self.lexicon)
            if not works and part.depth == 1:
                works = fallback_works(part.spans, self.lexicon)
            for work in works:
                found.setdefault((work.page or work.title).casefold(), work)
        if not found:
            self.diagnose(parts[0].source_line, "no work is named", "an example without a work")
        return tuple(found.values())


def _example_key(parts: Sequence[Part]) -> str:
    words = " ".join([part.text for part in parts]).casefold()
    return text_hash(words.translate(_IGNORED_IN_KEYS) or words)
