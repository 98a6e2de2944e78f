"""Twice as many names take at most twice as many steps: rows read, names compared, keys indexed."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.corpus import media, name_search, suggestions
from bot.corpus.pages import StoredPage
from bot.corpus.reader import Corpus
from bot.corpus.rows import TropeRows, title_keys, trope_rows
from bot.corpus.schema import CORPUS
from bot.corpus.scope import Scope
from bot.corpus.similarity import most_similar, rank_by_similarity
from bot.corpus.writer import open_writer
from bot.database.connections import open_read_pool
from bot.ingest.layouts import LAYOUTS
from bot.ingest.site_tables import SiteTables
from bot.wiki.page import read_page

Make = Callable[[int], str]
SMALL, FIXED_STEPS = 150, 40
NAMES = ("Ash", "Oak", "Elm")


def alike(number: int) -> str:
    return f"The Run of {NAMES[number % 3]} {number}"


SHAPES: dict[str, Make] = {
    "works": lambda count: "".join(f"* ''{alike(number)}'': x\n" for number in range(count)),
    "folders": lambda count: "".join(f"[[folder:{alike(number)}]]\n* x\n[[/folder]]\n" for number in range(count)),
    "one long title": lambda count: f"* ''{' '.join(map(alike, range(count)))}'': x\n",
    "sub-bullets": lambda count: "* x\n" + "".join(f"** ''{alike(number)}'': x\n" for number in range(count)),
}
QUESTIONS: dict[str, Callable[[Corpus], Awaitable[object]]] = {
    "a work": lambda corpus: corpus.suggest_works("the run", None, 25),
    "a work by another word": lambda corpus: corpus.suggest_works("ash", None, 25),
    "a work with a typo": lambda corpus: corpus.suggest_works("teh run of ash", None, 25),
    "a work of the trope": lambda corpus: corpus.suggest_works("teh run of ash", "Page", 25),
    "a trope with a typo": lambda corpus: corpus.suggest_tropes("pgae", 25),
    "a medium": lambda corpus: corpus.media.suggest("the run", 25),
    "a medium with a typo": lambda corpus: corpus.media.suggest("teh run of ash 1", 25),
    "an unknown medium": lambda corpus: corpus.media.closest("teh run of ash 1", 3),
    "counts": lambda corpus: corpus.count_by_medium(Scope(excluded_media=frozenset({"film"}))),
    "a search without hits": lambda corpus: corpus.search("zzz run", Scope(), 1, 5),
    "spellings": lambda corpus: corpus.suggest_spellings(["runn"], 3),
    "an example": lambda corpus: corpus.by_number("Page", 1),
}


def rows_of(shape: str, count: int, tables: SiteTables) -> TropeRows:
    page = read_page("Page", SHAPES[shape](count), tables.lexicon)
    return trope_rows([StoredPage(page, "fingerprint")], 1, LAYOUTS)


@asynccontextmanager
async def counted_corpus(path: Path, rows: TropeRows, count: Callable[[int], None]) -> AsyncIterator[Corpus]:
    """Yield a corpus that counts the rows it reads."""
    async with open_writer(path) as writer:
        await writer.replace([rows])

    async with open_read_pool(path, CORPUS) as pool:

        async def fetch_all(statement: str, parameters: Any = ()) -> list[Any]:
            found = await pool.fetch_all(statement, parameters)
            lists = [cell for row in found for cell in row if isinstance(cell, str) and cell.startswith("[")]
            count(len(found) + sum([len(json.loads(cell)) for cell in lists]))
            return found

        corpus = Corpus(fetch_all)
        await corpus.reload()
        yield corpus


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.slow
async def test_twice_as_many_names_take_twice_as_many_steps(
    shape: str, tmp_path: Path, tables: SiteTables, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = 0

    def add(more: int) -> None:
        nonlocal steps
        steps += more

    def rank(text: str, candidates: Sequence[str], limit: int, min_similarity: float) -> list[str]:
        add(len(candidates))
        return rank_by_similarity(text, candidates, limit, min_similarity)

    def compare(text: str, candidates: Sequence[str], limit: int) -> list[int]:
        add(len(candidates))
        return most_similar(text, candidates, limit)

    for module in (media, name_search, suggestions):
        monkeypatch.setattr(module, "rank_by_similarity", rank)
    monkeypatch.setattr(name_search, "most_similar", compare)
    taken: list[dict[str, int]] = []
    for count in (SMALL, 2 * SMALL):
        steps = 0
        async with counted_corpus(tmp_path / f"{count}.db", rows_of(shape, count, tables), add) as corpus:
            taken.append({"opening": steps})
            for name, ask in QUESTIONS.items():
                steps = 0
                await ask(corpus)
                taken[-1][name] = steps
    small, large = taken
    assert {name: steps for name, steps in large.items() if steps > 2 * small[name] + FIXED_STEPS} == {}


@pytest.mark.parametrize("shape", SHAPES)
def test_twice_as_many_names_make_twice_as_many_keys(shape: str, tables: SiteTables) -> None:
    def keys(rows: TropeRows, name: str) -> int:
        of_slices = [row for each in rows.slices for row in getattr(each, name, ())]
        if name == "title_keys":
            of_slices = title_keys({title: ref for each in rows.slices for ref, title, _ in each.works})
        return sum([len(str(row[0])) + len(str(row[-1])) for row in [*of_slices, *getattr(rows, name, ())]])

    small, large = (rows_of(shape, count, tables) for count in (SMALL, 2 * SMALL))
    assert keys(small, "counts")
    for name in ("label_keys", "title_keys", "works", "example_works", "media", "counts"):
        assert keys(large, name) <= 2.1 * keys(small, name) + FIXED_STEPS
