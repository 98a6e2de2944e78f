"""A Discord of our own on 127.0.0.1, for the real bot to connect to: real HTTP, a real gateway, nothing patched.

    async with loopback() as discord:
        ...                                     # start a bot with `discord.address` and `world.TOKEN`
        await discord.gateway.ready()
        asked = await discord.slash("bigrun random", private=True)
        kind, data, delay = await asked.first_answer()
        message = await asked.answer()

The bot may run in the same process (`tests.loopback.running.at`) or in another
(`python -m tests.loopback.start ADDRESS run`).
It stands on one port, stops with the block, and serves nobody else.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from tests.loopback.clock import Clock
from tests.loopback.event_log import WAIT_TIMEOUT_SECONDS, EventLog
from tests.loopback.fault_injection import Faults
from tests.loopback.gateway import Gateway, Session
from tests.loopback.guilds import ANN, HERE, TOKEN, Location, LoopbackGuilds, Member, pressed, submitted
from tests.loopback.interactions import COMMAND, COMPONENT, SUBMIT, TYPING, LoopbackInteractions, SentInteraction, walk
from tests.loopback.rest import Request, Rest

Json = dict[str, Any]
BUTTON, MENU, TEXT = 2, 3, 10


class Discord:
    """The whole of it; made by `loopback`.

    Attributes:
        address: Where its API stands, for `Route.BASE`.
        clock: Its time.
        faults: How it answers the next requests.
        gateway: Its gateway.
        guilds: Its servers and members.
        interactions: Its interactions and messages.
    """

    def __init__(self) -> None:
        self.clock = Clock()
        self.guilds = LoopbackGuilds(self.clock)
        self.interactions = LoopbackInteractions(self.clock, self.guilds.bot_user)
        self.faults = Faults()
        self.gateway = Gateway(TOKEN, self._welcome)
        self.rest = Rest(self.guilds, self.interactions, self.clock, self.faults)
        self.address = ""

    @property
    def requests(self) -> EventLog[Request]:
        """What was asked over HTTP."""
        return self.rest.requests

    def asked_for(self, name: str) -> list[Request]:
        """Returns the requests of that name."""
        return self.requests.all(lambda request: request.name == name)

    async def tried(self, count: int) -> None:
        """Waits until a first answer was tried to so many interactions, however often to each."""
        async with asyncio.timeout(WAIT_TIMEOUT_SECONDS):
            while len({request.path for request in self.asked_for("callback")}) < count:
                await self.requests.changed()

    # --- what members do

    async def slash(
        self, command: str, who: Member = ANN, where: Location = HERE, **options: str | int
    ) -> SentInteraction:
        """Uses a slash command: "bigrun random"."""
        return await self.send(COMMAND, self.guilds.slash(command, options), who, where)

    async def type(
        self, command: str, focused: str, who: Member = ANN, where: Location = HERE, **options: str | int
    ) -> SentInteraction:
        """Types one of the options of a command, and wants to be offered choices."""
        return await self.send(TYPING, self.guilds.slash(command, options, focused), who, where)

    async def use_menu(self, name: str, message: Json, who: Member = ANN, where: Location = HERE) -> SentInteraction:
        """Uses an entry of a message's menu."""
        return await self.send(COMMAND, self.guilds.menu(name, message), who, where)

    async def press(
        self,
        message: Json,
        custom_id: str,
        who: Member = ANN,
        where: Location = HERE,
        *,
        values: list[str] | None = None,
    ) -> SentInteraction:
        """Presses a button of a message, or chooses values in a menu of it."""
        kind = BUTTON if values is None else MENU
        return await self.send(COMPONENT, pressed(custom_id, kind, values), who, where, message)

    async def submit(
        self,
        custom_id: str,
        typed: dict[str, str],
        message: Json | None = None,
        who: Member = ANN,
        where: Location = HERE,
    ) -> SentInteraction:
        """Sends a form."""
        return await self.send(SUBMIT, submitted(custom_id, typed), who, where, message)

    async def send(
        self, kind: int, data: Json, who: Member = ANN, where: Location = HERE, message: Json | None = None
    ) -> SentInteraction:
        """Sends an interaction of any kind to the bot."""
        asked = self.make(kind, data, who, where, message)
        await self.deliver(asked)
        return asked

    def make(
        self, kind: int, data: Json, who: Member = ANN, where: Location = HERE, message: Json | None = None
    ) -> SentInteraction:
        """Makes an interaction, to be delivered later."""
        return self.interactions.open(kind, self.guilds.interaction(kind, data, who, where, message))

    async def deliver(self, asked: SentInteraction, times: int = 1) -> None:
        """Tells the bot of an interaction."""
        guild = int(asked.payload.get("guild_id") or 0) or None
        await self.gateway.tell("INTERACTION_CREATE", asked.payload, guild, times=times)

    def _welcome(self, session: Session) -> Json:
        return self.guilds.ready(session.id, session.shard, session.shards, self.rest.gateway)


@asynccontextmanager
async def loopback(*, shards: int = 1) -> AsyncIterator[Discord]:
    """Opens a Discord on any free port of 127.0.0.1, for the time of the block."""
    discord = Discord()
    discord.rest.shards = shards
    application = web.Application()
    discord.rest.add_to(application.router)
    application.router.add_get("/gateway/", discord.gateway.connect)
    runner = web.AppRunner(application, shutdown_timeout=0, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        _, port = runner.addresses[0]
        discord.address = f"http://127.0.0.1:{port}/api/v10"
        discord.rest.gateway = f"ws://127.0.0.1:{port}/gateway/"
        yield discord
    finally:
        discord.rest.end()
        discord.gateway.drop()
        await runner.cleanup()


def buttons(message: Json) -> dict[str, str]:
    """Returns the custom_ids of a message's buttons by their labels."""
    found = [c for c in walk(message["components"]) if c["type"] == BUTTON and "custom_id" in c]
    return {button.get("label") or button["emoji"]["name"]: button["custom_id"] for button in found}


def text(message: Json) -> str:
    """Returns all text that a message shows."""
    shown = [message.get("content"), *(c["content"] for c in walk(message["components"]) if c["type"] == TEXT)]
    return "\n".join(filter(None, shown))
