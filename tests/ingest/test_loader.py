"""Loading sources: only changes, one trope at a time, and nothing deleted without a request."""

import asyncio
import errno
import multiprocessing
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from unittest.mock import Mock

import pytest

from bot.corpus.quarantine import quarantine
from bot.corpus.reader import open_corpus
from bot.corpus.schema import CORPUS
from bot.corpus.scope import Scope
from bot.database.file_identity import file_identity
from bot.errors import DatabaseError, NewerSchemaError, SourceError, StoppedError
from bot.ingest import parse
from bot.ingest.loader import load, load_or_rebuild
from bot.ingest.record_pages import LINES_PER_REPORT
from bot.ingest.site_tables import SiteTables
from bot.ingest.sources import find_sources
from bot.settings import ROOT, Settings
from bot.state.location import open_state
from bot.wiki.page import read_page
from tests.ingest.conftest import SOURCE
from tests.state.fault_injection import contents, create_other_database, overwrite, set_version


async def test_only_changed_sources_are_loaded(pages: Path, path: Path, tables: SiteTables) -> None:
    first = await load([pages], path, tables)
    assert (first.tropes, first.examples) == (2, 62)
    (pages / "PowerWalk.txt").write_text(SOURCE.replace("barks", "sleeps") + "* more")
    second = await load([pages], path, tables)
    assert (second.tropes, second.examples, second.unchanged) == (1, 3, 1)
    third = await load([pages], path, tables)
    assert third.summary() == "Loaded 0 tropes (0 examples), 2 unchanged, 0 rejected."
    async with open_corpus(path) as corpus:
        assert [(await corpus.search(word, Scope("PowerWalk"), 1, 5)).total for word in ("barks", "sleeps")] == [0, 1]
        assert await corpus.count(Scope("PowerWalk")) == 3


@pytest.mark.parametrize("damage", [b"", b"no example here", b"\xff\xfe"])
async def test_a_damaged_source_keeps_its_examples(pages: Path, path: Path, tables: SiteTables, damage: bytes) -> None:
    await load([pages], path, tables)
    (pages / "BigHeroicRun.txt").write_bytes(damage)
    (pages / "PowerWalk.txt").write_text(SOURCE + "* more")
    warnings: list[str] = []
    report = await load([pages], path, tables, warn=warnings.append)
    assert (report.rejected, report.tropes, report.examples) == (1, 1, 3)
    [warning] = warnings
    assert "BigHeroicRun.txt" in warning
    async with open_corpus(path) as corpus:
        assert await corpus.count(Scope("BigHeroicRun")) == 60


async def test_only_pruning_deletes_tropes(pages: Path, path: Path, tables: SiteTables, tmp_path: Path) -> None:
    (empty := tmp_path / "empty").mkdir()
    await load([pages], path, tables)
    (pages / "PowerWalk.txt").rename(pages / "StrongWalk.txt")
    assert (await load([pages], path, tables)).removed_names == []
    assert (await load([pages], path, tables, prune=True)).removed_names == ["powerwalk"]
    with pytest.raises(SourceError, match="nothing was removed"):
        await load([empty], path, tables, prune=True)
    async with open_corpus(path) as corpus:
        assert [trope.name for trope in await corpus.tropes()] == ["BigHeroicRun", "StrongWalk"]
        assert (await corpus.search("barks", Scope(), 1, 5)).total == 1


def test_example_keys_survive_edits_around_them() -> None:
    def keys(source: str) -> dict[str, str]:
        return {example.parts[0].text: example.key for example in read_page("Page", source).examples}

    bullets = [f"* Example number {name} is about a run." for name in ("one", "two", "three", "four")]
    before = keys("----\n" + "\n".join(bullets))
    assert len(set(before.values())) == 4
    moved = keys("----\n" + "\n".join(["* A new one.", bullets[3], bullets[0].replace("run", "runn"), bullets[1]]))
    for text in (bullets[3], bullets[1]):
        assert moved[text[2:]] == before[text[2:]]
    numbers = [example.number for example in read_page("Page", "----\n" + "\n".join(reversed(bullets))).examples]
    assert numbers == [1, 2, 3, 4]


@pytest.fixture
def settings(pages: Path, path: Path) -> Settings:
    return Settings(corpus_path=path, state_location=path.with_name("state.db"), page_folders=(pages,))


@pytest.mark.parametrize(
    ("fault", "suffix", "reason"),
    [
        pytest.param(partial(os.truncate, length=3 * 4096 + 17), "damaged", "is damaged", id="truncated"),
        pytest.param(partial(overwrite, start=0, length=100), "damaged", "is damaged", id="header overwritten"),
        pytest.param(partial(overwrite, start=9 * 4096, length=4096), "damaged", "is damaged", id="page overwritten"),
        pytest.param(partial(set_version, version=99), "newer", "was made by a newer version of Big Run", id="newer"),
        pytest.param(partial(set_version, version=1), "older", "was made by an older version of Big Run", id="older"),
    ],
)
@pytest.mark.slow
async def test_an_unusable_corpus_is_moved_away_and_rebuilt(
    settings: Settings, fault: Callable[[Path], None], suffix: str, reason: str
) -> None:
    path, other = settings.corpus_path, settings.corpus_path.with_name("Other.txt")
    other.write_text(SOURCE)
    await load_or_rebuild(list(find_sources(settings.sources)), settings)
    for number in (1, 2):
        fault(path)
        before = path.read_bytes()
        warnings: list[str] = []
        report = await load_or_rebuild(
            list(find_sources([other, settings.own_pages / "PowerWalk.txt"])), settings, warn=warnings.append
        )
        assert (report.tropes, report.examples, report.rejected) == (3, 64, 0)
        moved = path.with_name(f"corpus.db.{suffix}-{number}")
        expected = f"The corpus {path} {reason}. It was moved to {moved.name} and is rebuilt from the page sources."
        assert warnings == [expected]
        assert moved.read_bytes() == before
    async with open_corpus(path) as corpus:
        assert await corpus.count(Scope()) == 64


async def test_a_corpus_is_not_moved_away_without_sources(settings: Settings, tmp_path: Path) -> None:
    (empty := tmp_path / "empty").mkdir()
    await load_or_rebuild(list(find_sources(settings.sources)), settings)
    set_version(settings.corpus_path, 99)
    before = contents(tmp_path)
    with pytest.raises(NewerSchemaError):
        await load_or_rebuild([], replace(settings, page_folders=(empty,)))
    assert contents(tmp_path) == before


def test_the_journals_of_a_corpus_move_with_it(tmp_path: Path) -> None:
    names = ["corpus.db", "corpus.db-journal", "corpus.db-wal", "corpus.db-shm"]
    for name in names:
        (tmp_path / name).write_text(name)
    moved = quarantine(tmp_path / "corpus.db", file_identity(tmp_path / "corpus.db"), "damaged")
    assert moved == tmp_path / "corpus.db.damaged-1"
    assert contents(tmp_path) == {name.replace(".db", ".db.damaged-1"): name.encode() for name in names}


async def test_other_files_and_a_busy_corpus_are_not_changed(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def assert_refused(path: Path, reason: str) -> None:
        before = contents(tmp_path)
        with pytest.raises(DatabaseError, match=reason):
            await load_or_rebuild(list(find_sources(settings.sources)), replace(settings, corpus_path=path))
        assert contents(tmp_path) == before | {f"{path.name}.lock": b""}

    await assert_refused(settings.own_pages, "cannot be used")
    music = tmp_path / "music.db"
    create_other_database(music)
    await assert_refused(music, "is not a Big Run corpus")
    state = tmp_path / "state.db"
    async with open_state(state):
        pass
    overwrite(state, 0, 100)
    await assert_refused(state, "looks like a Big Run state")
    await load_or_rebuild(list(find_sources(settings.sources)), settings)
    monkeypatch.setattr("bot.corpus.writer.CORPUS", replace(CORPUS, busy_timeout_seconds=0.01))
    with closing(sqlite3.connect(settings.corpus_path, isolation_level=None)) as database:
        database.execute("BEGIN EXCLUSIVE")
        await assert_refused(settings.corpus_path, "another program has locked it")


async def test_a_corpus_rebuilt_by_another_process_is_not_moved(settings: Settings) -> None:
    await load_or_rebuild(list(find_sources(settings.sources)), settings)
    damaged = file_identity(settings.corpus_path)
    overwrite(settings.corpus_path, 0, 100)
    await load_or_rebuild(list(find_sources(settings.sources)), settings)
    fresh = settings.corpus_path.read_bytes()
    assert quarantine(settings.corpus_path, damaged, "damaged") is None
    assert settings.corpus_path.read_bytes() == fresh


async def test_a_corpus_that_windows_will_not_move_stays(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    await load_or_rebuild(list(find_sources(settings.sources)), settings)
    overwrite(settings.corpus_path, 0, 100)
    before = contents(settings.corpus_path.parent)
    in_use = PermissionError(errno.EACCES, "The process cannot access the file because another process uses it")
    monkeypatch.setattr(Path, "rename", Mock(side_effect=in_use))
    with pytest.raises(DatabaseError, match=r"corpus\.db cannot be opened: The process cannot access the file"):
        await load_or_rebuild(list(find_sources(settings.sources)), settings)
    assert contents(settings.corpus_path.parent) == before


@pytest.fixture(scope="module")
def many_sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with enough sources for parallel processes, one of them damaged."""
    folder = tmp_path_factory.mktemp("many")
    for number in range(parse.PARALLEL_MIN_SOURCES + 1):
        (folder / f"Trope{number}.txt").write_text(SOURCE.replace("runs", f"runs {number} times"))
    (folder / "Damaged.txt").write_text("no example here")
    return folder


@pytest.mark.slow
async def test_parallel_parsing_gives_the_same_corpus(
    many_sources: Path, tmp_path: Path, tables: SiteTables, monkeypatch: pytest.MonkeyPatch
) -> None:
    parallel, sequential = tmp_path / "parallel.db", tmp_path / "sequential.db"
    warnings: list[str] = []
    report = await load([many_sources], parallel, tables, warn=warnings.append)
    tropes = parse.PARALLEL_MIN_SOURCES + 1
    assert (report.tropes, report.examples, report.rejected) == (tropes, 2 * tropes, 1)
    assert [warning for warning in warnings if "Damaged.txt" in warning] == warnings
    assert (await load([many_sources], parallel, tables)).unchanged == tropes
    monkeypatch.setattr(parse, "PARALLEL_MIN_SOURCES", tropes + 1)
    await load([many_sources], sequential, tables)
    async with open_corpus(parallel) as corpus, open_corpus(sequential) as other:
        assert [*await corpus.tropes()] == [*await other.tropes()]
        for trope in await corpus.tropes():
            others = [entry async for entry in other.iter_examples(trope.name)]
            assert [entry async for entry in corpus.iter_examples(trope.name)] == others


@pytest.mark.slow
@pytest.mark.parametrize(
    ("number", "send"),
    [
        pytest.param(signal.SIGINT, os.killpg, id="Ctrl-C at a terminal"),
        pytest.param(signal.SIGTERM, os.killpg, id="all terminated"),
        pytest.param(signal.SIGTERM, os.kill, id="terminated"),
        pytest.param(signal.SIGKILL, os.kill, id="killed"),
    ],
)
def test_an_interrupted_load_leaves_no_process_and_can_continue(
    many_sources: Path,
    path: Path,
    tables: SiteTables,
    number: signal.Signals,
    send: Callable[[int, int], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    environment = {**os.environ, "BIGRUN_CORPUS": str(path)}
    command = [sys.executable, "-m", "bot", "load", str(many_sources)]
    # A process group, as at a terminal: Ctrl-C reaches every process. All inherit the pipe, so it closes with the last.
    with subprocess.Popen(
        command, env=environment, cwd=ROOT, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as loading:
        assert loading.stderr
        # The damaged source is parsed early, in a worker process.
        assert "Damaged.txt" in loading.stderr.readline()
        send(loading.pid, number)
        stderr = loading.stderr.read()
        # After a kill, Python's resource tracker reports leaked semaphores.
        assert number is signal.SIGKILL or stderr == f"{StoppedError(number)}\n"
    assert loading.returncode == (-number if number is signal.SIGKILL else 128 + number)
    tropes = parse.PARALLEL_MIN_SOURCES + 1
    monkeypatch.setattr(parse, "PARALLEL_MIN_SOURCES", 2 * tropes)
    second, third = (asyncio.run(load([many_sources], path, tables)) for _ in range(2))
    assert (second.tropes + second.unchanged, second.rejected) == (tropes, 1)
    assert (third.tropes, third.unchanged, third.rejected) == (0, tropes, 1)


async def test_no_more_processes_read_than_windows_can_wait_for(
    many_sources: Path, path: Path, tables: SiteTables, monkeypatch: pytest.MonkeyPatch
) -> None:
    start_pool = Mock(side_effect=NotImplementedError)
    monkeypatch.setattr(parse, "ProcessPoolExecutor", start_pool)
    monkeypatch.setattr(os, "cpu_count", lambda: 128)
    with pytest.raises(NotImplementedError):
        await load([many_sources], path, tables)
    assert start_pool.call_args.args[0] == 61


async def test_a_stopped_load_does_not_wait_for_the_scan_of_a_table(tmp_path: Path, tables: SiteTables) -> None:
    table, done = tmp_path / "table.csv", []
    table.write_text("trope,work,text\n" + "SomeTrope,Film/Alien,They run.\n" * 5 * LINES_PER_REPORT)

    async def load_table() -> None:
        task = asyncio.current_task()
        assert task

        def cancel(fraction: float) -> None:  # as the handler of a signal does
            done.append(fraction)
            if fraction:
                task.cancel()

        await load([table], tmp_path / "corpus.db", tables, on_progress=cancel)

    with pytest.raises(asyncio.CancelledError):
        await asyncio.create_task(load_table())
    assert len(done) == 2
    assert not (tmp_path / "corpus.db").exists()


@pytest.mark.slow
async def test_a_killed_reader_ends_the_load_in_one_sentence(
    many_sources: Path, path: Path, tables: SiteTables
) -> None:
    def kill_reader(_: float) -> None:
        for process in multiprocessing.active_children():
            process.kill()

    with pytest.raises(SourceError, match="A process that reads pages was killed"):
        await load([many_sources], path, tables, on_progress=kill_reader)
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


async def test_more_tropes_than_ids_end_the_load(
    tmp_path: Path, tables: SiteTables, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.ingest.jobs.MAX_TROPES", 2)
    for name in ("OneTrope", "TwoTropes", "ThreeTropes"):
        (tmp_path / f"{name}.txt").write_text("* ''Film/Alien'': They run.")
    with pytest.raises(SourceError, match="Over 2 tropes"):
        await load([tmp_path], tmp_path / "corpus.db", tables)


async def test_two_loads_at_once_wait_for_each_other(tmp_path: Path, path: Path, tables: SiteTables) -> None:
    warnings: list[str] = []
    folders = [tmp_path / f"folder{number}" for number in range(3)]
    for folder in folders:
        folder.mkdir()
        (folder / f"Trope{folder.name}.txt").write_text(SOURCE)
    await asyncio.gather(*(load([folder], path, tables, warn=warnings.append) for folder in folders))
    async with open_corpus(path) as corpus:
        assert corpus.trope_count == 3
    assert warnings == ["Another load is running. Waiting for its end."] * 2
