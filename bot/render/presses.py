"""What the press of a button or menu asks for, written into its custom_id: at most 100 characters, kept by Discord.

Nothing is remembered elsewhere, so buttons work after a restart and a week later. Discord does not check what comes
back: `Press.read` takes any text and answers None to what no version of the bot wrote.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from bot.render.cutting import cut
from bot.render.limits import CUSTOM_ID, size

VERSION = "1"
PREFIX = "b"
_WRITTEN = re.compile(rf"{PREFIX}{VERSION}:([a-z]):([0-9a-f]*):([a-z0-9-]*):(\d{{1,7}}):(.*)", re.DOTALL)
MAX_WORDS = 50


class Action(StrEnum):
    """What is asked for."""

    RANDOM = "r"
    MEDIUM = "m"
    SEARCH = "s"
    OPEN = "o"
    EXAMPLE = "e"
    NOTHING = "n"

    @property
    def turns(self) -> bool:
        """Whether it changes the card it stands on instead of bringing a new one."""
        return self in (Action.MEDIUM, Action.SEARCH, Action.EXAMPLE)


@dataclass(frozen=True, slots=True)
class Press:
    """A press.

    Attributes:
        action: What is asked for.
        trope: The token of the trope it ranges over; empty for all.
        medium: The slug of the medium or group it ranges over; empty for all.
        page: The page of a list or a long example, from 1; 0 where there is none.
        words: The words of a search, at most 50 long, or the reference of an example.
    """

    action: Action
    trope: str = ""
    medium: str = ""
    page: int = 0
    words: str = ""

    @property
    def custom_id(self) -> str:
        """The press as a custom_id."""
        written = f"{PREFIX}{VERSION}:{self.action}:{self.trope}:{self.medium}:{self.page}:"
        return written + cut(self.words, min(MAX_WORDS, CUSTOM_ID - size(written)))[0]

    @classmethod
    def read(cls, custom_id: str) -> "Press | None":
        """Returns the press that a custom_id asks for, or None if this version wrote no such one."""
        written = _WRITTEN.fullmatch(custom_id)
        if written is None or written[1] not in set(Action):
            return None
        return cls(Action(written[1]), written[2], written[3], int(written[4]), written[5])


def is_ours(custom_id: str) -> bool:
    """Tells whether any version of the bot wrote a custom_id."""
    return re.match(rf"{PREFIX}\d+:", custom_id) is not None
