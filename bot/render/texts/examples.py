"""What the bot says about examples and tropes. Other features have modules of their own.

Short, warm, no jargon. Text of a page or a member arrives escaped (`Markdown`) or as a plain label.
"""

from collections.abc import Sequence
from datetime import datetime

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
LICENCE_LINE = Markdown("TV\u00a0Tropes, CC\u00a0BY-NC-SA\u00a03.0")

SHARE = "Share here"
MARK_SEEN, UNMARK_SEEN = "I know this one", "I don’t know this one"
MORE_OF_WORK = "More from this work"
PAGE_MODAL_TITLE = "Go to a page"
PAGE_MODAL_LABEL = "Page"
NO_NOTES = Markdown("That example no longer has notes.")
MATCHES_FOR_MESSAGE = "Examples like that message"
ANSWER_REMOVED = Markdown("Deleted.")
NOT_MY_MESSAGE = Markdown("I can only delete my own answers.")
NOT_YOUR_ANSWER = Markdown("Only the person who asked, or someone with *Manage Messages*, can delete it.")
REMOVE_FORBIDDEN = Markdown("I don’t have permission to delete that here.")
CANNOT_WRITE_HERE = Markdown("You can’t send messages in this channel, so I didn’t share it.")
CHANNEL_IS_PRIVATE = Markdown(
    "My answers are private in this channel, so I didn’t share it. Someone with *Manage Server* can change that."
)
HIDDEN_BY_SERVER = Markdown("This server’s moderators have hidden that here.")
SPOILERS_EXCLUDED = Markdown("That example has spoilers, and your settings or this server’s skip those.")
NO_MESSAGE_MATCH = Markdown("No examples match that message.")
RANDOM_BUTTON = "Random example"
DATA_NOTICE = Markdown(
    "I don’t store messages. I only remember how far each channel (and you, in private) has got, "
    "plus your settings, what you save, and this server’s settings."
)

EMPTY_QUERY = Markdown("Give me a word or two to search for, like **bridge** or **car chase**.")
NO_MATCHING_EXAMPLE = Markdown("I don’t have an example like that. Try another medium or work, or allow spoilers.")
CORPUS_EMPTY = Markdown("I don’t have any examples yet. Whoever runs me has to load a page first.")
ONE_TROPE = Markdown("The Big Heroic Run is the only trope I have right now. Ask me with `/bigrun`.")
OUTDATED_BUTTON = Markdown("That’s from an older version of me. Please run the command again.")
WITHHELD = Markdown("I couldn’t answer that here. Please try again.")
EXAMPLE_GONE = Markdown("That example is no longer on the page. Please run the command again.")


def example_number(number: int) -> Markdown:
    """Return the number of an example on its page. A no-break space keeps both parts on one line."""
    return Markdown(f"No.\u00a0{number}")


def shuffle_position(position: int, total: int, scope: Markdown) -> Markdown:
    """Return the position in a shuffle: "12 of 21 in Film"."""
    return Markdown(f"{position:,}\u00a0of\u00a0{total:,} in {scope}")


def text_page(page: int, pages: int) -> Markdown:
    """Return the page of a long example."""
    return Markdown(f"part {page} of {pages}")


def spoiler_summary(spoilers: int, works: Sequence[Markdown]) -> Markdown:
    """Return how many spoilers a card has and which works they are about."""
    about = f" for {bold_list(works)}" if works else ""
    return Markdown(f"{plural(spoilers, 'spoiler')}{about}, click to reveal")


def example_count(total: int, trope: Markdown) -> Markdown:
    """Return the length of a list."""
    return Markdown(f"{plural(total, 'example')} of {trope}")


def seen_label(title: str, *, seen: bool) -> str:
    """Return the label of the button that says whether a work is known: the card's only one, or that of a title."""
    if not title:
        return UNMARK_SEEN if seen else MARK_SEEN
    return f"I don’t know {title}" if seen else f"I know {title}"


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
    return Markdown(f"I don’t have any examples from **{name}**.{tail}")


def no_matches(query: Markdown, medium: Markdown, suggestions: Sequence[Markdown]) -> Markdown:
    """Return the answer to a search without hits, in a medium or in none."""
    scope = f" in {medium}" if medium else ""
    advice = "Try fewer words." if " " in query else "Try another spelling, or the start of the word."
    tail = f"Did you mean {bold_list(suggestions, 'or')}?" if suggestions else advice
    return Markdown(f"No examples for **{query}**{scope}. {tail}")


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
    return Markdown(f"I don’t have any examples from **{name}**.{tail}")


def unknown_trope(name: Markdown, suggestions: Sequence[Markdown]) -> Markdown:
    """Return the answer to a trope that is not loaded."""
    tail = f" Did you mean {bold_list(suggestions, 'or')}?" if suggestions else ""
    return Markdown(f"I don’t have the trope **{name}**.{tail}")


def no_such_number(number: int, total: int) -> Markdown:
    """Return the answer to a number that no example has."""
    return Markdown(f"There’s no example {number:,}. Pick a number from 1 to {total:,}.")


def shared_by(name: Markdown) -> Markdown:
    """Return who shared an answer."""
    return Markdown(f"shared by **{name}**")


def slow_down(seconds: float) -> Markdown:
    """Return the answer to a member who reached the rate limit."""
    return Markdown(f"That was quick! Please wait {plural(max(1, round(seconds)), 'second')} and try again.")


def total_examples(total: int) -> Markdown:
    """Return how many examples a trope has."""
    return Markdown(f"{plural(total, 'example')} in all")


def loaded_on(day: datetime) -> Markdown:
    """Return the day a page was loaded."""
    return Markdown(f"page loaded on {day:%Y-%m-%d}")


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
        f"Sorry, something went wrong. Please try again. If it keeps happening, send my host this code: **{error_id}**"
    )


CANNOT_SAVE = Markdown("I can’t save anything right now.")


def cannot_save(error_id: str) -> Markdown:
    """Return the answer to a change while the state's file is gone."""
    return Markdown(f"{CANNOT_SAVE} Please tell my host, with this code: **{error_id}**")


def write_failed(error_id: str) -> Markdown:
    """Return the answer to a change that could not be written; `error_id` is in the log as well."""
    return Markdown(
        "I couldn’t save that, so nothing changed. Please try again later. "
        f"If it keeps happening, send my host this code: **{error_id}**"
    )


def data_damaged(error_id: str) -> Markdown:
    """Return the answer if a database is damaged; `error_id` is in the log as well."""
    return Markdown(
        f"I can’t read some of my saved data, and only my host can fix that. Please send them this code: **{error_id}**"
    )
