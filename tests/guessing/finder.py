"""Look for what a round must not tell. Knows nothing of how the game hides it."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

from bot.model import Example, Style

WORD = re.compile(r"[^\W_]+")
CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def strings(payload: Any) -> Iterator[str]:
    """Yield every text in a payload, whatever it is for."""
    if isinstance(payload, str):
        yield payload
    elif isinstance(payload, dict):
        for value in payload.values():
            yield from strings(value)
    elif isinstance(payload, list | tuple):
        for value in payload:
            yield from strings(value)


def plain(text: str) -> str:
    """Return a text without accents, in small letters."""
    folded = unicodedata.normalize("NFKD", text.replace("\\", "")).casefold()
    return "".join(char for char in folded if not unicodedata.combining(char))


def words(text: str) -> list[str]:
    """Return the words of a text. "it's" is one and "its" is the same."""
    return WORD.findall(re.sub(r"['’]", "", plain(text)))


def aliases(examples: Iterable[Example], page: str | None) -> set[str]:
    """Return what links to a page are called in any example, unless it is a phrase of the sentence."""
    spans = [span for each in examples for part in each.parts for span in part.spans]
    labels = {span.text.strip() for span in spans if page and span.page == page and not span.spoiler}
    styled = {span.text.strip() for span in spans if span.page == page and span.style & Style.ITALIC}
    return {label for label in labels if label[:1].isupper() or label in styled}


def told(sent: Any, example: Example, names: Iterable[str], own: set[str]) -> list[str]:
    """Return what some payloads tell of an example. Words that are `own` are in every round."""
    texts = list(strings(sent))
    found = set(words(" ".join(texts))) - own
    sequence = f" {' '.join(words(' '.join(texts)))} "
    raw = plain(" ".join(texts))
    leaks = []
    for name in names:
        parts = words(name)
        leaks += [f"word {part}" for part in parts if part in found]
        leaks += [f"title {name}"] if len(parts) > 1 and f" {' '.join(parts)} " in sequence else []
        initials = {"".join(part[0] for part in parts), "".join(part[0] for part in parts if part not in ("the", "a"))}
        leaks += [f"initials {one}" for one in initials if len(one) > 1 and one in found]
    for part in example.parts:
        for spans in (part.spans, *[note.spans for note in part.notes]):
            hidden, number = "", 0
            for span in [*spans, None]:
                if span is None or span.spoiler != number:
                    phrase = " ".join(words(hidden)) if number else ""
                    leaks += [f"hidden {phrase}"] if phrase and phrase not in own and f" {phrase} " in sequence else []
                    hidden, number = "", span.spoiler if span else 0
                hidden += span.text if span else ""
            for page in {span.page for span in spans if span.page}:
                target = " ".join(words(" ".join(CAMEL.split(page.split("/")[-1]))))
                leaks += [f"target {page}"] if plain(page) in raw else []
                leaks += [f"target {page}"] if target and target not in own and f" {target} " in sequence else []
    return leaks
