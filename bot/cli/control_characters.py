"""Make characters visible that would end a line, control a terminal or turn the order of its text."""

import re

_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def make_visible(text: str) -> str:
    """Return one line that shows them as Python writes them."""
    return text if text.isascii() and text.isprintable() else _CONTROLS.sub(lambda char: repr(char[0])[1:-1], text)


def make_visible_in_json(text: str) -> str:
    """Return the same JSON, in which they are escaped."""
    return text if text.isascii() and text.isprintable() else _CONTROLS.sub(lambda char: f"\\u{ord(char[0]):04x}", text)
