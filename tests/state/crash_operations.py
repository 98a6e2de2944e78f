"""Every write to the state, as a table of operations, and a model that says what each one changes.

To test another table, add it to TABLES and its operations to OPERATIONS. In the model, the day of a shuffle is only
whether it is long ago.
"""

import sqlite3
from collections.abc import Awaitable, Callable, Collection
from contextlib import closing
from dataclasses import astuple, dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from bot.model.preferences import MAX_DAILIES_PER_GUILD, MAX_LISTED_WORKS, MAX_SAVED_EXAMPLES, WEEKDAYS, DailySchedule
from bot.state.base import Shuffle, State
from bot.state.dailies import DailyStore
from bot.state.guesses import CLOSED_RETENTION, MAX_GUESSES, GuessRound, GuessStore, Outcome
from bot.state.hints import HintStore
from bot.state.preferences import GuildSetting, PreferenceStore
from bot.state.processes import IDENTIFY_INTERVAL_MS, PROCESS_TIMEOUT_SECONDS, ProcessRegistry
from bot.state.retention import SHUFFLE_RETENTION, Place, RetentionStore
from bot.state.saved import SavedStore
from bot.state.schema import STATE_SPEC

TABLES = (
    "synced_commands shuffle guild_setting member_preference saved_example help_hint missing_snowflake identify_slot "
    "process daily guess_round guess_player guess_score"
).split()
PLACES = [Place(guild, channel) for guild in range(3) for channel in range(3)]
LONG_AGO = datetime.now(UTC).date() - SHUFFLE_RETENTION
AGE_SHUFFLES = f"UPDATE shuffle SET last_used_on = '{LONG_AGO - timedelta(days=1)}' WHERE audience_id & 1 = ?"

Model = dict[str, dict[tuple[Any, ...], tuple[Any, ...]]]


class Stores:
    def __init__(self, state: State) -> None:
        self.state, self.preferences, self.dailies = state, PreferenceStore(state), DailyStore(state)
        self.retention, self.processes, self.hints = RetentionStore(state), ProcessRegistry(state), HintStore(state)
        self.saved = SavedStore(state)
        self.guesses = GuessStore(state)


@dataclass(frozen=True)
class Operation:
    """One kind of write: random arguments, the write itself, and the same change to the model."""

    arguments: Callable[[Random], tuple[Any, ...]]
    do: Callable[..., Awaitable[object]]
    expect: Callable[..., object]


Plan = list[tuple[Operation, tuple[Any, ...]]]


def empty_model() -> Model:
    return {table: {} for table in TABLES}


def apply(steps: Plan, model: Model) -> None:
    for operation, arguments in steps:
        operation.expect(model, *arguments)


def read_model(path: Path) -> Model:
    """Return the contents of a state. Raise AssertionError if it is damaged."""
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        model = empty_model()
        if database.execute("PRAGMA user_version").fetchone() != (STATE_SPEC.version,):
            return model  # killed before its schema was created
        for table in TABLES:
            columns = database.execute(f"PRAGMA table_info({table})").fetchall()
            width = sum(bool(column[-1]) for column in columns)  # of the primary key, which comes first
            rows = database.execute(f"SELECT * FROM {table}")
            model[table] = {row[:width]: row[width:] for row in rows}
        shuffles = model["shuffle"]
        model["shuffle"] = {key: (*row[:5], row[5] < LONG_AGO.isoformat(), row[6]) for key, row in shuffles.items()}
        # The id of an *Undo* is random.
        model["daily"] = {key: (*row[:-1], row[-1] > 0) for key, row in model["daily"].items()}
        return model


async def _draw(stores: Stores, audience: int, scope: str, guild: int, rank: int) -> None:
    async def choose(past: Shuffle | None) -> Shuffle:
        return _step(past, rank)

    await stores.state.advance_shuffle(audience, scope, choose, guild_id=guild)


def _step(past: Shuffle | None, rank: int) -> Shuffle:
    return Shuffle(1, rank, (past.position if past else 0) + 1, rank * 3, (past.revision if past else 0) + 1)


def _expect_draw(model: Model, audience: int, scope: str, guild: int, rank: int) -> None:
    row = model["shuffle"].get((audience, scope))
    step = _step(Shuffle(*row[:5]) if row else None, rank)
    model["shuffle"][audience, scope] = (*step, False, guild)


def _expect_age(model: Model, odd: int) -> None:
    shuffles = model["shuffle"]
    shuffles.update({key: (*row[:5], True, row[6]) for key, row in shuffles.items() if key[0] & 1 == odd})


def _expect_delete_old(model: Model) -> None:
    model["shuffle"] = {key: row for key, row in model["shuffle"].items() if not row[5]}


def _expect_media(model: Model, guild: int, media: list[str]) -> None:
    others = {key: row for key, row in model["guild_setting"].items() if key[:2] != (guild, "medium")}
    model["guild_setting"] = others | {(guild, "medium", medium): () for medium in media}


def _expect_seen(model: Model, member: int, works: list[str]) -> None:
    for work in works:
        if sum(key[0] == member for key in model["member_preference"]) < MAX_LISTED_WORKS:
            model["member_preference"][member, "seen", work] = ()


def _expect_delete_member(model: Model, member: int) -> None:
    model["member_preference"] = {key: row for key, row in model["member_preference"].items() if key[0] != member}
    model["saved_example"] = {key: row for key, row in model["saved_example"].items() if key[0] != member}
    model["shuffle"] = {key: row for key, row in model["shuffle"].items() if key[0] != -member}
    model["help_hint"] = {key: row for key, row in model["help_hint"].items() if key[1] != member or not member}
    model["guess_score"] = {key: row for key, row in model["guess_score"].items() if key[1] != member}
    running = {row[1] for row in model["guess_round"].values() if row[2] in ("starting", "open", "won")}
    for key in [key for key in model["guess_player"] if key[1] == member]:
        del model["guess_player"][key]
        if key[0] in running:
            model["guess_player"][key] = (0, "", 1, 0)
    for (channel,), row in model["guess_round"].items():
        played = GuessRound(channel, *row)
        starter, winner = [0 if one == member else one for one in (played.starter_id, played.winner_id)]
        model["guess_round"][(channel,)] = astuple(replace(played, starter_id=starter, winner_id=winner))[1:]


def _expect_save(model: Model, member: int, key: int, now: int) -> None:
    own = {place: row for place, row in model["saved_example"].items() if place[0] == member}
    if len(own) < MAX_SAVED_EXAMPLES and (member, key) not in own:
        saved_at = max([now, *(row[0] + 1 for row in own.values())])
        model["saved_example"][member, key] = (saved_at, "ab", f"title {key}")


def _expect_remove(model: Model, member: int, saved_at: list[int]) -> None:
    rows = model["saved_example"].items()
    model["saved_example"] = {key: row for key, row in rows if key[0] != member or row[0] not in saved_at}


def _daily(channel: int, guild: int, minute: int) -> DailySchedule:
    return DailySchedule(
        channel, guild, minute, "UTC", "", "film", "", True, _utc(minute * 60), None, WEEKDAYS, 7, True, 8
    )


def _expect_daily(model: Model, channel: int, guild: int, minute: int) -> None:
    others = [key for key, row in model["daily"].items() if row[0] == guild and key != (channel,)]
    if len(others) < MAX_DAILIES_PER_GUILD and model["daily"].get((channel,), (guild,))[0] == guild:
        before = model["daily"].get((channel,))
        replaced = f"{before[1]} UTC 12345 0  film  1 7 1 8 " if before else ""
        row = (guild, minute, "UTC", "12345", 0, "", "film", "", 1, 7, 1, 8, minute * 60, 0, "", 0, 0, 0, "")
        model["daily"][(channel,)] = (*row, replaced, bool(before))


def _expect_stop(model: Model, channel: int, guild: int) -> None:
    if model["daily"].get((channel,), (None,))[0] == guild:
        del model["daily"][(channel,)]


def _expect_presence(model: Model, present: list[Place], missing: list[Place], day: date) -> None:
    for place in present:
        model["missing_snowflake"].pop(place, None)
    for place in missing:
        earliest = min(model["missing_snowflake"].get(place, ("9",)), (day.isoformat(),))
        model["missing_snowflake"][place] = earliest


def _round(channel: int, starter: int) -> GuessRound:
    return GuessRound(channel, 1, f"r{channel}", "starting", 60, 240, 0, starter, "ab", "", 1, 3, "ab/1", "key")


def _change_round(model: Model, channel: int, phases: Collection[str], **changes: Any) -> bool:
    """Change a round of the model, if it is in one of some phases."""
    row = model["guess_round"].get((channel,))
    if row is None or row[2] not in phases:
        return False
    model["guess_round"][(channel,)] = astuple(replace(GuessRound(channel, *row), **changes))[1:]
    return True


def _expect_start(model: Model, channel: int, starter: int) -> None:
    rounds = model["guess_round"]
    if (channel,) not in rounds or rounds[(channel,)][2] == "closed":
        rounds[(channel,)] = astuple(_round(channel, starter))[1:]


def _expect_guess(model: Model, channel: int, user: int, guess: int, right: bool) -> None:
    player, players = (f"r{channel}", user), model["guess_player"]
    if _change_round(model, channel, ("open", "won")):
        count, ids, *others = players.get(player, (0, "", 0, 0))
        if f" {guess} " not in ids and count < MAX_GUESSES and not others[0]:
            players[player] = (count + 1, f"{ids} {guess} ", *others)
    current = model["guess_round"].get((channel,))
    if right and current and f" {guess} " in players.get(player, (0, ""))[1]:
        won = {"phase": "won", "outcome": "won", "winner_id": user, "winner_guess_id": guess, "due_at": 60, "points": 5}
        _change_round(model, channel, ("open", "won") if current[-2] > guess else ("open",), **won)


def _expect_settle(model: Model, channel: int) -> None:
    if _change_round(model, channel, ("won",), phase="ended", due_at=60):
        *_, winner, _, points = model["guess_round"][(channel,)]
        if winner:
            before = model["guess_score"].get((1, winner, "1970-01"), (0, 0))
            model["guess_score"][1, winner, "1970-01"] = before[0] + points, before[1] + 1


def _expect_close(model: Model, channel: int) -> None:
    due = 60 + int(CLOSED_RETENTION.total_seconds())
    if _change_round(model, channel, ("ended",), phase="closed", due_at=due):
        others = {key: row for key, row in model["guess_player"].items() if key[0] != f"r{channel}"}
        model["guess_player"] = others


def _utc(second: int) -> datetime:
    return datetime.fromtimestamp(second, UTC)


def _expect_slot(model: Model, bucket: int, second: int) -> None:
    now, following = second * 1000, second * 1000 + IDENTIFY_INTERVAL_MS
    free = model["identify_slot"].get((bucket,), (0,))[0]
    if free <= now or free > following:
        model["identify_slot"][(bucket,)] = (following,)


def _expect_heartbeat(model: Model, shards: str, corpus: str, second: int) -> None:
    rows = {**model["process"], (shards,): (corpus, second)}
    model["process"] = {key: row for key, row in rows.items() if abs(row[1] - second) <= PROCESS_TIMEOUT_SECONDS}


OPERATIONS = (
    Operation(
        lambda random: (f"1 {random.randrange(3)}", random.randbytes(random.choice((8, 3000))).hex()),
        lambda stores, scope, payload: stores.state.save_synced_commands_hash(scope, payload),
        lambda model, scope, payload: model["synced_commands"].update({(scope,): (payload,)}),
    ),
    Operation(
        lambda random: (random.randrange(-5, 20), random.choice("ab"), random.randrange(3), random.getrandbits(59)),
        _draw,
        _expect_draw,
    ),
    Operation(
        lambda random: (random.randrange(2),),
        lambda stores, odd: stores.state.execute_transaction((AGE_SHUFFLES, (odd,))),
        _expect_age,
    ),
    Operation(
        lambda _: (),
        lambda stores: stores.retention.delete_unused_shuffles(LONG_AGO + SHUFFLE_RETENTION),
        _expect_delete_old,
    ),
    Operation(
        lambda random: (random.randrange(3), random.sample(["film", "music", "web-comics", "toys"], 3)),
        lambda stores, guild, media: stores.preferences.set_guild_setting(guild, GuildSetting.MEDIUM, media),
        _expect_media,
    ),
    Operation(
        lambda random: (random.randrange(5), [f"work {random.randrange(150)}" for _ in range(20)]),
        lambda stores, member, works: stores.preferences.add_seen_works(member, works),
        _expect_seen,
    ),
    Operation(
        lambda random: (random.randrange(5),),
        lambda stores, member: stores.preferences.delete_member_data(member),
        _expect_delete_member,
    ),
    Operation(
        lambda random: (random.randrange(5), random.randrange(300), random.randrange(1, 400)),
        lambda stores, member, key, now: stores.saved.save(member, key, "ab", f"title {key}", now),
        _expect_save,
    ),
    Operation(
        lambda random: (random.randrange(5), random.sample(range(1, 400), 9)),
        lambda stores, member, saved_at: stores.saved.remove(member, saved_at),
        _expect_remove,
    ),
    Operation(
        lambda random: random.choice(((random.randrange(1, 5), 0), (0, random.randrange(1, 5)))),
        lambda stores, guild, member: stores.hints.claim(guild, member),
        lambda model, guild, member: model["help_hint"].update({(guild, member): ()}),
    ),
    Operation(
        lambda random: (random.randrange(20), random.randrange(2), random.randrange(1, 1440)),
        lambda stores, channel, guild, minute: stores.dailies.save(_daily(channel, guild, minute)),
        _expect_daily,
    ),
    Operation(
        lambda random: (random.randrange(20), random.randrange(2)),
        lambda stores, channel, guild: stores.dailies.stop(guild, channel),
        _expect_stop,
    ),
    Operation(
        lambda random: (random.randrange(2), random.randrange(5)),
        lambda stores, channel, starter: stores.guesses.start(_round(channel, starter)),
        _expect_start,
    ),
    Operation(
        lambda random: (random.randrange(2),),
        lambda stores, channel: stores.guesses.opened(f"r{channel}", 7),
        lambda model, channel: _change_round(model, channel, ("starting",), phase="open", message_id=7, due_at=240),
    ),
    Operation(
        lambda random: (random.randrange(2), random.randrange(5), random.randrange(1, 99), random.random() < 0.5),
        lambda stores, channel, user, guess, right: stores.guesses.guess(
            f"r{channel}", user, guess, _utc(60), is_right=right
        ),
        _expect_guess,
    ),
    Operation(
        lambda random: (random.randrange(2),),
        lambda stores, channel: stores.guesses.settle(f"r{channel}", _utc(60)),
        _expect_settle,
    ),
    Operation(
        lambda random: (random.randrange(2),),
        lambda stores, channel: stores.guesses.end(f"r{channel}", Outcome.TIMED_OUT, _utc(60)),
        lambda model, channel: _change_round(model, channel, ("open",), phase="ended", outcome="timed out", due_at=60),
    ),
    Operation(
        lambda random: (random.randrange(2),),
        lambda stores, channel: stores.guesses.close(f"r{channel}", _utc(60)),
        _expect_close,
    ),
    Operation(
        lambda random: (random.sample(PLACES, 3), random.sample(PLACES, 3), date(2026, 1, random.randint(1, 28))),
        lambda stores, present, missing, day: stores.retention.record_presence(present, missing, day),
        _expect_presence,
    ),
    Operation(
        lambda random: (random.randrange(3), random.randrange(1, 40)),
        lambda stores, bucket, second: stores.processes.claim_identify_slot(bucket, _utc(second)),
        _expect_slot,
    ),
    Operation(
        lambda random: (
            random.choice("abc"),
            random.choice("xy"),
            random.randrange(2 * PROCESS_TIMEOUT_SECONDS, 5 * PROCESS_TIMEOUT_SECONDS),
        ),
        lambda stores, shards, corpus, second: stores.processes.heartbeat(shards, corpus, _utc(second)),
        _expect_heartbeat,
    ),
)


def plan(random: Random, length: int) -> Plan:
    return [(operation, operation.arguments(random)) for operation in random.choices(OPERATIONS, k=length)]
