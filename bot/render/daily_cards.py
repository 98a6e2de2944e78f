"""Cards to see, stop, resume and restore daily examples."""

from collections.abc import Iterable, Sequence

from bot.components import builders
from bot.components.builders import Component
from bot.components.custom_ids import SettingAction, SettingRequest
from bot.model.preferences import DailySchedule
from bot.render.cards import Card
from bot.render.markdown import NO_TEXT, Markdown, escape, heading, join_lines, subtext
from bot.render.texts import daily as daily_texts

# A schedule, and what it picks from.
ScopedDaily = tuple[DailySchedule, Markdown]


def daily_card(
    daily: ScopedDaily, replaced: ScopedDaily | None = None, undo_id: int = 0, remarks: Iterable[Markdown] = ()
) -> Card:
    """Return a new daily example, remarks, and what it replaced, with a button that restores that."""
    content: list[Markdown | Component] = [daily_section(*daily), *remarks]
    if replaced:
        undo = SettingRequest(SettingAction.GUILD_UNDO_DAILY, str(undo_id))
        content.append(
            builders.section(
                daily_texts.replaced_line(*replaced), builders.button(daily_texts.UNDO(), undo.custom_id, emoji="↩️")
            )
        )
    return Card(content)


def dailies_card(dailies: Sequence[ScopedDaily], notice: Markdown = NO_TEXT) -> Card:
    """Return all daily examples of a guild. `notice` says what happened just now."""
    return Card(
        [
            heading(escape(daily_texts.TITLE()), "🗓️"),
            notice,
            *(daily_section(daily, scope) for daily, scope in dailies),
            subtext(daily_texts.HELP()),
            builders.action_row(
                [builders.button(daily_texts.BACK(), SettingRequest(SettingAction.GUILD_SHOW).custom_id, emoji="🎛️")]
            ),
        ]
    )


def daily_section(daily: DailySchedule, scope: Markdown) -> Component:
    """Return a daily example's schedule, with a stop or resume button."""
    if daily.pause_reason:
        action, label = SettingAction.GUILD_RESUME_DAILY, daily_texts.RESUME()
    else:
        action, label = SettingAction.GUILD_STOP_DAILY, daily_texts.STOP()
    text = join_lines([daily_texts.schedule_line(daily, scope), subtext(daily_texts.status_line(daily))])
    return builders.section(text, builders.button(label, SettingRequest(action, str(daily.channel_id)).custom_id))


def dailies_summary(dailies: Sequence[DailySchedule]) -> Component:
    """Return how many daily examples a guild has, with a button to all of them."""
    line = daily_texts.count_line(len(dailies), sum(daily.pause_reason is not None for daily in dailies))
    button = builders.button(daily_texts.SHOW_ALL(), SettingRequest(SettingAction.GUILD_DAILIES).custom_id, emoji="🗓️")
    return builders.section(line, button) if dailies else builders.text(line)
