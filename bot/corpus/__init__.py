"""The corpus: the examples of all loaded pages. The bot only reads it."""
