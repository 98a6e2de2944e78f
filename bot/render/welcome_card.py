"""The first message of the preview."""

from bot.components.custom_ids import Action, ExampleRequest
from bot.model.names import trope_ref, work_ref
from bot.render.cards import BRAND_TROPE, Card
from bot.render.markdown import subtext
from bot.render.texts import preview as texts


def welcome_card() -> Card:
    """Return the first message, with a button for the answer of each command that lists or shows examples."""
    trope = trope_ref(BRAND_TROPE)
    requests = (
        (texts.RANDOM(), ExampleRequest(Action.RANDOM, trope)),
        (texts.MEDIUM(), ExampleRequest(Action.MEDIUM, trope, "film", page=1)),
        (texts.SEARCH(), ExampleRequest(Action.SEARCH, trope, page=1, query="bridge")),
        (texts.WORK(), ExampleRequest(Action.WORK, trope, work_ref=work_ref("Firefly"), page=1)),
        (texts.ABOUT(), ExampleRequest(Action.ABOUT, trope)),
    )
    return Card([texts.WELCOME(), subtext(texts.LIMITS())]).add_suggestions(*requests)
