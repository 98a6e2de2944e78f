"""Page source to model: pure and total. No input or output, no clock, and any text gives a page without an error."""
