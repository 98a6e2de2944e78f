"""What many tests share: the real page, its tables, and a corpus loaded from them once."""

import asyncio
import gc
import logging
import os
import shutil
import tempfile
from collections.abc import Generator, Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis

from bot.ingest import loader
from bot.ingest.loader import load
from bot.ingest.sources import SiteTables, read_source, read_tables
from bot.model import Page
from bot.settings import ROOT
from bot.state.location import StateLocation
from bot.wiki.page import read_page
from tests.cli_runner import Host
from tests.postgres_server import emptied, programs, running_server
from tests.secret_watch import WATCH

# A busy machine is no failure. Every run draws other examples, and the campaigns far more of them.
hypothesis.register_profile("patient", deadline=None, max_examples=60)
hypothesis.load_profile("patient")

_read_once = cache(read_tables)

WIRE, BROWSER = ROOT / "tests" / "loopback", ROOT / "tests" / "browser"
PAGE_SOURCE = ROOT / "data" / "tropes" / "BigHeroicRun.txt"


MEMORY, ROOM = Path("/dev/shm"), 1_000_000_000  # bytes


def pytest_configure() -> None:
    """Put temporary files into memory, where that has room: a sixth of all time goes by waiting for a disk."""
    if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM:
        tempfile.tempdir = str(MEMORY)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put first what waits for processes and sockets: meanwhile others can use the processors, at the end nobody."""
    items.sort(key=lambda item: not item.path.is_relative_to(WIRE) and not item.path.is_relative_to(BROWSER))


def pytest_collection_finish() -> None:
    """Spares the garbage collector what stays to the end: the modules and thousands of collected tests."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(scope="session", autouse=True)
def watch_secrets() -> Iterator[None]:
    """Watch over secrets in every log and in what every process writes."""
    root = logging.getLogger()
    root.addHandler(WATCH)
    with pytest.MonkeyPatch.context() as patch:
        WATCH.look_at_processes(patch)
        yield
    root.removeHandler(WATCH)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fail a test that let a secret out."""
    report = yield
    for name, said in report.sections:
        if not name.startswith("Captured log"):  # that is looked at as a host would read it
            WATCH.look(name, said)
    if WATCH.found and report.when == "call":
        report.outcome, report.longrepr = "failed", f"A secret was let out: {', '.join(WATCH.found)}."
    if report.when != "setup":
        WATCH.found.clear()
    return report


@pytest.fixture(scope="session")
def tables() -> SiteTables:
    return read_tables(ROOT / "data")


@pytest.fixture
def tables_at_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every bot in this process find the tables read already; for tests that change none."""
    monkeypatch.setattr(loader, "read_tables", _read_once)


@pytest.fixture(scope="session")
def big_heroic_run(tables: SiteTables) -> Page:
    source = read_source(PAGE_SOURCE)
    return read_page(source.name, source.text, tables.lexicon)


@pytest.fixture(scope="session")
def corpus_path(tmp_path_factory: pytest.TempPathFactory, tables: SiteTables) -> Path:
    """A corpus of the real page; not to be written to."""
    path = tmp_path_factory.mktemp("corpus") / "corpus.db"
    asyncio.run(load([PAGE_SOURCE], path, tables))
    return path


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A PostgreSQL server; the address of its database."""
    installed = programs()
    if installed is None:
        pytest.skip("PostgreSQL is not installed (Debian's package: postgresql)")
    with running_server(installed) as address:
        yield address


@pytest.fixture
def host(tmp_path: Path) -> Host:
    """A host with databases of their own."""
    return Host(tmp_path)


@pytest.fixture(params=["sqlite", "postgres"])
def state_location(request: pytest.FixtureRequest, tmp_path: Path) -> StateLocation:
    """Where an empty state is kept: a file, then PostgreSQL."""
    if request.param == "sqlite":
        return tmp_path / "new folder" / "state.db"
    return asyncio.run(emptied(request.getfixturevalue("postgres")))
