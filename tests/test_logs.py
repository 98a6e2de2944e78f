"""What a host reads: one line an event, in two forms, and nothing in it that is a secret or a word of a page."""

import asyncio
import json
import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import discord
import pytest

from bot.database.error_translation import to_database_error
from bot.errors import SourceError
from bot.logs import REDACTED, HumanFormatter, JsonFormatter, configure_logging, log_loop_exception
from tests.loopback.guilds import TOKEN

REAL_FORM = "MTIzNDU2Nzg5MDEyMzQ1Njc4OTA.GabcDE.abcdefghijklmnopqrstuvwxyz-0123456789A"
SECRET = "Dumbledore dies"


def _record(message: str, *arguments: Any, error: BaseException | None = None, **more: Any) -> logging.LogRecord:
    record = logging.LogRecord("bot.client.bot", logging.INFO, __file__, 1, message, arguments, None)
    record.exc_info = (type(error), error, error.__traceback__) if error else None
    record.__dict__.update(more)
    return record


def _raised(error: Exception) -> Exception:
    def fail() -> None:
        raise error

    try:
        fail()
    except Exception as raised:  # noqa: BLE001 - whatever a test wants
        return raised
    return error


def _http_error(text: dict[str, Any]) -> discord.HTTPException:
    return discord.HTTPException(Mock(status=400, reason="Bad Request"), text)


def test_a_human_line_has_level_logger_and_message() -> None:
    line = HumanFormatter().format(_record("Ready: answering in %d servers.", 3))
    assert line.endswith(" INFO     bot.client.bot: Ready: answering in 3 servers.")
    assert len(line.splitlines()) == 1


def test_a_json_line_has_the_fields_and_the_traceback() -> None:
    record = _record(
        "It\nfailed.", error=_raised(SourceError("It is not there.")), event={"interaction": "12", "ms": 7}
    )
    line = JsonFormatter().format(record)
    assert "\n" not in line
    said = json.loads(line)
    assert (said["level"], said["logger"], said["message"]) == ("INFO", "bot.client.bot", "It\nfailed.")
    assert (said["interaction"], said["ms"]) == ("12", 7)
    assert said["error"] == "SourceError: It is not there."
    assert said["traceback"].startswith("Traceback (most recent call last):\n")
    assert "test_logs.py" in said["traceback"]
    assert said["time"].endswith("+00:00")


def test_control_characters_are_escaped() -> None:
    assert HumanFormatter().format(_record("a\nb\r\x1b[2J\u2028c")).endswith("a\\nb\\r\\x1b[2J\\u2028c")


@pytest.mark.parametrize(
    "text",
    [
        TOKEN,
        REAL_FORM,
        f"POST https://discord.com/api/v10/interactions/123/{SECRET[:10]}x/callback responded with 429.",
        f"PATCH https://discord.com/api/v10/webhooks/123/{SECRET[:10]}x/messages/@original",
        f"postgresql://bigrun:{SECRET[:10]}x@127.0.0.1/bigrun",
    ],
)
@pytest.mark.parametrize("formatter", [HumanFormatter, JsonFormatter])
def test_tokens_are_redacted(text: str, formatter: Callable[..., logging.Formatter]) -> None:
    error = _raised(SourceError(text))
    line = formatter([TOKEN]).format(_record("%s", text, error=error, event={"more": text}))
    assert REDACTED in line
    assert not [word for word in (TOKEN, REAL_FORM, f"{SECRET[:10]}x") if word in line]


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (ValueError(f"invalid literal for int(): '{SECRET}'"), "ValueError"),
        (KeyError(SECRET), "KeyError"),
        (
            _http_error({"code": 50035, "message": f'Value "{SECRET}" is too long'}),
            "HTTPException: HTTP 400, code 50035",
        ),
        (
            _http_error(
                {
                    "code": 50035,
                    "message": "Invalid Form Body",
                    "errors": {"content": {"_errors": [{"message": SECRET}]}},
                }
            ),
            "HTTPException: HTTP 400, code 50035, in content",
        ),
        (OSError(28, "No space left on device", SECRET), "OSError: No space left on device"),
        (discord.app_commands.AppCommandError(SECRET), "AppCommandError"),
    ],
)
@pytest.mark.parametrize("formatter", [HumanFormatter(), JsonFormatter()])
def test_logged_errors_contain_no_page_or_member_text(
    error: Exception, told: str, formatter: logging.Formatter
) -> None:
    for raised in (_raised(error), _raised(ExceptionGroup(SECRET, [error]))):
        line = formatter.format(_record("Failed.", error=raised))
        assert told in line
        assert SECRET not in line


def test_the_cause_of_an_error_is_logged_first() -> None:
    error = SourceError("It cannot be read.")
    error.__cause__ = _raised(KeyError(SECRET))
    said = json.loads(JsonFormatter().format(_record("Failed.", error=_raised(error))))
    lines = said["traceback"].splitlines()
    assert lines.index("KeyError") < lines.index("SourceError: It cannot be read.")
    assert SECRET not in said["traceback"]


def test_database_errors_do_not_quote_statements() -> None:
    with pytest.raises(sqlite3.OperationalError) as raised:
        sqlite3.connect(":memory:").execute(f'SELECT 1 FROM x x x "{SECRET}"')
    assert str(to_database_error(Path("c.db"), raised.value)) == (
        'The database c.db cannot be used: near "…": syntax error.'
    )


def test_library_arguments_are_logged_by_type() -> None:
    record = _record("Ignoring exception in view %r after %d s", [SECRET], 3)
    record.name = "discord.ui.view"
    assert JsonFormatter().format(record).count("after 3 s") == 1
    assert SECRET not in JsonFormatter().format(record)


@pytest.fixture
def put_back() -> Iterator[None]:
    """Leave all as it was before the log was started."""
    root = logging.getLogger()
    before, level, hook = list(root.handlers), root.level, threading.excepthook
    yield
    root.handlers[:] = before
    root.setLevel(level)
    threading.excepthook = hook
    logging.captureWarnings(capture=False)


@pytest.mark.usefixtures("put_back")
def test_logs_are_json_without_a_terminal_and_libraries_quiet(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert configure_logging("DEBUG")
    for name in ("discord.http", "aiosqlite", "asyncio", "aiohttp.access", "bot.client.bot"):
        logging.getLogger(name).info("of %s", name)
    assert [json.loads(line)["logger"] for line in capsys.readouterr().err.splitlines()] == ["bot.client.bot"]


@pytest.mark.usefixtures("put_back")
def test_thread_and_task_failures_are_logged_without_their_text(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("INFO", as_json=False)

    def fail() -> None:
        raise ValueError(SECRET)

    thread = threading.Thread(target=fail, name="reader")
    thread.start()
    thread.join()
    log_loop_exception(
        Mock(spec=asyncio.AbstractEventLoop), {"message": "Never retrieved", "exception": ValueError(SECRET)}
    )
    said = capsys.readouterr().err
    assert "A thread failed: reader." in said
    assert "Never retrieved." in said
    assert said.count("    ValueError\n") == 2
    assert SECRET not in said
