"""`/bigrun help`, links to commands, and the one hint that points to it."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, metadata

import discord
from discord import app_commands

from bot.components.custom_ids import ExampleRequest
from bot.errors import DatabaseError
from bot.interactions.response import NETWORK_ERRORS, Interaction
from bot.language import speaking, spoken_locales
from bot.render.cards import Card
from bot.render.help_card import help_card
from bot.render.markdown import NO_TEXT, Markdown
from bot.render.texts import help as texts
from bot.render.texts.commands import BIGRUN, HELP, typed
from bot.settings import INVITE_URL
from bot.state.hints import HintStore

FETCH_TIMEOUT_SECONDS, RETRY_SECONDS = 1.0, 60.0
CLAIM_TIMEOUT_SECONDS = 0.5
MAX_REMEMBERED = 10_000
PACKAGE, UNKNOWN_VERSION = "bigrun", "from source"
# The links of pyproject.toml that members see, by their labels there.
PROJECT_LINKS = {"Source": texts.SOURCE, "Privacy": texts.PRIVACY_POLICY}


class CommandLinks:
    """The ids of our commands, as Discord gave them. Asked for once if no sync told them."""

    def __init__(
        self,
        fetch: Callable[[], Awaitable[Iterable[app_commands.AppCommand]]],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._fetch, self._clock = fetch, clock
        self._ids: dict[str, int] = {}
        self._retry_at = 0.0
        self._lock = asyncio.Lock()

    def remember(self, commands: Iterable[app_commands.AppCommand]) -> None:
        """Take the ids over from what Discord said."""
        self._ids = {command.name: command.id for command in commands}

    def link(self, name: str) -> Markdown:
        """Return a link to `/bigrun <name>`, or plain text while its id is unknown."""
        return texts.command_link(name, self._ids.get(BIGRUN.name))

    async def all(self) -> dict[str, Markdown]:
        """Return the links that the help shows, by command. Discord is asked at most once a minute."""
        async with self._lock:
            if not self._ids and self._clock() >= self._retry_at:
                self._retry_at = self._clock() + RETRY_SECONDS
                with suppress(discord.DiscordException, *NETWORK_ERRORS):
                    async with asyncio.timeout(FETCH_TIMEOUT_SECONDS):
                        self.remember(await self._fetch())
        return {name: self.link(name) for name in texts.LINKED_COMMANDS}


class HelpHints:
    """The hint to `/bigrun help`, once in a server that has the bot, and once in a member's direct messages."""

    def __init__(self, store: HintStore, links: CommandLinks) -> None:
        self._store, self._links = store, links
        self._given: dict[tuple[int, int], None] = {}  # servers only, so that their answers ask no database

    async def claim(self, interaction: Interaction, card: Card, language: str) -> Markdown:
        """Return the hint if this place gets it now and the card has room, else nothing."""
        place = hint_place(interaction)
        if place is None or place in self._given:
            return NO_TEXT
        with speaking(language):
            hint = texts.hint(self._links.link("help"))
        if not card.has_room_for(hint):
            return NO_TEXT
        try:
            async with asyncio.timeout(CLAIM_TIMEOUT_SECONDS):
                is_first = await self._store.claim(*place)
        except (DatabaseError, TimeoutError):
            return NO_TEXT  # the answer matters more
        if interaction.guild_id:
            self._given[place] = None
        if len(self._given) > MAX_REMEMBERED:
            del self._given[next(iter(self._given))]
        return hint if is_first else NO_TEXT


async def answer_help(interaction: Interaction, draw: ExampleRequest, links: CommandLinks) -> None:
    """Privately show what the bot can do, and to moderators how to set it up."""
    addresses = {texts.ADD_ME(): INVITE_URL.format(interaction.application_id), **project_links()}
    can_manage = is_bot_member(interaction) and interaction.permissions.manage_guild
    card = help_card(await links.all(), draw, project_version(), addresses, can_manage=can_manage)
    await interaction.response.send_message(view=card, ephemeral=True)


def is_hint(footer: str) -> bool:
    """Return whether a footer, in any language, is the hint to the help."""
    # A link has the English name, and plain text the translated one.
    return f"{BIGRUN.name} {HELP.name}" in footer or any(name in footer for name in _names_of_help())


def _names_of_help() -> Iterator[str]:
    for locale in spoken_locales():
        with speaking(locale):
            yield typed(HELP.name)


def hint_place(interaction: Interaction) -> tuple[int, int] | None:
    """Return guild and member ids, one of them 0, or None where nothing may be stored."""
    if interaction.guild_id:
        return (interaction.guild_id, 0) if is_bot_member(interaction) else None
    return (0, interaction.user.id) if interaction.context.dm_channel else None


def is_bot_member(interaction: Interaction) -> bool:
    """Return whether the interaction is in a server that has the bot, not only a member who installed it."""
    return bool(interaction.guild_id) and (interaction.is_guild_integration() or not interaction.is_user_integration())


def project_version() -> str:
    """Return the version of the installed program."""
    try:
        return metadata(PACKAGE)["Version"]
    except PackageNotFoundError:
        return UNKNOWN_VERSION


def project_links() -> dict[str, str]:
    """Return the addresses that the project names, by the label of their button."""
    try:
        named = metadata(PACKAGE).get_all("Project-URL") or []
    except PackageNotFoundError:
        return {}
    pairs = [entry.partition(", ") for entry in named]
    return {PROJECT_LINKS[label](): url for label, _, url in pairs if label in PROJECT_LINKS}
