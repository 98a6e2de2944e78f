"""Page to model: pure and total. No I/O, no clock, and no text raises an error."""
