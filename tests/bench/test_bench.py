"""The benchmarks run and return their figures, which are not judged."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pytest

from bot.ingest.forms import MAX_BYTES, MAX_LINES
from bot.ingest.loader import load
from bot.ingest.site_tables import SiteTables
from bot.settings import ROOT
from bot.wiki.page import read_page
from tests.bench import commands, corpus, costs, growth, shapes, synthetic, wiki, wiki_pages
from tests.bench.queries import Drawer

pytestmark = pytest.mark.slow

EXAMPLES = 1_000


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory, tables: SiteTables) -> Path:
    folder = tmp_path_factory.mktemp("synthetic")
    for name, source in synthetic.pages(EXAMPLES):
        (folder / f"{name}.txt").write_text(source, encoding="utf-8")
    (folder / synthetic.REAL.name).write_bytes(synthetic.REAL.read_bytes())
    report = asyncio.run(load([folder], folder / "corpus.db", tables))
    assert (report.examples, report.rejected) == (EXAMPLES, 0)
    return folder / "corpus.db"


def test_the_same_seed_makes_the_same_pages() -> None:
    assert list(synthetic.pages(300)) == list(synthetic.pages(300))
    assert list(synthetic.pages(300)) != list(synthetic.pages(300, seed=2))
    assert list(synthetic.pages(60)) == []


def test_synthetic_pages_parse_without_diagnostics(tables: SiteTables) -> None:
    pages = [read_page(name, source, tables.lexicon) for name, source in synthetic.pages(EXAMPLES)]
    examples = [example for page in pages for example in page.examples]
    assert sum(len(page.diagnostics) for page in pages) == 0
    assert all(example.medium and len(example.works) == 1 for example in examples)
    assert 0.1 < sum(bool(example.spoiler_count) for example in examples) / len(examples) < 0.2


def test_queries_of_every_class_are_drawn_and_measured(path: Path) -> None:
    classes = Drawer(path).draw(5)
    assert len(classes) == 14
    assert all(classes.values())
    results = asyncio.run(corpus.measure([path], 3, 5))["corpus"]
    assert set(results["search"]) == set(classes)
    assert results["agreement"]["rare word"] == 1.0
    assert results["agreement"]["common word"] == 1.0
    assert "nonsense" not in results["agreement"]


async def test_commands_are_measured_beside_a_no_op_bot(corpus_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, times in (("CONCURRENT", 3), ("SEQUENTIAL", 3), ("STEADY", 3), ("STARTS", 1)):
        monkeypatch.setattr(commands, name, times)
    results = await commands.measure([corpus_path], 1, commands.WORDS, {})
    assert list(results) == [commands.NOOP, corpus_path.stem]
    for result in results.values():
        assert set(result["kinds"]) == {"random", "medium", "search", "autocompletion", "▸"}
        assert all(row["per second"] > 0 for row in result["kinds"].values())


def test_growth_measures_a_corpus_in_another_process(path: Path) -> None:
    command = [sys.executable, "-m", "tests.bench.growth", "--measure", str(path)]
    result = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    figures = json.loads(result.stdout)
    assert 0 < figures["random"] < 100
    assert len(figures["search"]) == 14


async def test_growth_measures_start_time_and_memory(corpus_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module, name, times in ((commands, "STARTS", 1), (commands, "CONCURRENT", 3), (growth, "INTERACTIONS", 15)):
        monkeypatch.setattr(module, name, times)
    results = await growth.measure_bots([corpus_path])
    assert list(results) == [commands.NOOP, corpus_path.stem]
    assert all(0 < row["start"] < 60 and 20 < row["memory"] < 1000 for row in results.values())


@pytest.mark.parametrize("shape", shapes.RECIPES)
def test_a_recipe_fills_a_page(shape: str) -> None:
    page = shapes.source(shape)
    assert page.count("\n") <= MAX_LINES
    assert len(page.encode()) <= MAX_BYTES
    assert len(page.encode()) > 0.99 * MAX_BYTES or page.count("\n") > MAX_LINES - 30


def test_costs_are_measured_of_every_answer() -> None:
    measured = costs.measure("linked works", 5_000, crowd=2)
    assert (measured.failed, measured.refused, measured.late) == ([], "", 0)
    assert measured.answers > 60
    assert 0 < measured.held < 10_000
    assert 0 < measured.serving_memory < 1_000
    assert measured.load_seconds
    assert measured.corpus_ratio


async def test_a_wiki_has_its_examples_subpages_and_frequent_works(
    tmp_path: Path, tables: SiteTables, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wiki_pages, "POOL", 20_000)
    monkeypatch.setattr(wiki_pages, "SPLIT", 15)
    writer = wiki_pages.WikiWriter(wiki_pages.Shape(EXAMPLES))
    for number in range(len(writer.tropes)):
        for name, source in writer.sources(number):
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text(source, encoding="utf-8")
    report = await load([tmp_path], tmp_path / "corpus.db", tables)
    assert report.examples == sum(size for _, size in writer.tropes)
    assert abs(report.examples - EXAMPLES) < 50
    assert report.rejected == report.without_examples == 0
    assert any("AnimeAndManga" in page.page for page in report.pages)
    most, *_, least = corpus.covered_works(tmp_path / "corpus.db")
    assert most != least


def test_a_wiki_that_the_disk_cannot_hold_is_not_begun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(wiki, "FOLDER", tmp_path)
    monkeypatch.setattr("sys.argv", ["wiki", "--examples", str(10**12)])
    with pytest.raises(SystemExit) as ended:
        wiki.main()
    assert ended.value.code == 2
    assert "That is too little" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
