"""The commands and their options as Discord shows them while a member types."""

from typing import NamedTuple


class Label(NamedTuple):
    """What a command or an option is called, and the sentence beside it."""

    name: str
    description: str


BIGRUN = Label("bigrun", "Examples of the Big Heroic Run")
TROPE = Label("trope", "Examples of any trope I have")

RANDOM = Label("random", "Get a random example")
MEDIUM = Label("medium", "Browse examples from one medium")
SEARCH = Label("search", "Search the examples")
WORK = Label("work", "Browse examples from one work")
WORK_OF_TROPES = Label("work", "See which tropes a work has, or compare two works")
SHOW = Label("show", "Show the example with this number")
ABOUT = Label("about", "What the trope is about, with example counts by medium")
SAVED = Label("saved", "The examples you saved (only you see them)")
GUESS = Label("guess", "Play: guess which work an example is about")
SCORES = Label("scores", "The best scores in this server")
PREFERENCES = Label("preferences", "Your settings: spoilers, private answers, works you know")
SETTINGS = Label("settings", "Settings for this server (requires Manage Server)")
DAILY = Label("daily", "Post a daily example in a channel (requires Manage Server)")
HELP = Label("help", "What I can do, and how to set me up")

ADMIN = Label("bigrun-admin", "Load and remove tropes (only for the bot's owner)")
ADMIN_LOAD = Label("load", "Load the page of a trope from a file")
ADMIN_TROPES = Label("tropes", "List the loaded tropes, and remove one")

# By the parameter that receives the option: an option of the same name may say something else in another command.
OPTIONS = {
    "medium": Label("medium", "Only from this medium: film, tv, book, game…"),
    "medium_name": Label("name", "Which medium? film, tv, book, game…"),
    "count": Label("count", "How many? 1 to 5"),
    "rounds": Label("rounds", "How many rounds? 1 to 5"),
    "query": Label("words", 'Words, "exact phrases", the start of a word*, or -without'),
    "work": Label("work", "Only about this work"),
    "title": Label("title", "The title of a film, book, game…"),
    "with_title": Label("with", "Another work, to see what they share"),
    "number": Label("number", "The example's number on the page"),
    "spoilers": Label("spoilers", "Hide spoilers behind tags, or skip examples that have any"),
    "hidden": Label("hidden", "Search inside spoilers too (only you will see the results)"),
    "private": Label("private", "Only you see the answer"),
    "trope": Label("trope", "Which trope? Leave empty for all"),
    "about_trope": Label("trope", "Which trope?"),
    "seen": Label("seen", "A work you know: private answers show you its spoilers"),
    "at": Label("at", "What time? For example 18:30, 7pm or noon"),
    "zone": Label("zone", "Your time zone: a city, country, EST or UTC+2"),
    "every": Label("every", "How often? Every day if left empty"),
    "role": Label("role", "Ping this role with each post"),
    "tag": Label("tag", "In a forum: the tag of each post"),
    "file": Label("file", "A saved page or a page source, at most 10 MiB"),
    "channel": Label("channel", "Which channel? Leave empty for this one"),
}

SHOW_TAGS = "Hide behind tags"
WITHOUT_SPOILERS = "Skip those examples"
FIND_MENU = "Find examples like this"
REMOVE_MENU = "Remove this answer"
