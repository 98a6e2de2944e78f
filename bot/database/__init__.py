"""SQLite connections, and what all databases share."""
