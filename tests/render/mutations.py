"""Break the spoiler promise on purpose, one place at a time, and check that the tests notice.

Run it as `python -m tests.render.mutations`. The changes are in `mutations.toml`. Each is made to a copy of the code in
a temporary folder. The exit status is 1 if a change goes unnoticed, and 2 if one cannot be made any more or the tests
fail without any.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
LIST = Path(__file__).with_name("mutations.toml")
COPIED = ("bot", "cogs", "tests", "data", "pyproject.toml")
LEFT_OUT = shutil.ignore_patterns("node_modules", "__pycache__", ".*_cache", ".hypothesis", "*.db")
TESTS = (
    "tests/render", "tests/components", "tests/corpus/test_rows.py", "tests/wiki/test_saved_cases.py",
    "tests/wiki/test_saved_page.py", "tests/wiki/test_pathological_pages.py",
)  # fmt: skip
FAILED = re.compile(r"^(?:FAILED|ERROR) [^:\s]+(?:::(\w+))?", re.MULTILINE)


class Mutation(NamedTuple):
    """A change that breaks the promise: what it breaks, the file, a text in it, and what replaces the text."""

    what: str
    path: str
    old: str
    new: str


def mutations() -> Iterator[Mutation]:
    """Yield the changes of the list."""
    for path, changes in tomllib.loads(LIST.read_text(encoding="utf-8")).items():
        yield from (Mutation(what, path, old, new) for what, (old, new) in changes.items())


def main() -> int:
    """Make each change alone, print which test noticed it, and return the exit status."""
    changes = list(mutations())
    stale = [change for change in changes if _read(ROOT / change.path).count(change.old) != 1]
    for change in stale:
        _say(f"cannot be made: {change.what} ({change.path})")
    if stale or not _passes_unchanged():
        return 2
    unnoticed = 0
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for change, tests in zip(changes, pool.map(_noticing, changes), strict=True):
            _say(f"{change.what:48} {', '.join(tests) or 'UNNOTICED'}")
            unnoticed += not tests
    _say(f"{len(changes)} changes, {unnoticed} unnoticed")
    return 1 if unnoticed else 0


def _passes_unchanged() -> bool:
    """Return whether the tests pass without a change; if not, they would notice anything."""
    failing = _failing(changes=())
    if failing:
        _say(f"fails without a change: {', '.join(failing)}")
    return not failing


def _noticing(change: Mutation) -> list[str]:
    return _failing([change])


def _failing(changes: Iterable[Mutation]) -> list[str]:
    """Return the first test that fails with the changes, in a list."""
    with tempfile.TemporaryDirectory(prefix="mutation-") as folder:
        copy = Path(folder)
        _copy(copy)
        for change in changes:
            changed = copy / change.path
            changed.write_text(_read(changed).replace(change.old, change.new), encoding="utf-8")
        command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "--tb=no", *TESTS]
        run = subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False, timeout=300)
    if run.returncode not in (0, 1, 2):
        raise RuntimeError(f"the tests could not be run: {run.stdout}{run.stderr}")
    return [found[1] or found[0] for found in FAILED.finditer(run.stdout)] or ["(no name)"] * (run.returncode != 0)


def _copy(to: Path) -> None:
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, to / name, ignore=LEFT_OUT)
        else:
            shutil.copy(ROOT / name, to / name)


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
