"""A PostgreSQL server of the tests' own, in a temporary folder on a loopback port; the system's is left alone."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import asyncpg

_PLACES = ("/usr/local/bin", *sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin")), reverse=True))
USER = "bigrun"
FAST = "fsync=off synchronous_commit=off full_page_writes=off shared_buffers=16MB max_connections=30".split()


def programs() -> Path | None:
    """Return the folder of PostgreSQL's own programs, or None if they are not installed."""
    found = shutil.which("initdb", path=os.pathsep.join([os.environ["PATH"], *_PLACES]))
    return Path(found).parent if found else None


@contextmanager
def running_server(programs: Path, settings: Sequence[str] = FAST) -> Iterator[str]:
    """Run a server during the block, which forgets everything at a power cut unless told otherwise.

    Yields:
        The address of its database.
    """
    # Not in a folder of pytest's: those are closed to the user that the server runs as.
    with tempfile.TemporaryDirectory(prefix="bigrun-postgres-") as name:
        folder = Path(name)
        data, password, control = folder / "data", folder / "password", programs / "pg_ctl"
        password.write_text("secret")
        who = _somebody(folder, password)
        _run(who, programs / "initdb", "-D", data, "-U", USER, "-A", "scram-sha-256", "--pwfile", password, "--no-sync")
        port = _free_port()
        options = ["-h", "127.0.0.1", "-p", str(port), "-k", name, *(f"-c{setting}" for setting in settings)]
        _run(who, control, "start", "--wait", "-D", data, "-l", folder / "log", "-o", " ".join(options))
        try:
            yield f"postgresql://{USER}:secret@127.0.0.1:{port}/postgres"
        finally:
            _run(who, control, "stop", "-D", data, "-m", "immediate")


async def emptied(address: str) -> str:
    connection = await asyncpg.connect(address)
    await connection.execute("DROP SCHEMA IF EXISTS bigrun CASCADE")
    await connection.close()
    return address


def _somebody(folder: Path, *files: Path) -> str | None:
    """Return a user to run the server as, whose files they are then: PostgreSQL refuses to run as root."""
    if os.getuid():
        return None
    for path in (folder, *files):
        shutil.chown(path, "postgres", "postgres")
    return "postgres"


def _run(who: str | None, *command: object) -> None:
    subprocess.run(
        [str(word) for word in command], user=who, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
