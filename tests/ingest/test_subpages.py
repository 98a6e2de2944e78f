"""A trope has one or many pages: loading them in any order, once or twice, leaves the same."""

import asyncio
import os
import random
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.conversation.shuffle import Shuffler
from bot.corpus.reader import Corpus, open_corpus
from bot.corpus.scope import Scope
from bot.errors import SourceError
from bot.ingest import reading
from bot.ingest.loader import load, remove
from bot.ingest.site_tables import SiteTables
from bot.ingest.sources import Source, SourceFile, read_page_source
from bot.model import Page
from bot.settings import ROOT
from bot.state.location import open_state
from bot.wiki.lexicon import Lexicon

GIRL = Scope("ActionGirl")


def source(*texts: str, listed: Sequence[str] = (), learned: Sequence[str] = ()) -> str:
    """Return a page source. In comments it says what an index or a saved page would; see `directed_page`."""
    directives = [f"%% lists ActionGirl/{name}" for name in listed] + [f"%% title {title}" for title in learned]
    return "\n".join(["About.", *directives, "----", *[f"* {text}" for text in texts]])


def directed_page(source: Source, lexicon: Lexicon) -> Page:
    """Return the page in a source, with what its comments say."""
    page = read_page_source(source, lexicon)
    rows = source.text.splitlines()
    listed = tuple(row.removeprefix("%% lists ") for row in rows if row.startswith("%% lists "))
    learned = dict(row.removeprefix("%% title ").split(" = ") for row in rows if row.startswith("%% title "))
    return replace(page, listed_subpages=listed, learned_titles=learned)


@pytest.fixture(autouse=True, scope="module")
def directed_pages() -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "read_page_source", directed_page)
        yield


GAME_TITLES = ["VideoGame/MarbleRun = MARBLE Run", "Main/ActionGirl = Action Girl!"]
PAGES = {
    "ActionGirl": source("''Film/RunLolaRun'': She runs.", "Same.", listed=["VideoGames", "Film", "Theatre"]),
    "ActionGirl.Film": source("''Film/RunLolaRun'': She acts.", "Same.", learned=["Film/RunLolaRun = Lola rennt"]),
    "ActionGirl.VideoGames": source("''VideoGame/MarbleRun'': She jumps.", learned=GAME_TITLES),
    "ActionGirl.Anime": source("''Anime/LongWalk'': She [[spoiler:walks]].", learned=["Film/RunLolaRun = Lola Rennt!"]),
    "PowerWalk": source("''Film/RunLolaRun'': He walks.", "''VideoGame/MarbleRun'': He walks too."),
    "PowerWalk.Film": source("''Film/RunLolaRun'': He stands.", learned=["Film/RunLolaRun = Lola rennt"]),
}  # fmt: skip


def write(folder: Path, *names: str) -> list[Path]:
    """Write some of PAGES into a folder and return their paths."""
    folder.mkdir(exist_ok=True)
    for name in names:
        (folder / f"{name}.txt").write_text(PAGES[name])
    return [folder / f"{name}.txt" for name in names]


def raw(corpus: Path) -> list[Any]:
    """Return what is in a corpus, without ids of tropes and without times."""
    with closing(sqlite3.connect(corpus)) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        database.execute("INSERT INTO visible_fts (visible_fts) VALUES ('integrity-check')")
        statements = (
            "SELECT key, id & 65535, folder, shuffle_key, works_json, work_has_more, subpage FROM example ORDER BY 4",
            "SELECT work_ref, shuffle_key FROM example_work ORDER BY 1, 2",
            "SELECT name, id & 65535, title, source_fingerprint, listed_json, titles_json FROM page ORDER BY 1",
            "SELECT name, title, normalized_title, details_json FROM trope ORDER BY 1",
            "SELECT * FROM term ORDER BY 1",
            "SELECT * FROM learned_title ORDER BY 1, 2",
            "SELECT * FROM stale_title",
            "SELECT DISTINCT ref, title FROM work JOIN example_work ON work_ref = ref ORDER BY 1",
            "SELECT sum(total_words) FROM example_count",
        )
        return [database.execute(statement).fetchall() for statement in statements]


async def texts(corpus: Corpus, trope: str = "ActionGirl") -> list[str]:
    return [example.parts[0].text async for example in corpus.iter_examples(trope)]


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return tmp_path / "corpus.db"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "pages"


async def test_pages_of_one_trope_are_one_trope(folder: Path, corpus: Path, tables: SiteTables) -> None:
    report = await load(write(folder, *PAGES), corpus, tables)
    assert report.summary() == "Loaded 2 tropes (6 pages, 9 examples), 0 unchanged, 0 rejected."
    assert report.subpages == [
        "ActionGirl: 3 of 4 subpages loaded; missing: Theatre.",
        "PowerWalk: 1 of 1 subpages loaded.",
    ]
    async with open_corpus(corpus) as reader:
        assert await texts(reader) == [
            "Run Lola Run: She runs.", "Same.", "Marble Run: She jumps.", "Run Lola Run: She acts.", "Same.",
            "Long Walk: She walks.",
        ]  # fmt: skip
        overview = await reader.overview(GIRL)
        assert overview is not None
        assert overview.subpages == ("ActionGirl/VideoGames", "ActionGirl/Film", "ActionGirl/Anime")
        assert overview.missing_subpages == ("ActionGirl/Theatre",)
        entries = (await reader.page(GIRL, 1, 3)).entries
        assert entries[0].url.endswith("/Main/ActionGirl")
        assert entries[2].url.endswith("pmwiki.php/ActionGirl/VideoGames")


steps = st.lists(st.lists(st.sampled_from(sorted(PAGES)), min_size=1, unique=True), max_size=4)


@pytest.mark.slow
@settings(max_examples=25)
@given(steps, st.randoms(use_true_random=False))
def test_neither_order_nor_repetition_of_loads_matters(
    tables: SiteTables, steps: list[list[str]], shuffle: random.Random
) -> None:
    folder = Path(mkdtemp())
    try:
        rest = sorted(PAGES)
        shuffle.shuffle(rest)
        for names in [*steps, rest[:3], rest[3:], rest]:
            asyncio.run(load(write(folder, *names), folder / "many.db", tables))
        asyncio.run(load(write(folder, *PAGES), folder / "once.db", tables))
        assert raw(folder / "many.db") == raw(folder / "once.db")
    finally:
        rmtree(folder)


def test_a_second_load_changes_nothing(folder: Path, corpus: Path, tables: SiteTables) -> None:
    files = write(folder, *PAGES)
    asyncio.run(load(files, corpus, tables))
    before = corpus.read_bytes()
    report = asyncio.run(load(files, corpus, tables))
    assert (report.unchanged, report.tropes, report.pages) == (6, 0, [])
    assert corpus.read_bytes() == before


async def test_a_changed_subpage_replaces_its_own_examples(folder: Path, corpus: Path, tables: SiteTables) -> None:
    [main, film] = write(folder, "ActionGirl", "ActionGirl.Film")
    await load([main, film], corpus, tables)
    film.write_text(source("She sings."))
    main.unlink()
    assert (await load([folder], corpus, tables)).examples == 1
    async with open_corpus(corpus) as reader:
        assert await texts(reader) == ["Run Lola Run: She runs.", "Same.", "She sings."]


async def test_a_rejected_page_keeps_its_examples_beside_a_new_one(
    folder: Path, corpus: Path, tables: SiteTables
) -> None:
    await load(write(folder, "ActionGirl", "ActionGirl.Film"), corpus, tables)
    (folder / "ActionGirl.txt").write_text("nothing")
    (folder / "ActionGirl.Film.txt").write_text(source("She sings."))
    warnings: list[str] = []
    report = await load([folder], corpus, tables, warn=warnings.append)
    assert (report.rejected, report.tropes, len(warnings)) == (1, 1, 1)
    async with open_corpus(corpus) as reader:
        assert await texts(reader) == ["Run Lola Run: She runs.", "Same.", "She sings."]


async def test_shuffles_go_on_when_a_subpage_is_added(folder: Path, corpus: Path, tables: SiteTables) -> None:
    main, film = write(folder, "ActionGirl", "ActionGirl.VideoGames")
    main.write_text(source(*[f"She runs {number} miles." for number in range(20)]))
    film.write_text(source(*[f"She jumps {number} feet." for number in range(20)]))
    await load([film], corpus, tables)
    shown: list[str] = []
    async with open_state(folder / "state.db") as state:
        for pages, draws in (([], 10), ([main], 30)):
            await load(pages, corpus, tables)
            async with open_corpus(corpus) as reader:
                for _ in range(draws):
                    draw = await Shuffler(reader, state).draw(1, GIRL)
                    assert draw
                    shown.append(draw.entry.example.parts[0].text)
    jumps = [text for text in shown if "jumps" in text]
    assert len(jumps) > 10
    assert len(set(shown[:20])) == 20
    assert len(jumps[:20]) == len(set(jumps[:20]))


async def test_of_two_files_of_a_page_the_newer_counts(folder: Path, corpus: Path, tables: SiteTables) -> None:
    [old] = write(folder, "ActionGirl")
    (folder / "later").mkdir()
    new = folder / "later" / "ActionGirl.txt"
    new.write_text(source("She wins."))
    os.utime(old, (1_000, 1_000))
    for files in ([old, new], [new, old]):
        warnings: list[str] = []
        report = await load(files, corpus, tables, warn=warnings.append)
        assert warnings == [f"ActionGirl is in 2 files: {new} is the newest, so it is used instead of {old}."]
        assert report.ok
        async with open_corpus(corpus) as reader:
            assert await texts(reader) == ["She wins."]


async def test_the_date_of_a_page_beats_that_of_its_file(
    folder: Path, corpus: Path, tables: SiteTables, monkeypatch: pytest.MonkeyPatch
) -> None:
    [old] = write(folder, "ActionGirl")
    new = folder / "copy" / "ActionGirl.txt"
    new.parent.mkdir()
    new.write_text(source("She wins."))
    os.utime(new, (1_000, 1_000))
    read, dates = SourceFile.read, {old: 2_000, new: 3_000}

    def read_dated(file: SourceFile) -> Source:
        return replace(read(file), saved_at=float(dates[file.path]))

    monkeypatch.setattr(SourceFile, "read", read_dated)
    await load([new, old], corpus, tables)
    async with open_corpus(corpus) as reader:
        assert await texts(reader) == ["She wins."]


async def test_equal_files_of_a_page_are_no_news(folder: Path, corpus: Path, tables: SiteTables) -> None:
    files = [*write(folder, "ActionGirl"), *write(folder / "copy", "ActionGirl")]
    warnings: list[str] = []
    assert (await load(files, corpus, tables, warn=warnings.append)).page_count == 1
    assert warnings == []


async def test_an_index_alone_is_kept_until_its_subpages_come(folder: Path, corpus: Path, tables: SiteTables) -> None:
    [index] = write(folder, "ActionGirl")
    index.write_text(source(listed=["VideoGames", "Film"]))
    warnings: list[str] = []
    report = await load([index], corpus, tables, warn=warnings.append)
    assert not report.ok
    assert warnings == ["ActionGirl only lists subpages. Save them and load them too: VideoGames, Film."]
    async with open_corpus(corpus) as reader:
        assert not reader.trope_count
        assert await reader.find_trope("ActionGirl") is None
        assert await reader.suggest_tropes("act", 5) == []
    assert not (await load([index], corpus, tables, warn=warnings.append)).ok
    assert len(warnings) == 2
    assert (await load(write(folder, "ActionGirl.Film"), corpus, tables)).ok
    async with open_corpus(corpus) as reader:
        overview = await reader.overview(GIRL)
        assert overview is not None
        assert overview.texts.description[0].spans[0].text == "About."
        assert overview.missing_subpages == ("ActionGirl/VideoGames",)


# --- removing


async def test_pruning_removes_pages_without_a_source(folder: Path, corpus: Path, tables: SiteTables) -> None:
    await load(write(folder, *PAGES), corpus, tables)
    for name in ("ActionGirl.Film", "PowerWalk", "PowerWalk.Film"):
        (folder / f"{name}.txt").unlink()
    report = await load([folder], corpus, tables, prune=True)
    assert report.removed_names == ["actiongirl/film", "powerwalk", "powerwalk/film"]
    fresh = corpus.with_name("fresh.db")
    await load([folder], fresh, tables)
    assert raw(corpus) == raw(fresh)


async def test_a_trope_or_a_subpage_can_be_removed(folder: Path, corpus: Path, tables: SiteTables) -> None:
    await load(write(folder, *PAGES), corpus, tables)
    assert await remove("actiongirl/film", corpus, tables) == ["ActionGirl/Film"]
    assert await remove("PowerWalk", corpus, tables) == ["PowerWalk", "PowerWalk/Film"]
    fresh = corpus.with_name("fresh.db")
    await load(write(folder / "rest", "ActionGirl", "ActionGirl.VideoGames", "ActionGirl.Anime"), fresh, tables)
    assert raw(corpus) == raw(fresh)
    with pytest.raises(SourceError, match="no page 'PowerWalk' in the corpus"):
        await remove("PowerWalk", corpus, tables)
    with pytest.raises(SourceError, match="no page"):
        await remove("PowerWalk", corpus.with_name("none.db"), tables)
    assert not corpus.with_name("none.db").exists()


# --- titles


async def work_titles(corpus: Path) -> dict[str, str]:
    async with open_corpus(corpus) as reader:
        examples = [example for trope in await reader.tropes() async for example in reader.iter_examples(trope.name)]
        return {str(work.page): work.title for example in examples for work in example.works if work.page}


async def test_learned_titles_reach_tropes_loaded_before(folder: Path, corpus: Path, tables: SiteTables) -> None:
    await load(write(folder, "PowerWalk"), corpus, tables)
    assert await work_titles(corpus) == {"Film/RunLolaRun": "Run Lola Run", "VideoGame/MarbleRun": "Marble Run"}
    loaded = await _loaded_at(corpus)
    await load(write(folder, "ActionGirl.Film"), corpus, tables)
    assert await work_titles(corpus) == {"Film/RunLolaRun": "Lola rennt", "VideoGame/MarbleRun": "Marble Run"}
    assert await _loaded_at(corpus) == loaded
    async with open_corpus(corpus) as reader:
        work = await reader.find_work("Lola rennt")
        assert work is not None
        assert await reader.count(Scope("PowerWalk", work_ref=work.ref)) == 1
        assert (await reader.search("rennt", Scope("PowerWalk"), 1, 5)).total == 1
        assert await reader.find_work("Run Lola Run") == work  # as the pages still call it
        assert await reader.learned_titles() == {"Film/RunLolaRun": "Lola rennt"}


async def _loaded_at(corpus: Path) -> object:
    async with open_corpus(corpus) as reader:
        overview = await reader.overview(Scope("PowerWalk"))
        return overview and overview.loaded_at


async def test_a_title_whose_page_is_gone_is_forgotten(folder: Path, corpus: Path, tables: SiteTables) -> None:
    await load(write(folder, "PowerWalk", "ActionGirl.Film"), corpus, tables)
    await remove("ActionGirl/Film", corpus, tables)
    fresh = corpus.with_name("fresh.db")
    await load(write(folder / "rest", "PowerWalk"), fresh, tables)
    assert raw(corpus) == raw(fresh)


async def test_a_trope_takes_the_title_that_its_subpage_registers(
    folder: Path, corpus: Path, tables: SiteTables
) -> None:
    for files in (write(folder, "ActionGirl"), write(folder, "ActionGirl.VideoGames")):
        await load(files, corpus, tables)
    async with open_corpus(corpus) as reader:
        assert [trope.title for trope in await reader.tropes()] == ["Action Girl!"]


async def test_the_table_of_titles_beats_a_learned_title(folder: Path, corpus: Path, tables: SiteTables) -> None:
    known = replace(tables, titles=tables.titles + b'\n"Film/RunLolaRun" = "Run, Lola!"\n')
    for files in (write(folder, "PowerWalk"), write(folder, "ActionGirl.Film"), write(folder, "ActionGirl")):
        await load(files, corpus, known)
    assert (await work_titles(corpus))["Film/RunLolaRun"] == "Run, Lola!"


DIE = """
import asyncio, os, signal, sys
from pathlib import Path
from bot.corpus import titles
from bot.ingest.loader import load
from bot.ingest.site_tables import read_tables
from tests.ingest import test_subpages
where, file, corpus = sys.argv[1:]
real = getattr(titles, where)
async def die(*rest):
    await real(*rest)
    os.kill(os.getpid(), signal.SIGKILL)
setattr(titles, where, die)
test_subpages.reading.read_page_source = test_subpages.directed_page
asyncio.run(load([Path(file)], Path(corpus), read_tables(Path("data"))))
"""


@pytest.mark.parametrize("where", ["change_votes", "find_mistitled", "clear_stale"])
@pytest.mark.slow
def test_a_killed_load_leaves_the_old_or_the_new_and_the_next_one_ends_it(
    folder: Path, corpus: Path, tables: SiteTables, where: str
) -> None:
    whole = corpus.with_name("whole.db")
    files = write(folder, "PowerWalk", "ActionGirl", "ActionGirl.Film")
    asyncio.run(load(files[:2], corpus, tables))
    old = raw(corpus)
    command = [sys.executable, "-c", DIE, where, str(files[2]), str(corpus)]
    killed = subprocess.run(command, cwd=ROOT, check=False, env={**os.environ, "PYTHONPATH": "."})
    assert killed.returncode == -signal.SIGKILL
    assert (raw(corpus) == old) is (where == "change_votes")
    assert asyncio.run(load(files, corpus, tables)).ok
    asyncio.run(load(files, whole, tables))
    assert raw(corpus) == raw(whole)
