"""Compare what the command line prints with the recorded output. `record_frozen` records it again."""

import hashlib
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.cli_runner import Cli
from tests.e2e.frozen_format import readable
from tests.e2e.scripted_scenes import FROZEN, PAGES, ROOT, SEED

pytestmark = pytest.mark.slow


def bigrun(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run a command line in a folder, with the test pages."""
    return subprocess.run(
        [sys.executable, "-m", "bot", *words],
        env={**Cli(folder).environment, "BIGRUN_PAGES": str(PAGES), **environment},
        cwd=folder,
        capture_output=True,
        timeout=60,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def by_trope(printed: bytes) -> dict[str, str]:
    """Return a digest of what was printed of each trope."""
    rows: dict[str, list[bytes]] = {}
    for row in printed.splitlines(keepends=True):
        thing = json.loads(row)
        rows.setdefault(thing["name"] if thing["type"] == "trope" else thing["trope"], []).append(row)
    return {name: hashlib.sha256(b"".join(found)).hexdigest() for name, found in rows.items()}


def checked_cases(folder: Path, sources: Sequence[str]) -> list[dict[str, str]]:
    """Return each source of a page with a digest of what `check --json` prints of it."""
    pages = folder / "cases"
    pages.mkdir()
    for number, source in enumerate(sources):
        (pages / f"Case{number:03}.txt").write_bytes(source.encode(errors="surrogatepass"))
    found = by_trope(bigrun(folder, "check", "--json", str(pages)).stdout)
    return [
        {"source": source, "sha256": found.get(f"Case{number:03}", "refused")} for number, source in enumerate(sources)
    ]


def frozen_cases() -> list[Any]:
    """Return the syntax cases that were recorded."""
    return [json.loads(row) for row in (FROZEN / "check-cases.jsonl").read_text(encoding="utf-8").splitlines()]


def wrong_input(folder: Path) -> list[dict[str, Any]]:
    """Return what is printed for wrong command lines and settings."""
    empty = folder / "Empty.txt"
    empty.write_text("nothing")
    answers = []
    for typed, environment in WRONG_INPUT:
        done = bigrun(folder, *typed.split(), **environment)
        stderr, stdout = (
            printed.decode().replace(str(folder), "<folder>").replace(str(ROOT), "<root>").splitlines()
            for printed in (done.stderr, done.stdout)
        )
        settings = "".join(f"{key}={value} " for key, value in environment.items())
        answers.append({f"{settings}bigrun {typed}": {"status": done.returncode, "stderr": stderr, "stdout": stdout}})
    return answers


WRONG_INPUT: list[tuple[str, dict[str, str]]] = [
    ("run", {}),
    ("run", {"BIGRUN_SHARD_COUNT": "many"}),
    ("run", {"BIGRUN_SHARD_IDS": "0-3"}),
    ("check nowhere", {}),
    ("check --json Empty.txt", {}),
    ("load Empty.txt", {}),
    ("export", {"BIGRUN_CORPUS": "nowhere.db"}),
    ("export --trope NoSuchTrope", {}),
    ("restore nothing.db", {}),
    ("backup copy.db", {"BIGRUN_STATE": "postgresql://nowhere/state"}),
    ("fly", {}),
]


def test_check_prints_the_seed_page_byte_for_byte(tmp_path: Path) -> None:
    done = bigrun(tmp_path, "check", "--json", str(SEED))
    expected = (FROZEN / "check-BigHeroicRun.jsonl").read_bytes()
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.splitlines(keepends=True) == expected.splitlines(keepends=True)


def test_check_and_export_print_the_test_pages_byte_for_byte(tmp_path: Path) -> None:
    expected = json.loads((FROZEN / "check-pages.json").read_text(encoding="utf-8"))
    assert by_trope(bigrun(tmp_path, "check", "--json", str(PAGES)).stdout) == expected
    assert bigrun(tmp_path, "load").returncode == 0
    assert by_trope(bigrun(tmp_path, "export").stdout) == expected


def test_check_prints_the_syntax_cases_byte_for_byte(tmp_path: Path) -> None:
    assert checked_cases(tmp_path, [case["source"] for case in frozen_cases()]) == frozen_cases()


def test_wrong_input_gets_the_recorded_answers(tmp_path: Path) -> None:
    expected = json.loads((FROZEN / "wrong-input.json").read_text(encoding="utf-8"))
    assert readable(wrong_input(tmp_path)).splitlines() == readable(expected).splitlines()
