"""The state: what servers and members chose, and what each channel has seen. Irreplaceable."""
