"""What the bot reads from the corpus."""

import asyncio
import re
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.corpus.pages import StoredPage
from bot.corpus.reader import Corpus, open_corpus
from bot.corpus.rows import trope_rows
from bot.corpus.schema import CORPUS
from bot.corpus.scope import Scope
from bot.corpus.search.query_parser import parse_query
from bot.corpus.writer import open_writer
from bot.database.connections import open_read_pool
from bot.errors import DatabaseError, NewerSchemaError
from bot.ingest.loader import load
from bot.ingest.sources import SiteTables
from bot.model import Page, hidden_texts, work_ref
from bot.settings import ROOT

HOME = Scope("BigHeroicRun")


@pytest.fixture
async def corpus(corpus_path: Path) -> AsyncIterator[Corpus]:
    async with open_corpus(corpus_path) as reader:
        yield reader


async def test_what_was_read_from_the_page_comes_out_again(corpus: Corpus, big_heroic_run: Page) -> None:
    entries = [entry async for entry in corpus.iter_examples("BigHeroicRun")]
    assert tuple(entry.example for entry in entries) == big_heroic_run.examples
    overview = await corpus.overview(Scope("bigheroicrun"))
    assert overview is not None
    assert overview.trope == big_heroic_run.trope
    assert overview.total == 60
    assert [(medium.slug, count) for medium, count in overview.media[:2]] == [
        ("film-live-action", 19),
        ("literature", 12),
    ]


async def test_every_mark_of_a_scope_is_another_example(corpus: Corpus) -> None:
    for scope in (
        HOME,
        Scope("BigHeroicRun", ("film-live-action", "film-animation")),
        Scope(None, None, include_spoilers=False),
    ):
        entries = [await corpus.by_shuffle_key(mark) for mark in await corpus.shuffle_keys(scope)]
        assert len({entry.ref for entry in entries if entry}) == await corpus.count(scope)


async def test_concurrent_draws_share_a_query(corpus_path: Path) -> None:
    statements: list[str] = []
    async with open_read_pool(corpus_path, CORPUS) as pool:

        async def fetch_all(statement: str, parameters: Any = ()) -> list[Any]:
            statements.append(statement)
            return await pool.fetch_all(statement, parameters)

        corpus = Corpus(fetch_all)
        await corpus.reload()
        keys = await corpus.shuffle_keys(HOME)
        statements.clear()
        entries = await asyncio.gather(*map(corpus.by_shuffle_key, [*keys, -1]))
    assert len({entry.ref for entry in entries[:-1] if entry}) == len(keys)
    assert entries[-1] is None
    assert len(statements) == 1


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
async def test_shuffle_keys_come_in_order_or_at_random(corpus: Corpus, scope: Scope) -> None:
    keys, after = [], -1
    while (key := await corpus.next_shuffle_key(scope, after)) is not None:
        keys.append(after := key)
    assert keys == sorted(await corpus.shuffle_keys(scope))
    assert len(keys) == await corpus.count(scope)
    picked = {await corpus.random_shuffle_key(scope) for _ in range(50)}
    assert picked <= set(keys) if keys else picked == {None}


async def test_a_scope_without_spoilers_holds_none(corpus: Corpus) -> None:
    scope = Scope("BigHeroicRun", include_spoilers=False)
    assert await corpus.count(scope) == 52
    listing = await corpus.page(scope, 1, 60)
    assert sum(entry.example.spoiler_count for entry in listing.entries) == 0


async def test_media_and_works_that_are_left_out_are_in_nothing(corpus: Corpus) -> None:
    firefly = work_ref("Firefly")
    scope = replace(HOME, excluded_media=frozenset({"film-live-action"}), excluded_works=frozenset({firefly}))
    left_out = {
        entry.ref
        async for entry in corpus.iter_examples("BigHeroicRun")
        if (entry.example.medium and entry.example.medium.slug == "film-live-action")
        or firefly in {work_ref(work.title) for work in entry.example.works}
    }
    assert len(left_out) > 19
    listed = {entry.ref for entry in (await corpus.page(scope, 1, 60)).entries}
    assert len(listed) == await corpus.count(scope) == 60 - len(left_out)
    assert not listed & left_out
    assert len(await corpus.shuffle_keys(scope)) == len(listed)
    assert {entry.ref for _ in range(300) if (entry := await corpus.random(scope))} <= listed
    found = await corpus.search("run", scope, 1, 60)
    assert {entry.ref for entry in found.entries} <= listed
    overview = await corpus.overview(scope)
    assert overview is not None
    assert overview.total == len(listed)
    assert "film-live-action" not in {medium.slug for medium, _ in overview.media}


async def test_random_reaches_every_example_about_equally_often(corpus: Corpus) -> None:
    drawn = Counter([entry.example.number for _ in range(1200) if (entry := await corpus.random(HOME))])
    assert len(drawn) == 60
    # Chi-square with 59 degrees of freedom: 120 is passed by chance once in 300,000 runs.
    assert sum((count - 20) ** 2 / 20 for count in drawn.values()) < 120


async def test_random_of_an_empty_scope_is_nothing(corpus: Corpus) -> None:
    assert await corpus.random(Scope("NoSuchTrope")) is None


async def test_one_by_number_and_by_reference(corpus: Corpus) -> None:
    entry = await corpus.by_number("BigHeroicRun", 12)
    assert entry is not None
    assert entry.example.works[0].title == "Serenity"
    assert await corpus.by_ref(entry.ref) == entry
    for forged in ("", "/", "x/1", f"{entry.trope.ref}/0", f"{entry.trope.ref}/²", f"{entry.trope.ref}/-1"):
        assert await corpus.by_ref(forged) is None


async def test_the_words_people_use_mean_what_they_mean(corpus: Corpus) -> None:
    def means(typed: str) -> set[str]:
        choice = corpus.media.find(typed)
        return {medium.slug for medium in choice.media} if choice else set()

    film = {"film-live-action", "film-animation"}
    assert means("film") == means("Movies") == means("movie") == film
    assert means("tv") == means("TV shows") == {"live-action-tv"}
    assert means("anime") == {"anime-manga"}
    assert means("book") == means("novels") == {"literature"}
    assert means("game") == means("video game") == {"video-games"}
    assert means("comic") == {"web-comics"}
    assert means("cartoon") == {"western-animation"}
    assert means("music") == {"music"}
    assert means("real life") == means("Real-Life") == {"real-life"}
    assert means("zzz") == set()


async def test_hidden_words_change_nothing_that_a_search_gives(
    tmp_path: Path, tables: SiteTables, corpus: Corpus, big_heroic_run: Page
) -> None:
    """An attacker who asks for every hidden word sees the same as in a corpus that never held one."""
    source = (ROOT / "data" / "tropes" / "BigHeroicRun.txt").read_text(encoding="utf-8")
    harmless = re.sub(r"\[\[spoiler:(?:[^\[\]]|\[\[.*?\]\])*\]\]", "[[spoiler:xyzzy]]", source)
    (tmp_path / "BigHeroicRun.txt").write_text(harmless, encoding="utf-8")
    await load([tmp_path], tmp_path / "other.db", tables)
    words = {
        word for e in big_heroic_run.examples for part in e.parts for t in hidden_texts(part) for word in t.split()
    }
    assert len(words) > 80
    async with open_corpus(tmp_path / "other.db") as other:
        assert sum(e.example.spoiler_count for e in (await other.page(HOME, 1, 60)).entries) == 14
        for word in words | {f"{word[:4]}*" for word in words}:
            for scope in (HOME, Scope("BigHeroicRun", ("video-games",))):
                assert await _answers(other, word, scope) == await _answers(corpus, word, scope)
            assert await other.suggest_spellings(word, 9) == await corpus.suggest_spellings(word, 9)


async def _answers(corpus: Corpus, words: str, scope: Scope) -> tuple[list[int], int, int]:
    listing = await corpus.search(words, scope, 1, 7)
    return [entry.example.number for entry in listing.entries], listing.total, listing.page_count


@given(st.text())
def test_any_text_makes_a_query_that_the_index_takes(words: str) -> None:
    with sqlite3.connect(":memory:") as database:
        database.execute("CREATE VIRTUAL TABLE t USING fts5 (text)")
        for prefixes in (False, True):
            query = " ".join(term.to_fts() for term in parse_query(words, prefixes=prefixes))
            if query:
                database.execute("SELECT * FROM t WHERE t MATCH ?", (query,)).fetchall()
    database.close()


async def test_a_missing_or_foreign_file_is_said_in_one_sentence(tmp_path: Path) -> None:
    foreign = tmp_path / "corpus.db"
    foreign.write_bytes(b"this is no database at all" * 100)
    for path in (tmp_path / "none.db", foreign):
        with pytest.raises(DatabaseError, match=path.name):
            async with open_corpus(path):
                pass


async def test_a_newer_schema_is_refused_by_name_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "corpus.db"
    async with open_writer(path):
        pass
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA user_version = 99")
    database.close()
    before = path.read_bytes()
    with pytest.raises(NewerSchemaError, match="made by a newer version of Big Run"):
        async with open_writer(path):
            pass
    assert path.read_bytes() == before


async def test_a_trope_that_fails_to_be_written_leaves_the_old_one(tmp_path: Path, big_heroic_run: Page) -> None:
    path = tmp_path / "corpus.db"
    async with open_writer(path) as writer:
        await writer.replace([trope_rows([StoredPage(big_heroic_run, "first")], 1)])
        broken = trope_rows([StoredPage(big_heroic_run, "second")], 1)
        broken.examples.append(broken.examples[0])
        with pytest.raises(DatabaseError, match="BigHeroicRun could not be written"):
            await writer.replace([broken])
        assert await writer.loaded_pages() == {"bigheroicrun": ("BigHeroicRun", 1, "first")}
    async with open_corpus(path) as reader:
        assert await reader.count(HOME) == 60
