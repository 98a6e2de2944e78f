"""What the bot says about saved examples, and about wrong texts."""

from bot.language import Label
from bot.model.preferences import MAX_SAVED_EXAMPLES
from bot.render.markdown import Markdown
from bot.render.texts import Text, commands, count_text, text

SAVE, UNDO, REMOVE = Label("Save"), Label("Undo"), Label("Remove")
MY_LIST = Label("My saved examples")
LIST_TITLE = Label("Your saved examples")
REMOVE_MENU = Label("Remove from your list")
LIST_EMPTY = Text("You haven’t saved any examples yet. Press **Save** under one to keep it here.")
NOT_ON_LIST = Text("That’s not on your list anymore.")
NO_LONGER_ON_PAGE = Text("No longer on its page. You can remove it below.")
HIDDEN_NAME = Label("Hidden here")
UNKNOWN_TITLE = Label("An example")

WRONG = Label("Wrong?")  # short, beside other buttons
SOMETHING_WRONG = Label("Something’s wrong")
TELL_HOST = Label("A mistake of mine")
ABOUT_MY_MISTAKES = Text("Did I show it wrongly, a spoiler even? Please tell the people who run me.")
NOTHING_STORED = Text("I store and send nothing from this card.")


def list_full() -> Markdown:
    """Return the answer to a member whose list is full."""
    return text(
        "Your list has {number} examples, and that’s the limit. Remove one in **{command}** first.",
        number=MAX_SAVED_EXAMPLES,
        command=commands.named(commands.SAVED),
    )


def saved(title: Markdown) -> Markdown:
    """Return the confirmation after saving an example."""
    return text("Saved **{title}** to your list.", title=title)


def already_saved(title: Markdown) -> Markdown:
    """Return the answer to a member who has saved an example before."""
    return text("**{title}** is already on your list.", title=title)


def removed(title: Markdown) -> Markdown:
    """Return the confirmation after removing an example."""
    return text("Removed **{title}** from your list.", title=title)


def list_summary(total: int) -> Markdown:
    """Return how full a list is."""
    return count_text(
        "{count} example of at most {limit}, newest first",
        "{count} examples of at most {limit}, newest first",
        total,
        limit=MAX_SAVED_EXAMPLES,
    )


def about_the_text(number: int, line: int) -> Markdown:
    """Return where to fix the wiki. `line` is 0 if it is not known."""
    if line:
        return text(
            "Is the text wrong? Anyone with an account can fix it on TV Tropes: "
            "example {number}, line {line} of the page’s source.",
            number=number,
            line=line,
        )
    return text("Is the text wrong? Anyone with an account can fix it on TV Tropes: example {number}.", number=number)
