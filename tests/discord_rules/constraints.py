"""The measures every rule is made of: how long, how many, how often.

A check takes any JSON value and its path, never raises, and yields one English sentence a violation.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, TypeGuard
from urllib.parse import urlsplit

Found = Iterator[str]
"""What a check yields: sentences, none when all is well."""

SPOILER = re.compile(r"\|\|[\s\S]+?\|\|")
"""What a client hides: lazy, over line breaks, blind to escapes."""

_SURROGATE = re.compile("[\ud800-\udfff]")


def size(text: str) -> int:
    """Give a text's length in the stricter of the two counts, code points and UTF-16 units."""
    return max(len(text), len(text.encode("utf-16-le", "surrogatepass")) // 2)


def objects(value: Any, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give a list's objects with their paths; what is no list or no object is left to `check_objects`."""
    for index, entry in enumerate(value if isinstance(value, list) else []):
        if isinstance(entry, dict):
            yield f"{path}[{index}]", entry


def check_objects(value: Any, path: str, least: int, most: int) -> Found:
    """Demand a list of ``least`` to ``most`` objects."""
    if not isinstance(value, list):
        yield f"{path} must be a list, not {value!r:.80}."
        return
    if not least <= len(value) <= most:
        yield f"{path} has {len(value)} entries, but {least} to {most} are allowed."
    for index, entry in enumerate(value):
        if not isinstance(entry, dict):
            yield f"{path}[{index}] must be an object, not {entry!r:.80}."


def check_text(value: Any, path: str, most: int, *, least: int = 1) -> Found:
    """Demand a text of at most ``most`` characters; blanks alone do not pass unless ``least`` is 0."""
    if not isinstance(value, str):
        yield f"{path} must be a text, not {value!r:.80}."
        return
    if least and not value.strip():
        yield f"{path} is empty."
    if size(value) > most:
        yield f"{path} is {size(value)} characters long, but at most {most} fit."
    if _SURROGATE.search(value):
        yield f"{path} holds half a character (a lone surrogate)."


def check_plain(value: Any, path: str, most: int, *, least: int = 1) -> Found:
    """Demand a text for a place that hides nothing, where a spoiler tag would show its secret."""
    yield from check_text(value, path, most, least=least)
    if isinstance(value, str) and "||" in value:
        yield f"{path} holds a spoiler tag, which hides nothing there."


def check_rich(value: Any, path: str, most: int, *, least: int = 1) -> Found:
    """Demand a text for a place that renders markdown, where every spoiler tag is closed and not empty."""
    yield from check_text(value, path, most, least=least)
    if isinstance(value, str) and "||" in SPOILER.sub(" ", value):
        yield f"{path} holds a spoiler tag that is empty or never closed."


def check_number(value: Any, path: str, least: int, most: int) -> Found:
    """Demand a whole number from ``least`` to ``most``."""
    if not is_int(value) or not least <= value <= most:
        yield f"{path} must be a whole number from {least} to {most}, not {value!r:.80}."


def check_span(thing: Mapping[str, Any], path: str, low: str, high: str) -> Found:
    """Demand that the number at key ``low`` is not above the one at key ``high``, where both are given."""
    least, most = thing.get(low), thing.get(high)
    if is_number(least) and is_number(most) and least > most:
        yield f"{path}.{low} is above {high}."


def check_flag(value: Any, path: str) -> Found:
    """Demand true, false or nothing."""
    if value is not None and not isinstance(value, bool):
        yield f"{path} must be true or false, not {value!r:.80}."


def check_url(value: Any, path: str, most: int, schemes: Collection[str]) -> Found:
    """Demand an address of one of ``schemes`` that names a place."""
    yield from check_plain(value, path, most)
    if isinstance(value, str) and not _is_url(value, schemes):
        yield f"{path} must be an address of {', '.join(sorted(schemes))}, not {value!r:.80}."


def check_absent(thing: Mapping[str, Any], path: str, *keys: str) -> Found:
    """Demand that none of ``keys`` is filled in."""
    for key in keys:
        if thing.get(key):
            yield f"{path}.{key} may not be given there."


def check_unique(values: Iterable[tuple[str, Any]]) -> Found:
    """Demand that no value comes twice; ``values`` are pairs of path and value, None being no value."""
    first: dict[str, str] = {}
    for path, value in values:
        earlier = first.setdefault(repr(value), path)
        if earlier != path and value is not None:
            yield f"{path} repeats {value!r:.80}, already at {earlier}."


def is_int(value: Any) -> TypeGuard[int]:
    """Say whether a JSON value is a whole number (in Python, True is one too)."""
    return isinstance(value, int) and not isinstance(value, bool)


def is_number(value: Any) -> TypeGuard[float]:
    """Say whether a JSON value is a number."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_url(value: str, schemes: Collection[str]) -> bool:
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme in schemes and bool(parts.netloc or parts.path.strip("/"))
