"""Resolve link markup to its page and the words that it shows."""

import re
from typing import NamedTuple

from bot.model import MAIN_NAMESPACE
from bot.model.page_names import page_name_from_words

# A capital, then another one or a digit, and a small letter anywhere: RunLolaRun, Alien3.
WIKI_WORD_REST = r"(?=[A-Z0-9]*[a-z])(?=[a-z]*[A-Z0-9])[A-Za-z0-9]*"
WIKI_WORD = "[A-Z]" + WIKI_WORD_REST
CAPITALS_AND_DIGITS = r"(?<=[a-z]/)[A-Z]{2,}[0-9][A-Z0-9]*"  # after a namespace: VideoGame/PAYDAY2
ANCHOR = r"\#[A-Za-z][A-Za-z0-9_-]*"
_WIKI_WORD = re.compile(WIKI_WORD)
_ANCHOR = re.compile(ANCHOR + r"\Z")
_NAMESPACE_PREFIX = re.compile(r"[A-Z][A-Za-z0-9]*[/.]")


class Link(NamedTuple):
    """A link without brackets."""

    page: str | None  # Namespace/Name, or None if the words have no letters for a name
    label: str | None = None  # None: the page's title
    before: str = ""  # shown before the label: "Film." of "Film.RunLolaRun"
    after: str = ""  # letters after closing braces, part of the label


def parse_link(typed: str) -> Link:
    """Parse ``RunLolaRun``, ``Film/RunLolaRun``, ``Film.RunLolaRun``, ``Film/{{Stardust}}`` or ``{{Stardust}}``.

    Drop an anchor.
    """
    if typed.startswith("{"):
        return _parse_brace_link("", typed)
    typed = _ANCHOR.sub("", typed)
    namespace = _NAMESPACE_PREFIX.match(typed)
    if namespace is None:
        return Link(MAIN_NAMESPACE + typed)
    name, shown = typed[namespace.end() :], namespace[0] if namespace[0].endswith(".") else ""
    if name.startswith("{{"):
        return _parse_brace_link(namespace[0], name)._replace(before=shown)
    return Link(f"{namespace[0][:-1]}/{name}", before=shown)


def _parse_brace_link(namespace: str, typed: str) -> Link:
    """Parse ``{{A|B}}s``. `namespace` includes its sign, or is empty for Main."""
    words, _, glued = typed[2:].partition("}}")
    inner = "" if namespace else _namespace_prefix(words)
    words = words[len(inner) :]
    name = page_name_from_words(words)
    page = f"{(namespace or inner)[:-1] or MAIN_NAMESPACE[:-1]}/{name}" if name else None
    label = words.partition("|")[0].strip() or words.strip("| ")
    # Camel case in braces is shown as a title, anything else as typed.
    title = None if _WIKI_WORD.fullmatch(label) and page else label
    return Link(page, title, inner if inner.endswith(".") else "", glued)


def parse_bracket_target(target: str) -> tuple[str | None, str]:
    """Return the page of a target in double brackets (None for ``Foo``), and its words as typed."""
    namespace = _namespace_prefix(target)
    if "{" in target:
        link = _parse_brace_link(namespace, target[len(namespace) :])
        return link.page, (link.label or "") + link.after
    if namespace:
        return f"{namespace[:-1]}/{target[len(namespace) :]}", ""
    return (MAIN_NAMESPACE + target, "") if _WIKI_WORD.fullmatch(target) else (None, target)


def _namespace_prefix(words: str) -> str:
    namespace = _NAMESPACE_PREFIX.match(words)
    # "{{St. Elsewhere}}" has no namespace: a name must follow it immediately.
    return namespace[0] if namespace and words[namespace.end() : namespace.end() + 1] not in ("", " ") else ""
