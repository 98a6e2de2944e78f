"""What the controls of saved examples do, in their custom_ids: see `bot.components.custom_ids`."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.components.custom_ids import EXAMPLE_REF, REF, SAVED_PREFIX


class SavedAction(StrEnum):
    """What a member does with saved examples."""

    SAVE = "s"
    UNDO = "u"
    PAGE = "p"
    OPEN = "o"
    REMOVE = "r"


_SAVED_AT, _LIST_PAGE = "[1-9][0-9]{0,15}", "[1-9][0-9]{0,3}"
SAVED_VALUES: Mapping[SavedAction, str] = {
    # The ref of its title tells whether an edit of the page has given its number to another example.
    SavedAction.SAVE: f"{EXAMPLE_REF}:{REF}",
    SavedAction.UNDO: _SAVED_AT,
    SavedAction.PAGE: _LIST_PAGE,
    SavedAction.OPEN: "",
    SavedAction.REMOVE: _LIST_PAGE,  # to stay on
}


@dataclass(frozen=True, slots=True)
class SavedRequest:
    """A request about a member's saved examples."""

    action: SavedAction
    value: str = ""

    @property
    def custom_id(self) -> str:
        """The custom_id.

        Raises:
            ValueError: `SAVED_VALUES` does not allow the value.
        """
        custom_id = f"{SAVED_PREFIX}:{self.action}:{self.value}"
        if self.from_custom_id(custom_id) is None:
            raise ValueError(f"No control can carry the value {self.value!r} for {self.action.name}.")
        return custom_id

    @classmethod
    def from_custom_id(cls, custom_id: str) -> "SavedRequest | None":
        """Parse a custom_id. Return None if this version did not write it."""
        prefix, _, rest = custom_id.partition(":")
        letter, _, value = rest.partition(":")
        if prefix != SAVED_PREFIX or letter not in set(SavedAction) or rest == letter:
            return None
        action = SavedAction(letter)
        return cls(action, value) if re.fullmatch(SAVED_VALUES[action], value) else None

    @property
    def is_private(self) -> bool:
        """Whether its control can only be on an answer that one member sees."""
        return self.action is not SavedAction.SAVE  # which names an example, and no list


def is_saved_id(custom_id: str) -> bool:
    """Return whether a custom_id is a `SavedRequest` of any version."""
    return _ANY_SAVED_ID.match(custom_id) is not None


def saved_moments(values: Iterable[str]) -> list[int]:
    """Return which of a member's saved examples are chosen: when each was saved. A forged choice may be any text."""
    return [int(value) for value in values if re.fullmatch(_SAVED_AT, value)]


_ANY_SAVED_ID = re.compile(rf"{SAVED_PREFIX[0]}[0-9]+:")
