"""The command line: run, preview, load, check, export, backup, restore. The one place that reads the environment."""

import asyncio
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from dotenv import dotenv_values

from bot.errors import BigRunError, SettingsError
from bot.settings import ENV_FILE, POSTGRES, Settings

WRONG_INPUT = 1
WRONG_USAGE = 2

app = typer.Typer(
    help="Big Run: serves the examples of TV Tropes pages on Discord, spoilers safely hidden.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

states = typer.Typer(help="Move the state between a file and PostgreSQL.", no_args_is_help=True)
app.add_typer(states, name="state")


def main() -> None:
    """Runs the command line."""
    app()


@app.command()
def run(
    without_state: Annotated[
        bool, typer.Option("--without-state", help="Leave the state alone and keep a passing one in memory.")
    ] = False,
    health: Annotated[
        int | None,
        typer.Option(min=1, max=65535, help="Tell /healthz and /metrics at this port of 127.0.0.1; off if left out."),
    ] = None,
) -> None:
    """Connect to Discord with DISCORD_TOKEN and answer members until stopped."""
    with _told():
        settings = _settings()
        if without_state:
            settings = replace(settings, state=None)
        if not settings.token:
            raise SettingsError(
                "DISCORD_TOKEN is not set: create an application at https://discord.com/developers/applications, "
                "copy the token of its bot into .env, and start again. To try the bot without one: bigrun preview."
            )
        from bot.running import run_bot

        run_bot(settings, health)


@app.command()
def preview(
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="The page's port; any free one if left out.")
    ] = None,
) -> None:
    """Try the bot in a local web page: no token, no account."""
    with _told():
        settings = _settings()
        from bot.logs import HUMAN, start_log
        from bot.preview import preview as show

        start_log("WARNING", HUMAN)
        asyncio.run(show(settings, _print, port))


@app.command()
def load(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Page sources, or folders of them; the folder BIGRUN_PAGES if left out.")
    ] = None,
    prune: Annotated[
        bool, typer.Option("--prune", help="Remove the tropes whose source is not among them. Never done unasked.")
    ] = False,
) -> None:
    """Load page sources into the corpus, only what changed."""
    with _told():
        settings = _settings()
        from bot.checking import load_with_progress

        if not load_with_progress(paths or [settings.pages], settings, prune=prune):
            raise typer.Exit(WRONG_INPUT)


@app.command()
def check(
    paths: Annotated[list[Path], typer.Argument(help="Page sources or folders of them.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print what was read, one JSON object a line.")] = False,
) -> None:
    """Read page sources and report examples per medium and every doubtful spot. Writes nothing."""
    with _told():
        settings = _settings()
        from bot.checking import check_sources

        if not check_sources(paths, settings, as_json=as_json):
            raise typer.Exit(WRONG_INPUT)


@app.command()
def export(
    trope: Annotated[str | None, typer.Option(help="Only this trope, by its page's name: BigHeroicRun.")] = None,
) -> None:
    """Print the corpus as JSON Lines."""
    with _told():
        settings = _settings()
        from bot.checking import export_corpus

        asyncio.run(export_corpus(settings.corpus, trope))


@app.command()
def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print what was found, one JSON object a line.")] = False,
) -> None:
    """Look at all that the bot needs and say what to mend. Changes nothing; works offline."""
    with _told():
        from bot.doctor import report

        if not asyncio.run(report(_given(), ENV_FILE, as_json=as_json)):
            raise typer.Exit(WRONG_INPUT)


@app.command()
def backup(
    path: Annotated[Path, typer.Argument(help="Where to put the copy.")],
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the file that is there.")] = False,
) -> None:
    """Copy the state, also while the bot runs, and make sure that the copy is whole."""
    with _told():
        state = _state()
        from bot.store import back_up

        copied = back_up(state, path, overwrite=overwrite)
        _print(f"Copied the state to {path}: {_rows(copied.rows)}, SHA-256 of what it holds {copied.hash}.")


@app.command()
def restore(path: Annotated[Path, typer.Argument(help="A copy made by backup.")]) -> None:
    """Put a copy in the state's place, while no bot runs; what was there is kept under another name."""
    with _told():
        state = _state()
        from bot.store import restore as put_back

        copied = put_back(path, state)
        if not copied.sealed:
            _complain(
                f"{path} was not made by bigrun backup: it is sound, but nothing tells whether all of it is there."
            )
        kept = f" What was there before is {copied.old}." if copied.old else ""
        _print(f"Restored the state from {path}: {_rows(copied.rows)}.{kept}")


@states.command()
def copy(
    source: Annotated[str, typer.Argument(metavar="FROM", help="A file, or an address postgresql://…")],
    target: Annotated[str, typer.Argument(metavar="TO", help="The same; empty, or not there yet.")],
) -> None:
    """Copy a state into an empty one of any kind, while no bot runs, and make sure that nothing was lost."""
    with _told():
        from bot.store import copy_between

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
        raise typer.Exit(WRONG_USAGE) from None
    except BigRunError as error:
        _complain(str(error))
        raise typer.Exit(WRONG_INPUT) from None
    except KeyboardInterrupt:
        raise typer.Exit(0) from None
    except BrokenPipeError:
        # The reader of our output has gone: say nothing more, not even while closing.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(0) from None


def _print(text: str) -> None:
    typer.echo(text)


def _complain(text: str) -> None:
    typer.echo(text, err=True)


if __name__ == "__main__":
    main()
