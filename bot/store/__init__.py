"""The databases: the corpus, derived and read-only for the bot, and the state, precious. SQL lives here alone."""
