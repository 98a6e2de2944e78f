"""A start reads few pages before the bot answers. Many are read beside its answers, each of them whole."""

import os
from pathlib import Path

import pytest

from bot.client import source_loader
from bot.client.source_loader import SourceLoader
from bot.corpus.reader import open_corpus
from bot.corpus.writer import open_writer
from bot.ingest.loader import load
from bot.ingest.site_tables import SiteTables
from bot.ingest.sources import SourceFile
from bot.settings import Settings
from tests.state.fault_injection import set_version

PAGES = 40


def source(word: str) -> str:
    return f"----\n[[folder:Film]]\n* ''Film/RunLolaRun'': {word}.\n[[/folder]]\n"


@pytest.fixture
async def settings(tmp_path: Path, tables: SiteTables) -> Settings:
    """Return those of a corpus, one page of which changed since: not its size, and not its time."""
    folder = tmp_path / "pages"
    folder.mkdir()
    for number in range(PAGES):
        (folder / f"Trope{number}.txt").write_text(source("first"))
    settings = Settings(corpus_path=tmp_path / "corpus.db", page_folders=(folder,))
    await load([folder], settings.corpus_path, tables)
    changed = folder / "Trope7.txt"
    before = changed.stat()
    changed.write_text(source("other"))
    os.utime(changed, ns=(before.st_atime_ns, before.st_mtime_ns))
    return settings


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source_loader, "WAIT_SECONDS", 0.0)


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Return the files that are read from now on."""
    paths: list[Path] = []
    read_file = SourceFile.read

    def read_noted(file: SourceFile) -> object:
        paths.append(file.path)
        return read_file(file)

    monkeypatch.setattr(SourceFile, "read", read_noted)
    return paths


async def finds_change(settings: Settings) -> bool:
    async with open_corpus(settings.corpus_path) as corpus:
        entry = await corpus.by_number("Trope7", 1)
        assert entry
        return "other" in str(entry)


async def load_whole(loader: SourceLoader) -> None:
    loader.load_rest()
    thread = loader._thread
    assert thread
    await thread


async def test_few_pages_are_loaded_before_the_bot_answers(settings: Settings, read: list[Path]) -> None:
    loader = SourceLoader(settings)
    await loader.load_first()
    assert await finds_change(settings)
    read.clear()
    loader.load_rest()
    await loader.aclose()
    assert read == []


@pytest.mark.parametrize(("bound", "value"), [("MAX_FILES_FIRST", PAGES - 1), ("MAX_BYTES_FIRST", 100)])
async def test_many_pages_are_loaded_after_the_start(
    settings: Settings, read: list[Path], monkeypatch: pytest.MonkeyPatch, bound: str, value: int
) -> None:
    monkeypatch.setattr(source_loader, bound, value)
    loader = SourceLoader(settings)
    await loader.load_first()
    assert read == []
    assert not await finds_change(settings)
    await load_whole(loader)
    assert await finds_change(settings)
    await loader.aclose()


@pytest.mark.parametrize("damage", ["missing", "older", "interrupted"])
async def test_without_a_corpus_to_serve_all_pages_are_loaded_first(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, damage: str
) -> None:
    monkeypatch.setattr(source_loader, "MAX_FILES_FIRST", 1)
    if damage == "missing":
        settings.corpus_path.unlink()
    elif damage == "interrupted":
        async with open_writer(settings.corpus_path) as writer:
            await writer.begin_bulk_load(1_000_000)
    else:
        set_version(settings.corpus_path, 1)
    loader = SourceLoader(settings)
    await loader.load_first()
    assert await finds_change(settings)
    await loader.aclose()


async def test_a_bot_that_closes_ends_the_load(
    settings: Settings, read: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source_loader, "MAX_FILES_FIRST", 1)
    monkeypatch.setattr(source_loader, "WORK_SECONDS", 0.0)
    loader = SourceLoader(settings)
    await loader.load_first()
    loader._closing.set()
    await load_whole(loader)
    await loader.aclose()
    assert read == []
    assert not await finds_change(settings)
