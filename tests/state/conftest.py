"""An open state in SQLite, then in PostgreSQL."""

from collections.abc import AsyncIterator

import pytest

from bot.state.base import State
from bot.state.location import StateLocation, open_state


@pytest.fixture
async def state(state_location: StateLocation) -> AsyncIterator[State]:
    async with open_state(state_location) as state:
        yield state
