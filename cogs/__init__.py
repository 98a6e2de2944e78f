"""What members can do, one file a feature. discord.py loads these modules by name."""
