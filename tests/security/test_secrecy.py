"""The watch over secrets that every test runs under notices what it is there for."""

import asyncio
import logging
import subprocess
import sys

from tests.loopback.guilds import INTERACTION_TOKEN, TOKEN
from tests.secret_watch import SECRETS, WATCH

ECHO = [sys.executable, "-c", "import sys; sys.stderr.write(sys.argv[1])"]


def _run(words: list[str]) -> None:
    subprocess.run(words, capture_output=True, check=True)


async def test_the_watch_finds_tokens_in_logs_and_process_output() -> None:
    logging.getLogger("somewhere").warning("Authorization: Bot %s", TOKEN)
    # An answer's token in an address is hidden from the log, and noticed elsewhere.
    logging.getLogger("somewhere").warning("POST /interactions/12/%sabc/callback", INTERACTION_TOKEN)
    logging.getLogger("somewhere").warning("token %sabc", INTERACTION_TOKEN)
    _run([*ECHO, TOKEN])
    process = await asyncio.create_subprocess_exec(*ECHO, INTERACTION_TOKEN, stderr=asyncio.subprocess.PIPE)
    await process.communicate()
    found, WATCH.found = WATCH.found, []
    assert found == ["message of somewhere", "log of somewhere", "process", "process"]
    assert all(SECRETS)
