"""Loading: only what changed, a trope at a time, nothing lost without being asked."""

from pathlib import Path

import pytest

from bot.loading import load
from bot.settings import ROOT
from bot.sources import Tables
from bot.store import Scope, open_corpus

SOURCE = "About.\n----\n[[folder:Film]]\n* ''Film/RunLolaRun'': runs.\n* ''Film/{{Benji}}'': barks.\n[[/folder]]\n"


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "BigHeroicRun.txt").write_bytes((ROOT / "data" / "tropes" / "BigHeroicRun.txt").read_bytes())
    (folder / "PowerWalk.txt").write_text(SOURCE)
    return folder


async def test_only_what_changed_is_loaded(pages: Path, tmp_path: Path, tables: Tables) -> None:
    corpus = tmp_path / "corpus.db"
    first = await load([pages], corpus, tables)
    assert first.loaded == [("BigHeroicRun", 60), ("PowerWalk", 2)]
    (pages / "PowerWalk.txt").write_text(SOURCE + "* more")
    second = await load([pages], corpus, tables)
    assert (second.loaded, second.unchanged) == ([("PowerWalk", 3)], 1)
    third = await load([pages], corpus, tables)
    assert third.sentence == "Loaded 0 tropes (0 examples), 2 unchanged, 0 refused."


@pytest.mark.parametrize("damage", [b"", b"no example here", b"\xff\xfe"])
async def test_a_damaged_source_keeps_the_old_examples_and_the_rest_is_loaded(
    pages: Path, tmp_path: Path, tables: Tables, damage: bytes
) -> None:
    corpus = tmp_path / "corpus.db"
    await load([pages], corpus, tables)
    (pages / "BigHeroicRun.txt").write_bytes(damage)
    (pages / "PowerWalk.txt").write_text(SOURCE + "* more")
    report = await load([pages], corpus, tables)
    assert len(report.refused) == 1
    assert "BigHeroicRun.txt" in report.refused[0]
    assert report.loaded == [("PowerWalk", 3)]
    async with open_corpus(corpus) as reader:
        assert reader.count(Scope("BigHeroicRun")) == 60


async def test_a_replaced_page_leaves_nothing_of_the_old_one(pages: Path, tmp_path: Path, tables: Tables) -> None:
    corpus = tmp_path / "corpus.db"
    await load([pages], corpus, tables)
    (pages / "PowerWalk.txt").write_text(SOURCE.replace("barks", "sleeps"))
    await load([pages], corpus, tables)
    async with open_corpus(corpus) as reader:
        assert (await reader.search("barks", Scope("PowerWalk"), 1, 5)).total == 0
        assert (await reader.search("sleeps", Scope("PowerWalk"), 1, 5)).total == 1
        assert reader.count(Scope("PowerWalk")) == 2
