"""Run the real bot at a Discord on this machine: `python -m tests.loopback.start ADDRESS run`."""

import sys

from bot.__main__ import cli
from tests.loopback.ports import at

if __name__ == "__main__":
    with at(sys.argv.pop(1)):
        cli()
