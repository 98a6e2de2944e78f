"""What the bot says about preferences and settings."""

from collections.abc import Collection, Sequence

from bot.language import Label, fill, pgettext
from bot.model.preferences import MAX_HIDDEN_TROPES, MAX_LISTED_WORKS, DeletionSummary, SpoilerMode
from bot.render.markdown import Markdown
from bot.render.texts import Text, bold_list, commands, count_text, label, listed, text

PREFERENCES_TITLE = Text("Your preferences")
SETTINGS_TITLE = Text("Settings for this server")

CHOOSE_SPOILERS = Label("Choose how to show spoilers")

ANSWER_ME_ALONE = Label("Answer me privately")
ANSWER_EVERYONE = Label("Answer me publicly")
ADD_SEEN = Label("I know a work…")
ADD_SEEN_TITLE = Label("A work you know")
REMOVE_SEEN = Label("Remove a work from the list")
FORGET_ME = Label("Forget me")
WORK_LABEL = Label("Title of a film, book, game…")
TYPE_AGAIN = Label("Change what you typed…")
DID_YOU_MEAN = Label("Choose the title you meant")
NOTHING_SEEN = Text("none yet")
SEEN_HELP = Text("When only you see an answer, I don’t hide spoilers for works you know.")
YOUR_DATA = Text("**Your data:** all of this, your saved examples, your game scores, and how far you’ve got in private")
ASK_FORGET = Text(
    "**Forget everything about you?**\n"
    "I’ll delete your preferences, the works you know, your saved examples, your game scores, and how far you’ve "
    "got in private. "
    "You can’t undo that."
)
FORGET_NOW = Label("Yes, forget me")
KEEP_DATA = Label("No, keep it")

MAKE_PRIVATE = Label("Make answers private")
MAKE_PUBLIC = Label("Make answers public")
CHOOSE_CHANNELS = Label("Choose channels for public answers (none = all)")
CHOOSE_GAME_CHANNELS = Label("Choose channels for games (none = all)")
GAMES, GAMES_TITLE = Label("Games"), Text("Games in this server")
GAMES_HELP = Text("There are no games where my answers are always private.")
BACK = Label("Back to settings")
ALLOW_GAMES, STOP_GAMES = Label("Allow games"), Label("Switch games off")
CHOOSE_MEDIA = Label("Choose media to hide")
HIDE_WORK = Label("Hide a work…")
HIDE_WORK_TITLE = Label("A work to hide here")
UNHIDE_WORK = Label("Show a work again")
HIDE_TROPE = Label("Hide a trope…")
HIDE_TROPE_TITLE = Label("A trope to hide here")
TROPE_LABEL = Label("Title of the trope")
UNHIDE_TROPE = Label("Show a trope again")
CHOOSE_LANGUAGE = Label("Choose the language for everyone")
LANGUAGE_OF_DISCORD = Label("This server’s Discord language")
NOTHING_HIDDEN = Text("none")
SETTINGS_HELP = Text("Changes apply right away. Members can hide more spoilers than this, not fewer.")

NO_SERVER = Text("That only works in a server.")
NOT_A_MEMBER = Text("I’m not in this server yet. Someone with *Manage Server* has to add me first.")
MANAGERS_ONLY = Text("You need the *Manage Server* permission for that.")
UNKNOWN_TITLE = Label("No longer on my pages")


def mode_name(mode: SpoilerMode) -> str:
    """Return what a way to show spoilers is called."""
    match mode:
        case SpoilerMode.TAGS:
            return label("Behind spoiler tags")
        case SpoilerMode.WHOLE_CARD:
            return label("The whole card hidden")
        case SpoilerMode.EXCLUDE:
            return label("No examples with spoilers")


def mode_description(mode: SpoilerMode) -> str:
    """Return what a way to show spoilers does."""
    match mode:
        case SpoilerMode.TAGS:
            return label("Each spoiler is hidden until you click it")
        case SpoilerMode.WHOLE_CARD:
            return label("A card with spoilers is hidden until you click it")
        case SpoilerMode.EXCLUDE:
            return label("Examples with spoilers are skipped")


def seen_full() -> Markdown:
    """Return the answer to a member whose list of known works is full."""
    return text(
        "Your list has {number} works, and that’s the limit. Remove one in **{command}** first.",
        number=MAX_LISTED_WORKS,
        command=commands.named(commands.PREFERENCES),
    )


def hidden_works_full() -> Markdown:
    """Return the answer in a server whose list of hidden works is full."""
    return text(
        "This server hides {number} works, and that’s the limit. Show one of them again first.",
        number=MAX_LISTED_WORKS,
    )


def hidden_tropes_full() -> Markdown:
    """Return the answer in a server whose list of hidden tropes is full."""
    return text(
        "This server hides {number} tropes, and that’s the limit. Show one of them again first.",
        number=MAX_HIDDEN_TROPES,
    )


def spoiler_line(mode: SpoilerMode) -> Markdown:
    """Return how spoilers are shown."""
    match mode:
        case SpoilerMode.TAGS:
            return text("**Spoilers:** behind spoiler tags")
        case SpoilerMode.WHOLE_CARD:
            return text("**Spoilers:** the whole card hidden")
        case SpoilerMode.EXCLUDE:
            return text("**Spoilers:** no examples with spoilers")


def privacy_line(*, private: bool, member: bool) -> Markdown:
    """Return who sees answers by default, for a member's preferences or a guild's settings."""
    if not private:
        return text("**Answers:** everyone sees them, unless a command says otherwise")
    if member:
        return text("**Answers:** only you see them, unless a command says otherwise")
    return text("**Answers:** only the member who asks sees them, unless a command says otherwise")


def seen_works_line(titles: Sequence[Markdown]) -> Markdown:
    """Return the works that a member has seen."""
    return text("**Works you know:** {titles}", titles=listed(titles) or NOTHING_SEEN())


def channels_line(channel_ids: Sequence[int]) -> Markdown:
    """Return the channels with public answers."""
    if not channel_ids:
        return text("**Public answers:** in every channel")
    mentions = listed([f"<#{channel_id}>" for channel_id in channel_ids])
    return text("**Public answers:** only in {channels}", channels=mentions)


def games_line(channel_ids: Collection[int], *, allowed: bool) -> Markdown:
    """Return where there are games. Their menu names the channels."""
    if not allowed:
        return text("**Games:** switched off")
    if not channel_ids:
        return text("**Games:** in every channel")
    return count_text("**Games:** in {count} channel", "**Games:** in {count} channels", len(channel_ids))


def hidden_media_line(names: Sequence[Markdown]) -> Markdown:
    """Return the media that are never shown."""
    return text("**Hidden media:** {names}", names=listed(names) or NOTHING_HIDDEN())


def hidden_works_line(names: Sequence[Markdown]) -> Markdown:
    """Return the works that are never shown."""
    return text("**Hidden works:** {names}", names=listed(names) or NOTHING_HIDDEN())


def hidden_tropes_line(names: Sequence[Markdown]) -> Markdown:
    """Return the tropes that are never shown."""
    return text("**Hidden tropes:** {names}", names=listed(names) or NOTHING_HIDDEN())


def language_line(name: Markdown) -> Markdown:
    """Return the language of what everyone sees."""
    return text("**Language for everyone:** {language}", language=name or text("this server’s Discord language"))


def and_more(count: int) -> Markdown:
    """Return the end of a list that is not complete."""
    return Markdown(fill(pgettext("works or tropes at the end of a list", "{number} more"), {"number": count}))


def deletion_summary(deleted: DeletionSummary) -> Markdown:
    """Return what was deleted of a member's data."""
    counts = (
        (deleted.preferences, count_text("{count} preference", "{count} preferences", deleted.preferences)),
        (deleted.seen, count_text("{count} work you know", "{count} works you know", deleted.seen)),
        (deleted.saved, count_text("{count} saved example", "{count} saved examples", deleted.saved)),
        (deleted.shuffles, count_text("{count} private shuffle", "{count} private shuffles", deleted.shuffles)),
        (deleted.scores, count_text("{count} month of scores", "{count} months of scores", deleted.scores)),
        (deleted.hints, count_text("{count} hint I gave you", "{count} hints I gave you", deleted.hints)),
    )
    parts = [counted for count, counted in counts if count]
    if not parts:
        return text("I had nothing stored about you.")
    return text("Forgotten: {things}. I no longer store anything about you.", things=bold_list(parts))
