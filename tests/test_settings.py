"""Settings are read from a mapping, and wrong values are refused in one line."""

import os
import re
from pathlib import Path

import pytest
from dotenv import dotenv_values

from bot.errors import SettingsError
from bot.settings import ROOT, SETTING_NAMES, Home, LogFormat, Settings, bot_id_from_token, old_name_warnings


def test_unset_and_empty_settings_have_defaults() -> None:
    assert Settings.from_mapping({}) == Settings.from_mapping(dict.fromkeys(SETTING_NAMES, " ")) == Settings()
    assert Settings().corpus_path == ROOT / "data" / "corpus.db"
    assert Settings().token is None


def test_every_setting_is_read() -> None:
    settings = Settings.from_mapping(
        {
            "DISCORD_TOKEN": "abc.def",
            "BIGRUN_CORPUS": "/c.db",
            "BIGRUN_STATE": "s.db",
            "BIGRUN_PAGES": f"pages{os.pathsep}/more",
            "BIGRUN_DEV_GUILD": "123456789012345678",
            "BIGRUN_ADMIN_GUILD": "123456789012345679",
            "BIGRUN_SHARD_COUNT": "4",
            "BIGRUN_SHARD_IDS": "2-3, 0-1",
            "BIGRUN_LOG_LEVEL": "debug",
            "BIGRUN_LOG_FORMAT": "JSON",
            "BIGRUN_FEEDBACK_URL": "https://example.org/issues?new=1",
        }
    )
    assert settings == Settings(
        "abc.def", ROOT, Path("/c.db"), ROOT / "s.db", (ROOT / "pages", Path("/more")),
        123456789012345678, 123456789012345679, 4, (0, 1, 2, 3), "DEBUG", LogFormat.JSON,
        "https://example.org/issues?new=1",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("env", "reason"),
    [
        ({"BIGRUN_DEV_GUILD": "my server"}, "BIGRUN_DEV_GUILD: 'my server' is not a server id"),
        ({"BIGRUN_SHARD_COUNT": "0"}, "BIGRUN_SHARD_COUNT: '0' is not a number of shards"),
        ({"BIGRUN_SHARD_COUNT": "²"}, "BIGRUN_SHARD_COUNT: '²' is not"),
        ({"BIGRUN_SHARD_IDS": "3-1"}, "BIGRUN_SHARD_IDS: '3-1' is not a list of shards"),
        ({"BIGRUN_SHARD_IDS": "all"}, "BIGRUN_SHARD_IDS: 'all' is not"),
        ({"BIGRUN_LOG_LEVEL": "loud"}, "BIGRUN_LOG_LEVEL: 'loud' is not one of DEBUG"),
        ({"BIGRUN_LOG_FORMAT": "xml"}, "BIGRUN_LOG_FORMAT: 'xml' is not one of human, json"),
        *(
            ({"BIGRUN_FEEDBACK_URL": value}, "BIGRUN_FEEDBACK_URL: .* is not an address https://")
            for value in (
                *(
                    "http://example.org",
                    "https://",
                    "https://me:secret@example.org",
                    "https://[",
                    "javascript:alert(1)",
                ),
                *("https://example.org/a b", f"https://example.org/{'a' * 500}"),
            )
        ),
        ({"BIGRUN_STATE": "mysql://x"}, "BIGRUN_STATE: the value is not the path"),
        ({"BIGRUN_CORPUS": "data/one.db", "BIGRUN_STATE": "data/../data/one.db"}, ".* is the file of BIGRUN_CORPUS"),
        ({"BIGRUN_SHARD_IDS": "0"}, "BIGRUN_SHARD_IDS is set but BIGRUN_SHARD_COUNT is not"),
        ({"BIGRUN_SHARD_IDS": "0-4", "BIGRUN_SHARD_COUNT": "4"}, ".*there is no shard 4"),
        ({"BIGRUN_SHARD_IDS": "0-1", "BIGRUN_SHARD_COUNT": "4"}, ".*Set BIGRUN_STATE to an address"),
    ],
)
def test_a_wrong_value_is_refused_with_a_reason(env: dict[str, str], reason: str) -> None:
    with pytest.raises(SettingsError) as error:
        Settings.from_mapping(env)
    assert re.match(reason, str(error.value))
    assert "\n" not in str(error.value)


def test_home_sets_all_paths(tmp_path: Path) -> None:
    settings = Settings.from_mapping({"BIGRUN_HOME": str(tmp_path), "BIGRUN_STATE": "other.db"})
    assert (settings.home, settings.corpus_path, settings.state_location, settings.page_folders) == (
        tmp_path, tmp_path / "corpus.db", tmp_path / "other.db", (ROOT / "data" / "tropes", tmp_path / "tropes"),
    )  # fmt: skip
    assert Home.at(tmp_path).env_file == tmp_path / "bigrun.env"


def test_an_installed_bot_is_at_home_in_the_users_data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("bot.settings.IS_CHECKOUT", False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert Home.find({}).corpus == tmp_path / "data" / "bigrun" / "corpus.db"


def test_some_shards_work_with_a_shared_state() -> None:
    env = {"BIGRUN_SHARD_IDS": "0-1", "BIGRUN_SHARD_COUNT": "4", "BIGRUN_STATE": "postgresql://bot:secret@db/x"}
    settings = Settings.from_mapping(env)
    assert settings.state_location == env["BIGRUN_STATE"]
    assert "secret" not in repr(settings)
    Settings.from_mapping({"BIGRUN_SHARD_IDS": "0-3", "BIGRUN_SHARD_COUNT": "4"})


def test_a_token_is_never_shown() -> None:
    secret = "MTIz.abc.def-SECRET"
    assert secret not in repr(Settings.from_mapping({"DISCORD_TOKEN": secret}))
    with pytest.raises(SettingsError) as error:
        Settings.from_mapping({"DISCORD_TOKEN": secret + " and more"})
    assert secret not in str(error.value)


@pytest.mark.parametrize(
    ("token", "bot_id"),
    [
        ("MTIzNDU2Nzg5MDEyMzQ1Njc4.GabcDE.abcdefghijklmnopqrstuvwxyz-0123456789A", 123456789012345678),
        ("MTIzNDU2Nzg5MDEyMzQ1Njc.GabcDE.abc", 12345678901234567),
        ("MTIzNDU2Nzg5MDEyMzQ1Njc4.GabcDE", None),
        ("YWJjNDU2Nzg5MDEyMzQ1Njc4.GabcDE.abc", None),
        ("x.GabcDE.abc", None),
        ("é.GabcDE.abc", None),
        ("a" * 32, None),
    ],
)
def test_a_token_begins_with_the_bots_id(token: str, bot_id: int | None) -> None:
    assert bot_id_from_token(token) == bot_id


def test_env_example_has_every_setting_with_its_default() -> None:
    example = dotenv_values(ROOT / ".env.example")
    paths = ("BIGRUN_HOME", "BIGRUN_CORPUS", "BIGRUN_STATE", "BIGRUN_PAGES")
    assert tuple(example) == tuple(name for name in SETTING_NAMES if name not in paths)
    assert Settings.from_mapping({key: value or "" for key, value in example.items()}) == Settings()


def test_an_old_setting_name_is_read_with_a_warning() -> None:
    env = {"BIGRUN_GUILD": "123456789012345678"}
    assert Settings.from_mapping(env).dev_guild_id == 123456789012345678
    assert old_name_warnings(env) == ["BIGRUN_GUILD is now called BIGRUN_DEV_GUILD. Rename it."]
