"""A small disk for one test, which can be filled and made read-only."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest


class Disk:
    """A mounted disk of a few megabytes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._filler = path / "filler"

    def fill(self) -> None:
        with self._filler.open("ab", buffering=0) as file:
            for size in (1 << 16, 1):
                with suppress(OSError):  # no space left, as asserted below
                    while file.write(b"\0" * size):
                        pass
        assert shutil.disk_usage(self.path).free == 0

    def free(self) -> None:
        self._filler.unlink()

    def protect(self) -> None:
        """Make the disk read-only. No file on it may be open for writing."""
        subprocess.run(["mount", "-o", "remount,ro", self.path], check=True, capture_output=True)


@contextmanager
def small_disk(folder: Path, size: str = "2m") -> Iterator[Disk]:
    """Mount a small disk during the block. Skip the test if that is not possible."""
    path = folder / "disk"
    path.mkdir()
    if not sys.platform.startswith("linux") or os.geteuid() or not shutil.which("mount"):
        pytest.skip("only root on Linux can mount a small disk")
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "bigrun-test", str(path)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no disk can be mounted here")
    try:
        yield Disk(path)
    finally:
        subprocess.run(["umount", "--lazy", path], check=True)
