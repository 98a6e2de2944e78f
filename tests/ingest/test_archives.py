"""Pages in zips, however deep, and zips that are damaged or would unpack to too much."""

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from bot.errors import SourceError
from bot.ingest import archives
from bot.ingest.forms import MAX_FILE_BYTES
from bot.ingest.sources import SourceFile, find_sources
from tests.wiki.saved_cases import ARTICLE

PAGE = ARTICLE.format("<hr><ul><li>Run.</li></ul>").encode()


ZEROS = {"Zeros.txt": bytes(MAX_FILE_BYTES + 1)}


def zipped(members: Mapping[str, bytes]) -> bytes:
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED, compresslevel=1) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file.getvalue()


def found(tmp_path: Path, data: bytes) -> list[SourceFile]:
    path = tmp_path / "pages.zip"
    path.write_bytes(data)
    return list(find_sources([path]))


def test_a_zip_lists_its_pages_by_path(tmp_path: Path) -> None:
    inner = zipped({"SomeTrope.html": PAGE})
    members = {
        "b.html": PAGE,
        "ActionGirl/VideoGames.txt": b"* run",
        "deep/in.zip": inner,
        "b_files/x.html": b"x",
        "c.png": b"x",
    }
    files = found(tmp_path, zipped(members))
    assert [str(file).removeprefix(f"{tmp_path}/") for file in files] == [
        "pages.zip/ActionGirl/VideoGames.txt",
        "pages.zip/b.html",
        "pages.zip/deep/in.zip/SomeTrope.html",
    ]
    assert [file.read().page for file in files] == ["ActionGirl/VideoGames", "Main/SomeTrope", "Main/SomeTrope"]


def test_a_zip_is_told_by_its_content(tmp_path: Path) -> None:
    (tmp_path / "pages.bin").write_bytes(zipped({"SomeTrope.html": PAGE}))
    assert [file.read().page for file in find_sources([tmp_path])] == ["Main/SomeTrope"]


def nested(depth: int) -> bytes:
    return zipped({"SomeTrope.html": PAGE} if depth == 1 else {"in.zip": nested(depth - 1)})


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        pytest.param(zipped(ZEROS), "unpacks to over 200 times", id="zeros"),
        pytest.param(nested(archives.MAX_ZIP_DEPTH + 1), "a zip within 16 others", id="depth"),
        pytest.param(zipped({"in.zip": zipped(ZEROS)}), "unpacks to over 200 times", id="inner"),
        pytest.param(zipped({"A.txt": PAGE})[:-30], "damaged zip", id="cut"),
        pytest.param(zipped({"A.txt": PAGE}).replace(b"A.txt", b"B.txt", 1), "cannot be unpacked", id="names"),
        pytest.param(zipped({"a.png": b"x"}), "has no page in it", id="no page"),
        pytest.param(b"PK\x03\x04", "damaged zip", id="sign alone"),
    ],
)
def test_a_bad_zip_is_refused(tmp_path: Path, data: bytes, reason: str) -> None:
    (file,) = found(tmp_path, data)
    with pytest.raises(SourceError, match=reason):
        file.read()


def test_too_many_members_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_MEMBERS", 2)
    (file,) = found(tmp_path, zipped({f"{number}.txt": b"" for number in range(3)}))
    with pytest.raises(SourceError, match="has over 2 files"):
        file.read()


def test_one_bad_member_leaves_the_others(tmp_path: Path) -> None:
    data = zipped({"Bad.txt": b"* run run run", "Good.txt": b"* run"})
    at = data.index(b"Bad.txt") + len(b"Bad.txt")
    bad, good = found(tmp_path, data[:at] + b"\xff" * 5 + data[at + 5 :])
    with pytest.raises(SourceError, match=r"Bad\.txt cannot be unpacked"):
        bad.read()
    assert good.read().text == "* run"


def test_an_encrypted_member_is_refused(tmp_path: Path) -> None:
    data = bytearray(zipped({"A.txt": b"* run"}))
    for sign in (b"PK\x03\x04", b"PK\x01\x02"):
        data[data.index(sign) + (6 if sign[2] == 3 else 8)] |= 1
    (file,) = found(tmp_path, bytes(data))
    with pytest.raises(SourceError, match="is encrypted"):
        file.read()
