"""A PostgreSQL server of the tests' own, in a temporary folder on a loopback port; the system's is left alone."""

import asyncio
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg

_PLACES = ("/usr/local/bin", *sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin")), reverse=True))
USER = "bigrun"
FAST = "fsync=off synchronous_commit=off full_page_writes=off shared_buffers=16MB max_connections=30".split()


def programs() -> Path | None:
    """Returns the folder of PostgreSQL's own programs, or None if they are not installed."""
    found = shutil.which("initdb", path=os.pathsep.join([os.environ["PATH"], *_PLACES]))
    return Path(found).parent if found else None


@contextmanager
def running_server(folder: Path, programs: Path) -> Iterator[str]:
    """Runs a server during the block; yields the address of its database."""
    folder.mkdir()
    who = _somebody(folder)
    data = folder / "data"
    password = folder / "password"
    password.write_text("secret")
    _run(who, programs / "initdb", "-D", data, "-U", USER, "-A", "scram-sha-256", "--pwfile", password, "--no-sync")
    port = _free_port()
    options = ["-h", "127.0.0.1", "-p", str(port), "-k", str(folder), *(f"-c{setting}" for setting in FAST)]
    server = subprocess.Popen(
        [programs / "postgres", "-D", data, *options], user=who, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        address = f"postgresql://{USER}:secret@127.0.0.1:{port}/postgres"
        asyncio.run(_answers(address))
        yield address
    finally:
        server.terminate()
        server.wait(10)


async def emptied(address: str) -> str:
    """Takes away whatever a test left in the database; returns its address."""
    connection = await asyncpg.connect(address)
    await connection.execute("DROP SCHEMA IF EXISTS bigrun CASCADE")
    await connection.close()
    return address


async def _answers(address: str) -> None:
    async with asyncio.timeout(20):
        while True:
            try:
                connection = await asyncpg.connect(address)
            except (OSError, asyncpg.PostgresError):
                await asyncio.sleep(0.05)
            else:
                await connection.close()
                return


def _somebody(folder: Path) -> int | None:
    """Returns a user to run the server as: PostgreSQL refuses to run as root."""
    if os.getuid():
        return None
    import pwd  # noqa: PLC0415 - there is none on Windows

    who = pwd.getpwnam("postgres")
    os.chown(folder, who.pw_uid, who.pw_gid)
    for parent in folder.parents:
        if parent.owner() == "root" and parent.stat().st_mode & 0o011 == 0:
            parent.chmod(parent.stat().st_mode | 0o011)
    return who.pw_uid


def _run(who: int | None, *command: object) -> None:
    subprocess.run([str(word) for word in command], user=who, check=True, capture_output=True)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
