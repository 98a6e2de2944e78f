"""Set a daily example, let time pass, and read what was posted."""

from typing import Any

from bot.conversation.daily_posts import DailyPoster
from tests.e2e.conftest import ServerRig
from tests.e2e.message_view import text

HOUR = 3600.0


async def set_daily(server: ServerRig, at: str = "18:30", member: Any = None, **options: Any) -> Any:
    return await server.ask("daily", member or server.mod, at=at, **{"zone": "UTC", **options})


def posts(server: ServerRig, channel: Any = None) -> list[Any]:
    """Return what the bot posted by itself in a channel, oldest first."""
    messages = server.env.backend.messages[(channel or server.channel).id].values()
    mine = [message for message in messages if message.author_id == server.env.backend.bot_user.id]
    return [message for message in mine if message.interaction_metadata is None]


def posted_texts(server: ServerRig) -> list[str]:
    return [text(post) for post in posts(server)]


def poster(server: ServerRig) -> DailyPoster:
    """Return a poster as the bot's loop has one, with the simulated clock."""
    return DailyPoster(server.bot.serving, server.env.now)


async def advance(server: ServerRig, hours: float) -> None:
    """Let hours pass, counted from midnight UTC, then post what is due once: every turn of the loop takes minutes."""
    server.env.backend.clock.advance(hours * HOUR)
    await poster(server).post_due()
