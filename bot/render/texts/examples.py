"""All words the bot says, so that they can be read, improved and one day translated in one place.

Here are those of the conversation about tropes; those of each other feature stand in a module beside this one.
Short, warm, no jargon. What comes from a page or a member arrives escaped (`Markdown`) or as a plain label.
"""

from collections.abc import Sequence
from datetime import datetime

from bot.model import LICENCE
from bot.render.markdown import Markdown
from bot.render.texts import bold_list, plural

ANOTHER_EXAMPLE = "Another"
SAME_MEDIUM = "Same medium"
OPEN_ON_TV_TROPES = "On TV Tropes"
PREVIOUS_PAGE = "◂ Back"
NEXT_PAGE = "Next ▸"
OPEN_MENU = "Open an example"
NO_MEDIUM = "No medium"
ALL_TROPES = Markdown("all tropes")
SPOILER_PLACEHOLDER = "(spoiler)"


SHARE = "Share here"
MARK_SEEN = "I have seen it"
MORE_OF_WORK = "More of this work"
PAGE_MODAL_TITLE = "Go to a page"
PAGE_MODAL_LABEL = "Page"
NO_NOTES = Markdown("That example has no notes any more.")
MATCHES_FOR_MESSAGE = "Like that message"
ANSWER_REMOVED = Markdown("Removed.")
NOT_MY_MESSAGE = Markdown("I can only remove my own answers.")
NOT_YOUR_ANSWER = Markdown("Only who asked for an answer, or who may manage messages here, can remove it.")
REMOVE_FORBIDDEN = Markdown("I am not allowed to remove that here.")
CANNOT_WRITE_HERE = Markdown("You are not allowed to write in this channel, so I did not share it.")
CHANNEL_IS_PRIVATE = Markdown("The moderators keep my answers private in this channel, so I did not share it.")
HIDDEN_BY_SERVER = Markdown("The moderators of this server chose not to show that here.")
SPOILERS_EXCLUDED = Markdown(
    "That example holds spoilers, and you or this server chose to see only examples without any."
)
NO_MESSAGE_MATCH = Markdown("No example has anything of that message.")
RANDOM_BUTTON = "An example"
DATA_NOTICE = Markdown(
    "I keep no messages. I remember how far each channel, and each member who asks alone, has come, "
    "what you set in **/bigrun preferences**, and what the moderators set for their server."
)

EMPTY_QUERY = Markdown("Tell me a word or two to look for, like **bridge** or **car chase**.")
NO_MATCHING_EXAMPLE = Markdown("I have no example like that. Try another medium or work, or allow spoilers.")
CORPUS_EMPTY = Markdown("There are no examples here yet. The people who run this bot have to load a page first.")
OUTDATED_BUTTON = Markdown("That is from an older version of me. Please type the command anew.")
EXAMPLE_GONE = Markdown("That example is not on the page any more. Please use the command again.")


def example_number(number: int) -> Markdown:
    """Returns which example of its trope this is; a no-break space keeps the two together."""
    return Markdown(f"No.\u00a0{number}")


def shuffle_position(place: int, total: int, scope: Markdown) -> Markdown:
    """Returns which example of a round this is: "12 of 21 in Film"."""
    return Markdown(f"{place:,}\u00a0of\u00a0{total:,} in {scope}")


def text_page(page: int, pages: int) -> Markdown:
    """Returns which page of a longer text this is, or nothing if it is the only one."""
    return Markdown(f"part {page} of {pages}" if pages > 1 else "")


def spoiler_summary(spoilers: int, about: Sequence[Markdown]) -> Markdown:
    """Returns how many spoilers a card hides and what they are about."""
    tail = f" · about {bold_list(about)}" if about else ""
    return Markdown(f"{plural(spoilers, 'spoiler')}, click to read{tail}")


def licence_line() -> Markdown:
    """Returns where the text is from and under which licence."""
    return Markdown(f"TV\u00a0Tropes, {LICENCE}".replace(" BY", "\u00a0BY").replace(" 3", "\u00a03"))


def example_count(total: int, trope: Markdown) -> Markdown:
    """Returns how long a list of examples is."""
    return Markdown(f"{plural(total, 'example')} of {trope}")


def notes_button(count: int) -> str:
    """Returns the label of the button that opens notes."""
    return f"Notes ({count})"


def page_label(page: int, pages: int) -> str:
    """Returns which page of a list this is, for a button."""
    return f"Page {page} of {pages}"


def search_summary(total: int, place: Markdown, *, more: bool = False) -> Markdown:
    """Returns how many examples a search found, and where it looked; `more` says that there are more than counted."""
    examples = f"{total:,}+ examples" if more else plural(total, "example")
    return Markdown(f"{examples} found in {place}")


def unknown_medium(typed: Markdown, near: Sequence[Markdown]) -> Markdown:
    """Returns what is said to a medium that no example is from, with those that look most like it."""
    tail = f" Did you mean {_either(near)}?" if near else ""
    return Markdown(f"I have no examples from **{typed}**.{tail}")


def no_matches(words: Markdown, medium: Markdown, near: Sequence[Markdown]) -> Markdown:
    """Returns what is said when no example holds the words, in a medium if one was asked for."""
    place = f" in {medium}" if medium else ""
    other = "Fewer words find more." if " " in words else "Try another spelling, or the beginning of the word."
    tail = f"Did you mean {_either(near)}?" if near else other
    return Markdown(f"No example{place} holds **{words}**. {tail}")


def try_query(text: str) -> str:
    """Returns the label of the button that looks for something else."""
    return f"Try {text}"


def all_media_label(total: int, *, more: bool = False) -> str:
    """Returns the label of the button that looks in all media."""
    return f"All media ({total:,}+)" if more else f"All media ({total:,})"


def medium_with_count(name: str, total: int) -> str:
    """Returns a medium and how many examples it has, to be chosen from."""
    return f"{name} ({total})"


def unknown_work(typed: Markdown, near: Sequence[Markdown]) -> Markdown:
    """Returns what is said to a work that no example is about, with those that look most like it."""
    tail = f" Did you mean {_either(near)}?" if near else ""
    return Markdown(f"I have no examples about **{typed}**.{tail}")


def unknown_trope(typed: Markdown, near: Sequence[Markdown]) -> Markdown:
    """Returns what is said to a trope that is not loaded, with those that look most like it."""
    tail = f" Did you mean {_either(near)}?" if near else ""
    return Markdown(f"I do not know the trope **{typed}**.{tail}")


def no_such_number(number: int, total: int) -> Markdown:
    """Returns what is said to a number that no example has."""
    return Markdown(f"There is no example {number:,}. The numbers go from 1 to {total:,}.")


def shared_by(name: Markdown) -> Markdown:
    """Returns who shared an answer."""
    return Markdown(f"shared by **{name}**")


def slow_down(seconds: float) -> Markdown:
    """Returns what is said to a member who asks faster than others can read."""
    return Markdown(f"That was quick! Give me {plural(max(1, round(seconds)), 'second')}, then ask again.")


def total_examples(total: int) -> Markdown:
    """Returns how many examples there are."""
    return Markdown(f"{plural(total, 'example')} in all")


def loaded_on(day: datetime) -> Markdown:
    """Returns when a page was read."""
    return Markdown(f"page read on {day:%Y-%m-%d}")


def unexpected_error(mark: str) -> Markdown:
    """Returns what is said when something went wrong; `mark` is also in the log."""
    return Markdown(
        f"Sorry, that went wrong. Please try again. If it happens again, tell my host this mark: **{mark}**."
    )


def write_failed(mark: str) -> Markdown:
    """Returns what is said when a change could not be written down; `mark` is also in the log."""
    return Markdown(
        "I cannot write anything down at the moment, so nothing was changed. Please try again later. "
        f"My host can find out more with this mark: **{mark}**."
    )


def data_damaged(mark: str) -> Markdown:
    """Returns what is said when what was written down cannot be read; `mark` is also in the log."""
    return Markdown(
        "Some of what I wrote down cannot be read any more, and only my host can mend that. "
        f"Please tell them this mark: **{mark}**."
    )


def _either(names: Sequence[Markdown]) -> str:
    return bold_list(names, "or")
