"""The secret watch, which runs beside every test, finds leaks."""

import asyncio
import logging
import subprocess
import sys

from tests.loopback.guilds import INTERACTION_TOKEN, TOKEN
from tests.secret_watch import SECRETS, WATCH

ECHO = [sys.executable, "-c", "import sys; sys.stderr.write(sys.argv[1])"]


async def test_the_watch_finds_tokens_in_logs_and_process_output() -> None:
    logging.getLogger("somewhere").warning("Authorization: Bot %s", TOKEN)
    # An interaction token is redacted in an address, and found elsewhere.
    logging.getLogger("somewhere").warning("POST /interactions/12/%sabc/callback", INTERACTION_TOKEN)
    logging.getLogger("somewhere").warning("token %sabc", INTERACTION_TOKEN)
    await asyncio.to_thread(subprocess.run, [*ECHO, TOKEN], capture_output=True, check=True)
    process = await asyncio.create_subprocess_exec(*ECHO, INTERACTION_TOKEN, stderr=asyncio.subprocess.PIPE)
    await process.communicate()
    leaks, WATCH.leaks = WATCH.leaks, []
    assert leaks == ["message of somewhere", "log of somewhere", "process", "process"]
    assert all(SECRETS)
