"""Discord text and components from the model. Only this room escapes, hides and cuts."""
