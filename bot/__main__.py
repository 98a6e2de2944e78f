"""The command line. Only this module reads the environment."""

import asyncio
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from importlib import metadata
from pathlib import Path

import click
from dotenv import dotenv_values
from dotenv.parser import parse_stream

from bot.cli.output import show
from bot.errors import BigRunError, SettingsError, StoppedError
from bot.settings import (
    COPY_IT_AGAIN,
    POSTGRES_SCHEMES,
    ROOT,
    Home,
    Settings,
    bot_id_from_token,
    old_name_warnings,
)

EXIT_FAILURE = 1
EXIT_USAGE = 2
FILE_PATH = click.Path(path_type=Path)
PORT_NUMBER = click.IntRange(1, 65535)
COLUMN_HELP = "A table's columns, if their headings do not say it: trope=…,work=…,text=…,medium=…"


def parse_columns(_: object, __: object, typed: str | None) -> dict[str, str]:
    """Return the columns that an operator typed."""
    pairs = [each.partition("=")[::2] for each in typed.split(",")] if typed else []
    columns = {name.strip(): heading.strip() for name, heading in pairs}
    if not all(columns.values()) or not columns.keys() <= {"trope", "work", "text", "medium"}:
        raise click.BadParameter("Give the headings of columns: trope=…,work=…,text=…,medium=…")
    return columns


page_option = click.option(
    "--page", help="The page's name, if neither the page nor its path says it: ActionGirl/AnimeAndManga."
)
columns_option = click.option("--columns", callback=parse_columns, help=COLUMN_HELP)


@click.group()
@click.version_option(metadata.version("bigrun"), message="Big Run %(version)s")
def cli() -> None:
    """Big Run: serves the examples of TV Tropes pages on Discord, spoilers safely hidden."""
    for stream in (sys.stdout, sys.stderr):  # a pipe on Windows has a code page
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


@cli.group("state")
def state_group() -> None:
    """Move the state between a file and PostgreSQL."""


@cli.command()
@click.option("--memory-state", is_flag=True, help="Keep state in memory only; nothing is saved.")
@click.option("--health-port", type=PORT_NUMBER, help="Serve /healthz and /metrics on this port (off by default).")
@click.option(
    "--health-address",
    default="127.0.0.1",
    show_default=True,
    metavar="IP",
    help="Their address. Anyone who can reach it can read them.",
)
def run(*, memory_state: bool, health_port: int | None, health_address: str) -> None:
    """Connect to Discord and answer members until stopped. Needs DISCORD_TOKEN."""
    with exit_on_error():
        env = read_environment()
        settings = Settings.from_mapping(env)
        if memory_state:
            settings = replace(settings, state_location=None)
        if not settings.token:
            raise missing_token(Home.at(settings.home).env_file)
        if bot_id_from_token(settings.token) is None:
            raise SettingsError(f"DISCORD_TOKEN does not look like a bot's token. {COPY_IT_AGAIN}")
        from bot.client.run import run_bot

        health = (health_address, health_port) if health_port else None
        run_bot(settings, health, old_name_warnings(env))


@cli.command()
@click.argument("paths", type=FILE_PATH, nargs=-1)
@click.option("--port", type=PORT_NUMBER, help="The page's port (any free one by default).")
@page_option
@columns_option
def preview(paths: tuple[Path, ...], port: int | None, page: str | None, columns: dict[str, str]) -> None:
    """Try the bot in a local web page: no token, no account.

    With PATHS (pages, tables, zips or folders of them), /trope has what is in them beside the shipped page. They are
    loaded into a temporary corpus, so yours stays as it is. Without, the page shows your own corpus.
    """
    with exit_on_error():
        settings = Settings.from_mapping(read_environment())
        from bot.cli.logs import configure_logging
        from bot.client.preview import preview_pages, run_preview
        from bot.ingest.sources import Given, require_sources

        configure_logging("WARNING", as_json=False)
        if not paths:
            asyncio.run(run_preview(settings, show, port))
            return
        files = require_sources(paths, Given(page, columns))
        asyncio.run(preview_pages(files, settings, show, partial(show, err=True), port))


@cli.command()
@click.argument("paths", type=FILE_PATH, nargs=-1)
@click.option("--prune", is_flag=True, help="Also delete pages whose source file is gone.")
@click.option("--watch", is_flag=True, help="Go on loading what changes in the folders PATHS, until stopped.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as one JSON object per line.")
@page_option
@columns_option
def load(
    paths: tuple[Path, ...], *, prune: bool, watch: bool, as_json: bool, page: str | None, columns: dict[str, str]
) -> None:
    """Load page sources, exports and tables of examples into the corpus, only what changed.

    PATHS are such files or folders of them. By default, the folders BIGRUN_PAGES.
    """
    if watch and (prune or page):
        raise click.UsageError("--watch removes and names no page. Leave out --prune and --page.")
    with exit_on_error():
        settings = Settings.from_mapping(read_environment())
        from bot.cli.reports import load_with_progress, watch_with_progress
        from bot.ingest.sources import Given

        given, paths = Given(page, columns), paths or settings.sources
        if watch:
            watch_with_progress(paths, settings, given=given, as_json=as_json)
            return
        if not load_with_progress(paths, settings, given=given, prune=prune, as_json=as_json):
            raise click.exceptions.Exit(EXIT_FAILURE)


@cli.command("list")
def list_corpus() -> None:
    """List the tropes in the corpus: when they were loaded, and how many examples, media and pages they have."""
    with exit_on_error():
        settings = Settings.from_mapping(read_environment())
        from bot.cli.reports import list_tropes

        asyncio.run(list_tropes(settings.corpus_path))


@cli.command("remove")
@click.argument("name")
def remove_page(name: str) -> None:
    """Remove a trope, or one of its subpages, from the corpus.

    NAME is that of its page, such as ActionGirl or ActionGirl/VideoGames. A source in BIGRUN_PAGES is loaded again by
    the next start.
    """
    with exit_on_error():
        settings = Settings.from_mapping(read_environment())
        from bot.cli.reports import remove_pages

        asyncio.run(remove_pages(name, settings))


@cli.command()
@click.argument("paths", type=FILE_PATH, nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print what was read, one JSON object per line.")
@page_option
@columns_option
def check(paths: tuple[Path, ...], *, as_json: bool, page: str | None, columns: dict[str, str]) -> None:
    """Read page sources, count their examples by medium, and report doubtful spots. Writes nothing.

    PATHS are page sources, or folders of them.
    """
    with exit_on_error():
        settings = Settings.from_mapping(read_environment())
        from bot.cli.reports import check_sources
        from bot.ingest.sources import Given

        if not check_sources(paths, settings, as_json=as_json, given=Given(page, columns)):
            raise click.exceptions.Exit(EXIT_FAILURE)


@cli.command()
@click.option("--trope", help="Only this trope, by its page's name, such as BigHeroicRun.")
def export(trope: str | None) -> None:
    """Print the corpus as JSON Lines."""
    with exit_on_error():
        settings = Settings.from_mapping(read_environment())
        from bot.cli.reports import export_corpus

        asyncio.run(export_corpus(settings.corpus_path, trope))


@cli.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per check.")
def doctor(*, as_json: bool) -> None:
    """Check settings, databases, disk and clock, and say how to fix problems. Changes nothing.

    Asks Discord for the time, without the token.
    """
    with exit_on_error():
        from bot.cli.doctor import print_report

        if not asyncio.run(print_report(read_environment(), as_json=as_json)):
            raise click.exceptions.Exit(EXIT_FAILURE)


@cli.command()
@click.argument("path", type=FILE_PATH)
@click.option("--overwrite", is_flag=True, help="Replace the file that exists.")
def backup(path: Path, *, overwrite: bool) -> None:
    """Copy the state to PATH and verify the copy. Safe while the bot runs."""
    with exit_on_error():
        state = state_file()
        from bot.state.backup import back_up

        copied = back_up(state, path, overwrite=overwrite)
        show(f"Copied the state to {path}: {count_rows(copied.rows)}.")


@cli.command()
@click.argument("path", type=FILE_PATH)
def restore(path: Path) -> None:
    """Replace the state with the backup PATH. Stop the bot first. The old state is moved, not deleted."""
    with exit_on_error():
        state = state_file()
        from bot.state.backup import restore as restore_state

        restored = restore_state(path, state)
        moved = f" The old state is now {restored.old}." if restored.old else ""
        show(f"Restored the state from {path}: {count_rows(restored.rows)}.{moved}")


@state_group.command("copy")
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
def copy_state(source: str, target: str) -> None:
    """Copy a state into an empty one of any kind, and verify the copy. Stop the bot first.

    FROM and TO are files or addresses postgresql://…
    """
    with exit_on_error():
        from bot.state.transfer import transfer_state

        locations = [each if each.startswith(POSTGRES_SCHEMES) else Path(each) for each in (source, target)]
        show(f"Copied {count_rows(asyncio.run(transfer_state(*locations)))}. The copy is complete.")


def missing_token(env_file: Path) -> SettingsError:
    """Return the error of a start without a token. Name a .env that was not read."""
    elsewhere = [path for path in (Path.cwd() / ".env", ROOT / ".env") if path.exists() and path != env_file]
    unread = f" {elsewhere[0]} was not read: settings belong into {env_file}." if elsewhere else ""
    return SettingsError(
        "DISCORD_TOKEN is not set. Create an application at https://discord.com/developers/applications, "
        f"copy the token of its bot into {env_file}, and start again.{unread} To try it without one: bigrun preview"
    )


def count_rows(count: int) -> str:
    """Return "1 row" or "2 rows"."""
    return "1 row" if count == 1 else f"{count:,} rows"


def state_file() -> Path:
    """Return the state's file.

    Raises:
        SettingsError: The state is not in a file.
    """
    state = Settings.from_mapping(read_environment()).state_location
    if not isinstance(state, Path):
        raise SettingsError("BIGRUN_STATE is at PostgreSQL. Back it up with PostgreSQL's own pg_dump and pg_restore.")
    return state


def read_environment() -> dict[str, str]:
    """Return the environment, with unset variables from the file of settings at home.

    Raises:
        SettingsError: The file is unreadable.
    """
    env = {name: value for name, value in os.environ.items() if value.strip()}
    file = Home.find(env).env_file
    try:
        lines = list(parse_stream(io.StringIO(file.read_text(encoding="utf-8")))) if file.exists() else []
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise SettingsError(f"{file} cannot be read ({why}). Check its owner, or remove it.") from error
    for line in lines:
        if line.error:
            raise SettingsError(f"Line {line.original.line} of {file} is no NAME=value. Correct or remove it.")
    if any(line.key == "BIGRUN_HOME" and line.value for line in lines):
        raise SettingsError(f"BIGRUN_HOME is set in {file}, which is read after it. Set it in the environment.")
    from_file = dotenv_values(file)
    return {name: value for name, value in from_file.items() if value and value.strip()} | env


@contextmanager
def exit_on_error() -> Iterator[None]:
    """Turn an operator's errors into a message and an exit status."""
    try:
        yield
    except BigRunError as error:
        show(str(error), err=True)
        raise click.exceptions.Exit(_exit_status(error)) from None
    except KeyboardInterrupt:
        raise click.exceptions.Exit(0) from None
    except BrokenPipeError:
        # The reader of our output is gone, so write nothing more, not even while closing.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise click.exceptions.Exit(0) from None


def _exit_status(error: BigRunError) -> int:
    match error:
        case StoppedError():
            return error.exit_status
        case SettingsError():
            return EXIT_USAGE
        case _:
            return EXIT_FAILURE


if __name__ == "__main__":
    cli()
