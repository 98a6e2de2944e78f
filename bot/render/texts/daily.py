"""What the bot says about daily examples."""

from collections.abc import Sequence

from bot.preferences import EVERY_DAY, MAX_HOURS, MIN_HOURS, WEEKDAYS, DailySchedule, PauseReason, Rhythm
from bot.render.markdown import Markdown, escape
from bot.render.texts import bold_list, plural

TITLE = "Daily examples"
SHOW_ALL = "See daily examples"
BACK = "Back to settings"
STOP = "Stop"
UNDO = "Undo"
RESUME = "Start again"
SHOW_ANOTHER = "Show another"
WEEKDAY_NAMES = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")

INVALID_TIME = Markdown("I didn’t understand that time. Write it like **18:30**, **6:30 pm**, **18h** or **noon**.")
INVALID_RHYTHM = Markdown(
    "I didn’t understand how often. Write **daily**, **weekdays**, **Mondays**, "
    f"or every **{MIN_HOURS} hours** to **{MAX_HOURS} hours**."
)
EVERYONE_REFUSED = Markdown("I never ping everyone, so nothing changed. Choose another role.")
TAG_WITHOUT_FORUM = Markdown("Only posts in a forum have tags, so nothing changed. Leave the tag empty.")
TAG_IS_MODERATED = Markdown("Only moderators can use that tag, so nothing changed. Give me *Manage Threads* for it.")
UNCHECKED = Markdown("I couldn’t check whether I may post there. If I may not, **/bigrun settings** will say so.")
NO_OTHER = Markdown("I don’t have another example to show here.")
NOT_RENAMED = Markdown("I couldn’t change this post’s title.")
NOTHING_TO_SHOW = Markdown("I don’t have an example like that, so nothing changed. Try another medium or work.")
CHANNEL_NOT_FOUND = Markdown("I can’t find that channel in this server, so nothing changed.")
NOT_SHOWN_HERE = Markdown("This server hides that in **/bigrun settings**, so nothing changed.")
CANNOT_POST = Markdown(
    "I can’t post in that channel, so nothing changed. "
    "Give me *View Channel* and *Send Messages* there, then try again."
)

HELP = Markdown("Each channel can have one. Set it with **/bigrun daily**.")
UNDONE = Markdown("Undone. The daily example from before is back.")
NOTHING_TO_UNDO = Markdown("There’s nothing left to undo: that was undone, stopped or replaced since.")


def count_line(count: int, paused: int) -> Markdown:
    """Return how many channels have a daily example."""
    if not count:
        return Markdown("**Daily examples:** none. Set one with **/bigrun daily**.")
    return Markdown(
        f"**Daily examples:** in {plural(count, 'channel')}{f', {paused} of them paused' if paused else ''}"
    )


def replaced_line(daily: DailySchedule, scope: Markdown) -> Markdown:
    """Return what a new daily example replaces in its channel."""
    hour, minute = divmod(daily.minute_of_day, 60)
    paused = ", which was paused" if daily.pause_reason else ""
    return Markdown(f"It replaces the one at **{hour:02}:{minute:02}** ({escape(daily.timezone)}): {scope}{paused}")


def rhythm_name(rhythm: Rhythm) -> str:
    """Return how often an example is posted. It can be typed, too."""
    if rhythm.hours:
        return f"Every {rhythm.hours} hours"
    if rhythm == WEEKDAYS:
        return "Weekdays"
    return "Daily" if rhythm == EVERY_DAY else ", ".join(WEEKDAY_NAMES[int(day) - 1] for day in rhythm.weekdays)


def footer(rhythm: Rhythm) -> Markdown:
    """Return what is below a posted example."""
    name = "Daily" if len(rhythm.weekdays) > 1 and not rhythm.hours else "Regular"
    return Markdown(f"{name} example. Stop it in /bigrun settings")


def mention(role_id: int) -> Markdown:
    """Return what pings a role."""
    return Markdown(f"<@&{role_id}>")


def schedule_line(daily: DailySchedule, scope: Markdown) -> Markdown:
    """Return when and where an example is posted, what it is picked from, and whom it pings."""
    hour, minute = divmod(daily.minute_of_day, 60)
    often = f"{rhythm_name(daily.rhythm)} {'from' if daily.rhythm.hours else 'at'} {hour:02}:{minute:02}"
    ping = f", pings {mention(daily.role_id)}" if daily.role_id else ""
    return Markdown(f"**{often}** ({escape(daily.timezone)}) in <#{daily.channel_id}>: {scope}{ping}")


def status_line(daily: DailySchedule) -> Markdown:
    """Return when the next one is posted, or why none is."""
    if daily.pause_reason:
        return pause_text(daily.pause_reason)
    return Markdown(f"Next: <t:{int(daily.next_due.timestamp())}:f>")


def pause_text(reason: PauseReason) -> Markdown:
    """Return why a daily example is paused."""
    match reason:
        case PauseReason.FORBIDDEN:
            return Markdown(
                "Paused: I can’t post there. Give me *View Channel* and *Send Messages*, then start it again."
            )
        case PauseReason.GONE:
            return Markdown("Paused: the channel is gone.")
        case PauseReason.EMPTY:
            return Markdown("Paused: there is no example left to show here.")
        case PauseReason.REFUSED:
            return Markdown("Paused: Discord refused the post. Set it again, in a forum with one of its tags.")


def scope_text(name: Markdown, *, spoilers: bool) -> Markdown:
    """Return what a daily example is picked from."""
    return Markdown(name if spoilers else f"{name}, without spoilers")


def unknown_zone(name: Markdown, suggestions: list[Markdown]) -> Markdown:
    """Return the answer to a time zone that does not exist."""
    advice = "Pick one from the list, like **Europe/Berlin**."
    tail = f"Did you mean {bold_list(suggestions, 'or')}?" if suggestions else advice
    return Markdown(f"I don’t know the time zone **{name}**. {tail}")


def unknown_tag(typed: Markdown, names: Sequence[Markdown]) -> Markdown:
    """Return the answer to a tag that a forum does not have."""
    known = f"It has {bold_list(names)}." if names else "It has none."
    return Markdown(f"That forum doesn’t have the tag **{typed}**, so nothing changed. {known}")


def tag_required(names: Sequence[Markdown]) -> Markdown:
    """Return the answer for a forum whose posts need a tag."""
    return Markdown(f"Posts in that forum need a tag, so nothing changed. Choose {bold_list(names, 'or')}.")


def no_ping(role_id: int) -> Markdown:
    """Return that a role would be named without being pinged."""
    return Markdown(
        f"I’ll name {mention(role_id)}, but that won’t ping anyone. Let everyone mention that role, or give me "
        "*Mention \\@everyone, \\@here and All Roles*."
    )


def ping_unchecked(role_id: int) -> Markdown:
    """Warn that the bot could not check whether it may ping a role."""
    return Markdown(f"I couldn’t check whether I may ping {mention(role_id)} there.")


def too_many(max_dailies: int) -> Markdown:
    """Return the answer in a server that has as many daily examples as it can."""
    dailies = plural(max_dailies, "daily example")
    return Markdown(f"This server has {dailies} already. Stop one in **/bigrun settings** first.")
