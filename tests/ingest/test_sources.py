"""Page sources and tables are read, or refused with a reason."""

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO, TextIOWrapper
from pathlib import Path
from shutil import copyfile

import pytest

from bot.errors import SourceError
from bot.ingest import site_tables, sources
from bot.ingest.forms import MAX_BYTES, MAX_FILE_BYTES, MAX_LINES
from bot.ingest.site_tables import read_tables
from bot.ingest.sources import SourceFile
from bot.settings import ROOT


def written(path: Path, data: bytes) -> SourceFile:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return SourceFile(path)


def test_a_source_is_named_after_its_file(tmp_path: Path) -> None:
    source = written(tmp_path / "RunLolaRun.txt", b"* run").read()
    assert (source.name, source.trope, source.page, source.text) == (
        "RunLolaRun",
        "RunLolaRun",
        "Main/RunLolaRun",
        "* run",
    )


@pytest.mark.parametrize(
    ("path", "page"),
    [
        pytest.param("SomeTrope.txt", "Main/SomeTrope", id="name"),
        pytest.param("SomeTrope", "Main/SomeTrope", id="no suffix"),
        pytest.param("SomeTrope.VideoGames.txt", "SomeTrope/VideoGames", id="dot"),
        pytest.param("SomeTrope.VideoGames", "SomeTrope/VideoGames", id="dot and no suffix"),
        pytest.param("SomeTrope/VideoGames.txt", "SomeTrope/VideoGames", id="folder"),
        pytest.param("SomeTrope/LiveActionTVAToM.txt", "SomeTrope/LiveActionTVAToM", id="letters"),
        pytest.param("Main/SomeTrope.html", "Main/SomeTrope", id="main"),
        pytest.param("OneDrive/SomeTrope.txt", "Main/SomeTrope", id="folder that is no trope"),
        pytest.param("Music/SomeTrope.txt", "Main/SomeTrope", id="folder of music"),
    ],
)
def test_a_path_names_a_page(tmp_path: Path, path: str, page: str) -> None:
    assert written(tmp_path / path, b"* run").read().page == page


def test_an_operator_names_a_page(tmp_path: Path) -> None:
    path = tmp_path / "My notes.txt"
    path.write_text("* run")
    (file,) = sources.find_sources([path], "ActionGirl.AnimeAndManga")
    assert file.read().name == "ActionGirl/AnimeAndManga"


def test_an_operator_names_one_page_at_a_time(tmp_path: Path) -> None:
    for name in ("A1", "B1"):
        (tmp_path / f"{name}.txt").write_text("* run")
    with pytest.raises(SourceError, match="there are several"):
        sources.find_sources([tmp_path], "ActionGirl")
    with pytest.raises(SourceError, match="no page's name"):
        sources.find_sources([tmp_path], "Action Girl")


def test_a_plain_source_of_a_work_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"the page of a work \(Film/Alien\)"):
        written(tmp_path / "Film.Alien.txt", b"* run").read()


def test_equal_sources_have_equal_hashes(tmp_path: Path) -> None:
    first, second = (written(tmp_path / f"{name}.txt", b"* run").read() for name in ("A1", "B1"))
    assert first.content_hash == second.content_hash


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        pytest.param("My notes.txt", b"x", "name the file after its page", id="name"),
        pytest.param("Page.txt", b"", "is empty", id="empty"),
        pytest.param("Page.txt", bytes(range(256)) * 10, "not text", id="binary"),
        pytest.param("Page.txt", b"x" * (MAX_BYTES + 1), "over 2 MiB", id="size"),
        pytest.param("Page.txt", b"x" * (MAX_FILE_BYTES + 1), "over 32 MiB", id="file size"),
        pytest.param("Page.txt", b"x\n" * (MAX_LINES + 1), "over 50,000 lines", id="lines"),
        pytest.param("Page.html", b"<!DOCTYPE html><p>Hello", "no page of TV Tropes", id="other page"),
    ],
)
def test_an_invalid_source_is_refused_with_a_reason(tmp_path: Path, name: str, data: bytes, reason: str) -> None:
    with pytest.raises(SourceError, match=reason):
        written(tmp_path / name, data).read()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "BigHeroicRun.txt"
    os.mkfifo(path)
    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(path.write_text, "* Example.\n" * 20_000, encoding="utf-8")
        assert SourceFile(path).read().text.count("Example") == 20_000
    assert writing.result()


def test_a_missing_source_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot be read"):
        SourceFile(tmp_path / "Page.txt").read()
    with pytest.raises(SourceError, match="does not exist"):
        list(sources.find_sources([tmp_path / "nowhere"]))


def test_a_folder_lists_its_pages_by_path(tmp_path: Path) -> None:
    for name in (
        "B.txt",
        "A.txt",
        "A.html",
        "deep/er/C.mhtml",
        "D_files/frame.html",
        ".git/E.txt",
        "notes.md",
        "F.png",
    ):
        written(tmp_path / name, b"* run")
    (tmp_path / "folder.txt").mkdir()
    written(tmp_path / "G", b"<!DOCTYPE html><html>")
    found = [path.path.relative_to(tmp_path).as_posix() for path in sources.find_sources([tmp_path])]
    assert found == ["A.html", "A.txt", "B.txt", "G", "deep/er/C.mhtml"]


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_links_are_followed_only_inside_the_folder(tmp_path: Path) -> None:
    pages = tmp_path / "pages"
    written(tmp_path / "outside" / "A.txt", b"* run")
    written(pages / "deep" / "B.txt", b"* run")
    links = {
        "C.txt": "deep/B.txt",
        "D.txt": "../outside/A.txt",
        "folder": "../outside",
        "deep/up": "..",
        "E.txt": "E.txt",
    }
    for name, target in {**links, "image.png": "../outside/A.txt", "gone.txt": "../outside/gone.txt"}.items():
        (pages / name).symlink_to(target)
    found = {str(file.path.relative_to(pages)): file.member for file in sources.find_sources([pages])}
    assert [name for name, refused in found.items() if not refused] == ["C.txt", "deep/B.txt"]
    assert [name for name, refused in found.items() if refused] == ["D.txt", "folder"]
    with pytest.raises(SourceError, match=r"D\.txt is a link out of .*pages, so it was not followed\."):
        next(file for file in sources.find_sources([pages]) if file.member).read()


def test_standard_input_is_a_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(b"* run")))
    (file,) = sources.find_sources([Path("-")], "SomeTrope")
    assert (str(file), file.read().page) == ("Standard input", "Main/SomeTrope")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return a folder with copies of the tables."""
    for name in ("titles.toml", "media.toml", "subpages.toml"):
        copyfile(ROOT / "data" / name, tmp_path / name)
    return tmp_path


@pytest.mark.parametrize(
    ("table", "text"),
    [
        pytest.param("titles.toml", "[", id="titles are no TOML"),
        pytest.param("media.toml", "[", id="media are no TOML"),
        pytest.param("media.toml", "[media.x]\nname = 1", id="no groups"),
        pytest.param("media.toml", "[groups]\n[media.x]\nname = 'X'\ngroup = 'none'\n", id="unknown group"),
        pytest.param("media.toml", "[groups]\n[media.web_comics]\nname = 'X'\ngroup = 'x'\n", id="a key for no button"),
        pytest.param("subpages.toml", "[", id="subpages are no TOML"),
        pytest.param("subpages.toml", "[subpages]\nFilm = 'none'\n", id="unknown medium"),
    ],
)
def test_a_malformed_table_is_an_error(data: Path, table: str, text: str) -> None:
    (data / table).write_text(text)
    with pytest.raises(SourceError, match="able"):
        read_tables(data).validate()


def test_a_titles_table_may_be_empty(data: Path) -> None:
    (data / "titles.toml").write_text("[media.x]\nname = 1")
    assert read_tables(data).lexicon.titles == {}


def test_a_changed_table_changes_the_fingerprint(data: Path) -> None:
    source = SourceFile(ROOT / "data" / "tropes" / "BigHeroicRun.txt").read()
    before = sources.fingerprint(source, read_tables(data))
    with (data / "titles.toml").open("a") as table:
        table.write('"Film/ZzNew" = "Zz: New"\n')
    assert sources.fingerprint(source, read_tables(data)) != before


@pytest.mark.parametrize("version", ["READER_VERSION", "LAYOUT_VERSION"])
def test_another_reader_or_layout_loads_pages_again(version: str, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = SourceFile(ROOT / "data" / "tropes" / "BigHeroicRun.txt").read()
    before = sources.fingerprint(source, read_tables(data))
    monkeypatch.setattr(site_tables, version, "another")
    assert sources.fingerprint(source, read_tables(data)) != before
