"""What the press of a button or menu asks for, written into its custom_id: at most 100 characters, kept by Discord.

Nothing is remembered elsewhere, so buttons work after a restart and a week later. Discord does not check what comes
back: `ExampleRequest.from_custom_id` takes any text and answers None to what this version of the bot never wrote.
"""

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.components.limits import MAX_CUSTOM_ID, discord_length
from bot.render.truncate import split_at_boundary

VERSION = "1"
PREFIX = "b"
MAX_QUERY_LENGTH = 50
_WRITTEN = re.compile(
    rf"{PREFIX}{VERSION}:([a-z]):([0-9a-f]{{0,12}}):([a-z0-9-]{{0,32}}):([0-9a-f]{{0,12}}):([a-z]*):([0-9]{{1,7}}):(.*)",
    re.DOTALL,
)


class Action(StrEnum):
    """What is asked for."""

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
        """Whether it changes the card it stands on instead of bringing a new one."""
        return self in (Action.MEDIUM, Action.SEARCH, Action.WORK, Action.EXAMPLE)


class Flag(StrEnum):
    """What an answer is narrowed or widened by."""

    NO_SPOILERS = "c"
    SEARCH_HIDDEN = "h"
    SHARE = "s"
    FROM_MESSAGE = "m"
    GO_TO_PAGE = "j"
    MARK_SEEN = "v"


@dataclass(frozen=True, slots=True)
class ExampleRequest:
    """A press.

    Attributes:
        action: What is asked for.
        trope_ref: The token of the trope it ranges over; empty for all.
        medium: The slug of the medium or group it ranges over; empty for all.
        work_ref: The token of the work it ranges over; empty for all.
        flags: Letters of `Flag`.
        page: The page of a list or a long example, from 1; 0 where there is none.
        words: The words of a search, at most 50 long, or the reference of an example.
    """

    action: Action
    trope_ref: str = ""
    medium: str = ""
    work_ref: str = ""
    flags: str = ""
    page: int = 0
    words: str = ""

    @property
    def custom_id(self) -> str:
        """The press as a custom_id."""
        fields = (self.action, self.trope_ref, self.medium, self.work_ref, self.flags, str(self.page))
        written = f"{PREFIX}{VERSION}:{':'.join(fields)}:"
        if not self.words:
            return written
        words = "".join(char for char in self.words if not "\ud800" <= char <= "\udfff")
        return written + split_at_boundary(words, min(MAX_QUERY_LENGTH, MAX_CUSTOM_ID - discord_length(written)))[0]

    def with_flag(self, flag: Flag) -> "ExampleRequest":
        """Returns the press with a flag."""
        return replace(self, flags=self.flags + flag)

    def without_flag(self, flag: Flag) -> "ExampleRequest":
        """Returns the press without a flag."""
        return replace(self, flags=self.flags.replace(flag, ""))

    @classmethod
    def from_custom_id(cls, custom_id: str) -> "ExampleRequest | None":
        """Returns the press that a custom_id asks for, or None if this version wrote no such one."""
        written = _WRITTEN.fullmatch(custom_id)
        if written is None or written[1] not in set(Action) or not _are_flags(written[5]):
            return None
        action, trope, medium, work, flags, page, words = written.groups()
        return cls(Action(action), trope, medium, work, flags, int(page), words)


def _are_flags(written: str) -> bool:
    """Tells whether letters are those of flags, each once: what comes of a press has to fit in a custom_id too."""
    return len(set(written)) == len(written) and set(written) <= set(Flag)


SETTING_PREFIX = "c"
_ANY_VERSION = re.compile(rf"{SETTING_PREFIX}[0-9]+:")
_SETTING_WRITTEN = re.compile(rf"{SETTING_PREFIX}{VERSION}:([a-z]{{2}}):([A-Za-z0-9-]{{0,40}})")


class SettingAction(StrEnum):
    """What is changed: `M` is the member's own, `G` the guild's."""

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
        """Whether it changes what a guild chose."""
        return self.startswith("g")


@dataclass(frozen=True, slots=True)
class SettingRequest:
    """A control.

    Attributes:
        action: What it changes.
        value: What to, where no menu or form says it: at most 40 letters, digits and hyphens.
    """

    action: SettingAction
    value: str = ""

    @property
    def custom_id(self) -> str:
        """The control as a custom_id."""
        return f"{SETTING_PREFIX}{VERSION}:{self.action}:{self.value}"

    @classmethod
    def from_custom_id(cls, custom_id: str) -> "SettingRequest | None":
        """Returns the control that a custom_id names, or None if this version wrote no such one."""
        written = _SETTING_WRITTEN.fullmatch(custom_id)
        if written is None or written[1] not in set(SettingAction):
            return None
        return cls(SettingAction(written[1]), written[2])


def is_setting_id(custom_id: str) -> bool:
    """Tells whether any version of the bot wrote a custom_id, for a control."""
    return _ANY_VERSION.match(custom_id) is not None
