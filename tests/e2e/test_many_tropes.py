"""A command costs the same however many tropes are loaded. Counted in calls, not in seconds."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from bot.ingest.loader import load
from bot.ingest.site_tables import SiteTables
from bot.settings import ROOT, Settings
from tests.e2e.conftest import open_server, simulated_discord

OURS = tuple(str(ROOT / folder) for folder in ("bot", "cogs"))
FEW, MANY = 30, 220  # of a third of them, each work has more than a page
COMMANDS: dict[str, dict[str, Any]] = {
    "trope random": {},
    "trope medium": {"name": "film"},
    "trope search": {"words": "runs"},
    "trope work": {"title": "Title 1"},
    "trope about": {"trope": "Some Trope 1"},
    "bigrun settings": {},
}


class Calls:
    """Counts calls of our functions."""

    def __init__(self) -> None:
        self.count = 0

    def note(self, frame: FrameType, event: str, _: object) -> None:
        self.count += event == "call" and frame.f_code.co_filename.startswith(OURS)

    @contextmanager
    def counting(self) -> Iterator[None]:
        self.count = 0
        sys.setprofile(self.note)
        try:
            yield
        finally:
            sys.setprofile(None)


def write_pages(folder: Path, tropes: int) -> None:
    folder.mkdir()
    for number in range(tropes):
        source = f"About.\n----\n[[folder:Film]]\n* ''Film/Title{number % 3}'': She runs home.\n[[/folder]]\n"
        (folder / f"SomeTrope{number}.txt").write_text(source, encoding="utf-8")


async def calls_of_commands(tropes: int, folder: Path, tables: SiteTables) -> dict[str, int]:
    write_pages(folder, tropes)
    await load([folder], folder / "corpus.db", tables)
    settings = Settings(corpus_path=folder / "corpus.db", state_location=folder / "state.db", shard_count=1)
    calls, counts = Calls(), {}
    async with simulated_discord(settings) as env:
        server = open_server(env)
        for command, options in COMMANDS.items():
            await server.mod.slash(server.channel, command, **options)
            with calls.counting():
                await server.mod.slash(server.channel, command, **options)
            counts[command] = calls.count
    return counts


@pytest.mark.slow
async def test_a_command_does_not_look_at_every_trope(tmp_path: Path, tables: SiteTables) -> None:
    few, many = [await calls_of_commands(n, tmp_path / str(n), tables) for n in (FEW, MANY)]
    assert min(few.values()) > 20
    assert {
        command: (few[command], calls) for command, calls in many.items() if calls - few[command] >= MANY - FEW
    } == {}
