"""`bigrun doctor`: looks at all that a bot needs, changes nothing, and says what to mend."""

import asyncio
import base64
import binascii
import json
import os
import re
import shutil
import sys
import time
import tomllib
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from email.utils import parsedate_to_datetime
from enum import StrEnum
from importlib import metadata
from itertools import islice
from pathlib import Path

import aiohttp
from discord.http import Route
from rich.console import Console
from rich.text import Text

from bot.corpus.schema import inspect_corpus
from bot.database.inspection import engine
from bot.errors import DamagedStore, ForeignStore, NewerSchema, SettingsError, SourceError, StoreError
from bot.ingest.sources import find_sources, read_source, read_tables
from bot.settings import KEYS, ROOT, Settings, exposed
from bot.state.location import inspect_state

PYTHON = (3, 11)
SOURCES_READ = 1000  # `bigrun check` reads all of them
LITTLE, HARDLY_ANY = 200 << 20, 10 << 20  # bytes of a disk
SKEW, FAR = 3.0, 60.0  # seconds that the clock may be wrong
PATIENCE = 3.0  # seconds that Discord may take
_TOKEN = re.compile(r"([\w-]{20,})\.[\w-]{5,8}\.[\w-]{25,}")
_REQUIRED = re.compile(r"[A-Za-z0-9._-]+")
_INVITATION = "https://discord.com/oauth2/authorize?client_id={}&scope=bot+applications.commands&permissions=0"
_STATE_MENDS: dict[type[StoreError], str] = {
    NewerSchema: "Update Big Run, or go back to the backup from before the update (docs/operations.md).",
    ForeignStore: "Point BIGRUN_STATE to another file.",
    DamagedStore: "Stop the bot, then: bigrun restore YOUR-NEWEST-BACKUP",
}


class Verdict(StrEnum):
    """How a thing is."""

    OK = "ok"
    WARNING = "warning"  # it works, but not well or not for long
    WRONG = "wrong"  # the bot cannot run, or not as it is set


_STYLES = {Verdict.OK: "green", Verdict.WARNING: "yellow", Verdict.WRONG: "bold red"}


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found out about one thing.

    Attributes:
        check: What was looked at, in one word.
        verdict: How it is.
        what: What was found, in words for a host.
        mend: What to do about it; empty if nothing.
    """

    check: str
    verdict: Verdict
    what: str
    mend: str = ""


def _ok(check: str, what: str) -> Finding:
    return Finding(check, Verdict.OK, what)


async def examine(given: Mapping[str, str], env_file: Path) -> AsyncIterator[Finding]:
    """Yields what is found, one thing after another; nothing is changed or made, and no secret is told.

    Args:
        given: The settings as they stand in the environment and the file.
        env_file: That file; it need not be there.
    """
    yield python(sys.version_info[:3])
    yield database_engine(*engine())
    yield packages(ROOT / "uv.lock")
    yield env(env_file)
    for finding in unknown_settings(given):
        yield finding
    try:
        settings = Settings.from_mapping(given)
    except SettingsError as error:
        yield Finding("settings", Verdict.WRONG, str(error), f"Mend it in {env_file} or in the environment.")
        return
    yield _ok("settings", "All can be read.")
    yield token(settings.token)
    yield pages(settings)
    yield await corpus(settings.corpus)
    if settings.state is not None:
        yield await state(settings.state)
    for finding in disks(path for path in (settings.corpus, settings.state) if isinstance(path, Path)):
        yield finding
    yield clock((env_file, settings.corpus, settings.state, Path(__file__)), time.time())
    yield await discord_clock()


async def report(given: Mapping[str, str], env_file: Path, *, as_json: bool) -> bool:
    """Prints what `examine` finds, a line each; returns whether nothing is wrong."""
    console = Console()
    counts: Counter[Verdict] = Counter()
    async for finding in examine(given, env_file):
        counts[finding.verdict] += 1
        if as_json:
            print(json.dumps(asdict(finding), ensure_ascii=False))  # noqa: T201 - a command line's output
            continue
        line = Text.assemble((f"{finding.verdict:<8}", _STYLES[finding.verdict]), f"{finding.check:<9} {finding.what}")
        console.print(line.append(f" → {finding.mend}" if finding.mend else ""), soft_wrap=True)
    if not as_json:
        wrong, warnings = counts[Verdict.WRONG], counts[Verdict.WARNING]
        console.print(f"{wrong} wrong, {warnings} to look at." if wrong or warnings else "All is well.")
    return not counts[Verdict.WRONG]


def python(version: tuple[int, ...]) -> Finding:
    """Looks at the version of Python."""
    shown = ".".join(map(str, version))
    if version < PYTHON:
        return Finding(
            "python", Verdict.WRONG, f"Python {shown} is too old.", "Install 3.11 or newer; make clean setup."
        )
    return _ok("python", f"Python {shown}.")


def database_engine(version: str, lacks: str) -> Finding:
    """Looks at SQLite, which comes with Python."""
    if lacks:
        return Finding(
            "sqlite", Verdict.WRONG, f"SQLite {version}: {lacks}.", "Use a Python with a newer SQLite (uv's)."
        )
    return _ok("sqlite", f"SQLite {version}.")


def packages(lock: Path) -> Finding:
    """Holds the packages that are installed against those that were tested."""
    needed = [_REQUIRED.match(each) for each in metadata.requires("bigrun") or () if "extra ==" not in each]
    names = [name[0] for name in needed if name]
    found = {name: _version(name) for name in names}
    missing = [name for name, version in found.items() if version is None]
    if missing:
        return Finding("packages", Verdict.WRONG, f"Not installed: {', '.join(missing)}.", "make setup")
    shown = ", ".join(f"{name} {version}" for name, version in found.items())
    tested = _locked(lock)
    other = [f"{name} {tested[name]}" for name in names if name in tested and tested[name] != found[name]]
    if other:
        return Finding("packages", Verdict.WARNING, f"{shown}; tested with {', '.join(other)}.", "make setup")
    return _ok("packages", f"{shown}.")


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _locked(lock: Path) -> dict[str, str]:
    try:
        listed = tomllib.loads(lock.read_text(encoding="utf-8")).get("package", [])
    except (OSError, ValueError):
        # Installed without its project: nothing tells what was tested.
        return {}
    return {each["name"]: each["version"] for each in listed}


def env(path: Path) -> Finding:
    """Looks whether others may read the file that holds the token."""
    if what := exposed(path):
        return Finding(".env", Verdict.WARNING, what, f"chmod 600 {path}")
    known = f"{path} is its owner's alone." if path.exists() else f"There is no {path}; the environment alone counts."
    return _ok(".env", known)


def unknown_settings(given: Mapping[str, str]) -> Iterator[Finding]:
    """Looks for keys that look like ours and are not."""
    for key in sorted(key for key in given if key.startswith("BIGRUN_") and key not in KEYS):
        meant = get_close_matches(key, KEYS, 1)
        mend = f"Did you mean {meant[0]}?" if meant else "Remove it; the README lists the settings."
        yield Finding("settings", Verdict.WARNING, f"{key} is no setting of this version.", mend)


def token(value: str | None) -> Finding:
    """Looks at the form of the token; whether Discord takes it, only a start tells."""
    if value is None:
        return Finding("token", Verdict.WRONG, "DISCORD_TOKEN is not set.", "See the README, On Discord.")
    number = _bot_of(value)
    if number is None:
        what = "DISCORD_TOKEN is not of a token's form: three parts with dots between."
        return Finding("token", Verdict.WRONG, what, "Copy it anew: developer portal, page Bot, Reset Token.")
    return _ok("token", f"Of the right form, for the bot {number}. Invite it: {_INVITATION.format(number)}")


def _bot_of(value: str) -> str | None:
    form = _TOKEN.fullmatch(value)
    if form is None:
        return None
    try:
        number = base64.urlsafe_b64decode(form[1] + "=" * (-len(form[1]) % 4)).decode("ascii")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return number if number.isdecimal() else None


def pages(settings: Settings) -> Finding:
    """Looks at the tables and the page sources: whether they are there and can be read."""
    try:
        read_tables(settings.tables).check()
    except SourceError as error:
        return Finding("pages", Verdict.WRONG, str(error), "git checkout data")
    try:
        sources = list(find_sources([settings.pages]))
    except SourceError as error:
        return _no_pages(settings, str(error))
    if not sources:
        return _no_pages(settings, f"There is no page source in {settings.pages}.")
    bad = list(_refused(islice(sources, SOURCES_READ)))
    if bad:
        more = f" {len(bad) - 1:,} more cannot be read either." if len(bad) > 1 else ""
        return Finding("pages", Verdict.WARNING, bad[0] + more, f"bigrun check {settings.pages}")
    looked = "" if len(sources) <= SOURCES_READ else f", of which the first {SOURCES_READ:,} were looked at"
    return _ok("pages", f"{len(sources):,} in {settings.pages}{looked}.")


def _no_pages(settings: Settings, what: str) -> Finding:
    verdict = Verdict.WARNING if settings.corpus.exists() else Verdict.WRONG
    return Finding("pages", verdict, what, "Put page sources there, or point BIGRUN_PAGES to them.")


def _refused(sources: Iterable[Path]) -> Iterator[str]:
    for path in sources:
        try:
            read_source(path)
        except SourceError as error:
            yield str(error)


async def corpus(path: Path) -> Finding:
    """Looks at the corpus; what is wrong with it mends itself, unless it is something else."""
    if _missing(path):
        return _ok("corpus", f"{path} is not there yet: the first start makes it.")
    try:
        found = await inspect_corpus(path)
    except (DamagedStore, NewerSchema) as error:
        return Finding(
            "corpus", Verdict.WARNING, str(error), "Nothing: the next start sets it aside and makes another."
        )
    except StoreError as error:
        return Finding("corpus", Verdict.WRONG, str(error), "Point BIGRUN_CORPUS to another file.")
    return _ok("corpus", f"{path} is sound (schema {found.version}).")


async def state(where: Path | str) -> Finding:
    """Looks at the state, which is never mended unasked."""
    name = str(where) if isinstance(where, Path) else "The state at PostgreSQL"
    if _missing(where):
        return _ok("state", f"{name} is not there yet: the first start makes it.")
    try:
        found = await inspect_state(where)
    except StoreError as error:
        mend = _STATE_MENDS.get(type(error), "See whether it can be reached, and who may read it.")
        return Finding("state", Verdict.WRONG, str(error), mend)
    if found.version < found.known:
        what = f"{name} is sound; the next start brings it from schema {found.version} to {found.known}."
        return Finding("state", Verdict.WARNING, what, "Keep a copy first: bigrun backup PATH")
    return _ok("state", f"{name} is sound (schema {found.version}).")


def _missing(where: Path | str) -> bool:
    return isinstance(where, Path) and not where.exists()


def disks(paths: Iterable[Path]) -> Iterator[Finding]:
    """Looks at the folders of the databases: whether they can be written to, and how much room there is."""
    for folder in dict.fromkeys(_nearest(path) for path in paths):
        free = shutil.disk_usage(folder).free
        room = f"{free / (1 << 30):,.1f} GiB free at {folder}."
        if not os.access(folder, os.W_OK):
            mend = f"Let the user who runs the bot write there: {_user()}"
            yield Finding("disk", Verdict.WRONG, f"{folder} cannot be written to.", mend)
        elif free < LITTLE:
            verdict = Verdict.WRONG if free < HARDLY_ANY else Verdict.WARNING
            yield Finding("disk", verdict, f"{free >> 20} MiB free at {folder}.", "Make room.")
        else:
            yield _ok("disk", room)


def _nearest(path: Path) -> Path:
    return next(folder for folder in path.absolute().parents if folder.is_dir())


def _user() -> str:
    return f"user {os.getuid()}." if hasattr(os, "getuid") else "see the folder's properties."


def clock(files: Iterable[Path | str | None], now: float) -> Finding:
    """Holds the clock against files: what was written already was not written in the future."""
    times = [(path.stat().st_mtime, path) for path in files if isinstance(path, Path) and path.exists()]
    latest, path = max(times)
    if latest > now + FAR:
        what = f"The clock is behind: {path} was written {latest - now:,.0f} seconds from now."
        return Finding("clock", Verdict.WRONG, what, "Set it, and keep it set (timedatectl set-ntp true).")
    return _ok("clock", "No file is from the future.")


async def discord_clock() -> Finding:
    """Asks Discord, if it can be reached, what time it is: answers are given in time by this clock."""
    try:
        async with (
            asyncio.timeout(PATIENCE),
            aiohttp.ClientSession() as session,
            session.get(f"{Route.BASE}/gateway") as answer,
        ):
            told = parsedate_to_datetime(answer.headers["Date"]).timestamp()
    except (aiohttp.ClientError, OSError, TimeoutError, KeyError, ValueError):
        what = "Discord does not answer, so the clock was not held against its."
        return Finding("discord", Verdict.WARNING, what, "If this machine should be online: see to its connection.")
    # Its answer names whole seconds.
    skew = abs(time.time() - told - 0.5)
    if skew > SKEW:
        verdict = Verdict.WRONG if skew > FAR else Verdict.WARNING
        what = f"The clock is {skew:,.0f} seconds from Discord's."
        return Finding("discord", verdict, what, "Set it, and keep it set (timedatectl set-ntp true).")
    return _ok("discord", "Reached, and the clocks agree.")
