"""Print for an operator. Nothing that a page, a path or a setting contains controls the terminal."""

import sys
from collections.abc import Iterable

import click

from bot.cli.control_characters import make_visible, make_visible_in_json


def show(line: str, *, err: bool = False, label: str = "") -> None:
    """Print a line to standard output or error. Only `label`, before it, may have colours."""
    click.echo(label + make_visible(line), err=err)


def write_json_lines(lines: Iterable[str]) -> None:
    """Write lines to standard output, always as UTF-8."""
    for line in lines:
        sys.stdout.buffer.write(make_visible_in_json(line).encode() + b"\n")
    sys.stdout.buffer.flush()
