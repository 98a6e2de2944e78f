"""What a host's watchdog is told: whether members are being answered, why not, and how much is done."""

import asyncio
import re
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.client.bot import TropeBot, create_bot
from bot.client.health import METRICS_NOT_INSTALLED, serve_health
from bot.errors import DatabaseDamagedError
from bot.settings import Settings
from tests.loopback import fault_injection
from tests.loopback.conftest import ended
from tests.loopback.running import end_of, start
from tests.loopback.server import Discord


class Watchdog:
    """Asks a bot how it is."""

    def __init__(self, session: aiohttp.ClientSession, port: int) -> None:
        self._session, self._address = session, f"http://127.0.0.1:{port}"

    async def health(self) -> tuple[int, Any]:
        async with self._session.get(f"{self._address}/healthz") as answer:
            return answer.status, await answer.json()

    async def metrics(self) -> dict[str, float]:
        async with self._session.get(f"{self._address}/metrics") as answer:
            assert answer.status == 200
            assert answer.content_type == "text/plain"
            families = text_string_to_metric_families(await answer.text())
            samples = [sample for family in families for sample in family.samples]
            return {" ".join([sample.name, *sample.labels.values()]): sample.value for sample in samples}


@pytest.fixture
async def watchdog(bot: TropeBot) -> AsyncIterator[Watchdog]:
    async with serve_health(bot, 0) as port, aiohttp.ClientSession() as session:
        yield Watchdog(session, port)


def _alive(bot: TropeBot) -> Any:
    return bot.shards[0]._parent.ws._keep_alive


async def test_a_bot_that_answers_is_well(watchdog: Watchdog) -> None:
    status, body = await watchdog.health()
    assert 0 <= body["gateway"]["shards"]["0"].pop("heartbeat_seconds") < 60
    assert (status, body) == (
        200,
        {
            "status": "ok",
            "gateway": {"connected": True, "shards": {"0": {"status": "ok", "connected": True}}},
            "databases": {"corpus": "ok", "state": "ok"},
        },
    )


async def test_a_bot_that_has_not_started_is_not_well(settings: Settings) -> None:
    bot = create_bot(settings)
    async with serve_health(bot, 0) as port, aiohttp.ClientSession() as session:
        assert await Watchdog(session, port).health() == (
            503,
            {
                "status": "failing",
                "gateway": {"connected": False, "shards": {}},
                "databases": {"corpus": "not_open", "state": "not_open"},
            },
        )
        assert (await Watchdog(session, port).metrics())["bigrun_shards"] == 0


async def test_neither_is_one_whose_heartbeats_are_not_acknowledged_or_whose_session_is_closed(
    bot: TropeBot, watchdog: Watchdog, monkeypatch: pytest.MonkeyPatch
) -> None:
    alive = _alive(bot)
    monkeypatch.setattr(alive, "_last_ack", alive._last_ack - 3 * alive.interval)
    status, body = await watchdog.health()
    assert status == 503
    assert body["gateway"]["shards"]["0"]["connected"]
    assert not body["gateway"]["connected"]
    monkeypatch.undo()
    assert (await watchdog.health())[0] == 200
    await bot.shards[0]._parent.ws.socket.close()
    status, body = await watchdog.health()
    assert (status, body["gateway"]["connected"]) == (503, False)


async def test_neither_is_one_whose_state_is_damaged_or_does_not_answer(
    bot: TropeBot, watchdog: Watchdog, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def damaged(_: str) -> None:
        raise DatabaseDamagedError("The database /secret/place is damaged.")

    monkeypatch.setattr(bot.state, "synced_commands_hash", damaged)
    status, body = await watchdog.health()
    assert (status, body["databases"]) == (503, {"corpus": "ok", "state": "DatabaseDamagedError"})

    async def waits(*_: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(bot.corpus, "by_number", waits)
    monkeypatch.setattr("bot.client.health.PROBE_TIMEOUT_SECONDS", 0.01)
    status, body = await watchdog.health()
    assert (status, body["databases"]["corpus"]) == (503, "timeout")


async def test_what_was_done_is_counted(discord: Discord, bot: TropeBot, watchdog: Watchdog) -> None:
    discord.faults.next("callback", fault_injection.INVALID_FORM)
    for _ in range(2):
        await (await discord.slash("bigrun random")).answer()
    discord.faults.next("callback", fault_injection.TOO_LATE)
    await discord.type("bigrun medium", "name", name="fil")
    await discord.requests.reach(4, lambda request: request.name == "callback")
    await ended(bot)
    counted = await watchdog.metrics()
    assert counted["bigrun_interactions_total command answered"] == 2
    assert counted["bigrun_interactions_total autocomplete expired"] == 1
    assert counted["bigrun_interaction_errors_total HTTPException"] == 1
    assert counted["bigrun_interaction_duration_seconds_count command"] == 2
    assert counted["bigrun_interaction_duration_seconds_bucket command 15.0"] == 2
    assert counted["bigrun_log_lines_total ERROR"] == 1
    assert (counted["bigrun_shards"], counted["bigrun_shards_connected"]) == (1, 1)
    assert (counted["bigrun_corpus_tropes"], counted["bigrun_corpus_examples"]) == (1, 60)
    assert counted["process_resident_memory_bytes"] > 1e6


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the loopback has one address")
async def test_only_this_machine_is_answered_and_nothing_is_taken(bot: TropeBot) -> None:
    async with serve_health(bot, 0) as port, aiohttp.ClientSession() as session:
        async with session.post(f"http://127.0.0.1:{port}/healthz", data="x") as answer:
            assert answer.status == 405
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.2", port)


async def test_without_the_package_for_metrics_the_rest_is_told(bot: TropeBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "bot.client.metrics", None)
    async with serve_health(bot, 0) as port, aiohttp.ClientSession() as session:
        assert (await Watchdog(session, port).health())[0] == 200
        async with session.get(f"http://127.0.0.1:{port}/metrics") as answer:
            assert (answer.status, await answer.text()) == (501, METRICS_NOT_INSTALLED)


async def test_a_port_that_is_taken_is_one_sentence_and_exit_1(tmp_path: Path, discord: Discord) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = await end_of(await start(discord.address, tmp_path, "run", "--health-port", str(port)))
    assert ended == (1, f"Port {port} for --health-port is not available (Address already in use). Name another one.\n")


async def test_the_real_process_tells_its_health_and_writes_json_for_programs(tmp_path: Path, discord: Discord) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    bot = await start(discord.address, tmp_path, "run", "--health-port", str(port), extra={"BIGRUN_LOG_FORMAT": "json"})
    await discord.gateway.ready(1)
    await (await discord.slash("bigrun random")).answer()
    async with aiohttp.ClientSession() as session:
        assert (await Watchdog(session, port).health())[0] == 200
        assert (await Watchdog(session, port).metrics())["bigrun_interactions_total command answered"] == 1
    bot.terminate()
    status, said = await end_of(bot)
    assert status == 0
    assert all(re.fullmatch(r'\{"time": "[^"]+", "level": "INFO", .*\}', line) for line in said.splitlines())
    assert '"command": "bigrun random", "outcome": "answered"' in said
