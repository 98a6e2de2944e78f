"""Two tropes to load, and where to."""

from pathlib import Path

import pytest

from bot.settings import ROOT

SOURCE = "About.\n----\n[[folder:Film]]\n* ''Film/RunLolaRun'': runs.\n* ''Film/{{Benji}}'': barks.\n[[/folder]]\n"


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "BigHeroicRun.txt").write_bytes((ROOT / "data" / "tropes" / "BigHeroicRun.txt").read_bytes())
    (folder / "PowerWalk.txt").write_text(SOURCE)
    return folder


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "corpus.db"
