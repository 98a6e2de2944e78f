"""What the bot says about preferences and settings."""

from collections.abc import Collection, Sequence

from bot.preferences import MAX_HIDDEN_TROPES, MAX_LISTED_WORKS, DeletionSummary, SpoilerMode
from bot.render.markdown import Markdown
from bot.render.texts import bold_list, plural

PREFERENCES_TITLE = Markdown("Your preferences")
SETTINGS_TITLE = Markdown("Settings for this server")

CHOOSE_SPOILERS = "Choose how to show spoilers"

FOR_YOU_ALONE = "only you see them"
FOR_EVERYONE = "everyone sees them"
ANSWER_ME_ALONE = "Answer me privately"
ANSWER_EVERYONE = "Answer me publicly"
ADD_SEEN = "I know a work…"
ADD_SEEN_TITLE = "A work you know"
REMOVE_SEEN = "Remove a work from the list"
FORGET_ME = "Forget me"
WORK_LABEL = "Title of a film, book, game…"
TYPE_AGAIN = "Change what you typed…"
DID_YOU_MEAN = "Choose the title you meant"
NOTHING_SEEN = Markdown("none yet")
SEEN_HELP = Markdown("When only you see an answer, I don’t hide spoilers for works you know.")
YOUR_DATA = Markdown(
    "**Your data:** all of this, your saved examples, your game scores, and how far you’ve got in private"
)
ASK_FORGET = Markdown(
    "**Forget everything about you?**\n"
    "I’ll delete your preferences, the works you know, your saved examples, your game scores, and how far you’ve "
    "got in private. "
    "You can’t undo that."
)
FORGET_NOW = "Yes, forget me"
KEEP_DATA = "No, keep it"

PRIVATE_BY_DEFAULT = "only the member who asks sees them"
MAKE_PRIVATE = "Make answers private"
MAKE_PUBLIC = "Make answers public"
EVERYWHERE = Markdown("in every channel")
CHOOSE_CHANNELS = "Choose channels for public answers (none = all)"
CHOOSE_GAME_CHANNELS = "Choose channels for games (none = all)"
GAMES, GAMES_TITLE = "Games", Markdown("Games in this server")
GAMES_HELP = Markdown("There are no games where my answers are always private.")
BACK = "Back to settings"
ALLOW_GAMES, STOP_GAMES = "Allow games", "Switch games off"
CHOOSE_MEDIA = "Choose media to hide"
HIDE_WORK = "Hide a work…"
HIDE_WORK_TITLE = "A work to hide here"
UNHIDE_WORK = "Show a work again"
HIDE_TROPE = "Hide a trope…"
HIDE_TROPE_TITLE = "A trope to hide here"
TROPE_LABEL = "Title of the trope"
UNHIDE_TROPE = "Show a trope again"
HIDDEN_MEDIA, HIDDEN_WORKS, HIDDEN_TROPES = "Hidden media", "Hidden works", "Hidden tropes"
NOTHING_HIDDEN = Markdown("none")
SETTINGS_HELP = Markdown("Changes apply right away. Members can hide more spoilers than this, not fewer.")

NO_SERVER = Markdown("That only works in a server.")
NOT_A_MEMBER = Markdown("I’m not in this server yet. Someone with *Manage Server* has to add me first.")
MANAGERS_ONLY = Markdown("You need the *Manage Server* permission for that.")
UNKNOWN_TITLE = "No longer on my pages"


def mode_name(mode: SpoilerMode) -> str:
    """Return what a way to show spoilers is called."""
    match mode:
        case SpoilerMode.TAGS:
            return "Behind spoiler tags"
        case SpoilerMode.WHOLE_CARD:
            return "The whole card hidden"
        case SpoilerMode.EXCLUDE:
            return "No examples with spoilers"


def mode_description(mode: SpoilerMode) -> str:
    """Return what a way to show spoilers does."""
    match mode:
        case SpoilerMode.TAGS:
            return "Each spoiler is hidden until you click it"
        case SpoilerMode.WHOLE_CARD:
            return "A card with spoilers is hidden until you click it"
        case SpoilerMode.EXCLUDE:
            return "Examples with spoilers are skipped"


def seen_full() -> Markdown:
    """Return the answer to a member whose list of known works is full."""
    return Markdown(
        f"Your list has {MAX_LISTED_WORKS} works, and that’s the limit. Remove one in **/bigrun preferences** first."
    )


def hidden_works_full() -> Markdown:
    """Return the answer in a server whose list of hidden works is full."""
    return Markdown(f"This server hides {MAX_LISTED_WORKS} works, and that’s the limit. Show one of them again first.")


def hidden_tropes_full() -> Markdown:
    """Return the answer in a server whose list of hidden tropes is full."""
    return Markdown(
        f"This server hides {MAX_HIDDEN_TROPES} tropes, and that’s the limit. Show one of them again first."
    )


def spoiler_line(mode: SpoilerMode) -> Markdown:
    """Return how spoilers are shown."""
    name = mode_name(mode)
    return Markdown(f"**Spoilers:** {name[0].lower()}{name[1:]}")


def privacy_line(*, private: bool, member: bool) -> Markdown:
    """Return who sees answers by default, for a member's preferences or a guild's settings."""
    alone = FOR_YOU_ALONE if member else PRIVATE_BY_DEFAULT
    return Markdown(f"**Answers:** {alone if private else FOR_EVERYONE}, unless a command says otherwise")


def seen_works_line(titles: Sequence[Markdown]) -> Markdown:
    """Return the works that a member has seen."""
    return Markdown(f"**Works you know:** {', '.join(titles) or NOTHING_SEEN}")


def channels_line(channel_ids: Sequence[int]) -> Markdown:
    """Return the channels with public answers."""
    mentions = ", ".join(f"<#{channel_id}>" for channel_id in channel_ids)
    return Markdown(f"**Public answers:** {f'only in {mentions}' if mentions else EVERYWHERE}")


def games_line(channel_ids: Collection[int], *, allowed: bool) -> Markdown:
    """Return where there are games. Their menu names the channels."""
    if not allowed:
        return Markdown("**Games:** switched off")
    where = f"in {plural(len(channel_ids), 'channel')}" if channel_ids else EVERYWHERE
    return Markdown(f"**Games:** {where}")


def hidden_line(what: str, names: Sequence[Markdown]) -> Markdown:
    """Return the media, works or tropes that are never shown."""
    return Markdown(f"**{what}:** {', '.join(names) or NOTHING_HIDDEN}")


def and_more(count: int) -> Markdown:
    """Return the end of a list that is not complete."""
    return Markdown(f"{count:,} more")


def deletion_summary(deleted: DeletionSummary) -> Markdown:
    """Return what was deleted of a member's data."""
    counts = (
        (deleted.preferences, "preference", "preferences"),
        (deleted.seen, "work you know", "works you know"),
        (deleted.saved, "saved example", "saved examples"),
        (deleted.shuffles, "private shuffle", "private shuffles"),
        (deleted.scores, "month of scores", "months of scores"),
        (deleted.hints, "hint I gave you", "hints I gave you"),
    )
    parts = [Markdown(plural(count, one, many)) for count, one, many in counts if count]
    if not parts:
        return Markdown("I had nothing stored about you.")
    return Markdown(f"Forgotten: {bold_list(parts)}. I no longer store anything about you.")
