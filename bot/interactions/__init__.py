"""Answer each interaction once and in time."""
