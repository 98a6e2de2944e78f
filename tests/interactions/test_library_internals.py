"""The private names of discord.py that the bot uses exist. A failure says what to adapt."""

import inspect

import discord
import pytest
from discord import app_commands
from discord.ext import commands
from discord.gateway import DiscordWebSocket, KeepAliveHandler
from discord.shard import Shard
from discord.webhook import async_

from bot.interactions.library_internals import checked_event

MODULE = "bot/interactions/library_internals.py"


@pytest.mark.parametrize(
    ("owner", "name", "user"),
    [
        pytest.param(app_commands.CommandTree, "_call", "WrappedCommandTree", id="a command tree's call"),
        pytest.param(discord.Interaction, "_cs_response", "set_response", id="an interaction's response"),
        pytest.param(discord.Interaction, "_session", "post_callback", id="an interaction's session"),
        pytest.param(async_, "async_context", "post_callback", id="the webhook adapter"),
        pytest.param(Shard, "ws", "bot/client/gateway.py", id="a shard's socket"),
        pytest.param(DiscordWebSocket.__init__, "_decompressor", "GatewaySocket", id="a socket's compression"),
        pytest.param(DiscordWebSocket.__init__, "_keep_alive", "GatewaySocket", id="a socket's heartbeat"),
        pytest.param(discord.utils, "_from_json", "from_json", id="the parser of frames"),
        pytest.param(discord.utils, "_to_json", "to_json", id="the writer of JSON"),
        pytest.param(discord.AutoShardedClient.__init__, "self.__shards", "add_shard", id="a client's shards"),
        pytest.param(discord.AutoShardedClient.launch_shards, "_connection.shard_ids", "set_shards", id="shard ids"),
        pytest.param(app_commands.CommandTree._from_interaction, "_call(", "WrappedCommandTree", id="a tree's caller"),
        pytest.param(KeepAliveHandler, "_last_ack", "seconds_since_heartbeat_ack", id="the last heartbeat"),
    ],
)
def test_private_names_of_the_library_exist(owner: type, name: str, user: str) -> None:
    slots = [slot for base in getattr(owner, "__mro__", ()) for slot in getattr(base, "__slots__", ())]
    exists = hasattr(owner, name) or name in slots or name in inspect.getsource(owner)
    assert exists, f"discord.py no longer has {name}: adapt {user} in {MODULE}"


def test_the_library_exposes_its_event_parsers() -> None:
    bot = commands.AutoShardedBot("!", intents=discord.Intents.none())
    parsers = bot._connection.parsers
    assert "INTERACTION_CREATE" in parsers, f"discord.py has other event parsers: adapt wrap_event_parsers in {MODULE}"


@pytest.mark.parametrize(
    ("frame", "event"),
    [
        ({"op": 0, "t": "READY", "s": 1, "d": {}}, "READY"),
        ({"op": 0, "t": "NEW", "d": None}, "NEW"),
        ({"op": 11}, None),
        ({"op": 99, "d": "of another version"}, None),
        ({"op": 10, "d": {"heartbeat_interval": 41250}}, None),
    ],
)
def test_readable_frames_are_passed_on(frame: dict[str, object], event: str | None) -> None:
    assert checked_event(frame) == event
