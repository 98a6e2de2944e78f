"""The state: what servers and members chose, and what each audience has seen."""
