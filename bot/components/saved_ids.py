"""What the controls of saved examples do, in their custom_ids: see `bot.components.custom_ids`."""

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum

from bot.components.custom_ids import EXAMPLE_REF, REF, SAVED_PREFIX, ValueRequest


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


class SavedRequest(ValueRequest[SavedAction]):
    """A request about a member's saved examples."""

    prefix = SAVED_PREFIX
    actions = SavedAction
    patterns = SAVED_VALUES

    @property
    def is_private(self) -> bool:
        """Whether its control can only be on an answer that one member sees."""
        return self.action is not SavedAction.SAVE  # which names an example, and no list


def saved_moments(values: Iterable[str]) -> list[int]:
    """Return which of a member's saved examples are chosen: when each was saved. A forged choice may be any text."""
    return [int(value) for value in values if re.fullmatch(_SAVED_AT, value)]
