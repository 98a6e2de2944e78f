"""The tree of a saved web page: parse it as a browser does, and walk it without recursion.

Reading takes linear time on any text. Walking keeps its own stack, since a page may nest 100,000 elements.
"""

import re
from collections.abc import Callable, Iterator
from typing import Protocol

from turbohtml import Comment, Document, Element, Node, Text, parse

# Many times what any page of the site has.
MAX_TAGS = 250_000
# A browser opens unclosed formatting again in every block, which multiplies elements. This bounds their number.
MAX_REOPENED = 500_000
# At 512 levels a parser or browser puts elements beside each other that were in each other, also out of a spoiler.
MAX_DEPTH = 480
ARTICLE = "#main-article, #wikitext"

_FORMATTING_TAG = re.compile(r"<(?i:b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)\b[^>]{0,500}")

_SURROGATES = re.compile("[\ud800-\udfff]")

OnExit = Callable[[], None]


class Visitor(Protocol):
    """What a walk calls, in page order."""

    @property
    def text(self) -> Callable[[str], None]:
        """What takes a run of text."""

    def comment(self, data: str) -> None:
        """Take a comment."""

    def enter(self, element: Element, depth: int) -> OnExit | None:
        """Enter an element; return what to call when it ends, or None to skip it with everything in it."""


def is_too_complex(html: str) -> bool:
    """Return whether a page has far more elements than any of the site, or would have in a browser."""
    tags = _start_tags(html, 0, len(html))
    if tags > MAX_TAGS or tags * len(set(_FORMATTING_TAG.findall(html))) <= MAX_REOPENED:
        return tags > MAX_TAGS
    kinds, reopened, at = set[str](), 0, 0
    for tag in _FORMATTING_TAG.finditer(html):
        if tag[0] not in kinds:
            reopened += _start_tags(html, at, tag.start()) * len(kinds)
            at = tag.start()
            kinds.add(tag[0])
    return reopened + _start_tags(html, at, len(html)) * len(kinds) > MAX_REOPENED


def parse_html(html: str) -> Document:
    """Return the tree that a browser without scripts makes of a page."""
    if not html.isascii():
        html = _SURROGATES.sub("\ufffd", html)  # neither stored nor sent as UTF-8
    return parse(html.replace("\0", ""), allow_declarative_shadow_roots=False)


def find_article(document: Document) -> Element | None:
    """Return the element that contains the article, or None. Nothing outside it is part of the page."""
    return document.select_one(ARTICLE)


def walk(root: Element, visitor: Visitor) -> bool:
    """Show a visitor everything in `root`; return False if it nests too deep to know what is hidden."""
    stack: list[tuple[Iterator[Node], OnExit]] = [(iter(root), _end_of_root)]
    text, enter = visitor.text, visitor.enter
    max_depth = MAX_DEPTH - sum(1 for _ in root.ancestors)
    while stack:
        if len(stack) > max_depth:
            return False
        children, on_exit = stack[-1]
        for node in children:
            if isinstance(node, Text):
                text(node.data)
            elif isinstance(node, Element):
                inner_exit = enter(node, len(stack))
                if inner_exit is not None:
                    stack.append((iter(node), inner_exit))
                    break
            elif isinstance(node, Comment):
                visitor.comment(node.data)
        else:
            on_exit()
            stack.pop()
    return True


def _start_tags(html: str, start: int, end: int) -> int:
    return html.count("<", start, end) - html.count("</", start, end)


def _end_of_root() -> None:
    pass
