"""Measures the state in SQLite and PostgreSQL: `python -m tests.bench.state [--json PATH]`.

Both are durable: every commit is on the disk.
"""

import argparse
import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

from bot.model.preferences import DailySchedule
from bot.state.base import Shuffle, State
from bot.state.dailies import DailyStore
from bot.state.location import open_state
from bot.state.preferences import GuildSetting, MemberPreference, PreferenceStore
from tests.bench.timing import Spread, machine_info, write_json
from tests.postgres_server import programs, running_server

ROUNDS, TIMES, CONCURRENCY = 5, 100, 8
DURABLE = ("shared_buffers=64MB", "max_connections=30")
GUILDS, MEMBERS = 1_000, 10_000
NOW = datetime(2026, 5, 1, tzinfo=UTC)
START = Shuffle(1, 1, 1, 1, 0)

Operation = Callable[[State, int], Awaitable[object]]


async def _read(state: State, number: int) -> None:
    await PreferenceStore(state).for_answer(number % GUILDS, number % MEMBERS)


async def _draw(state: State, number: int) -> None:
    async def advance(past: Shuffle | None) -> Shuffle:
        past = past or START
        return past._replace(last_rank=past.last_rank + 1, revision=past.revision + 1)

    await state.advance_shuffle(number % GUILDS, "scope", advance)


async def _claim(state: State, number: int) -> None:
    dailies = DailyStore(state)
    daily = DailySchedule(number, number << 22, 1, "UTC", "", "", "", include_spoilers=True, next_due=NOW)
    await dailies.save(daily)
    [post] = await dailies.due(NOW, 1, (number % 64,), 64)
    await dailies.claim(post, NOW)
    await dailies.complete(post, NOW.replace(year=2030))


OPERATIONS: dict[str, Operation] = {
    "settings and preferences read": _read,
    "draw written": _draw,
    "daily saved, claimed, completed": _claim,
}


async def fill(state: State) -> None:
    """Add settings of 1,000 guilds and preferences of 1,000 members."""
    preferences = PreferenceStore(state)
    for guild in range(GUILDS):
        await preferences.set_guild_setting(guild, GuildSetting.SPOILERS, ["veil"])
    for member in range(0, MEMBERS, 10):
        await preferences.set_member_preference(member, MemberPreference.PRIVATE, ["yes"])


async def measure(states: dict[str, State]) -> dict[str, dict[str, Any]]:
    """Return latencies and rates by state and operation, in rounds that take turns."""
    times: dict[tuple[str, str], list[float]] = {(name, operation): [] for name in states for operation in OPERATIONS}
    rates: dict[tuple[str, str], list[float]] = {key: [] for key in times}
    number = 1
    for _ in range(ROUNDS):
        for name, state in states.items():
            for operation, do in OPERATIONS.items():
                for _ in range(TIMES):
                    number += 1
                    start_time = perf_counter()
                    await do(state, number)
                    times[name, operation].append(perf_counter() - start_time)
                start_time = perf_counter()
                for _ in range(TIMES // CONCURRENCY):
                    number += CONCURRENCY
                    await asyncio.gather(*(do(state, number + k) for k in range(CONCURRENCY)))
                rates[name, operation].append(TIMES // CONCURRENCY * CONCURRENCY / (perf_counter() - start_time))
    return {
        f"{name}: {operation}": {
            "p50 ms": (spread := Spread.of(times[name, operation])).p50,
            "p99 ms": spread.p99,
            "a second, 8 at once": round(sorted(rates[name, operation])[ROUNDS // 2]),
        }
        for name, operation in times
    }


async def _run(folder: Path, address: str | None) -> dict[str, dict[str, Any]]:
    async with AsyncExitStack() as stack:
        states: dict[str, State] = {"SQLite": await stack.enter_async_context(open_state(folder / "state.db"))}
        if address:
            states["PostgreSQL"] = await stack.enter_async_context(open_state(address))
        for state in states.values():
            await fill(state)
        return await measure(states)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, help="write the results as JSON")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as name:
        binaries = programs()
        if binaries is None:
            results = asyncio.run(_run(Path(name), None))
        else:
            with running_server(binaries, DURABLE) as address:
                results = asyncio.run(_run(Path(name), address))
    print(machine_info("asyncpg", "aiosqlite"))
    for operation, figures in results.items():
        print(f"{operation:<50}", *(f"{value:>10} {unit}" for unit, value in figures.items()))
    write_json(arguments.json, {"machine": machine_info("asyncpg", "aiosqlite"), "results": results})


if __name__ == "__main__":
    main()
