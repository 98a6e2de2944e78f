"""The bot connected to Discord, and what runs beside it."""

from bot.client.bot import create_bot

__all__ = ["create_bot"]
