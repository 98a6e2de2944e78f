"""Break the code that hides spoilers, one fault at a time, and check that a test fails: `make mutation-test`.

The faults are in `mutations.toml`. Each is made in a copy of the code. Exit with 1 if a fault goes unnoticed, with 2
if a fault no longer applies or the tests fail without any.
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
COPIED = ("bot", "cogs", "tests", "data")
LEFT_OUT = shutil.ignore_patterns("node_modules", "__pycache__", ".*_cache", ".hypothesis", "*.db")
TESTS = (
    "tests/render", "tests/components", "tests/corpus/test_rows.py", "tests/wiki/test_cases.py",
    "tests/wiki/test_saved_cases.py", "tests/wiki/test_saved_page.py", "tests/wiki/test_pathological_pages.py",
)  # fmt: skip
FAILED = re.compile(r"^(?:FAILED|ERROR) [^:\s]+(?:::(\w+))?", re.MULTILINE)


class Mutation(NamedTuple):
    """A seeded fault: what it breaks, in which file, and which text becomes which."""

    what: str
    path: str
    old: str
    new: str


def mutations() -> Iterator[Mutation]:
    for path, changes in tomllib.loads(LIST.read_text(encoding="utf-8")).items():
        yield from (Mutation(what, path, old, new) for what, (old, new) in changes.items())


def main() -> int:
    """Make each fault alone, print which test noticed it, and return the exit status."""
    faults = list(mutations())
    problems = [f"no longer applies: {fault.what} ({fault.path})" for fault in stale(faults)]
    # Tests that fail without a fault would notice anything.
    if problems := problems or [f"fails without a fault: {test}" for test in _failing()]:
        print(*problems, sep="\n")
        return 2
    unnoticed = 0
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for fault, tests in zip(faults, pool.map(_failing, faults), strict=True):
            print(f"{fault.what:48} {', '.join(tests) or 'UNNOTICED'}", flush=True)
            unnoticed += not tests
    print(f"{len(faults)} faults, {unnoticed} unnoticed")
    return 1 if unnoticed else 0


def stale(faults: Iterable[Mutation]) -> list[Mutation]:
    """Return the faults whose text is not in the code exactly once."""
    return [fault for fault in faults if (ROOT / fault.path).read_text(encoding="utf-8").count(fault.old) != 1]


def _failing(*faults: Mutation) -> list[str]:
    """Return the first test that fails with the faults, in a list."""
    with tempfile.TemporaryDirectory(prefix="mutation-") as folder:
        copy = Path(folder)
        for name in COPIED:
            shutil.copytree(ROOT / name, copy / name, ignore=LEFT_OUT)
        shutil.copy(ROOT / "pyproject.toml", copy)
        for fault in faults:
            changed = copy / fault.path
            text = changed.read_text(encoding="utf-8").replace(fault.old, fault.new)
            changed.write_text(text, encoding="utf-8")
        command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "--tb=no", *TESTS]
        run = subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False, timeout=300)
    if run.returncode not in (0, 1, 2):
        raise RuntimeError(f"the tests could not be run: {run.stdout}{run.stderr}")
    return [found[1] or found[0] for found in FAILED.finditer(run.stdout)] or ["(no name)"] * (run.returncode != 0)


if __name__ == "__main__":
    sys.exit(main())
