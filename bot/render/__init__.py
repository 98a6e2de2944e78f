"""Model to Discord text and components: the one place that escapes, hides and cuts."""

from bot.render import words
from bot.render.cards import (
    BRAND,
    LIST_PAGE,
    Card,
    about_card,
    choice_name,
    example_card,
    jump_form,
    list_card,
    list_title,
    message_card,
    notes_card,
    title_of,
)
from bot.render.limits import CHOICES
from bot.render.markdown import Markdown, escape
from bot.render.presses import MAX_WORDS, Action, Flag, Press, is_ours

__all__ = [
    "BRAND",
    "CHOICES",
    "LIST_PAGE",
    "MAX_WORDS",
    "Action",
    "Card",
    "Flag",
    "Markdown",
    "Press",
    "about_card",
    "choice_name",
    "escape",
    "example_card",
    "is_ours",
    "jump_form",
    "list_card",
    "list_title",
    "message_card",
    "notes_card",
    "title_of",
    "words",
]
