"""A shard stays connected: it resumes or logs in again, at growing intervals, within the limit of logins."""

import asyncio
import logging
from collections.abc import Callable, Iterator
from itertools import chain, repeat
from types import SimpleNamespace
from typing import Any
from unittest.mock import AsyncMock, Mock

import discord
import pytest
from discord.gateway import ReconnectWebSocket

from bot.client import gateway
from bot.client.backoff import GOOD_CONNECTION_SECONDS, MAX_WAIT_SECONDS, Backoff
from bot.client.gateway import MAX_FAILED_LOGINS, RESERVED_LOGINS, Shard, check_logins_left
from bot.errors import DiscordConnectionError
from bot.interactions.library_internals import GatewaySocket, UnreadableFrameError

ENDED, INVALID = ReconnectWebSocket(0, resume=True), ReconnectWebSocket(0, resume=False)
UNREADABLE = UnreadableFrameError("a frame could not be read: ValueError")


class DoneError(DiscordConnectionError):
    """Ends the loop of a shard."""


class Link:
    """A connection that ends with an error. `good_for` is how long it was ready, or None."""

    def __init__(self, end: Exception, good_for: float | None = 0.0, *, opens: bool = True) -> None:
        self.end, self.good_for, self.opens = end, good_for, opens
        self.session_id, self.sequence, self.gateway, self.open = "session", 7, "resume address", True
        self.ready_since: float | None = None

    async def poll_event(self) -> None:
        if self.good_for is not None:
            self.ready_since = asyncio.get_running_loop().time() - self.good_for
        raise self.end


class Network:
    """Stands in for the library's connecting. Notes the options of each attempt and the seconds waited."""

    def __init__(self, links: Iterator[Link], remaining: int = 900) -> None:
        self._links = links
        self.attempts: list[dict[str, Any]] = []
        self.waits: list[float] = []
        limits = AsyncMock(return_value=SimpleNamespace(remaining=remaining))
        self.client: Any = Mock(fetch_session_start_limits=limits)

    async def connect(self, _: Any, **options: Any) -> Link:
        self.attempts.append(options)
        link = next(self._links, None)
        if link is None:
            raise DoneError
        if not link.opens:
            raise link.end
        return link

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)

    async def run(self) -> None:
        await Shard(self.client, 0, asyncio.Lock(), is_first=True).run()

    @property
    def resumed(self) -> list[bool]:
        return [options.get("resume", False) for options in self.attempts]


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Network]:
    def create(*links: Link, remaining: int = 900) -> Network:
        network = Network(iter(links), remaining)
        monkeypatch.setattr(GatewaySocket, "from_client", network.connect)
        monkeypatch.setattr(gateway, "add_shard", Mock())
        monkeypatch.setattr("bot.client.gateway.asyncio.sleep", network.sleep)
        return network

    return create


def test_waits_double_up_to_a_minute() -> None:
    longest, shortest = (Backoff(jitter) for jitter in (max, min))
    assert [longest.next_wait(0) for _ in range(9)] == [0, 2, 4, 8, 16, 32, 60, 60, 60]
    assert [shortest.next_wait(0) for _ in range(9)] == [0, 1, 2, 4, 8, 16, 30, 30, 30]
    assert max(longest.next_wait(GOOD_CONNECTION_SECONDS - 1) for _ in range(2000)) == MAX_WAIT_SECONDS
    assert longest.next_wait(GOOD_CONNECTION_SECONDS) == 0
    assert longest.next_wait(0) == 2


@pytest.mark.parametrize(
    ("links", "resumed"),
    [
        pytest.param([Link(ENDED)], [False, True], id="an ended connection"),
        pytest.param([Link(INVALID)], [False, False], id="an invalid session"),
        pytest.param([Link(ENDED, None)], [False, False], id="a connection that was never ready"),
        pytest.param([Link(UNREADABLE)], [False, True], id="an unreadable frame"),
        pytest.param([Link(UNREADABLE, None)], [False, False], id="an unreadable READY"),
        pytest.param([Link(UNREADABLE), Link(UNREADABLE)], [False, True, False], id="the same frame again"),
        pytest.param([Link(ENDED), *[Link(OSError(), opens=False)] * 3], [False, *[True] * 4], id="an outage"),
        pytest.param([Link(ENDED), Link(INVALID, None)], [False, True, False], id="a resume that is refused"),
        pytest.param([Link(ValueError("secret"))], [False, True], id="an error of the library"),
    ],
)
async def test_a_session_is_resumed_where_that_helps(
    network: Callable[..., Network], links: list[Link], resumed: list[bool], caplog: pytest.LogCaptureFixture
) -> None:
    connected = network(*links)
    with pytest.raises(DoneError):
        await connected.run()
    assert connected.resumed == resumed
    assert [options.get("initial") for options in connected.attempts if not options.get("resume")][:1] == [True]
    assert "secret" not in caplog.text


async def test_the_address_for_resuming_is_tried_once(network: Callable[..., Network]) -> None:
    connected = network(Link(ENDED), *[Link(OSError(), opens=False)] * 2)
    with pytest.raises(DoneError):
        await connected.run()
    assert [options["gateway"] for options in connected.attempts[1:]] == ["resume address", None, None]


async def test_a_long_outage_is_logged_once(network: Callable[..., Network], caplog: pytest.LogCaptureFixture) -> None:
    connected = network(Link(ENDED, 90.0), *[Link(OSError(), opens=False)] * 50)
    with caplog.at_level(logging.WARNING), pytest.raises(DoneError):
        await connected.run()
    assert [record.getMessage().split(".")[0] for record in caplog.records] == [
        "Shard 0: the connection failed (OSError)"
    ]
    assert max(connected.waits) <= MAX_WAIT_SECONDS


async def test_sessions_that_end_at_login_are_told_and_stopped(
    network: Callable[..., Network], caplog: pytest.LogCaptureFixture
) -> None:
    connected = network(*[Link(INVALID)] * 40, remaining=RESERVED_LOGINS)
    with caplog.at_level(logging.ERROR), pytest.raises(DiscordConnectionError, match="50 more logins today"):
        await connected.run()
    assert len(connected.attempts) == MAX_FAILED_LOGINS
    [record] = caplog.records
    assert record.getMessage().startswith("Shard 0: Discord ended 3 sessions in a row")


async def test_an_outage_counts_as_no_login(network: Callable[..., Network], caplog: pytest.LogCaptureFixture) -> None:
    connected = network(*[Link(OSError(), opens=False)] * 10, remaining=0)
    with caplog.at_level(logging.ERROR), pytest.raises(DoneError):
        await connected.run()
    assert caplog.records == []


async def test_a_good_connection_forgets_failed_logins(network: Callable[..., Network]) -> None:
    links = chain.from_iterable(repeat([Link(INVALID), Link(INVALID, GOOD_CONNECTION_SECONDS)], 10))
    connected = network(*links, remaining=0)
    with pytest.raises(DoneError):
        await connected.run()
    assert len(connected.attempts) == 21


def test_a_start_with_few_logins_left_is_refused() -> None:
    check_logins_left(11, 10, "")
    with pytest.raises(DiscordConnectionError, match="stopped before it resets the token"):
        check_logins_left(10, 10, "")


@pytest.mark.parametrize("code", [4004, 4010, 4011, 4012, 4013, 4014])
async def test_a_final_close_code_ends_the_shard(network: Callable[..., Network], code: int) -> None:
    closed = discord.ConnectionClosed(Mock(close_code=code), shard_id=0)
    expected = discord.PrivilegedIntentsRequired if code == 4014 else discord.ConnectionClosed
    with pytest.raises(expected):
        await network(Link(closed)).run()


@pytest.mark.parametrize("phase", ["connecting", "reading", "waiting", "waiting for a turn"])
async def test_cancellation_ends_a_shard_in_every_phase(
    network: Callable[..., Network], monkeypatch: pytest.MonkeyPatch, phase: str
) -> None:
    connected, reached = network(Link(ENDED), Link(ENDED)), asyncio.Event()
    turn = asyncio.Lock()

    async def hang(*_: Any, **__: Any) -> None:
        reached.set()
        await asyncio.Event().wait()

    match phase:
        case "connecting":
            monkeypatch.setattr(GatewaySocket, "from_client", hang)
        case "reading":
            monkeypatch.setattr(Link, "poll_event", hang)
        case "waiting":
            monkeypatch.setattr("bot.client.gateway.asyncio.sleep", hang)
        case _:
            await turn.acquire()
            reached.set()
    running = asyncio.create_task(Shard(connected.client, 0, turn, is_first=True).run())
    await reached.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
