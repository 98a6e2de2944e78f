"""What the bot says about preferences and settings."""

from collections.abc import Sequence

from bot.preferences import MAX_LISTED_WORKS, DeletionSummary, SpoilerMode
from bot.render.markdown import Markdown
from bot.render.texts import bold_list, plural

PREFERENCES_TITLE = "Your preferences"
SETTINGS_TITLE = "My answers in this server"

MODE_NAMES = {
    SpoilerMode.TAGS: "Behind spoiler tags",
    SpoilerMode.WHOLE_CARD: "The whole card hidden",
    SpoilerMode.EXCLUDE: "No examples with spoilers",
}
MODE_EXPLAINED = {
    SpoilerMode.TAGS: "Each spoiler is hidden until it is clicked",
    SpoilerMode.WHOLE_CARD: "A card that holds spoilers is hidden until it is clicked",
    SpoilerMode.EXCLUDE: "Only examples that hide nothing are shown",
}
CHOOSE_SPOILERS = "How to show spoilers"

FOR_YOU_ALONE = "for you alone"
FOR_EVERYONE = "for everyone"
ANSWER_ME_ALONE = "Answer me alone"
ANSWER_EVERYONE = "Answer for everyone"
ADD_SEEN = "I have seen…"
ADD_SEEN_TITLE = "A work you have seen"
REMOVE_SEEN = "Take a work off the list"
FORGET_ME = "Forget me"
TITLE_LABEL = "Title"
NOTHING_SEEN = Markdown("none yet")
SEEN_FULL = Markdown(
    f"You have {MAX_LISTED_WORKS} works on your list, and I can keep no more. "
    "Take one off in **/bigrun preferences** first."
)
HIDDEN_FULL = Markdown(
    f"This server hides {MAX_LISTED_WORKS} works, and I can keep no more. Show one of them again first."
)
SEEN_HELP = Markdown("In answers that only you see, I show the spoilers of these works plainly.")
FORGET_HELP = Markdown("Forget me deletes all of this, and how far your private draws have come.")

PRIVATE_BY_DEFAULT = "for the member who asks alone"
MAKE_PRIVATE = "Private by default"
MAKE_PUBLIC = "Public by default"
EVERYWHERE = Markdown("in every channel")
CHOOSE_CHANNELS = "Channels with public answers; none: everywhere"
CHOOSE_MEDIA = "Media never shown here"
HIDE_WORK = "Hide a work…"
HIDE_WORK_TITLE = "A work never shown here"
UNHIDE_WORK = "Show a work again"
NOTHING_HIDDEN = Markdown("nothing")
SETTINGS_HELP = Markdown("Changes count at once. A member can be stricter about spoilers, not less strict.")

NO_SERVER = Markdown("That works in servers only.")
NOT_A_MEMBER = Markdown("Only you have me here, the server does not. Who manages it can add me to it first.")
MANAGERS_ONLY = Markdown("Only who may manage this server can do that.")
UNKNOWN_WORK = "No longer on my pages"


def spoiler_line(mode: SpoilerMode) -> Markdown:
    """Return how spoilers are shown."""
    name = MODE_NAMES[mode]
    return Markdown(f"**Spoilers:** {name[0].lower()}{name[1:]}")


def privacy_line(*, private: bool, member: bool) -> Markdown:
    """Return who sees answers by default, for a member's preferences or a guild's settings."""
    alone = FOR_YOU_ALONE if member else PRIVATE_BY_DEFAULT
    return Markdown(f"**Answers:** {alone if private else FOR_EVERYONE}, unless a command says otherwise")


def seen_works_line(titles: Sequence[Markdown]) -> Markdown:
    """Return the works that a member has seen."""
    return Markdown(f"**Works you have seen:** {', '.join(titles) or NOTHING_SEEN}")


def channels_line(channel_ids: Sequence[int]) -> Markdown:
    """Return the channels with public answers."""
    mentions = ", ".join(f"<#{channel_id}>" for channel_id in channel_ids)
    return Markdown(f"**Public answers:** {f'only in {mentions}' if mentions else EVERYWHERE}")


def hidden_line(names: Sequence[Markdown]) -> Markdown:
    """Return the media and works that are never shown."""
    return Markdown(f"**Never shown here:** {', '.join(names) or NOTHING_HIDDEN}")


def and_more(count: int) -> Markdown:
    """Return the end of a list that is not complete."""
    return Markdown(f"{count:,} more")


def deletion_summary(deleted: DeletionSummary) -> Markdown:
    """Return what was deleted of a member's data."""
    counts = (
        (deleted.preferences, "preference", "preferences"),
        (deleted.seen, "work you had seen", "works you had seen"),
        (deleted.shuffles, "round of private draws", "rounds of private draws"),
    )
    parts = [Markdown(plural(count, one, many)) for count, one, many in counts if count]
    if not parts:
        return Markdown("There was nothing kept about you.")
    return Markdown(f"Forgotten: {bold_list(parts)}. Nothing is kept about you any more.")
