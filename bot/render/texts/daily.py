"""What the bot says about daily examples."""

from collections.abc import Sequence

from bot.language import Label
from bot.model.preferences import EVERY_DAY, MAX_HOURS, MIN_HOURS, WEEKDAYS, DailySchedule, PauseReason, Rhythm
from bot.render.markdown import Markdown, escape
from bot.render.texts import (
    Text,
    bold_choice,
    bold_list,
    count_label,
    count_text,
    did_you_mean,
    label,
    listed,
    sentences,
    text,
)
from bot.render.texts.commands import DAILY, SETTINGS, TextOnCommand, named

TITLE = Label("Daily examples")
SHOW_ALL = Label("See daily examples")
BACK = Label("Back to settings")
STOP = Label("Stop")
UNDO = Label("Undo")
RESUME = Label("Start again")
SHOW_ANOTHER = Label("Show another")
WEEKDAY_NAMES = (
    *(Label("Mondays"), Label("Tuesdays"), Label("Wednesdays"), Label("Thursdays"), Label("Fridays")),
    *(Label("Saturdays"), Label("Sundays")),
)

INVALID_TIME = Text("I didn’t understand that time. Write it like **18:30**, **6:30 pm**, **18h** or **noon**.")
EVERYONE_REFUSED = Text("I never ping everyone, so nothing changed. Choose another role.")
TAG_WITHOUT_FORUM = Text("Only posts in a forum have tags, so nothing changed. Leave the tag empty.")
TAG_IS_MODERATED = Text("Only moderators can use that tag, so nothing changed. Give me *Manage Threads* for it.")
UNCHECKED = TextOnCommand(
    "I couldn’t check whether I may post there. If I may not, **{command}** will say so.", SETTINGS
)
NO_OTHER = Text("I don’t have another example to show here.")
NOT_RENAMED = Text("I couldn’t change this post’s title.")
NOTHING_TO_SHOW = Text("I don’t have an example like that, so nothing changed. Try another medium or work.")
CHANNEL_NOT_FOUND = Text("I can’t find that channel in this server, so nothing changed.")
NOT_SHOWN_HERE = TextOnCommand("This server hides that in **{command}**, so nothing changed.", SETTINGS)
CANNOT_POST = Text(
    "I can’t post in that channel, so nothing changed. "
    "Give me *View Channel* and *Send Messages* there, then try again."
)

HELP = TextOnCommand("Each channel can have one. Set it with **{command}**.", DAILY)
NONE_SET = TextOnCommand("**Daily examples:** none. Set one with **{command}**.", DAILY)
DAILY_FOOTER = TextOnCommand("Daily example. Stop it in {command}", SETTINGS)
REGULAR_FOOTER = TextOnCommand("Regular example. Stop it in {command}", SETTINGS)
UNDONE = Text("Undone. The daily example from before is back.")
NOTHING_TO_UNDO = Text("There’s nothing left to undo: that was undone, stopped or replaced since.")


def invalid_rhythm() -> Markdown:
    """Return the answer to an unknown rhythm."""
    return text(
        "I didn’t understand how often. Write **daily**, **weekdays**, **Mondays**, "
        "or every **{least} hours** to **{most} hours**.",
        least=MIN_HOURS,
        most=MAX_HOURS,
    )


def count_line(count: int, paused: int) -> Markdown:
    """Return how many channels have a daily example."""
    if not count:
        return NONE_SET()
    if not paused:
        return count_text("**Daily examples:** in {count} channel", "**Daily examples:** in {count} channels", count)
    return count_text(
        "**Daily examples:** in {count} channel, {paused} of them paused",
        "**Daily examples:** in {count} channels, {paused} of them paused",
        count,
        paused=paused,
    )


def replaced_line(daily: DailySchedule, scope: Markdown) -> Markdown:
    """Return what a new daily example replaces in its channel."""
    if daily.pause_reason:
        return text(
            "It replaces the one at **{time}** ({zone}): {scope}, which was paused",
            time=_time_of(daily), zone=escape(daily.timezone), scope=scope,
        )  # fmt: skip
    return text(
        "It replaces the one at **{time}** ({zone}): {scope}",
        time=_time_of(daily), zone=escape(daily.timezone), scope=scope,
    )  # fmt: skip


def rhythm_name(rhythm: Rhythm) -> str:
    """Return how often an example is posted. In English, it can be typed, too."""
    if rhythm.hours:
        return count_label("Every {count} hour", "Every {count} hours", rhythm.hours)
    if rhythm == WEEKDAYS:
        return label("Weekdays")
    return label("Daily") if rhythm == EVERY_DAY else listed([WEEKDAY_NAMES[int(day) - 1]() for day in rhythm.weekdays])


def footer(rhythm: Rhythm) -> Markdown:
    """Return what is below a posted example."""
    if len(rhythm.weekdays) > 1 and not rhythm.hours:
        return DAILY_FOOTER()
    return REGULAR_FOOTER()


def mention(role_id: int) -> Markdown:
    """Return what pings a role."""
    return Markdown(f"<@&{role_id}>")


def schedule_line(daily: DailySchedule, scope: Markdown) -> Markdown:
    """Return when and where an example is posted, what it is picked from, and whom it pings."""
    values = {"often": rhythm_name(daily.rhythm), "time": _time_of(daily)}
    often = text("{often} from {time}", **values) if daily.rhythm.hours else text("{often} at {time}", **values)
    channel = f"<#{daily.channel_id}>"
    line = text(
        "**{often}** ({zone}) in {channel}: {scope}",
        often=often, zone=escape(daily.timezone), channel=channel, scope=scope,
    )  # fmt: skip
    return text("{line}, pings {role}", line=line, role=mention(daily.role_id)) if daily.role_id else line


def status_line(daily: DailySchedule) -> Markdown:
    """Return when the next one is posted, or why none is."""
    if daily.pause_reason:
        return pause_text(daily.pause_reason)
    next_due = f"<t:{int(daily.next_due.timestamp())}:f>"
    return text("Next: {time}", time=next_due)


def pause_text(reason: PauseReason) -> Markdown:
    """Return why a daily example is paused."""
    match reason:
        case PauseReason.FORBIDDEN:
            return text("Paused: I can’t post there. Give me *View Channel* and *Send Messages*, then start it again.")
        case PauseReason.GONE:
            return text("Paused: the channel is gone.")
        case PauseReason.EMPTY:
            return text("Paused: there is no example left to show here.")
        case PauseReason.REFUSED:
            return text("Paused: Discord refused the post. Set it again, in a forum with one of its tags.")


def scope_text(name: Markdown, *, spoilers: bool) -> Markdown:
    """Return what a daily example is picked from."""
    return name if spoilers else text("{scope}, without spoilers", scope=name)


def unknown_zone(name: Markdown, suggestions: list[Markdown]) -> Markdown:
    """Return the answer to a time zone that does not exist."""
    advice = text("Pick one from the list, like **Europe/Berlin**.")
    return sentences(text("I don’t know the time zone **{name}**.", name=name), did_you_mean(suggestions) or advice)


def unknown_tag(typed: Markdown, names: Sequence[Markdown]) -> Markdown:
    """Return the answer to a tag that a forum does not have."""
    known = text("It has {tags}.", tags=bold_list(names)) if names else text("It has none.")
    return sentences(text("That forum doesn’t have the tag **{tag}**, so nothing changed.", tag=typed), known)


def tag_required(names: Sequence[Markdown]) -> Markdown:
    """Return the answer for a forum whose posts need a tag."""
    return text("Posts in that forum need a tag, so nothing changed. Choose {tags}.", tags=bold_choice(names))


def no_ping(role_id: int) -> Markdown:
    """Return that a role would be named without being pinged."""
    return text(
        "I’ll name {role}, but that won’t ping anyone. Let everyone mention that role, or give me "
        "*Mention \\@everyone, \\@here and All Roles*.",
        role=mention(role_id),
    )


def ping_unchecked(role_id: int) -> Markdown:
    """Warn that the bot could not check whether it may ping a role."""
    return text("I couldn’t check whether I may ping {role} there.", role=mention(role_id))


def too_many(max_dailies: int) -> Markdown:
    """Return the answer in a server that has as many daily examples as it can."""
    return count_text(
        "This server has {count} daily example already. Stop one in **{command}** first.",
        "This server has {count} daily examples already. Stop one in **{command}** first.",
        max_dailies,
        command=named(SETTINGS),
    )


def _time_of(daily: DailySchedule) -> str:
    hour, minute = divmod(daily.minute_of_day, 60)
    return f"{hour:02}:{minute:02}"
