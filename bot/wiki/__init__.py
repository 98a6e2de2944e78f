"""Page source to model: pure and total. No input or output, no clock; any text gives a page, nothing is raised."""
