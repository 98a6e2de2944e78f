"""A PostgreSQL server for the tests, in a temporary folder on a loopback port."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from subprocess import DEVNULL

import asyncpg

SEARCH_PATHS = ("/usr/local/bin", *sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin")), reverse=True))
USER = "bigrun"
FAST = "fsync=off synchronous_commit=off full_page_writes=off shared_buffers=16MB max_connections=30".split()


def programs() -> Path | None:
    """Return the folder of PostgreSQL's programs, or None if they are not installed."""
    initdb = shutil.which("initdb", path=os.pathsep.join([os.environ["PATH"], *SEARCH_PATHS]))
    return Path(initdb).parent if initdb else None


@contextmanager
def running_server(programs: Path, settings: Sequence[str] = FAST) -> Iterator[str]:
    """Run a server during the block and yield the address of its database. FAST settings are not durable."""
    # Not in pytest's tmp_path: the server's user cannot read it.
    with tempfile.TemporaryDirectory(prefix="bigrun-postgres-") as name:
        folder = Path(name)
        data, password, control = folder / "data", folder / "password", programs / "pg_ctl"
        password.write_text("secret")
        user = _unprivileged_user(folder, password)
        _run(user, programs / "initdb", "-D", data, "-U", USER, "-A", "scram-sha-256", "--pwfile", password, "-N")
        port = _free_port()
        options = ["-h", "127.0.0.1", "-p", str(port), "-k", name, *(f"-c{setting}" for setting in settings)]
        _run(user, control, "start", "--wait", "-D", data, "-l", folder / "log", "-o", " ".join(options))
        try:
            yield f"postgresql://{USER}:secret@127.0.0.1:{port}/postgres"
        finally:
            _run(user, control, "stop", "-D", data, "-m", "immediate")


async def execute(address: str, statement: str) -> None:
    connection = await asyncpg.connect(address)
    await connection.execute(statement)
    await connection.close()


async def emptied(address: str) -> str:
    """Empty the database at an address and return the address."""
    await execute(address, "DROP SCHEMA IF EXISTS bigrun CASCADE")
    return address


def _unprivileged_user(folder: Path, *files: Path) -> str | None:
    """Return a user for the server and give it the files. PostgreSQL refuses to run as root."""
    if os.getuid():
        return None
    for path in (folder, *files):
        shutil.chown(path, "postgres", "postgres")
    return "postgres"


def _run(user: str | None, *command: object) -> None:
    subprocess.run([str(word) for word in command], user=user, check=True, stdout=DEVNULL, stderr=DEVNULL)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
