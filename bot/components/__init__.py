"""Discord's component JSON and custom_ids, free of our texts."""
