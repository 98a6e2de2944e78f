"""Derive titles from page names, since a source has only names. ``titles.toml`` has the exceptions."""

import re
from functools import lru_cache

SMALL_WORDS = frozenset("a an and at but by for from in of on or the to with".split())

# A run of capitals is an acronym or a numeral, except for its last one before a small letter: "AHard" is "A Hard".
_CAMEL_CASE_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z][a-z]*|[a-z]+|[0-9]+|[^A-Za-z0-9]+")
_YEAR = re.compile(r"(?<=[^0-9])[0-9]{4}\Z")


@lru_cache(maxsize=8192)  # Cached: pages name the same works again and again.
def title_from_page_name(name: str) -> str:
    """Return "Run Lola Run" for ``RunLolaRun``. Four digits at the end are a year: "Star Trek (2009)"."""
    year = _YEAR.search(name)
    words = _CAMEL_CASE_WORD.findall(name[: year.start()] if year else name)
    title = " ".join(word.lower() if i and word.lower() in SMALL_WORDS else word for i, word in enumerate(words))
    return f"{title} ({year[0]})" if year else title


def page_name_from_words(words: str) -> str:
    """Return BattlestarGalactica2003 for the words in braces ``Battlestar Galactica|2003``."""
    return "".join([word[:1].upper() + word[1:] for word in re.split(r"[^A-Za-z0-9]+", words) if word])
