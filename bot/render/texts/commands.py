"""The commands and their options as Discord shows them while a member types."""

from typing import NamedTuple


class Label(NamedTuple):
    """What a command or an option is called, and the sentence beside it."""

    name: str
    description: str


BIGRUN = Label("bigrun", "Examples of the Big Heroic Run")
TROPE = Label("trope", "Examples of any trope I know")

RANDOM = Label("random", "Shows one example, picked at random")
MEDIUM = Label("medium", "Lists the examples of one medium")
SEARCH = Label("search", "Finds examples that hold all your words")
WORK = Label("work", "Lists all examples of one work")
SHOW = Label("show", "Shows one example by its number, to be linked to in a talk")
ABOUT = Label("about", "What the trope is, and how many examples there are of each medium")
PREFERENCES = Label("preferences", "Sets how I answer you: spoilers, private answers, works you have seen")
SETTINGS = Label("settings", "Sets how I answer in this server, for those who manage it")
DAILY = Label("daily", "Posts an example a day in a channel, for those who manage the server")

# By the parameter that receives the option: an option of the same name may say something else in another command.
OPTIONS = {
    "medium": Label("medium", "Only from this medium: film, tv, book, game…"),
    "medium_name": Label("name", "Which medium: film, tv, book, game…"),
    "query": Label("words", 'Words, "exact phrases" or beginnings*'),
    "work": Label("work", "Only about this work"),
    "title": Label("title", "The title of a film, book, game…"),
    "number": Label("number", "The example's number on the page"),
    "spoilers": Label("spoilers", "With spoilers in tags, or only examples without any"),
    "hidden": Label("hidden", "Look into spoilers too; then only you see the answer"),
    "private": Label("private", "Only you see the answer"),
    "trope": Label("trope", "Which trope; all of them if left out"),
    "about_trope": Label("trope", "Which trope"),
    "seen": Label("seen", "A work you have seen: private answers show you its spoilers"),
    "at": Label("at", "When, in local time: 18:30"),
    "zone": Label("zone", "Whose local time: a city like Europe/Berlin"),
    "channel": Label("channel", "Where; this channel if left out"),
}

SHOW_TAGS = "show tags"
WITHOUT_SPOILERS = "only without"
FIND_MENU = "Find heroic runs"
REMOVE_MENU = "Remove this answer"
