"""Tropes are read when they are asked for."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.corpus.reader import Corpus, open_corpus
from bot.corpus.scope import Scope
from bot.ingest.loader import load
from bot.ingest.site_tables import SiteTables
from bot.model.names import trope_ref
from tests.counting import Steps, counted_connections

FEW, MANY = 5, 200
STEPS_OF_TROPE = 6  # of SQLite, to count one


async def make(folder: Path, tables: SiteTables, count: int) -> Path:
    """Return a corpus of tropes, each with one to five examples."""
    pages = folder / "pages"
    pages.mkdir()
    for number in range(count):
        name = f"{'ABC'[number % 3]}Run{number}"
        (pages / f"{name}.txt").write_text("----\n" + "* ''Film/A'': x\n" * (1 + number % FEW))
    await load([pages], folder / "corpus.db", tables)
    return folder / "corpus.db"


@pytest.fixture
async def few(tmp_path: Path, tables: SiteTables) -> AsyncIterator[Corpus]:
    async with open_corpus(await make(tmp_path, tables, FEW)) as corpus:
        yield corpus


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param(trope_ref("BRun1"), id="ref"),
        pytest.param("BRun1", id="name"),
        pytest.param("brun1", id="small letters"),
        pytest.param("B Run 1", id="title"),
        pytest.param("b-run 1!", id="title with other marks"),
        pytest.param("https://tvtropes.org/pmwiki/pmwiki.php/Main/BRun1", id="address"),
    ],
)
async def test_a_trope_is_found_by_any_of_its_names(few: Corpus, typed: str) -> None:
    found = await few.find_trope(typed)
    assert found
    assert found.name == "BRun1"


async def test_unknown_tropes_are_not_found(few: Corpus) -> None:
    assert await few.find_trope("CRun1") is None
    assert await few.find_trope("") is None
    assert await few.trope_by_ref("") is None
    known = trope_ref("BRun1")
    assert list(await few.tropes_by_ref({known, trope_ref("CRun1")})) == [known]


async def test_tropes_are_ordered_by_title_with_their_sizes(few: Corpus) -> None:
    order, titles = await few._trope_order(), [trope.title for trope in await few.tropes()]
    assert titles == sorted(titles)
    ids = [await few._trope_id(trope.name) or 0 for trope in await few.tropes()]
    assert [order.place(each) for each in ids] == list(range(FEW))
    assert [order.size(each) for each in ids] == [await few.count(Scope(trope.name)) for trope in await few.tropes()]
    assert order.size(None) == few.example_count
    assert len(set(order.pick(None, 1_000))) == few.example_count


async def test_a_start_only_counts_tropes(tmp_path: Path, tables: SiteTables) -> None:
    visited = {}
    for count in (FEW, MANY):
        (folder := tmp_path / str(count)).mkdir()
        path, steps = await make(folder, tables, count), Steps()
        with counted_connections(steps):
            async with open_corpus(path) as corpus:
                assert corpus.trope_count == count
        visited[count] = steps.rows
    assert visited[MANY] - visited[FEW] <= STEPS_OF_TROPE * (MANY - FEW)
