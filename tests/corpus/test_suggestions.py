"""Suggestions for typos, and the beginnings of titles by which they are found."""

import random
from difflib import get_close_matches
from pathlib import Path

import pytest

from bot.corpus import name_search, named
from bot.corpus.media import MediaIndex
from bot.corpus.names import KEY_LENGTH, MAX_KEYS, name_keys, title_key
from bot.corpus.reader import Corpus, open_corpus
from bot.corpus.similarity import MAX_CANDIDATES, NearNames, rank_by_similarity
from bot.ingest.loader import load
from bot.ingest.site_tables import SiteTables
from bot.language import speaking
from bot.model import MAX_TITLE_LENGTH
from bot.wiki.lexicon import Lexicon


def typo_in(title: str, pick: random.Random) -> str:
    at, letter = pick.randrange(1, len(title)), pick.choice("aeiou")
    return pick.choice((title[:at] + title[at + 1 :], title[:at] + letter + title[at:]))


@pytest.mark.slow
def test_a_typo_finds_the_same_title_as_by_difflib(tables: SiteTables) -> None:
    titles = sorted({title_key(title) for title in tables.lexicon.titles.values() if len(title) > 3})
    pick = random.Random(1)
    for title in titles:
        typed = typo_in(title, pick)
        candidates = [each for each in titles if each[0] == title[0]]
        best = rank_by_similarity(typed, candidates, 1, 0.5)
        assert best == get_close_matches(typed, candidates, 1, 0.5)


@pytest.mark.slow
async def test_reading_few_titles_finds_the_same_work(
    tmp_path: Path, tables: SiteTables, monkeypatch: pytest.MonkeyPatch
) -> None:
    pick = random.Random(2)
    words = ["".join(pick.choices(("ba", "ne", "ri", "so", "tu", "the", "man"), k=3)) for _ in range(60)]
    titles = sorted({" ".join(pick.sample(words, pick.choice((1, 2, 3)))).title() for _ in range(900)})
    (tmp_path / "Page.txt").write_text("----\n" + "".join(f"* ''{title}'': x\n" for title in titles))
    await load([tmp_path], tmp_path / "corpus.db", tables)
    async with open_corpus(tmp_path / "corpus.db") as corpus:
        typed = [typo_in(pick.choice(titles), pick) for _ in range(150)]
        few = [await corpus.near_works(text, None, 1) for text in typed]
        monkeypatch.setattr(name_search, "KEYS_COMPARED", 10_000)
        assert few == [await corpus.near_works(text, None, 1) for text in typed]
    assert sum(map(len, few)) > 140


async def test_every_work_of_a_large_trope_is_found(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    works = await corpus.suggest_works("", "BigHeroicRun", 100)
    some = [*works[::5], *works[-3:]]
    completed = [await corpus.suggest_works(title[:4], "BigHeroicRun", 100) for title, _ in some]
    corpus._cache.clear()
    monkeypatch.setattr(named, "LARGE_TROPE", 50)
    monkeypatch.setattr(name_search, "MAX_COMPARED", 60)  # of 67 works
    assert [await corpus.suggest_works(title[:4], "BigHeroicRun", 100) for title, _ in some] == completed
    pick = random.Random(3)
    near = [await corpus.near_works(typo_in(work.title, pick), "BigHeroicRun", 1) for work in some]
    assert near == [[work] for work in some]


@pytest.mark.parametrize("typed", ["", "run 00500x", "runn 00500", "zz"])
def test_few_of_many_alike_names_are_compared(typed: str) -> None:
    names = [f"run {number:05}" for number in range(20_000)]
    candidates = NearNames(names).candidates(typed)
    assert len(candidates) <= MAX_CANDIDATES
    assert NearNames(names[:9]).candidates(typed) == names[:9]
    assert "500" not in typed or rank_by_similarity(typed, candidates, 1, 0.5) == ["run 00500"]


@pytest.mark.slow
async def test_media_are_found_among_thousands_of_names() -> None:
    index = MediaIndex([Lexicon({}, {}).medium_from_folder(f"Run {number:05}") for number in range(20_000)])
    assert [option.name for option in await index.suggest("run 0050", 2)] == ["Run 00500", "Run 00501"]
    assert [option.name for option in await index.suggest("n 00500", 2)] == ["Run 00500"]
    assert [option.name for option in await index.closest("runn 00500", 1)] == ["Run 00500"]


async def test_words_of_a_language_grow_with_no_page(tables: SiteTables) -> None:
    known = tables.lexicon.media
    strange = [Lexicon({}, {}).medium_from_folder(f"Run {number}") for number in range(2_000)]
    few, many = MediaIndex(known), MediaIndex([*known, *strange])
    assert few._by_word["de"].keys() == many._by_word["de"].keys() != set()
    with speaking("de"):
        assert [option.slug for option in await many.suggest("spielf", 1)] == ["film"]


@pytest.mark.parametrize("title", ["word " * 8_000, "w" * 40_000 + " x", "\ufdfa" * 200])
def test_keys_of_a_long_title_are_bounded(title: str) -> None:
    keys = name_keys(title)
    assert len(keys) <= MAX_KEYS
    assert all(len(each.key) <= KEY_LENGTH for each in keys)
    assert len(title_key(title)) <= MAX_TITLE_LENGTH
