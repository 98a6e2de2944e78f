"""Model to Discord text and components: the one place that escapes, hides and cuts."""
