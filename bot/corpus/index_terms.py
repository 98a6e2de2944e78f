"""The words that the index holds besides those of the text: filters, weights, pairs of stop words."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

ID_BITS = 40

# FTS5 takes signs of private use for letters. Nothing that is typed keeps one, so no search can name these words.
SCOPE_SIGN = "\ue000"


def trope_word(trope_id: int) -> str:
    """Returns the word that the examples of a trope hold in their scope."""
    return f"{SCOPE_SIGN}t{trope_id}"


def medium_word(slug: str) -> str:
    """Returns the word that the examples of a medium hold in their scope."""
    return f"{SCOPE_SIGN}m{slug.replace('-', SCOPE_SIGN)}"


def work_word(token: str) -> str:
    """Returns the word that the examples of a work hold in their scope."""
    return f"{SCOPE_SIGN}w{token}"


def level_word(level: int, word: str) -> str:
    """Returns the word that examples hold in their scope in which a word weighs so much, from 2 to TOP_LEVEL."""
    return _LEVEL_SIGNS[level] + word


def beginning_level_word(level: int, letters: str) -> str:
    """Returns the word that examples hold in their scope in which several words with a beginning weigh so much."""
    return level_word(level, SCOPE_SIGN + letters)


def pair_words(words: Sequence[str]) -> set[str]:
    """Returns the words that examples hold in their scope which say two words side by side that nearly all texts hold.

    To look for a phrase of such words, FTS5 reads all the places of each: 50 ms and more of a million examples.
    """
    pairs = pairwise(words)
    return {f"{SCOPE_SIGN * 3}{one}{SCOPE_SIGN}{two}" for one, two in pairs if one in EVERYWHERE and two in EVERYWHERE}


# What a word in a title weighs, where one in what is said weighs 1; higher weights than the top level are one level.
TITLE_WEIGHT, TOP_LEVEL = 4, 15

_LEVEL_SIGNS = [f"{SCOPE_SIGN * 2}{level:x}" for level in range(TOP_LEVEL + 1)]

# Letters. Beginnings of three are what many words share, and what is typed first.
BEGINNING = 3

HIDES_WORD = f"{SCOPE_SIGN}h"

# The hundred words that stand in most English texts.
EVERYWHERE = frozenset(
    "a about after again all also an and any are as at back be because been before being but by can come could do does "
    "down end even first for from get gets go goes had has have he her here him himself his how if in into is it its "
    "just life like make man more most much my no not now of off on one only or other out over own she so some take "
    "than that the their them then there they this through time to two up very was way we were what when where which "
    "while who will with without would you your".split()
)


def searchable(text: str) -> str:
    """Returns a text without the sign that words of scopes begin with."""
    return text.replace(SCOPE_SIGN, " ")


def _level_words(said: Iterable[str], titles: Iterable[str]) -> set[str]:
    weights = Counter(said)
    for word in titles:
        weights[word] += TITLE_WEIGHT
    first: dict[str, int] = {}
    shared: dict[str, int] = {}
    for word, weight in weights.items():
        letters = word[:BEGINNING]
        if letters in first:
            shared[letters] = shared.get(letters, first[letters]) + weight
        else:
            first[letters] = weight
    levels = {level_word(min(weight, TOP_LEVEL), word) for word, weight in weights.items() if weight > 1}
    levels.update([beginning_level_word(min(weight, TOP_LEVEL), letters) for letters, weight in shared.items()])
    return levels
