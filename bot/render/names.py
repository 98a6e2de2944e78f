"""Names of works, media, tropes and members in a card, cut so that the card fits however much of them is escaped."""

from bot.components.limits import discord_length
from bot.render.markdown import Markdown, escape
from bot.render.truncate import truncate

# A card has room for one title, a text of 2,800 characters, and each of the others as often as it shows them.
TITLE_LENGTH, SCOPE_LENGTH, MEDIUM_LENGTH = 200, 100, 60
ROW_LENGTH = 100  # of the title of a row in a list
LISTED_LENGTH = 50  # of one of a few in a sentence
SHORT_LENGTH = 30  # of one of many
ESCAPED_RATIO = 1.2  # of a name's length, escaped


def fit_name(name: str, max_length: int) -> Markdown:
    """Return a name, cut to at most `max_length` (20 or more) and escaped to little more."""
    if 2 * len(name) <= max_length:  # escaping adds at most as much
        return escape(name)
    length, max_escaped = max_length, int(ESCAPED_RATIO * max_length)
    while (over := discord_length(escaped := escape(truncate(name, length))) - max_escaped) > 0:
        length -= max(1, over // 2)
    return escaped
