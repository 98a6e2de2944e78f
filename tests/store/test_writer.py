"""Writing tropes: what is derived from all of them stays right however they change."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.loading import load
from bot.sources import Tables
from bot.store import writer
from bot.store.rows import SCOPE_SIGN

SHOWN = (
    "SELECT id, key, folder, medium_id, hides, mark, works, more, parts FROM example ORDER BY id",
    "SELECT * FROM example_work ORDER BY token, example_id",
    "SELECT * FROM shelf ORDER BY trope_id, medium_id, hides",
    "SELECT * FROM word ORDER BY term",
    "SELECT * FROM indexed ORDER BY example_id",
    "SELECT term, doc, cnt FROM clear_words ORDER BY term",
    "SELECT name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY name",
)


def contents(corpus: Path) -> list[list[tuple[object, ...]]]:
    with closing(sqlite3.connect(corpus)) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        database.execute("INSERT INTO clear (clear) VALUES ('integrity-check')")
        return [database.execute(statement).fetchall() for statement in SHOWN]


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


async def test_words_counted_by_the_page_are_those_counted_at_once(pages: Path, tmp_path: Path, tables: Tables) -> None:
    corpus = tmp_path / "corpus.db"
    await load([pages], corpus, tables)
    (pages / "Trope3.txt").write_text(source(3, 1))
    (pages / "Trope4.txt").write_text(source(3, 2))
    (pages / "Trope5.txt").unlink()
    await load([pages], corpus, tables, prune=True)
    with closing(sqlite3.connect(corpus)) as database:
        counted = database.execute("SELECT term, examples FROM word ORDER BY term").fetchall()
        held = database.execute(
            "SELECT term, doc FROM clear_words WHERE term < ? ORDER BY term", (SCOPE_SIGN,)
        ).fetchall()
    assert counted == held
    assert dict(counted)["edition1"] == 3


async def test_many_pages_make_the_same_corpus_as_one_after_another(
    pages: Path, tmp_path: Path, tables: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    few, many = tmp_path / "few.db", tmp_path / "many.db"
    await load([pages], few, tables)
    monkeypatch.setattr(writer, "FEW", 3)
    await load([pages], many, tables)
    assert contents(many) == contents(few)


async def test_what_a_load_that_was_killed_left_undone_is_done_by_the_next(
    pages: Path, tmp_path: Path, tables: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, killed = tmp_path / "whole.db", tmp_path / "killed.db"
    await load([pages], whole, tables)
    monkeypatch.setattr(writer, "FEW", 3)

    async def die(_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(writer.CorpusWriter, "finish", die)
        with pytest.raises(KeyboardInterrupt):
            await load([pages], killed, tables)
    assert (await load([pages], killed, tables)).unchanged == 12
    assert contents(killed) == contents(whole)
