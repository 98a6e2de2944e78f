"""The corpus: the examples of all loaded pages, derived from their sources, read-only for the bot."""
