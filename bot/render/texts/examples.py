"""What the bot says about examples and tropes. Other features have modules of their own.

Short, warm, no jargon. Text of a page or a member arrives escaped (`Markdown`) or as a plain label.
"""

from collections.abc import Sequence
from datetime import datetime

from bot.preferences import PrivacyReason
from bot.render.markdown import NO_TEXT, Markdown
from bot.render.texts import bold_list, ordinal, plural

ANOTHER_EXAMPLE = "Another"
SAME_MEDIUM = "Same medium"
OPEN_ON_TV_TROPES = "On TV Tropes"
PREVIOUS_PAGE = "◂ Back"
NEXT_PAGE = "Next ▸"
SURPRISE_ME = "Surprise me"
SHOW_AS_LIST = "Show as list"
CHOOSE_ONE = "Choose one"
CUT_EXAMPLE = Markdown("Cut to fit. Open it below to read it whole.")
OPEN_MENU = "Open an example"
BLANK_INPUT = Markdown("that")
ALL_TROPES = Markdown("all tropes")
SPOILER_PLACEHOLDER = "(spoiler)"
LICENCE_LINE = Markdown("TV\u00a0Tropes, CC\u00a0BY-NC-SA\u00a03.0")

SHARE, SHARED_BY = "Share here", "shared by "
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
NO_WORDS_IN_MESSAGE = Markdown("That message has no words that I can search for.")
MORE_ON_TV_TROPES = Markdown("There’s more of this text on TV\u00a0Tropes.")
RANDOM_BUTTON = "Random example"
DATA_NOTICE = Markdown(
    "I don’t store messages. I only remember how far each channel (and you, in private) has got, "
    "plus your settings, what you save, your game scores, and this server’s settings."
)

EMPTY_QUERY = Markdown("Give me a word or two to search for, like **bridge** or **car chase**.")
NO_MATCHING_EXAMPLE = Markdown("I don’t have an example like that. Try another medium or work.")
CORPUS_EMPTY = Markdown("I don’t have any examples yet. Whoever runs me has to load a page first.")
ONE_TROPE = Markdown("The Big Heroic Run is the only trope I have right now. Ask me with `/bigrun`.")
OUTDATED_BUTTON = Markdown("That’s from an older version of me. Please run the command again.")
WITHHELD = Markdown("I couldn’t answer that here. Please try again.")
EXAMPLE_GONE = Markdown("That example is no longer on the page. Please run the command again.")
ONLY_YOU = "Only you can see this"
_WHY_PRIVATE = {
    PrivacyReason.HIDDEN_SEARCH: ", because I searched inside spoilers.",
    PrivacyReason.MESSAGE_SEARCH: ", because I used someone’s message.",
    PrivacyReason.NOTES: ", so that notes don’t fill the channel.",
    PrivacyReason.REPORT: ", so that mistakes don’t fill the channel.",
    PrivacyReason.COPY: " copy, because someone else asked for that answer.",
    PrivacyReason.QUIET_CHANNEL: ", because moderators keep this channel quiet.",
    PrivacyReason.SERVER: ", because moderators made my answers private here.",
    PrivacyReason.PREFERENCE: ", because you chose private answers.",
    PrivacyReason.NO_APPS: ", because this channel doesn’t allow apps to post.",
}


def example_number(number: int, *, on_page: bool = True) -> Markdown:
    """Return the number of an example. A no-break space keeps both parts on one line."""
    return Markdown(f"example\u00a0{number:,}{' on the page' if on_page else ''}")


def shuffle_position(position: int, total: int, scope: Markdown, *, spoilers: bool = True) -> Markdown:
    """Return the position in a shuffle. `spoilers` says whether examples with spoilers are in it."""
    where = f"in {scope}" if spoilers else f"without spoilers in {scope}"
    if total == 1:
        return Markdown(f"the only one {where}")
    return Markdown(f"{ordinal(position)}\u00a0of\u00a0{total:,} {where}, nothing repeats until all were shown")


def hit_position(position: int, total: int, query: Markdown) -> Markdown:
    """Return the position in the shuffled hits of a search."""
    return Markdown(f"{ordinal(position)}\u00a0of\u00a0{total:,} for **{query}**")


def text_page(page: int, pages: int) -> Markdown:
    """Return the page of a long example."""
    return Markdown(f"part {page} of {pages}")


def spoiler_summary(spoilers: int, works: Sequence[Markdown]) -> Markdown:
    """Return how many spoilers a card has and which works they are about."""
    about = f" for {bold_list(works)}" if works else ""
    return Markdown(f"{plural(spoilers, 'spoiler')}{about}, click to reveal")


def example_count(total: int, tropes: Markdown, medium: Markdown = NO_TEXT, *, more: bool = False) -> Markdown:
    """Return how many examples a list has and of what; `more` if there are more than were counted."""
    examples = f"{total:,}+ examples" if more else plural(total, "example")
    return Markdown(f"{examples} from {tropes}{', in ' if medium else ''}{medium}")


def trope_count(count: int) -> Markdown:
    """Return how many tropes the examples of a list are from."""
    return Markdown(plural(count, "trope"))


def left_out(count: int) -> Markdown:
    """Return how many examples of a list are not shown."""
    return Markdown(f"{plural(count, 'example')} with spoilers left out")


def nothing_left(left_out: int, *, by_server: bool) -> Markdown:
    """Return the answer if all examples have spoilers and those are left out."""
    reason = "this server shows only" if by_server else "you chose"
    return Markdown(f"{plural(left_out, 'example')} left out because {reason} examples without spoilers.")


def show_left_out(count: int) -> str:
    """Return the label of the button that shows what was left out."""
    return "Show it in tags" if count == 1 else "Show them in tags"


def spoilers_excluded(*, by_server: bool) -> Markdown:
    """Return the answer to an example that is left out."""
    return Markdown(
        f"That example has spoilers, and {'this server skips' if by_server else 'your settings skip'} those."
    )


def why_private(reason: PrivacyReason) -> Markdown:
    """Return why only the member sees an answer."""
    return Markdown(ONLY_YOU + _WHY_PRIVATE[reason])


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


def no_such_page(typed: Markdown, page: int) -> Markdown:
    """Return the note in a list or long example that could not be opened at a typed page."""
    return Markdown(f"There’s no page **{typed}**, so this is page {page}.")


def looked_for(words: Sequence[Markdown]) -> Markdown:
    """Return which words of a message were searched for."""
    return Markdown(f"I looked for {bold_list(words)}") if words else Markdown("")


def no_message_match(words: Sequence[Markdown]) -> Markdown:
    """Return the answer to a message that no example is like."""
    return Markdown(f"No examples match that message. {looked_for(words)}.") if words else NO_WORDS_IN_MESSAGE


def only_match(query: Markdown) -> Markdown:
    """Return what a search found, if it is one example."""
    return Markdown(f"the only example for **{query}**")


def more_examples(count: int) -> str:
    """Return the label of the button that shows as many other examples."""
    return f"{count} more"


def several_matches(name: Markdown) -> Markdown:
    """Return the question if a typed name can mean several."""
    return Markdown(f"More than one match for **{name}**. Which one?")


def other_media(name: Markdown, media: Sequence[tuple[Markdown, int]], more: int) -> Markdown:
    """Return the answer to a medium without examples here: those that have some, most first, and how many `more`."""
    if not media:
        return Markdown(f"I don’t have any examples from **{name}** here.")
    tail = f" and {more:,} more" if more else ""
    listed = ", ".join([f"**{each}** ({count:,})" for each, count in media])
    return Markdown(f"I don’t have any examples from **{name}** here. I have some from {listed}{tail}.")


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
    return Markdown(f"{SHARED_BY}**{name}**")


def slow_down(seconds: float) -> Markdown:
    """Return the answer to a member who reached the rate limit."""
    return Markdown(f"That was quick! Please wait {plural(max(1, round(seconds)), 'second')} and try again.")


def total_examples(total: int) -> Markdown:
    """Return how many examples a trope has."""
    return Markdown(f"{plural(total, 'example')} in all")


def loaded_on(day: datetime) -> Markdown:
    """Return the day a page was loaded."""
    return Markdown(f"as of {day.day} {day:%b %Y}")


def more_media(media: int, examples: int) -> Markdown:
    """Return how many media a trope has besides those listed."""
    return Markdown(f"and {plural(media, 'more medium', 'more media')} **{examples:,}**")


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
