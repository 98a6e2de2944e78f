"""Fixtures that many tests share: the real page, its tables, and one corpus loaded from them."""

import asyncio
import gc
import logging
import os
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator, Generator, Iterator
from functools import cache
from pathlib import Path

import pytest
import pytest_asyncio
from hypothesis import settings as hypothesis

from bot.corpus.reader import Corpus, open_corpus
from bot.ingest import loader
from bot.ingest.loader import load
from bot.ingest.site_tables import SiteTables, read_tables
from bot.ingest.sources import SourceFile
from bot.language import LOCALES_FOLDER, load_languages
from bot.model import Page
from bot.settings import ROOT
from bot.state.location import StateLocation
from bot.wiki.page import read_page
from tests.cli_runner import Cli
from tests.full_disk import Disk, small_disk
from tests.postgres_server import emptied, programs, running_server
from tests.secret_watch import WATCH

# No deadline: a busy machine is not a failure. `make test` is quick, `make nightly` thorough.
hypothesis.register_profile("quick", deadline=None, max_examples=10)
hypothesis.register_profile("usual", deadline=None, max_examples=60)
hypothesis.register_profile("thorough", deadline=None, max_examples=600)
hypothesis.load_profile("usual")

IN_MODULE_LOOP = pytest.mark.asyncio(loop_scope="module")
_read_once = cache(read_tables)
# Once for the process, as a bot does.
load_languages(ROOT / "data" / LOCALES_FOLDER)

LOOPBACK, BROWSER = ROOT / "tests" / "loopback", ROOT / "tests" / "browser"
PAGE_SOURCE = ROOT / "data" / "tropes" / "BigHeroicRun.txt"
SHARED_MEMORY, MIN_FREE_BYTES = Path("/dev/shm"), 1_000_000_000


def pytest_configure() -> None:
    """Let Ctrl-C reach the processes of tests, and put temporary files into shared memory if there is room."""
    # Jobs in the background inherit an ignored SIGINT, and would pass it on.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    usable = SHARED_MEMORY.is_dir() and os.access(SHARED_MEMORY, os.W_OK)
    if usable and shutil.disk_usage(SHARED_MEMORY).free > MIN_FREE_BYTES:
        tempfile.tempdir = str(SHARED_MEMORY)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the tests that wait for processes and sockets first, so that they overlap with the others."""
    items.sort(key=lambda item: not item.path.is_relative_to(LOOPBACK) and not item.path.is_relative_to(BROWSER))


def pytest_collection_finish() -> None:
    """Exempt modules and collected tests from garbage collection: they stay until the end."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(scope="session", autouse=True)
def watch_secrets() -> Iterator[None]:
    """Look for secrets in every log and in the output of every process."""
    root = logging.getLogger()
    root.addHandler(WATCH)
    with pytest.MonkeyPatch.context() as patch:
        WATCH.watch_processes(patch)
        yield
    root.removeHandler(WATCH)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fail a test that leaked a secret."""
    report = yield
    for name, text in report.sections:
        if not name.startswith("Captured log"):  # SecretWatch.emit checks the log as an operator reads it
            WATCH.check(name, text)
    if WATCH.leaks and report.when == "call":
        report.outcome, report.longrepr = "failed", f"A secret leaked: {', '.join(WATCH.leaks)}."
    if report.when != "setup":
        WATCH.leaks.clear()
    return report


@pytest.fixture(scope="session")
def tables() -> SiteTables:
    return read_tables(ROOT / "data")


@pytest.fixture
def tables_at_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cache the tables for every bot in this process, for tests that do not change them."""
    monkeypatch.setattr(loader, "read_tables", _read_once)


@pytest.fixture(scope="session")
def big_heroic_run(tables: SiteTables) -> Page:
    source = SourceFile(PAGE_SOURCE).read()
    return read_page(source.page, source.text, tables.lexicon)


@pytest.fixture(scope="session")
def corpus_path(tmp_path_factory: pytest.TempPathFactory, tables: SiteTables) -> Path:
    """Return a corpus of the real page. Do not write to it."""
    path = tmp_path_factory.mktemp("corpus") / "corpus.db"
    asyncio.run(load([PAGE_SOURCE], path, tables))
    return path


@pytest.fixture
async def corpus(corpus_path: Path) -> AsyncIterator[Corpus]:
    async with open_corpus(corpus_path) as corpus:
        yield corpus


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared_corpus(corpus_path: Path) -> AsyncIterator[Corpus]:
    """Open the corpus once for a module, whose tests are marked `IN_MODULE_LOOP` and set `corpus = shared_corpus`."""
    async with open_corpus(corpus_path) as corpus:
        yield corpus


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Start a PostgreSQL server and return the address of its database."""
    installed = programs()
    if installed is None:
        pytest.skip("PostgreSQL is not installed (Debian's package: postgresql)")
    with running_server(installed) as address:
        yield address


@pytest.fixture
def cli(tmp_path: Path) -> Cli:
    return Cli(tmp_path)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.slow)])
def state_location(request: pytest.FixtureRequest, tmp_path: Path) -> StateLocation:
    """Return where an empty state is: a file, then PostgreSQL."""
    if request.param == "sqlite":
        return tmp_path / "new folder" / "state.db"
    return asyncio.run(emptied(request.getfixturevalue("postgres")))


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    with small_disk(tmp_path) as disk:
        yield disk
