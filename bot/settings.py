"""Settings: one frozen object, made from a mapping and nothing else."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from bot.errors import SettingsError

ROOT = Path(__file__).resolve().parent.parent
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Settings:
    """What a host can set; every field has the default that suits a first run.

    Attributes:
        token: The bot's token, never shown; only `run` needs it.
        corpus: Path of the corpus, derived from the page sources.
        state: Path of the state, precious; None keeps it in memory, for this run only.
        pages: Folder of page sources.
        guild: A server to send the commands to at once while developing; None sends them to all.
        shard_count: How many shards to run, or None for as many as Discord recommends.
        log_level: One of LOG_LEVELS.
    """

    token: str | None = field(default=None, repr=False)
    corpus: Path = ROOT / "data" / "corpus.db"
    state: Path | None = ROOT / "data" / "state.db"
    pages: Path = ROOT / "data" / "tropes"
    guild: int | None = None
    shard_count: int | None = None
    log_level: str = "INFO"

    @property
    def tables(self) -> Path:
        """The folder of ``titles.toml`` and ``media.toml``."""
        return ROOT / "data"

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, str]) -> "Settings":
        """Returns the settings that `mapping` (an environment) names; an empty value counts as unset.

        Raises:
            SettingsError: A value is wrong; the sentence names key, value and what is expected.
        """
        settings = cls._read(mapping)
        if settings.state and settings.corpus.resolve() == settings.state.resolve():
            raise SettingsError(f"BIGRUN_STATE is {str(settings.state)!r}: expected another file than BIGRUN_CORPUS.")
        return settings

    @classmethod
    def _read(cls, mapping: Mapping[str, str]) -> "Settings":
        given = {key: value.strip() for key, value in mapping.items() if value.strip()}
        default = cls()
        return cls(
            token=_read(given, "DISCORD_TOKEN", None, _token),
            corpus=_read(given, "BIGRUN_CORPUS", default.corpus, _path),
            state=_read(given, "BIGRUN_STATE", default.state, _path),
            pages=_read(given, "BIGRUN_PAGES", default.pages, _path),
            guild=_read(given, "BIGRUN_GUILD", None, _guild),
            shard_count=_read(given, "BIGRUN_SHARD_COUNT", None, _shard_count),
            log_level=_read(given, "BIGRUN_LOG_LEVEL", default.log_level, _log_level),
        )


def _read(given: Mapping[str, str], key: str, default: _T, convert: Callable[[str], _T]) -> _T:
    if key not in given:
        return default
    try:
        return convert(given[key])
    except ValueError as expected:
        shown = "not of the right form" if key == "DISCORD_TOKEN" else repr(given[key])
        raise SettingsError(f"{key} is {shown}: expected {expected}.") from None


def _token(value: str) -> str:
    if not re.fullmatch(r"[!-~]+", value):
        raise ValueError("the bot's token as the developer portal shows it, one word without blanks")
    return value


def _path(value: str) -> Path:
    if "\0" in value or "://" in value:
        raise ValueError("the path of a file or folder")
    return ROOT / Path(value).expanduser()


def _guild(value: str) -> int:
    if not re.fullmatch(r"[0-9]{15,20}", value):
        raise ValueError("the id of a server, a whole number of 15 to 20 digits")
    return int(value)


def _shard_count(value: str) -> int:
    if not re.fullmatch(r"[0-9]{1,5}", value) or not int(value):
        raise ValueError("how many shards to run, a whole number from 1 to 99999")
    return int(value)


def _log_level(value: str) -> str:
    if value.upper() not in LOG_LEVELS:
        raise ValueError(f"one of {', '.join(LOG_LEVELS)}")
    return value.upper()
