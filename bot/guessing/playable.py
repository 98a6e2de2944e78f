"""Decide whether an example can be played, and what its card shows of it."""

from collections.abc import Collection, Sequence

from bot.guessing.mask import MaskedText, camel_words, linked_pages, mask_example, most_words, page_words
from bot.guessing.second_reading import is_safe, letters_of, names_by_chance
from bot.model import Entry, hidden_texts

MIN_WORDS, MAX_LENGTH = 15, 2_500  # of what shows: hints need room beside it
MAX_NAMES = 64  # of a work: one with more is not played
STEM = 4


def is_candidate(entry: Entry, common_words: Collection[str]) -> bool:
    """Return whether an example could be played, whatever else its work is called.

    That is a short one of a single work that its trope does not give away, with enough words that may show.
    """
    works = entry.example.works
    if entry.is_long or len(works) != 1 or _share_a_word(works[0].title, entry.trope.title):
        return False
    return most_words(entry.example, common_words, MIN_WORDS) == MIN_WORDS


def read_playable(
    entry: Entry, names: Sequence[str], common_words: Collection[str], own_words: frozenset[str]
) -> MaskedText | None:
    """Return what to show of an example, or None if it cannot be played.

    Args:
        entry: One that `is_candidate` accepts.
        names: All that the work is called, its title first.
        common_words: What may show.
        own_words: Those of the bot's own texts on the card: see `telling_words`.
    """
    example = entry.example
    all_names = [*names, *page_words(example)]
    if len(names) > MAX_NAMES or names_by_chance(own_words, all_names):
        return None
    masked = mask_example(example, names, common_words)
    hidden = [text for part in example.parts for text in hidden_texts(part)]
    targets = [camel_words(page) for page in linked_pages(example)]
    if masked.word_count < MIN_WORDS or len(masked.text) > MAX_LENGTH:
        return None
    return masked if is_safe(masked.text, all_names, [*hidden, *targets]) else None


def _share_a_word(title: str, trope: str) -> bool:
    """Return whether a trope's title gives a word of the work's away. Short ones tell nothing."""
    stems = {word[:STEM] for word in letters_of(trope) if len(word) >= STEM - 1}
    return any(word[:STEM] in stems for word in letters_of(title) if word not in ("the", "and"))
