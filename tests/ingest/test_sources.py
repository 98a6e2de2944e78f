"""Page sources and tables are read, or refused with a reason."""

from pathlib import Path
from shutil import copyfile

import pytest

from bot.errors import SourceError
from bot.ingest import sources
from bot.settings import ROOT


def test_a_source_is_named_after_its_file(tmp_path: Path) -> None:
    path = tmp_path / "RunLolaRun.txt"
    path.write_text("* run", encoding="utf-8")
    source = sources.read_source(path)
    assert (source.name, source.text) == ("RunLolaRun", "* run")


def test_equal_sources_have_equal_hashes(tmp_path: Path) -> None:
    for name in ("A1", "B1"):
        (tmp_path / f"{name}.txt").write_text("* run")
    first, second = (sources.read_source(tmp_path / f"{name}.txt") for name in ("A1", "B1"))
    assert first.content_hash == second.content_hash


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        pytest.param("My notes.txt", b"x", "name the file after its page", id="name"),
        pytest.param("Page.txt", b"caf\xe9", "not UTF-8 text", id="encoding"),
        pytest.param("Page.txt", b"x" * (sources.MAX_BYTES + 1), "over 2 MiB", id="size"),
    ],
)
def test_an_invalid_source_is_refused_with_a_reason(tmp_path: Path, name: str, data: bytes, reason: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(SourceError, match=reason):
        sources.read_source(path)


def test_a_missing_source_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot be read"):
        sources.read_source(tmp_path / "Page.txt")
    with pytest.raises(SourceError, match="does not exist"):
        list(sources.find_sources([tmp_path / "nowhere"]))


def test_a_folder_lists_its_text_files_by_name(tmp_path: Path) -> None:
    for name in ("B.txt", "A.txt", "notes.md"):
        (tmp_path / name).touch()
    (tmp_path / "folder.txt").mkdir()
    assert [path.name for path in sources.find_sources([tmp_path])] == ["A.txt", "B.txt"]


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
        pytest.param("subpages.toml", "[", id="subpages are no TOML"),
        pytest.param("subpages.toml", "[subpages]\nFilm = 'none'\n", id="unknown medium"),
    ],
)
def test_a_malformed_table_is_an_error(data: Path, table: str, text: str) -> None:
    (data / table).write_text(text)
    with pytest.raises(SourceError, match="able"):
        sources.read_tables(data).validate()


def test_a_titles_table_may_be_empty(data: Path) -> None:
    (data / "titles.toml").write_text("[media.x]\nname = 1")
    assert sources.read_tables(data).lexicon.titles == {}


def test_a_changed_table_changes_the_fingerprint(data: Path) -> None:
    source = sources.read_source(ROOT / "data" / "tropes" / "BigHeroicRun.txt")
    before = sources.fingerprint(source, sources.read_tables(data))
    with (data / "titles.toml").open("a") as table:
        table.write('"Film/ZzNew" = "Zz: New"\n')
    assert sources.fingerprint(source, sources.read_tables(data)) != before
