"""The databases: the corpus, derived and read-only for the bot, and the state, precious. SQL lives here alone."""

from bot.store.aside import identity, set_aside
from bot.store.backup import back_up, restore
from bot.store.choosing import YES, Choosing, GuildChoice, MemberChoice
from bot.store.copying import copy_between
from bot.store.corpus import Corpus, open_corpus
from bot.store.dailies import Dailies, Post
from bot.store.departed import Departed
from bot.store.drawing import Drawn, Rounds
from bot.store.holding import held
from bot.store.inspecting import Inspected, engine, inspect_corpus, inspect_state
from bot.store.media import MediaDirectory, MediumChoice
from bot.store.processes import Processes
from bot.store.rows import PageRows
from bot.store.scope import Listing, Scope
from bot.store.sqlite_state import SqliteState, open_sqlite_state
from bot.store.state import State
from bot.store.titles import Title
from bot.store.where import Where, open_state, serving_state
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
    "Inspected",
    "Listing",
    "MediaDirectory",
    "MediumChoice",
    "MemberChoice",
    "PageRows",
    "Post",
    "Processes",
    "Rounds",
    "Scope",
    "SqliteState",
    "State",
    "Title",
    "Where",
    "back_up",
    "copy_between",
    "engine",
    "held",
    "identity",
    "inspect_corpus",
    "inspect_state",
    "open_corpus",
    "open_sqlite_state",
    "open_state",
    "open_writer",
    "restore",
    "serving_state",
    "set_aside",
    "words_of",
]
