"""A short run of the load test."""

import pytest

from bot.client.backoff import Backoff
from bot.client.bot import TropeBot
from bot.interactions.record import Outcome
from tests.loopback.conftest import drain
from tests.loopback.guilds import Member
from tests.loopback.load import Crowd, Plan
from tests.loopback.server import Discord

pytestmark = pytest.mark.slow


@pytest.mark.usefixtures("late_bot")
async def test_everybody_is_answered_once_despite_faults(
    discord: Discord, bot: TropeBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The wait after a second drop and a reply that hangs are together longer than Discord waits.
    monkeypatch.setattr(Backoff, "next_wait", lambda *_: 0.0)
    report = await Crowd(discord, Plan(200, fault_fraction=0.1, drops=2)).run()
    await drain(bot)
    assert report.good, list(report.lines())
    assert (report.sent, report.faults["gateway dropped"]) == (200, 2)
    assert sum(report.faults.values()) > 10
    # FAILED too: if both replies to the bot were faults, it cannot know that its answer arrived.
    ended = (Outcome.ANSWERED, Outcome.ALREADY_ANSWERED, Outcome.DEFERRED, Outcome.FAILED)
    assert sum(bot.dispatcher.counts[outcome] for outcome in ended) == 200


async def test_missing_and_second_answers_are_reported(discord: Discord, bot: TropeBot) -> None:
    crowd = Crowd(discord, Plan(1))
    asked = await discord.slash("bigrun random")
    await asked.answer()
    crowd._judge(asked)
    assert crowd.report.good
    asked.messages *= 2
    crowd._judge(asked)
    crowd._judge(discord.make(2, discord.guilds.slash("bigrun random", {}), Member(7)))
    assert (crowd.report.answered_twice, crowd.report.unanswered, crowd.report.good) == (1, 1, False)
