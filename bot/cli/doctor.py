"""`bigrun doctor`: check what a bot needs, and say how to fix problems."""

import asyncio
import json
import os
import shutil
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from email.utils import parsedate_to_datetime
from enum import StrEnum
from itertools import islice
from pathlib import Path

import aiohttp
import click

from bot.cli.output import show, write_json_lines
from bot.corpus.schema import inspect_corpus
from bot.database.sqlite_features import OTHER_PYTHON, sqlite_support
from bot.errors import (
    DatabaseDamagedError,
    DatabaseError,
    NewerSchemaError,
    OlderSchemaError,
    SettingsError,
    SourceError,
    WrongDatabaseError,
)
from bot.ingest.site_tables import read_tables
from bot.ingest.sources import find_sources
from bot.settings import (
    COPY_IT_AGAIN,
    INVITE_URL,
    IS_CHECKOUT,
    OLD_NAMES,
    ROOT,
    SETTING_NAMES,
    Home,
    Settings,
    bot_id_from_token,
    old_name_warnings,
    world_readable_warning,
)
from bot.state.location import inspect_state

API_URL = "https://discord.com/api/v10"
MAX_SOURCES_CHECKED = 1000  # `bigrun check` reads all of them
LOW_DISK_BYTES, CRITICAL_DISK_BYTES = 200 << 20, 10 << 20
CLOCK_WARNING_SECONDS, CLOCK_ERROR_SECONDS = 3.0, 60.0
DISCORD_TIMEOUT_SECONDS = 3.0
ASKED = f"Asked {API_URL}/gateway for the time, without the token"
SET_CLOCK = "Set it, and keep it right: timedatectl set-ntp true"
STATE_FIXES: dict[type[DatabaseError], str] = {
    NewerSchemaError: "Update Big Run, or restore the backup from before the update.",
    OlderSchemaError: "Move it away.",
    WrongDatabaseError: "Set BIGRUN_STATE to another file.",
    DatabaseDamagedError: "Stop the bot, then: bigrun restore YOUR-NEWEST-BACKUP",
}


class Status(StrEnum):
    """The result of a check."""

    OK = "ok"
    WARNING = "warning"  # the bot runs, but may not for long
    ERROR = "error"  # the bot cannot run as configured


STATUS_COLOURS = {Status.OK: "green", Status.WARNING: "yellow", Status.ERROR: "red"}


@dataclass(frozen=True, slots=True)
class Finding:
    """A check's result."""

    check: str
    status: Status
    message: str
    fix: str = ""  # what to do

    @classmethod
    def ok(cls, check: str, message: str) -> "Finding":
        """Return a finding without a fix."""
        return cls(check, Status.OK, message)


async def print_report(env: Mapping[str, str], *, as_json: bool) -> bool:
    """Print all findings. Return whether there are no errors."""
    counts: Counter[Status] = Counter()
    async for finding in run_checks(env):
        counts[finding.status] += 1
        if as_json:
            write_json_lines([json.dumps(asdict(finding), ensure_ascii=False)])
            continue
        status = click.style(f"{finding.status:<8}", fg=STATUS_COLOURS[finding.status])
        fix = f" → {finding.fix}" if finding.fix else ""
        show(f"{finding.check:<9} {finding.message}{fix}", label=status)
    errors, warnings = counts[Status.ERROR], counts[Status.WARNING]
    if not as_json:
        show(f"Errors: {errors}, warnings: {warnings}." if errors or warnings else "Everything is fine.")
    return not errors


async def run_checks(env: Mapping[str, str]) -> AsyncIterator[Finding]:
    """Yield the findings of all checks. Change nothing, show no secret."""
    env_file = Home.find(env).env_file
    version, missing = sqlite_support()
    yield check_sqlite(version, missing)
    yield check_env_file(env_file)
    for finding in check_setting_names(env):
        yield finding
    try:
        settings = Settings.from_mapping(env)
    except SettingsError as error:
        yield Finding("settings", Status.ERROR, str(error), f"Change it in {env_file} or in the environment.")
        return
    yield Finding.ok("settings", "All are valid.")
    yield check_home(settings)
    yield check_token(settings.token)
    yield check_sources(settings)
    if not missing:  # without it, no database can be opened
        yield await check_corpus(settings.corpus_path)
        if settings.state_location is not None:
            yield await check_state(settings.state_location)
    paths = [path for path in (settings.corpus_path, settings.state_location) if isinstance(path, Path)]
    for finding in check_disk_space(paths):
        yield finding
    yield check_clock((env_file, settings.corpus_path, settings.state_location, Path(__file__)), time.time())
    yield await check_discord_clock()


def check_sqlite(version: str, missing: str) -> Finding:
    """Check Python's SQLite. `missing` is what it lacks."""
    if missing:
        return Finding("sqlite", Status.ERROR, f"SQLite {version}: {missing}.", OTHER_PYTHON)
    return Finding.ok("sqlite", f"SQLite {version}.")


def check_home(settings: Settings) -> Finding:
    """Check that no database is inside an installed package, where an update deletes it."""
    databases = (settings.corpus_path, settings.state_location)
    lost = [path for path in databases if isinstance(path, Path) and "site-packages" in path.parts]
    if lost:
        fix = "Set BIGRUN_HOME to a folder of your own, and move it there."
        return Finding("home", Status.WARNING, f"{lost[0]} is inside the installed package. Updates delete it.", fix)
    return Finding.ok("home", f"{settings.home}.")


def check_env_file(path: Path) -> Finding:
    """Check that only its owner can read the file with the token."""
    if warning := world_readable_warning(path):
        return Finding(".env", Status.WARNING, warning, f"chmod 600 {path}")
    if path.exists():
        return Finding.ok(".env", f"Only its owner can read {path}.")
    return Finding.ok(".env", f"{path} does not exist; only the environment counts.")


def check_setting_names(env: Mapping[str, str]) -> Iterator[Finding]:
    """Check for unknown and renamed settings."""
    for warning in old_name_warnings(env):
        yield Finding("settings", Status.WARNING, warning)
    known = {*SETTING_NAMES, *OLD_NAMES.values()}
    for name in sorted(name for name in env if name.startswith("BIGRUN_") and name not in known):
        from rapidfuzz import process  # noqa: PLC0415 - only for a typo

        closest = process.extractOne(name, SETTING_NAMES, score_cutoff=75)
        fix = f"Did you mean {closest[0]}?" if closest else f"Remove it. {ROOT / '.env.example'} lists the settings."
        yield Finding("settings", Status.WARNING, f"There is no setting {name}.", fix)


def check_token(token: str | None) -> Finding:
    """Check the token's form. Only a start shows whether Discord accepts it."""
    if token is None:
        fix = "Create an application at https://discord.com/developers/applications, and set the token of its bot."
        return Finding("token", Status.ERROR, "DISCORD_TOKEN is not set.", fix)
    bot_id = bot_id_from_token(token)
    if bot_id is None:
        return Finding("token", Status.ERROR, "DISCORD_TOKEN does not look like a bot's token.", COPY_IT_AGAIN)
    return Finding.ok("token", f"Invite the bot: {INVITE_URL.format(bot_id)}")


def check_sources(settings: Settings) -> Finding:
    """Check that the tables and page sources are readable."""
    try:
        read_tables(settings.tables_dir).validate()
    except SourceError as error:
        return Finding(
            "pages", Status.ERROR, str(error), "git checkout data" if IS_CHECKOUT else "Install Big Run again."
        )
    folders = ", ".join(map(str, settings.sources))
    missing, sources = f"There is no page source in {folders}.", []
    try:
        sources = list(find_sources(settings.sources))
    except SourceError as error:
        missing = str(error)
    if not sources:
        status = Status.WARNING if settings.corpus_path.exists() else Status.ERROR
        return Finding("pages", status, missing, "Put page sources there, or set BIGRUN_PAGES to their folder.")
    unreadable = []
    for file in islice(sources, MAX_SOURCES_CHECKED):
        try:
            file.read()
        except SourceError as error:
            unreadable.append(str(error))
    if unreadable:
        others = f" {len(unreadable) - 1:,} more cannot be read either." if len(unreadable) > 1 else ""
        return Finding("pages", Status.WARNING, unreadable[0] + others, f"bigrun check {folders.replace(', ', ' ')}")
    checked = f"; checked the first {MAX_SOURCES_CHECKED:,}" if len(sources) > MAX_SOURCES_CHECKED else ""
    return Finding.ok("pages", f"{len(sources):,} in {folders}{checked}.")


async def check_corpus(path: Path) -> Finding:
    """Check the corpus. A start repairs it if it is a corpus."""
    if _is_missing(path):
        return Finding.ok("corpus", f"{path} does not exist yet; the first start creates it.")
    try:
        found = await inspect_corpus(path)
    except (DatabaseDamagedError, NewerSchemaError, OlderSchemaError) as error:
        fix = "Nothing: the next start moves it out of the way and builds another."
        return Finding("corpus", Status.WARNING, str(error), fix)
    except DatabaseError as error:
        return Finding("corpus", Status.ERROR, str(error), "Set BIGRUN_CORPUS to another file.")
    return Finding.ok("corpus", f"{path} is sound (schema {found.version}).")


async def check_state(location: Path | str) -> Finding:
    """Check the state. Nothing repairs it automatically."""
    name = str(location) if isinstance(location, Path) else "The state at PostgreSQL"
    if _is_missing(location):
        return Finding.ok("state", f"{name} does not exist yet; the first start creates it.")
    try:
        found = await inspect_state(location)
    except DatabaseError as error:
        fix = STATE_FIXES.get(type(error), "Check that it is reachable and that this user may read it.")
        return Finding("state", Status.ERROR, str(error), fix)
    if found.version < found.supported_version:
        message = (
            f"{name} is sound; the next start migrates it from schema {found.version} to {found.supported_version}."
        )
        return Finding("state", Status.WARNING, message, "Make a backup first: bigrun backup PATH")
    return Finding.ok("state", f"{name} is sound (schema {found.version}).")


def _is_missing(location: Path | str) -> bool:
    return isinstance(location, Path) and not location.exists()


def check_disk_space(paths: Iterable[Path]) -> Iterator[Finding]:
    """Check that the databases' folders are writable and have room."""
    nearest_folders = (next(folder for folder in path.absolute().parents if folder.is_dir()) for path in paths)
    for folder in dict.fromkeys(nearest_folders):
        free = shutil.disk_usage(folder).free
        if not os.access(folder, os.W_OK):
            user = f"user {os.getuid()}" if hasattr(os, "getuid") else "see the folder's properties"
            fix = f"Let the user who runs the bot write there: {user}"
            yield Finding("disk", Status.ERROR, f"{folder} cannot be written to.", fix)
        elif free < LOW_DISK_BYTES:
            status = Status.ERROR if free < CRITICAL_DISK_BYTES else Status.WARNING
            yield Finding("disk", status, f"{free >> 20} MiB free at {folder}.", "Make room.")
        else:
            yield Finding.ok("disk", f"{free / (1 << 30):,.1f} GiB free at {folder}.")


def check_clock(files: Iterable[Path | str | None], now: float) -> Finding:
    """Check that no file was written in the future."""
    times = [(path.stat().st_mtime, path) for path in files if isinstance(path, Path) and path.exists()]
    latest, path = max(times)
    if latest > now + CLOCK_ERROR_SECONDS:
        message = f"The clock is behind: {path} was written {latest - now:,.0f} seconds from now."
        return Finding("clock", Status.ERROR, message, SET_CLOCK)
    return Finding.ok("clock", "No file is from the future.")


async def check_discord_clock() -> Finding:
    """Compare the clock with Discord's, because it times the answers."""
    try:
        async with (
            asyncio.timeout(DISCORD_TIMEOUT_SECONDS),
            aiohttp.ClientSession() as session,
            session.get(f"{API_URL}/gateway") as reply,
        ):
            discord_time = parsedate_to_datetime(reply.headers["Date"]).timestamp()
    except (aiohttp.ClientError, OSError, TimeoutError, KeyError, ValueError):
        message = f"{ASKED}: no answer, so the clock was not compared."
        return Finding("discord", Status.WARNING, message, "If this machine should be online, check its connection.")
    skew = abs(time.time() - discord_time - 0.5)  # Discord's header has whole seconds
    if skew > CLOCK_WARNING_SECONDS:
        status = Status.ERROR if skew > CLOCK_ERROR_SECONDS else Status.WARNING
        return Finding("discord", status, f"The clock is {skew:,.0f} seconds from Discord's.", SET_CLOCK)
    return Finding.ok("discord", f"{ASKED}: the clocks agree.")
