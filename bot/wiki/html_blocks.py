"""Read the blocks of a saved web page, with their inline content and owners."""

import re
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from turbohtml import Element

from bot.model import visible_text
from bot.wiki.blocks import Block, BlockKind
from bot.wiki.html_elements import (
    BLOCK_TAGS,
    HEADING_TAGS,
    Meaning,
    has_spoiler_title,
    is_invisible,
    read_meaning,
)
from bot.wiki.html_inline import Aside, InlineCollector, Mark
from bot.wiki.html_links import LinkedPages, TitleCollector
from bot.wiki.html_tree import OnExit, walk
from bot.wiki.spans import InlineResult

MAX_BLOCKS = 50_000
MAX_BLOCK_DEPTH = 200  # deeper, only spoilers count

_DASH = "(?:—|-{2,}|&#8212;|&mdash;|&#x2014;)"
_INDEX_MARK = re.compile(rf"\s*{_DASH}\s*(?P<end>/?)\s*index\s*{_DASH}\s*", re.IGNORECASE)
_ALL_FOLDERS = "open/close all folders"
_KINDS_BY_TEXT = frozenset({"text", "heading", "small_caps_heading", "folder"})  # their words can change the kind
_NO_CONTENT = InlineResult()


class _Context(NamedTuple):
    kind: BlockKind = "text"  # of a block that text begins here
    owner: int = 0  # level of the bullet that owns it, 0 for none
    items: int = 0  # list items around it
    indents: int = 0  # indentations around it, outside lists


class ArticleBlocks(NamedTuple):
    """An article's blocks, and the page titles that its links show."""

    blocks: list[Block]
    titles: dict[str, str]


def read_article(article: Element | None) -> ArticleBlocks | None:
    """Return the first `MAX_BLOCKS` blocks of an article, or None if it nests too deep."""
    if article is None:
        return ArticleBlocks([], {})
    reader = _BlockReader(article.source_line or 1)
    if not walk(article, reader):
        return None
    reader.end_block()
    return ArticleBlocks(reader.blocks, reader.titles.titles())


class _BlockReader:
    def __init__(self, line: int) -> None:
        self.blocks: list[Block] = []
        self.titles = TitleCollector()
        self._inline = InlineCollector()
        self.text = self._inline.add
        self._context = _Context()
        self._line = line  # where the block starts in the file
        self._bullet: tuple[int, int] | None = None  # line and level of a bullet without its text
        self._known: dict[tuple[str, str | None], tuple[Meaning, _Handlers]] = {}  # by tag and classes
        self._pages = LinkedPages()
        self._flat = 0  # open elements in which a block is only a line break
        self._has_term = False  # the text so far is a definition's term
        self._has_label = False  # the next folder's label has been read

    # --- called by walk

    def comment(self, data: str) -> None:
        """Read an index mark. Other comments are no text, even with whole bullets."""
        mark = _INDEX_MARK.fullmatch(data[:100])
        if mark and not self._context.owner and not self._flat:
            self.end_block()
            self._emit(Block(self._line, "end_index" if mark["end"] else "index", 0, ""))

    def enter(self, element: Element, depth: int) -> OnExit | None:
        tag, class_names = element.tag, element.attr("class")
        if tag == "br":
            self._inline.break_line()
            return None
        known = self._known.get((tag, class_names))
        if known is None:  # a page repeats a few dozen
            meaning = read_meaning(tag, class_names or "")
            known = self._known[tag, class_names] = meaning, _handlers(tag, meaning)
        meaning, handlers = known
        if meaning.is_skipped:
            return None
        hides = meaning.hides or (meaning.may_have_title and has_spoiler_title(element))
        style = element.attr("style")
        if (style is not None or meaning.is_invisible) and not hides and is_invisible(element, style, meaning):
            return None
        handler = handlers.deep if depth > MAX_BLOCK_DEPTH else handlers.in_line if self._flat else handlers.in_block
        on_exit = handler(self, element, meaning)
        if not hides or on_exit is None:
            return on_exit
        self._inline.open_spoiler()
        return partial(self._leave_spoiler, on_exit)

    # --- inline elements

    def enter_nothing(self, _element: Element, _: Meaning) -> OnExit:
        return _leave

    def enter_style(self, _: Element, meaning: Meaning) -> OnExit:
        bits = self._inline.bits
        self._inline.bits = bits | meaning.style
        return partial(self._leave_style, bits)

    def enter_aside(self, _: Element, meaning: Meaning) -> OnExit:
        return self._enter_aside(meaning.aside or "note")

    def enter_span(self, element: Element, _: Meaning) -> OnExit:
        return self._enter_aside("note") if element.attr("isnote") else _leave

    def _enter_aside(self, kind: Aside) -> OnExit:
        self._inline.open_aside(kind)
        self._flat += 1
        return partial(self._leave_aside, kind)

    def _leave_aside(self, kind: Aside) -> None:
        self._inline.close_aside(kind)
        self._flat -= 1

    def enter_link(self, element: Element, meaning: Meaning) -> OnExit:
        inline, outer_page = self._inline, self._inline.page
        inline.page = page = None if meaning.is_external else self._pages.page(element)
        if page and self.titles.wants(page):
            return partial(self._leave_title, page, element.attr("data-format"), inline.mark(), outer_page)
        return partial(self._leave_link, outer_page)

    def _leave_title(self, page: str, link_source: str | None, mark: Mark, outer_page: str | None) -> None:
        if text := self._inline.visible_since(mark):
            self.titles.add(page, text, link_source)
        self._inline.page = outer_page

    def _leave_link(self, outer_page: str | None) -> None:
        self._inline.page = outer_page

    def _leave_style(self, bits: int) -> None:
        self._inline.bits = bits

    def _leave_spoiler(self, on_exit: OnExit) -> None:
        on_exit()
        self._inline.close_spoiler()

    def enter_line(self, _element: Element, _: Meaning) -> OnExit:
        self._inline.start_line()
        return self._inline.start_line

    def enter_cell(self, _element: Element, _: Meaning) -> OnExit:
        self._inline.start_cell()
        return _leave

    def enter_deep_block(self, _element: Element, _: Meaning) -> OnExit:
        self._inline.add(" ")
        return _leave

    # --- blocks

    def enter_text(self, element: Element, _: Meaning) -> OnExit:
        return self._enter_block(self._context.kind, element)

    def enter_heading(self, element: Element, _: Meaning) -> OnExit:
        return self._enter_block(self._context.kind if self._context.owner else "heading", element)

    def enter_quote(self, element: Element, _: Meaning) -> OnExit:
        return self._enter_block("quote", element, closes_bullet=True)

    def enter_center(self, _element: Element, _: Meaning) -> OnExit:
        """Enter centred text: a box, but within a bullet just text."""
        return _leave if self._context.owner else self._enter_aside("box")

    def add_rule(self, element: Element, _: Meaning) -> None:
        self._begin_block(element)
        self._emit(Block(self._line, "rule", 0, ""))

    def _begin_block(self, element: Element, *, closes_bullet: bool = True) -> None:
        self.end_block(closes_bullet=closes_bullet)
        self._line = element.source_line or self._line

    def _enter_block(self, kind: BlockKind, element: Element, *, closes_bullet: bool = False) -> OnExit:
        self._begin_block(element, closes_bullet=closes_bullet)
        context = self._context
        if kind != context.kind:
            self._context = context._replace(kind=kind)
        return partial(self._leave_block, context)

    def _leave_block(self, context: _Context) -> None:
        self.end_block()
        self._context = context

    def enter_item(self, element: Element, _: Meaning) -> OnExit:
        self._begin_block(element)
        context = self._context
        owner, items, indents = context.owner, context.items, context.indents
        if getattr(element.parent, "tag", None) == "ol":
            self._context = _Context("list_item", owner, items + 1, indents)
        else:
            level = items + 1 + indents
            self._bullet = self._line, level
            self._context = _Context("text", level, items + 1, indents)
        return partial(self._leave_item, context)

    def _leave_item(self, context: _Context) -> None:
        self.end_block(closes_bullet=True)
        self._context = context

    def enter_div(self, element: Element, meaning: Meaning) -> OnExit:
        names = meaning.names
        if "folderlabel" in names:
            self._begin_block(element)
            self._flat += 1
            return partial(self._leave_folder_label, "toggleAllFolders" in (element.attr("onclick") or ""))
        if "folder" in names or element.attr("isfolder"):
            return self._enter_folder(element)
        return self.enter_quote(element, meaning) if "indent" in names else self.enter_text(element, meaning)

    def _leave_folder_label(self, is_button: bool) -> None:
        self._flat -= 1
        label = self._inline.finish() or InlineResult()
        if not is_button and _ALL_FOLDERS not in visible_text(label.spans).casefold():
            self._emit(_read_block(self._line, "folder", label))
            self._has_label = True

    def _enter_folder(self, element: Element) -> OnExit:
        self._begin_block(element)
        if not self._has_label:
            self._emit(_read_block(self._line, "folder", InlineResult()))
        self._has_label = False
        context, self._context = self._context, _Context()
        return partial(self._leave_folder, context)

    def _leave_folder(self, context: _Context) -> None:
        self.end_block()
        self._emit(Block(self._line, "end_folder", 0, ""))
        self._context = context

    def enter_row(self, element: Element, _: Meaning) -> OnExit:
        on_exit = self._enter_block("table_row", element, closes_bullet=True)
        self._flat += 1
        return partial(self._leave_row, on_exit)

    def _leave_row(self, on_exit: OnExit) -> None:
        self._flat -= 1
        self._inline.end_row()
        on_exit()

    def enter_term(self, element: Element, _: Meaning) -> OnExit:
        self._begin_block(element)
        context, self._context = self._context, self._context._replace(kind="definition")
        return partial(self._leave_term, context)

    def _leave_term(self, context: _Context) -> None:
        if self._inline.is_within_line():
            self._inline.add(": ")
            self._has_term = True
        self._context = context

    def enter_indent(self, element: Element, _: Meaning) -> OnExit:
        """Enter a definition's meaning, a quote, or bullets one level deeper."""
        context = self._context
        if self._has_term:
            self._has_term = False
            self._context = context._replace(kind="definition")
        else:
            self._begin_block(element)
            indents = context.indents + (not context.items)
            self._context = context._replace(kind="quote" if context.owner else "text", indents=indents)
        return partial(self._leave_block, context)

    def end_block(self, *, closes_bullet: bool = False) -> None:
        """Emit the block. A bullet waits for its text, unless `closes_bullet`."""
        inline, bullet = self._inline, self._bullet
        content = None
        if not inline.is_empty():
            kind, owner = self._context.kind, self._context.owner
            if self._has_term:
                kind, self._has_term = "definition", False
            elif kind == "text" and not owner and inline.is_in_small_capitals():
                kind = "small_caps_heading"
            elif kind == "quote" and inline.begins_with_dash():
                kind = "attribution"
            content = inline.finish(attribution=kind == "attribution")
            if content and bullet is None:
                self._emit(_read_block(self._line, kind, content, owner))
        if bullet is not None and (content or closes_bullet):
            self._bullet = None
            self._emit(Block(bullet[0], "bullet", bullet[1], "", inline=content or _NO_CONTENT))

    def _emit(self, block: Block) -> None:
        if len(self.blocks) < MAX_BLOCKS:
            self.blocks.append(block)


def _read_block(line: int, kind: BlockKind, inline: InlineResult, owner: int = 0) -> Block:
    text = visible_text(inline.spans) if kind in _KINDS_BY_TEXT else ""
    return Block(line, kind, 0, text, inline=inline, owner=owner)


def _leave() -> None:
    pass


_Handler = Callable[[_BlockReader, Element, Meaning], OnExit | None]


class _Handlers(NamedTuple):
    """What enters an element where blocks are read, where a block is only a line break, and deeper than both."""

    in_block: _Handler
    in_line: _Handler
    deep: _Handler


def _handlers(tag: str, meaning: Meaning) -> _Handlers:
    deep = _BlockReader.enter_deep_block if tag in BLOCK_TAGS else _BlockReader.enter_nothing
    inline = _inline_handler(tag, meaning)
    if inline:
        return _Handlers(inline, inline, deep)
    return _Handlers(
        _BLOCK_HANDLERS.get(tag, _BlockReader.enter_nothing), _LINE_HANDLERS.get(tag, _BlockReader.enter_nothing), deep
    )


def _inline_handler(tag: str, meaning: Meaning) -> _Handler | None:
    if meaning.style:
        return _BlockReader.enter_style
    if tag == "a":
        return _BlockReader.enter_link
    if meaning.aside:
        return _BlockReader.enter_aside
    return _BlockReader.enter_span if tag == "span" else None


# By tag.
_LINE_HANDLERS: dict[str, _Handler] = {
    **dict.fromkeys(BLOCK_TAGS, _BlockReader.enter_line),
    **dict.fromkeys(("td", "th"), _BlockReader.enter_cell),
}
_BLOCK_HANDLERS: dict[str, _Handler] = {
    **dict.fromkeys(BLOCK_TAGS, _BlockReader.enter_text),
    **dict.fromkeys(HEADING_TAGS, _BlockReader.enter_heading),
    "center": _BlockReader.enter_center,
    "div": _BlockReader.enter_div,
    "li": _BlockReader.enter_item,
    "hr": _BlockReader.add_rule,
    "dt": _BlockReader.enter_term,
    "dd": _BlockReader.enter_indent,
    "tr": _BlockReader.enter_row,
    "blockquote": _BlockReader.enter_quote,
}
