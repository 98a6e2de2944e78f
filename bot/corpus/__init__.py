"""The corpus: the examples of all loaded pages, read-only for the bot."""
