"""Look for a work's names in a finished text. On any doubt it is not shown.

Written apart from `mask`, and shares none of its code: a mistake in one is not in the other.
"""

import re
import unicodedata
from collections.abc import Iterable

SHOWN_PUNCTUATION = frozenset(",.;:!?…—-'▒\n ")
_ASCII_LETTERS = re.compile("[a-z0-9]+")
MIN_JOINED = 6  # letters of a name that are looked for across the borders of words
# Too frequent in any sentence of ours to tell anything.
FILLERS = frozenset(
    "a an and are as at be by can do for from has have he her him his how i in is it me my no not of on one or our she "
    "so that the they this to up us was we what when which who why with you your".split()
)


def is_safe(text: str, names: Iterable[str], secrets: Iterable[str]) -> bool:
    """Return whether a text says none of some names, nor any of the secrets: hidden texts and titles of pages."""
    if not all("a" <= char <= "z" or char in SHOWN_PUNCTUATION for char in text):
        return False
    blocks = [letters_of(block) for block in text.split("▒")]
    words = {word for block in blocks for word in block}
    sequence = f" {' '.join(word for block in blocks for word in block)} "
    joined = [("".join(block)) for block in blocks]
    return not any(_says(name, words, joined) for name in names) and not any(
        f" {' '.join(found)} " in sequence for secret in secrets if (found := letters_of(secret))
    )


def telling_words(own_texts: Iterable[str]) -> frozenset[str]:
    """Return the words of texts that stand on every card, without those that tell nothing."""
    return frozenset([word for text in own_texts for word in letters_of(text)]) - FILLERS


def names_by_chance(own_words: frozenset[str], names: Iterable[str]) -> bool:
    """Return whether a name happens to have a word that stands on every card."""
    return any(word in own_words for name in names for word in letters_of(name))


def _says(name: str, words: set[str], joined: list[str]) -> bool:
    parts = letters_of(name)
    whole = "".join(parts)
    if len(whole) >= MIN_JOINED and any(whole in block for block in joined):
        return True
    acronyms = {
        "".join(part[0] for part in some) for some in (parts, [p for p in parts if p not in FILLERS]) if some[1:]
    }
    if acronyms & words:
        return True
    for part in parts:
        for word in words:
            if word == part or (len(part) > 3 and len(word) > 3 and word.startswith(part[:4])):
                return True
            if len(part) > 3 and part in word:
                return True
    return False


def letters_of(text: str) -> list[str]:
    """Return the words of a text as plain small letters and digits, without what joins them."""
    if text.isascii():  # a shortcut for nearly all texts
        return _ASCII_LETTERS.findall(text.lower().replace("'", ""))
    plain = "".join(char for char in unicodedata.normalize("NFKD", text).casefold() if not unicodedata.combining(char))
    words, current = [], ""
    for char in plain:
        if char.isalnum():
            current += char
        elif char not in "'’" and current:
            words.append(current)
            current = ""
    return [*words, current] if current else words
