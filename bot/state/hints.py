"""Remember who was pointed to the help: servers, and members in direct messages."""

from bot.state.base import State

_SELECT = "SELECT 1 FROM help_hint WHERE guild_id = ? AND user_id = ?"
_INSERT = "INSERT INTO help_hint (guild_id, user_id) VALUES (?, ?) ON CONFLICT DO NOTHING RETURNING 1"


class HintStore:
    """Claims of the one hint that a server or member gets."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def claim(self, guild_id: int, user_id: int) -> bool:
        """Store that the hint is given. Return False if it was before. One of both ids is 0.

        Raises:
            DatabaseError: The state is unusable.
        """
        if await self._state.fetch_all(_SELECT, (guild_id, user_id)):
            return False
        return bool(await self._state.execute_transaction((_INSERT, (guild_id, user_id))))
