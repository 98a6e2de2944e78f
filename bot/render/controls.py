"""What a control on the cards of choices changes, written into its custom_id like a press of a conversation.

Nothing says whose choice it is: a member's own, or those of the guild where it is used. So a forged custom_id reaches
no further than a true one.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

VERSION = "1"
PREFIX = "c"
_OURS = re.compile(rf"{PREFIX}[0-9]+:")
_WRITTEN = re.compile(rf"{PREFIX}{VERSION}:([a-z]{{2}}):([A-Za-z0-9-]{{0,40}})")


class Change(StrEnum):
    """What is changed: `M` is the member's own, `G` the guild's."""

    M_SPOILERS = "ms"
    M_PRIVATE = "mp"
    M_ASK_SEEN = "ma"
    M_SEEN = "mh"
    M_UNSEEN = "mw"
    M_FORGET = "mf"
    G_SPOILERS = "gs"
    G_PRIVATE = "gp"
    G_MEDIA = "gm"
    G_CHANNELS = "gc"
    G_ASK_HIDE = "ga"
    G_HIDE = "gh"
    G_UNHIDE = "gw"
    G_STOP = "gx"
    G_RESUME = "gr"

    @property
    def of_guild(self) -> bool:
        """Whether it changes what a guild chose."""
        return self.startswith("g")


@dataclass(frozen=True, slots=True)
class Control:
    """A control.

    Attributes:
        change: What it changes.
        value: What to, where no menu or form says it: at most 40 letters, digits and hyphens.
    """

    change: Change
    value: str = ""

    @property
    def custom_id(self) -> str:
        """The control as a custom_id."""
        return f"{PREFIX}{VERSION}:{self.change}:{self.value}"

    @classmethod
    def read(cls, custom_id: str) -> "Control | None":
        """Returns the control that a custom_id names, or None if this version wrote no such one."""
        written = _WRITTEN.fullmatch(custom_id)
        if written is None or written[1] not in set(Change):
            return None
        return cls(Change(written[1]), written[2])


def is_control(custom_id: str) -> bool:
    """Tells whether any version of the bot wrote a custom_id, for a control."""
    return _OURS.match(custom_id) is not None
