"""How a run ends that cannot go on: in the form that the log has, and without the words of what went wrong inside."""

import logging
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.client.run import LOGIN_REFUSED, run_bot
from bot.errors import DiscordConnectionError
from bot.logs import JsonFormatter
from bot.settings import Settings

SECRET = "Dumbledore dies"
Ending = Callable[[str, Exception], None]


@pytest.fixture
def ending(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ending:
    """Run a bot, with a log of that form, that ends with that error."""

    def run(form: str, error: Exception) -> None:
        async def fail(*_: object) -> None:
            raise error

        monkeypatch.setattr("bot.client.run.run", fail)
        monkeypatch.setattr("bot.client.run.configure_logging", lambda *_, **__: form == "json")
        monkeypatch.setattr("bot.client.run.ENV_FILE", tmp_path / ".env")
        run_bot(Settings(corpus_path=tmp_path / "corpus.db", state_location=None))

    return run


def _critical(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [JsonFormatter().format(record) for record in caplog.records if record.levelno == logging.CRITICAL]


def test_an_expected_error_is_raised_with_a_human_log(ending: Ending, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(DiscordConnectionError):
        ending("human", DiscordConnectionError(LOGIN_REFUSED))
    assert _critical(caplog) == []


def test_an_expected_error_is_logged_with_a_json_log(ending: Ending, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(SystemExit) as ended:
        ending("json", DiscordConnectionError(LOGIN_REFUSED))
    assert ended.value.code == 1
    [line] = _critical(caplog)
    assert f'"message": "{LOGIN_REFUSED}"' in line


@pytest.mark.parametrize("form", ["human", "json"])
def test_an_unexpected_error_is_logged_by_type_and_location(
    ending: Ending, form: str, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(SystemExit) as ended:
        ending(form, KeyError(SECRET))
    assert ended.value.code == 1
    [line] = _critical(caplog)
    assert "test_run.py" in line
    assert '"error": "KeyError"' in line
    assert SECRET not in line
