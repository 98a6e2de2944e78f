"""Uploaded files wait beside the corpus."""

import os
from pathlib import Path

import pytest

from bot.errors import SourceError
from bot.ingest.pages_folder import set_aside, store_page
from bot.ingest.sources import find_sources
from bot.ingest.uploads import MAX_AGE_SECONDS, MAX_UPLOADS, Uploads, safe_name


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("ActionGirl.html", "ActionGirl.html"),
        ("../../etc/passwd", "passwd"),
        ("C:\\pages\\ActionGirl.txt", "ActionGirl.txt"),
        ("Action Girl – TV.html", "Action_Girl_TV.html"),
        ("..", "page"),
        (".env", "env"),
        ("a\0b\n.txt", "a_b_.txt"),
        ("x" * 300 + ".html", "x" * 95 + ".html"),
    ],
)
def test_a_stored_name_is_never_a_path(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_the_newest_uploads_are_kept(tmp_path: Path) -> None:
    uploads = Uploads(tmp_path / "uploads")
    ids = []
    for second in range(MAX_UPLOADS + 2):
        ids.append(uploads.add("A.txt", b"page"))
        os.utime(tmp_path / "uploads" / ids[-1], (second, 10**9 + second))
        uploads = Uploads(tmp_path / "uploads", lambda: 10.0**9)
    assert [uploads.find(upload_id) is not None for upload_id in ids] == [False] * 2 + [True] * MAX_UPLOADS


def test_an_old_upload_is_not_found_and_makes_room(tmp_path: Path) -> None:
    upload_id = Uploads(tmp_path).add("A.txt", b"page")
    later = Uploads(tmp_path, lambda: (tmp_path / upload_id).stat().st_mtime + MAX_AGE_SECONDS + 1)
    assert later.find(upload_id) is None
    assert later.take(upload_id) is None
    Uploads(tmp_path, lambda: 10.0**11).add("B.txt", b"page")
    assert upload_id not in names_in(tmp_path)


def test_an_upload_is_taken_once_and_put_back(tmp_path: Path) -> None:
    uploads = Uploads(tmp_path)
    upload_id = uploads.add("A.txt", b"page")
    taken = uploads.take(upload_id)
    assert taken is not None
    assert (taken.name, taken.read_bytes()) == ("A.txt", b"page")
    assert uploads.take(upload_id) is None
    uploads.put_back(upload_id)
    assert uploads.find(upload_id)
    uploads.discard(upload_id)
    assert names_in(tmp_path) == []


@pytest.mark.parametrize("upload_id", ["", ".", "..", "../pages", "0" * 16, "A" * 16])
def test_forged_ids_find_nothing(tmp_path: Path, upload_id: str) -> None:
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "A.txt").write_text("page")
    uploads = Uploads(tmp_path / "uploads")
    (tmp_path / "uploads").mkdir()
    assert uploads.find(upload_id) is None
    assert uploads.take(upload_id) is None
    uploads.discard(upload_id)
    assert (tmp_path / "pages" / "A.txt").exists()


def test_a_file_that_is_set_aside_is_never_loaded(tmp_path: Path) -> None:
    page = store_page(tmp_path, "A.html", b"<html>1")
    assert [file.path for file in find_sources([tmp_path])] == [page]
    set_aside(page)
    assert names_in(tmp_path) == ["A.html.before"]
    assert list(find_sources([tmp_path])) == []
    with pytest.raises(SourceError, match="cannot be renamed"):
        set_aside(page)
