"""What cannot be loaded is skipped with a sentence, and stops no other page."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from bot.corpus.rows import TropeRows
from bot.corpus.writer import CorpusWriter
from bot.errors import DatabaseError
from bot.ingest import parse
from bot.ingest.layouts import LAYOUTS
from bot.ingest.loader import load
from bot.ingest.reading import ReadPage, read_file
from bot.ingest.site_tables import SiteTables
from bot.ingest.sources import SourceFile
from bot.model import Example, ExampleLayout


async def test_a_trope_that_fails_stops_no_other(
    pages: Path, path: Path, tables: SiteTables, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace = CorpusWriter.replace

    async def fail(writer: CorpusWriter, batch: Sequence[TropeRows]) -> None:
        if any(page.name == "BigHeroicRun" for page in batch):
            raise DatabaseError("BigHeroicRun could not be written.")
        await replace(writer, batch)

    monkeypatch.setattr(CorpusWriter, "replace", fail)
    warnings: list[str] = []
    report = await load([pages], path, tables, warn=warnings.append)
    assert (report.tropes, report.examples, report.rejected) == (1, 2, 1)
    assert warnings == ["BigHeroicRun could not be written."]


@pytest.mark.parametrize("error", [RecursionError, MemoryError, ValueError])
async def test_a_bug_of_the_reader_stops_no_other_page(
    pages: Path, path: Path, tables: SiteTables, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    def fail(file: SourceFile, tables: SiteTables) -> ReadPage:
        if file.path.stem == "PowerWalk":
            raise error("some text of the page")
        return read_file(file, tables)

    monkeypatch.setattr(parse, "read_file", fail)
    warnings: list[str] = []
    report = await load([pages], path, tables, warn=warnings.append)
    assert (report.tropes, report.rejected) == (1, 1)
    assert [error.__name__ in warning and "some text" not in warning for warning in warnings] == [True]


async def test_a_bug_in_a_large_trope_stops_no_other(
    pages: Path, path: Path, tables: SiteTables, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(example: Example) -> ExampleLayout | None:
        if example.number == 9:
            raise ValueError("some text of the page")
        return LAYOUTS.example(example)

    monkeypatch.setattr("bot.corpus.rows.EXAMPLES_PER_SLICE", 8)
    monkeypatch.setattr(parse, "LAYOUTS", replace(LAYOUTS, example=fail))
    warnings: list[str] = []
    report = await load([pages], path, tables, warn=warnings.append)
    assert (report.tropes, report.examples, report.rejected) == (1, 2, 1)
    assert warnings == [
        "BigHeroicRun could not be stored because of a bug (ValueError). Skipped; please report its pages."
    ]


@pytest.mark.parametrize("source", ["* x\n" * 20_000, "".join(f"* ''Run {n:x}'': x\n" for n in range(20_000))])
@pytest.mark.slow
async def test_a_page_out_of_proportion_stops_no_other(
    pages: Path, path: Path, tables: SiteTables, source: str
) -> None:
    (pages / "Tiny.txt").write_text(source)
    warnings: list[str] = []
    report = await load([pages], path, tables, warn=warnings.append)
    assert (report.tropes, report.rejected) == (2, 1)
    [warning] = warnings
    assert warning.startswith(
        f"{pages / 'Tiny.txt'} has too many tiny examples, works or different words: it needs over 12 times"
    )
