"""Page source to model: pure and total. No input or output, no clock; any text gives a page, nothing is raised."""

from bot.wiki.lexicon import EMPTY, Lexicon
from bot.wiki.page import read_page

__all__ = ["EMPTY", "Lexicon", "read_page"]
