"""The cards on which members and moderators see and change what they chose."""

from collections.abc import Iterable, Mapping, Sequence

import discord
from discord import ui

from bot.components import builders
from bot.components.builders import Component
from bot.components.custom_ids import Change, Control
from bot.components.limits import BUTTON_LABEL, OPTION_LABEL, OPTIONS, size
from bot.model import Medium
from bot.preferences import DailySchedule, GuildSettings, MemberPreferences, SpoilerMode
from bot.render.cards import Card, label
from bot.render.markdown import Markdown, escape, heading, joined, small
from bot.render.texts import daily as daily_texts
from bot.render.texts import settings as setting_texts
from bot.render.truncate import shorten

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
        setting_texts.spoilers(chosen.spoiler_mode),
        setting_texts.answers(private=chosen.private_by_default, member=True),
        setting_texts.seen(_named(_sorted(chosen.seen_works, titles), titles)),
    ]
    card = Card(
        [
            heading(setting_texts.PREFERENCES_TITLE, "🎛️"),
            joined(rows),
            small(setting_texts.SEEN_HELP),
            small(setting_texts.FORGET_HELP),
        ]
    )
    card.with_row(_modes(Change.M_SPOILERS, chosen.spoiler_mode))
    card.with_row(*_works(Change.M_UNSEEN, setting_texts.UNSEE, chosen.seen_works, titles))
    return card.with_row(
        _private(
            Change.M_PRIVATE,
            setting_texts.ANSWER_EVERYONE,
            setting_texts.ANSWER_ME_ALONE,
            private=chosen.private_by_default,
        ),
        _button(setting_texts.ADD_SEEN, Control(Change.M_ASK_SEEN), emoji="👁️"),
        _button(setting_texts.FORGET_ME, Control(Change.M_FORGET), style=discord.ButtonStyle.danger),
    )


def settings_card(
    chosen: GuildSettings, titles: Titles, media: Sequence[Medium], dailies: Sequence[tuple[DailySchedule, Markdown]]
) -> Card:
    """Returns the card of a guild's settings.

    Args:
        chosen: What the moderators chose.
        titles: Titles of the works never shown, by their tokens.
        media: The media that can be chosen, the most wanted first.
        dailies: The daily examples of the guild, each with what it is drawn from.
    """
    media = sorted(media, key=lambda medium: medium.slug not in chosen.hidden_media)[:OPTIONS]
    hidden = [escape(medium.name) for medium in media if medium.slug in chosen.hidden_media]
    rows = [
        setting_texts.spoilers(chosen.spoiler_mode),
        setting_texts.answers(private=chosen.private_by_default, member=False),
        setting_texts.channels(sorted(chosen.public_channels)),
        setting_texts.never_shown([*hidden, *_named(_sorted(chosen.hidden_works, titles), titles)]),
    ]
    told = [heading(setting_texts.SETTINGS_TITLE, "🎛️"), joined(rows)]
    card = Card([*told, *(_daily(*one) for one in dailies), small(setting_texts.SETTINGS_HELP)])
    card.with_row(_modes(Change.G_SPOILERS, chosen.spoiler_mode))
    card.with_row(_channels(chosen.public_channels))
    card.with_row(*_media(media, chosen.hidden_media))
    card.with_row(*_works(Change.G_UNHIDE, setting_texts.UNHIDE_WORK, chosen.hidden_works, titles))
    return card.with_row(
        _private(
            Change.G_PRIVATE, setting_texts.MAKE_PUBLIC, setting_texts.MAKE_PRIVATE, private=chosen.private_by_default
        ),
        _button(setting_texts.HIDE_WORK, Control(Change.G_ASK_HIDE), emoji="🙈"),
    )


def daily_card(daily: DailySchedule, scope: Markdown) -> Card:
    """Returns the card that says when and where a daily example comes, and stops it."""
    return Card([_daily(daily, scope)])


def title_form(change: Change) -> Component:
    """Returns the form that asks for a work's title; what is typed comes back with the change as its custom_id."""
    name = setting_texts.HIDE_WORK_TITLE if change.of_guild else setting_texts.ADD_SEEN_TITLE
    form = ui.Modal(title=name, custom_id=Control(change).custom_id, timeout=None)
    form.add_item(
        ui.Label(text=setting_texts.TITLE_LABEL, component=ui.TextInput[ui.Modal](custom_id="title", max_length=100))
    )
    form.stop()
    return form.to_dict()


def works_card(text: Markdown, change: Change, works: Iterable[tuple[str, str]]) -> Card:
    """Returns a card that says one thing, with a button for each work (its title and token) that may be meant."""
    return Card([text]).with_row(*(_button(title, Control(change, token)) for title, token in works))


def short_name(title: str) -> Markdown:
    """Returns a title or a medium's name for a row that stands beside many others."""
    return escape(shorten(title, SHORT))


def _daily(daily: DailySchedule, scope: Markdown) -> Component:
    change, name = (Change.G_RESUME, daily_texts.RESUME) if daily.paused else (Change.G_STOP, daily_texts.STOP)
    text = joined([daily_texts.when(daily, scope), small(daily_texts.status(daily))])
    return builders.section(text, _button(name, Control(change, str(daily.channel))))


def _sorted(tokens: Iterable[str], titles: Titles) -> list[str]:
    return sorted(tokens, key=lambda token: (titles.get(token, "\uffff").casefold(), token))


def _named(tokens: Sequence[str], titles: Titles) -> list[Markdown]:
    known = [escape(titles[token]) for token in tokens if token in titles][:NAMED]
    named = [name for at, name in enumerate(known) if sum(map(size, known[: at + 1])) <= NAMES]
    left = len(tokens) - len(named)
    return [*named, *([setting_texts.more(left)] if left else [])]


def _modes(change: Change, chosen: SpoilerMode) -> Component:
    options = [
        builders.option(
            setting_texts.MODE_NAMES[mode],
            mode.value,
            description=setting_texts.MODE_EXPLAINED[mode],
            chosen=mode is chosen,
        )
        for mode in SpoilerMode
    ]
    return builders.menu(setting_texts.CHOOSE_SPOILERS, options, Control(change).custom_id)


def _channels(chosen: Iterable[int]) -> Component:
    return builders.channel_menu(
        setting_texts.CHOOSE_CHANNELS,
        [kind.value for kind in PUBLIC_CHANNELS],
        Control(Change.G_CHANNELS).custom_id,
        sorted(chosen)[:OPTIONS],
        most=OPTIONS,
    )


def _media(media: Sequence[Medium], chosen: frozenset[str]) -> list[Component]:
    options = [
        builders.option(label(medium.name, OPTION_LABEL), medium.slug, emoji=medium.emoji, chosen=medium.slug in chosen)
        for medium in media
    ]
    return _menu(Change.G_MEDIA, setting_texts.CHOOSE_MEDIA, options, least=0)


def _works(change: Change, name: str, tokens: Iterable[str], titles: Titles) -> list[Component]:
    options = [
        builders.option(label(titles.get(token, setting_texts.GONE_WORK), OPTION_LABEL), token)
        for token in _sorted(tokens, titles)[:OPTIONS]
    ]
    return _menu(change, name, options, least=1)


def _menu(change: Change, placeholder: str, options: Sequence[Component], *, least: int) -> list[Component]:
    """Returns a menu of which several can be chosen, or nothing if there are no options."""
    if not options:
        return []
    return [builders.menu(placeholder, options, Control(change).custom_id, least=least, most=len(options))]


def _private(change: Change, to_public: str, to_private: str, *, private: bool) -> Component:
    """Returns the button that turns private answers off or on: what it says to do, not what is."""
    return _button(to_public if private else to_private, Control(change, "no" if private else "yes"), emoji="🔒")


def _button(
    name: str,
    control: Control,
    *,
    emoji: str | None = None,
    style: discord.ButtonStyle = discord.ButtonStyle.secondary,
) -> Component:
    return builders.button(label(name, BUTTON_LABEL), control.custom_id, emoji=emoji, style=style)
