"""What of the corpus a server can name: a trope that it hides is as if it were not loaded."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from functools import partial

from bot.corpus.media import MediaIndex
from bot.corpus.name_search import TitleMatch
from bot.corpus.reader import Corpus
from bot.corpus.scope import Scope
from bot.model import Entry, Trope
from bot.model.names import trope_ref

MAX_WORKS_READ = 400  # to find some that are not only in hidden tropes


class ShownCorpus:
    """The tropes, works and words of the corpus without those of hidden tropes (refs)."""

    def __init__(self, corpus: Corpus, hidden_tropes: frozenset[str]) -> None:
        self._corpus, self._hidden = corpus, hidden_tropes

    @property
    def media(self) -> MediaIndex:
        """All media that the corpus has examples of."""
        return self._corpus.media

    async def count_tropes(self) -> int:
        """Return the number of tropes."""
        return await self._corpus.count_tropes(self._hidden)

    async def trope(self, ref: str) -> Trope | None:
        """Return the trope with that ref, or None."""
        return None if ref in self._hidden else await self._corpus.trope_by_ref(ref)

    async def find_trope(self, name: str) -> Trope | None:
        """Return the trope with that ref, page name or title, or None."""
        trope = await self._corpus.find_trope(name)
        return trope if trope and self._shows(trope) else None

    async def suggest_tropes(self, text: str, limit: int) -> list[Trope]:
        """Return tropes for a partly typed title, best first."""
        found = await self._corpus.suggest_tropes(text, limit + len(self._hidden))
        return [*filter(self._shows, found)][:limit]

    async def match_tropes(self, text: str, limit: int) -> list[Trope]:
        """Return the tropes that a typed name can mean: one if it is clear."""
        found = await self._corpus.match_tropes(text, limit + len(self._hidden))
        return [*filter(self._shows, found)][:limit]

    async def near_tropes(self, text: str, limit: int) -> list[Trope]:
        """Return the tropes whose titles are nearly as typed, best first."""
        found = await self._corpus.near_tropes(text, limit + len(self._hidden))
        return [*filter(self._shows, found)][:limit]

    async def find_work(self, name: str) -> TitleMatch | None:
        """Return the only work that a ref, typed name or address can mean, or None."""
        works = await self.match_works(name, None, 2)
        return works[0] if len(works) == 1 else None

    async def match_works(self, name: str, trope: str | None, limit: int) -> list[TitleMatch]:
        """Return the works that a ref, typed name or address can mean, one if it is clear."""
        return await self._shown_works(partial(self._corpus.match_works, name), trope, limit)

    async def near_works(self, text: str, trope: str | None, limit: int) -> list[TitleMatch]:
        """Return works of one trope or all whose titles are nearly as typed, best first."""
        return await self._shown_works(partial(self._corpus.near_works, text), trope, limit)

    async def titles_by_ref(self, refs: Iterable[str]) -> Mapping[str, str]:
        """Return the titles of works, without unknown refs."""
        titles = await self._corpus.titles_by_ref(refs)
        shown = await self._shown_refs(titles)
        return {ref: title for ref, title in titles.items() if ref in shown}

    async def suggest_works(self, text: str, trope: str | None, limit: int) -> list[TitleMatch]:
        """Return works of one trope or all for a partly typed title, best first."""
        return await self._shown_works(partial(self._corpus.suggest_works, text), trope, limit)

    async def complete_word(self, prefix: str, limit: int) -> list[str]:
        """Return words of visible text with a prefix, most frequent first, without very common ones."""
        words = await self._corpus.complete_word(prefix, limit)
        if not self._hidden:
            return words
        scope = Scope(excluded_tropes=self._hidden)
        return [word for word in words if (await self._corpus.search(f'"{word}"', scope, 1, 1)).total]

    async def by_ref(self, ref: str) -> Entry | None:
        """Return the example with that `Entry.ref`, or None. Any text is allowed."""
        entry = await self._corpus.by_ref(ref)
        return entry if entry and self._shows(entry.trope) else None

    async def _shown_works(
        self, find: Callable[[str | None, int], Awaitable[list[TitleMatch]]], trope: str | None, limit: int
    ) -> list[TitleMatch]:
        """Return what `find` finds in a trope or all, without works that only hidden tropes have."""
        if trope and trope_ref(trope) in self._hidden:
            return []
        works = await find(trope, limit)
        if not self._hidden:
            return works
        if len(works) == limit:
            works = await find(trope, MAX_WORKS_READ)
        shown = await self._shown_refs([work.ref for work in works])
        return [work for work in works if work.ref in shown][:limit]

    def _shows(self, trope: Trope) -> bool:
        return trope.ref not in self._hidden

    async def _shown_refs(self, refs: Iterable[str]) -> set[str]:
        return await self._corpus.works_outside(self._hidden, refs) if self._hidden else set(refs)
