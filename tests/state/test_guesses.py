"""Rounds of *Guess the work* in the state: one winner, no lost point, whatever is repeated or late."""

import asyncio
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.model.preferences import DeletionSummary
from bot.state.base import State
from bot.state.guesses import GuessRound, GuessStore, Outcome, Phase, Player, Score, to_timestamp
from bot.state.preferences import PreferenceStore
from bot.state.retention import Place, RetentionStore

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
ANN, BEN, CHANNEL, GUILD, MESSAGE = 1, 2, 20, 10, 99
ROUND = GuessRound(
    CHANNEL, GUILD, "abc", Phase.STARTING, to_timestamp(NOW), to_timestamp(NOW + 3 * MINUTE), 0, ANN, "26ea70bcb3", "",
    1, 1, "26ea70bcb3/7", "key",
)  # fmt: skip


@pytest.fixture
async def store(state: State) -> GuessStore:
    store = GuessStore(state)
    assert await store.start(ROUND)
    assert await store.opened("abc", MESSAGE)
    return store


async def state_of(store: GuessStore) -> GuessRound:
    found = await store.find("abc")
    assert found
    return found


async def test_a_channel_has_one_round_at_a_time(store: GuessStore) -> None:
    second = replace(ROUND, round_id="def")
    assert not await store.start(second)
    assert await store.start(replace(second, channel_id=21))
    await store.end("abc", Outcome.TIMED_OUT, NOW)
    assert not await store.start(second)
    await store.close("abc", NOW)
    assert await store.start(replace(second, round_id="ghi"))
    assert await store.find("abc") is None
    assert not await store.opened("abc", MESSAGE)


async def test_an_abandoned_round_leaves_the_channel_free(state: State) -> None:
    store = GuessStore(state)
    assert await store.start(ROUND)
    await store.abandon("abc")
    assert await store.in_channel(CHANNEL) is None


async def test_three_guesses_count_each_interaction_once(store: GuessStore) -> None:
    for guess in (5, 5, 6, 5, 7, 8, 6):
        await store.guess("abc", BEN, guess, NOW, is_right=False)
    assert await store.player("abc", BEN) == Player(3, " 5  6  7 ")
    await store.guess("abc", BEN, 9, NOW, is_right=True)
    assert (await state_of(store)).phase == Phase.OPEN


async def test_a_right_guess_wins_what_hints_left(store: GuessStore) -> None:
    assert await store.add_hint(await state_of(store))
    assert not await store.add_hint(ROUND)
    await store.guess("abc", BEN, 5, NOW, is_right=True)
    for _ in range(2):
        await store.settle("abc", NOW)
    assert await store.scores(GUILD) == [Score(BEN, 4, 1)]
    ended = await state_of(store)
    assert (ended.phase, ended.outcome, ended.winner_id, ended.points) == (Phase.ENDED, Outcome.WON, BEN, 4)


async def test_of_two_right_guesses_the_earlier_interaction_wins(store: GuessStore) -> None:
    await store.guess("abc", BEN, 6, NOW, is_right=True)
    await store.guess("abc", ANN, 5, NOW, is_right=True)
    await store.guess("abc", 3, 7, NOW, is_right=True)
    await store.settle("abc", NOW)
    assert await store.scores(GUILD) == [Score(ANN, 5, 1)]
    await store.guess("abc", 4, 1, NOW, is_right=True)  # delivered too late
    await store.settle("abc", NOW)
    assert await store.scores(GUILD) == [Score(ANN, 5, 1)]


async def test_two_hundred_concurrent_guesses_have_one_winner(store: GuessStore) -> None:
    guesses = [(user, 1000 + user, user % 3 == 0) for user in range(1, 201)]
    doubled = guesses + guesses[::2]
    random.Random(1).shuffle(doubled)

    async def guess(user: int, guess_id: int, is_right: bool) -> None:
        await store.guess("abc", user, guess_id, NOW, is_right=is_right)
        if is_right:
            await store.settle("abc", NOW)

    await asyncio.gather(*[guess(*one) for one in doubled])
    [score] = await store.scores(GUILD)
    assert (score.points, score.wins, score.user_id) == (5, 1, (await state_of(store)).winner_id)


@pytest.mark.parametrize("phase", [Phase.ENDED, Phase.CLOSED])
async def test_a_round_that_is_over_takes_no_guess(store: GuessStore, phase: Phase) -> None:
    await store.end("abc", Outcome.TIMED_OUT, NOW)
    if phase is Phase.CLOSED:
        await store.close("abc", NOW)
    await store.guess("abc", BEN, 5, NOW, is_right=True)
    await store.settle("abc", NOW)
    assert (await state_of(store)).phase == phase
    assert await store.player("abc", BEN) == Player()
    assert await store.scores(GUILD) == []


async def test_who_gave_up_cannot_win(store: GuessStore) -> None:
    await store.give_up("abc", BEN)
    await store.guess("abc", BEN, 5, NOW, is_right=True)
    assert (await state_of(store)).phase == Phase.OPEN
    assert (await store.player("abc", BEN)).gave_up


async def test_who_was_shown_the_example_wins_no_points(store: GuessStore) -> None:
    assert await store.note_shown(["26ea70bcb3/6", "26ea70bcb3/7"], BEN, 0, NOW) == []
    assert await store.note_shown(["26ea70bcb3/6"], ANN, CHANNEL, NOW) == []
    assert [(await store.player("abc", one)).has_peeked for one in (ANN, BEN)] == [False, True]
    await store.guess("abc", BEN, 5, NOW, is_right=True)
    await store.settle("abc", NOW)
    assert ((await state_of(store)).winner_id, (await state_of(store)).points) == (BEN, 0)
    assert await store.scores(GUILD) == []


@pytest.mark.parametrize("peeks", [True, False])
async def test_who_is_forgotten_leaves_the_running_round(state: State, store: GuessStore, peeks: bool) -> None:
    if peeks:
        await store.note_shown(["26ea70bcb3/7"], BEN, 0, NOW)
    else:
        await store.guess("abc", BEN, 5, NOW, is_right=False)
    await PreferenceStore(state).delete_member_data(BEN)
    assert await store.player("abc", BEN) == Player(gave_up=True)
    await store.guess("abc", BEN, 6, NOW, is_right=True)
    assert (await state_of(store)).phase == Phase.OPEN
    await store.end("abc", Outcome.TIMED_OUT, NOW)
    await PreferenceStore(state).delete_member_data(BEN)
    assert await state.fetch_all("SELECT * FROM guess_player") == []


async def test_rounds_of_a_game_add_up(state: State, store: GuessStore) -> None:
    standings = ""
    for number, user in enumerate([BEN, ANN, BEN, 0]):
        played = replace(ROUND, round_id=f"r{number}", channel_id=30 + number, standings=standings)
        won = replace(
            played, outcome=Outcome.WON if user else Outcome.TIMED_OUT, winner_id=user, points=4 if user else 0
        )
        standings = won.standings_now
    assert won.scores == [Score(BEN, 8, 2), Score(ANN, 4, 1)]
    assert await store.start(replace(won, phase=Phase.STARTING))
    await PreferenceStore(state).delete_member_data(BEN)
    kept = await store.find("r3")
    assert kept
    assert kept.scores == [Score(0, 8, 2), Score(ANN, 4, 1)]


async def test_an_example_shown_in_the_channel_ends_its_round(store: GuessStore) -> None:
    assert await store.note_shown(["26ea70bcb3/7"], BEN, CHANNEL + 1, NOW) == []
    assert await store.note_shown(["26ea70bcb3/7"], BEN, CHANNEL, NOW) == ["abc"]
    assert (await state_of(store)).outcome == Outcome.SHOWN
    assert await store.note_shown(["26ea70bcb3/7"], BEN, CHANNEL, NOW) == []


async def test_what_is_due_depends_on_the_phase(store: GuessStore) -> None:
    assert await store.due(NOW + 2 * MINUTE) == []
    [over] = await store.due(NOW + 3 * MINUTE)
    assert over.phase == Phase.OPEN
    assert await store.due(NOW + 3 * MINUTE, (1,), 2) == []
    assert len(await store.due(NOW - 3 * DAY)) == 1  # the clock has gone back
    await store.end("abc", Outcome.TIMED_OUT, NOW)
    [ended] = await store.due(NOW)
    await store.postpone(ended, NOW + MINUTE)
    assert await store.due(NOW) == []
    await store.close("abc", NOW)
    assert await store.due(NOW + MINUTE) == []
    await store.delete_closed(NOW + DAY - MINUTE)
    assert await store.find("abc")
    await store.delete_closed(NOW + DAY)
    assert await store.find("abc") is None


async def test_who_guessed_is_forgotten_with_the_round(state: State, store: GuessStore) -> None:
    await store.guess("abc", BEN, 5, NOW, is_right=False)
    await store.end("abc", Outcome.TIMED_OUT, NOW)
    await store.close("abc", NOW)
    assert await state.fetch_all("SELECT * FROM guess_player") == []


async def test_scores_are_listed_by_month(store: GuessStore) -> None:
    for number, (user, moment) in enumerate([(ANN, NOW), (BEN, NOW), (BEN, NOW + 40 * DAY)]):
        name = f"r{number}"
        assert await store.start(replace(ROUND, round_id=name, channel_id=30 + number))
        await store.opened(name, MESSAGE)
        await store.guess(name, user, 5, moment, is_right=True)
        await store.settle(name, moment)
    assert await store.scores(GUILD) == [Score(BEN, 10, 2), Score(ANN, 5, 1)]
    assert await store.scores(GUILD, "2026-06") == [Score(BEN, 5, 1)]
    assert await store.scores(GUILD + 1) == []


async def test_forgetting_and_leaving_delete_scores(state: State, store: GuessStore) -> None:
    await store.guess("abc", ANN, 5, NOW, is_right=True)
    await store.settle("abc", NOW)
    assert await PreferenceStore(state).delete_member_data(ANN) == DeletionSummary(scores=1)
    assert await store.scores(GUILD) == []
    played = await state_of(store)
    assert (played.starter_id, played.winner_id) == (0, 0)
    retention = RetentionStore(state)
    assert await retention.guilds_to_check(NOW.date()) == [Place(GUILD)]
    await retention.delete(Place(GUILD))
    assert await store.find("abc") is None
