"""Any page of a list, read without what is before it, and what is counted for that."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from bot.corpus import reader
from bot.corpus.paging import TROPES_PER_BLOCK
from bot.corpus.reader import Corpus, open_corpus
from bot.corpus.scope import Scope
from bot.ingest.loader import load
from bot.ingest.site_tables import SiteTables
from bot.model import Entry
from bot.model.names import trope_ref, work_ref
from tests.counting import Steps, counted_connections

TROPES, SIZE = 2 * TROPES_PER_BLOCK + 10, 7
FOLDERS = ("Films -- Live-Action", "Films -- Animation", "Literature")
FILMS = ("film-live-action", "film-animation")
WITHOUT_SOME = Scope(
    excluded_works=frozenset({work_ref("Work 0")}), excluded_tropes=frozenset(map(trope_ref, ("Trope7", "Trope68")))
)
COUNT_BLOCKS = f"""
    SELECT medium_id, has_spoilers, trope_id / {TROPES_PER_BLOCK}, sum(1 << trope_id % {TROPES_PER_BLOCK}),
        sum(examples), sum(total_words)
    FROM example_count GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""


def source(number: int, examples: int = 3) -> str:
    """Return a page with some of the media, about every third with spoilers."""
    rows = []
    for place in range(number % 2, number % 2 + 1 + number % 3):
        rows.append(f"[[folder:{FOLDERS[place % 3]}]]")
        for each in range(examples):
            secret = " [[spoiler:He dies.]]" if (number + each) % 3 == 0 else ""
            rows.append(f"* ''Film/Work{each % 2}'': runs{secret}.")
        rows.append("[[/folder]]")
    return "----\n" + "\n".join(rows)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pages")
    for number in range(TROPES):
        (folder / f"Trope{number}.txt").write_text(source(number))
    return folder


@pytest.fixture(autouse=True)
def every_skip_is_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "FEW_SKIPPED", 0)


@pytest.fixture
async def corpus(pages: Path, tables: SiteTables) -> AsyncIterator[Corpus]:
    path = pages / "corpus.db"
    if not path.exists():
        await load([pages], path, tables)
    async with open_corpus(path) as corpus:
        yield corpus


@pytest.fixture(scope="module")
def entries(pages: Path, tables: SiteTables) -> list[Entry]:
    """Return all examples, found one by one."""

    async def read() -> list[Entry]:
        await load([pages], pages / "corpus.db", tables)
        async with open_corpus(pages / "corpus.db") as corpus:
            names = {await corpus._trope_id(trope.name) or 0: trope.name for trope in await corpus.tropes()}
            found = [await corpus.by_number(names[each], number) for each in sorted(names) for number in range(1, 12)]
        return [entry for entry in found if entry]

    return asyncio.run(read())


def listed(corpus: Corpus, entries: Sequence[Entry], scope: Scope) -> list[str]:
    """Return a scope's examples in the order of a list, found in another way."""
    media = [medium.slug for medium in corpus.media.media] if scope.media else []
    shown = [
        entry
        for entry in entries
        if (not scope.media or (entry.example.medium and entry.example.medium.slug in scope.media))
        and (scope.include_spoilers or not entry.example.spoiler_count)
        and (not scope.trope or entry.trope.name == scope.trope)
        and entry.trope.ref not in scope.excluded_tropes
        and not {work.ref for work in entry.example.works} & scope.excluded_works
        and (not scope.work_ref or scope.work_ref in {work.ref for work in entry.example.works})
        and not (entry.example.medium and entry.example.medium.slug in scope.excluded_media)
    ]
    if media:
        shown.sort(key=lambda entry: media.index(entry.example.medium.slug) if entry.example.medium else 0)
    return [entry.ref for entry in shown]


@pytest.mark.parametrize(
    "scope",
    [
        pytest.param(Scope(), id="everything"),
        pytest.param(Scope(include_spoilers=False), id="without spoilers"),
        pytest.param(Scope(media=FILMS[:1]), id="a medium"),
        pytest.param(Scope(media=FILMS), id="media"),
        pytest.param(Scope(media=FILMS, include_spoilers=False), id="media without spoilers"),
        pytest.param(Scope(media=FILMS, excluded_works=frozenset({work_ref("Work 0")})), id="media without a work"),
        pytest.param(Scope(media=FILMS, excluded_tropes=frozenset({trope_ref("Trope7")})), id="media without a trope"),
        pytest.param(WITHOUT_SOME, id="all but some works and tropes"),
        pytest.param(replace(WITHOUT_SOME, media=FILMS, include_spoilers=False), id="media without works and tropes"),
        pytest.param(Scope(excluded_media=frozenset(FILMS[:1])), id="all but a medium"),
        pytest.param(Scope(work_ref=work_ref("Work 1")), id="a work"),
        pytest.param(Scope("Trope8"), id="a trope"),
    ],
)
async def test_pages_are_slices_of_the_whole_list(corpus: Corpus, entries: list[Entry], scope: Scope) -> None:
    whole = listed(corpus, entries, scope)
    assert whole
    found: list[str] = []
    page_count = -(-len(whole) // SIZE)
    for number in range(1, page_count + 1):
        page = await corpus.page(scope, number, SIZE)
        assert (page.total, page.page_count) == (len(whole), page_count)
        assert page.trope_count == len({ref.partition("/")[0] for ref in whole})
        found += [entry.ref for entry in page.entries]
    assert found == whole


async def test_counts_of_blocks_follow_changed_pages(pages: Path, tmp_path: Path, tables: SiteTables) -> None:
    folder, path = tmp_path / "pages", tmp_path / "corpus.db"
    folder.mkdir()
    for number in range(TROPES):
        (folder / f"Trope{number}.txt").write_text(source(number))
    await load([folder], path, tables)
    for number in (3, 40, 41):
        (folder / f"Trope{number}.txt").write_text(source(number + 1, 5))
    for number in (0, 5, TROPES - 1):
        (folder / f"Trope{number}.txt").unlink()
    await load([folder], path, tables, prune=True)
    with closing(sqlite3.connect(path)) as database:
        counted = database.execute("SELECT * FROM example_block ORDER BY 1, 2, 3").fetchall()
        assert counted == database.execute(COUNT_BLOCKS).fetchall()


@pytest.mark.parametrize(
    "scope",
    [
        pytest.param(Scope(), id="everything"),
        pytest.param(Scope(media=FILMS[:1]), id="a medium"),
        pytest.param(Scope(work_ref=work_ref("Work 1")), id="a work"),
        pytest.param(WITHOUT_SOME, id="all but some works and tropes"),
    ],
)
async def test_the_last_page_reads_as_few_rows_as_the_first(pages: Path, corpus: Corpus, scope: Scope) -> None:
    steps = Steps()
    with counted_connections(steps):
        async with open_corpus(pages / "corpus.db") as opened:
            last = (await opened.page(scope, 1, SIZE)).page_count  # and what is counted once
            taken = []
            for number in (2, last - 1):
                before = steps.rows
                await opened._load_page(scope, (number - 1) * SIZE, SIZE, await opened.count(scope))
                taken.append(steps.rows - before)
    assert taken[0]
    assert taken[1] <= 1.5 * taken[0] + 200
