"""SQLite: the corpus, derived and read-only for the bot, and the state, precious. SQL lives in this room alone."""

from bot.store.aside import identity, set_aside
from bot.store.backup import back_up, restore
from bot.store.choosing import YES, Choosing, GuildChoice, MemberChoice
from bot.store.corpus import Corpus, Listing, Scope, open_corpus
from bot.store.dailies import Dailies, Post
from bot.store.departed import Departed
from bot.store.drawing import Drawn, Rounds
from bot.store.holding import held
from bot.store.media import MediaDirectory, MediumChoice
from bot.store.state import State, open_state
from bot.store.titles import Title
from bot.store.words import words_of
from bot.store.writer import CorpusWriter, open_writer

__all__ = [
    "YES",
    "Choosing",
    "Corpus",
    "CorpusWriter",
    "Dailies",
    "Departed",
    "Drawn",
    "GuildChoice",
    "Listing",
    "MediaDirectory",
    "MediumChoice",
    "MemberChoice",
    "Post",
    "Rounds",
    "Scope",
    "State",
    "Title",
    "back_up",
    "held",
    "identity",
    "open_corpus",
    "open_state",
    "open_writer",
    "restore",
    "set_aside",
    "words_of",
]
