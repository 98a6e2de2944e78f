"""Discord's limits of every field the bot fills, in one table, and the measure they are counted in.

Source: Discord's documentation of messages, components and commands, as of August 2026.
"""

CARD_TEXT = 4000  # all text displays of a message together
COMPONENTS = 40  # nested ones included
BUTTON_LABEL = 80
OPTION_LABEL = 100
OPTION_DESCRIPTION = 100
OPTIONS = 25
CUSTOM_ID = 100
CHOICE_NAME = 100
CHOICES = 25
TITLE = 200  # our own: longer ones are cut
# After about 99 spoilers in a message the rest is shown in clear.
SPOILERS = 90


def size(text: str) -> int:
    """Returns how long Discord may count `text` to be: the larger of code points and UTF-16 units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2
