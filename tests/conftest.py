"""What many tests share: the real page, its tables, and a corpus loaded from them once."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis

from bot.loading import load
from bot.model import Page
from bot.settings import ROOT
from bot.sources import Tables, read_source, read_tables
from bot.wiki import read_page
from tests.host import Host
from tests.postgres import programs, running_server

# A busy machine is no failure.
hypothesis.register_profile("patient", deadline=None)
hypothesis.load_profile("patient")

PAGE_SOURCE = ROOT / "data" / "tropes" / "BigHeroicRun.txt"


@pytest.fixture(scope="session")
def tables() -> Tables:
    return read_tables(ROOT / "data")


@pytest.fixture(scope="session")
def big_heroic_run(tables: Tables) -> Page:
    source = read_source(PAGE_SOURCE)
    return read_page(source.name, source.text, tables.lexicon)


@pytest.fixture(scope="session")
def corpus_path(tmp_path_factory: pytest.TempPathFactory, tables: Tables) -> Path:
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
