"""The card that says what the bot can do."""

from collections.abc import Mapping

from bot.components import builders
from bot.components.custom_ids import Action, ExampleRequest
from bot.render.cards import BRAND_EMOJI, Card
from bot.render.markdown import NO_TEXT, escape, heading, join_lines, subtext
from bot.render.texts import examples as example_texts
from bot.render.texts import help as texts


def help_card(
    links: texts.Links, draw: ExampleRequest, version: str, addresses: Mapping[str, str], *, can_manage: bool
) -> Card:
    """Return the help. `addresses` are links by label."""
    card = Card(
        [
            join_lines([heading(texts.TITLE(), BRAND_EMOJI), *texts.rows(links)]),
            builders.DIVIDER,
            texts.SPOILERS(),
            texts.set_up(links) if can_manage else NO_TEXT,
            builders.DIVIDER,
            join_lines([subtext(texts.PRIVACY()), subtext(texts.version_line(escape(version)), texts.LICENCES())]),
        ]
    )
    random = builders.button(example_texts.RANDOM_BUTTON(), draw.to(Action.RANDOM).custom_id, emoji="🎲")
    return card.add_row(random, *(builders.link(label, address) for label, address in addresses.items()))
