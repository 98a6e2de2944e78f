"""*Guess the work*: rounds are won, lost, resumed and closed, and nobody learns more than a hint."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import AsyncMock, Mock, patch

import discord
import pytest

from bot.components.custom_ids import SettingAction, SettingRequest
from bot.components.guess_ids import GuessAction, GuessRequest
from bot.render.markdown import Markdown
from bot.render.texts import commands as labels
from bot.render.texts import examples as example_texts
from bot.render.texts import guessing as texts
from bot.render.texts import settings as setting_texts
from bot.settings import Settings
from bot.state.guesses import Outcome, Phase, Score
from tests.e2e.conftest import ServerRig
from tests.e2e.guess_rig import GuessRig
from tests.e2e.message_view import buttons, text
from tests.guessing.finder import told, words

pytestmark = pytest.mark.slow  # each test runs a bot of its own

BEN = Markdown("**ben**")
LOGGED = "Interaction command bigrun guess component modal answered ms", "g1 title"


@pytest.fixture
def game(server: ServerRig) -> GuessRig:
    return GuessRig(server)


async def test_a_right_guess_wins_the_round_on_its_card(game: GuessRig) -> None:
    started = await game.start()
    assert (text(started), started.ephemeral) == (texts.STARTED(), True)
    assert list(buttons(game.card)) == [texts.GUESS(), texts.HINT(), texts.GIVE_UP()]
    wrong = await game.guess("Nothing Like It")
    assert (text(wrong), wrong.ephemeral) == (texts.wrong(2), True)
    title = await game.title()
    await game.guess(title.upper())
    assert text(game.card).splitlines() == [f"## {texts.EMOJI} {title}", texts.won(BEN, 5)]
    assert list(buttons(game.card)) == [texts.SHOW(), texts.NEW_GAME(), texts.SCORES()]
    scores = await game.press(texts.SCORES())
    assert texts.scores_line(1, game.server.ben.id, 5, 1) in text(scores)
    shown = await game.press(texts.SHOW())
    assert title in text(shown)
    assert not shown.ephemeral


async def test_a_hint_stands_on_the_card_and_costs_a_point(game: GuessRig) -> None:
    await game.start(medium="film")
    hints = await game.take_hints()
    title = await game.title()
    assert f"💡 {hints}." in game.text
    assert title in game.text  # one of four
    await game.guess(title)
    assert texts.won(BEN, 5 - hints) in game.text


async def test_the_only_work_of_a_medium_is_no_hint(game: GuessRig) -> None:
    await game.start(medium="film")
    with patch.object(type(game.server.bot.corpus), "by_shuffle_key", AsyncMock(return_value=None)):
        hints = await game.take_hints()
    assert 2 <= hints <= 3
    assert await game.title() not in game.text


async def test_a_member_has_three_guesses(game: GuessRig) -> None:
    await game.start()
    answers = [text(await game.guess(f"Wrong {number}")) for number in range(3)]
    assert answers == [texts.wrong(2), texts.wrong(1), texts.wrong(0)]
    assert text(await game.press(texts.GUESS(), game.server.ben)) == texts.NO_GUESSES_LEFT()
    await game.guess(await game.title(), game.server.ann)
    assert texts.won(Markdown("**ann**"), 5) in game.text


async def test_who_started_gives_up_for_all_others_for_themselves(game: GuessRig) -> None:
    await game.start()
    given_up = await game.press(texts.GIVE_UP(), game.server.ben)
    assert (text(given_up), given_up.ephemeral) == (texts.GAVE_UP(), True)
    assert text(await game.press(texts.GUESS(), game.server.ben)) == texts.OUT_OF_ROUND()
    await game.press(texts.GIVE_UP(), game.server.ann)
    assert texts.GIVEN_UP() in game.text
    assert await game.title() in game.text


async def test_a_game_has_several_rounds_one_at_a_time(game: GuessRig) -> None:
    assert text(await game.start(rounds=2)) == texts.started(1, 2)
    assert text(await game.start(game.server.ben)) == texts.RUNNING()
    first = await game.title()
    await game.guess(first)
    await game.press(texts.NEXT(), game.server.ben)
    assert "round 2 of 2" in game.text
    assert await game.title() != first
    assert "<@" not in game.text
    await game.press(texts.GIVE_UP(), game.server.ben)
    assert texts.NEW_GAME() in buttons(game.card)
    assert texts.scores_line(1, game.server.ben.id, 5, 1) in game.text
    await game.press(texts.NEW_GAME(), game.server.ben)
    assert (await game.round()).scores == []


async def test_time_ends_a_round_and_a_late_guess(game: GuessRig) -> None:
    await game.start()
    form = await game.open_form()
    game.server.env.backend.clock.advance(181)
    late = (await game.server.ben.submit_modal(form, {"title": await game.title()})).response
    assert (text(late), late.ephemeral) == (texts.ROUND_OVER(), True)
    await game.keep()
    assert texts.TIMED_OUT() in game.text
    assert (await game.round()).phase == Phase.CLOSED
    await game.keep(25 * 3600)
    assert text(await game.press(texts.NEW_GAME())) == texts.GAME_OVER()


async def test_looking_the_example_up_wins_nothing(game: GuessRig) -> None:
    await game.start()
    number, title = (await game.entry()).example.number, await game.title()
    await game.server.ask("show", game.server.ben, number=number, private=True)
    await game.guess(title)
    assert texts.won(BEN, 0) in game.text
    assert text(await game.server.ask("scores")) == texts.NO_SCORES()


@pytest.mark.parametrize("command", ["show", "work"])
async def test_showing_the_example_in_the_channel_ends_the_round(game: GuessRig, command: str) -> None:
    await game.start()
    entry = await game.entry()
    options: dict[str, Any] = {"number": entry.example.number} if command == "show" else {"title": await game.title()}
    await game.server.ask(command, **options)
    await game.keep()
    assert texts.SHOWN() in game.text
    assert (await game.round()).outcome == Outcome.SHOWN


async def test_a_card_is_not_searched_for(game: GuessRig) -> None:
    await game.start()
    refused = await game.server.use_menu(labels.FIND_MENU(), game.card.message)
    assert (text(refused), refused.ephemeral) == (texts.NO_SEARCH(), True)


async def test_games_are_switched_off_for_a_server_or_a_channel(game: GuessRig) -> None:
    server = game.server
    card = await server.press(await server.open_settings(), setting_texts.GAMES(), server.mod)
    await server.press(card, setting_texts.STOP_GAMES(), server.mod)
    assert text(await game.start()) == texts.SWITCHED_OFF()
    card = await server.press(await server.open_settings(), setting_texts.GAMES(), server.mod)
    card = await server.press(card, setting_texts.ALLOW_GAMES(), server.mod)
    other = server.guild.create_text_channel("games")
    channels = SettingRequest(SettingAction.GUILD_GAME_CHANNELS).custom_id
    await server.select(card, channels, [other], server.mod)
    assert text(await game.start()) == texts.SWITCHED_OFF()
    assert text(await server.ask("guess", location=other)) == texts.STARTED()


async def test_games_need_a_public_channel_to_write_in(game: GuessRig) -> None:
    server = game.server
    silent = discord.PermissionOverwrite(send_messages=False)
    quiet = server.guild.create_text_channel("quiet", overwrites={server.guild.default_role: silent})
    await server.change_setting(SettingAction.GUILD_CHANNELS, [server.guild.create_text_channel("loud")])
    assert text(await game.start()) == texts.SWITCHED_OFF()
    await server.change_setting(SettingAction.GUILD_CHANNELS, [])
    assert text(await server.ask("guess", location=quiet)) == texts.CANNOT_POST()
    alone = (await server.env.create_user("cleo").slash("bigrun guess")).response
    assert text(alone) == setting_texts.NO_SERVER()


async def test_unknown_media_start_nothing(game: GuessRig) -> None:
    answer = await game.start(medium="opera")
    assert answer.ephemeral
    assert await game.server.bot.services.guesses.in_channel(game.server.channel.id) is None


@pytest.mark.parametrize("phase", [Phase.STARTING, Phase.OPEN, Phase.WON, Phase.ENDED])
async def test_a_round_outlives_a_restart_in_each_phase(game: GuessRig, settings: Settings, phase: Phase) -> None:
    server, store = game.server, game.server.bot.services.guesses
    opened = AsyncMock(return_value=False) if phase is Phase.STARTING else store.opened
    with patch.object(type(store), "opened", opened):
        await game.start()
    played, title = await game.round(), await game.title()
    if phase is Phase.WON:
        await store.guess(played.round_id, server.ben.id, 5, server.env.now(), is_right=True)
    if phase is Phase.ENDED:
        await store.end(played.round_id, Outcome.TIMED_OUT, server.env.now())
    assert (await game.round()).phase == phase
    await server.restart(settings)
    await game.keep(15)
    if phase in (Phase.STARTING, Phase.OPEN):
        assert (await game.round()).phase == Phase.OPEN
        await game.guess(title)
        assert texts.won(BEN, 5) in game.text
    else:
        assert (await game.round()).phase == Phase.CLOSED
        assert title in game.text
    points = [Score(server.ben.id, 5, 1)] if phase is not Phase.ENDED else []
    assert await server.bot.services.guesses.scores(played.guild_id) == points
    # The simulated Discord ignores nonces. The real one drops a second message with the same nonce.
    sent = [one for one in server.env.http_requests if one.method == "POST" and one.path.endswith("/messages")]
    nonces = {(int(one.json["nonce"]), one.json["enforce_nonce"]) for one in sent if one.json}
    assert nonces == {(int(played.round_id, 16), True)}


async def test_a_card_that_cannot_be_sent_leaves_no_round(game: GuessRig) -> None:
    refused = discord.Forbidden(Mock(status=403, reason=""), "no")
    with patch("bot.conversation.guess_rounds.post_card", AsyncMock(side_effect=refused)):
        assert text(await game.start()) == texts.I_CANNOT_POST()
    assert text(await game.start()) == texts.STARTED()


async def test_a_lost_card_is_sent_once_more_or_given_up(game: GuessRig) -> None:
    with patch("bot.conversation.guess_rounds.post_card", AsyncMock(side_effect=TimeoutError)):
        await game.start()
    await game.keep(15)
    assert (await game.round()).phase == Phase.OPEN
    await game.press(texts.GIVE_UP())
    with patch("bot.conversation.guess_rounds.post_card", AsyncMock(side_effect=TimeoutError)):
        await game.start()
    await game.keep(150)
    assert await game.server.bot.services.guesses.in_channel(game.server.channel.id) is None


async def test_a_deleted_card_closes_its_round(game: GuessRig) -> None:
    await game.start()
    await game.card.message.delete()
    await game.keep(181)
    assert (await game.round()).phase == Phase.CLOSED
    assert text(await game.start()) == texts.STARTED()


@pytest.mark.parametrize(
    ("action", "value", "answer"),
    [
        pytest.param(GuessAction.GUESS, "0" * 16, texts.GAME_OVER(), id="unknown round"),
        pytest.param(GuessAction.NEXT, "f" * 16, texts.GAME_OVER(), id="unknown game"),
        pytest.param(GuessAction.SHOW, "26ea70bcb3/999", example_texts.EXAMPLE_GONE(), id="unknown example"),
    ],
)
async def test_forged_presses_are_answered_privately(
    game: GuessRig, action: GuessAction, value: str, answer: Markdown
) -> None:
    await game.start()
    forged = await game.server.forge(game.card, GuessRequest(action, value).custom_id)
    assert (text(forged), forged.ephemeral) == (answer, True)


async def test_a_round_is_not_played_from_another_channel(game: GuessRig) -> None:
    await game.start()
    hint = GuessRequest(GuessAction.HINT, (await game.round()).round_id).custom_id
    other = game.server.guild.create_text_channel("other")
    card = await game.server.ask("random", location=other)
    assert text(await game.server.forge(card, hint)) == texts.GAME_OVER()


async def test_nothing_that_is_sent_or_logged_tells_the_work(game: GuessRig, caplog: pytest.LogCaptureFixture) -> None:
    own = set(words(" ".join(map(str, texts.own_texts())))) | {str(number) for number in range(100)}
    for number in range(30):
        first = len(game.server.env.http_requests)
        caplog.clear()
        await (game.press(texts.NEW_GAME()) if number else game.start())
        entry = await game.entry()
        [work], hints = entry.example.works, 2 if len(await game.title()) < 9 else 3
        for _ in range(hints):
            await game.press(texts.HINT(), game.server.ben)
        await game.guess("Nothing Like It")
        await game.start(game.server.ben)
        sent = [one.json for one in game.server.env.http_requests[first:]]
        bodies = [one.get("data", one) for one in sent if one]
        logged = [record.getMessage() for record in caplog.records if record.name.startswith(("bot", "cogs"))]
        harmless = own | {word for word in words(work.title) if len(word) == 1} | set(words(" ".join(LOGGED)))
        assert told([bodies, logged], entry.example, [work.title], harmless) == []
        assert entry.ref not in str(bodies)
        await game.press(texts.GIVE_UP())


async def test_concurrent_right_guesses_have_one_winner(game: GuessRig) -> None:
    await game.start()
    title, store, played = await game.title(), game.server.bot.services.guesses, await game.round()
    now = datetime.now(UTC) - timedelta(seconds=1)
    await asyncio.gather(*[store.guess(played.round_id, 50 + n, 900 - n, now, is_right=True) for n in range(20)])
    await game.guess(title)
    [score] = await store.scores(played.guild_id)
    assert (score.user_id, score.points) == (69, 5)
