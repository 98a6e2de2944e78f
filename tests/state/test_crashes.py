"""Processes killed while they write lose nothing; `make crash-test N=1000` repeats it more often."""

import os
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from bot.settings import ROOT
from bot.state.location import open_state
from tests.state.crash_operations import TABLES, Stores, empty_model, plan, read_model

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not hasattr(os, "fork"), reason="the crash test forks")]


def _crash_test(*arguments: str) -> subprocess.CompletedProcess[str]:
    # In a subprocess, because a process that forks should have no threads.
    return subprocess.run(
        [sys.executable, "-m", "tests.state.crash_test", "--seed", "1", *arguments],
        cwd=ROOT, capture_output=True, encoding="utf-8", timeout=120, check=False,
    )  # fmt: skip


async def test_every_operation_matches_the_model(tmp_path: Path) -> None:
    async with open_state(tmp_path / "state.db") as state:
        tables = {name for (name,) in await state.fetch_all("SELECT name FROM sqlite_schema WHERE type = 'table'")}
        stores = Stores(state)
        model, written = empty_model(), set()
        for operation, values in plan(Random("all of them"), 1_000):
            await operation.do(stores, *values)
            operation.expect(model, *values)
            assert read_model(tmp_path / "state.db") == model
            written |= {table for table, rows in model.items() if rows}
    assert set(TABLES) == written == tables


def test_a_killed_process_loses_no_acknowledged_change() -> None:
    result = _crash_test("--n", "25", "--loads", "5")
    assert (result.returncode, result.stderr) == (0, "")
    for kills in ("25 kills of writers", "5 kills of drawers", "5 kills of loads"):
        assert kills in result.stdout


def test_an_acknowledged_but_missing_change_is_detected() -> None:
    result = _crash_test("--n", "20", "--loads", "0", "--skip-writes")
    assert result.returncode == 1
    assert result.stderr.startswith("LOST: seed 1, kill ")
