"""Keep the running rounds of *Guess the work*, who has guessed how often, and the scores.

A round starts (its card is not sent yet), is open, and is won or ends otherwise. Of several right guesses the earliest
interaction wins, until the points are given. Then its card is brought up to date, and the round is closed. Each step is
one transaction that does nothing if another process was faster, so a round can go on after a kill at any point.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from string import ascii_lowercase
from typing import Any

from bot.state.base import State

MAX_POINTS, MAX_GUESSES = 5, 3
MAX_LISTED_SCORES = 10
ROUND_TIME = timedelta(minutes=3)
# A round of a wrong clock is over: none is due later.
LONGEST_WAIT = timedelta(days=2)
CLOSED_RETENTION = timedelta(days=1)


class Phase(StrEnum):
    """The step that a round waits for. WON: to give the points. ENDED: to show the end on the card."""

    STARTING = "starting"
    OPEN = "open"
    WON = "won"
    ENDED = "ended"
    CLOSED = "closed"


class Outcome(StrEnum):
    """How a round ended. SHOWN: the example was posted in its channel. GONE: it is no longer on the page."""

    WON = "won"
    GIVEN_UP = "given up"
    TIMED_OUT = "timed out"
    SHOWN = "shown"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class GuessRound:
    """A round. Its fields are the columns of its table.

    Attributes:
        due_at: Unix seconds, when its next step is due.
        message_id: Of its card, 0 until that is sent.
        medium_slug: The medium of the game, or empty for all.
        round_number: Its number in the game, of `round_count`.
        standings: The winners of the game's earlier rounds: " user:points " for each, the user 0 if forgotten.
        example_ref: Its example, and a hash of the text in case the page changes.
        winner_guess_id: The interaction of the guess that won.
    """

    channel_id: int
    guild_id: int
    round_id: str
    phase: str
    due_at: int
    ends_at: int
    message_id: int
    starter_id: int
    trope_ref: str
    medium_slug: str
    round_number: int
    round_count: int
    example_ref: str
    example_key: str
    hint_count: int = 0
    outcome: str = ""
    standings: str = ""
    winner_id: int = 0
    winner_guess_id: int = 0
    points: int = 0

    @property
    def prize(self) -> int:
        """The points for a right guess now."""
        return MAX_POINTS - self.hint_count

    @property
    def standings_now(self) -> str:
        """The standings with this round."""
        is_won = self.outcome == Outcome.WON and self.points > 0
        return f"{self.standings} {self.winner_id}:{self.points} " if is_won else self.standings

    @property
    def scores(self) -> "Sequence[Score]":
        """What was won in the game, most points first."""
        totals: dict[int, Score] = {}
        for won in self.standings_now.split():
            user_id, points = map(int, won.split(":"))
            before = totals.get(user_id, Score(user_id, 0, 0))
            totals[user_id] = Score(user_id, before.points + points, before.wins + 1)
        return sorted(totals.values(), key=lambda score: (-score.points, score.wins, score.user_id))

    @property
    def is_last(self) -> bool:
        """Whether it is the game's last round."""
        return self.round_number >= self.round_count

    @property
    def started_at(self) -> int:
        """Unix seconds."""
        return self.ends_at - int(ROUND_TIME.total_seconds())


@dataclass(frozen=True, slots=True)
class Player:
    """What a member has done in a round."""

    guess_count: int = 0
    guess_ids: str = ""  # of the interactions, each between blanks
    gave_up: bool = False
    has_peeked: bool = False


@dataclass(frozen=True, slots=True)
class Score:
    """A member's points and rounds won."""

    user_id: int
    points: int
    wins: int


_COLUMNS = [field.name for field in fields(GuessRound)]
_SELECT = f"SELECT {', '.join(_COLUMNS)} FROM guess_round"
_SELECT_ROUND = f"{_SELECT} WHERE round_id = ?"
_SELECT_IN_CHANNEL = f"{_SELECT} WHERE channel_id = ?"
_SELECT_DUE = f"""
    {_SELECT} WHERE (due_at <= :now OR due_at > :latest) AND (guild_id >> 22) % :count = :shard
    ORDER BY due_at LIMIT 200
"""
_UPSERT_ROUND = f"""
    INSERT INTO guess_round ({", ".join(_COLUMNS)}) VALUES ({", ".join(f":{name}" for name in _COLUMNS)})
    ON CONFLICT (channel_id) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in _COLUMNS[1:])}
    WHERE guess_round.phase = 'closed'
    RETURNING round_id
"""
_OPEN = """
    UPDATE guess_round SET phase = 'open', message_id = :message, due_at = ends_at
    WHERE round_id = :round AND phase = 'starting' RETURNING round_id
"""
_ABANDON = "DELETE FROM guess_round WHERE round_id = :round AND phase = 'starting' RETURNING round_id"
_ADD_HINT = """
    UPDATE guess_round SET hint_count = hint_count + 1
    WHERE round_id = :round AND phase = 'open' AND hint_count = :before RETURNING hint_count
"""
_END = """
    UPDATE guess_round SET phase = 'ended', outcome = :outcome, due_at = :now
    WHERE round_id = :round AND phase = 'open' RETURNING round_id
"""
_COUNT_GUESS = f"""
    INSERT INTO guess_player (round_id, user_id, guess_count, guess_ids)
    SELECT round_id, :user, 1, :guess FROM guess_round WHERE round_id = :round AND phase IN ('open', 'won')
    ON CONFLICT (round_id, user_id) DO UPDATE
    SET guess_count = guess_player.guess_count + 1, guess_ids = guess_player.guess_ids || excluded.guess_ids
    WHERE guess_player.guess_count < {MAX_GUESSES} AND guess_player.gave_up = 0
        AND guess_player.guess_ids NOT LIKE :pattern
"""
_CLAIM = f"""
    UPDATE guess_round SET phase = 'won', outcome = 'won', winner_id = :user, winner_guess_id = :id, due_at = :now,
        points = CASE WHEN EXISTS (
            SELECT 1 FROM guess_player WHERE round_id = :round AND user_id = :user AND has_peeked = 1
        ) THEN 0 ELSE {MAX_POINTS} - hint_count END
    WHERE round_id = :round AND (phase = 'open' OR (phase = 'won' AND winner_guess_id > :id)) AND EXISTS (
        SELECT 1 FROM guess_player
        WHERE round_id = :round AND user_id = :user AND gave_up = 0 AND guess_ids LIKE :pattern
    )
"""
# Locks the row, so that two processes do not give the points twice.
_LOCK_WON = "UPDATE guess_round SET due_at = :now WHERE round_id = :round AND phase = 'won'"
_ADD_SCORE = """
    INSERT INTO guess_score (guild_id, user_id, month, points, wins)
    SELECT guild_id, winner_id, :month, points, 1 FROM guess_round
    WHERE round_id = :round AND phase = 'won' AND points > 0 AND winner_id <> 0
    ON CONFLICT (guild_id, user_id, month) DO UPDATE
    SET points = guess_score.points + excluded.points, wins = guess_score.wins + 1
"""
_SETTLE = "UPDATE guess_round SET phase = 'ended' WHERE round_id = :round AND phase = 'won'"
_POSTPONE = "UPDATE guess_round SET due_at = :due WHERE round_id = :round AND phase = :phase"
_CLOSE = "UPDATE guess_round SET phase = 'closed', due_at = :due WHERE round_id = :round AND phase = 'ended'"
_DELETE_CLOSED = "DELETE FROM guess_round WHERE phase = 'closed' AND (due_at <= :now OR due_at > :latest)"
_DELETE_PLAYERS = """
    DELETE FROM guess_player WHERE round_id NOT IN (
        SELECT round_id FROM guess_round WHERE phase IN ('starting', 'open', 'won')
    )
"""
_DELETE_PLAYERS_OF = """
    DELETE FROM guess_player WHERE round_id IN (
        SELECT round_id FROM guess_round WHERE round_id = :round AND phase = 'ended'
    )
"""
_GIVE_UP = """
    INSERT INTO guess_player (round_id, user_id, gave_up)
    SELECT round_id, :user, 1 FROM guess_round WHERE round_id = :round AND phase = 'open'
    ON CONFLICT (round_id, user_id) DO UPDATE SET gave_up = 1
"""
_SELECT_PLAYER = """
    SELECT guess_count, guess_ids, gave_up, has_peeked FROM guess_player WHERE round_id = ? AND user_id = ?
"""
_IS_PLAYED = "SELECT 1 FROM guess_round WHERE phase IN ('starting', 'open') LIMIT 1"
_SHOWS = "phase IN ('starting', 'open') AND example_ref IN ({refs})"
_PEEK = """
    INSERT INTO guess_player (round_id, user_id, has_peeked)
    SELECT round_id, :user, 1 FROM guess_round WHERE {shows}
    ON CONFLICT (round_id, user_id) DO UPDATE SET has_peeked = 1
"""
_END_SHOWN = """
    UPDATE guess_round SET phase = 'ended', outcome = 'shown', due_at = :now
    WHERE channel_id = :channel AND phase = 'open' AND {shows} RETURNING round_id
"""
_SELECT_SCORES = f"""
    SELECT user_id, CAST(sum(points) AS BIGINT), CAST(sum(wins) AS BIGINT) FROM guess_score
    WHERE guild_id = :guild AND month >= :month
    GROUP BY user_id ORDER BY 2 DESC, 3, user_id LIMIT {MAX_LISTED_SCORES}
"""


class GuessStore:
    """Read and write rounds and scores."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def start(self, new: GuessRound) -> bool:
        """Claim a channel for a round. Return False if another one is running there."""
        values = {name: getattr(new, name) for name in _COLUMNS}
        return bool(await self._state.execute_transaction((_UPSERT_ROUND, values)))

    async def opened(self, round_id: str, message_id: int) -> bool:
        """Store that the card was sent. Return False if the round is not starting any more."""
        return await self._change(_OPEN, round_id, message=message_id)

    async def abandon(self, round_id: str) -> None:
        """Forget a round whose card could not be sent."""
        await self._change(_ABANDON, round_id)

    async def find(self, round_id: str) -> GuessRound | None:
        """Return a round, even one that was closed lately."""
        rows = await self._state.fetch_all(_SELECT_ROUND, (round_id,))
        return GuessRound(*rows[0]) if rows else None

    async def in_channel(self, channel_id: int) -> GuessRound | None:
        """Return a channel's last round."""
        rows = await self._state.fetch_all(_SELECT_IN_CHANNEL, (channel_id,))
        return GuessRound(*rows[0]) if rows else None

    async def player(self, round_id: str, user_id: int) -> Player:
        """Return what a member has done in a round."""
        rows = await self._state.fetch_all(_SELECT_PLAYER, (round_id, user_id))
        return Player(rows[0][0], rows[0][1], bool(rows[0][2]), bool(rows[0][3])) if rows else Player()

    async def guess(self, round_id: str, user_id: int, guess_id: int, now: datetime, *, is_right: bool) -> None:
        """Count a guess, once for each interaction. A right one wins unless an earlier one did."""
        values = {"round": round_id, "user": user_id, "pattern": f"% {guess_id} %"}
        statements = [(_COUNT_GUESS, values | {"guess": f" {guess_id} "})]
        if is_right:
            statements.append((_CLAIM, values | {"id": guess_id, "now": to_timestamp(now)}))
        await self._state.execute_transaction(*statements)

    async def settle(self, round_id: str, now: datetime) -> None:
        """Give the winner of a round the points, once."""
        bound = {"round": round_id}
        await self._state.execute_transaction(
            (_LOCK_WON, bound | {"now": to_timestamp(now)}),
            (_ADD_SCORE, bound | {"month": month_of(now)}),
            (_SETTLE, bound),
        )

    async def end(self, round_id: str, outcome: Outcome, now: datetime) -> bool:
        """End an open round without a winner. Return False if it was not open."""
        return await self._change(_END, round_id, outcome=outcome.value, now=to_timestamp(now))

    async def close(self, round_id: str, now: datetime) -> None:
        """Store that the card shows the end, and forget who has guessed."""
        bound = {"round": round_id}
        due = to_timestamp(now + CLOSED_RETENTION)
        # Locks rows in the order in which `guess` does.
        await self._state.execute_transaction((_DELETE_PLAYERS_OF, bound), (_CLOSE, bound | {"due": due}))

    async def postpone(self, played: GuessRound, due: datetime) -> None:
        """Try a round's next step later."""
        await self._change(_POSTPONE, played.round_id, phase=played.phase, due=to_timestamp(due))

    async def add_hint(self, played: GuessRound) -> bool:
        """Give one hint more. Return False if somebody else just did, or it is over."""
        return await self._change(_ADD_HINT, played.round_id, before=played.hint_count)

    async def give_up(self, round_id: str, user_id: int) -> None:
        """End a member's own guesses."""
        await self._state.execute_transaction((_GIVE_UP, {"round": round_id, "user": user_id}))

    async def due(self, now: datetime, shards: Iterable[int] = (0,), shard_count: int = 1) -> Sequence[GuessRound]:
        """Return the rounds of some shards that wait for a step."""
        bound = {"now": to_timestamp(now), "latest": to_timestamp(now + LONGEST_WAIT), "count": shard_count}
        return [
            GuessRound(*row)
            for shard in shards
            for row in await self._state.fetch_all(_SELECT_DUE, bound | {"shard": shard})
        ]

    async def delete_closed(self, now: datetime) -> None:
        """Delete closed rounds that are a day old."""
        bound = {"now": to_timestamp(now), "latest": to_timestamp(now + LONGEST_WAIT)}
        await self._state.execute_transaction((_DELETE_CLOSED, bound), (_DELETE_PLAYERS, ()))

    async def note_shown(
        self, example_refs: Collection[str], user_id: int, public_in: int, now: datetime
    ) -> Sequence[str]:
        """Note that a member was shown examples, and end the round with one in the channel `public_in`. Return its id.

        Either can be 0. Costs next to nothing while nobody plays.
        """
        if not example_refs or not await self._state.fetch_cached(_IS_PLAYED):
            return []
        refs = {f"ref_{letter}": ref for letter, ref in zip(ascii_lowercase, example_refs, strict=False)}
        shows = _SHOWS.format(refs=", ".join(f":{name}" for name in refs))
        if not await self._state.fetch_all(f"SELECT 1 FROM guess_round WHERE {shows} LIMIT 1", refs):
            return []
        bound = refs | {"channel": public_in, "now": to_timestamp(now)}
        ended = await self._state.execute_transaction(
            *([(_PEEK.format(shows=shows), refs | {"user": user_id})] if user_id else []),
            *([(_END_SHOWN.format(shows=shows), bound)] if public_in else []),
        )
        return [round_id for (round_id,) in ended]

    async def scores(self, guild_id: int, since_month: str = "") -> Sequence[Score]:
        """Return the best scores of a guild, since a month or of all time."""
        rows = await self._state.fetch_all(_SELECT_SCORES, {"guild": guild_id, "month": since_month})
        return [Score(*row) for row in rows]

    async def _change(self, statement: str, round_id: str, **values: Any) -> bool:
        return bool(await self._state.execute_transaction((statement, {"round": round_id, **values})))


def month_of(moment: datetime) -> str:
    """Return the month (UTC) that scores are counted in."""
    return moment.astimezone(UTC).strftime("%Y-%m")


def to_timestamp(moment: datetime) -> int:
    """Return Unix seconds."""
    return int(moment.timestamp())
