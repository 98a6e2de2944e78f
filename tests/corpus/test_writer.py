"""Writing tropes: indexes and counts stay correct whatever changes."""

import sqlite3
from contextlib import closing
from pathlib import Path
from unittest.mock import AsyncMock

import pytest

from bot.corpus import writer
from bot.corpus.generation import is_servable
from bot.corpus.index_terms import EXAMPLE_ID_BITS, FILTER_PREFIX
from bot.corpus.reader import open_corpus
from bot.corpus.schema import CORPUS
from bot.corpus.writer import open_writer
from bot.errors import NewerSchemaError, OlderSchemaError
from bot.ingest.loader import FINISHING_SHARE, load
from bot.ingest.site_tables import SiteTables
from tests.bench import shapes
from tests.bench.synthetic import REAL

CONTENTS = (
    "SELECT * FROM example ORDER BY id",
    "SELECT * FROM example_work ORDER BY work_ref, example_id",
    "SELECT * FROM example_count ORDER BY trope_id, medium_id, has_spoilers",
    "SELECT * FROM example_block ORDER BY medium_id, has_spoilers, block",
    "SELECT * FROM term ORDER BY term",
    "SELECT term, doc, cnt FROM visible_vocabulary ORDER BY term",
    "SELECT term, doc, cnt FROM hidden_vocabulary ORDER BY term",
    "SELECT ref, trope_count FROM work ORDER BY ref",
    "SELECT name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY name",
)
PER_ROW = "SELECT sum(rowid >> ?) FROM visible_fts WHERE filters MATCH ?"


def contents(corpus: Path) -> list[list[tuple[object, ...]]]:
    with closing(sqlite3.connect(corpus)) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        database.execute("INSERT INTO visible_fts (visible_fts) VALUES ('integrity-check')")
        database.execute("CREATE VIRTUAL TABLE temp.hidden_vocabulary USING fts5vocab (main, hidden_fts, row)")
        return [database.execute(statement).fetchall() for statement in CONTENTS]


def source(number: int, edition: int = 0) -> str:
    rows = [f"* ''Film/Work{number % 5}'': Runner {n} of edition{edition} runs [[spoiler:far]]." for n in range(1, 5)]
    return "----\n[[folder:Film]]\n" + "\n".join(rows[edition:]) + "\n[[/folder]]"


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    folder = tmp_path / "pages"
    folder.mkdir()
    for number in range(12):
        (folder / f"Trope{number}.txt").write_text(source(number))
    return folder


async def test_term_counts_follow_changed_pages(pages: Path, tmp_path: Path, tables: SiteTables) -> None:
    corpus = tmp_path / "corpus.db"
    await load([pages], corpus, tables)
    (pages / "Trope3.txt").write_text(source(3, 1))
    (pages / "Trope4.txt").write_text(source(3, 2))
    (pages / "Trope5.txt").unlink()
    await load([pages], corpus, tables, prune=True)
    with closing(sqlite3.connect(corpus)) as database:
        counted = database.execute("SELECT term, document_count FROM term ORDER BY term").fetchall()
        indexed = "SELECT term, doc FROM visible_vocabulary WHERE term < ? ORDER BY term"
        assert counted == database.execute(indexed, (FILTER_PREFIX,)).fetchall()
    assert dict(counted)["edition1"] == 3


async def test_counts_of_tropes_follow_changed_pages(pages: Path, tmp_path: Path, tables: SiteTables) -> None:
    corpus = tmp_path / "corpus.db"
    await load([pages], corpus, tables)
    (pages / "Trope3.txt").write_text(source(4).replace("\n[[/", "\n* ''Film/Work1'': [[spoiler:Dies.]]\n[[/"))
    (pages / "Trope5.txt").unlink()
    await load([pages], corpus, tables, prune=True)
    with closing(sqlite3.connect(corpus)) as database:
        counted = database.execute("SELECT title, trope_count FROM work ORDER BY title").fetchall()
        sizes = database.execute("SELECT name, example_count FROM trope ORDER BY id").fetchall()
    assert counted == [("Work 0", 2), ("Work 1", 3), ("Work 2", 2), ("Work 3", 1), ("Work 4", 3)]
    assert dict(sizes)["Trope3"] == 5


async def test_a_bulk_load_makes_the_same_corpus(
    pages: Path, tmp_path: Path, tables: SiteTables, monkeypatch: pytest.MonkeyPatch
) -> None:
    few, many = tmp_path / "few.db", tmp_path / "many.db"
    await load([pages], few, tables)
    monkeypatch.setattr(writer, "BULK_MIN_TROPES", 3)
    shown: list[float] = []
    await load([pages], many, tables, on_progress=shown.append)
    assert contents(many) == contents(few)
    assert shown == sorted(shown)
    assert len([done for done in shown if 1 - FINISHING_SHARE < done < 1]) > 3
    assert shown[-1] == 1


async def test_a_killed_bulk_load_is_completed_by_the_next(
    pages: Path, tmp_path: Path, tables: SiteTables, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, killed = tmp_path / "whole.db", tmp_path / "killed.db"
    await load([pages], whole, tables)
    monkeypatch.setattr(writer, "BULK_MIN_TROPES", 3)
    with monkeypatch.context() as patch:
        patch.setattr(writer.CorpusWriter, "finish_bulk_load", AsyncMock(side_effect=KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            await load([pages], killed, tables)
    assert (await load([pages], killed, tables)).unchanged == 12
    assert contents(killed) == contents(whole)


@pytest.mark.parametrize("rebuilt", [0.1, 0.3, 0.5, 0.8])
async def test_an_interrupted_rebuild_is_completed_by_the_next_load(
    pages: Path, tmp_path: Path, tables: SiteTables, monkeypatch: pytest.MonkeyPatch, rebuilt: float
) -> None:
    whole, stopped = tmp_path / "whole.db", tmp_path / "stopped.db"
    await load([pages], whole, tables)
    monkeypatch.setattr(writer, "BULK_MIN_TROPES", 3)

    def stop(done: float) -> None:
        if done >= 1 - FINISHING_SHARE * (1 - rebuilt):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await load([pages], stopped, tables, on_progress=stop)
    assert not await is_servable(stopped)
    assert (await load([pages], stopped, tables)).unchanged == 12
    assert contents(stopped) == contents(whole)


async def test_replaced_pages_leave_nothing_in_the_index(pages: Path, tmp_path: Path, tables: SiteTables) -> None:
    changed, fresh = tmp_path / "changed.db", tmp_path / "fresh.db"
    await load([pages], fresh, tables)
    (pages / "Trope3.txt").write_text(source(3, 1).replace("runs", "runs and runs and running Run Work3"))
    await load([pages], changed, tables)
    (pages / "Trope3.txt").write_text(source(3))
    assert (await load([pages], changed, tables)).tropes == 1
    assert contents(changed) == contents(fresh)


@pytest.mark.slow
async def test_a_corpus_whose_tropes_were_removed_indexes_nothing(tmp_path: Path, tables: SiteTables) -> None:
    corpus, sources = (
        tmp_path / "corpus.db",
        [REAL.read_text(), *[shapes.source(name, 1_500) for name in shapes.RECIPES]],
    )
    for number, text in enumerate(sources):
        (tmp_path / f"Trope{number}.txt").write_text(text)
    assert (await load([tmp_path], corpus, tables)).examples > 100
    async with open_writer(corpus) as opened:
        for page in (await opened.loaded_pages()).values():
            await opened.remove(page.trope_id)
    *_, indexed, hidden, _, _ = contents(corpus)
    with closing(sqlite3.connect(corpus)) as database:
        terms = database.execute("SELECT * FROM term").fetchall()
    assert indexed == hidden == terms == []


async def test_lengths_equal_those_of_the_index(pages: Path, tmp_path: Path, tables: SiteTables) -> None:
    await load([pages], tmp_path / "corpus.db", tables)
    with closing(sqlite3.connect(tmp_path / "corpus.db")) as database:
        [(length,)] = database.execute("SELECT sum(total_words) FROM example_count")
        [(counted,)] = database.execute("SELECT sum(cnt) FROM visible_vocabulary")
        per_row = database.execute(PER_ROW, (EXAMPLE_ID_BITS, f'"{FILTER_PREFIX}" *')).fetchall()
    assert per_row == [(length,)]
    assert length == counted > 12 * 4


@pytest.mark.parametrize(
    ("version", "error", "reason"),
    [
        pytest.param(3, OlderSchemaError, "older version of Big Run. To rebuild it: bigrun load", id="older"),
        pytest.param(99, NewerSchemaError, "made by a newer version of Big Run", id="newer"),
    ],
)
async def test_a_corpus_of_another_version_is_refused_and_unchanged(
    tmp_path: Path, version: int, error: type[Exception], reason: str
) -> None:
    path = tmp_path / "corpus.db"
    with closing(sqlite3.connect(path)) as database:
        database.executescript(f"{CORPUS.schema} PRAGMA user_version = {version};")
    before = path.read_bytes()
    for opened in (open_corpus(path), open_writer(path)):
        with pytest.raises(error, match=reason):
            async with opened:
                pass
    assert path.read_bytes() == before


async def test_pages_of_some_tropes_are_read_alone(tmp_path: Path, tables: SiteTables) -> None:
    folder = tmp_path / "pages"
    for name in ("ActionGirl", "ActionGirl/Film", "ActionGirlfriend", "ActionGirl0", "PowerWalk"):
        file = folder / f"{name}.txt"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(source(1))
    await load([folder], tmp_path / "corpus.db", tables)
    async with open_writer(tmp_path / "corpus.db") as opened:
        every = await opened.loaded_pages()
        assert await opened.loaded_pages(["nothing"]) == {}
        assert (await opened.loaded_pages(["actiongirl"])).keys() == {"actiongirl", "actiongirl/film"}
        assert await opened.loaded_pages(["actiongirl", "É"]) == every
        assert await opened.loaded_pages([name.partition("/")[0] for name in every]) == every
        assert await opened.next_trope_id() == max(page.trope_id for page in every.values()) + 1
