"""Guilds and channels that are no more are forgotten after thirty days, all of them and nothing else."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.preferences import DailySchedule
from bot.state.base import Shuffle, State
from bot.state.dailies import Dailies
from bot.state.location import Where, open_state
from bot.state.preferences import Choosing, GuildChoice
from bot.state.retention import Departed

TODAY = date(2026, 5, 1)
MONTH = timedelta(days=30)
DUE = datetime(2026, 5, 1, tzinfo=UTC)


@pytest.fixture
async def state(where: Where) -> AsyncIterator[State]:
    async with open_state(where) as state:
        yield state


async def furnish(state: State, guild: int, channel: int) -> None:
    async def choose(_: Shuffle | None) -> Shuffle:
        return Shuffle(1, 1, 1, 1, 1)

    await Choosing(state).set_guild(guild, GuildChoice.CHANNEL, [str(channel)])
    await Dailies(state).put(DailySchedule(channel, guild, 1, "UTC", "", "", "", spoilers=True, due=DUE))
    await state.advance_shuffle(channel, "scope", choose, guild_id=guild)


async def kept(state: State) -> list[tuple[object, ...]]:
    rows = await state.rows(
        "SELECT guild_id, 'choice' FROM guild_setting UNION ALL SELECT guild_id, 'daily' FROM daily"
        " UNION ALL SELECT guild_id, 'round' FROM shuffle ORDER BY 1, 2"
    )
    return [tuple(row) for row in rows]


async def test_what_something_is_kept_for_is_asked_about(state: State) -> None:
    departed = Departed(state)
    assert await departed.guilds(TODAY) == await departed.channels() == []
    await furnish(state, 10, 1)
    assert await departed.guilds(TODAY) == [10]
    assert await departed.channels() == [1]


async def test_a_guild_where_something_was_only_drawn_is_asked_about_when_nobody_draws_any_more(state: State) -> None:
    async def choose(_: Shuffle | None) -> Shuffle:
        return Shuffle(1, 1, 1, 1, 1)

    await state.advance_shuffle(1, "scope", choose, guild_id=10)
    await state.advance_shuffle(2, "scope", choose)
    drawn = datetime.now(UTC).date()
    assert await Departed(state).guilds(drawn + MONTH) == []
    assert await Departed(state).guilds(drawn + MONTH + timedelta(days=1)) == [10]


async def test_a_guild_unknown_for_thirty_days_is_forgotten_whole_and_no_other(state: State) -> None:
    departed = Departed(state)
    await furnish(state, 10, 1)
    await furnish(state, 11, 2)
    await departed.note([11], [10], TODAY)
    await departed.note([11], [10], TODAY + timedelta(days=5))
    assert await departed.forget(TODAY + MONTH - timedelta(days=1)) == 0
    assert len(await kept(state)) == 6
    assert await departed.forget(TODAY + MONTH) == 1
    assert await kept(state) == [(11, "choice"), (11, "daily"), (11, "round")]
    assert await state.rows("SELECT * FROM missing_snowflake") == []


async def test_a_guild_that_came_back_in_between_is_kept(state: State) -> None:
    departed = Departed(state)
    await furnish(state, 10, 1)
    await departed.note([], [10], TODAY)
    await departed.note([10], [], TODAY + timedelta(days=20))
    await departed.note([], [10], TODAY + timedelta(days=25))
    assert await departed.forget(TODAY + MONTH) == 0


async def test_of_a_channel_unknown_for_thirty_days_only_what_is_the_channels_goes(state: State) -> None:
    departed = Departed(state)
    await furnish(state, 10, 1)
    await Choosing(state).set_guild(10, GuildChoice.MEDIUM, ["music"])
    await departed.note([10], [1], TODAY)
    assert await departed.forget(TODAY + MONTH) == 1
    assert await kept(state) == [(10, "choice")]
    assert (await Choosing(state).of_guild(10)).hidden_media == {"music"}
