"""Keep the shards connected to Discord.

discord.py's own loop swallows cancellation, waits up to 17 minutes, and ends the process at a frame it cannot read.
"""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any, NamedTuple

import discord
from discord.gateway import ReconnectWebSocket

from bot.client.backoff import GOOD_CONNECTION_SECONDS, Backoff
from bot.errors import DiscordConnectionError
from bot.interactions.library_internals import GatewaySocket, UnreadableFrameError, add_shard, set_shards

CONNECT_TIMEOUT_SECONDS = 180.0  # includes other processes' turns to log in
# Close codes that Discord repeats at every login: token, shards, version or intents are wrong.
FINAL_CLOSE_CODES = (4004, 4010, 4011, 4012, 4013, 4014)
INTENTS_CLOSE_CODE = 4014
MAX_FAILED_LOGINS = 3  # in a row, before the log tells the operator
# Of Discord's daily limit. Beyond it, Discord resets the token.
RESERVED_LOGINS, RESERVED_LOGINS_AT_START = 50, 10
log = logging.getLogger(__name__)

Client = discord.AutoShardedClient


class Session(NamedTuple):
    """What it takes to resume a session."""

    session: str
    sequence: int | None
    gateway: Any


class Shard:
    """A shard that reconnects whenever its connection ends. discord.py treats it like its own shards.

    Attributes:
        ws: The newest connection, once there is one.
        problem: Why the last connection ended, or empty.
    """

    def __init__(self, client: Client, shard_id: int, login_turn: asyncio.Lock, *, is_first: bool) -> None:
        self.id, self.ws, self.problem = shard_id, None, ""
        self._client, self._login_turn, self._is_initial = client, login_turn, is_first
        self._backoff, self._logged = Backoff(), set[str]()
        self._session: Session | None = None
        self._failed_logins = 0

    ws: GatewaySocket | None

    @property
    def is_ready(self) -> bool:
        """Whether Discord sends events now."""
        return self.ws is not None and self.ws.open and self.ws.ready_since is not None

    async def run(self) -> None:
        """Stay connected.

        Raises:
            DiscordException: Discord ended the connection for good.
            DiscordConnectionError: Discord will not accept many more logins today.
        """
        while True:
            previous = self.ws
            try:
                await self._connect()
                while self.ws:
                    await self.ws.poll_event()
            except (DiscordConnectionError, asyncio.CancelledError):
                raise
            except Exception as error:  # noqa: BLE001 - Discord may send anything
                raise_if_final(error, self.id)
                await self._wait_after(error, None if self.ws is previous else self.ws)

    async def close(self) -> None:
        """End the session. Called by the library too."""
        if self.ws:
            await self.ws.close(code=1000)

    async def _connect(self) -> None:
        session = self._session
        async with nullcontext() if session else self._login_turn:
            if session is None:
                await self._check_failed_logins()
            options = {"resume": True, **session._asdict()} if session else {"initial": self._is_initial}
            async with asyncio.timeout(CONNECT_TIMEOUT_SECONDS):
                self.ws = await GatewaySocket.from_client(self._client, shard_id=self.id, **options)
        self._is_initial = False
        self._failed_logins += session is None
        add_shard(self._client, self.id, self)

    async def _check_failed_logins(self) -> None:
        """Tell the operator that sessions end as soon as they begin, and stop before the day's limit."""
        if self._failed_logins < MAX_FAILED_LOGINS:
            return
        if self._failed_logins == MAX_FAILED_LOGINS:
            log.error(
                "Shard %d: Discord ended %d sessions in a row within a minute of login (%s). Logging in more slowly. "
                "Check Discord's status, and whether the bot runs elsewhere.",
                self.id, MAX_FAILED_LOGINS, self.problem,
            )  # fmt: skip
        limits = await self._client.fetch_session_start_limits()
        check_logins_left(limits.remaining, RESERVED_LOGINS, self.problem)

    async def _wait_after(self, error: Exception, ended: GatewaySocket | None) -> None:
        """Choose between resuming and logging in, and wait. `ended` is the connection, if there was one."""
        ready_since = ended.ready_since if ended else None
        good_seconds = asyncio.get_running_loop().time() - ready_since if ready_since is not None else 0.0
        if good_seconds >= GOOD_CONNECTION_SECONDS:
            self._failed_logins = 0
            self._logged.clear()
        wait = self._backoff.next_wait(good_seconds)
        self._session = self._session_after(error, ended)
        self.problem = describe(error)
        self._log(error, wait)
        await asyncio.sleep(wait)

    def _session_after(self, error: Exception, ended: GatewaySocket | None) -> Session | None:
        is_repeated = self._backoff.failures > 1
        if isinstance(error, ReconnectWebSocket) and not error.resume:
            return None
        if isinstance(error, UnreadableFrameError) and (is_repeated or ended is None or ended.ready_since is None):
            return None  # Discord would send the frame again
        known = self._session
        if ended and ended.ready_since is not None and ended.session_id:
            known = Session(ended.session_id, ended.sequence, ended.gateway)
        # The address for resuming may be what fails. The usual one works as well.
        return known._replace(gateway=None) if known and is_repeated else known

    def _log(self, error: Exception, wait: float) -> None:
        """Log a cause once until the connection was good. Discord asks for a new connection several times a day."""
        is_usual = isinstance(error, ReconnectWebSocket) and self._backoff.failures == 1
        level = logging.INFO if is_usual or self.problem in self._logged else logging.WARNING
        self._logged.add(self.problem)
        log.log(level, "Shard %d: %s. Connecting again in %.0f s.", self.id, self.problem, wait)


class Gateway:
    """The shards of this process."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._is_closing = False
        self._tasks: list[asyncio.Task[None]] = []
        self.shards: list[Shard] = []

    async def run(self, shard_ids: Sequence[int] | None, shard_count: int | None) -> None:
        """Keep shards connected until `close`. Without a count, run as many as Discord recommends.

        Raises:
            DiscordException: Discord ended a connection for good.
            DiscordConnectionError: Discord will not accept many more logins today.
        """
        if shard_count is None:
            shard_count, _, limits = await self._client.http.get_bot_gateway()
            check_logins_left(limits["remaining"], RESERVED_LOGINS_AT_START, "they were used up before")
        if self._is_closing:
            return
        shard_ids = shard_ids or range(shard_count)
        set_shards(self._client, shard_ids, shard_count)
        login_turn = asyncio.Lock()
        self.shards = [Shard(self._client, id_, login_turn, is_first=id_ == shard_ids[0]) for id_ in shard_ids]
        self._tasks = [asyncio.create_task(shard.run()) for shard in self.shards]
        try:
            await asyncio.gather(*self._tasks)
        except asyncio.CancelledError:
            if not self._is_closing:
                raise
        finally:
            await self._cancel()

    async def close(self) -> None:
        """End the sessions. Safe to repeat."""
        self._is_closing = True
        await self._cancel()
        await asyncio.gather(*(shard.close() for shard in self.shards))

    async def _cancel(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


def raise_if_final(error: Exception, shard_id: int) -> None:
    """Raise a close code that Discord would repeat at every login."""
    if isinstance(error, discord.ConnectionClosed) and error.code in FINAL_CLOSE_CODES:
        raise discord.PrivilegedIntentsRequired(shard_id) if error.code == INTENTS_CLOSE_CODE else error


def check_logins_left(remaining: int, reserved: int, reason: str) -> None:
    """Raise DiscordConnectionError if few logins are left."""
    if remaining <= reserved:
        raise DiscordConnectionError(
            f"Discord accepts only {remaining} more logins today ({reason}), so the bot stopped before it resets the "
            "token. Check whether the bot runs elsewhere, and start again tomorrow."
        )


def describe(error: Exception) -> str:
    """Return why a connection ended, without text from Discord."""
    match error:
        case ReconnectWebSocket(resume=True):
            return "the connection ended"
        case ReconnectWebSocket():
            return "Discord ended the session"
        case UnreadableFrameError():
            return str(error)
        case discord.ConnectionClosed(code=code):
            return f"the connection was closed (code {code})"
    return f"the connection failed ({type(error).__name__})"
