"""A short run of the load program: everybody is answered once and in time, though much fails on the way."""

import pytest

from bot.client.bot import TropeBot
from bot.interactions.record import Outcome
from tests.loopback.conftest import ended
from tests.loopback.guilds import Member
from tests.loopback.load import Crowd, Plan
from tests.loopback.server import Discord


@pytest.mark.usefixtures("hurried")
async def test_everybody_is_answered_once_and_in_time_though_much_fails_on_the_way(
    discord: Discord, bot: TropeBot
) -> None:
    report = await Crowd(discord, Plan(200, faulty=0.1, drops=2)).ask()
    await ended(bot)
    assert report.good, list(report.lines())
    assert report.asked == 200
    assert report.faults["gateway dropped"] == 2
    assert sum(report.faults.values()) > 10
    assert (
        sum(bot.dispatcher.counts[one] for one in (Outcome.ANSWERED, Outcome.ALREADY_ANSWERED, Outcome.DEFERRED)) == 200
    )


async def test_the_program_notices_who_is_never_or_twice_answered(discord: Discord, bot: TropeBot) -> None:
    crowd = Crowd(discord, Plan(1))
    asked = await discord.slash("bigrun random")
    await asked.answer()
    crowd._judge(asked)
    assert crowd.report.good
    asked.messages *= 2
    crowd._judge(asked)
    assert crowd.report.twice == 1
    crowd._judge(discord.make(2, discord.guilds.slash("bigrun random", {}), Member(7)))
    assert crowd.report.never == 1
    assert not crowd.report.good
