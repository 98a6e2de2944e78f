"""Parse a saved web page as a browser does and walk its tree, both in linear time.

The walk needs no recursion, since a page may nest 100,000 elements.
"""

import re
from collections.abc import Callable, Iterator
from typing import Protocol

from turbohtml import Comment, Document, Element, Node, Text, parse

# Many times more than any page of the site.
MAX_TAGS = 250_000
# Browsers reopen unclosed formatting in every block, which multiplies elements.
MAX_REOPENED = 500_000
# From 512 levels on, parsers and browsers flatten elements, even out of a spoiler.
MAX_DEPTH = 480

_FORMATTING_TAG = re.compile(
    r"<(?=[bcefinstuBCEFINSTU])(?i:[bisu]|big|code|em|font|nobr|small|strike|strong|tt)\b[^>]{0,500}"
)
_SURROGATES = re.compile("[\ud800-\udfff]")

OnExit = Callable[[], None]


class Visitor(Protocol):
    """What `walk` calls, in page order."""

    @property
    def text(self) -> Callable[[str], None]:
        """Take a run of text."""

    def comment(self, data: str) -> None:
        """Take a comment."""

    def enter(self, element: Element, depth: int) -> OnExit | None:
        """Enter an element. Return what to call at its end, or None to skip its content."""


def is_too_complex(html: str) -> bool:
    """Return whether a page has too many elements, as written or in a browser."""
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
    """Parse a page as a browser without scripts does."""
    try:
        html.encode()
    except UnicodeEncodeError:
        html = _SURROGATES.sub("\ufffd", html)  # UTF-8 has no surrogates
    return parse(html.replace("\0", ""), allow_declarative_shadow_roots=False)


def find_article(document: Document) -> Element | None:
    """Return the article. Nothing outside it is part of the page."""
    return document.select_one("#main-article, #wikitext")


def walk(root: Element, visitor: Visitor) -> bool:
    """Show a visitor everything in `root`. Return False if it nests too deep."""
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
