"""A full or read-only disk: reading continues, writes fail completely, and free space is enough to recover."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.conversation.shuffle import Shuffler
from bot.corpus.generation import ADVANCE_GENERATION
from bot.corpus.reader import Corpus, open_corpus, open_corpus_snapshot
from bot.corpus.scope import Scope
from bot.database.snapshots import set_journal_mode
from bot.errors import DatabaseError, WriteFailedError
from bot.ingest.loader import load
from bot.ingest.site_tables import SiteTables
from bot.state.backup import back_up
from bot.state.base import State
from bot.state.sqlite_backend import open_sqlite_state
from tests.full_disk import Disk
from tests.state.fault_injection import contents

PUT = "INSERT INTO synced_commands (command_scope, payload_hash) VALUES (?, ?)"
BIG = "payload" * 3000
SOURCE = "About.\n----\n[[folder:Film]]\n" + "".join(f"* ''Film/Run{n}'': one {'word ' * 200}\n" for n in range(20))


async def _write_until_full(state: State) -> list[str]:
    """Write until that fails and return the acknowledged scopes."""
    written: list[str] = []

    async def write() -> None:
        while True:
            names = [f"{len(written)} {half}" for half in "ab"]
            await state.execute_transaction(*((PUT, (name, BIG)) for name in names))
            written.extend(names)

    with pytest.raises(WriteFailedError, match="make room on its disk; no restart is needed"):
        await write()
    assert len(written) < 1000
    assert await _scopes(state) == written
    return written


async def _scopes(state: State) -> list[str]:
    return [scope for (scope,) in await state.fetch_all("SELECT command_scope FROM synced_commands ORDER BY rowid")]


async def test_a_state_recovers_from_a_full_disk_without_losses(disk: Disk, corpus: Corpus) -> None:
    path = disk.path / "state.db"
    async with open_sqlite_state(path) as state:
        shuffler = Shuffler(corpus, state)
        first = await shuffler.draw(1, Scope())
        disk.fill()
        written = await _write_until_full(state)
        unsaved = await shuffler.draw(1, Scope())
        disk.free()
        await state.save_synced_commands_hash("later", BIG)
        second = await shuffler.draw(1, Scope())
        assert [drawn and drawn.position for drawn in (first, unsaved, second)] == [1, 0, 2]
    async with open_sqlite_state(path) as state:
        assert await _scopes(state) == [*written, "later"]


async def test_a_state_recovers_from_its_size_limit_without_losses(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    async with open_sqlite_state(path) as state:
        await state._connection.execute_fetchall("PRAGMA max_page_count = 60")
        written = await _write_until_full(state)
        assert written
        await state._connection.execute_fetchall("PRAGMA max_page_count = 600")
        await state.save_synced_commands_hash("later", BIG)
    async with open_sqlite_state(path) as state:
        assert await _scopes(state) == [*written, "later"]


async def test_a_load_onto_a_full_disk_changes_nothing(disk: Disk, tmp_path: Path, tables: SiteTables) -> None:
    corpus, source = disk.path / "corpus.db", tmp_path / "SomeTrope.txt"
    source.write_text(SOURCE)
    await load([source], corpus, tables)
    async with open_corpus(corpus) as reader:
        disk.fill()
        source.write_text(SOURCE.replace("one", "two") * 3)
        with pytest.raises(WriteFailedError, match="make room"):
            await load([source], corpus, tables)
        assert await _counts(corpus, "one") == (20, 20)
        disk.free()
        await load([source], corpus, tables)
        await reader.reload()
        assert await reader.count(Scope()) == 60
    assert await _counts(corpus, "two") == (60, 60)
    with closing(sqlite3.connect(corpus)) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


@pytest.mark.parametrize("kind", ["bulk load", "table", "large trope"])
@pytest.mark.slow
async def test_a_load_onto_a_full_disk_serves_the_old_corpus_until_the_next(
    disk: Disk, tmp_path: Path, tables: SiteTables, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    corpus, pages = disk.path / "corpus.db", tmp_path / "pages"
    tropes = 1 if kind == "large trope" else 12
    monkeypatch.setattr("bot.corpus.writer.BULK_MIN_TROPES", 5 if kind == "bulk load" else 100)
    monkeypatch.setattr("bot.corpus.rows.EXAMPLES_PER_SLICE", 25)
    monkeypatch.setattr("bot.ingest.loader.EXAMPLES_PER_BATCH", 60)
    await load([_write(pages, tropes, "one", 2, as_table=kind != "bulk load")], corpus, tables)
    async with open_corpus_snapshot(corpus) as (served, _):
        disk.fill()
        _write(pages, tropes, "two", 240 // tropes, as_table=kind != "bulk load")
        with pytest.raises(WriteFailedError, match="make room"):
            await load([pages], corpus, tables)
        assert (await served.search("one", Scope(), 1, 5)).total == 2 * tropes
        assert await served.count(Scope()) == 2 * tropes
    disk.free()
    report = await load([pages], corpus, tables)
    assert report.tropes + report.unchanged == tropes
    assert await _counts(corpus, "two") == (240, 240)
    assert await set_journal_mode(corpus, "DELETE")
    assert set(contents(disk.path)) == {"corpus.db", "corpus.db.lock"}
    with closing(sqlite3.connect(corpus)) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def _write(folder: Path, tropes: int, word: str, examples: int, *, as_table: bool) -> Path:
    """Write pages, or a table, with some examples of each trope."""
    folder.mkdir(exist_ok=True)
    rows = {f"Trope{trope}": [f"{word} {'word ' * 20} {row}" for row in range(examples)] for trope in range(tropes)}
    if as_table:
        cells = [f"{trope},X,{text}\n" for trope, texts in rows.items() for text in texts]
        (folder / "table.csv").write_text("trope,work,text\n" + "".join(cells))
    else:
        for trope, texts in rows.items():
            (folder / f"{trope}.txt").write_text("----\n" + "".join(f"* ''Film/Run'': {text}\n" for text in texts))
    return folder


async def _counts(corpus: Path, word: str) -> tuple[int, int]:
    """Return how many examples there are, and how many contain a word."""
    async with open_corpus(corpus) as reader:
        return await reader.count(Scope()), (await reader.search(word, Scope(), 1, 5)).total


async def test_a_backup_onto_a_full_disk_leaves_no_file(disk: Disk, tmp_path: Path) -> None:
    async with open_sqlite_state(tmp_path / "state.db") as state:
        await state.save_synced_commands_hash("1 global", BIG)
        disk.fill()
        with pytest.raises(DatabaseError, match="make room"):
            back_up(tmp_path / "state.db", disk.path / "copy.db")
    assert set(contents(disk.path)) == {"filler"}


async def test_a_read_only_disk_serves_the_corpus_but_no_state(disk: Disk, corpus_path: Path) -> None:
    corpus, state = disk.path / "corpus.db", disk.path / "state.db"
    shutil.copyfile(corpus_path, corpus)
    async with open_sqlite_state(state):
        pass
    disk.protect()
    async with open_corpus(corpus) as reader:
        assert (await reader.search("bridge", Scope(), 1, 5)).total
    with pytest.raises(DatabaseError, match="Make its folder writable for this user"):
        async with open_sqlite_state(state):
            pass


@pytest.mark.parametrize("left", [["corpus.db"], ["corpus.db", "corpus.db-wal"]])
async def test_a_corpus_of_a_killed_bot_on_a_read_only_disk_says_what_to_do(
    disk: Disk, tmp_path: Path, corpus_path: Path, left: list[str]
) -> None:
    shutil.copyfile(corpus_path, tmp_path / "corpus.db")
    with closing(sqlite3.connect(tmp_path / "corpus.db")) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute(ADVANCE_GENERATION)
        database.commit()
        for name in left:
            shutil.copyfile(tmp_path / name, disk.path / name)
    disk.protect()
    for opened in (open_corpus(disk.path / "corpus.db"), open_corpus_snapshot(disk.path / "corpus.db")):
        with pytest.raises(DatabaseError, match="only needs that until the bot was started and stopped once"):
            async with opened:
                pass


async def test_a_corpus_of_a_stopped_bot_is_served_from_a_read_only_disk(disk: Disk, corpus_path: Path) -> None:
    corpus = disk.path / "corpus.db"
    shutil.copyfile(corpus_path, corpus)
    assert await set_journal_mode(corpus, "WAL")
    assert await set_journal_mode(corpus, "DELETE")  # as when the bot stops
    disk.protect()
    async with open_corpus_snapshot(corpus) as (reader, _):
        assert (await reader.search("bridge", Scope(), 1, 5)).total
