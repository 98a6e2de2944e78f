"""What the bot says about daily examples."""

from bot.preferences import DailySchedule, PauseReason
from bot.render.markdown import Markdown, escape
from bot.render.texts import bold_list, plural

TITLE = "Daily examples"
SHOW_ALL = "See daily examples"
BACK = "Back to settings"
STOP = "Stop"
UNDO = "Undo"
RESUME = "Start again"
FOOTER = Markdown("Daily example. Stop it in /bigrun settings")

INVALID_TIME = Markdown("I didn’t understand that time. Write it like **18:30**, **6:30 pm** or **6 pm**.")
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


def schedule_line(daily: DailySchedule, scope: Markdown) -> Markdown:
    """Return when and where a daily example is posted, and what it is picked from."""
    hour, minute = divmod(daily.minute_of_day, 60)
    return Markdown(f"**Daily at {hour:02}:{minute:02}** ({escape(daily.timezone)}) in <#{daily.channel_id}>: {scope}")


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


def scope_text(name: Markdown, *, spoilers: bool) -> Markdown:
    """Return what a daily example is picked from."""
    return Markdown(name if spoilers else f"{name}, without spoilers")


def unknown_zone(name: Markdown, suggestions: list[Markdown]) -> Markdown:
    """Return the answer to a time zone that does not exist."""
    advice = "Pick one from the list, like **Europe/Berlin**."
    tail = f"Did you mean {bold_list(suggestions, 'or')}?" if suggestions else advice
    return Markdown(f"I don’t know the time zone **{name}**. {tail}")


def too_many(max_dailies: int) -> Markdown:
    """Return the answer in a server that has as many daily examples as it can."""
    dailies = plural(max_dailies, "daily example")
    return Markdown(f"This server has {dailies} already. Stop one in **/bigrun settings** first.")
