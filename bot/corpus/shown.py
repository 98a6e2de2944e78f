"""What of the corpus a server can name: a trope that it hides is as if it were not loaded."""

from collections.abc import Iterable, Mapping, Sequence

from bot.corpus.media import MediaIndex
from bot.corpus.reader import Corpus
from bot.corpus.scope import Scope
from bot.corpus.suggestions import TitleMatch
from bot.model import Entry, Trope

MAX_WORKS_READ = 400  # to find some that are not only in hidden tropes


class ShownCorpus:
    """The tropes, works and words of the corpus without those of hidden tropes (refs)."""

    def __init__(self, corpus: Corpus, hidden_tropes: frozenset[str]) -> None:
        self._corpus, self._hidden = corpus, hidden_tropes

    @property
    def media(self) -> MediaIndex:
        """All media that the corpus has examples of."""
        return self._corpus.media

    @property
    def tropes(self) -> Sequence[Trope]:
        """The tropes by title."""
        return self._corpus.tropes if not self._hidden else [*filter(self._shows, self._corpus.tropes)]

    @property
    def tropes_by_ref(self) -> Mapping[str, Trope]:
        """The tropes by ref."""
        return self._corpus.tropes_by_ref if not self._hidden else {trope.ref: trope for trope in self.tropes}

    def find_trope(self, name: str) -> Trope | None:
        """Return the trope with that ref, page name or title, or None."""
        trope = self._corpus.find_trope(name)
        return trope if trope and self._shows(trope) else None

    async def suggest_tropes(self, text: str, limit: int) -> list[Trope]:
        """Return tropes for a partly typed title, best first."""
        found = await self._corpus.suggest_tropes(text, limit + len(self._hidden))
        return [*filter(self._shows, found)][:limit]

    async def find_work(self, name: str) -> TitleMatch | None:
        """Return the work with that ref or title, or None."""
        work = await self._corpus.find_work(name)
        return work if work and await self._shown_refs([work.ref]) else None

    async def titles_by_ref(self, refs: Iterable[str]) -> Mapping[str, str]:
        """Return the titles of works, without unknown refs."""
        titles = await self._corpus.titles_by_ref(refs)
        shown = await self._shown_refs(titles)
        return {ref: title for ref, title in titles.items() if ref in shown}

    async def suggest_works(self, text: str, trope: str | None, limit: int) -> list[TitleMatch]:
        """Return works of one trope or all for a partly typed title, best first."""
        if trope and not self._shows(Trope(trope, "")):
            return []
        works = await self._corpus.suggest_works(text, trope, limit)
        if not self._hidden or trope:
            return works
        if len(works) == limit:
            works = await self._corpus.suggest_works(text, trope, MAX_WORKS_READ)
        shown = await self._shown_refs([work.ref for work in works])
        return [work for work in works if work.ref in shown][:limit]

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

    def _shows(self, trope: Trope) -> bool:
        return trope.ref not in self._hidden

    async def _shown_refs(self, refs: Iterable[str]) -> set[str]:
        return await self._corpus.works_outside(self._hidden, refs) if self._hidden else set(refs)
