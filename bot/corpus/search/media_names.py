"""Find the media that a search term names. Their words are not in the index of each example."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice, takewhile

from bot.corpus.index_terms import medium_filter
from bot.corpus.search.query_parser import Term
from bot.model.names import normalize_words

# A word can be in the names of thousands of media. Of these, look at some and search few.
MAX_MEDIA_PER_TERM, MAX_CANDIDATES = 40, 1_000


@dataclass(frozen=True, slots=True)
class IndexedMedium:
    """A medium in the index."""

    filter_term: str
    names: Sequence[Sequence[str]]  # words of its name and of its group's name
    example_count: int


class MediaNames:
    """Media by the words of their names."""

    def __init__(self, rows: Iterable[tuple[str, str, str, int]] = ()) -> None:
        """Read slugs, names, names of groups and example counts, best first."""
        self._by_word: dict[str, list[IndexedMedium]] = {}
        for slug, name, group, count in rows:
            names = normalize_words(name), normalize_words(group)
            medium = IndexedMedium(medium_filter(slug), names, count)
            for word in {*names[0], *names[1]}:
                self._by_word.setdefault(word, []).append(medium)
        self._words = sorted(self._by_word)

    def matching(self, term: Term) -> list[IndexedMedium]:
        """Return the media that a term names, as many as are searched."""
        near = islice(self._candidates(term), MAX_CANDIDATES)
        media = {medium.filter_term: medium for medium in near if any(term.matches(name) for name in medium.names)}
        return list(islice(media.values(), MAX_MEDIA_PER_TERM))

    def _candidates(self, term: Term) -> Iterator[IndexedMedium]:
        """Yield the media with the rarest whole word of a term, or else with the words that start like it."""
        words = term.words
        whole = words[:-1] if term.is_prefix else words
        if whole:
            lists = [self._by_word.get(word, []) for word in whole]
            rarest = min(lists, key=len)
            return iter(rarest)
        if not words:
            return iter(())
        following = islice(self._words, bisect_left(self._words, words[0]), None)
        alike = takewhile(lambda word: word.startswith(words[0]), following)
        return chain.from_iterable(self._by_word[word] for word in alike)
