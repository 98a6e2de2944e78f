"""What the bot says about saved examples, and about wrong texts."""

from bot.preferences import MAX_SAVED_EXAMPLES
from bot.render.markdown import Markdown
from bot.render.texts import plural

SAVE, UNDO, REMOVE = "Save", "Undo", "Remove"
MY_LIST = "My saved examples"
LIST_TITLE = "Your saved examples"
REMOVE_MENU = "Remove from your list"
LIST_FULL = Markdown(
    f"Your list has {MAX_SAVED_EXAMPLES} examples, and that’s the limit. Remove one in **/bigrun saved** first."
)
LIST_EMPTY = Markdown("You haven’t saved any examples yet. Press **Save** under one to keep it here.")
NOT_ON_LIST = Markdown("That’s not on your list anymore.")
NO_LONGER_ON_PAGE = Markdown("No longer on its page. You can remove it below.")
HIDDEN_NAME = "Hidden here"
UNKNOWN_TITLE = "An example"

WRONG = "Wrong?"  # short, beside other buttons
SOMETHING_WRONG = "Something’s wrong"
TELL_HOST = "A mistake of mine"
ABOUT_MY_MISTAKES = Markdown("Did I show it wrongly, a spoiler even? Please tell the people who run me.")
NOTHING_STORED = Markdown("I store and send nothing from this card.")


def saved(title: Markdown) -> Markdown:
    """Return the confirmation after saving an example."""
    return Markdown(f"Saved **{title}** to your list.")


def already_saved(title: Markdown) -> Markdown:
    """Return the answer to a member who has saved an example before."""
    return Markdown(f"**{title}** is already on your list.")


def removed(title: Markdown) -> Markdown:
    """Return the confirmation after removing an example."""
    return Markdown(f"Removed **{title}** from your list.")


def list_summary(total: int) -> Markdown:
    """Return how full a list is."""
    return Markdown(f"{plural(total, 'example')} of at most {MAX_SAVED_EXAMPLES}, newest first")


def about_the_text(number: int, line: int) -> Markdown:
    """Return where to fix the wiki. `line` is 0 if it is not known."""
    where = f"example {number}, line {line:,} of the page’s source" if line else f"example {number}"
    return Markdown(f"Is the text wrong? Anyone with an account can fix it on TV Tropes: {where}.")
