"""Set a daily example, let time pass, and read what was posted."""

from typing import Any

from bot.client.bot import TropeBot
from bot.conversation.daily_posts import DailyPoster
from tests.e2e import message_view
from tests.e2e.conftest import ServerRig

HOUR = 3600.0
UTC = {"zone": "UTC"}


async def set_daily(server: ServerRig, at: str = "18:30", member: Any = None, **options: Any) -> Any:
    return await server.ask("daily", member or server.mod, at=at, **{**UTC, **options})


def posts(server: ServerRig, channel: Any = None) -> list[Any]:
    """Returns what the bot posted by itself in a channel, oldest first."""
    messages = server.env.backend.messages[(channel or server.channel).id].values()
    me = server.env.backend.bot_user.id
    return [message for message in messages if message.author_id == me and message.interaction_metadata is None]


def buttons(message: Any) -> dict[str, Any]:
    """Returns the buttons of a card that stand beside a text, by their labels."""
    return {c["accessory"]["label"]: c["accessory"] for c in message_view.walk(message.components) if "accessory" in c}


def posted_texts(server: ServerRig) -> list[str]:
    return [message_view.text(post) for post in posts(server)]


def poster(server: ServerRig) -> DailyPoster:
    """Returns a poster of the bot's, as its loop has one, that looks at the simulated clock."""
    bot = server.env.bot
    assert isinstance(bot, TropeBot)
    return DailyPoster(bot.services, server.env.now)


async def to(server: ServerRig, hours: float) -> None:
    """Lets so many hours pass, the first from midnight, UTC, and the loop take one turn: all would take minutes."""
    server.env.backend.clock.advance(hours * HOUR)
    await poster(server).post_due()
