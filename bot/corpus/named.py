"""Find works, tropes and words of the corpus by what members type."""

import json
from collections.abc import Iterable, Sequence
from functools import partial

from bot.cache import memory_of_texts
from bot.corpus import name_search, queries, suggestions
from bot.corpus.addresses import possible_titles, title_of
from bot.corpus.catalogue import Catalogue
from bot.corpus.name_search import NameSearch, TitleMatch
from bot.corpus.scope import Scope
from bot.model import Trope, Work
from bot.model.names import normalize_title, work_ref
from bot.model.page_names import page_from_address

LARGE_TROPE = name_search.MAX_COMPARED  # examples. With more, it can have more works than are compared.


class NamedCorpus(Catalogue):
    """The tropes, works and words by name. Wherever a name is typed, an address of TV Tropes is one, too."""

    # --- tropes

    async def suggest_tropes(self, text: str, limit: int) -> list[Trope]:
        """Return tropes for a partly typed title, best first."""
        return _tropes(await self._trope_names.complete(title_of(text), limit))

    async def match_tropes(self, text: str, limit: int) -> list[Trope]:
        """Return the tropes that a typed name can mean: one if it is clear."""
        if trope := await self.find_trope(text):
            return [trope]
        if page_from_address(text):
            return []
        return _tropes(await self._trope_names.named(text, limit) or await self._trope_names.begun(text, limit))

    async def near_tropes(self, text: str, limit: int) -> list[Trope]:
        """Return the tropes whose titles are nearly as typed, best first."""
        return _tropes(await self._trope_names.nearest(title_of(text), limit))

    @property
    def _trope_names(self) -> NameSearch:
        return NameSearch(self._fetch_all, name_search.TROPES)

    # --- works

    async def suggest_works(self, text: str, trope: str | None, limit: int) -> list[TitleMatch]:
        """Return works of one trope or all for a partly typed title, best first."""
        title = title_of(text)
        key = "works", normalize_title(title), trope, limit
        return await self._cached(key, partial((await self._work_names(trope)).complete, title, limit), memory_of_texts)

    async def match_works(self, name: str, trope: str | None, limit: int) -> list[TitleMatch]:
        """Return the works that a ref or typed name can mean, one if it is clear. Those of `trope` hide others."""
        is_whole = page_from_address(name) is not None
        for title in await possible_titles(self._fetch_all, name):
            if matches := await self._match_title(title, trope, limit, is_whole=is_whole):
                return matches
        return []

    async def _match_title(self, name: str, trope: str | None, limit: int, *, is_whole: bool) -> list[TitleMatch]:
        refs = name, work_ref(name)
        known = [TitleMatch(title, ref) for ref, title in (await self.titles_by_ref(refs)).items()]
        if as_ref := [work for work in known if work.ref == name]:
            return as_ref
        here = await self._work_names(trope)
        matches = await here.named(name, limit)
        if not matches and not is_whole:
            matches = await here.begun(name, limit)
        if not matches and trope is not None:
            matches = await (await self._work_names(None)).named(name, limit)
        return [work for work in matches if work in known] or matches or known

    async def near_works(self, text: str, trope: str | None, limit: int) -> list[TitleMatch]:
        """Return works of one trope or all whose titles are nearly as typed, best first."""
        return await (await self._work_names(trope)).nearest(title_of(text), limit)

    async def find_work(self, name: str) -> TitleMatch | None:
        """Return the only work that a ref or typed name can mean, or None."""
        matches = await self.match_works(name, None, 2)
        return matches[0] if len(matches) == 1 else None

    async def _work_names(self, trope: str | None) -> NameSearch:
        if trope is None:
            return NameSearch(self._fetch_all, name_search.WORKS)
        known = await self._trope(trope)
        is_large = known is not None and known.example_count > LARGE_TROPE
        statements = name_search.WORKS_OF_LARGE_TROPE if is_large else name_search.WORKS_OF_TROPE
        return NameSearch(self._fetch_all, statements, *await self._id_range(trope))

    async def titles_by_ref(self, refs: Iterable[str]) -> dict[str, str]:
        """Return the titles of works, without unknown refs."""
        return dict(await self._fetch_all(queries.SELECT_WORK_TITLES, (json.dumps(list(refs)),)))

    async def work_title(self, ref: str) -> str | None:
        """Return a work's title, or None."""
        return (await self.titles_by_ref([ref])).get(ref)

    async def names_of_work(self, work: Work) -> Sequence[str]:
        """Return a work's title, and what else pages call it, by its page or in links."""
        return await self._cached(("names", work), partial(self._load_names, work))

    async def _load_names(self, work: Work) -> Sequence[str]:
        bound = {"work_ref": work.ref, "page": work.page}
        return [work.title, *[label for (label,) in await self._fetch_all(queries.SELECT_WORK_LABELS, bound)]]

    async def works_outside(self, excluded_tropes: frozenset[str], refs: Iterable[str]) -> set[str]:
        """Return those of some works that other tropes than the excluded ones have examples of."""
        bound = await self._bind(Scope(excluded_tropes=excluded_tropes)) | {"refs": json.dumps(list(refs))}
        return {ref for (ref,) in await self._fetch_all(queries.SELECT_SHOWN_WORKS, bound)}

    # --- words

    async def suggest_spellings(self, words: Sequence[str], limit: int) -> list[list[str]]:
        """Return for each word the words of visible text most similar to it, with its first letter."""
        suggest = partial(suggestions.suggest_spellings, self._fetch_all, words, limit)
        return await self._cached(("spellings", *words, limit), suggest)

    async def rarest_words(self, words: Sequence[str], limit: int, *, min_examples: int = 1) -> list[str]:
        """Return the words that visible text of some examples has, rarest first, without very common ones."""
        return await suggestions.rarest_words(self._fetch_all, words, self.example_count, limit, min_examples)

    async def complete_word(self, prefix: str, limit: int) -> list[str]:
        """Return words of visible text with a prefix, most frequent first, without very common ones."""
        complete = partial(suggestions.complete_word, self._fetch_all, prefix, self.example_count, limit)
        return await self._cached(("words", prefix, limit), complete)


def _tropes(matches: Iterable[TitleMatch]) -> list[Trope]:
    return [Trope(match.ref, match.title) for match in matches]
