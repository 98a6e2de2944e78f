"""Store what buttons, menus and modals do in their custom_ids, so that they survive restarts.

Discord does not verify custom_ids, so `from_custom_id` accepts any text. It returns None for what this version never
wrote.
"""

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.components.limits import MAX_CUSTOM_ID, discord_length

MAX_QUERY_LENGTH = 50
CUSTOM_ID_VERSION = "1"
EXAMPLE_PREFIX, SETTING_PREFIX, ADMIN_PREFIX = (f"{letter}{CUSTOM_ID_VERSION}" for letter in "bcd")
_LONE_SURROGATES = re.compile(r"[\ud800-\udfff]")


class Action(StrEnum):
    """What to show."""

    RANDOM = "r"
    MEDIUM = "m"
    SEARCH = "s"
    WORK = "w"
    OPEN_FROM_LIST = "o"
    EXAMPLE = "e"
    ABOUT = "a"
    NOTES = "k"

    @property
    def edits_in_place(self) -> bool:
        """Whether it edits the button's card instead of sending another."""
        return self in (Action.MEDIUM, Action.SEARCH, Action.WORK, Action.EXAMPLE)


class Flag(StrEnum):
    """What narrows, widens or follows an answer."""

    NO_SPOILERS = "c"
    SEARCH_HIDDEN = "h"
    SHARE = "s"
    FROM_MESSAGE = "m"
    GO_TO_PAGE = "j"
    MARK_SEEN = "v"


@dataclass(frozen=True, slots=True)
class ExampleRequest:
    """A request for examples. An empty ref or slug matches all.

    Attributes:
        flags: Letters of `Flag`.
        page: Page of a list or long example, from 1 (0: none).
        query: Search text, cut to 50 characters in a custom_id.
        example_ref: The example to show, or empty.
    """

    action: Action
    trope_ref: str = ""
    medium: str = ""
    work_ref: str = ""
    flags: str = ""
    page: int = 0
    query: str = ""
    example_ref: str = ""

    @property
    def custom_id(self) -> str:
        """The custom_id, with the query cut to fit."""
        fields = self.action, self.trope_ref, self.medium, self.work_ref, self.flags, str(self.page)
        start = ":".join((EXAMPLE_PREFIX, *fields, ""))
        rest = self.query if self.action is Action.SEARCH else self.example_ref
        if not rest:
            return start
        max_length = min(MAX_QUERY_LENGTH, MAX_CUSTOM_ID - len(start))
        rest = _LONE_SURROGATES.sub("", rest)[:max_length]
        while discord_length(rest) > max_length:
            rest = rest[:-1]
        return start + rest

    @classmethod
    def from_custom_id(cls, custom_id: str) -> "ExampleRequest | None":
        """Parse a custom_id. Return None if this version did not write it."""
        match = _EXAMPLE_ID.fullmatch(custom_id)
        if match is None:
            return None
        action, trope_ref, medium, work_ref, flags, page, rest = match.groups()
        # A repeated flag would make the answer's custom_ids too long for Discord.
        if action not in set(Action) or len(set(flags)) < len(flags) or not set(flags) <= set(Flag):
            return None
        query, example_ref = (rest, "") if action == Action.SEARCH else ("", rest)
        return cls(Action(action), trope_ref, medium, work_ref, flags, int(page), query, example_ref)

    def with_flag(self, flag: Flag) -> "ExampleRequest":
        """Return the request with a flag added."""
        return replace(self, flags=self.flags + flag)

    def without_flag(self, flag: Flag) -> "ExampleRequest":
        """Return the request without a flag."""
        return replace(self, flags=self.flags.replace(flag, ""))


class SettingAction(StrEnum):
    """What to change in a member's preferences or a guild's settings."""

    MEMBER_SPOILERS = "ms"
    MEMBER_PRIVATE = "mp"
    MEMBER_ASK_SEEN = "ma"
    MEMBER_ADD_SEEN = "mh"
    MEMBER_REMOVE_SEEN = "mw"
    MEMBER_FORGET = "mf"
    GUILD_SPOILERS = "gs"
    GUILD_PRIVATE = "gp"
    GUILD_MEDIA = "gm"
    GUILD_CHANNELS = "gc"
    GUILD_ASK_HIDE = "ga"
    GUILD_HIDE = "gh"
    GUILD_UNHIDE = "gw"
    GUILD_STOP_DAILY = "gx"
    GUILD_RESUME_DAILY = "gr"

    @property
    def is_guild(self) -> bool:
        """Whether it changes a guild's settings."""
        return self.startswith("g")


@dataclass(frozen=True, slots=True)
class SettingRequest:
    """A request to set `value` (at most 40 letters, digits and hyphens), or a modal's input."""

    action: SettingAction
    value: str = ""

    @property
    def custom_id(self) -> str:
        """The custom_id."""
        return f"{SETTING_PREFIX}:{self.action}:{self.value}"

    @classmethod
    def from_custom_id(cls, custom_id: str) -> "SettingRequest | None":
        """Parse a custom_id. Return None if this version did not write it."""
        match = _SETTING_ID.fullmatch(custom_id)
        if match is None or match[1] not in set(SettingAction):
            return None
        return cls(SettingAction(match[1]), match[2])


def is_setting_id(custom_id: str) -> bool:
    """Return whether a custom_id is a `SettingRequest` of any version."""
    return _ANY_SETTING_ID.match(custom_id) is not None


class AdminAction(StrEnum):
    """What the bot's owner does with pages."""

    LOAD = "l"
    REPLACE = "r"
    CANCEL = "c"
    LIST = "p"
    CHOOSE = "x"
    REMOVE = "d"


@dataclass(frozen=True, slots=True)
class AdminRequest:
    """A request of the bot's owner. `value` is an upload's id, a trope's ref or a page of the list."""

    action: AdminAction
    value: str = ""

    @property
    def custom_id(self) -> str:
        """The custom_id."""
        return f"{ADMIN_PREFIX}:{self.action}:{self.value}"

    @classmethod
    def from_custom_id(cls, custom_id: str) -> "AdminRequest | None":
        """Parse a custom_id. Return None if this version did not write it."""
        match = _ADMIN_ID.fullmatch(custom_id)
        if match is None or match[1] not in set(AdminAction):
            return None
        return cls(AdminAction(match[1]), match[2])


def is_admin_id(custom_id: str) -> bool:
    """Return whether a custom_id is an `AdminRequest` of any version."""
    return _ANY_ADMIN_ID.match(custom_id) is not None


_REF = "[0-9a-f]{0,12}"
_EXAMPLE_ID = re.compile(
    rf"{EXAMPLE_PREFIX}:([a-z]):({_REF}):([a-z0-9-]{{0,32}}):({_REF}):([a-z]*):([0-9]{{1,7}}):(.*)", re.DOTALL
)
_SETTING_ID = re.compile(rf"{SETTING_PREFIX}:([a-z]{{2}}):([A-Za-z0-9-]{{0,40}})")
_ADMIN_ID = re.compile(rf"{ADMIN_PREFIX}:([a-z]):([0-9a-f]{{0,16}})")
_ANY_ADMIN_ID = re.compile(rf"{ADMIN_PREFIX[0]}[0-9]+:")
_ANY_SETTING_ID = re.compile(rf"{SETTING_PREFIX[0]}[0-9]+:")
