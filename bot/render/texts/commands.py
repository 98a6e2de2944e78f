"""The commands and their options as Discord shows them while a member types."""

from typing import NamedTuple

from bot.language import Label, pgettext
from bot.render.markdown import Markdown, escape
from bot.render.texts import Text, text


class CommandText(NamedTuple):
    """What a command or an option is called in English, and the sentence beside it. Discord gets all languages."""

    name: str
    description: str


class TextOnCommand(Text):
    """A text that names a command of `/bigrun` as {command}."""

    __slots__ = ("_command",)

    def __init__(self, english: str, command: CommandText) -> None:
        super().__init__(english)
        self._command = command

    def __call__(self) -> Markdown:
        """Return it in the current language."""
        return text(self.english, command=named(self._command))


BIGRUN = CommandText("bigrun", "Examples of the Big Heroic Run")
TROPE = CommandText("trope", "Examples of any trope I have")

RANDOM = CommandText("random", "Get a random example")
MEDIUM = CommandText("medium", "Browse examples from one medium")
SEARCH = CommandText("search", "Search the examples")
WORK = CommandText("work", "Browse examples from one work")
WORK_OF_TROPES = CommandText("work", "See which tropes a work has, or compare two works")
SHOW = CommandText("show", "Show the example with this number")
ABOUT = CommandText("about", "What the trope is about, with example counts by medium")
SAVED = CommandText("saved", "The examples you saved (only you see them)")
GUESS = CommandText("guess", "Play: guess which work an example is about")
SCORES = CommandText("scores", "The best scores in this server")
PREFERENCES = CommandText("preferences", "Your settings: spoilers, private answers, works you know")
SETTINGS = CommandText("settings", "Settings for this server (requires Manage Server)")
DAILY = CommandText("daily", "Post a daily example in a channel (requires Manage Server)")
HELP = CommandText("help", "What I can do, and how to set me up")

ADMIN = CommandText("bigrun-admin", "Load and remove tropes (only for the bot's owner)")
ADMIN_LOAD = CommandText("load", "Load the page of a trope from a file")
ADMIN_TROPES = CommandText("tropes", "List the loaded tropes, and remove one")

# By the parameter that receives the option: an option of the same name may say something else in another command.
OPTIONS = {
    "medium": CommandText("medium", "Only from this medium: film, tv, book, game…"),
    "medium_name": CommandText("name", "Which medium? film, tv, book, game…"),
    "count": CommandText("count", "How many? 1 to 5"),
    "rounds": CommandText("rounds", "How many rounds? 1 to 5"),
    "query": CommandText("words", 'Words, "exact phrases", the start of a word*, or -without'),
    "work": CommandText("work", "Only about this work"),
    "title": CommandText("title", "The title of a film, book, game…"),
    "with_title": CommandText("with", "Another work, to see what they share"),
    "number": CommandText("number", "The example's number on the page"),
    "spoilers": CommandText("spoilers", "Hide spoilers behind tags, or skip examples that have any"),
    "hidden": CommandText("hidden", "Search inside spoilers too (only you will see the results)"),
    "private": CommandText("private", "Only you see the answer"),
    "trope": CommandText("trope", "Which trope? Leave empty for all"),
    "about_trope": CommandText("trope", "Which trope?"),
    "seen": CommandText("seen", "A work you know: private answers show you its spoilers"),
    "at": CommandText("at", "What time? For example 18:30, 7pm or noon"),
    "zone": CommandText("zone", "Your time zone: a city, country, EST or UTC+2"),
    "every": CommandText("every", "How often? Every day if left empty"),
    "role": CommandText("role", "Ping this role with each post"),
    "tag": CommandText("tag", "In a forum: the tag of each post"),
    "file": CommandText("file", "A saved page or a page source, at most 10 MiB"),
    "channel": CommandText("channel", "Which channel? Leave empty for this one"),
}

SHOW_TAGS = Label("Hide behind tags")
WITHOUT_SPOILERS = Label("Skip those examples")
FIND_MENU = Label("Find examples like this")
REMOVE_MENU = Label("Remove this answer")


def command_context(path: str) -> str:
    """Return where catalogues have the name and description of a command, such as "bigrun random"."""
    return f"command {path}"


def option_context(path: str, option: str) -> str:
    """Return where catalogues have the name and description of a command's option."""
    return f"option {path} {option}"


def typed(name: str) -> str:
    """Return a command of `/bigrun` as Discord shows it in the current language."""
    return f"/{BIGRUN.name} {pgettext(command_context(f'{BIGRUN.name} {name}'), name)}"


def named(command: CommandText) -> Markdown:
    """Return a command of `/bigrun` for a text."""
    return escape(typed(command.name))
