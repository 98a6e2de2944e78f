"""The real bot in a simulated Discord; everything it sends and logs is judged after every test."""

import json
import logging
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import discord
import pytest
import simcord

from bot.client.bot import TropeBot, create_bot
from bot.logs import JsonFormatter, quieten_libraries
from bot.model import Page, hidden_texts, visible_text
from bot.settings import Settings
from tests.discord_rules.openapi import schema_errors
from tests.discord_rules.rules import Request, violations
from tests.markdown_renderers.all_renderers import Renderers

POLL_SECONDS = 0.002
"""Seconds after which the simulated Discord looks again whether the bot still works at something."""


@dataclass(frozen=True)
class ServerRig:
    """A server with a channel, two members, and one who manages it."""

    env: simcord.Env
    channel: Any
    ann: Any
    ben: Any
    mod: Any

    async def ask(self, command: str, member: Any = None, **options: Any) -> Any:
        """Returns what `/bigrun <command>` answers."""
        result = await (member or self.ann).slash(self.channel, f"bigrun {command}", **options)
        return result.response

    async def press(self, message: Any, custom_id: str, member: Any = None) -> Any:
        """Returns what the press of a button brings."""
        result = await (member or self.ann).click(message.message, custom_id=custom_id)
        return result.response

    async def choose(self, message: Any, value: str, member: Any = None) -> Any:
        """Returns what a choice in the message's menu brings."""
        menu = next(c for row in message.components for c in row.get("components", []) if c["type"] == 3)
        return await self.select(message, menu["custom_id"], [value], member)

    async def select(self, message: Any, custom_id: str, values: list[Any], member: Any = None) -> Any:
        """Returns what choices in the menu of that custom_id bring."""
        result = await (member or self.ann).select(message.message, custom_id=custom_id, values=values)
        return result.response

    async def fill(self, message: Any, custom_id: str, member: Any = None, **values: str) -> Any:
        """Presses a button that opens a form, and returns what the filled form brings."""
        form = await (member or self.ann).click(message.message, custom_id=custom_id)
        result = await (member or self.ann).submit_modal(form, values)
        return result.response


@pytest.fixture
def fast_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets the simulated Discord notice soon that a bot has started.

    The first turn of a loop wakes nobody when it ends: the simulator would look again after 50 ms, at each start.
    """
    monkeypatch.setattr(simcord.Env, "_validate_idle", staticmethod(lambda _: POLL_SECONDS))


@pytest.fixture
def settings(corpus_path: Path, tmp_path: Path, tables_at_hand: None) -> Settings:
    return Settings(corpus_path=corpus_path, state_location=tmp_path / "state.db", shard_count=1)


@pytest.fixture
async def simcord_bot(settings: Settings, fast_start: None) -> AsyncIterator[TropeBot]:
    bot = create_bot(settings, rate_limit=(10_000, 20.0))
    yield bot
    await bot.close()


@pytest.fixture
def server(simcord_env: simcord.Env) -> ServerRig:
    return open_server(simcord_env, "Trope Club", "ann", "ben", "mod")


def open_server(env: simcord.Env, name: str, *members: str) -> ServerRig:
    """Makes a server with a channel and three members, the last of whom may manage it."""
    guild = env.create_guild(name)
    role = guild.create_role("managers", permissions=discord.Permissions(manage_guild=True))
    ann, ben = (guild.add_member(env.create_user(member)) for member in members[:2])
    mod = guild.add_member(env.create_user(members[2]), roles=[role])
    return ServerRig(env, guild.create_text_channel("general"), ann, ben, mod)


@pytest.fixture(scope="session")
def secrets(big_heroic_run: Page) -> list[str]:
    """What the real page hides, in pieces of four words, without those that it shows elsewhere."""
    parts = [part for example in big_heroic_run.examples for part in example.parts]
    found = [text for part in parts for text in hidden_texts(part)]
    assert len(found) == 14
    clear = " ".join(_words(visible_text(part.spans)) for part in (*parts, *big_heroic_run.trope.description))
    return [piece for text in found for piece in _pieces(_words(text)) if f" {piece} " not in f" {clear} "]


@pytest.fixture(scope="session")
def renderers() -> Iterator[Renderers]:
    with Renderers() as readers:
        yield readers


@pytest.fixture(autouse=True)
def check_discord_rules(
    request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture, secrets: list[str], renderers: Renderers
) -> Iterator[None]:
    """Holds whatever a test made the bot send or log against Discord's rules and the spoiler promise.

    The mark ``plain`` names a work whose spoilers may be seen in answers that a member sees alone.
    """
    marker = request.node.get_closest_marker("plain")
    shown = [] if marker is None else _pieces_of(request.getfixturevalue("big_heroic_run"), *marker.args)
    caplog.set_level(logging.DEBUG)
    quieten_libraries()
    env = request.getfixturevalue("simcord_env") if "simcord_env" in request.fixturenames else None
    yield
    for record in caplog.records:
        assert not _leaks(record.getMessage(), secrets)
        assert not _leaks(JsonFormatter().format(record), secrets)
    for entry in env.http_requests if env else ():
        sent = Request.from_log(entry)
        assert _faults(sent.method, sent.path, json.dumps(sent.json)) == []
        assert not [
            leak for text in _texts(sent.json, renderers) for leak in _leaks(text, secrets) if leak not in shown
        ]
    for message in _public_messages(env) if env and shown else ():
        assert not [leak for text in _texts(message.components, renderers) for leak in _leaks(text, secrets)]


@cache
def _faults(method: str, path: str, body: str) -> list[str]:
    """Returns what both judges find wrong with a request; each bot sends the same commands, which are judged once."""
    sent = Request(method, path, json.loads(body))
    return [*violations(sent), *schema_errors(sent)]


def _public_messages(env: simcord.Env) -> Iterator[Any]:
    for messages in env.backend.messages.values():
        yield from (message for message in messages.values() if not message.is_ephemeral)


def _pieces_of(page: Page, title: str) -> list[str]:
    """Returns the pieces of what the page hides in its examples about a work."""
    examples = [example for example in page.examples if title in {work.title for work in example.works}]
    hidden = [text for example in examples for part in example.parts for text in hidden_texts(part)]
    assert hidden, f"nothing is hidden about {title}"
    return [piece for text in hidden for piece in _pieces(_words(text))]


def _texts(value: Any, renderers: Renderers) -> Iterator[str]:
    """Yields what of a request body a member could see: every text in it, without what stands in spoiler tags."""
    for text in _strings(value):
        yield from renderers.visible(text).values() if "||" in text else [text]


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _strings(inner)


def _leaks(text: str, secrets: list[str]) -> list[str]:
    """Returns the pieces of hidden texts that stand in a text."""
    plain = f" {_words(text)} "
    return [piece for piece in secrets if f" {piece} " in plain]


def _pieces(words: str) -> list[str]:
    """Returns any four words in a row of a text, or the whole of a shorter one."""
    parts = words.split()
    return [" ".join(parts[at : at + 4]) for at in range(max(1, len(parts) - 3))]


def _words(text: str) -> str:
    plain = text.replace("'", "").replace("\\", "").casefold()
    return " ".join("".join(char if char.isalnum() else " " for char in plain).split())


def sent_commands(env: simcord.Env) -> list[str]:
    """Returns the bodies of the requests that registered commands."""
    return [json.dumps(entry.json) for entry in env.http_requests if entry.method == "PUT" and "commands" in entry.path]
