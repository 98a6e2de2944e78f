"""Read a page into its description and examples. All other text goes to ``Page.other_parts``."""

import re
import string
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain
from operator import attrgetter

from bot.model import (
    MAIN_NAMESPACE,
    MAX_TITLE_LENGTH,
    Diagnostic,
    Example,
    Page,
    Part,
    PartKind,
    Span,
    Trope,
    Work,
    visible_text,
)
from bot.wiki.blocks import Block, split_blocks
from bot.wiki.inline import read_inline
from bot.wiki.lexicon import EMPTY_LEXICON, Lexicon, bytes_hash
from bot.wiki.open_spoilers import hide_open_spoilers
from bot.wiki.sections import Section, SectionFinder, examples_range, is_section_row, part_kind_and_text
from bot.wiki.source_format import source_lines
from bot.wiki.spans import NOTHING_LOOSE, InlineResult
from bot.wiki.spellings import respell, respellings
from bot.wiki.works import WorkFinder

# From the first such phrase on, a paragraph of the description names related tropes.
_RELATED_TROPES_PHRASE = re.compile(
    r"\b(see also|compare|contrast|related to|not to be confused|sister trope|sub-?trope|super-?trope|"
    r"(?:is|be|often) (?:a )?part of|can overlap|overlaps? with|may (?:result|lead)|the inverse of|the opposite of)\b",
    re.IGNORECASE,
)
# Ignored, so that small edits keep the key.
_IGNORED_IN_KEYS = (string.punctuation + string.whitespace).encode()
_LOWER_CASE = bytes(range(256)).lower()
_IGNORED_SIGNS = re.compile("|".join("—–…“”„‘’«»¡¿\u00a0").encode())


def read_page(name: str, source: str, lexicon: Lexicon = EMPTY_LEXICON) -> Page:
    """Read the page source of a trope, ``BigHeroicRun``, or a subpage, ``BigHeroicRun/VideoGames``."""
    return read_blocks(name, split_blocks(source_lines(source)), lexicon)


def read_blocks(name: str, blocks: Sequence[Block], lexicon: Lexicon) -> Page:
    """Read the blocks of a page source or saved page."""
    reader = _PageReader(name, lexicon)
    page = reader.read(blocks)
    if not reader.opens_spoiler:
        return page
    blocks, diagnostics = hide_open_spoilers(blocks, lexicon)
    page = _PageReader(name, lexicon).read(blocks)
    return replace(page, diagnostics=tuple(sorted((*diagnostics, *page.diagnostics), key=attrgetter("line"))))


def example_key(text: str) -> str:
    """Return the key of an example: a hash of its letters and digits, ignoring case."""
    # Bytes, since translating text is slow.
    if text.isascii() and (letters := text.encode().translate(_LOWER_CASE, _IGNORED_IN_KEYS)):
        return bytes_hash(letters)
    data = text.casefold().encode("utf-8", "surrogatepass")
    return bytes_hash(_IGNORED_SIGNS.sub(b"", data.translate(None, _IGNORED_IN_KEYS)) or data)


class _ExampleDraft:
    __slots__ = ("index_entries", "levels", "parts", "section")

    def __init__(self, section: Section) -> None:
        self.section = section
        self.parts: list[Part] = []
        self.levels: list[int] = []
        self.index_entries = 0

    def add_bullet(self, part: Part) -> None:
        self.parts.append(part)
        while self.levels and self.levels[-1] >= part.depth:
            self.levels.pop()
        self.levels.append(part.depth)

    def owner_level(self, deepest: int) -> int:
        """Return the level of the nearest bullet up to level `deepest`, or 0."""
        at = bisect_right(self.levels, deepest)
        return self.levels[at - 1] if at else 0


class _PageReader:
    def __init__(self, name: str, lexicon: Lexicon) -> None:
        self.name, _, subpage = name.removeprefix(MAIN_NAMESPACE).partition("/")
        self.subpage = f"{self.name}/{subpage}" if subpage else None
        self.lexicon = lexicon
        # A trope may share its name with a namespace of works, whose pages are not its subpages: WesternAnimation.
        self.subpage_prefix = "/" if self.name.casefold() in lexicon.namespaces else f"{self.name.casefold()}/"
        self.finder = SectionFinder(subpage, lexicon)
        self.work_finder = WorkFinder(lexicon)
        self.section = self.finder.no_section()
        self.sections: list[Section] = []
        self.drafts: list[_ExampleDraft] = []
        self.draft: _ExampleDraft | None = None
        self.quote_owner: int | None = None  # owner of the quote directly above, 0 for none
        self.after_blank = False
        self.in_index = False
        self.index_ends = 0  # how many follow; only with an end is it an index
        self.listed_subpages: dict[str, str] = {}
        self.description: list[Part] = []
        self.caption: list[Span] = []
        self.other_parts: list[Part] = []
        self.page_quote: list[int] = []  # where its parts are among the others
        self.diagnostics: list[Diagnostic] = []
        self.opens_spoiler = False  # some block leaves one open

    def read(self, blocks: Sequence[Block]) -> Page:
        start, end = examples_range(blocks, self.lexicon, is_subpage=self.subpage is not None)
        self.index_ends = sum([block.kind == "end_index" for block in blocks[start:end]])
        for block in blocks[:start]:
            self.add_to_description(block)
        for block in blocks[start:end]:
            self.add_block(block)
        if self.section.in_folder:
            self.diagnose(blocks[end - 1].line, "the last folder is not closed", "it ends where the examples end")
        for block in blocks[end:]:
            self.add_other_part(block)

        self.unify_spellings()
        title = self.lexicon.title(MAIN_NAMESPACE + self.name)
        related_tropes = tuple(self.related_tropes())
        quote = tuple([self.other_parts[at] for at in self.page_quote])
        trope = Trope(self.name, title, tuple(self.description), tuple(self.caption), related_tropes, quote)
        examples = tuple(self.examples())
        # Only examples in folders show their section's title.
        self.other_parts += [each.title_part for each in self.sections if each.title_part and not each.is_shown]
        other_parts = tuple(sorted(self.other_parts, key=attrgetter("source_line")))
        diagnostics = tuple(sorted(self.diagnostics, key=attrgetter("line")))
        return Page(trope, examples, other_parts, diagnostics, self.subpage, tuple(self.listed_subpages.values()))

    def diagnose(self, line: int, message: str, interpretation: str) -> None:
        self.diagnostics.append(Diagnostic(line, message, interpretation))

    def make_part(self, block: Block, owner: int = 0) -> Part | None:
        """Make a part, or None if it shows no text. `owner` is the level of the bullet that owns it."""
        if not block.text and block.inline is None:
            return None
        kind, text = part_kind_and_text(block)
        spans, notes, caption, boxes, doubts, _ = self.read_text(block, text)
        if caption:
            self.caption += [Span(" "), *caption] if self.caption else caption
        if boxes:
            self.other_parts += [Part(PartKind.PARAGRAPH, 0, box, source_line=block.line) for box in boxes if box]
        for message, interpretation in doubts:
            self.diagnose(block.line, message, interpretation)
        if not spans and not notes:
            return None
        depth = block.level if block.kind == "bullet" else owner
        return Part(kind, depth, spans, notes, block.line)

    def read_text(self, block: Block, text: str) -> InlineResult:
        if block.inline is not None:
            return block.inline
        inline = read_inline(text, self.lexicon, block.hidden)
        if inline.loose is not NOTHING_LOOSE:
            self.opens_spoiler |= inline.loose.opens_spoiler
        return inline

    def add_to_description(self, block: Block) -> None:
        part = self.make_part(block)
        is_quote = part is not None and part.kind in (PartKind.QUOTE, PartKind.ATTRIBUTION)
        if part and (block.boxed or is_quote or self.list_subpages(part)):
            if is_quote and not block.boxed:
                self.page_quote.append(len(self.other_parts))
            self.other_parts.append(part)
        elif part:
            self.description.append(part)

    def add_other_part(self, block: Block) -> None:
        if part := self.make_part(block):
            self.list_subpages(part)
            self.other_parts.append(part)

    def list_subpages(self, part: Part) -> bool:
        """Add the subpages that a bullet lists. Return whether it has nothing else."""
        prefix, pages = self.subpage_prefix, []
        for text, _, page, spoiler in part.spans:
            if page and not spoiler and page.casefold().startswith(prefix):
                pages.append(f"{self.name}/{page[len(prefix) :]}")
            elif text[:1].isalnum() or any(map(str.isalnum, text)):
                return False
        if part.kind is not PartKind.BULLET or part.notes:
            return False
        for page in pages:
            self.listed_subpages.setdefault(page.casefold(), page)
        return bool(pages)

    # --- the examples

    def add_block(self, block: Block) -> None:
        quote_owner, self.quote_owner = self.quote_owner, None
        after_blank, self.after_blank = self.after_blank, block.kind == "blank"
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
                if not self.section.accepts_examples:
                    self.section = self.finder.no_section()
                self.add_other_part(block)
            case "index":
                self.in_index = self.index_ends > 0
            case "end_index":
                self.in_index = False
                self.index_ends -= 1
            case "blank":
                pass
            case _ if not self.section.in_folder and not block.owner and is_section_row(block, self.lexicon):
                self.add_heading(block)
            case _:
                self.add_text(block, after_blank=after_blank)

    def add_bullet(self, block: Block) -> None:
        if self.in_index or not self.section.accepts_examples:
            self.add_other_part(block)
            return
        starts_example = block.level == 1 or self.draft is None
        part = self.make_part(block._replace(level=1) if starts_example and block.level > 1 else block)
        lists_subpages = part is not None and self.list_subpages(part)
        if part and lists_subpages:
            self.other_parts.append(part)
            part = None
        if self.draft is None or starts_example:
            if block.level > 1 and not lists_subpages:
                self.diagnose(block.line, "a sub-bullet has no bullet above it", "a separate example")
            self.draft = _ExampleDraft(self.section)
            self.drafts.append(self.draft)
            part = part or Part(PartKind.BULLET, 1, (), source_line=block.line)
        self.draft.index_entries += lists_subpages
        if part:
            self.draft.add_bullet(part)

    def add_quote(self, block: Block, quote_owner: int | None) -> None:
        kind, _ = part_kind_and_text(block)
        if kind is PartKind.ATTRIBUTION and quote_owner is not None:
            self.quote_owner = quote_owner
        else:
            # n dashes and ">" (level n + 1) reach bullets up to level n - 1.
            deepest = block.level - 2 if block.owner is None else block.owner
            self.quote_owner = self.draft.owner_level(deepest) if self.draft else 0
        self.add_owned_part(block, self.quote_owner)

    def add_text(self, block: Block, *, after_blank: bool) -> None:
        """Add a paragraph to the bullet above, if it is part of the list."""
        if after_blank or self.draft is None:
            self.add_other_part(block)
        else:
            owner = self.draft.parts[-1].depth if block.owner is None else self.draft.owner_level(block.owner)
            self.add_owned_part(block, owner)

    def add_owned_part(self, block: Block, owner: int) -> None:
        if not owner or self.draft is None:
            self.add_other_part(block)
        elif part := self.make_part(block, owner):
            self.draft.parts.append(part)

    # --- sections

    def open_folder(self, block: Block) -> None:
        if self.section.in_folder:
            self.diagnose(block.line, f"the folder {self.section.folder!r} is not closed", "the next one closes it")
        self.in_index = False
        self.enter_section(block.line, self.section_title(block), in_folder=True)

    def close_folder(self, block: Block) -> None:
        if not self.section.in_folder:
            self.diagnose(block.line, "[[/folder]] closes nothing", "left out")
        self.section, self.draft = self.finder.no_section(), None

    def add_heading(self, block: Block) -> None:
        title = "" if self.section.in_folder else self.section_title(block).rstrip(": ")
        if title:
            self.enter_section(block.line, title, in_folder=False)
        else:
            self.draft = None
            self.add_other_part(block)

    def section_title(self, block: Block) -> str:
        """Return a section's title without markup, its dashes as typed, or "" if it is too long for one."""
        inline = self.read_text(block, block.text.replace("--", "\0"))
        title = visible_text(inline.spans).replace("\0", "--").strip()
        if block.inline is not None:
            title = " ".join(title.replace("—", "--").split())
            title = title if block.kind == "folder" else title.rstrip(": ")
        is_too_long = len(title) > MAX_TITLE_LENGTH
        has_more = inline.notes or inline.caption or inline.boxes or any(span.spoiler for span in inline.spans)
        if has_more or (is_too_long and block.kind == "folder"):  # the title is visible text only
            self.add_other_part(block)
        return "" if is_too_long else title

    def enter_section(self, line: int, title: str, *, in_folder: bool) -> None:
        self.draft = None
        self.section = self.finder.section(line, title, in_folder=in_folder)
        self.sections.append(self.section)

    # --- the finished page

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

    def unify_spellings(self) -> None:
        lists = [self.description, self.other_parts, *[draft.parts for draft in self.drafts]]
        if spellings := respellings(list(chain.from_iterable(lists))):
            for parts in lists:
                parts[:] = [respell(part, spellings) for part in parts]

    def examples(self) -> Iterator[Example]:
        drafts = [(draft, self.works(draft.parts)) for draft in self.drafts if self.is_example(draft)]
        for draft, works in drafts:
            draft.section.is_shown = draft.section.folder is not None
            self.finder.count_works(draft.section, works)
        self.diagnose_works(drafts)
        self.diagnostics += self.finder.settle(self.sections)
        keys: dict[str, int] = {}  # how many examples have each
        for number, (draft, works) in enumerate(drafts, 1):
            parts, section = tuple(draft.parts), draft.section
            key = example_key(" ".join([part.text for part in parts]))
            count = keys[key] = keys.get(key, 0) + 1
            unique_key = f"{key}-{count}" if count > 1 else key
            yield Example(number, unique_key, section.folder, section.medium, works, parts, self.subpage)

    def is_example(self, draft: _ExampleDraft) -> bool:
        """Return whether a draft is an example. If not, move its text to `other_parts`."""
        first = draft.parts[0]
        if len(draft.parts) == 1 and not first.spans and not first.notes:
            if not draft.index_entries:
                self.diagnose(first.source_line, "a bullet has no text", "left out")
            return False
        if draft.index_entries and not self.works(draft.parts):
            self.other_parts += [part for part in draft.parts if part.spans]  # headings in the index
            return False
        return True

    def works(self, parts: Sequence[Part]) -> tuple[Work, ...]:
        first, *others = [self.works_of_bullet(part) for part in parts if part.kind is PartKind.BULLET]
        if len(first) <= 1 and not others:  # as in most examples
            return first
        by_page: dict[str, Work] = {}
        for work in chain(first, *others):
            by_page.setdefault((work.page or work.title).casefold(), work)
        return tuple(by_page.values())

    def works_of_bullet(self, bullet: Part) -> tuple[Work, ...]:
        works = self.work_finder.works_named_by(bullet.spans)
        return self.work_finder.fallback_works(bullet.spans) if not works and bullet.depth == 1 else works

    def diagnose_works(self, drafts: Sequence[tuple[_ExampleDraft, tuple[Work, ...]]]) -> None:
        """Report examples without a work, or once that this looks like a work's page."""
        without = [draft.parts[0] for draft, works in drafts if not works]
        tropes = [part for part in without if part.spans and (part.spans[0].page or "").startswith(MAIN_NAMESPACE)]
        if len(drafts) > 1 and len(tropes) * 2 > len(drafts):
            line = tropes[0].source_line
            self.diagnose(
                line,
                "most bullets begin with a trope and name no work",
                "read all the same, but it looks like the page of a work",
            )
            return
        for part in without:
            self.diagnose(part.source_line, "no work is named", "an example without a work")
