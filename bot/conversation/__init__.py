"""Use cases shared by commands and buttons."""
