"""The words that the index holds besides those of the text: filters, weights, pairs of stop words."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

EXAMPLE_ID_BITS = 40

# FTS5 takes signs of private use for letters. Nothing that is typed keeps one, so no search can name these words.
FILTER_PREFIX = "\ue000"


def trope_filter(trope_id: int) -> str:
    """Returns the word that the examples of a trope hold in their scope."""
    return f"{FILTER_PREFIX}t{trope_id}"


def medium_filter(slug: str) -> str:
    """Returns the word that the examples of a medium hold in their scope."""
    return f"{FILTER_PREFIX}m{slug.replace('-', FILTER_PREFIX)}"


def work_filter(ref: str) -> str:
    """Returns the word that the examples of a work hold in their scope."""
    return f"{FILTER_PREFIX}w{ref}"


def weight_term(weight: int, term: str) -> str:
    """Returns the word that examples hold in their scope in which a word weighs so much, from 2 to MAX_WEIGHT."""
    return WEIGHT_PREFIXES[weight] + term


def prefix_weight_term(weight: int, prefix: str) -> str:
    """Returns the word that examples hold in their scope in which several words with a beginning weigh so much."""
    return weight_term(weight, FILTER_PREFIX + prefix)


def bigram_terms(words: Sequence[str]) -> set[str]:
    """Returns the words that examples hold in their scope which say two words side by side that nearly all texts hold.

    To look for a phrase of such words, FTS5 reads all the places of each: 50 ms and more of a million examples.
    """
    pairs = pairwise(words)
    return {
        f"{FILTER_PREFIX * 3}{one}{FILTER_PREFIX}{two}" for one, two in pairs if one in STOP_WORDS and two in STOP_WORDS
    }


# What a word in a title weighs, where one in what is said weighs 1; higher weights than the top level are one level.
TITLE_WEIGHT, MAX_WEIGHT = 4, 15

WEIGHT_PREFIXES = [f"{FILTER_PREFIX * 2}{level:x}" for level in range(MAX_WEIGHT + 1)]

# Letters. Beginnings of three are what many words share, and what is typed first.
PREFIX_LENGTH = 3

SPOILER_FILTER = f"{FILTER_PREFIX}h"

# The hundred words that stand in most English texts.
STOP_WORDS = frozenset(
    "a about after again all also an and any are as at back be because been before being but by can come could do does "
    "down end even first for from get gets go goes had has have he her here him himself his how if in into is it its "
    "just life like make man more most much my no not now of off on one only or other out over own she so some take "
    "than that the their them then there they this through time to two up very was way we were what when where which "
    "while who will with without would you your".split()
)


def strip_filter_prefix(text: str) -> str:
    """Returns a text without the sign that words of scopes begin with."""
    return text.replace(FILTER_PREFIX, " ")


def weight_terms(visible_words: Iterable[str], title_words: Iterable[str]) -> set[str]:
    weights = Counter(visible_words)
    for word in title_words:
        weights[word] += TITLE_WEIGHT
    first_weights: dict[str, int] = {}
    shared_weights: dict[str, int] = {}
    for word, weight in weights.items():
        prefix = word[:PREFIX_LENGTH]
        if prefix in first_weights:
            shared_weights[prefix] = shared_weights.get(prefix, first_weights[prefix]) + weight
        else:
            first_weights[prefix] = weight
    terms = {weight_term(min(weight, MAX_WEIGHT), word) for word, weight in weights.items() if weight > 1}
    terms.update([prefix_weight_term(min(weight, MAX_WEIGHT), prefix) for prefix, weight in shared_weights.items()])
    return terms
