"""SQLite connections, and what every database of ours shares."""
