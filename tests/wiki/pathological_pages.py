"""Sources of one repeated sign and a word, which backtracking would read slowly."""

import json
from pathlib import Path

# name -> (the repeated text, the text before it, the text after it)
NASTY: dict[str, tuple[str, str, str]] = {
    **json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8")),
    "rows that leave spoilers open": ("----\n* a\n", "[[spoiler:a\n", ""),
    "ever deeper bullets": ("", "".join("*" * depth + "a\n" for depth in range(1, 620)), ""),
}

# The same for articles of saved web pages.
NASTY_HTML: dict[str, tuple[str, str, str]] = json.loads(
    Path(__file__).with_name("pathological_articles.json").read_text(encoding="utf-8")
)


def nasty(name: str, length: int) -> str:
    """Return a source of about `length` characters. Its last word is w1x."""
    repeated, before, after = NASTY[name]
    times = length // len(repeated) if repeated else 0
    return f"{before}{repeated * times}{after}w1x"


def nasty_html(name: str, length: int) -> str:
    """Return an article of about `length` characters. Its last word is w1x."""
    repeated, before, after = NASTY_HTML[name]
    return (
        f'<div id="main-article"><hr><ul><li>a</li></ul>{before}{repeated * (length // len(repeated))}{after}w1x</div>'
    )
