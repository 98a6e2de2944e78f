"""What is said when something went wrong: to the member kindly, to the host in the log; one mark stands in both."""

import logging
import secrets

from bot.errors import DamagedStore, NotWritten
from bot.render.markdown import Markdown
from bot.render.texts import examples as texts

_log = logging.getLogger(__name__)


class Apologies:
    """Makes apologies; what ails a database, and so everybody who asks, is told the host once."""

    def __init__(self) -> None:
        """Starts with nothing told."""
        self._told: set[str] = set()

    def make(self, interaction: int, error: BaseException) -> Markdown:
        """Returns what to say to the member of an interaction, and tells the host what went wrong."""
        mark = secrets.token_hex(3)
        if not isinstance(error, DamagedStore | NotWritten):
            _log.error("Interaction %d failed, mark %s.", interaction, mark, exc_info=error)
            return texts.sorry(mark)
        self._tell(f"Interaction {interaction} failed, mark {mark}", str(error))
        return texts.damaged(mark) if isinstance(error, DamagedStore) else texts.not_kept(mark)

    def _tell(self, what: str, why: str) -> None:
        if why in self._told:
            _log.warning("%s, for a reason that was told before.", what)
        else:
            self._told.add(why)
            _log.error("%s. %s", what, why)
