"""What is around an example that the bot posts by itself."""

from bot.components import builders
from bot.components.custom_ids import ExampleRequest
from bot.render.cards import Card, plain_label
from bot.render.markdown import Markdown
from bot.render.texts import daily as daily_texts

MAX_POST_TITLE = 100  # Discord's limit for the name of a thread


def post_title(title: str) -> str:
    """Return an example's title for a forum's post. Nothing in it can be hidden, so it must be visible text."""
    return plain_label(title, MAX_POST_TITLE)


def add_daily_frame(card: Card, another: ExampleRequest, footer: Markdown, mention: Markdown) -> Card:
    """Add what pings a role, if any, the moderators' button to replace the example, and what it is."""
    card.add_row(builders.button(daily_texts.SHOW_ANOTHER(), another.custom_id, emoji="⏭️")).add_footer(footer)
    return card.add_mention(mention) if mention else card
