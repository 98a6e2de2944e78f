"""Starts the real bot against a server on this machine: `python -m tests.wire.start ADDRESS run`."""

import sys

from discord.http import Route

from bot.__main__ import app

if __name__ == "__main__":
    Route.BASE = sys.argv.pop(1)
    app()
