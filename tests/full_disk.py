"""A small disk of its own for a test, to be filled and made read-only."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest


class Disk:
    """A disk that holds two megabytes, or as much as was said."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._filler = path / "filler"

    def fill(self) -> None:
        """Leave no room at all."""
        with self._filler.open("ab", buffering=0) as file:
            for size in (1 << 16, 1):
                with suppress(OSError):  # no space left: looked at below
                    while file.write(b"\0" * size):
                        pass
        assert shutil.disk_usage(self.path).free == 0

    def free(self) -> None:
        """Make room again."""
        self._filler.unlink()

    def protect(self) -> None:
        """Let nothing be written any more; no file on it may be open for writing."""
        subprocess.run(["mount", "-o", "remount,ro", self.path], check=True, capture_output=True)


@contextmanager
def small_disk(folder: Path, size: str = "2m") -> Iterator[Disk]:
    """Mount a small disk for the time of the block; skips the test where that cannot be done."""
    path = folder / "disk"
    path.mkdir()
    if not sys.platform.startswith("linux") or os.geteuid() or not shutil.which("mount"):
        pytest.skip("only root on Linux can mount a small disk")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "bigrun-test", path], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("no disk can be mounted here")
    try:
        yield Disk(path)
    finally:
        subprocess.run(["umount", "--lazy", path], check=True)
