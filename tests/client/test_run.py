"""A failed run reports its error in the format of the log, without text of pages or members."""

import logging
from collections.abc import Callable
from pathlib import Path
from unittest.mock import AsyncMock

import pytest

from bot.cli.logs import JsonFormatter
from bot.client.run import LOGIN_REFUSED, run_bot
from bot.database import sqlite_features
from bot.errors import DatabaseError, DiscordConnectionError
from bot.settings import Settings

SECRET = "Dumbledore dies"
FailingRun = Callable[[str, Exception], None]


@pytest.fixture
def run_failing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FailingRun:
    """Return a function that runs a bot with a log format, and makes it fail with an error."""

    def run(log_format: str, error: Exception) -> None:
        monkeypatch.setattr("bot.client.run.run", AsyncMock(side_effect=error))
        monkeypatch.setattr("bot.client.run.configure_logging", lambda *_, **__: log_format == "json")
        run_bot(Settings(home=tmp_path, corpus_path=tmp_path / "corpus.db", state_location=None))

    return run


def _critical(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [JsonFormatter().format(record) for record in caplog.records if record.levelno == logging.CRITICAL]


def test_an_expected_error_is_raised_with_human_logs(run_failing: FailingRun, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(DiscordConnectionError):
        run_failing("human", DiscordConnectionError(LOGIN_REFUSED))
    assert _critical(caplog) == []


def test_an_expected_error_is_logged_with_json_logs(run_failing: FailingRun, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(SystemExit, match=r"^1$"):
        run_failing("json", DiscordConnectionError(LOGIN_REFUSED))
    [line] = _critical(caplog)
    assert f'"message": "{LOGIN_REFUSED}"' in line


def test_an_old_sqlite_stops_the_bot_before_discord_is_asked(
    run_failing: FailingRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_features, "MIN_SQLITE_VERSION", (99, 0, 1))
    with pytest.raises(DatabaseError, match="it is older than 99"):
        run_failing("human", AssertionError("it ran"))


@pytest.mark.parametrize("log_format", ["human", "json"])
def test_an_unexpected_error_is_logged_by_type_and_location(
    run_failing: FailingRun, log_format: str, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(SystemExit, match=r"^1$"):
        run_failing(log_format, KeyError(SECRET))
    [line] = _critical(caplog)
    assert "bot/client/run.py" in line
    assert '"error": "KeyError"' in line
    assert SECRET not in line
