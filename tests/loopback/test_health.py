"""What monitoring sees: whether members are answered, why not, and how much the bot does."""

import asyncio
import re
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from unittest.mock import AsyncMock, Mock

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.client.bot import TropeBot, create_bot
from bot.client.health import METRICS_NOT_INSTALLED, serve_health
from bot.components.custom_ids import SettingAction, SettingRequest
from bot.errors import DatabaseDamagedError
from bot.render.texts import examples as texts
from bot.settings import Settings
from tests.loopback import fault_injection as faults
from tests.loopback.conftest import Gate, drain
from tests.loopback.event_log import WAIT_TIMEOUT_SECONDS
from tests.loopback.running import end_of, start
from tests.loopback.server import Discord, text

pytestmark = pytest.mark.slow


class Monitor:
    """Reads a bot's health and metrics."""

    def __init__(self, session: aiohttp.ClientSession, port: int) -> None:
        self.session, self.port, self.address = session, port, f"http://127.0.0.1:{port}"

    async def health(self) -> tuple[int, Any]:
        async with self.session.get(f"{self.address}/healthz") as answer:
            return answer.status, await answer.json()

    async def metrics(self) -> dict[str, float]:
        async with self.session.get(f"{self.address}/metrics") as answer:
            assert (answer.status, answer.content_type) == (200, "text/plain")
            families = text_string_to_metric_families(await answer.text())
            samples = [sample for family in families for sample in family.samples]
            return {" ".join([sample.name, *sample.labels.values()]): sample.value for sample in samples}


@asynccontextmanager
async def monitored(bot: TropeBot) -> AsyncIterator[Monitor]:
    async with serve_health(bot, "127.0.0.1", 0) as port, aiohttp.ClientSession() as session:
        yield Monitor(session, port)


@pytest.fixture
async def monitor(bot: TropeBot) -> AsyncIterator[Monitor]:
    async with monitored(bot) as monitor:
        yield monitor


async def test_a_connected_bot_is_healthy(monitor: Monitor) -> None:
    status, body = await monitor.health()
    assert 0 <= body["gateway"]["shards"]["0"].pop("heartbeat_seconds") < 60
    assert (status, body) == (
        200,
        {
            "status": "ok",
            "gateway": {"connected": True, "shards": {"0": {"status": "ok", "connected": True}}},
            "databases": {"corpus": "ok", "state": "ok"},
        },
    )


async def test_a_bot_that_has_not_started_is_unhealthy(settings: Settings) -> None:
    async with monitored(create_bot(settings)) as monitor:
        assert await monitor.health() == (
            503,
            {
                "status": "failing",
                "gateway": {"connected": False, "shards": {}},
                "databases": {"corpus": "not_open", "state": "not_open"},
            },
        )
        assert (await monitor.metrics())["bigrun_shards"] == 0


async def test_a_bot_without_heartbeats_or_socket_is_unhealthy(
    bot: TropeBot, monitor: Monitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    websocket = bot.shards[0]._parent.ws
    heartbeat: Any = websocket._keep_alive
    monkeypatch.setattr(heartbeat, "_last_ack", heartbeat._last_ack - 3 * heartbeat.interval)
    status, body = await monitor.health()
    assert (status, body["gateway"]["connected"]) == (503, False)
    assert body["gateway"]["shards"]["0"]["connected"]
    monkeypatch.undo()
    assert (await monitor.health())[0] == 200
    await websocket.socket.close()
    status, body = await monitor.health()
    assert (status, body["gateway"]["connected"]) == (503, False)


async def test_a_failing_or_hanging_database_is_unhealthy(
    bot: TropeBot, monitor: Monitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    damaged = DatabaseDamagedError("The database /secret/place is damaged.")
    monkeypatch.setattr(bot.state, "synced_commands_hash", AsyncMock(side_effect=damaged))
    status, body = await monitor.health()
    assert (status, body["databases"]) == (503, {"corpus": "ok", "state": "DatabaseDamagedError"})
    monkeypatch.setattr(bot.corpus, "by_number", Gate(bot.corpus.by_number))
    monkeypatch.setattr("bot.client.health.PROBE_TIMEOUT_SECONDS", 0.01)
    status, body = await monitor.health()
    assert (status, body["databases"]["corpus"]) == (503, "timeout")


async def test_a_shard_without_a_session_says_why(
    discord: Discord, bot: TropeBot, monitor: Monitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate(bot.before_identify_hook)
    monkeypatch.setattr(bot, "before_identify_hook", gate)
    await discord.gateway.invalidate()
    await discord.gateway.seen.wait_for(2, lambda frame: frame.kind == "connect")
    status, body = await monitor.health()
    assert (status, body["gateway"]["connected"]) == (503, False)
    assert body["gateway"]["shards"]["0"]["problem"] == "Discord ended the session"


def move_away(state: Any) -> None:
    state.rename(state.with_name("away.db"))


async def test_a_moved_state_is_unhealthy_logged_once_and_told(
    discord: Discord, bot: TropeBot, monitor: Monitor, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    logged = asyncio.Event()
    error = Mock(side_effect=lambda *_: logged.set())
    monkeypatch.setattr("bot.state.sqlite_backend.log.error", error)
    move_away(settings.state_location)
    await asyncio.wait_for(logged.wait(), WAIT_TIMEOUT_SECONDS)  # without any request
    status, body = await monitor.health()
    assert (status, body["databases"]) == (503, {"corpus": "ok", "state": "DatabaseMovedError"})
    card = await (await discord.slash("bigrun preferences")).answer()
    answer = await (await discord.press(card, SettingRequest(SettingAction.MEMBER_PRIVATE, "yes").custom_id)).answer()
    assert text(answer).startswith(texts.CANNOT_SAVE())
    error.assert_called_once()


async def test_metrics_count_interactions_errors_and_examples(
    discord: Discord, bot: TropeBot, monitor: Monitor
) -> None:
    discord.faults.next("callback", faults.INVALID_FORM)
    for _ in range(2):
        await (await discord.slash("bigrun random")).answer()
    discord.faults.next("callback", faults.UNKNOWN_INTERACTION)
    await discord.type("bigrun medium", "name", name="fil")
    await discord.callbacks_tried(3)
    await drain(bot)
    metrics = await monitor.metrics()
    expected = {
        "bigrun_interactions_total command answered": 2,
        "bigrun_interactions_total autocomplete expired": 1,
        "bigrun_interaction_errors_total HTTPException": 1,
        "bigrun_interaction_duration_seconds_count command": 2,
        "bigrun_interaction_duration_seconds_bucket command 15.0": 2,
        "bigrun_log_lines_total ERROR": 1,
        "bigrun_shards": 1,
        "bigrun_shards_connected": 1,
        "bigrun_corpus_tropes": 1,
        "bigrun_corpus_examples": 60,
    }
    assert {name: metrics[name] for name in expected} == expected
    assert metrics["process_resident_memory_bytes"] > 1e6


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the loopback has one address")
async def test_health_is_read_only_and_for_this_machine(monitor: Monitor) -> None:
    async with monitor.session.post(f"{monitor.address}/healthz", data="x") as answer:
        assert answer.status == 405
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.2", monitor.port)


async def test_health_works_without_the_metrics_package(bot: TropeBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "bot.client.metrics", None)
    async with monitored(bot) as monitor:
        assert (await monitor.health())[0] == 200
        async with monitor.session.get(f"{monitor.address}/metrics") as answer:
            assert (answer.status, await answer.text()) == (501, METRICS_NOT_INSTALLED)


async def test_a_taken_port_is_one_sentence(folder: Path, discord: Discord) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        end = await end_of(await start(discord.address, folder, "run", "--health-port", str(port)))
    assert end == (
        1,
        f"127.0.0.1:{port} for --health-port is not available (Address already in use). Name another one.\n",
    )


async def test_a_process_serves_health_and_logs_json(folder: Path, discord: Discord) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    bot = await start(discord.address, folder, "run", "--health-port", str(port), extra={"BIGRUN_LOG_FORMAT": "json"})
    await discord.gateway.ready()
    await (await discord.slash("bigrun random")).answer()
    async with aiohttp.ClientSession() as session:
        assert (await Monitor(session, port).health())[0] == 200
        assert (await Monitor(session, port).metrics())["bigrun_interactions_total command answered"] == 1
    bot.terminate()
    status, stderr = await end_of(bot)
    assert status == 0
    assert all(re.fullmatch(r'\{"time": "[^"]+", "level": "INFO", .*\}', line) for line in stderr.splitlines())
    assert '"command": "bigrun random", "outcome": "answered"' in stderr
