"""The bot connected to Discord, its preview, and its health checks."""

from bot.client.bot import create_bot

__all__ = ["create_bot"]
