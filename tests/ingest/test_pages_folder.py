"""A page is stored whole or not at all, and the one before it stays beside it."""

import os
from pathlib import Path

import pytest

from bot.errors import SourceError
from bot.ingest.pages_folder import store_page
from bot.ingest.sources import find_sources
from tests.full_disk import Disk
from tests.state.fault_injection import contents

PAGE = "<!doctype html>%d"


def test_the_last_replaced_page_stays_beside_the_new_one(tmp_path: Path) -> None:
    for edition in range(4):
        stored = store_page(tmp_path, "BigRun/VideoGames.html", (PAGE % edition).encode())
    store_page(tmp_path, "BigRun/VideoGames.html", (PAGE % 3).encode())
    assert stored == tmp_path / "BigRun" / "VideoGames.html"
    assert contents(stored.parent) == {
        "VideoGames.html": b"<!doctype html>3",
        "VideoGames.html.before": b"<!doctype html>2",
    }
    assert [file.path for file in find_sources([tmp_path])] == [stored]


def test_a_page_that_cannot_be_written_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store_page(tmp_path, "BigRun.html", b"one")
    store_page(tmp_path, "BigRun.html", b"two")
    before = contents(tmp_path)

    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(SourceError, match=r"BigRun\.html cannot be written: No space left on device\. Nothing was"):
        store_page(tmp_path, "BigRun.html", b"three")
    assert contents(tmp_path) == before


def test_a_full_disk_leaves_the_page_as_it_was(disk: Disk) -> None:
    store_page(disk.path, "BigRun.html", b"one")
    disk.fill()
    with pytest.raises(SourceError, match="cannot be written"):
        store_page(disk.path, "BigRun.html", b"two" * 100_000)
    disk.free()
    assert contents(disk.path) == {"BigRun.html": b"one"}


@pytest.mark.parametrize("name", ["", ".", "../BigRun.html", "a/../../BigRun.html", "/tmp/BigRun.html"])
def test_a_name_outside_the_folder_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(SourceError, match="no name of a page's file"):
        store_page(tmp_path / "pages", name, b"one")
    assert contents(tmp_path) == {}
