"""What is known without a search, and what is counted for several searches together, is as the searches say."""

import random

import pytest

from bot.corpus.reader import Corpus
from bot.corpus.scope import Scope
from bot.corpus.search.match_plan import MatchPlan

PICK = random.Random(5)
WORDS = ("bridge", "lola", "runs", "run", "the", "of", "to", "brid", "lo", "ru", "zzz", "horse", "zzz*", "é", "film")
QUERIES = list(dict.fromkeys([*WORDS, *[" ".join(PICK.sample(WORDS, PICK.choice((2, 3)))) for _ in range(80)]]))
QUERIES += ['"run lola"', '"of zzz" run', "run -lola", "run -zzz", "don't", "run_lola"]
SCOPES = [
    pytest.param(Scope(), id="everything"),
    pytest.param(Scope(include_spoilers=False), id="without spoilers"),
    pytest.param(Scope(media=("film-live-action",)), id="a medium"),
    pytest.param(Scope("NoSuchTrope"), id="an unknown trope"),
]


async def totals(corpus: Corpus, scope: Scope) -> dict[str, int]:
    corpus._cache.clear()
    return {query: (await corpus.search(query, scope, 1, 1)).total for query in QUERIES}


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.slow
async def test_words_that_the_index_lacks_have_no_hits(
    corpus: Corpus, scope: Scope, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = await totals(corpus, scope)
    monkeypatch.setattr(MatchPlan, "finds_nothing", False)
    assert await totals(corpus, scope) == known


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("min_hits", [1, 3])
@pytest.mark.slow
async def test_queries_are_counted_together_as_alone(corpus: Corpus, scope: Scope, min_hits: int) -> None:
    enough = [query for query, total in (await totals(corpus, scope)).items() if total >= min_hits]
    assert bool(enough) is (scope.trope is None)
    found = await corpus.finding(QUERIES, scope, min_hits, len(QUERIES))
    assert list(found) == enough
    assert list(await corpus.finding(QUERIES, scope, min_hits, 2)) == enough[:2]
    for query, entry in found.items():
        page = await corpus.search(query, scope, 1, 1000)
        assert entry.ref in {each.ref for each in page.entries}
