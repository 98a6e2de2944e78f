"""The log: one line an event, for a person on a terminal, JSON elsewhere.

No secret, no page text and no word of a member's reaches it: what we write ourselves holds none, and of what others
write (errors, libraries) only that is told which cannot.
"""

import asyncio
import json
import logging
import re
import sys
import threading
import traceback
from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from typing import Any

import discord

from bot.errors import BigRunError

HUMAN, JSON = "human", "json"
HIDDEN = "[hidden]"
_LIBRARIES = ("discord", "aiosqlite", "asyncio", "aiohttp")
_TOKENS = re.compile(
    r"(?<=/interactions/)[0-9]+/[^/\s?]+"  # addresses of answers
    r"|(?<=/webhooks/)[0-9]+/[^/\s?]+"
    r"|[\w-]{20,}\.[\w-]{5,8}\.[\w-]{25,}"  # a bot's token
    r"|(?<=://)[^/@\s]+(?=@)"  # name and password in an address
)
# What would end the line, or steer a terminal.
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_PLACES = re.compile(r"^In ([\w.]+): ", re.MULTILINE)
_COLOURS = {logging.WARNING: "\x1b[33m", logging.ERROR: "\x1b[31m", logging.CRITICAL: "\x1b[31m"}
_PLAIN = "\x1b[0m"
_log = logging.getLogger(__name__)


def start_log(level: str, form: str | None = None, *, secrets: Collection[str] = ()) -> str:
    """Sends log lines to standard error, the libraries' own only from warnings on.

    Args:
        level: The least level that is written, one of `bot.settings.LOG_LEVELS`.
        form: HUMAN or JSON; None chooses by whether standard error is a terminal.
        secrets: What must never be written.

    Returns:
        The form that was chosen.
    """
    terminal = sys.stderr.isatty()
    chosen = form or (HUMAN if terminal else JSON)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter(secrets) if chosen == JSON else HumanFormatter(secrets, colours=terminal))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(level)
    quieten_libraries()
    # Python's own reports, of warnings and of threads that fail, would go past the log.
    logging.captureWarnings(capture=True)
    threading.excepthook = _thread_failed
    return chosen


def quieten_libraries() -> None:
    """Keeps out of every log, at any level, what libraries say of their work: it holds tokens and page text."""
    for library in _LIBRARIES:
        logger = logging.getLogger(library)
        logger.setLevel(max(logging.WARNING, logger.getEffectiveLevel()))
    # The library warns of what is meant: commands need no intent, and this bot has no voice.
    logging.getLogger("discord.state").addFilter(_is_news)
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False


def loop_failed(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Says in the log what nobody awaited; the loop's own report would tell the errors' words."""
    _log.error("%s.", context.get("message"), exc_info=context.get("exception"))


class HumanFormatter(logging.Formatter):
    """Writes a line for a person; a traceback stands indented below."""

    def __init__(self, secrets: Collection[str] = (), *, colours: bool = False) -> None:
        """Takes what must never be written, and whether a terminal shows colours."""
        super().__init__()
        self._secrets, self._colours = secrets, colours

    def format(self, record: logging.LogRecord) -> str:
        """Returns the lines of a record."""
        level = f"{record.levelname:<8}"
        if self._colours and record.levelno in _COLOURS:
            level = f"{_COLOURS[record.levelno]}{level}{_PLAIN}"
        said = _CONTROLS.sub(lambda control: repr(control[0])[1:-1], _said(record))
        lines = [f"{datetime.fromtimestamp(record.created):%Y-%m-%d %H:%M:%S} {level} {record.name}: {said}"]  # noqa: DTZ006 - a person reads local time
        lines += [f"    {line}" for line in _account_of(record)]
        return _redacted("\n".join(lines), self._secrets)


class JsonFormatter(logging.Formatter):
    """Writes an object on one line: time (UTC), level, logger, message, what `event` holds, error and traceback."""

    def __init__(self, secrets: Collection[str] = ()) -> None:
        """Takes what must never be written."""
        super().__init__()
        self._secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        """Returns the line of a record."""
        said = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": _said(record),
            **getattr(record, "event", {}),
        }
        if account := _account_of(record):
            said |= {"error": account[-1], "traceback": "\n".join(account)}
        hidden = {
            key: _redacted(value, self._secrets) if isinstance(value, str) else value for key, value in said.items()
        }
        return json.dumps(hidden, ensure_ascii=False)


def account(error: BaseException) -> Iterator[str]:
    """Yields the lines of a traceback, oldest error first: where, and of which type; words only where they are ours."""
    for each in reversed(list(_chain(error))):
        if each.__traceback__:
            yield "Traceback (most recent call last):"
            for frame in traceback.format_tb(each.__traceback__):
                yield from frame.rstrip().splitlines()
        for inner in each.exceptions if isinstance(each, BaseExceptionGroup) else ():
            yield from (f"  | {line}" for line in account(inner))
        yield described(each)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    met: set[int] = set()
    while error is not None and id(error) not in met:
        met.add(id(error))
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def described(error: BaseException) -> str:
    """Returns an error's type and, of what it says, what can hold no words of a page or a member."""
    name = type(error).__name__
    if isinstance(error, BigRunError):
        return f"{name}: {error}"
    if isinstance(error, discord.HTTPException):
        places = "".join(f", in {place}" for place in _PLACES.findall(error.text))
        return f"{name}: HTTP {error.status}, code {error.code}{places}"
    if isinstance(error, discord.ConnectionClosed):
        return f"{name}: code {error.code}, shard {error.shard_id}"
    # What the driver of the databases and the system call an error.
    reason = getattr(error, "sqlite_errorname", None) or getattr(error, "strerror", None)
    return f"{name}: {reason}" if isinstance(reason, str) else name


def _account_of(record: logging.LogRecord) -> list[str]:
    error = record.exc_info[1] if record.exc_info else None
    return list(account(error)) if error else []


def _said(record: logging.LogRecord) -> str:
    """Returns a record's message; of objects that a library names, only their type: they may hold what cards say."""
    arguments = record.args
    if isinstance(arguments, tuple) and record.name.partition(".")[0] in _LIBRARIES:
        arguments = tuple(_named(argument) for argument in arguments)
    try:
        return str(record.msg) % arguments if arguments else str(record.msg)
    except (TypeError, ValueError):
        return str(record.msg)


def _named(argument: object) -> object:
    return argument if isinstance(argument, str | int | float | None) else f"<{type(argument).__name__}>"


def _redacted(text: str, secrets: Collection[str]) -> str:
    for secret in secrets:
        text = text.replace(secret, HIDDEN)
    return _TOKENS.sub(HIDDEN, text)


def _is_news(record: logging.LogRecord) -> bool:
    return not str(record.msg).startswith("Guilds intent")


def _thread_failed(failed: threading.ExceptHookArgs) -> None:
    error = failed.exc_value
    _log.error("A thread failed: %s.", failed.thread.name if failed.thread else "", exc_info=error)
