"""The real bot in a simulated Discord. Everything it sends and logs is checked after every test."""

import json
import logging
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import AsyncMock, Mock
from weakref import WeakKeyDictionary

import discord
import pytest
import pytest_asyncio
import simcord

from bot.cli.logs import JsonFormatter, quieten_libraries
from bot.client.bot import TropeBot, create_bot
from bot.components.custom_ids import SettingAction, SettingRequest
from bot.conversation.help import HelpHints
from bot.model import Page, hidden_texts, visible_text
from bot.render.markdown import NO_TEXT
from bot.settings import Settings
from tests.discord_rules.openapi import schema_errors
from tests.discord_rules.rules import Request, violations
from tests.e2e.message_view import menu, walk
from tests.markdown_renderers.all_renderers import Renderers
from tests.translated_commands import translate_once

RATE_LIMIT = (10_000, 20.0)


@dataclass(frozen=True)
class ServerRig:
    """A server with a channel, two members, and one who manages it."""

    env: simcord.Env
    channel: Any
    ann: Any
    ben: Any
    mod: Any

    @property
    def bot(self) -> TropeBot:
        assert isinstance(self.env.bot, TropeBot)
        return self.env.bot

    @property
    def guild(self) -> Any:
        return self.channel.guild

    async def ask(self, command: str, member: Any = None, location: Any = None, **options: Any) -> Any:
        """Return what `/bigrun <command>` answers a member, who is `ann` if not named."""
        result = await (member or self.ann).slash(location or self.channel, f"bigrun {command}", **options)
        return result.response

    async def offered(self, command: str, option: str, typed: str, **filled: Any) -> list[Any]:
        """Return the values that `/bigrun <command>` offers while an option is typed."""
        choices = await self.ann.autocomplete(self.channel, f"bigrun {command}", option, typed, **filled)
        return [choice["value"] for choice in choices]

    async def use_menu(self, name: str, message: Any, member: Any = None) -> Any:
        """Return what an entry of a message's context menu answers."""
        return (await (member or self.ann).context_menu(self.channel, name, target=message)).response

    async def press(self, message: Any, label: str | None = None, member: Any = None, **button: str) -> Any:
        """Return the answer to a button, named by its label or `custom_id`."""
        return (await (member or self.ann).click(message.message, label=label, **button)).response

    async def forge(self, message: Any, custom_id: str, member: Any = None) -> Any:
        """Put a button in the place of a control, as a modified client could, and return what it brings."""
        stored = self.env.backend.get_message(message.channel_id, message.id)
        control = next(c for c in walk(stored.components) if "custom_id" in c)
        control.update(type=2, style=2, label="forged", custom_id=custom_id)
        return await self.press(message, member=member, custom_id=custom_id)

    async def open_entry(self, message: Any, index: int, member: Any = None) -> Any:
        """Return the example that is opened from a list."""
        entries = menu(message)
        return await self.select(message, entries["custom_id"], [entries["options"][index]["value"]], member)

    async def select(self, message: Any, custom_id: str, values: list[Any], member: Any = None) -> Any:
        """Return the answer to values chosen in a menu."""
        return (await (member or self.ann).select(message.message, custom_id=custom_id, values=values)).response

    async def open_settings(self) -> Any:
        return await self.ask("settings", self.mod)

    async def change_setting(self, action: SettingAction, values: list[Any]) -> Any:
        """Return the server's settings after values were chosen in the menu of that action."""
        return await self.select(await self.open_settings(), SettingRequest(action).custom_id, values, self.mod)

    async def fill(self, message: Any, custom_id: str, member: Any = None, **values: str) -> Any:
        """Press a button that opens a modal, and return the answer to the submitted modal."""
        modal = await (member or self.ann).click(message.message, custom_id=custom_id)
        return (await (member or self.ann).submit_modal(modal, values)).response

    async def restart(self, settings: Settings) -> None:
        """Close the bot, and start another in its place."""
        await self.bot.close()
        await self.env.restart_bot(create_bot(settings, rate_limit=RATE_LIMIT))


@asynccontextmanager
async def simulated_discord(settings: Settings, **options: Any) -> AsyncIterator[simcord.Env]:
    """Run a bot in a simulated Discord. Close it in the end, or the one that took its place."""
    with pytest.MonkeyPatch.context() as patch:
        # Poll a starting bot every 2 ms, not every 50.
        patch.setattr(simcord.Env, "_validate_idle", staticmethod(lambda _: 0.002))
        patch.setattr("bot.client.bot.load_languages", Mock())  # they are there, and it takes as long as all else
        translate_once(patch)
        env = simcord.Env(create_bot(settings, rate_limit=RATE_LIMIT), **options)
        await env.start()
        try:
            yield env
        finally:
            await env.shutdown()
            assert isinstance(env.bot, TropeBot)
            await env.bot.close()
        if env.check_errors:
            env._raise_errors_since(env._errors_acknowledged)


@pytest.fixture(autouse=True)
def without_hints(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the hint to the help, which the first answer in each server would have."""
    monkeypatch.setattr(HelpHints, "claim", AsyncMock(return_value=NO_TEXT))


@pytest.fixture
def settings(corpus_path: Path, tmp_path: Path, tables_at_hand: None) -> Settings:
    return Settings(corpus_path=corpus_path, state_location=tmp_path / "state.db", shard_count=1)


@pytest.fixture
async def simcord_env(settings: Settings, request: pytest.FixtureRequest) -> AsyncIterator[simcord.Env]:
    marker = request.node.get_closest_marker("simcord")
    async with simulated_discord(settings, **marker.kwargs if marker else {}) as env:
        yield env


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared_env(corpus_path: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[simcord.Env]:
    """Run one bot for a module whose tests only read, each in a server of its own.

    Such a module sets `pytestmark = pytest.mark.asyncio(loop_scope="module")` and `simcord_env = shared_env`.
    """
    state = tmp_path_factory.mktemp("shared") / "state.db"
    async with simulated_discord(Settings(corpus_path=corpus_path, state_location=state, shard_count=1)) as env:
        yield env


@pytest.fixture
def server(simcord_env: simcord.Env) -> ServerRig:
    return open_server(simcord_env)


def open_server(env: simcord.Env) -> ServerRig:
    """Create a server with a channel and three members, the last of whom may manage it."""
    guild = env.create_guild("Trope Club")
    role = guild.create_role("managers", permissions=discord.Permissions(manage_guild=True))
    ann, ben, mod = (
        guild.add_member(env.create_user(name), roles=[role] if name == "mod" else []) for name in ("ann", "ben", "mod")
    )
    return ServerRig(env, guild.create_text_channel("general"), ann, ben, mod)


@pytest.fixture(scope="session")
def secrets(big_heroic_run: Page) -> tuple[str, ...]:
    """Return what the real page hides, in pieces of four words, without those that it shows elsewhere."""
    parts = [part for example in big_heroic_run.examples for part in example.parts]
    hidden = [text for part in parts for text in hidden_texts(part)]
    assert len(hidden) == 14
    visible = " ".join(_words(visible_text(part.spans)) for part in (*parts, *big_heroic_run.trope.description))
    return tuple([piece for text in hidden for piece in _pieces(text) if f" {piece} " not in f" {visible} "])


@pytest.fixture(scope="session")
def renderers() -> Iterator[Renderers]:
    with Renderers() as renderers:
        yield renderers


_CHECKED_REQUESTS: WeakKeyDictionary[simcord.Env, int] = WeakKeyDictionary()


@pytest.fixture(autouse=True)
def check_discord_rules(
    request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture, secrets: tuple[str, ...], renderers: Renderers
) -> Iterator[None]:
    """Check what a test made the bot send or log against Discord's rules and the spoiler promise.

    The mark ``plain`` names a work whose spoilers may be seen in private answers.
    """
    marker = request.node.get_closest_marker("plain")
    revealed = _hidden_pieces(request.getfixturevalue("big_heroic_run"), *marker.args) if marker else []
    caplog.set_level(logging.DEBUG)
    quieten_libraries()
    env = request.getfixturevalue("simcord_env") if "simcord_env" in request.fixturenames else None
    yield
    formatter = JsonFormatter()
    for record in caplog.records:
        assert not _leaks(record.getMessage(), secrets)
        assert not _leaks(formatter.format(record), secrets)
    if env is None:
        return
    for entry in env.http_requests[_CHECKED_REQUESTS.get(env, 0) :]:
        sent = Request.from_log(entry)
        assert _violations(sent.method, sent.path, json.dumps(sent.json)) == []
        assert set(_visible_leaks(sent.json, renderers, secrets)) <= set(revealed)
    _CHECKED_REQUESTS[env] = len(env.http_requests)
    if revealed:
        messages = [message for channel in env.backend.messages.values() for message in channel.values()]
        for message in messages:
            assert message.is_ephemeral or not [*_visible_leaks(message.components, renderers, secrets)]


@cache
def _violations(method: str, path: str, body: str) -> list[str]:
    """Return the violations of a request. Cached: each bot sends the same commands."""
    sent = Request(method, path, json.loads(body))
    return [*violations(sent), *schema_errors(sent)]


def _hidden_pieces(page: Page, title: str) -> list[str]:
    """Return the pieces of what the page hides in its examples of a work."""
    examples = [example for example in page.examples if title in {work.title for work in example.works}]
    hidden = [text for example in examples for part in example.parts for text in hidden_texts(part)]
    assert hidden, f"nothing is hidden about {title}"
    return [piece for text in hidden for piece in _pieces(text)]


def _visible_leaks(value: Any, renderers: Renderers, secrets: tuple[str, ...]) -> Iterator[str]:
    """Yield the hidden pieces that a member can read in a request body outside of spoiler tags."""
    for text in _strings(value):
        for visible in _visible(text, renderers) if "||" in text else [text]:
            yield from _leaks(visible, secrets)


@cache
def _visible(text: str, renderers: Renderers) -> list[str]:
    return [*renderers.visible(text).values()]


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _strings(inner)


@cache
def _leaks(text: str, secrets: tuple[str, ...]) -> list[str]:
    plain = f" {_words(text)} "
    return [piece for piece in secrets if f" {piece} " in plain]


def _pieces(text: str) -> list[str]:
    """Return every four words in a row of a text, or the whole of a shorter one."""
    words = _words(text).split()
    return [" ".join(words[start : start + 4]) for start in range(max(1, len(words) - 3))]


def _words(text: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", text.replace("'", "").replace("\\", "").casefold()))


def sent_commands(env: simcord.Env) -> list[str]:
    """Return the bodies of the requests that registered commands."""
    return [json.dumps(entry.json) for entry in env.http_requests if entry.method == "PUT" and "commands" in entry.path]
