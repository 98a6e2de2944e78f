"""A Discord on 127.0.0.1 for the real bot: real HTTP, a real gateway, nothing patched.

    async with loopback() as discord:
        ...                                     # start a bot with `discord.address` and `guilds.TOKEN`
        await discord.gateway.ready()
        asked = await discord.slash("bigrun random", private=True)
        kind, data, delay = await asked.first_answer()
        message = await asked.answer()

The bot runs in the same process (`tests.loopback.running.started`) or in another one (`start`).
"""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from tests.loopback.clock import Clock
from tests.loopback.event_log import WAIT_TIMEOUT_SECONDS, EventLog
from tests.loopback.fault_injection import Faults
from tests.loopback.gateway import Gateway, Session
from tests.loopback.guilds import ANN, HERE, TOKEN, Location, LoopbackGuilds, Member, Option, pressed, submitted
from tests.loopback.interactions import COMMAND, COMPONENT, SUBMIT, TYPING, LoopbackInteractions, SentInteraction, walk
from tests.loopback.rest import Request, Rest

Json = dict[str, Any]
BUTTON, TEXT = 2, 10


class Discord:
    """A Discord, made by `loopback`. `address` is for `discord.http.Route.BASE`."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.guilds = LoopbackGuilds(self.clock)
        self.interactions = LoopbackInteractions(self.clock, self.guilds.bot_user)
        self.faults = Faults()
        self.gateway = Gateway(TOKEN, self._ready_event)
        self.rest = Rest(self.guilds, self.interactions, self.clock, self.faults)
        self.address = ""
        self.files: dict[str, bytes] = {}
        self.sends_files = asyncio.Event()
        self.sends_files.set()

    @property
    def requests(self) -> EventLog[Request]:
        return self.rest.requests

    def requests_named(self, name: str) -> list[Request]:
        return self.requests.all(lambda request: request.name == name)

    async def callbacks_tried(self, count: int) -> None:
        """Wait until the bot tried to answer that many interactions, however often each."""
        async with asyncio.timeout(WAIT_TIMEOUT_SECONDS):
            while len({request.path for request in self.requests_named("callback")}) < count:
                await self.requests.changed()

    # --- what members do

    def attach(self, name: str, data: bytes) -> Json:
        """Upload a file, and return the attachment."""
        number = str(self.clock.snowflake())
        self.files[number] = data
        url = f"{self.address}/files/{number}/{name}"
        return {"id": number, "filename": name, "size": len(data), "url": url, "proxy_url": url}

    async def slash(
        self, command: str, member: Member = ANN, location: Location = HERE, **options: Option
    ) -> SentInteraction:
        """Use a slash command, for example "bigrun random"."""
        return await self.send(COMMAND, self.guilds.slash(command, options), member, location)

    async def type(
        self, command: str, focused: str, member: Member = ANN, location: Location = HERE, **options: Option
    ) -> SentInteraction:
        """Type an option of a command, for autocomplete."""
        return await self.send(TYPING, self.guilds.slash(command, options, focused), member, location)

    async def use_menu(self, name: str, message: Json) -> SentInteraction:
        """Use a message's context menu."""
        return await self.send(COMMAND, self.guilds.menu(name, message))

    async def press(
        self, message: Json, custom_id: str, member: Member = ANN, location: Location = HERE
    ) -> SentInteraction:
        """Press a button of a message."""
        return await self.send(COMPONENT, pressed(custom_id, BUTTON, None), member, location, message)

    async def submit(self, custom_id: str, typed: dict[str, str], message: Json | None = None) -> SentInteraction:
        """Submit a modal."""
        return await self.send(SUBMIT, submitted(custom_id, typed), message=message)

    async def send(
        self, kind: int, data: Json, member: Member = ANN, location: Location = HERE, message: Json | None = None
    ) -> SentInteraction:
        """Send an interaction of any kind to the bot."""
        asked = self.make(kind, data, member, location, message)
        await self.deliver(asked)
        return asked

    def make(
        self, kind: int, data: Json, member: Member = ANN, location: Location = HERE, message: Json | None = None
    ) -> SentInteraction:
        """Make an interaction, to be delivered later."""
        return self.interactions.open(kind, self.guilds.interaction(kind, data, member, location, message))

    async def deliver(self, asked: SentInteraction, times: int = 1) -> None:
        """Deliver an interaction to the bot."""
        guild = int(asked.payload.get("guild_id") or 0) or None
        await self.gateway.dispatch("INTERACTION_CREATE", asked.payload, guild, times=times)

    async def send_file(self, request: web.Request) -> web.Response:
        """Send an attachment, once `sends_files` is set."""
        await self.sends_files.wait()
        return web.Response(body=self.files[request.match_info["number"]])

    def _ready_event(self, session: Session) -> Json:
        return self.guilds.ready(session.id, session.shard, session.shards, self.rest.gateway)


@asynccontextmanager
async def loopback(*, shards: int = 1, tls: ssl.SSLContext | None = None) -> AsyncIterator[Discord]:
    """Serve a Discord on a free port of 127.0.0.1, for the time of the block. With `tls`, its name is localhost."""
    discord = Discord()
    discord.rest.shards = shards
    application = web.Application()
    discord.rest.add_to(application.router)
    application.router.add_get("/gateway/", discord.gateway.connect)
    application.router.add_get("/api/v10/files/{number}/{name}", discord.send_file)
    runner = web.AppRunner(application, shutdown_timeout=0, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls).start()
        _, port = runner.addresses[0]
        secure, host = ("s", "localhost") if tls else ("", "127.0.0.1")
        discord.address = f"http{secure}://{host}:{port}/api/v10"
        discord.rest.gateway = f"ws{secure}://{host}:{port}/gateway/"
        yield discord
    finally:
        discord.rest.end()
        discord.gateway.drop()
        await runner.cleanup()


def buttons(message: Json) -> dict[str, str]:
    """Return the custom_ids of a message's buttons by their labels."""
    found = [c for c in walk(message["components"]) if c["type"] == BUTTON and "custom_id" in c]
    return {button.get("label") or button["emoji"]["name"]: button["custom_id"] for button in found}


def text(message: Json) -> str:
    """Return all text of a message."""
    shown = [message.get("content"), *(c["content"] for c in walk(message["components"]) if c["type"] == TEXT)]
    return "\n".join(filter(None, shown))
