"""*Guess the work* over real sockets: of many members who know it, each of them twice, one wins."""

import asyncio

import pytest

from bot.client.bot import TropeBot
from bot.components.guess_ids import GuessAction, GuessRequest
from bot.render.texts import guessing as texts
from tests.loopback.guilds import CHANNEL, GUILD, Member, submitted
from tests.loopback.interactions import SUBMIT, UPDATE
from tests.loopback.server import Discord, text

pytestmark = pytest.mark.slow


async def test_of_200_members_who_know_it_one_wins(discord: Discord, bot: TropeBot) -> None:
    started = await discord.slash("bigrun guess", medium="film")
    assert texts.STARTED() in text(await started.answer())
    store = bot.services.guesses
    played = await store.in_channel(CHANNEL)
    assert played
    entry, card = await bot.corpus.by_ref(played.example_ref), discord.interactions.messages[played.message_id]
    form = GuessRequest(GuessAction.GUESS, played.round_id).custom_id
    guess = submitted(form, {"title": entry.example.works[0].title if entry else ""})
    guesses = [discord.make(SUBMIT, guess, Member(number, f"member{number}"), message=card) for number in range(1, 201)]
    await asyncio.gather(*[discord.deliver(one, times=2) for one in guesses])
    answers = [await one.first_answer() for one in guesses]
    asked_by = [one.payload["member"]["user"]["id"] for one in guesses]
    winners = [member for member, (kind, _, _) in zip(asked_by, answers, strict=True) if kind == UPDATE]
    [score] = await store.scores(GUILD)
    assert (winners, score.points, score.wins) == ([str(score.user_id)], 5, 1)
    assert {one.refused for one in guesses} == {0}
