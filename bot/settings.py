"""Settings: one frozen object, made from a mapping."""

import base64
import binascii
import os
import re
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import platformdirs

from bot.errors import SettingsError

ROOT = Path(__file__).resolve().parent.parent
IS_CHECKOUT = (ROOT / "pyproject.toml").is_file()
COPY_IT_AGAIN = "Copy it again from the developer portal: page Bot, button Reset Token."
INVITE_URL = "https://discord.com/oauth2/authorize?client_id={}&scope=bot+applications.commands&permissions=0"
PACKAGED_PAGES = ROOT / "data" / "tropes"
POSTGRES_SCHEMES = ("postgresql://", "postgres://")
LIKE_ADDRESS = re.compile(r".*://|postgres\w*:|[^/\\]*:[^/\\]*@", re.IGNORECASE | re.DOTALL)
MAX_BUTTON_URL = 512  # Discord's limit
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")


class LogFormat(StrEnum):
    """How the log is written."""

    HUMAN = "human"
    JSON = "json"


class Home(NamedTuple):
    """Where an operator's files are by default."""

    folder: Path
    env_file: Path
    corpus: Path
    state: Path
    page_folders: tuple[Path, ...]

    @classmethod
    def at(cls, folder: Path) -> "Home":
        """Return the files of a home. A checkout keeps them among its own."""
        if folder == ROOT:
            data = ROOT / "data"
            return cls(ROOT, ROOT / ".env", data / "corpus.db", data / "state.db", (PACKAGED_PAGES,))
        pages = (PACKAGED_PAGES, folder / "tropes")
        return cls(folder, folder / "bigrun.env", folder / "corpus.db", folder / "state.db", pages)

    @classmethod
    def find(cls, environment: Mapping[str, str]) -> "Home":
        """Return the home that BIGRUN_HOME names, else the checkout, else the user's data folder."""
        if named := environment.get("BIGRUN_HOME", "").strip():
            return cls.at(Path(named).expanduser().resolve())
        return cls.at(ROOT if IS_CHECKOUT else platformdirs.user_data_path("bigrun", appauthor=False))


HOME = Home.find({})


class ShardRange(NamedTuple):
    """The shards of this process, and the bot's shard count."""

    ids: tuple[int, ...]
    total: int

    def __str__(self) -> str:
        return f"{', '.join(map(str, self.ids))} of {self.total}"  # for the log and the state


def parse_token(value: str) -> str:
    """Check the form of a bot's token."""
    if not re.fullmatch(r"[!-~]+", value):
        raise ValueError("a token from the developer portal, one word without blanks")
    return value


def bot_id_from_token(token: str) -> int | None:
    """Return the id that a bot's token begins with, or None if it has not the form of one."""
    parts = token.split(".")
    if len(parts) != 3 or not all(re.fullmatch(r"[\w-]+", part, re.ASCII) for part in parts):
        return None
    try:
        bot_id = base64.urlsafe_b64decode(parts[0] + "=" * (-len(parts[0]) % 4)).decode("ascii")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return int(bot_id) if re.fullmatch(r"[0-9]{15,20}", bot_id) else None


def parse_path(value: str) -> Path:
    """Return a path. Relative ones start at home."""
    if "\0" in value or LIKE_ADDRESS.match(value):  # a path would be shown, with the address's password
        raise ValueError("the path of a file or folder")
    return Path(value).expanduser()


def parse_paths(value: str) -> tuple[Path, ...]:
    """Return the paths in "tropes:/more/tropes"."""
    return tuple(parse_path(path) for path in value.split(os.pathsep) if path)


def anchor(value: Any, home: Path) -> Any:
    """Return a setting's value with its relative paths below `home`."""
    if isinstance(value, tuple):
        return tuple(anchor(each, home) for each in value)
    return home / value if isinstance(value, Path) else value


def parse_state(value: str) -> Path | str:
    """Return a path or a PostgreSQL address."""
    if value.startswith(POSTGRES_SCHEMES):
        return parse_address(value)
    try:
        return parse_path(value)
    except ValueError as error:
        raise ValueError(f"{error}, or an address postgresql://…") from None


def parse_address(value: str) -> str:
    """Check that an address can be read in one way only, so that no part of a password is taken for another."""
    try:
        parts = urlsplit(value)
        is_clear = parts.port != 0 and not parts.fragment and "@" not in parts.path + parts.query
        is_clear &= parts.path.count("/") < 2
    except ValueError:
        is_clear = False
    if not is_clear:
        raise ValueError(
            "an address postgresql://user:password@host:port/database. "
            "In a password, write / as %2F, ? as %3F, # as %23 and @ as %40"
        )
    return value


def parse_feedback_url(value: str) -> str:
    """Check that an address can be opened by a button."""
    try:
        parts = urlsplit(value)
        is_open = parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc and parts.port != 0
    except ValueError:
        is_open = False
    if not is_open or len(value) > MAX_BUTTON_URL or not re.fullmatch(r"[!-~]+", value):
        raise ValueError(f"an address https://… of at most {MAX_BUTTON_URL} ASCII characters, without a user")
    return value


def parse_guild_id(value: str) -> int:
    """Return a server's id."""
    if not re.fullmatch(r"[0-9]{15,20}", value):
        raise ValueError("a server id (15 to 20 digits)")
    return int(value)


def parse_shard_count(value: str) -> int:
    """Return a number of shards."""
    if not re.fullmatch(r"[0-9]{1,5}", value) or not int(value):
        raise ValueError("a number of shards from 1 to 99999")
    return int(value)


def parse_shard_ids(value: str) -> tuple[int, ...]:
    """Return the numbers in "0-3,7", sorted, each once."""
    ids: set[int] = set()
    for part in value.split(","):
        span = re.fullmatch(r"\s*([0-9]{1,5})(?:\s*-\s*([0-9]{1,5}))?\s*", part)
        if span is None or int(span[2] or span[1]) < int(span[1]):
            raise ValueError("a list of shards such as 0-3,7")
        ids.update(range(int(span[1]), int(span[2] or span[1]) + 1))
    return tuple(sorted(ids))


def parse_log_level(value: str) -> str:
    """Return one of LOG_LEVELS."""
    if value.upper() not in LOG_LEVELS:
        raise ValueError(f"one of {', '.join(LOG_LEVELS)}")
    return value.upper()


def parse_log_format(value: str) -> LogFormat:
    """Return a log format."""
    if value.lower() not in set(LogFormat):
        raise ValueError(f"one of {', '.join(LogFormat)}")
    return LogFormat(value.lower())


def setting(
    name: str, parse: Callable[[str], Any], description: str, default: Any = None, *, secret: bool = False
) -> Any:
    """Declare a field of `Settings`. Its description is for .env.example."""
    metadata = {"name": name, "parse": parse, "description": description, "secret": secret}
    may_hold_password = secret or parse is parse_state
    return field(default=default, repr=not may_hold_password, metadata=metadata)


@dataclass(frozen=True, slots=True)
class Settings:
    """An operator's settings. Every default suits a first run."""

    token: str | None = setting(
        "DISCORD_TOKEN",
        parse_token,
        "The bot's token, from the developer portal. Only `bigrun run` needs it. Keep it secret.",
        secret=True,
    )
    home: Path = setting(
        "BIGRUN_HOME",
        parse_path,
        "The folder of this file, both databases and your own pages (tropes/). Only the environment can set it. Empty: "
        "the checkout, or the user's data folder for an installed bot. Relative paths below start there.",
        HOME.folder,
    )
    corpus_path: Path = setting(
        "BIGRUN_CORPUS", parse_path, "The corpus database: the loaded examples. Safe to delete.", HOME.corpus
    )
    # None keeps the state in memory.
    state_location: Path | str | None = setting(
        "BIGRUN_STATE",
        parse_state,
        "The state database: what servers and members chose. Precious: back it up. A file, or for a bot of several "
        "processes an address postgresql://user:password@host/database.",
        HOME.state,
    )
    page_folders: tuple[Path, ...] = setting(
        "BIGRUN_PAGES",
        parse_paths,
        "The folders of page sources, parted by : (on Windows by ;). The last is your own.",
        HOME.page_folders,
    )
    dev_guild_id: int | None = setting(
        "BIGRUN_DEV_GUILD",
        parse_guild_id,
        "The id of a server that gets the commands immediately while you develop. Empty: all servers.",
    )
    admin_guild_id: int | None = setting(
        "BIGRUN_ADMIN_GUILD",
        parse_guild_id,
        "The id of a server where you, the bot's owner, can load and remove tropes: /bigrun-admin. Empty: none.",
    )
    shard_count: int | None = setting(
        "BIGRUN_SHARD_COUNT", parse_shard_count, "How many shards to run. Empty: as many as Discord recommends."
    )
    shard_ids: tuple[int, ...] | None = setting(
        "BIGRUN_SHARD_IDS",
        parse_shard_ids,
        "Which shards this process runs, such as 0-3,7. Empty: all. The processes must share a state.",
    )
    log_level: str = setting(
        "BIGRUN_LOG_LEVEL", parse_log_level, "How much is logged: DEBUG, INFO, WARNING, ERROR or CRITICAL.", "INFO"
    )
    log_format: LogFormat | None = setting(
        "BIGRUN_LOG_FORMAT",
        parse_log_format,
        "How it is logged: human, or json with one object a line. Empty: human on a terminal, json elsewhere.",
    )
    feedback_url: str | None = setting(
        "BIGRUN_FEEDBACK_URL",
        parse_feedback_url,
        "An https address where members can report mistakes of the bot, linked under Something's wrong. Empty: none.",
    )

    @property
    def own_pages(self) -> Path:
        """The folder for the operator's own pages."""
        return self.page_folders[-1]

    @property
    def sources(self) -> tuple[Path, ...]:
        """The page folders that exist, or all if none does."""
        return tuple(folder for folder in self.page_folders if folder.exists()) or self.page_folders

    @property
    def tables_dir(self) -> Path:
        """The folder of ``titles.toml``, ``media.toml`` and ``subpages.toml``."""
        return ROOT / "data"

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, str]) -> "Settings":
        """Read the settings from an environment. An empty value counts as unset.

        Raises:
            SettingsError: A value is wrong.
        """
        home = Home.find(mapping)
        values: dict[str, Any] = {
            "home": home.folder, "corpus_path": home.corpus, "state_location": home.state,
            "page_folders": home.page_folders,
        }  # fmt: skip
        for each in fields(cls):
            name = each.metadata["name"]
            value = mapping.get(name, "").strip() or mapping.get(OLD_NAMES.get(name, ""), "").strip()
            if not value or name == "BIGRUN_HOME":
                continue
            try:
                values[each.name] = anchor(each.metadata["parse"](value), home.folder)
            except ValueError as error:
                hidden = not each.repr or "@" in value or "://" in value
                raise SettingsError(f"{name}: {'the value' if hidden else repr(value)} is not {error}.") from None
        settings = cls(**values)
        settings._validate()
        return settings

    def _validate(self) -> None:
        if isinstance(self.state_location, Path) and self.corpus_path.resolve() == self.state_location.resolve():
            raise SettingsError(
                f"BIGRUN_STATE: {str(self.state_location)!r} is the file of BIGRUN_CORPUS. Name another one."
            )
        if self.shard_ids is None:
            return
        if self.shard_count is None:
            raise SettingsError("BIGRUN_SHARD_IDS is set but BIGRUN_SHARD_COUNT is not. Set both.")
        if max(self.shard_ids) >= self.shard_count:
            raise SettingsError(
                f"BIGRUN_SHARD_IDS: there is no shard {max(self.shard_ids)}. BIGRUN_SHARD_COUNT is "
                f"{self.shard_count}, so the last one is {self.shard_count - 1}."
            )
        if len(self.shard_ids) < self.shard_count and not isinstance(self.state_location, str):
            raise SettingsError(
                "BIGRUN_SHARD_IDS: other processes run the other shards, and a file cannot be shared with them. "
                "Set BIGRUN_STATE to an address postgresql://…"
            )


SETTING_NAMES = tuple(each.metadata["name"] for each in fields(Settings))
OLD_NAMES = {"BIGRUN_DEV_GUILD": "BIGRUN_GUILD"}  # still read


def env_example() -> str:
    """Return the text of .env.example."""
    lines = [
        "# Copy this file and fill in what you need: to .env in a checkout, to bigrun.env in BIGRUN_HOME elsewhere.",
        "# What the environment sets wins over this file.",
        "",
    ]
    for each in fields(Settings):
        is_path = isinstance(each.default, (Path, tuple))
        lines += textwrap.wrap(each.metadata["description"], 118, initial_indent="# ", subsequent_indent="# ")
        name, default = each.metadata["name"], each.default or ""
        lines += [f"#{name}=" if is_path else f"{name}={default}", ""]
    return "\n".join(lines)


def old_name_warnings(mapping: Mapping[str, str]) -> list[str]:
    """Return a sentence for each setting with an old name."""
    return [f"{old} is now called {new}. Rename it." for new, old in OLD_NAMES.items() if mapping.get(old)]


def world_readable_warning(file: Path) -> str | None:
    """Return a sentence if other users can read `file`, which contains the token."""
    try:
        mode = file.stat().st_mode & 0o777
    except OSError:
        return None
    if os.name != "posix" or not mode & 0o077:
        return None
    return f"{file} can be read by other users of this machine (mode {mode:04o})."
