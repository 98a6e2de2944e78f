"""What is said about what a member or a guild can choose."""

from collections.abc import Sequence

from bot.preferences import MAX_LISTED_WORKS, DeletionSummary, SpoilerMode
from bot.render.markdown import Markdown
from bot.render.texts import bold_list, plural

PREFERENCES = "Sets how I answer you: spoilers, private answers, works you have seen"
OPTION_SEEN = "A work you have seen: private answers show you its spoilers"
SETTINGS = "Sets how I answer in this server, for those who manage it"

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
    """Returns the row that says how spoilers are shown."""
    return Markdown(f"**Spoilers:** {_lowered(MODE_NAMES[mode])}")


def privacy_line(*, private: bool, member: bool) -> Markdown:
    """Returns the row that says for whom answers are usually, in a member's words or a guild's."""
    alone = FOR_YOU_ALONE if member else PRIVATE_BY_DEFAULT
    return Markdown(f"**Answers:** {alone if private else FOR_EVERYONE}, unless a command says otherwise")


def seen_works_line(titles: Sequence[Markdown]) -> Markdown:
    """Returns the row that names the works a member has seen."""
    return Markdown(f"**Works you have seen:** {', '.join(titles) or NOTHING_SEEN}")


def channels_line(ids: Sequence[int]) -> Markdown:
    """Returns the row that names the channels with public answers."""
    named = ", ".join(f"<#{one}>" for one in ids)
    return Markdown(f"**Public answers:** {f'only in {named}' if named else EVERYWHERE}")


def hidden_line(names: Sequence[Markdown]) -> Markdown:
    """Returns the row that names media and works that are not shown."""
    return Markdown(f"**Never shown here:** {', '.join(names) or NOTHING_HIDDEN}")


def and_more(count: int) -> Markdown:
    """Returns how many of a list are not named."""
    return Markdown(f"{count:,} more")


def deletion_summary(what: DeletionSummary) -> Markdown:
    """Returns what was deleted of a member."""
    kinds = (
        (what.preferences, "preference"),
        (what.seen, "work you had seen"),
        (what.shuffles, "round of private draws"),
    )
    many = {"work you had seen": "works you had seen", "round of private draws": "rounds of private draws"}
    parts = [Markdown(plural(count, kind, many.get(kind, ""))) for count, kind in kinds if count]
    if not parts:
        return Markdown("There was nothing kept about you.")
    return Markdown(f"Forgotten: {bold_list(parts)}. Nothing is kept about you any more.")


def now_seen(title: Markdown) -> Markdown:
    """Returns what is said when a work was added to those a member has seen."""
    return Markdown(f"**{title}** is among the works you have seen.")


def _lowered(name: str) -> str:
    return name[0].lower() + name[1:]
