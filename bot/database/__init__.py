"""SQLite connections, and what all our databases share."""
