"""What the controls of the bot's owner do, in their custom_ids: see `bot.components.custom_ids`."""

from collections.abc import Mapping
from enum import StrEnum

from bot.components.custom_ids import ADMIN_PREFIX, REF, ValueRequest


class AdminAction(StrEnum):
    """What the bot's owner does with pages."""

    LOAD = "l"
    REPLACE = "r"
    CANCEL = "c"
    LIST = "p"
    CHOOSE = "x"
    REMOVE = "d"


_UPLOAD = "[0-9a-f]{16}"
ADMIN_VALUES: Mapping[AdminAction, str] = {
    AdminAction.LOAD: _UPLOAD,
    AdminAction.REPLACE: _UPLOAD,
    AdminAction.CANCEL: f"(?:{_UPLOAD})?",  # or of a removal
    AdminAction.LIST: "[0-9]{1,7}",
    AdminAction.CHOOSE: "",
    AdminAction.REMOVE: REF,
}


class AdminRequest(ValueRequest[AdminAction]):
    """A request of the bot's owner. `value` is an upload's id, a trope's ref or a page of the list."""

    prefix = ADMIN_PREFIX
    actions = AdminAction
    patterns = ADMIN_VALUES
