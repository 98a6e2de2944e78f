"""Discord's length limits, and how it counts length.

Source: Discord's documentation of messages, components and commands, as of August 2026.
"""

MAX_MESSAGE_TEXT = 4000  # sum of a message's text displays
MAX_COMPONENTS = 40  # nested ones included
MAX_BUTTONS = 5  # in a row
MAX_BUTTON_LABEL = 80
MAX_OPTION_LABEL = 100
MAX_OPTION_DESCRIPTION = 100
MAX_OPTIONS = 25
MAX_CUSTOM_ID = 100
MAX_CHOICE_NAME = 100
MAX_CHOICES = 25
# After about 99 spoilers in a message, clients reveal the rest.
MAX_SPOILER_TAGS = 90


def discord_length(text: str) -> int:
    """Return the larger of code points and UTF-16 units. Discord may count either."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2
