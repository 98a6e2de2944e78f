"""Index terms other than words: filters, weights, pairs of stop words."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

EXAMPLE_ID_BITS = 35  # for half a million tropes. Each more makes the index larger.

# The tokenizer reads this character as a letter. Texts and queries cannot contain it, so no query names these terms.
FILTER_PREFIX = "~"
SPOILER_FILTER = f"{FILTER_PREFIX}h"
# A word in a title counts as four in the text. All weights from 15 on are stored as 15.
TITLE_WEIGHT, MAX_WEIGHT = 4, 15
WEIGHT_PREFIXES = [f"{FILTER_PREFIX * 2}{weight:x}" for weight in range(MAX_WEIGHT + 1)]
# Prefixes of three letters have a separate weight: many words share them, and they are typed first.
PREFIX_LENGTH = 3
# The words that most English texts have.
STOP_WORDS = frozenset(
    "a about after again all also an and any are as at back be because been before being but by can come could do does "
    "down end even first for from get gets go goes had has have he her here him himself his how if in into is it its "
    "just life like make man more most much my no not now of off on one only or other out over own she so some take "
    "than that the their them then there they this through time to two up very was way we were what when where which "
    "while who will with without would you your".split()
)


def trope_filter(trope_id: int) -> str:
    """Return the filter term of a trope."""
    return f"{FILTER_PREFIX}t{trope_id}"


def medium_filter(slug: str) -> str:
    """Return the filter term of a medium."""
    return f"{FILTER_PREFIX}m{slug.replace('-', FILTER_PREFIX)}"


def work_filter(ref: str) -> str:
    """Return the filter term of a work."""
    return f"{FILTER_PREFIX}w{ref}"


def bigram_terms(words: Sequence[str]) -> set[str]:
    """Return terms for adjacent stop words ("of the"): they make phrases fast."""
    prefix, stop = FILTER_PREFIX * 3, STOP_WORDS
    return {f"{prefix}{one}{FILTER_PREFIX}{other}" for one, other in pairwise(words) if one in stop and other in stop}


def weight_terms(visible_words: Iterable[str], title_words: Iterable[str]) -> list[str]:
    """Return terms, each once, for words that weigh over 1 and for prefixes that several words share."""
    weights = Counter(visible_words)
    for word in title_words:
        weights[word] += TITLE_WEIGHT
    prefix_weights: dict[str, int] = {}
    shared: set[str] = set()
    for word, weight in weights.items():  # the innermost loop of a load
        prefix = word[:PREFIX_LENGTH]
        if prefix in prefix_weights:
            prefix_weights[prefix] += weight
            shared.add(prefix)
        else:
            prefix_weights[prefix] = weight
    terms = [WEIGHT_PREFIXES[min(weight, MAX_WEIGHT)] + word for word, weight in weights.items() if weight > 1]
    terms += [WEIGHT_PREFIXES[min(prefix_weights[each], MAX_WEIGHT)] + FILTER_PREFIX + each for each in shared]
    return terms


def strip_filter_prefix(text: str) -> str:
    """Replace FILTER_PREFIX by a blank."""
    return text.replace(FILTER_PREFIX, " ")
