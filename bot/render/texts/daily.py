"""What is said about the example a day."""

from bot.preferences import DailySchedule, PauseReason
from bot.render.markdown import Markdown, escape
from bot.render.texts import bold_list, plural

DAILY = "Posts an example a day in a channel, for those who manage the server"
OPTION_AT = "When, in local time: 18:30"
OPTION_ZONE = "Whose local time: a city like Europe/Berlin"
OPTION_CHANNEL = "Where; this channel if left out"

STOP = "Stop"
RESUME = "Start again"
FOOTER = Markdown("Daily example, stop it with /bigrun settings")
STOPPED = Markdown("Stopped. No more daily examples come there.")

INVALID_TIME = Markdown("I did not understand that time. Write it like **18:30**, **6:30 pm** or **6 pm**.")
NOTHING_TO_SHOW = Markdown("I have no example like that, so nothing was set. Try another medium or work.")
CHANNEL_NOT_FOUND = Markdown("I cannot find that channel in this server, so nothing was set.")
NOT_SHOWN_HERE = Markdown("This server chose in **/bigrun settings** to show nothing like that, so nothing was set.")
CANNOT_POST = Markdown(
    "I may not write in that channel, so nothing was set. "
    "Give me *View Channel* and *Send Messages* there, then try again."
)
NOT_STARTED = Markdown("There is no daily example in that channel any more. Start one with **/bigrun daily**.")

PAUSE_TEXTS = {
    PauseReason.FORBIDDEN: (
        "Paused: I may not write there. Give me *View Channel* and *Send Messages*, then start it again."
    ),
    PauseReason.GONE: "Paused: the channel is gone.",
    PauseReason.EMPTY: "Paused: no example is left that may be shown here.",
}


def schedule_line(daily: DailySchedule, scope: Markdown) -> Markdown:
    """Returns where and when a daily example comes, and what it is drawn from."""
    return Markdown(
        f"**Daily at {format_time(daily.minute_of_day)}** ({escape(daily.timezone)}) in <#{daily.channel_id}>: {scope}"
    )


def status_line(daily: DailySchedule) -> Markdown:
    """Returns when the next one comes, or why none does."""
    if daily.pause_reason:
        return Markdown(PAUSE_TEXTS[daily.pause_reason])
    return Markdown(f"Next <t:{int(daily.next_due.timestamp())}:f>")


def scope_text(place: Markdown, *, spoilers: bool) -> Markdown:
    """Returns what a daily example is drawn from."""
    return Markdown(place if spoilers else f"{place}, without spoilers")


def unknown_zone(typed: Markdown, near: list[Markdown]) -> Markdown:
    """Returns what is said to a zone that is none."""
    tail = f"Did you mean {bold_list(near, 'or')}?" if near else "Choose one from the list, like **Europe/Berlin**."
    return Markdown(f"I do not know the time zone **{typed}**. {tail}")


def too_many(most: int) -> Markdown:
    """Returns what is said when a server has as many daily examples as it can have."""
    return Markdown(f"This server has {plural(most, 'daily example')} already. Stop one in **/bigrun settings** first.")


def format_time(minute: int) -> str:
    """Return a minute of the day as 18:30."""
    return f"{minute // 60:02}:{minute % 60:02}"
