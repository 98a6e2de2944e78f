"""The wheel and the source archive hold what is named for them, and nothing that a host keeps beside it."""

import subprocess
import sys
import tarfile
from pathlib import Path
from shutil import copytree, ignore_patterns, which
from zipfile import ZipFile

import pytest

from bot.settings import ROOT

UV = which("uv") or str(ROOT / ".uv" / "bin" / "uv")
PRIVATE = (
    "backups/x.db", "secrets.txt", "bot/notes.txt", "bot/x.db", "data/state.db", "data/tropes/Own.txt", ".env",
    "docs/private.txt", "deploy/wheel/bigrun/token.txt",
)  # fmt: skip
LEFT_OUT = ignore_patterns(".*", "__pycache__", "*.db*", "node_modules", "tests")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path(UV).exists(), reason="uv is not installed"),
]


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return the wheel and the source archive of a checkout with private files in it."""
    checkout = tmp_path_factory.mktemp("checkout") / "bigrun"
    copytree(ROOT, checkout, ignore=LEFT_OUT)
    (checkout / ".env.example").write_bytes((ROOT / ".env.example").read_bytes())
    for name in PRIVATE:
        (checkout / name).parent.mkdir(exist_ok=True)
        (checkout / name).write_text("secret")
    subprocess.run([UV, "build", "--quiet", "--out-dir", "dist"], cwd=checkout, check=True)
    [wheel], [source] = checkout.glob("dist/*.whl"), checkout.glob("dist/*.tar.gz")
    return wheel, source


def _code() -> set[str]:
    return {
        file.relative_to(ROOT).as_posix()
        for folder in ("bot", "cogs")
        for file in (ROOT / folder).rglob("*")
        if file.suffix in {".py", ".sql"}
    }


def test_the_wheel_holds_the_named_files_alone(archives: tuple[Path, Path]) -> None:
    names = set(ZipFile(archives[0]).namelist())
    metadata = {name for name in names if ".dist-info/" in name}
    data = {f"data/{name}.toml" for name in ("media", "subpages", "titles")}
    expected = _code() | data | {"data/README.md", "data/tropes/BigHeroicRun.txt", ".env.example"}
    launcher = {"bigrun/__init__.py", "bigrun/__main__.py", "bigrun/py.typed"}
    assert names - metadata == launcher | {f"bigrun/app/{name}" for name in expected}
    assert {name.split("/", 1)[1] for name in metadata} == {
        "METADATA", "WHEEL", "RECORD", "entry_points.txt", "licenses/LICENSE", "licenses/data/tropes/LICENSE",
    }  # fmt: skip


def test_the_source_archive_holds_nothing_private(archives: tuple[Path, Path]) -> None:
    with tarfile.open(archives[1]) as archive:
        names = {name.split("/", 1)[1] for name in archive.getnames()}
    assert not names & set(PRIVATE)
    assert _code() <= names
    assert {Path(name).suffix for name in names} <= {".py", ".sql", ".toml", ".md", ".txt", ".typed", ".example", ""}


def test_both_archives_build_the_same_wheel(archives: tuple[Path, Path], tmp_path: Path) -> None:
    subprocess.run([UV, "build", "--quiet", "--wheel", "--out-dir", tmp_path, archives[1]], check=True)
    [rebuilt] = tmp_path.glob("*.whl")
    assert {each.filename: each.CRC for each in ZipFile(rebuilt).infolist()} == {
        each.filename: each.CRC for each in ZipFile(archives[0]).infolist()
    }


def test_an_installed_wheel_runs_everywhere(archives: tuple[Path, Path], tmp_path: Path) -> None:
    subprocess.run([UV, "venv", "--quiet", "--python", sys.executable, tmp_path / "venv"], check=True)
    python = tmp_path / "venv" / "bin" / "python"
    subprocess.run([UV, "pip", "install", "--quiet", "--python", python, archives[0]], check=True)
    for command in ([python, "-m", "bigrun"], [python.with_name("bigrun")]):
        result = subprocess.run([*command, "--version"], capture_output=True, text=True, check=True, cwd=tmp_path)
        assert result.stdout.startswith("Big Run ")
    top = {path.name for path in python.parents[1].glob("lib/python*/site-packages/*") if "bigrun" in path.name}
    assert {name.split("-")[0] for name in top} == {"bigrun"}
