"""Processes killed while they write, fifty times; `make kills N=1000` does it oftener."""

import os
import subprocess
import sys

import pytest

from bot.settings import ROOT

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="kills are made by forking")


def _kills(*words: str) -> subprocess.CompletedProcess[str]:
    # A process of its own: what forks should have no threads.
    return subprocess.run(
        [sys.executable, "-m", "tests.store.kills", "--seed", "1", *words],
        cwd=ROOT, capture_output=True, encoding="utf-8", timeout=120, check=False,
    )  # fmt: skip


def test_nothing_that_was_acknowledged_is_lost_when_a_process_is_killed() -> None:
    done = _kills("--n", "50", "--loads", "20")
    assert (done.returncode, done.stderr) == (0, "")
    assert "50 kills of writers" in done.stdout
    assert "20 kills of loads" in done.stdout


def test_a_change_that_is_acknowledged_and_not_made_is_noticed() -> None:
    done = _kills("--n", "20", "--loads", "0", "--lie")
    assert done.returncode == 1
    assert done.stderr.startswith("LOST: seed 1, kill ")
