"""What tags, classes and styles of a saved web page mean."""

import re
from typing import NamedTuple

from turbohtml import Element

from bot.wiki.html_inline import Aside
from bot.wiki.spans import BOLD, ITALIC, LARGE, MONOSPACE, SMALL, STRUCK

SMALL_CAPITALS = LARGE  # like sizes, not in a span's style

SKIPPED_TAGS = frozenset(
    "script style noscript iframe ins template svg math form select button textarea head title object embed audio "
    "video canvas img input meta link".split()
)  # fmt: skip
STYLES = {
    **dict.fromkeys(("em", "i"), ITALIC),
    **dict.fromkeys(("strong", "b"), BOLD),
    **dict.fromkeys(("strike", "del", "s"), STRUCK),
    **dict.fromkeys(("code", "tt", "kbd", "samp", "pre"), MONOSPACE),
    "small": SMALL,
}
HEADING_TAGS = frozenset("h1 h2 h3 h4 h5 h6".split())
BLOCK_TAGS = HEADING_TAGS | frozenset(
    "p div li dt dd tr hr blockquote center section article aside header footer main nav address figure figcaption "
    "details summary fieldset caption".split()
)  # fmt: skip

_SKIPPED = re.compile(r"(?<!\S)(?:\S*ad-unit\S*|square_ad|ad-caption|video-examples\S*)(?!\S)")
_SPOILER_TITLE = "you can set spoilers visible"
UNTITLED_TAGS = frozenset("a li ul ol em strong table tr td".split())  # their tooltips show no spoiler
_INVISIBLE_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_INVISIBLE = re.compile(r"(?<!\S)(?:sf-)?hidden(?!\S)")
_SHOWN_ON_CLICK = re.compile(r"folder|note|spoiler", re.IGNORECASE)
_ASIDES: tuple[tuple[re.Pattern[str], Aside], ...] = (
    (re.compile(r"(?<!\S)notelabel(?!\S)"), "note_label"),
    (re.compile(r"(?<!\S)inlinefolder(?!\S)"), "note"),
    (re.compile(r"(?<!\S)acaption"), "caption"),
    (re.compile(r"(?<!\S)(?:floatbox|wmglead|quote(?:right|left|center)(?!\S))"), "box"),
)


class Meaning(NamedTuple):
    """What the tag and the classes of an element mean."""

    names: tuple[str, ...]  # its classes
    is_skipped: bool  # without text, an advertisement or list of videos
    hides: bool  # a spoiler
    may_have_title: bool  # that shows it to be a spoiler
    is_invisible: bool
    is_shown_on_click: bool  # whatever its style says
    is_external: bool  # a link out of the wiki
    style: int  # bits
    aside: Aside | None


def read_meaning(tag: str, class_attribute: str) -> Meaning:
    """Read a tag and its classes."""
    return Meaning(
        names=tuple(class_attribute.split()),
        is_skipped=tag in SKIPPED_TAGS or _SKIPPED.search(class_attribute) is not None,
        hides="spoiler" in class_attribute.casefold(),
        may_have_title=tag not in UNTITLED_TAGS,
        is_invisible=_INVISIBLE.search(class_attribute) is not None,
        is_shown_on_click=_SHOWN_ON_CLICK.search(class_attribute) is not None,
        is_external="urllink" in class_attribute,
        style=SMALL_CAPITALS if "asscaps" in class_attribute else STYLES.get(tag, 0),
        aside=next((aside for pattern, aside in _ASIDES if pattern.search(class_attribute)), None),
    )


def has_spoiler_title(element: Element) -> bool:
    """Return whether an element has the tooltip of a spoiler."""
    return (element.attr("title") or "").startswith(_SPOILER_TITLE)


def is_invisible(element: Element, style: str | None, meaning: Meaning) -> bool:
    """Return whether a browser never shows an element, even after a click."""
    if not meaning.is_invisible and (style is None or _INVISIBLE_STYLE.search(style) is None):
        return False
    return not (meaning.is_shown_on_click or element.attr("isfolder") or element.attr("isnote"))
