"""Where the library finds Discord."""

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route


@contextmanager
def at(address: str) -> Iterator[None]:
    """Connect the library to the Discord at an address. Nothing else differs from a bot at the real one."""
    gateway = yarl.URL(address.replace("http", "ws", 1)).with_path("/gateway/")
    with patch.object(Route, "BASE", address), patch.object(DiscordWebSocket, "DEFAULT_GATEWAY", gateway):
        yield
