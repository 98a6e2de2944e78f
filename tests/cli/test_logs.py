"""Log lines: one event each, as text or JSON, without secrets or text of pages."""

import json
import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import discord
import pytest

from bot.cli.logs import REDACTED, HumanFormatter, JsonFormatter, configure_logging, log_loop_exception
from bot.database.error_translation import to_database_error
from bot.errors import SourceError
from tests.loopback.guilds import TOKEN

REALISTIC_TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4OTA.GabcDE.abcdefghijklmnopqrstuvwxyz-0123456789A"
SECRET = "Dumbledore dies"
INNER = "Dumbledorex"  # a secret inside an address


def _record(message: str, *arguments: Any, error: BaseException | None = None, **more: Any) -> logging.LogRecord:
    record = logging.LogRecord("bot.client.bot", logging.INFO, __file__, 1, message, arguments, None)
    record.exc_info = (type(error), error, error.__traceback__) if error else None
    record.__dict__.update(more)
    return record


def _raised(error: Exception) -> Exception:
    """Return the error with a traceback."""
    try:
        raise error
    except type(error):
        return error


def _http_error(**body: Any) -> discord.HTTPException:
    return discord.HTTPException(Mock(status=400, reason="Bad Request"), {"code": 50035, **body})


def test_a_human_line_has_level_logger_and_escaped_message() -> None:
    line = HumanFormatter().format(_record("Ready in %d servers.\nb\r\x1b[2J\u2028c", 3))
    assert line.endswith(" INFO     bot.client.bot: Ready in 3 servers.\\nb\\r\\x1b[2J\\u2028c")
    assert len(line.splitlines()) == 1


def test_a_json_line_has_the_fields_and_the_traceback() -> None:
    error = _raised(SourceError("It is not there."))
    line = JsonFormatter().format(_record("It\nfailed.", error=error, event={"interaction": "12", "ms": 7}))
    assert "\n" not in line
    fields = json.loads(line)
    assert (fields["level"], fields["logger"], fields["message"]) == ("INFO", "bot.client.bot", "It\nfailed.")
    assert (fields["interaction"], fields["ms"]) == ("12", 7)
    assert fields["error"] == "SourceError: It is not there."
    assert fields["traceback"].startswith("Traceback (most recent call last):\n")
    assert "test_logs.py" in fields["traceback"]
    assert fields["time"].endswith("+00:00")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(TOKEN, id="the bot's token"),
        pytest.param(REALISTIC_TOKEN, id="another token"),
        pytest.param(f"POST https://discord.com/api/v10/interactions/1/{INNER}/callback failed.", id="callback"),
        pytest.param(f"PATCH https://discord.com/api/v10/webhooks/1/{INNER}/messages/@original", id="webhook"),
        pytest.param(f"postgresql://bigrun:{INNER}@127.0.0.1/bigrun", id="password"),
    ],
)
@pytest.mark.parametrize("formatter", [HumanFormatter, JsonFormatter])
def test_tokens_are_redacted(text: str, formatter: Callable[..., logging.Formatter]) -> None:
    error = _raised(SourceError(text))
    line = formatter([TOKEN]).format(_record("%s", text, error=error, event={"more": text}))
    assert REDACTED in line
    assert not [word for word in (TOKEN, REALISTIC_TOKEN, INNER) if word in line]


@pytest.mark.parametrize(
    ("error", "logged"),
    [
        (ValueError(f"invalid literal for int(): '{SECRET}'"), "ValueError"),
        (KeyError(SECRET), "KeyError"),
        (_http_error(message=f'"{SECRET}" is long'), "HTTPException: HTTP 400, code 50035"),
        (
            _http_error(message="Invalid", errors={"content": {"_errors": [{"message": SECRET}]}}),
            "HTTPException: HTTP 400, code 50035, in content",
        ),
        (OSError(28, "No space left on device", SECRET), "OSError: No space left on device"),
        (discord.app_commands.AppCommandError(SECRET), "AppCommandError"),
    ],
)
@pytest.mark.parametrize("formatter", [HumanFormatter(), JsonFormatter()])
def test_logged_errors_contain_no_page_or_member_text(
    error: Exception, logged: str, formatter: logging.Formatter
) -> None:
    for raised in (_raised(error), _raised(ExceptionGroup(SECRET, [error]))):
        line = formatter.format(_record("Failed.", error=raised))
        assert logged in line
        assert SECRET not in line


def test_the_cause_of_an_error_is_logged_first() -> None:
    error = SourceError("It cannot be read.")
    error.__cause__ = _raised(KeyError(SECRET))
    traceback = json.loads(JsonFormatter().format(_record("Failed.", error=_raised(error))))["traceback"]
    lines = traceback.splitlines()
    assert lines.index("KeyError") < lines.index("SourceError: It cannot be read.")
    assert SECRET not in traceback


def test_database_errors_do_not_quote_statements() -> None:
    with closing(sqlite3.connect(":memory:")) as database, pytest.raises(sqlite3.OperationalError) as raised:
        database.execute(f'SELECT 1 FROM x x x "{SECRET}"')
    error = to_database_error(Path("c.db"), raised.value)
    assert str(error) == 'The database c.db cannot be used: near "…": syntax error.'


def test_library_arguments_are_logged_by_type() -> None:
    for record in (
        _record("Ignoring exception in view %r after %d s", [SECRET], 3),
        _record("Ignoring exception in view %(view)r after %(seconds)d s", {"view": [SECRET], "seconds": 3}),
    ):
        record.name = "discord.ui.view"
        line = JsonFormatter().format(record)
        assert "<list>" in line
        assert "after 3 s" in line
        assert SECRET not in line


@pytest.mark.parametrize("arguments", [({"other": SECRET},), (SECRET, SECRET)])
def test_a_line_whose_arguments_do_not_fit_is_logged_without_them(arguments: tuple[Any, ...]) -> None:
    line = HumanFormatter().format(_record("Failed: %(name)s.", *arguments))
    assert line.endswith("Failed: %(name)s.")


@pytest.mark.parametrize("formatter", [HumanFormatter(), JsonFormatter()])
def test_no_log_line_controls_the_terminal(formatter: logging.Formatter) -> None:
    hostile = "a\x1b[2J\x9b\u202eb"
    line = formatter.format(_record("%s", hostile, error=_raised(SourceError(hostile))))
    assert not set("\x1b\x9b\u202e") & set(line)


@pytest.fixture
def restore_logging() -> Iterator[None]:
    """Undo what configure_logging changes."""
    root = logging.getLogger()
    before, level, hook = list(root.handlers), root.level, threading.excepthook
    yield
    logging.raiseExceptions = True
    root.handlers[:] = before
    root.setLevel(level)
    threading.excepthook = hook
    logging.captureWarnings(capture=False)


@pytest.mark.usefixtures("restore_logging")
def test_without_a_terminal_logs_are_json_and_libraries_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    assert configure_logging("DEBUG")
    assert not logging.raiseExceptions
    for name in ("discord.http", "aiosqlite", "asyncio", "aiohttp.access", "bot.client.bot"):
        logging.getLogger(name).info("message")
    assert [json.loads(line)["logger"] for line in capsys.readouterr().err.splitlines()] == ["bot.client.bot"]


@pytest.mark.usefixtures("restore_logging")
def test_thread_and_task_failures_are_logged_without_their_text(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("INFO", as_json=False)

    def fail() -> None:
        raise ValueError(SECRET)

    thread = threading.Thread(target=fail, name="reader")
    thread.start()
    thread.join()
    log_loop_exception(Mock(), {"message": "Never retrieved", "exception": ValueError(SECRET)})
    err = capsys.readouterr().err
    assert "A thread failed: reader." in err
    assert "Never retrieved." in err
    assert err.count("    ValueError\n") == 2
    assert SECRET not in err
