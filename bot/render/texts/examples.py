"""What the bot says about examples and tropes. Other features have modules of their own.

Short, warm, no jargon.
"""

from collections.abc import Sequence
from datetime import datetime

from bot.language import Label, Value, fill, number, pgettext
from bot.model.preferences import PrivacyReason
from bot.render.markdown import NO_TEXT, Markdown
from bot.render.texts import (
    Text,
    bold_list,
    count_label,
    count_text,
    date_of,
    did_you_mean,
    label,
    names_and_more,
    place,
    sentences,
    text,
)
from bot.render.texts import example_count as examples

ANOTHER_EXAMPLE = Label("Another")
SAME_MEDIUM = Label("Same medium")
OPEN_ON_TV_TROPES = Label("On TV Tropes")
PREVIOUS_PAGE = Label("◂ Back")
NEXT_PAGE = Label("Next ▸")
SURPRISE_ME = Label("Surprise me")
SHOW_AS_LIST = Label("Show as list")
CHOOSE_ONE = Label("Choose one")
CUT_EXAMPLE = Text("Cut to fit. Open it below to read it whole.")
OPEN_MENU = Label("Open an example")
BLANK_INPUT = Text("that")
ALL_TROPES = Text("all tropes")
SPOILER_PLACEHOLDER = Label("(spoiler)")
LICENCE_LINE = Text("TV\u00a0Tropes, CC\u00a0BY-NC-SA\u00a03.0")

SHARE = Label("Share here")
MARK_SEEN, UNMARK_SEEN = Label("I know this one"), Label("I don’t know this one")
MORE_OF_WORK = Label("More from this work")
PAGE_MODAL_TITLE = Label("Go to a page")
PAGE_MODAL_LABEL = Label("Page")
NO_NOTES = Text("That example no longer has notes.")
MATCHES_FOR_MESSAGE = Label("Examples like that message")
ANSWER_REMOVED = Text("Deleted.")
NOT_MY_MESSAGE = Text("I can only delete my own answers.")
NOT_YOUR_ANSWER = Text("Only the person who asked, or someone with *Manage Messages*, can delete it.")
REMOVE_FORBIDDEN = Text("I don’t have permission to delete that here.")
CANNOT_WRITE_HERE = Text("You can’t send messages in this channel, so I didn’t share it.")
CHANNEL_IS_PRIVATE = Text(
    "My answers are private in this channel, so I didn’t share it. Someone with *Manage Server* can change that."
)
HIDDEN_BY_SERVER = Text("This server’s moderators have hidden that here.")
NO_WORDS_IN_MESSAGE = Text("That message has no words that I can search for.")
MORE_ON_TV_TROPES = Text("There’s more of this text on TV\u00a0Tropes.")
RANDOM_BUTTON = Label("Random example")
DATA_NOTICE = Text(
    "I don’t store messages. I only remember how far each channel (and you, in private) has got, "
    "plus your settings, what you save, your game scores, and this server’s settings."
)

EMPTY_QUERY = Text("Give me a word or two to search for, like **bridge** or **car chase**.")
NO_MATCHING_EXAMPLE = Text("I don’t have an example like that. Try another medium or work.")
CORPUS_EMPTY = Text("I don’t have any examples yet. Whoever runs me has to load a page first.")
ONE_TROPE = Text("The Big Heroic Run is the only trope I have right now. Ask me with `/bigrun`.")
OUTDATED_BUTTON = Text("That’s from an older version of me. Please run the command again.")
WITHHELD = Text("I couldn’t answer that here. Please try again.")
EXAMPLE_GONE = Text("That example is no longer on the page. Please run the command again.")
FEWER_WORDS, OTHER_SPELLING = Text("Try fewer words."), Text("Try another spelling, or the start of the word.")
_WHY_PRIVATE = {
    PrivacyReason.HIDDEN_SEARCH: Text("Only you can see this, because I searched inside spoilers."),
    PrivacyReason.MESSAGE_SEARCH: Text("Only you can see this, because I used someone’s message."),
    PrivacyReason.NOTES: Text("Only you can see this, so that notes don’t fill the channel."),
    PrivacyReason.REPORT: Text("Only you can see this, so that mistakes don’t fill the channel."),
    PrivacyReason.COPY: Text("Only you can see this copy, because someone else asked for that answer."),
    PrivacyReason.QUIET_CHANNEL: Text("Only you can see this, because moderators keep this channel quiet."),
    PrivacyReason.SERVER: Text("Only you can see this, because moderators made my answers private here."),
    PrivacyReason.PREFERENCE: Text("Only you can see this, because you chose private answers."),
    PrivacyReason.NO_APPS: Text("Only you can see this, because this channel doesn’t allow apps to post."),
}


def example_number(number: int, *, on_page: bool = True) -> Markdown:
    """Return the number of an example. A no-break space keeps both parts on one line."""
    if on_page:
        return text("example\u00a0{number} on the page", number=number)
    return text("example\u00a0{number}", number=number)


def shuffle_position(position: int, total: int, scope: Markdown, *, spoilers: bool = True) -> Markdown:
    """Return the position in a shuffle. `spoilers` says whether examples with spoilers are in it."""
    if total == 1:
        if spoilers:
            return text("the only one in {scope}", scope=scope)
        return text("the only one without spoilers in {scope}", scope=scope)
    where: dict[str, Value] = {"place": place(position), "total": total, "scope": scope}
    if spoilers:
        return text("{place}\u00a0of\u00a0{total} in {scope}, nothing repeats until all were shown", **where)
    return text(
        "{place}\u00a0of\u00a0{total} without spoilers in {scope}, nothing repeats until all were shown", **where
    )


def hit_position(position: int, total: int, query: Markdown) -> Markdown:
    """Return the position in the shuffled hits of a search."""
    return text("{place}\u00a0of\u00a0{total} for **{query}**", place=place(position), total=total, query=query)


def text_page(page: int, pages: int) -> Markdown:
    """Return the page of a long example."""
    return text("part {page} of {pages}", page=page, pages=pages)


def spoiler_summary(spoilers: int, works: Sequence[Markdown]) -> Markdown:
    """Return how many spoilers a card has and which works they are about."""
    if not works:
        return count_text("{count} spoiler, click to reveal", "{count} spoilers, click to reveal", spoilers)
    return count_text(
        "{count} spoiler for {works}, click to reveal",
        "{count} spoilers for {works}, click to reveal",
        spoilers,
        works=bold_list(works),
    )


def example_count(total: int, tropes: Markdown, medium: Markdown = NO_TEXT, *, more: bool = False) -> Markdown:
    """Return how many examples a list has and of what; `more` if there are more than were counted."""
    counted = text("{total}+ examples", total=total) if more else examples(total)
    if medium:
        return text("{examples} from {tropes}, in {medium}", examples=counted, tropes=tropes, medium=medium)
    return text("{examples} from {tropes}", examples=counted, tropes=tropes)


def left_out(count: int) -> Markdown:
    """Return how many examples of a list are not shown."""
    return count_text("{count} example with spoilers left out", "{count} examples with spoilers left out", count)


def nothing_left(left_out: int, *, by_server: bool) -> Markdown:
    """Return the answer if all examples have spoilers and those are left out."""
    if by_server:
        return count_text(
            "{count} example left out because this server shows only examples without spoilers.",
            "{count} examples left out because this server shows only examples without spoilers.",
            left_out,
        )
    return count_text(
        "{count} example left out because you chose examples without spoilers.",
        "{count} examples left out because you chose examples without spoilers.",
        left_out,
    )


def show_left_out(count: int) -> str:
    """Return the label of the button that shows what was left out."""
    return count_label("Show it in tags", "Show them in tags", count)


def spoilers_excluded(*, by_server: bool) -> Markdown:
    """Return the answer to an example that is left out."""
    if by_server:
        return text("That example has spoilers, and this server skips those.")
    return text("That example has spoilers, and your settings skip those.")


def why_private(reason: PrivacyReason) -> Markdown:
    """Return why only the member sees an answer."""
    return _WHY_PRIVATE[reason]()


def seen_label(title: str, *, seen: bool) -> str:
    """Return the label of the button that says whether a work is known: the card's only one, or that of a title."""
    if not title:
        return UNMARK_SEEN() if seen else MARK_SEEN()
    return label("I don’t know {title}", title=title) if seen else label("I know {title}", title=title)


def notes_button(count: int) -> str:
    """Return the label of the button that opens notes."""
    return label("Notes ({number})", number=count)


def page_label(page: int, pages: int) -> str:
    """Return the label of the button between "Back" and "Next"."""
    return label("Page {page} of {pages}", page=page, pages=pages)


def no_such_page(typed: Markdown, page: int) -> Markdown:
    """Return the note in a list or long example that could not be opened at a typed page."""
    return text("There’s no page **{typed}**, so this is page {page}.", typed=typed, page=page)


def looked_for(words: Sequence[Markdown]) -> Markdown:
    """Return which words of a message were searched for."""
    return text("I looked for {words}", words=bold_list(words)) if words else NO_TEXT


def no_message_match(words: Sequence[Markdown]) -> Markdown:
    """Return the answer to a message that no example is like."""
    if not words:
        return NO_WORDS_IN_MESSAGE()
    return text("No examples match that message. I looked for {words}.", words=bold_list(words))


def only_match(query: Markdown) -> Markdown:
    """Return what a search found, if it is one example."""
    return text("the only example for **{query}**", query=query)


def more_examples(count: int) -> str:
    """Return the label of the button that shows as many other examples."""
    return fill(pgettext("examples on a button", "{number} more"), {"number": count})


def several_matches(name: Markdown) -> Markdown:
    """Return the question if a typed name can mean several."""
    return text("More than one match for **{name}**. Which one?", name=name)


def other_media(name: Markdown, media: Sequence[tuple[Markdown, int]], more: int) -> Markdown:
    """Return the answer to a medium without examples here: those that have some, most first, and how many `more`."""
    if not media:
        return text("I don’t have any examples from **{name}** here.", name=name)
    known = [Markdown(f"**{each}** ({number(count)})") for each, count in media]
    return text(
        "I don’t have any examples from **{name}** here. I have some from {media}.",
        name=name,
        media=names_and_more(known, more),
    )


def no_matches(query: Markdown, medium: Markdown, suggestions: Sequence[Markdown]) -> Markdown:
    """Return the answer to a search without hits, in a medium or in none."""
    if medium:
        none = text("No examples for **{query}** in {medium}.", query=query, medium=medium)
    else:
        none = text("No examples for **{query}**.", query=query)
    advice = FEWER_WORDS() if " " in query else OTHER_SPELLING()
    return sentences(none, did_you_mean(suggestions) or advice)


def try_query(query: str) -> str:
    """Return the label of the button for a suggested search."""
    return label("Try {query}", query=query)


def all_media_label(total: int, *, more: bool = False) -> str:
    """Return the label of the button that searches all media; `more` if there are more hits than were counted."""
    return label("All media ({total}+)", total=total) if more else label("All media ({total})", total=total)


def medium_with_count(name: str, total: int) -> str:
    """Return an autocomplete choice: a medium and its number of examples."""
    return f"{name} ({total})"


def no_examples_from(name: Markdown, suggestions: Sequence[Markdown]) -> Markdown:
    """Return the answer to a medium or work that no example is from."""
    return sentences(text("I don’t have any examples from **{name}**.", name=name), did_you_mean(suggestions))


def unknown_trope(name: Markdown, suggestions: Sequence[Markdown]) -> Markdown:
    """Return the answer to a trope that is not loaded."""
    return sentences(text("I don’t have the trope **{name}**.", name=name), did_you_mean(suggestions))


def no_such_number(number: int, total: int) -> Markdown:
    """Return the answer to a number that no example has."""
    return text("There’s no example {number}. Pick a number from 1 to {total}.", number=number, total=total)


def shared_by(name: Markdown) -> Markdown:
    """Return who shared an answer."""
    return text("shared by **{name}**", name=name)


def slow_down(seconds: float) -> Markdown:
    """Return the answer to a member who reached the rate limit."""
    return count_text(
        "That was quick! Please wait {count} second and try again.",
        "That was quick! Please wait {count} seconds and try again.",
        max(1, round(seconds)),
    )


def total_examples(total: int) -> Markdown:
    """Return how many examples a trope has."""
    return count_text("{count} example in all", "{count} examples in all", total)


def loaded_on(day: datetime) -> Markdown:
    """Return the day a page was loaded."""
    return text("as of {date}", date=date_of(day))


def more_media(media: int, examples: int) -> Markdown:
    """Return how many media a trope has besides those listed."""
    return count_text(
        "and {count} more medium **{examples}**", "and {count} more media **{examples}**", media, examples=examples
    )


def loaded_subpages(loaded: int, total: int) -> Markdown:
    """Return how many of a trope's subpages are loaded."""
    return count_text("{loaded} of {count} subpage read", "{loaded} of {count} subpages read", total, loaded=loaded)


def missing_subpages(names: Sequence[Markdown], more: int) -> Markdown:
    """Return which subpages are not loaded: the first names, and how many `more`."""
    return text("missing: {names}", names=names_and_more(names, more))


def unexpected_error(error_id: str) -> Markdown:
    """Return the answer to a failed command; `error_id` is in the log as well."""
    return text(
        "Sorry, something went wrong. Please try again. If it keeps happening, send my host this code: **{error_id}**",
        error_id=error_id,
    )


CANNOT_SAVE = Text("I can’t save anything right now.")


def cannot_save(error_id: str) -> Markdown:
    """Return the answer to a change while the state's file is gone."""
    return text(
        "I can’t save anything right now. Please tell my host, with this code: **{error_id}**", error_id=error_id
    )


def write_failed(error_id: str) -> Markdown:
    """Return the answer to a change that could not be written; `error_id` is in the log as well."""
    return text(
        "I couldn’t save that, so nothing changed. Please try again later. "
        "If it keeps happening, send my host this code: **{error_id}**",
        error_id=error_id,
    )


def data_damaged(error_id: str) -> Markdown:
    """Return the answer if a database is damaged; `error_id` is in the log as well."""
    return text(
        "I can’t read some of my saved data, and only my host can fix that. Please send them this code: **{error_id}**",
        error_id=error_id,
    )
