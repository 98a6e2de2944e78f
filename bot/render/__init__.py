"""Model to Discord text and components: the one place that escapes, hides and cuts."""

from bot.render import words
from bot.render.cards import (
    LIST_PAGE,
    Card,
    about_card,
    as_typed,
    choice_name,
    example_card,
    jump_form,
    list_card,
    list_title,
    message_card,
    notes_card,
)
from bot.render.controls import Change, Control, is_control
from bot.render.faces import BRAND, title_of
from bot.render.limits import CHOICES, OPTIONS
from bot.render.markdown import Markdown, escape
from bot.render.panels import daily_card, preferences_card, settings_card, short_name, title_form, works_card
from bot.render.presses import MAX_WORDS, Action, Flag, Press

__all__ = [
    "BRAND",
    "CHOICES",
    "LIST_PAGE",
    "MAX_WORDS",
    "OPTIONS",
    "Action",
    "Card",
    "Change",
    "Control",
    "Flag",
    "Markdown",
    "Press",
    "about_card",
    "as_typed",
    "choice_name",
    "daily_card",
    "escape",
    "example_card",
    "is_control",
    "jump_form",
    "list_card",
    "list_title",
    "message_card",
    "notes_card",
    "preferences_card",
    "settings_card",
    "short_name",
    "title_form",
    "title_of",
    "words",
    "works_card",
]
