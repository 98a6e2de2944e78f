"""A page source as a whole: description, sections, and the examples in them.

Pure and total: any text gives a page, nothing is raised, and text that belongs nowhere is kept as an aside.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bot.model import MAIN, Doubt, Example, Kind, Medium, Page, Part, Span, Trope, Work, clear_text
from bot.wiki.blocks import Block, blocks_of
from bot.wiki.envelope import rows_of
from bot.wiki.inline import read_inline
from bot.wiki.lexicon import ANY_MEDIUM, EMPTY, NO_EXAMPLES, Lexicon, digest, fold
from bot.wiki.works import lesser_works_of, works_of

_KINDS = {"bullet": Kind.BULLET, "item": Kind.ITEM, "definition": Kind.DEFINITION, "row": Kind.ROW}
# From the first of these words on, a paragraph of the description names tropes that stand beside this one.
_RELATION = re.compile(
    r"\b(see also|compare|contrast|related to|not to be confused|sister trope|sub-?trope|super-?trope|"
    r"(?:is|be|often) (?:a )?part of|can overlap|overlaps? with|may (?:result|lead)|the inverse of|the opposite of)\b",
    re.IGNORECASE,
)
_BOX = re.compile(r"\[float-?box[a-z]*:", re.IGNORECASE)
_MEDIUM_ROW = re.compile(r"([A-Z][^\[\]{}:]{1,40}):?")


def read_page(name: str, source: str, lexicon: Lexicon = EMPTY) -> Page:
    """Returns all that a page source says.

    Args:
        name: The page's name without its namespace: ``BigHeroicRun``.
        source: The text of the file, in any of the envelopes that ``rows_of`` reads.
        lexicon: Written titles, and the media that folders name.
    """
    return _Reader(name, lexicon).read(list(blocks_of(rows_of(source))))


@dataclass(slots=True)
class _Section:
    """Where a bullet stands: a folder or heading, its medium, and whether its bullets are examples."""

    folder: str | None = None
    medium: Medium | None = None
    holds_examples: bool = True
    in_folder: bool = False


@dataclass(slots=True)
class _Draft:
    """An example while its parts are gathered."""

    section: _Section
    parts: list[Part] = field(default_factory=list)


class _Reader:
    """The state of reading one page."""

    def __init__(self, name: str, lexicon: Lexicon) -> None:
        self.name, self.lexicon = name, lexicon
        self.section = _Section()
        self.drafts: list[_Draft] = []
        self.draft: _Draft | None = None
        self.description: list[Part] = []
        self.caption: tuple[Span, ...] = ()
        self.asides: list[Part] = []
        self.doubts: list[Doubt] = []
        self.in_box = False

    def read(self, blocks: Sequence[Block]) -> Page:
        start, end = self.bounds(blocks)
        for block in blocks[:start]:
            self.describe(block)
        for block in blocks[start:end]:
            self.take(block)
        if self.section.in_folder:
            self.doubt(blocks[end - 1].line, "the last folder is not closed", "it ends where the examples end")
        for block in blocks[end:]:
            self.set_aside(block)
        return self.page()

    def doubt(self, line: int, what: str, reading: str) -> None:
        self.doubts.append(Doubt(line, what, reading))

    def part(self, block: Block, kind: Kind, depth: int) -> Part | None:
        """Returns a block as a part, or None if it shows no text; captions and boxes in it go where they belong."""
        inline = read_inline(block.text, self.lexicon)
        self.caption += inline.caption
        self.asides += [Part(Kind.PARAGRAPH, 0, spans, line=block.line) for spans in inline.boxes if spans]
        self.doubts += [Doubt(block.line, *doubt) for doubt in inline.doubts]
        if not inline.spans and not inline.notes:
            return None
        return Part(kind, depth, inline.spans, inline.notes, block.line)

    # --- the description

    def bounds(self, blocks: Sequence[Block]) -> tuple[int, int]:
        """Returns where the examples start and end: at the first sign of them, and before the last rule."""
        rules = [i for i, block in enumerate(blocks) if block.kind == "rule"]
        bullets = [i for i, block in enumerate(blocks) if block.kind == "bullet"]
        signs = [i for i, block in enumerate(blocks) if self.is_section(block)]
        # A rule with no bullet after it ends a page that has no first one.
        signs += [i + 1 for i in rules[:1] if bullets and bullets[-1] > i]
        headings = [i for i, block in enumerate(blocks) if block.kind == "heading"]
        start = min(signs, default=(headings + bullets + [len(blocks)])[0])
        end = rules[-1] if rules and rules[-1] >= start else len(blocks)
        if any(block.kind == "folder" for block in blocks[end:]):
            end = len(blocks)
        return start, end

    def is_section(self, block: Block) -> bool:
        """Tells whether a block can only be the start of the examples or of a medium."""
        if block.kind != "heading":
            return block.kind in ("folder", "caps") or self.is_medium_row(block)
        return fold(block.text) in ANY_MEDIUM or self.lexicon.medium(block.text) is not None

    def describe(self, block: Block) -> None:
        part = self.any_part(block)
        if part is not None:
            (self.asides if part.kind in (Kind.QUOTE, Kind.ATTRIBUTION) else self.description).append(part)

    def any_part(self, block: Block) -> Part | None:
        if not block.text:
            return None
        kind, text = self.kind_of(block)
        return self.part(block._replace(text=text), kind, block.level if kind is Kind.BULLET else 0)

    def kind_of(self, block: Block) -> tuple[Kind, str]:
        if block.kind == "quote":
            attributed = block.text.startswith("--") and not block.text.startswith("---")
            return (Kind.ATTRIBUTION, block.text[2:].lstrip()) if attributed else (Kind.QUOTE, block.text)
        if block.kind == "row":
            return Kind.ROW, " | ".join(filter(None, (cell.strip() for cell in block.text.split("||"))))
        if block.kind == "definition":
            term, _, meaning = block.text.partition(":")
            return Kind.DEFINITION, f"{term.strip()}: {meaning.strip()}"
        text = "[[AC:" + block.text if block.kind == "caps" else block.text
        return _KINDS.get(block.kind, Kind.PARAGRAPH), text

    # --- the examples

    def take(self, block: Block) -> None:
        if self.in_box or _BOX.match(block.text):
            self.box(block)
        elif block.kind == "bullet":
            self.bullet(block)
        elif block.kind == "folder":
            self.open_folder(block)
        elif block.kind == "end_folder":
            self.close_folder(block)
        elif block.kind in ("heading", "caps") or self.is_medium_row(block):
            self.heading(block)
        elif block.kind == "quote":
            self.quote(block)
        elif block.kind != "blank":
            self.continue_example(block)

    def box(self, block: Block) -> None:
        """Reads a row of a box that runs over rows to a lone bracket."""
        self.in_box = block.text.strip() != "]"
        opener = _BOX.match(block.text)
        if self.in_box:
            self.set_aside(block._replace(text=block.text[opener.end() :] if opener else block.text))

    def set_aside(self, block: Block) -> None:
        part = self.any_part(block)
        if part is not None:
            self.asides.append(part)

    def bullet(self, block: Block) -> None:
        if not self.section.holds_examples:
            self.set_aside(block)
        elif block.level == 1 or self.draft is None:
            if block.level > 1:
                self.doubt(block.line, "a sub-bullet stands under no bullet", "an example of its own")
            self.draft = _Draft(self.section)
            self.drafts.append(self.draft)
            self.add_part(self.draft, self.part(block, Kind.BULLET, 1) or Part(Kind.BULLET, 1, (), line=block.line))
        else:
            self.add_part(self.draft, self.part(block, Kind.BULLET, block.level))

    def add_part(self, draft: _Draft, part: Part | None) -> None:
        if part is not None:
            draft.parts.append(part)

    def quote(self, block: Block) -> None:
        # n dashes and a point reach bullets up to level n - 1; the level counts the point too.
        owner = self.owner(block.level - 2)
        if self.draft is None or owner is None:
            self.set_aside(block)
            return
        kind, text = self.kind_of(block)
        self.add_part(self.draft, self.part(block._replace(text=text), kind, owner.depth))

    def owner(self, deepest: int) -> Part | None:
        """Returns the nearest bullet above whose level is at most `deepest`."""
        parts = self.draft.parts if self.draft else []
        return next((part for part in reversed(parts) if part.kind is Kind.BULLET and part.depth <= deepest), None)

    def continue_example(self, block: Block) -> None:
        if self.draft is None or block.kind == "rule":
            self.set_aside(block)
            return
        kind, text = self.kind_of(block)
        self.add_part(self.draft, self.part(block._replace(text=text), kind, self.draft.parts[-1].depth))

    # --- sections

    def open_folder(self, block: Block) -> None:
        if self.section.in_folder:
            self.doubt(block.line, f"the folder {self.section.folder!r} is not closed", "the next one closes it")
        self.enter(block.line, self.section_title(block.text), in_folder=True)

    def close_folder(self, block: Block) -> None:
        if not self.section.in_folder:
            self.doubt(block.line, "[[/folder]] closes nothing", "left out")
        self.section, self.draft = _Section(), None

    def is_medium_row(self, block: Block) -> bool:
        if block.kind != "text" or self.section.in_folder or not block.text.endswith(":"):
            return False
        row = _MEDIUM_ROW.fullmatch(block.text)
        return row is not None and self.lexicon.medium(row[1]) is not None

    def heading(self, block: Block) -> None:
        text = block.text.rstrip(": ").removesuffix("]]") if block.kind == "caps" else block.text.rstrip(": ")
        title = self.section_title(text)
        if self.section.in_folder or not title:
            self.draft = None
            self.set_aside(block)
        else:
            self.enter(block.line, title, in_folder=False)

    def section_title(self, typed: str) -> str:
        """Returns a section's title as the page has it, without markup; its dashes stay as typed."""
        title = read_inline(typed.replace("--", "\0"), self.lexicon)
        return clear_text(title.spans).replace("\0", "--").strip()

    def enter(self, line: int, title: str, *, in_folder: bool) -> None:
        self.draft = None
        folded = fold(title)
        if folded in ANY_MEDIUM or folded in NO_EXAMPLES or not folded:
            self.section = _Section(title or None, None, folded not in NO_EXAMPLES, in_folder)
            return
        medium = self.lexicon.medium(title)
        if medium is None:
            self.doubt(line, f"the folder {title!r} is no known medium", "a medium of its own")
            medium = self.lexicon.own_medium(title)
        self.section = _Section(title, medium, True, in_folder)

    # --- the end

    def page(self) -> Page:
        title = self.lexicon.title(MAIN + self.name)
        trope = Trope(self.name, title, tuple(self.description), self.caption, tuple(self.related()))
        return Page(trope, tuple(self.examples()), tuple(self.asides), tuple(sorted(self.doubts, key=_line)))

    def related(self) -> Iterator[str]:
        """Yields the tropes that the description sets beside this one, each once."""
        seen = {self.name.casefold()}
        for part in self.description:
            relation = _RELATION.search(part.text)
            at = 0
            for span in part.spans:
                name = (span.page or "").removeprefix(MAIN)
                if relation and at >= relation.start() and span.page == MAIN + name and name.casefold() not in seen:
                    seen.add(name.casefold())
                    yield name
                at += len(span.text)

    def examples(self) -> Iterator[Example]:
        keys: Counter[str] = Counter()
        number = 0
        for draft in self.drafts:
            if len(draft.parts) == 1 and not draft.parts[0].spans and not draft.parts[0].notes:
                self.doubt(draft.parts[0].line, "a bullet holds no text", "left out")
                continue
            number += 1
            key = _key(draft.parts)
            keys[key] += 1
            key = f"{key}-{keys[key]}" if keys[key] > 1 else key
            section = draft.section
            yield Example(number, key, section.folder, section.medium, self.works(draft.parts), tuple(draft.parts))

    def works(self, parts: Sequence[Part]) -> tuple[Work, ...]:
        found: dict[str, Work] = {}
        for part in parts:
            if part.kind is not Kind.BULLET:
                continue
            works = works_of(part.spans, self.lexicon)
            if not works and part.depth == 1:
                works = lesser_works_of(part.spans, self.lexicon)
            for work in works:
                found.setdefault((work.page or work.title).casefold(), work)
        if not found:
            self.doubt(parts[0].line, "no work is named", "an example without a work")
        return tuple(found.values())


def _key(parts: Sequence[Part]) -> str:
    words = " ".join(" ".join(part.text.casefold().split()) for part in parts)
    return digest("".join(filter(str.isalnum, words)) or words)


def _line(doubt: Doubt) -> int:
    return doubt.line
