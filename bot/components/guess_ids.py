"""The custom_ids of *Guess the work*."""

from collections.abc import Mapping
from enum import StrEnum

from bot.components.custom_ids import EXAMPLE_REF, GUESS_PREFIX, ValueRequest


class GuessAction(StrEnum):
    """What to do in *Guess the work*: open the form or guess, take a hint, and so on."""

    GUESS = "g"
    HINT = "h"
    GIVE_UP = "u"
    NEXT = "n"
    SHOW = "e"
    SCORES = "t"


_ROUND = "[0-9a-f]{16}"
GUESS_VALUES: Mapping[GuessAction, str] = {
    **dict.fromkeys(GuessAction, _ROUND),
    GuessAction.SHOW: EXAMPLE_REF,
    GuessAction.SCORES: "",
}


class GuessRequest(ValueRequest[GuessAction]):
    """A request of a game. `value` is a random round's id or, once it is over, its example's ref."""

    prefix = GUESS_PREFIX
    actions = GuessAction
    patterns = GUESS_VALUES
