"""Page sources and tables: what can be read, and the sentence for what cannot."""

from pathlib import Path

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
    ("name", "data", "sentence"),
    [
        ("My notes.txt", b"x", "name the file after its page"),
        ("Page.txt", b"caf\xe9", "not UTF-8 text"),
        ("Page.txt", b"x" * (sources.MAX_BYTES + 1), "over 2 MiB"),
    ],
)
def test_an_invalid_source_is_refused_with_a_reason(
    tmp_path: Path, name: str, data: bytes, sentence: str
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(SourceError, match=sentence):
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


@pytest.mark.parametrize("table", ["titles.toml", "media.toml"])
@pytest.mark.parametrize("text", ["[", "[media.x]\nname = 1", "[groups]\n[media.x]\nname = 'X'\ngroup = 'none'\n"])
def test_a_malformed_table_is_an_error(tmp_path: Path, table: str, text: str) -> None:
    for name in ("titles.toml", "media.toml"):
        (tmp_path / name).write_bytes((ROOT / "data" / name).read_bytes())
    (tmp_path / table).write_text(text)
    if table == "titles.toml" and text != "[":
        assert sources.read_tables(tmp_path).lexicon.titles == {}
    else:
        with pytest.raises(SourceError, match="able"):
            sources.read_tables(tmp_path).validate()


def test_a_changed_table_changes_the_fingerprint(tmp_path: Path) -> None:
    for name in ("titles.toml", "media.toml"):
        (tmp_path / name).write_bytes((ROOT / "data" / name).read_bytes())
    source = sources.read_source(ROOT / "data" / "tropes" / "BigHeroicRun.txt")
    before = sources.fingerprint(source, sources.read_tables(tmp_path))
    with (tmp_path / "titles.toml").open("a") as table:
        table.write('"Film/ZzNew" = "Zz: New"\n')
    assert sources.fingerprint(source, sources.read_tables(tmp_path)) != before
