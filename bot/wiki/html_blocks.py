"""Blocks of a saved web page: those that a page source has, with their inline content already read.

Where a page says more than a source, so does its block: which bullet owns it, and what is between index marks.
"""

import re
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from turbohtml import Element

from bot.model import visible_text
from bot.wiki.blocks import Block, BlockKind
from bot.wiki.html_inline import Aside, InlineCollector, Mark
from bot.wiki.html_links import TitleCollector, linked_page
from bot.wiki.html_tree import OnExit, walk
from bot.wiki.spans import BOLD, ITALIC, LARGE, MONOSPACE, SMALL, STRUCK, InlineResult

MAX_BLOCKS = 50_000
MAX_DEPTH = 200  # further down, only what hides text counts

_SKIPPED_TAGS = frozenset(
    "script style noscript iframe ins template svg math form select button textarea head title object embed audio "
    "video canvas img input meta link".split()
)  # fmt: skip
_STYLES = {
    **dict.fromkeys(("em", "i"), ITALIC),
    **dict.fromkeys(("strong", "b"), BOLD),
    **dict.fromkeys(("strike", "del", "s"), STRUCK),
    **dict.fromkeys(("code", "tt", "kbd", "samp", "pre"), MONOSPACE),
    "small": SMALL,
}
_HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
_BLOCKS = _HEADINGS | frozenset(
    "p div li dt dd tr hr blockquote center section article aside header footer main nav address figure figcaption "
    "details summary fieldset caption".split()
)  # fmt: skip
_SKIPPED_CLASS = re.compile(r"(?<!\S)(?:\S*ad-unit\S*|square_ad|ad-caption|video-examples\S*)(?!\S)")
_ASIDE_CLASSES: tuple[tuple[re.Pattern[str], Aside], ...] = (
    (re.compile(r"(?<!\S)notelabel(?!\S)"), "note_label"),
    (re.compile(r"(?<!\S)inlinefolder(?!\S)"), "note"),
    (re.compile(r"(?<!\S)acaption"), "caption"),
    (re.compile(r"(?<!\S)(?:floatbox|wmglead|quote(?:right|left|center)(?!\S))"), "box"),
)
_UNTITLED_TAGS = frozenset("a li ul ol p em strong br table tr td".split())  # their titles are no sign of a spoiler
_SPOILER_TITLE = "you can set spoilers visible"
_INVISIBLE_STYLE = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_INVISIBLE_CLASS = re.compile(r"(?<!\S)(?:sf-)?hidden(?!\S)")
_SHOWN_ON_CLICK = re.compile(r"folder|note|spoiler", re.IGNORECASE)
_DASH = "(?:—|-{2,}|&#8212;|&mdash;|&#x2014;)"
_INDEX_MARK = re.compile(rf"\s*{_DASH}\s*(?P<end>/?)\s*index\s*{_DASH}\s*", re.IGNORECASE)
_ALL_FOLDERS = "open/close all folders"
_LOZENGE = "◊"  # after a link to an image


_KINDS_BY_TEXT = frozenset({"text", "heading", "small_caps_heading", "folder"})  # what it says decides what it is
_NO_CONTENT = InlineResult()


class _Context(NamedTuple):
    """What kind of block the text makes here, and where it is.

    Attributes:
        owner: The level of the bullet that owns it, 0 if none does.
        items: How many list items are around it.
        indents: How many indentations are around it outside lists.
    """

    kind: BlockKind = "text"
    owner: int = 0
    items: int = 0
    indents: int = 0


class ArticleBlocks(NamedTuple):
    """What is in an article: its blocks, and the titles of pages that its links show."""

    blocks: list[Block]
    titles: dict[str, str]


def read_article(article: Element) -> ArticleBlocks:
    """Return the blocks of an article; of one with too many, the first MAX_BLOCKS."""
    reader = _BlockReader(article.source_line or 1)
    walk(article, reader)
    reader.end_block()
    return ArticleBlocks(reader.blocks, reader.titles.titles())


class _BlockReader:
    def __init__(self, line: int) -> None:
        self.blocks: list[Block] = []
        self.titles = TitleCollector()
        self._inline = InlineCollector()
        self._context = _Context()
        self._line = line  # that of the block in the file
        self._bullet: Block | None = None  # a bullet whose text has not ended yet
        self._flat = 0  # how many elements are open in which a block is only a line break
        self._has_term = False  # whether the text so far is the term of a definition
        self._has_label = False  # whether the label of the next folder has come

    # --- what the walk calls

    def text(self, data: str) -> None:
        """Add a run of text to the block."""
        inline = self._inline
        if not (inline.bits & SMALL and data.strip() == _LOZENGE):
            inline.add(data)

    def comment(self, data: str) -> None:
        """Take an index mark; any other comment is no text, even if it has whole bullets."""
        mark = _INDEX_MARK.fullmatch(data[:100])
        if mark and not self._context.owner and not self._flat:
            self.end_block()
            self._emit(Block(self._line, "end_index" if mark["end"] else "index", 0, ""))

    def enter(self, element: Element, depth: int) -> OnExit | None:
        """Enter an element, unless it shows nothing."""
        tag, classes = element.tag, element.attr("class")
        if tag == "br":
            self._inline.break_line()
            return None
        if tag in _SKIPPED_TAGS or len(self.blocks) >= MAX_BLOCKS or (classes and _SKIPPED_CLASS.search(classes)):
            return None
        hides = classes is not None and "spoiler" in classes.casefold()
        if not hides and tag not in _UNTITLED_TAGS:
            hides = (element.attr("title") or "").startswith(_SPOILER_TITLE)
        if not hides and (classes or element.attr("style")) and _is_invisible(classes or "", element):
            return None
        on_exit = self._enter(tag, classes, element) if depth <= MAX_DEPTH else self._enter_deep(tag)
        if not hides or on_exit is None:
            return on_exit
        self._inline.open_spoiler()
        return partial(self._leave_spoiler, on_exit)

    def _enter(self, tag: str, classes: str | None, element: Element) -> OnExit | None:
        style = _STYLES.get(tag)
        if style is None and classes and "asscaps" in classes:
            style = LARGE  # leaves no trace in the text
        if style:
            bits = self._inline.bits
            self._inline.bits |= style
            return partial(self._leave_style, bits)
        if tag == "a":
            return self._enter_link(element)
        if kind := self._aside_kind(tag, classes, element):
            return self._enter_aside(kind)
        if self._flat:
            return self._enter_flat(tag)
        handler = _HANDLERS.get(tag)
        return handler(self, element) if handler else _leave

    # --- inline elements

    def _aside_kind(self, tag: str, classes: str | None, element: Element) -> Aside | None:
        if classes:
            for pattern, kind in _ASIDE_CLASSES:
                if pattern.search(classes):
                    return kind
        if tag == "span" and element.attr("isnote"):
            return "note"
        return "box" if tag == "center" and not self._context.owner else None

    def _enter_aside(self, kind: Aside) -> OnExit:
        self._inline.open_aside(kind)
        self._flat += 1
        return partial(self._leave_aside, kind)

    def _leave_aside(self, kind: Aside) -> None:
        self._inline.close_aside(kind)
        self._flat -= 1

    def _enter_link(self, element: Element) -> OnExit:
        page, outer_page = linked_page(element), self._inline.page
        link_source = element.attr("data-format")
        self._inline.page = page
        return partial(self._leave_link, page, link_source, outer_page, self._inline.mark())

    def _leave_link(self, page: str | None, link_source: str | None, outer: str | None, mark: Mark) -> None:
        if page and (text := self._inline.visible_since(mark)):
            self.titles.add(page, text, link_source)
        self._inline.page = outer

    def _leave_style(self, bits: int) -> None:
        self._inline.bits = bits

    def _leave_spoiler(self, on_exit: OnExit) -> None:
        on_exit()
        self._inline.close_spoiler()

    def _enter_flat(self, tag: str) -> OnExit:
        if tag in _BLOCKS:
            self._inline.break_line()
            return self._inline.break_line
        if tag in ("td", "th") and self._inline.ends_with_text():
            self._inline.add(" | ")
        return _leave

    def _enter_deep(self, tag: str) -> OnExit:
        if tag in _BLOCKS:
            self._inline.add(" ")
        return _leave

    # --- blocks

    def enter_text(self, element: Element) -> OnExit:
        return self._enter_block(self._context.kind, element)

    def enter_heading(self, element: Element) -> OnExit:
        return self._enter_block(self._context.kind if self._context.owner else "heading", element)

    def enter_quote(self, element: Element) -> OnExit:
        return self._enter_block("quote", element, closes_bullet=True)

    def add_rule(self, element: Element) -> None:
        self._begin_block(element)
        self._emit(Block(self._line, "rule", 0, ""))

    def _begin_block(self, element: Element, *, closes_bullet: bool = True) -> None:
        self.end_block(closes_bullet=closes_bullet)
        self._line = element.source_line or self._line

    def _enter_block(self, kind: BlockKind, element: Element, *, closes_bullet: bool = False) -> OnExit:
        self._begin_block(element, closes_bullet=closes_bullet)
        context = self._context
        self._context = context._replace(kind=kind)
        return partial(self._leave_block, context)

    def _leave_block(self, context: _Context) -> None:
        self.end_block()
        self._context = context

    def enter_item(self, element: Element) -> OnExit:
        self._begin_block(element)
        context = self._context
        _, owner, items, indents = context
        if getattr(element.parent, "tag", None) == "ol":
            self._context = _Context("list_item", owner, items + 1, indents)
        else:
            level = items + 1 + indents
            self._bullet = Block(self._line, "bullet", level, "", inline=_NO_CONTENT)
            self._context = _Context("text", level, items + 1, indents)
        return partial(self._leave_item, context)

    def _leave_item(self, context: _Context) -> None:
        self.end_block(closes_bullet=True)
        self._context = context

    def enter_div(self, element: Element) -> OnExit:
        names = (element.attr("class") or "").split()
        if "folderlabel" in names:
            self._begin_block(element)
            self._flat += 1
            return partial(self._leave_folder_label, "toggleAllFolders" in (element.attr("onclick") or ""))
        if "folder" in names or element.attr("isfolder"):
            return self._enter_folder(element)
        return self.enter_quote(element) if "indent" in names else self.enter_text(element)

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

    def enter_row(self, element: Element) -> OnExit:
        on_exit = self._enter_block("table_row", element, closes_bullet=True)
        self._flat += 1
        return partial(self._leave_row, on_exit)

    def _leave_row(self, on_exit: OnExit) -> None:
        self._flat -= 1
        on_exit()

    def enter_term(self, element: Element) -> OnExit:
        self._begin_block(element)
        context, self._context = self._context, self._context._replace(kind="definition")
        return partial(self._leave_term, context)

    def _leave_term(self, context: _Context) -> None:
        if self._inline.ends_with_text():
            self._inline.add(": ")
            self._has_term = True
        self._context = context

    def enter_indent(self, element: Element) -> OnExit:
        """Enter a definition's meaning, or what is indented deeper: a quote, or bullets one level further down."""
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
        """Emit the block that ends here; a bullet without text waits for some, unless what comes is not its text."""
        inline, bullet = self._inline, self._bullet
        if inline.is_empty():
            if bullet and closes_bullet:
                self._bullet = None
                self._emit(bullet)
            return
        kind, owner = self._context.kind, self._context.owner
        if self._has_term:
            kind, self._has_term = "definition", False
        elif kind == "text" and not owner and inline.is_in_small_capitals():
            kind = "small_caps_heading"
        is_attribution = kind == "quote" and inline.begins_with_dash()
        content = inline.finish(attribution=is_attribution)
        if bullet and (content or closes_bullet):
            self._bullet = None
            self._emit(bullet._replace(inline=content) if content else bullet)
        elif content:
            self._emit(_read_block(self._line, "attribution" if is_attribution else kind, content, owner))

    def _emit(self, block: Block) -> None:
        if len(self.blocks) < MAX_BLOCKS:
            self.blocks.append(block)


def _read_block(line: int, kind: BlockKind, inline: InlineResult, owner: int = 0) -> Block:
    text = visible_text(inline.spans) if kind in _KINDS_BY_TEXT else ""
    return Block(line, kind, 0, text, inline=inline, owner=owner)


def _is_invisible(classes: str, element: Element) -> bool:
    """Return whether a browser shows nothing of an element, and does not on a click either."""
    style = element.attr("style")
    if not (style and _INVISIBLE_STYLE.search(style)) and not _INVISIBLE_CLASS.search(classes):
        return False
    return not (_SHOWN_ON_CLICK.search(classes) or element.attr("isfolder") or element.attr("isnote"))


def _leave() -> None:
    """Leave an element that changed nothing."""


# Of the elements that are not inline ones.
_HANDLERS: dict[str, Callable[[_BlockReader, Element], OnExit | None]] = {
    **dict.fromkeys(_BLOCKS - {"center"}, _BlockReader.enter_text),
    **dict.fromkeys(_HEADINGS, _BlockReader.enter_heading),
    "div": _BlockReader.enter_div,
    "li": _BlockReader.enter_item,
    "hr": _BlockReader.add_rule,
    "dt": _BlockReader.enter_term,
    "dd": _BlockReader.enter_indent,
    "tr": _BlockReader.enter_row,
    "blockquote": _BlockReader.enter_quote,
}
