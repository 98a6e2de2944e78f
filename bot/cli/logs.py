"""The log: one line per event, for a person on a terminal, JSON elsewhere.

No secret, page text or member's words reach it. Of errors and library messages, only what cannot contain any is logged.
"""

import asyncio
import json
import logging
import re
import sys
import threading
import traceback
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import discord

from bot.cli.control_characters import make_visible, make_visible_in_json
from bot.errors import BigRunError

REDACTED = "[hidden]"
LIBRARY_LOGGERS = ("discord", "aiosqlite", "asyncio", "aiohttp")
SECRET_PATTERNS = re.compile(
    r"(?<=/interactions/)[0-9]+/[^/\s?]+"  # addresses of answers
    r"|(?<=/webhooks/)[0-9]+/[^/\s?]+"
    r"|[\w-]{20,}\.[\w-]{5,8}\.[\w-]{25,}"  # a bot's token
    r"|(?<=://)[^/@\s]+(?=@)"  # name and password in an address
)
INVALID_FIELDS = re.compile(r"^In ([\w.]+): ", re.MULTILINE)  # the field paths in Discord's 400s
ANSI_COLOURS = {logging.WARNING: "\x1b[33m", logging.ERROR: "\x1b[31m", logging.CRITICAL: "\x1b[31m"}
ANSI_RESET = "\x1b[0m"
log = logging.getLogger(__name__)


def configure_logging(level: str, *, as_json: bool | None = None, secrets: Collection[str] = ()) -> bool:
    """Log to standard error from `level` on, but libraries only from WARNING on. Return whether as JSON.

    `secrets` are never written. `as_json` None means JSON unless standard error is a terminal.
    """
    is_terminal = sys.stderr.isatty()
    if as_json is None:
        as_json = not is_terminal
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter(secrets) if as_json else HumanFormatter(secrets, colours=is_terminal))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(level)
    quieten_libraries()
    logging.raiseExceptions = False  # the report of a line that cannot be written would show all of it
    # Python's own reports, of warnings and of threads that fail, would bypass the log.
    logging.captureWarnings(capture=True)
    threading.excepthook = log_thread_exception
    return as_json


def quieten_libraries() -> None:
    """Drop what libraries log below WARNING: it contains tokens and page text."""
    for library in LIBRARY_LOGGERS:
        logger = logging.getLogger(library)
        logger.setLevel(max(logging.WARNING, logger.getEffectiveLevel()))
    # discord.py warns of what is intended: commands need no intent, and this bot has no voice.
    logging.getLogger("discord.state").addFilter(lambda record: not str(record.msg).startswith("Guilds intent"))
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False


def log_loop_exception(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Log an exception that nobody awaited. The loop's own report would show its text."""
    log.error("%s.", context.get("message"), exc_info=context.get("exception"))


def log_thread_exception(failed: threading.ExceptHookArgs) -> None:
    """Log an exception that ended a thread."""
    log.error("A thread failed: %s.", failed.thread.name if failed.thread else "", exc_info=failed.exc_value)


class HumanFormatter(logging.Formatter):
    """Format a line for a person, with a traceback indented below it."""

    def __init__(self, secrets: Collection[str] = (), *, colours: bool = False) -> None:
        super().__init__()
        self._secrets, self._colours = secrets, colours

    def format(self, record: logging.LogRecord) -> str:
        """Return the lines of a record."""
        level = f"{record.levelname:<8}"
        if self._colours and record.levelno in ANSI_COLOURS:
            level = f"{ANSI_COLOURS[record.levelno]}{level}{ANSI_RESET}"
        message = make_visible(safe_message(record))
        lines = [f"{datetime.fromtimestamp(record.created):%Y-%m-%d %H:%M:%S} {level} {record.name}: {message}"]  # noqa: DTZ006 - a person reads local time
        if record.exc_info and (error := record.exc_info[1]):
            lines += [f"    {make_visible(line)}" for line in safe_traceback(error)]
        return redact("\n".join(lines), self._secrets)


class JsonFormatter(logging.Formatter):
    """Format a JSON object on one line, which includes the record's `event`."""

    def __init__(self, secrets: Collection[str] = ()) -> None:
        super().__init__()
        self._secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record."""
        fields = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": safe_message(record),
            **getattr(record, "event", {}),
        }
        if record.exc_info and (error := record.exc_info[1]):
            lines = list(safe_traceback(error))
            fields |= {"error": lines[-1], "traceback": "\n".join(lines)}
        redacted = {
            key: redact(value, self._secrets) if isinstance(value, str) else value for key, value in fields.items()
        }
        return make_visible_in_json(json.dumps(redacted, ensure_ascii=False))


def safe_traceback(error: BaseException) -> Iterator[str]:
    """Yield the lines of a traceback, oldest error first, with `safe_error_text` for each error."""
    for each in reversed(list(error_chain(error))):
        if each.__traceback__:
            yield "Traceback (most recent call last):"
            for frame in traceback.format_tb(each.__traceback__):
                yield from frame.rstrip().splitlines()
        for inner in each.exceptions if isinstance(each, BaseExceptionGroup) else ():
            yield from (f"  | {line}" for line in safe_traceback(inner))
        yield safe_error_text(each)


def error_chain(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error and its causes, newest first."""
    met: set[int] = set()
    while error is not None and id(error) not in met:
        met.add(id(error))
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def safe_error_text(error: BaseException) -> str:
    """Return an error's type, and of its text what cannot be a page's or member's words."""
    name = type(error).__name__
    if isinstance(error, BigRunError):
        return f"{name}: {error}"
    if isinstance(error, discord.HTTPException):
        invalid = "".join(f", in {path}" for path in INVALID_FIELDS.findall(error.text))
        return f"{name}: HTTP {error.status}, code {error.code}{invalid}"
    if isinstance(error, discord.ConnectionClosed):
        return f"{name}: code {error.code}, shard {error.shard_id}"
    # The names that SQLite and the operating system give an error.
    reason = getattr(error, "sqlite_errorname", None) or getattr(error, "strerror", None)
    return f"{name}: {reason}" if isinstance(reason, str) else name


def safe_message(record: logging.LogRecord) -> str:
    """Return a record's message. In those of libraries, objects are reduced to their type."""
    message, arguments = record.msg, record.args
    if record.name.partition(".")[0] in LIBRARY_LOGGERS:
        message = str(safe_argument(message))
        if isinstance(arguments, Mapping):
            arguments = {name: safe_argument(each) for name, each in arguments.items()}
        elif arguments:
            arguments = tuple(map(safe_argument, arguments))
    try:
        return str(message) % arguments if arguments else str(message)
    except (TypeError, ValueError, KeyError):
        return str(message)


def safe_argument(value: object) -> object:
    """Return a text or number as it is, and the type of anything else."""
    return value if isinstance(value, str | int | float | None) else f"<{type(value).__name__}>"


def redact(text: str, secrets: Collection[str]) -> str:
    """Remove secrets and what looks like one."""
    for secret in secrets:
        text = text.replace(secret, REDACTED)
    return SECRET_PATTERNS.sub(REDACTED, text)
