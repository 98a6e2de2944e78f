"""The cards on which members and moderators see and change what they chose."""

from collections.abc import Iterable, Mapping, Sequence

import discord
from discord import ui

from bot.components import builders
from bot.components.builders import Component
from bot.components.custom_ids import SettingAction, SettingRequest
from bot.components.limits import MAX_BUTTON_LABEL, MAX_OPTION_LABEL, MAX_OPTIONS, discord_length
from bot.model import Medium
from bot.preferences import DailySchedule, GuildSettings, MemberPreferences, SpoilerMode
from bot.render.cards import Card, plain_label
from bot.render.markdown import Markdown, escape, heading, join_lines, subtext
from bot.render.texts import daily as daily_texts
from bot.render.texts import settings as setting_texts
from bot.render.truncate import truncate

NAMED, NAMES = 12, 700  # how many works, in how many characters, are named in a row of text
SHORT = 40

_TYPES = discord.ChannelType
PUBLIC_CHANNELS = (_TYPES.text, _TYPES.news, _TYPES.voice, _TYPES.stage_voice, _TYPES.forum)

Titles = Mapping[str, str]


def preferences_card(chosen: MemberPreferences, titles: Titles) -> Card:
    """Returns the card of a member's preferences.

    Args:
        chosen: What the member chose.
        titles: Titles of the works seen, by their tokens; a work that is on no page any more has none.
    """
    rows = [
        setting_texts.spoiler_line(chosen.spoiler_mode),
        setting_texts.privacy_line(private=chosen.private_by_default, member=True),
        setting_texts.seen_works_line(_named(_sorted(chosen.seen_works, titles), titles)),
    ]
    card = Card(
        [
            heading(setting_texts.PREFERENCES_TITLE, "🎛️"),
            join_lines(rows),
            subtext(setting_texts.SEEN_HELP),
            subtext(setting_texts.FORGET_HELP),
        ]
    )
    card.add_row(_modes(SettingAction.MEMBER_SPOILERS, chosen.spoiler_mode))
    card.add_row(*_works(SettingAction.MEMBER_REMOVE_SEEN, setting_texts.REMOVE_SEEN, chosen.seen_works, titles))
    return card.add_row(
        _private(
            SettingAction.MEMBER_PRIVATE,
            setting_texts.ANSWER_EVERYONE,
            setting_texts.ANSWER_ME_ALONE,
            private=chosen.private_by_default,
        ),
        _button(setting_texts.ADD_SEEN, SettingRequest(SettingAction.MEMBER_ASK_SEEN), emoji="👁️"),
        _button(setting_texts.FORGET_ME, SettingRequest(SettingAction.MEMBER_FORGET), style=discord.ButtonStyle.danger),
    )


def settings_card(
    chosen: GuildSettings,
    titles: Titles,
    media: Sequence[Medium],
    dailies: Sequence[tuple[DailySchedule, Markdown]],
) -> Card:
    """Returns the card of a guild's settings.

    Args:
        chosen: What the moderators chose.
        titles: Titles of the works never shown, by their tokens.
        media: The media that can be chosen, the most wanted first.
        dailies: The daily examples of the guild, each with what it is drawn from.
    """
    media = sorted(media, key=lambda medium: medium.slug not in chosen.hidden_media)[:MAX_OPTIONS]
    hidden = [escape(medium.name) for medium in media if medium.slug in chosen.hidden_media]
    rows = [
        setting_texts.spoiler_line(chosen.spoiler_mode),
        setting_texts.privacy_line(private=chosen.private_by_default, member=False),
        setting_texts.channels_line(sorted(chosen.public_channels)),
        setting_texts.hidden_line([*hidden, *_named(_sorted(chosen.hidden_works, titles), titles)]),
    ]
    told = [heading(setting_texts.SETTINGS_TITLE, "🎛️"), join_lines(rows)]
    card = Card([*told, *(_daily_section(*one) for one in dailies), subtext(setting_texts.SETTINGS_HELP)])
    card.add_row(_modes(SettingAction.GUILD_SPOILERS, chosen.spoiler_mode))
    card.add_row(_channels(chosen.public_channels))
    card.add_row(*_media(media, chosen.hidden_media))
    card.add_row(*_works(SettingAction.GUILD_UNHIDE, setting_texts.UNHIDE_WORK, chosen.hidden_works, titles))
    return card.add_row(
        _private(
            SettingAction.GUILD_PRIVATE,
            setting_texts.MAKE_PUBLIC,
            setting_texts.MAKE_PRIVATE,
            private=chosen.private_by_default,
        ),
        _button(setting_texts.HIDE_WORK, SettingRequest(SettingAction.GUILD_ASK_HIDE), emoji="🙈"),
    )


def daily_card(daily: DailySchedule, scope: Markdown) -> Card:
    """Returns the card that says when and where a daily example comes, and stops it."""
    return Card([_daily_section(daily, scope)])


def work_title_modal(change: SettingAction) -> Component:
    """Returns the form that asks for a work's title; what is typed comes back with the change as its custom_id."""
    name = setting_texts.HIDE_WORK_TITLE if change.is_guild else setting_texts.ADD_SEEN_TITLE
    form = ui.Modal(title=name, custom_id=SettingRequest(change).custom_id, timeout=None)
    form.add_item(
        ui.Label(text=setting_texts.TITLE_LABEL, component=ui.TextInput[ui.Modal](custom_id="title", max_length=100))
    )
    form.stop()
    return form.to_dict()


def suggested_works_card(text: Markdown, change: SettingAction, works: Iterable[tuple[str, str]]) -> Card:
    """Returns a card that says one thing, with a button for each work (its title and token) that may be meant."""
    return Card([text]).add_row(*(_button(title, SettingRequest(change, token)) for title, token in works))


def short_name(title: str) -> Markdown:
    """Returns a title or a medium's name for a row that stands beside many others."""
    return escape(truncate(title, SHORT))


def _daily_section(daily: DailySchedule, scope: Markdown) -> Component:
    change, name = (
        (SettingAction.GUILD_RESUME_DAILY, daily_texts.RESUME)
        if daily.pause_reason
        else (SettingAction.GUILD_STOP_DAILY, daily_texts.STOP)
    )
    text = join_lines([daily_texts.schedule_line(daily, scope), subtext(daily_texts.status_line(daily))])
    return builders.section(text, _button(name, SettingRequest(change, str(daily.channel_id))))


def _sorted(tokens: Iterable[str], titles: Titles) -> list[str]:
    return sorted(tokens, key=lambda token: (titles.get(token, "\uffff").casefold(), token))


def _named(tokens: Sequence[str], titles: Titles) -> list[Markdown]:
    known = [escape(titles[token]) for token in tokens if token in titles][:NAMED]
    named = [name for at, name in enumerate(known) if sum(map(discord_length, known[: at + 1])) <= NAMES]
    left = len(tokens) - len(named)
    return [*named, *([setting_texts.and_more(left)] if left else [])]


def _modes(change: SettingAction, chosen: SpoilerMode) -> Component:
    options = [
        builders.option(
            setting_texts.MODE_NAMES[mode],
            mode.value,
            description=setting_texts.MODE_EXPLAINED[mode],
            chosen=mode is chosen,
        )
        for mode in SpoilerMode
    ]
    return builders.select_menu(setting_texts.CHOOSE_SPOILERS, options, SettingRequest(change).custom_id)


def _channels(chosen: Iterable[int]) -> Component:
    return builders.channel_select(
        setting_texts.CHOOSE_CHANNELS,
        [kind.value for kind in PUBLIC_CHANNELS],
        SettingRequest(SettingAction.GUILD_CHANNELS).custom_id,
        sorted(chosen)[:MAX_OPTIONS],
        most=MAX_OPTIONS,
    )


def _media(media: Sequence[Medium], chosen: frozenset[str]) -> list[Component]:
    options = [
        builders.option(
            plain_label(medium.name, MAX_OPTION_LABEL), medium.slug, emoji=medium.emoji, chosen=medium.slug in chosen
        )
        for medium in media
    ]
    return _menu(SettingAction.GUILD_MEDIA, setting_texts.CHOOSE_MEDIA, options, least=0)


def _works(change: SettingAction, name: str, tokens: Iterable[str], titles: Titles) -> list[Component]:
    options = [
        builders.option(plain_label(titles.get(token, setting_texts.UNKNOWN_WORK), MAX_OPTION_LABEL), token)
        for token in _sorted(tokens, titles)[:MAX_OPTIONS]
    ]
    return _menu(change, name, options, least=1)


def _menu(change: SettingAction, placeholder: str, options: Sequence[Component], *, least: int) -> list[Component]:
    """Returns a menu of which several can be chosen, or nothing if there are no options."""
    if not options:
        return []
    return [
        builders.select_menu(placeholder, options, SettingRequest(change).custom_id, least=least, most=len(options))
    ]


def _private(change: SettingAction, to_public: str, to_private: str, *, private: bool) -> Component:
    """Returns the button that turns private answers off or on: what it says to do, not what is."""
    return _button(to_public if private else to_private, SettingRequest(change, "no" if private else "yes"), emoji="🔒")


def _button(
    name: str,
    control: SettingRequest,
    *,
    emoji: str | None = None,
    style: discord.ButtonStyle = discord.ButtonStyle.secondary,
) -> Component:
    return builders.button(plain_label(name, MAX_BUTTON_LABEL), control.custom_id, emoji=emoji, style=style)
