"""Discord's limits of every field that the bot fills, and how to count lengths.

Source: Discord's documentation of messages, components and commands, as of August 2026.
"""

MAX_MESSAGE_TEXT = 4000  # all text displays of a message together
MAX_COMPONENTS = 40  # nested ones included
MAX_BUTTON_LABEL = 80
MAX_OPTION_LABEL = 100
MAX_OPTION_DESCRIPTION = 100
MAX_OPTIONS = 25
MAX_CUSTOM_ID = 100
MAX_CHOICE_NAME = 100
MAX_CHOICES = 25
MAX_TITLE = 200  # our own: longer ones are cut
# After about 99 spoilers in a message the rest is shown in clear.
MAX_SPOILER_TAGS = 90


def discord_length(text: str) -> int:
    """Return the length that Discord may count: the larger of code points and UTF-16 code units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2
