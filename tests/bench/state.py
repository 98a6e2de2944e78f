"""What the state costs: reading what was chosen, drawing, claiming, in a file and at PostgreSQL, side by side.

Run: ``python -m tests.bench.state`` (``--json PATH`` keeps the figures). Both are durable: every commit is on the disk.
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

from bot.preferences import DailySchedule
from bot.state.base import Shuffle, State
from bot.state.dailies import DailyStore
from bot.state.location import open_state
from bot.state.preferences import GuildSetting, MemberPreference, PreferenceStore
from tests.bench.timing import Spread, keep, machine
from tests.postgres_server import programs, running_server

ROUNDS, TIMES, AT_ONCE = 5, 100, 8
DURABLE = ("shared_buffers=64MB", "max_connections=30")
GUILDS, MEMBERS = 1_000, 10_000
NOW = datetime(2026, 5, 1, tzinfo=UTC)
START = Shuffle(1, 1, 1, 1, 0)

Deed = Callable[[State, int], Awaitable[object]]


async def _read(state: State, number: int) -> None:
    await PreferenceStore(state).for_answer(number % GUILDS, number % MEMBERS)


async def _draw(state: State, number: int) -> None:
    async def on(past: Shuffle | None) -> Shuffle:
        past = past or START
        return past._replace(last_rank=past.last_rank + 1, revision=past.revision + 1)

    await state.advance_shuffle(number % GUILDS, "scope", on)


async def _claim(state: State, number: int) -> None:
    dailies = DailyStore(state)
    daily = DailySchedule(number, number << 22, 1, "UTC", "", "", "", include_spoilers=True, next_due=NOW)
    await dailies.save(daily)
    [post] = await dailies.due(NOW, 1, (number % 64,), 64)
    await dailies.claim(post, NOW)
    await dailies.complete(post, NOW.replace(year=2030))


DEEDS: dict[str, Deed] = {
    "choices read": _read,
    "draw written": _draw,
    "daily set, found, claimed, confirmed": _claim,
}


async def fill(state: State) -> None:
    """Put in what a thousand guilds and ten thousand members chose."""
    choosing = PreferenceStore(state)
    for guild in range(GUILDS):
        await choosing.set_guild_setting(guild, GuildSetting.SPOILERS, ["veil"])
    for member in range(0, MEMBERS, 10):
        await choosing.set_member_preference(member, MemberPreference.PRIVATE, ["yes"])


async def measure(stores: dict[str, State]) -> dict[str, dict[str, Any]]:
    """Return for each store and deed: milliseconds of one after the other, and how many a second eight at a time."""
    times: dict[tuple[str, str], list[float]] = {(name, deed): [] for name in stores for deed in DEEDS}
    rates: dict[tuple[str, str], list[float]] = {key: [] for key in times}
    number = 1
    for _ in range(ROUNDS):
        for name, state in stores.items():
            for deed, do in DEEDS.items():
                for _ in range(TIMES):
                    number += 1
                    begun = perf_counter()
                    await do(state, number)
                    times[name, deed].append(perf_counter() - begun)
                begun = perf_counter()
                for _ in range(TIMES // AT_ONCE):
                    number += AT_ONCE
                    await asyncio.gather(*(do(state, number + k) for k in range(AT_ONCE)))
                rates[name, deed].append(TIMES // AT_ONCE * AT_ONCE / (perf_counter() - begun))
    return {
        f"{name}: {deed}": {
            "p50 ms": (spread := Spread.of(times[name, deed])).p50,
            "p99 ms": spread.p99,
            "a second, 8 at once": round(sorted(rates[name, deed])[ROUNDS // 2]),
        }
        for name, deed in times
    }


async def _run(folder: Path, address: str | None) -> dict[str, dict[str, Any]]:
    async with AsyncExitStack() as stack:
        stores: dict[str, State] = {"SQLite": await stack.enter_async_context(open_state(folder / "state.db"))}
        if address:
            stores["PostgreSQL"] = await stack.enter_async_context(open_state(address))
        for state in stores.values():
            await fill(state)
        return await measure(stores)


def main() -> None:
    """Read the command line, measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, help="where to keep the figures")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as name:
        installed = programs()
        if installed is None:
            results = asyncio.run(_run(Path(name), None))
        else:
            with running_server(installed, DURABLE) as address:
                results = asyncio.run(_run(Path(name), address))
    print(machine("asyncpg", "aiosqlite"))
    for what, figures in results.items():
        print(f"{what:<50}", *(f"{value:>10} {unit}" for unit, value in figures.items()))
    keep(arguments.json, {"machine": machine("asyncpg", "aiosqlite"), "results": results})


if __name__ == "__main__":
    main()
