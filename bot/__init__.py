"""Big Run: serves the examples of TV Tropes pages on Discord, spoilers safely hidden."""
