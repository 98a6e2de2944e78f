"""Answer each interaction once, and in Discord's three seconds."""
