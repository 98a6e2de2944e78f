"""The command line: run, preview, load, check, export, backup, restore. The one place that reads the environment."""

import asyncio
import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import click
from dotenv import dotenv_values

from bot.errors import BigRunError, SettingsError
from bot.settings import ENV_FILE, POSTGRES, Settings

WRONG_INPUT = 1
WRONG_USAGE = 2

FILE = click.Path(path_type=Path)
PORT = click.IntRange(1, 65535)


@click.group()
def app() -> None:
    """Big Run: serves the examples of TV Tropes pages on Discord, spoilers safely hidden."""


@app.group("state")
def states() -> None:
    """Move the state between a file and PostgreSQL."""


def main() -> None:
    """Runs the command line."""
    app()


@app.command()
@click.option("--without-state", is_flag=True, help="Leave the state alone and keep a passing one in memory.")
@click.option("--health", type=PORT, help="Tell /healthz and /metrics at this port of 127.0.0.1; off if left out.")
def run(*, without_state: bool, health: int | None) -> None:
    """Connect to Discord and answer members until stopped. DISCORD_TOKEN says as whom."""
    with _told():
        settings = _settings()
        if without_state:
            settings = replace(settings, state=None)
        if not settings.token:
            raise SettingsError(
                "DISCORD_TOKEN is not set: create an application at https://discord.com/developers/applications, "
                "copy the token of its bot into .env, and start again. To try the bot without one: bigrun preview."
            )
        gc.disable()  # what is loaded stays: looking through it takes a twentieth of a start
        from bot.client.run import run_bot

        gc.enable()
        run_bot(settings, health)


@app.command()
@click.option("--port", type=PORT, help="The page's port; any free one if left out.")
def preview(port: int | None) -> None:
    """Try the bot in a local web page: no token, no account."""
    with _told():
        settings = _settings()
        from bot.client.preview import run_preview
        from bot.logs import HUMAN, start_log

        start_log("WARNING", HUMAN)
        asyncio.run(run_preview(settings, _print, port))


@app.command()
@click.argument("paths", type=FILE, nargs=-1)
@click.option("--prune", is_flag=True, help="Remove the tropes whose source is not among them. Never done unasked.")
def load(paths: tuple[Path, ...], *, prune: bool) -> None:
    """Load page sources into the corpus, only what changed.

    PATHS are page sources, or folders of them; the folder BIGRUN_PAGES if left out.
    """
    with _told():
        settings = _settings()
        from bot.cli.reports import load_with_progress

        if not load_with_progress(paths or [settings.pages], settings, prune=prune):
            raise click.exceptions.Exit(WRONG_INPUT)


@app.command()
@click.argument("paths", type=FILE, nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print what was read, one JSON object a line.")
def check(paths: tuple[Path, ...], *, as_json: bool) -> None:
    """Read page sources and report every doubtful spot. Counts examples by medium; writes nothing.

    PATHS are page sources, or folders of them.
    """
    with _told():
        settings = _settings()
        from bot.cli.reports import check_sources

        if not check_sources(paths, settings, as_json=as_json):
            raise click.exceptions.Exit(WRONG_INPUT)


@app.command()
@click.option("--trope", help="Only this trope, by its page's name: BigHeroicRun.")
def export(trope: str | None) -> None:
    """Print the corpus as JSON Lines."""
    with _told():
        settings = _settings()
        from bot.cli.reports import export_corpus

        asyncio.run(export_corpus(settings.corpus, trope))


@app.command()
@click.option("--json", "as_json", is_flag=True, help="Print what was found, one JSON object a line.")
def doctor(*, as_json: bool) -> None:
    """Look at all that the bot needs and say what to mend. Changes nothing; works offline."""
    with _told():
        from bot.cli.doctor import report

        if not asyncio.run(report(_given(), ENV_FILE, as_json=as_json)):
            raise click.exceptions.Exit(WRONG_INPUT)


@app.command()
@click.argument("path", type=FILE)
@click.option("--overwrite", is_flag=True, help="Replace the file that is there.")
def backup(path: Path, *, overwrite: bool) -> None:
    """Copy the state to PATH, also while the bot runs. Makes sure that the copy is whole."""
    with _told():
        state = _state()
        from bot.state.backup import back_up

        copied = back_up(state, path, overwrite=overwrite)
        _print(f"Copied the state to {path}: {_rows(copied.rows)}, SHA-256 of what it holds {copied.hash}.")


@app.command()
@click.argument("path", type=FILE)
def restore(path: Path) -> None:
    """Put the copy PATH in the state's place, while no bot runs. What was there is kept under another name."""
    with _told():
        state = _state()
        from bot.state.backup import restore as put_back

        copied = put_back(path, state)
        if not copied.sealed:
            _complain(
                f"{path} was not made by bigrun backup: it is sound, but nothing tells whether all of it is there."
            )
        kept = f" What was there before is {copied.old}." if copied.old else ""
        _print(f"Restored the state from {path}: {_rows(copied.rows)}.{kept}")


@states.command()
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
def copy(source: str, target: str) -> None:
    """Copy a state into an empty one of any kind, while no bot runs. Makes sure that nothing was lost.

    FROM and TO are files, or addresses postgresql://…; TO is empty, or not there yet.
    """
    with _told():
        from bot.state.transfer import copy_between

        places = [place if place.startswith(POSTGRES) else Path(place) for place in (source, target)]
        _print(f"Copied {_rows(asyncio.run(copy_between(*places)))}; the copy holds the same.")


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"


def _state() -> Path:
    state = _settings().state
    if not isinstance(state, Path):
        raise SettingsError("BIGRUN_STATE is at PostgreSQL: back it up with its own programs, pg_dump and pg_restore.")
    return state


def _settings() -> Settings:
    """Returns the settings of the environment, with .env filling what is unset there."""
    return Settings.from_mapping(_given())


def _given() -> dict[str, str]:
    try:
        written = dotenv_values(ENV_FILE)
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is no UTF-8 text"
        raise SettingsError(f"{ENV_FILE} cannot be read ({why}): see whose it is, or remove it.") from error
    return {**_filled(written), **_filled(dict(os.environ))}


def _filled(values: dict[str, str | None]) -> dict[str, str]:
    return {key: value for key, value in values.items() if value and value.strip()}


@contextmanager
def _told() -> Iterator[None]:
    """Turns errors that a host can mend into one sentence and an exit status."""
    try:
        yield
    except SettingsError as error:
        _complain(str(error))
        raise click.exceptions.Exit(WRONG_USAGE) from None
    except BigRunError as error:
        _complain(str(error))
        raise click.exceptions.Exit(WRONG_INPUT) from None
    except KeyboardInterrupt:
        raise click.exceptions.Exit(0) from None
    except BrokenPipeError:
        # The reader of our output has gone: say nothing more, not even while closing.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise click.exceptions.Exit(0) from None


def _print(text: str) -> None:
    click.echo(text)


def _complain(text: str) -> None:
    click.echo(text, err=True)


if __name__ == "__main__":
    main()
