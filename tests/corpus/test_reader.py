"""Examples, scopes, media and searches of a corpus."""

import asyncio
import re
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from unittest.mock import AsyncMock

import pytest

from bot.corpus import reader, sampling
from bot.corpus.pages import StoredPage
from bot.corpus.reader import READ_AHEAD, Corpus, open_corpus
from bot.corpus.rows import trope_rows
from bot.corpus.sampling import MAX_PICKED
from bot.corpus.schema import CORPUS
from bot.corpus.scope import Scope
from bot.corpus.writer import open_writer
from bot.database.connections import open_read_pool
from bot.errors import DatabaseError
from bot.ingest.layouts import LAYOUTS
from bot.ingest.loader import load
from bot.ingest.site_tables import SiteTables
from bot.model import Page, hidden_texts
from bot.model.names import work_ref
from bot.settings import ROOT

HOME = Scope("BigHeroicRun")


async def test_a_loaded_page_is_read_back(corpus: Corpus, big_heroic_run: Page) -> None:
    assert tuple([example async for example in corpus.iter_examples("BigHeroicRun")]) == big_heroic_run.examples
    assert await corpus.whole_trope("BigHeroicRun") == big_heroic_run.trope
    overview = await corpus.overview(Scope("bigheroicrun"))
    assert overview
    assert overview.total == 60
    largest = [(medium.slug, count) for medium, count in overview.media[:2]]
    assert largest == [("film-live-action", 19), ("literature", 12)]


async def test_concurrent_draws_share_a_query(corpus_path: Path) -> None:
    async with open_read_pool(corpus_path, CORPUS) as pool:
        fetch_all = AsyncMock(side_effect=pool.fetch_all)
        corpus = Corpus(fetch_all)
        await corpus.reload()
        keys = await corpus.shuffle_keys(HOME)
        fetch_all.reset_mock()
        entries = await asyncio.gather(*map(corpus.by_shuffle_key, [*keys, -1]))
    assert len({entry.ref for entry in entries[:-1] if entry}) == len(keys)
    assert entries[-1] is None
    assert fetch_all.await_count == 2  # the first is not held up


async def test_examples_that_follow_are_read_with_the_first(corpus_path: Path) -> None:
    async with open_read_pool(corpus_path, CORPUS) as pool:
        fetch_all = AsyncMock(side_effect=pool.fetch_all)
        corpus = Corpus(fetch_all)
        await corpus.reload()
        keys = sorted(await corpus.shuffle_keys(Scope()))[: READ_AHEAD + 2]
        reads, entries = [], []
        for before, key in pairwise([-1, *keys]):
            assert await corpus.next_shuffle_key(Scope(), before) == key
            fetch_all.reset_mock()
            entries.append(await corpus.read_ahead(Scope(), key))
            reads.append(fetch_all.await_count)
        assert entries == [await corpus.by_shuffle_key(key) for key in keys]
    assert reads == [1, *[0] * READ_AHEAD, 1]


@pytest.mark.parametrize(
    "scope",
    [
        pytest.param(Scope(), id="everything"),
        pytest.param(Scope(include_spoilers=False), id="without spoilers"),
        pytest.param(Scope(media=("film-live-action", "film-animation")), id="media"),
        pytest.param(Scope(excluded_media=frozenset({"film-live-action"})), id="all but a medium"),
        pytest.param(HOME, id="a trope"),
        pytest.param(Scope(work_ref=work_ref("Firefly")), id="a work"),
        pytest.param(Scope("NoSuchTrope"), id="nothing"),
    ],
)
async def test_each_shuffle_key_is_another_example_of_the_scope(corpus: Corpus, scope: Scope) -> None:
    keys, after = [], -1
    while (key := await corpus.next_shuffle_key(scope, after)) is not None:
        keys.append(after := key)
    assert keys == sorted(await corpus.shuffle_keys(scope))
    entries = [await corpus.by_shuffle_key(key) for key in keys]
    assert len({entry.ref for entry in entries if entry}) == len(keys) == await corpus.count(scope)
    picked = {await corpus.random_shuffle_key(scope) for _ in range(50)}
    assert picked <= set(keys) if keys else picked == {None}
    assert bool(await corpus.random(scope)) is bool(keys)


async def test_a_scope_without_spoilers_has_none(corpus: Corpus) -> None:
    scope = Scope("BigHeroicRun", include_spoilers=False)
    assert await corpus.count(scope) == 52
    listing = await corpus.page(scope, 1, 60)
    assert sum(entry.spoiler_count for entry in listing.entries) == 0


async def test_excluded_media_and_works_are_nowhere(corpus: Corpus) -> None:
    firefly = work_ref("Firefly")
    scope = replace(HOME, excluded_media=frozenset({"film-live-action"}), excluded_works=frozenset({firefly}))
    excluded = {
        example.number
        async for example in corpus.iter_examples("BigHeroicRun")
        if (example.medium and example.medium.slug == "film-live-action")
        or firefly in {work_ref(work.title) for work in example.works}
    }
    assert len(excluded) > 19
    listed = {entry.example.number for entry in (await corpus.page(scope, 1, 60)).entries}
    assert len(listed) == await corpus.count(scope) == 60 - len(excluded)
    assert not listed & excluded
    assert len(await corpus.shuffle_keys(scope)) == len(listed)
    assert {entry.example.number for _ in range(300) if (entry := await corpus.random(scope))} <= listed
    found = await corpus.search("run", scope, 1, 60)
    assert {entry.example.number for entry in found.entries} <= listed
    overview = await corpus.overview(scope)
    assert overview
    assert overview.total == len(listed)
    assert "film-live-action" not in {medium.slug for medium, _ in overview.media}


@pytest.mark.parametrize(
    "scope",
    [
        pytest.param(Scope(), id="everything"),
        pytest.param(Scope(excluded_media=frozenset({"music"})), id="media"),
        pytest.param(Scope(media=("film-live-action",)), id="a medium"),
        pytest.param(HOME, id="a trope"),
        pytest.param(replace(HOME, include_spoilers=False), id="a part of a trope"),
        pytest.param(Scope(work_ref=work_ref("Firefly"), include_spoilers=True), id="a work"),
    ],
)
@pytest.mark.parametrize(
    ("is_large", "max_picked"),
    [
        pytest.param(False, MAX_PICKED, id="small"),
        pytest.param(True, MAX_PICKED, id="large part"),
        pytest.param(True, 0, id="small part"),
    ],
)
async def test_random_picks_every_example_equally_often(
    corpus: Corpus, scope: Scope, is_large: bool, max_picked: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sampling, "MAX_PICKED", max_picked)
    if is_large:
        monkeypatch.setattr(reader, "MAX_KEYS_AHEAD", 0)
    total = await corpus.count(scope)
    drawn = Counter([entry.ref for _ in range(20 * total) if (entry := await corpus.random(scope))])
    assert len(drawn) == total
    # Chi-square with so many degrees of freedom exceeds this once in some 100,000 runs.
    expected = total - 1
    assert sum((count - 20) ** 2 / 20 for count in drawn.values()) < expected + 10 + 5.5 * (2 * expected + 1) ** 0.5


async def test_an_example_is_found_by_number_or_ref(corpus: Corpus) -> None:
    entry = await corpus.by_number("BigHeroicRun", 12)
    assert entry
    assert entry.example.works[0].title == "Serenity"
    assert await corpus.by_ref(entry.ref) == entry
    for forged in ("", "/", "x/1", f"{entry.trope.ref}/0", f"{entry.trope.ref}/²", f"{entry.trope.ref}/-1"):
        assert await corpus.by_ref(forged) is None


@pytest.mark.parametrize(
    ("words", "media"),
    [
        (("film", "Movies", "movie"), {"film-live-action", "film-animation"}),
        (("tv", "TV shows"), {"live-action-tv"}),
        (("anime",), {"anime-manga"}),
        (("book", "novels"), {"literature"}),
        (("game", "video game"), {"video-games"}),
        (("comic",), {"web-comics"}),
        (("cartoon",), {"western-animation"}),
        (("music",), {"music"}),
        (("real life", "Real-Life"), {"real-life"}),
        (("zzz",), set()),
    ],
)
async def test_a_word_people_use_finds_its_media(corpus: Corpus, words: tuple[str, ...], media: set[str]) -> None:
    for word in words:
        choice = corpus.media.find(word)
        assert {medium.slug for medium in (choice.media if choice else ())} == media


@pytest.mark.slow
async def test_hidden_words_change_no_search_result(
    tmp_path: Path, tables: SiteTables, corpus: Corpus, big_heroic_run: Page
) -> None:
    source = (ROOT / "data" / "tropes" / "BigHeroicRun.txt").read_text(encoding="utf-8")
    harmless = re.sub(r"\[\[spoiler:(?:[^\[\]]|\[\[.*?\]\])*\]\]", "[[spoiler:xyzzy]]", source)
    (tmp_path / "BigHeroicRun.txt").write_text(harmless, encoding="utf-8")
    await load([tmp_path], tmp_path / "other.db", tables)
    parts = [part for example in big_heroic_run.examples for part in example.parts]
    words = {word for part in parts for text in hidden_texts(part) for word in text.split()}
    assert len(words) > 80
    async with open_corpus(tmp_path / "other.db") as other:
        assert sum(entry.spoiler_count for entry in (await other.page(HOME, 1, 60)).entries) == 14
        for word in words | {f"{word[:4]}*" for word in words}:
            for scope in (HOME, Scope("BigHeroicRun", ("video-games",))):
                assert await _results(other, word, scope) == await _results(corpus, word, scope)
            assert await other.suggest_spellings([word], 9) == await corpus.suggest_spellings([word], 9)


async def _results(corpus: Corpus, words: str, scope: Scope) -> tuple[list[int], int, int]:
    listing = await corpus.search(words, scope, 1, 7)
    return [entry.example.number for entry in listing.entries], listing.total, listing.page_count


async def test_a_missing_or_foreign_corpus_is_named(tmp_path: Path) -> None:
    foreign = tmp_path / "corpus.db"
    foreign.write_bytes(b"this is no database at all" * 100)
    for path in (tmp_path / "none.db", foreign):
        with pytest.raises(DatabaseError, match=path.name):
            async with open_corpus(path):
                pass


async def test_a_trope_that_cannot_be_written_stays_as_it_was(tmp_path: Path, big_heroic_run: Page) -> None:
    path = tmp_path / "corpus.db"
    async with open_writer(path) as writer:
        await writer.replace([trope_rows([StoredPage(big_heroic_run, "first")], 1, LAYOUTS)])
        broken = trope_rows([StoredPage(big_heroic_run, "second")], 1, LAYOUTS)
        [rows] = broken.slices
        rows.examples.append(rows.examples[0])
        with pytest.raises(DatabaseError, match="BigHeroicRun could not be written"):
            await writer.replace([broken])
        assert await writer.loaded_pages() == {"bigheroicrun": ("BigHeroicRun", 1, "first")}
    async with open_corpus(path) as reader:
        assert await reader.count(HOME) == 60
