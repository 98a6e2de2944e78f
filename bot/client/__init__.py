"""The bot connected to Discord, and what runs beside it."""
