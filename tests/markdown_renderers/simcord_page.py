"""The page of the simulated Discord: what it shows of a message outside of its spoiler boxes.

The simulator turns a text into a tree of tokens, and its page builds elements from them. The tokens come from the
simulator. The nesting of elements is modelled here: a closing token closes the innermost element of any kind.
Without the simulator's preview packages, importing this module raises ImportError.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import linkify_it  # type: ignore[import-untyped]  # noqa: F401  # without it the simulator parses nothing
from markdown_it import MarkdownIt
from simcord.preview import _markdown

Token = Mapping[str, Any]

PROFILE = "text_display"  # a message's content is parsed alike

_SPOILER = "spoiler"
_PAIRED = frozenset({"strong", "em", "s", "u", _SPOILER})
_PLAIN_ADDRESS = re.compile(r"https?://(?:(?!\w*--)[a-z0-9-]+\.)*[a-z]+(?:[/?#]|$)")
_SHOWN_KEYS = ("content", "label", "language", "unix")


def visible(text: str) -> str:
    """Return what the page shows without a click, including the addresses of visible links, a line for each block.

    A browser may refuse an odd address, and then the page omits the link's element. If that makes a difference, both
    results are returned, separated by a line feed.
    """
    tree = tokens(text)
    if not tree:
        return text  # as the page does with text that was never parsed
    outcomes = (_shown(tree, odd_addresses_open) for odd_addresses_open in (True, False))
    return "\n".join(dict.fromkeys(outcomes)) if "link_open" in str(tree) else _shown(tree, odd_addresses_open=True)


def tokens(text: str) -> Sequence[Token]:
    """Return the same as the simulator's `markdown_tokens`, but with one parser for all texts, which is faster."""
    source = _markdown._discord_multiline_quotes(text)
    policy = _markdown._FIELD_POLICIES[PROFILE]
    return _markdown._blocks(_parser().parse(source, {"context": {}}), policy)


@cache
def _parser() -> MarkdownIt:
    parser: MarkdownIt = _markdown._markdown_parser(_markdown._FIELD_POLICIES[PROFILE], {})
    return parser


def _shown(tree: Sequence[Token], odd_addresses_open: bool) -> str:
    shown: list[str] = []
    waiting = list(reversed(tree))
    while waiting:
        block = waiting.pop()
        if block["type"] in {"inline", "subtext"}:
            shown += _shown_inline(block["children"], odd_addresses_open)
        else:
            shown += _words(block), "\n"
            waiting += reversed(block.get("children", ()))
    return "".join(shown)


def _shown_inline(row: Sequence[Token], odd_addresses_open: bool) -> Iterator[str]:
    opened: list[str] = []
    for token in row:
        name, _, part = token["type"].rpartition("_")
        if part == "open" and (
            name in _PAIRED or (name == "link" and (odd_addresses_open or _PLAIN_ADDRESS.match(token["href"])))
        ):
            opened.append(name)
        elif part == "close" and (name in _PAIRED or name == "link"):
            del opened[-1:]
        if _SPOILER not in opened:
            yield "\n" if token["type"] == "break" else _words(token)


def _words(token: Token) -> str:
    """Return all that a token can show, including on hover."""
    return "".join(str(token[key]) for key in _SHOWN_KEYS if key in token) + (
        f" {token['href']} " if "href" in token else ""
    )
