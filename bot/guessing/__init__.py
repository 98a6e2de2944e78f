"""Guess the work: what of an example can be shown, and whether a guess names its work. Pure."""
