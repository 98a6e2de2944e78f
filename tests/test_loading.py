"""Loading: only what changed, a trope at a time, nothing lost without being asked."""

from pathlib import Path

import pytest

from bot.errors import SourceError
from bot.loading import load
from bot.settings import ROOT
from bot.sources import Tables
from bot.store import Scope, open_corpus
from bot.wiki import read_page

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
    assert (first.tropes, first.examples) == (2, 62)
    (pages / "PowerWalk.txt").write_text(SOURCE + "* more")
    second = await load([pages], corpus, tables)
    assert (second.tropes, second.examples, second.unchanged) == (1, 3, 1)
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
    complaints: list[str] = []
    report = await load([pages], corpus, tables, complain=complaints.append)
    assert (report.refused, report.tropes, report.examples) == (1, 1, 3)
    [complaint] = complaints
    assert "BigHeroicRun.txt" in complaint
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


async def test_a_trope_whose_source_is_gone_stays_unless_pruning_is_asked_for(
    pages: Path, tmp_path: Path, tables: Tables
) -> None:
    corpus = tmp_path / "corpus.db"
    await load([pages], corpus, tables)
    (pages / "PowerWalk.txt").rename(pages / "StrongWalk.txt")
    kept = await load([pages], corpus, tables)
    assert kept.pruned == []
    pruned = await load([pages], corpus, tables, prune=True)
    assert pruned.pruned == ["powerwalk"]
    async with open_corpus(corpus) as reader:
        assert [trope.name for trope in reader.tropes] == ["BigHeroicRun", "StrongWalk"]
        assert (await reader.search("barks", Scope(), 1, 5)).total == 1


async def test_pruning_never_empties_the_corpus(pages: Path, tmp_path: Path, tables: Tables) -> None:
    corpus = tmp_path / "corpus.db"
    await load([pages], corpus, tables)
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(SourceError, match="nothing was removed"):
        await load([empty], corpus, tables, prune=True)
    async with open_corpus(corpus) as reader:
        assert reader.count(Scope()) == 62


def test_keys_survive_edits_around_them() -> None:
    def keys(source: str) -> dict[str, str]:
        return {example.parts[0].text: example.key for example in read_page("Page", source).examples}

    bullets = [f"* Example number {name} is about a run." for name in ("one", "two", "three", "four")]
    before = keys("----\n" + "\n".join(bullets))
    assert len(set(before.values())) == 4
    moved = keys("----\n" + "\n".join(["* A new one.", bullets[3], bullets[0].replace("run", "runn"), bullets[1]]))
    for text in (bullets[3], bullets[1]):
        assert moved[text[2:]] == before[text[2:]]
    numbers = [example.number for example in read_page("Page", "----\n" + "\n".join(reversed(bullets))).examples]
    assert numbers == [1, 2, 3, 4]
