"""The wheel and the source archive hold what is named for them, and nothing that a host keeps beside it."""

import os
import re
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


SPOKEN_FILES = "LC_MESSAGES/bigrun.mo", "media.toml", "places.json", "times.toml"
BEFORE = "0.1.99"  # a version before this one
PAGES = 400  # so many are read by processes of their own
STORE_A_SETTING = """
import asyncio, bigrun
from bot.settings import HOME
from bot.state.location import open_state
async def store():
    async with open_state(HOME.state) as state:
        await state.save_synced_commands_hash("1 global", "x")
asyncio.run(store())
"""


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a checkout with private files in it."""
    checkout = tmp_path_factory.mktemp("checkout") / "bigrun"
    copytree(ROOT, checkout, ignore=LEFT_OUT)
    (checkout / ".env.example").write_bytes((ROOT / ".env.example").read_bytes())
    for name in PRIVATE:
        (checkout / name).parent.mkdir(exist_ok=True)
        (checkout / name).write_text("secret")
    return checkout


@pytest.fixture(scope="module")
def archives(checkout: Path) -> tuple[Path, Path]:
    """Return its wheel and its source archive."""
    subprocess.run([UV, "build", "--quiet", "--out-dir", "dist"], cwd=checkout, check=True)
    [wheel], [source] = checkout.glob("dist/*.whl"), checkout.glob("dist/*.tar.gz")
    return wheel, source


class Installed:
    """A new virtual environment, and an empty home folder."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.bin = folder, folder / "venv" / "bin"
        subprocess.run([UV, "venv", "--quiet", "--python", sys.executable, folder / "venv"], check=True)

    def install(self, package: Path | str, *options: str) -> None:
        subprocess.run(
            [UV, "pip", "install", "--quiet", "--python", self.bin / "python", *options, package], check=True
        )

    def run(self, program: str, *words: str | Path) -> str:
        """Return what a command prints, to standard error if it fails."""
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "XDG_DATA_HOME": str(self.folder / "data")}
        result = subprocess.run(
            [self.bin / program, *words], env=environment, cwd=self.folder, capture_output=True, text=True, check=False
        )
        return result.stderr if result.returncode else result.stdout


@pytest.fixture
def installed(tmp_path: Path) -> Installed:
    return Installed(tmp_path)


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
    others = {"data/README.md", "data/common_words.txt", "data/tropes/BigHeroicRun.txt", ".env.example"}
    languages = {path.name for path in (ROOT / "data" / "locales").iterdir()}
    spoken = {f"data/locales/{each}/{name}" for each in languages for name in SPOKEN_FILES}
    expected = _code() | data | others | spoken
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
    kinds = {".py", ".sql", ".toml", ".po", ".md", ".txt", ".json", ".typed", ".example", ""}
    assert {Path(name).suffix for name in names} <= kinds


def test_both_archives_build_the_same_wheel(archives: tuple[Path, Path], tmp_path: Path) -> None:
    subprocess.run([UV, "build", "--quiet", "--wheel", "--out-dir", tmp_path, archives[1]], check=True)
    [rebuilt] = tmp_path.glob("*.whl")
    assert {each.filename: each.CRC for each in ZipFile(rebuilt).infolist()} == {
        each.filename: each.CRC for each in ZipFile(archives[0]).infolist()
    }


def test_an_installed_wheel_runs_everywhere(archives: tuple[Path, Path], installed: Installed) -> None:
    installed.install(archives[0])
    assert installed.run("bigrun", "--version") == installed.run("python", "-m", "bigrun", "--version")
    top = {path.name for path in installed.bin.parent.glob("lib/python*/site-packages/*") if "bigrun" in path.name}
    assert {name.split("-")[0] for name in top} == {"bigrun"}
    # Without the extra, it says how to get it from this wheel.
    preview = f'To install them and start it: uvx --from "{archives[0]}[preview]" bigrun preview\n'
    assert installed.run("bigrun", "preview").endswith(preview)


def test_an_update_keeps_state_and_corpus(checkout: Path, archives: tuple[Path, Path], installed: Installed) -> None:
    project = checkout / "pyproject.toml"
    text = project.read_text(encoding="utf-8")
    project.write_text(re.sub(r'(?m)^version = ".*"$', f'version = "{BEFORE}"', text), encoding="utf-8")
    subprocess.run([UV, "build", "--quiet", "--wheel", "--out-dir", installed.folder], cwd=checkout, check=True)
    project.write_text(text, encoding="utf-8")
    [before] = installed.folder.glob("*.whl")
    installed.install(before)
    assert BEFORE in installed.run("bigrun", "--version")
    pages = installed.folder / "pages"
    pages.mkdir()
    for number in range(PAGES):
        (pages / f"Walk{number}.txt").write_text("A walk.\n----\n!!Examples:\n* ''Film/{{Alien}}'': They walk.\n")
    loaded = f"Loaded {PAGES} tropes ({PAGES} examples), 0 unchanged, 0 rejected.\n"
    assert installed.run("bigrun", "load", pages).endswith(loaded)
    assert installed.run("python", "-c", STORE_A_SETTING) == ""
    installed.install(archives[0], "--upgrade")
    assert BEFORE not in installed.run("bigrun", "--version")
    assert installed.run("bigrun", "backup", "copy.db") == "Copied the state to copy.db: 1 row.\n"
    assert f"(0 examples), {PAGES} unchanged" in installed.run("bigrun", "load", pages)
    assert sorted(path.name for path in (installed.folder / "data" / "bigrun").glob("*.db")) == [
        "corpus.db",
        "state.db",
    ]
