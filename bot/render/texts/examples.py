"""What the bot says about examples and tropes. Other features have modules of their own.

Short, warm, no jargon. Text of a page or a member arrives escaped (`Markdown`) or as a plain label.
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
    """Return the number of an example on its page. A no-break space keeps both parts on one line."""
    return Markdown(f"No.\u00a0{number}")


def shuffle_position(position: int, total: int, scope: Markdown) -> Markdown:
    """Return the position in a shuffle: "12 of 21 in Film"."""
    return Markdown(f"{position:,}\u00a0of\u00a0{total:,} in {scope}")


def text_page(page: int, pages: int) -> Markdown:
    """Return the page of a long example, or nothing if it has only one."""
    return Markdown(f"part {page} of {pages}" if pages > 1 else "")


def spoiler_summary(spoilers: int, works: Sequence[Markdown]) -> Markdown:
    """Return how many spoilers a card has and which works they are about."""
    tail = f" · about {bold_list(works)}" if works else ""
    return Markdown(f"{plural(spoilers, 'spoiler')}, click to read{tail}")


def licence_line() -> Markdown:
    """Return the source of the text and its licence, with no-break spaces."""
    return Markdown(f"TV\u00a0Tropes, {LICENCE}".replace(" BY", "\u00a0BY").replace(" 3", "\u00a03"))


def example_count(total: int, trope: Markdown) -> Markdown:
    """Return the length of a list."""
    return Markdown(f"{plural(total, 'example')} of {trope}")


def notes_button(count: int) -> str:
    """Return the label of the button that opens notes."""
    return f"Notes ({count})"


def page_label(page: int, pages: int) -> str:
    """Return the label of the button between "Back" and "Next"."""
    return f"Page {page} of {pages}"


def search_summary(total: int, scope: Markdown, *, more: bool = False) -> Markdown:
    """Return how many examples a search found and where; `more` if there are more than were counted."""
    examples = f"{total:,}+ examples" if more else plural(total, "example")
    return Markdown(f"{examples} found in {scope}")


def unknown_medium(name: Markdown, suggestions: Sequence[Markdown]) -> Markdown:
    """Return the answer to a medium that no example is from."""
    tail = f" Did you mean {bold_list(suggestions, 'or')}?" if suggestions else ""
    return Markdown(f"I have no examples from **{name}**.{tail}")


def no_matches(query: Markdown, medium: Markdown, suggestions: Sequence[Markdown]) -> Markdown:
    """Return the answer to a search without hits, in a medium or in none."""
    scope = f" in {medium}" if medium else ""
    advice = "Fewer words find more." if " " in query else "Try another spelling, or the beginning of the word."
    tail = f"Did you mean {bold_list(suggestions, 'or')}?" if suggestions else advice
    return Markdown(f"No example{scope} holds **{query}**. {tail}")


def try_query(query: str) -> str:
    """Return the label of the button for a suggested search."""
    return f"Try {query}"


def all_media_label(total: int, *, more: bool = False) -> str:
    """Return the label of the button that searches all media; `more` if there are more hits than were counted."""
    return f"All media ({total:,}+)" if more else f"All media ({total:,})"


def medium_with_count(name: str, total: int) -> str:
    """Return an autocomplete choice: a medium and its number of examples."""
    return f"{name} ({total})"


def unknown_work(name: Markdown, suggestions: Sequence[Markdown]) -> Markdown:
    """Return the answer to a work that no example is about."""
    tail = f" Did you mean {bold_list(suggestions, 'or')}?" if suggestions else ""
    return Markdown(f"I have no examples about **{name}**.{tail}")


def unknown_trope(name: Markdown, suggestions: Sequence[Markdown]) -> Markdown:
    """Return the answer to a trope that is not loaded."""
    tail = f" Did you mean {bold_list(suggestions, 'or')}?" if suggestions else ""
    return Markdown(f"I do not know the trope **{name}**.{tail}")


def no_such_number(number: int, total: int) -> Markdown:
    """Return the answer to a number that no example has."""
    return Markdown(f"There is no example {number:,}. The numbers go from 1 to {total:,}.")


def shared_by(name: Markdown) -> Markdown:
    """Return who shared an answer."""
    return Markdown(f"shared by **{name}**")


def slow_down(seconds: float) -> Markdown:
    """Return the answer to a member who reached the rate limit."""
    return Markdown(f"That was quick! Give me {plural(max(1, round(seconds)), 'second')}, then ask again.")


def total_examples(total: int) -> Markdown:
    """Return how many examples a trope has."""
    return Markdown(f"{plural(total, 'example')} in all")


def loaded_on(day: datetime) -> Markdown:
    """Return the day a page was loaded."""
    return Markdown(f"page read on {day:%Y-%m-%d}")


def loaded_subpages(loaded: int, total: int) -> Markdown:
    """Return how many of a trope's subpages are loaded."""
    return Markdown(f"{loaded:,} of {plural(total, 'subpage')} read")


def missing_subpages(names: Sequence[Markdown], more: int) -> Markdown:
    """Return which subpages are not loaded: the first names, and how many `more`."""
    tail = f" and {more:,} more" if more else ""
    return Markdown(f"missing: {', '.join(names)}{tail}")


def unexpected_error(error_id: str) -> Markdown:
    """Return the answer to a failed command; `error_id` is in the log as well."""
    return Markdown(
        f"Sorry, that went wrong. Please try again. If it happens again, tell my host this mark: **{error_id}**."
    )


def write_failed(error_id: str) -> Markdown:
    """Return the answer to a change that could not be written; `error_id` is in the log as well."""
    return Markdown(
        "I cannot write anything down at the moment, so nothing was changed. Please try again later. "
        f"My host can find out more with this mark: **{error_id}**."
    )


def data_damaged(error_id: str) -> Markdown:
    """Return the answer if a database is damaged; `error_id` is in the log as well."""
    return Markdown(
        "Some of what I wrote down cannot be read any more, and only my host can mend that. "
        f"Please tell them this mark: **{error_id}**."
    )
