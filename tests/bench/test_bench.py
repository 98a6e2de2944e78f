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
from tests.bench import commands, corpus, costs, growth, shapes, synthetic, wiki
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


@pytest.mark.parametrize("shape", [synthetic.FLAT, synthetic.WIKI], ids=["flat", "wiki"])
def test_the_same_seed_makes_the_same_pages(shape: synthetic.Shape) -> None:
    assert list(synthetic.pages(300, shape=shape)) == list(synthetic.pages(300, shape=shape))
    assert list(synthetic.pages(300, shape=shape)) != list(synthetic.pages(300, 2, shape))
    assert list(synthetic.pages(60, shape=shape)) == []


@pytest.mark.parametrize("shape", [synthetic.FLAT, synthetic.WIKI], ids=["flat", "wiki"])
def test_synthetic_pages_parse_without_diagnostics(shape: synthetic.Shape, tables: SiteTables) -> None:
    sources = list(synthetic.pages(EXAMPLES, shape=shape))
    pages = [read_page(name, source, tables.lexicon) for name, source in sources]
    examples = [example for page in pages for example in page.examples]
    assert sum(len(page.diagnostics) for page in pages) == 0
    assert len(examples) == EXAMPLES - synthetic.REAL_EXAMPLES
    assert all(example.medium and len(example.works) == 1 for example in examples)
    assert 0.1 < sum(bool(example.spoiler_count) for example in examples) / len(examples) < 0.2


def test_queries_of_every_class_are_drawn_and_measured(path: Path) -> None:
    classes = Drawer(path).draw(5)
    assert len(classes) == 15
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
    assert len(figures["search"]) == 15


async def test_growth_measures_start_time_and_memory(corpus_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module, name, times in ((commands, "STARTS", 1), (commands, "CONCURRENT", 3), (growth, "INTERACTIONS", 15)):
        monkeypatch.setattr(module, name, times)
    results = await growth.measure_bots({corpus_path: synthetic.REAL.parent})
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


def test_the_whole_wiki_is_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    few = {
        wiki: {"QUERIES": 3, "TIMES": 3, "COLD_TIMES": 1},
        commands: {"STARTS": 1, "CONCURRENT": 3, "SEQUENTIAL": 3},
        growth: {"INTERACTIONS": 15},
    }
    for module, constants in few.items():
        for name, times in constants.items():
            monkeypatch.setattr(module, name, times)
    figures = {figure.name: figure for figure in wiki.measure(2_000, tmp_path, synthetic.SEED)}
    assert figures["loaded pages that it parsed again"].value == 0
    assert figures["pages and examples that it lacks"].value == 0
    assert figures["load, with a kill on the way"].note.endswith(" pages")
    assert len([name for name in figures if name.startswith("search: ")]) == 15
    assert all(figure.value is not None or "cold" in figure.name for figure in figures.values())


def test_a_full_disk_is_noticed_before_pages_are_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wiki.require_room(1_000, tmp_path)
    with pytest.raises(SystemExit, match="too little room"):
        wiki.require_room(10**12, tmp_path)
    assert "1,000 examples need 0.1 GB" in capsys.readouterr().out


def test_only_a_measured_figure_over_its_bound_is_missed() -> None:
    verdicts = {
        (value, bound): wiki.Figure("", value, "", bound).verdict for value in (None, 2.0) for bound in (None, 1.0, 2.0)
    }
    assert [key for key, verdict in verdicts.items() if verdict == "MISSED"] == [(2.0, 1.0)]
    assert [key for key, verdict in verdicts.items() if verdict == "met"] == [(2.0, 2.0)]
