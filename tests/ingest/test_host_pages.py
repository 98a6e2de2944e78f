"""Pages of a host are stored, loaded, and removed together with their files."""

import asyncio
from pathlib import Path

import pytest

from bot.errors import SourceError
from bot.ingest.host_pages import HostPages, LoadedPage, RemovedTrope, run_apart
from bot.settings import Settings

PAGE = "----\n* ''Film/Xyzzy'': runs.\n"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(corpus_path=tmp_path / "corpus.db", page_folders=(tmp_path / "pages",))


@pytest.fixture
def upload(tmp_path: Path) -> Path:
    path = tmp_path / "uploads" / "PowerWalk.TXT"
    path.parent.mkdir()
    path.write_text(PAGE)
    return path


def test_a_missing_folder_is_created(settings: Settings, upload: Path) -> None:
    assert HostPages(settings).load(upload) == LoadedPage("PowerWalk", "PowerWalk.txt", 1)
    assert (settings.own_pages / "PowerWalk.txt").read_text() == PAGE


def test_a_page_that_cannot_be_loaded_is_stored(settings: Settings, upload: Path) -> None:
    settings.corpus_path.mkdir()
    loaded = HostPages(settings).load(upload)
    assert "unable to open database file" in loaded.problem
    assert (settings.own_pages / loaded.stored_as).read_text() == PAGE


@pytest.mark.slow
def test_a_large_page_is_read_in_a_process_of_its_own(settings: Settings, upload: Path) -> None:
    pages = HostPages(settings)
    upload.write_text(PAGE + "* ''Film/Xyzzy'': runs again and again.\n" * 3000)
    checked = asyncio.run(run_apart(pages.check, upload))
    assert checked.report.examples == 3001
    assert asyncio.run(run_apart(pages.load, upload)) == LoadedPage("PowerWalk", "PowerWalk.txt", 3001)
    upload.write_text("nothing\n" * 10_000)
    with pytest.raises(SourceError, match="no examples found"):
        asyncio.run(run_apart(pages.check, upload))


def test_a_removed_trope_says_which_files_still_have_it(settings: Settings, upload: Path) -> None:
    pages = HostPages(settings)
    pages.load(upload)
    table = settings.own_pages / "table.csv"
    table.write_text("trope,work,text\nPower Walk,Film/Xyzzy,runs\n")
    assert pages.remove("PowerWalk") == RemovedTrope(("PowerWalk",), ("PowerWalk.txt",), ("table.csv",))
    assert {path.name for path in settings.own_pages.iterdir()} == {"PowerWalk.txt.before", "table.csv"}
