"""Settings: one frozen object, made from a mapping and nothing else."""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, TypeVar

from bot.errors import SettingsError

ROOT = Path(__file__).resolve().parent.parent
POSTGRES = ("postgresql://", "postgres://")
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
LOG_FORMATS = ("human", "json")

KEYS = (
    "DISCORD_TOKEN", "BIGRUN_CORPUS", "BIGRUN_STATE", "BIGRUN_PAGES", "BIGRUN_GUILD", "BIGRUN_SHARD_COUNT",
    "BIGRUN_SHARD_IDS", "BIGRUN_LOG_LEVEL", "BIGRUN_LOG_FORMAT",
)  # fmt: skip
ENV_FILE = ROOT / ".env"

_SECRET = ("DISCORD_TOKEN",)

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Settings:
    """What a host can set; every field has the default that suits a first run.

    Attributes:
        token: The bot's token, never shown; only `run` needs it.
        corpus: Path of the corpus, derived from the page sources.
        state: Path of the state, precious; or its address at PostgreSQL, which is never shown; or None to keep it in
            memory, for this run only.
        pages: Folder of page sources.
        guild: A server to send the commands to at once while developing; None sends them to all.
        shard_count: How many shards the bot has in all, or None for as many as Discord recommends.
        shard_ids: Which of them this process runs, or None for all.
        log_level: One of LOG_LEVELS.
        log_format: One of LOG_FORMATS, or None to choose by whether standard error is a terminal.
    """

    token: str | None = field(default=None, repr=False)
    corpus: Path = ROOT / "data" / "corpus.db"
    state: Path | str | None = field(default=ROOT / "data" / "state.db", repr=False)
    pages: Path = ROOT / "data" / "tropes"
    guild: int | None = None
    shard_count: int | None = None
    shard_ids: tuple[int, ...] | None = None
    log_level: str = "INFO"
    log_format: str | None = None

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
        state = settings.state
        if isinstance(state, Path) and settings.corpus.resolve() == state.resolve():
            raise SettingsError(f"BIGRUN_STATE is {str(state)!r}: expected another file than BIGRUN_CORPUS.")
        settings.check_shards()
        return settings

    def check_shards(self) -> None:
        """Raises a SettingsError if the numbers of shards do not fit each other, or the state."""
        if self.shard_ids is None:
            return
        if self.shard_count is None:
            raise SettingsError("BIGRUN_SHARD_IDS is set and BIGRUN_SHARD_COUNT is not: expected both.")
        if max(self.shard_ids) >= self.shard_count:
            raise SettingsError(
                f"BIGRUN_SHARD_IDS names shard {max(self.shard_ids)}: expected 0 to {self.shard_count - 1}, "
                f"since BIGRUN_SHARD_COUNT is {self.shard_count}."
            )
        if len(self.shard_ids) < self.shard_count and not isinstance(self.state, str):
            raise SettingsError(
                "BIGRUN_SHARD_IDS names some of the shards: expected BIGRUN_STATE to be an address postgresql://… that "
                "the processes of all shards share."
            )

    @classmethod
    def _read(cls, mapping: Mapping[str, str]) -> "Settings":
        given = {key: value.strip() for key, value in mapping.items() if value.strip()}
        default = cls()
        return cls(
            token=_read(given, "DISCORD_TOKEN", None, _token),
            corpus=_read(given, "BIGRUN_CORPUS", default.corpus, _path),
            state=_read(given, "BIGRUN_STATE", default.state, _state),
            pages=_read(given, "BIGRUN_PAGES", default.pages, _path),
            guild=_read(given, "BIGRUN_GUILD", None, _guild),
            shard_count=_read(given, "BIGRUN_SHARD_COUNT", None, _shard_count),
            shard_ids=_read(given, "BIGRUN_SHARD_IDS", None, _shard_ids),
            log_level=_read(given, "BIGRUN_LOG_LEVEL", default.log_level, _log_level),
            log_format=_read(given, "BIGRUN_LOG_FORMAT", None, _log_format),
        )


def _read(given: Mapping[str, str], key: str, default: _T, convert: Callable[[str], _T]) -> _T:
    if key not in given:
        return default
    try:
        return convert(given[key])
    except ValueError as expected:
        shown = "not of the right form" if key in _SECRET or "@" in given[key] else repr(given[key])
        raise SettingsError(f"{key} is {shown}: expected {expected}.") from None


def _token(value: str) -> str:
    if not re.fullmatch(r"[!-~]+", value):
        raise ValueError("the bot's token as the developer portal shows it, one word without blanks")
    return value


def _path(value: str) -> Path:
    if "\0" in value or "://" in value:
        raise ValueError("the path of a file or folder")
    return ROOT / Path(value).expanduser()


def _state(value: str) -> Path | str:
    if value.startswith(POSTGRES):
        return value
    try:
        return _path(value)
    except ValueError as expected:
        raise ValueError(f"{expected}, or an address postgresql://…") from None


def _guild(value: str) -> int:
    if not re.fullmatch(r"[0-9]{15,20}", value):
        raise ValueError("the id of a server, a whole number of 15 to 20 digits")
    return int(value)


def _shard_count(value: str) -> int:
    if not re.fullmatch(r"[0-9]{1,5}", value) or not int(value):
        raise ValueError("how many shards to run, a whole number from 1 to 99999")
    return int(value)


def _shard_ids(value: str) -> tuple[int, ...]:
    ids: list[int] = []
    for part in value.split(","):
        span = re.fullmatch(r"\s*([0-9]{1,5})(?:\s*-\s*([0-9]{1,5}))?\s*", part)
        if span is None or int(span[2] or span[1]) < int(span[1]):
            raise ValueError("numbers of shards, from 0 on, with commas and hyphens: 0-3,7")
        ids += range(int(span[1]), int(span[2] or span[1]) + 1)
    return tuple(sorted(set(ids)))


def _log_level(value: str) -> str:
    if value.upper() not in LOG_LEVELS:
        raise ValueError(f"one of {', '.join(LOG_LEVELS)}")
    return value.upper()


def _log_format(value: str) -> str:
    if value.lower() not in LOG_FORMATS:
        raise ValueError(f"one of {', '.join(LOG_FORMATS)}")
    return value.lower()


def exposed(file: Path) -> str | None:
    """Returns what is wrong where other users of this machine may read the file that holds the token, else None."""
    try:
        mode = file.stat().st_mode & 0o777
    except OSError:
        return None
    if os.name != "posix" or not mode & 0o077:
        return None
    return f"{file} may be read by other users of this machine (mode {mode:04o})."


class Shards(NamedTuple):
    """The shards of this process, and how many the bot has in all."""

    ids: tuple[int, ...]
    total: int

    def __str__(self) -> str:
        """Names them in a log and in the state: "0, 1 of 4"."""
        return f"{', '.join(map(str, self.ids))} of {self.total}"
