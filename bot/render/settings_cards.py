"""Cards to see and change settings and preferences."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate

from bot.components import builders
from bot.components.builders import Component
from bot.components.custom_ids import SettingAction, SettingRequest
from bot.components.limits import MAX_BUTTON_LABEL, MAX_OPTION_LABEL, MAX_OPTIONS, discord_length
from bot.model import Medium
from bot.preferences import DailySchedule, GuildSettings, MemberPreferences, SpoilerMode
from bot.render.cards import Card, plain_label
from bot.render.markdown import Markdown, heading, join_lines, subtext
from bot.render.names import LISTED_LENGTH, SHORT_LENGTH, TITLE_LENGTH, fit_name
from bot.render.texts import daily as daily_texts
from bot.render.texts import settings as setting_texts

MAX_LISTED_TITLES, MAX_NAMES_LENGTH = 12, 580  # on one line
MAX_TITLE_INPUT = 100
PUBLIC_CHANNEL_TYPES = (
    builders.GUILD_TEXT,
    builders.GUILD_ANNOUNCEMENT,
    builders.GUILD_VOICE,
    builders.GUILD_STAGE_VOICE,
    builders.GUILD_FORUM,
)

# Titles by a work's ref. A work that is no longer on any page has none.
TitlesByRef = Mapping[str, str]


def preferences_card(preferences: MemberPreferences, titles: TitlesByRef) -> Card:
    """Return a member's preferences."""
    lines = [
        setting_texts.spoiler_line(preferences.spoiler_mode),
        setting_texts.privacy_line(private=preferences.private_by_default, member=True),
        setting_texts.seen_works_line(list_titles(preferences.seen_works, titles)),
    ]
    card = Card(
        [
            heading(setting_texts.PREFERENCES_TITLE, "🎛️"),
            join_lines(lines),
            subtext(setting_texts.SEEN_HELP),
            subtext(setting_texts.FORGET_HELP),
        ]
    )
    card.add_row(spoiler_mode_menu(SettingAction.MEMBER_SPOILERS, preferences.spoiler_mode))
    if preferences.seen_works:
        refs = preferences.seen_works
        card.add_row(work_menu(SettingAction.MEMBER_REMOVE_SEEN, setting_texts.REMOVE_SEEN, refs, titles))
    private = preferences.private_by_default
    return card.add_row(
        privacy_button(
            SettingAction.MEMBER_PRIVATE,
            setting_texts.ANSWER_EVERYONE if private else setting_texts.ANSWER_ME_ALONE,
            private=not private,
        ),
        builders.button(setting_texts.ADD_SEEN, SettingRequest(SettingAction.MEMBER_ASK_SEEN).custom_id, emoji="👁️"),
        builders.button(
            setting_texts.FORGET_ME, SettingRequest(SettingAction.MEMBER_FORGET).custom_id, style=builders.DANGER_STYLE
        ),
    )


def settings_card(
    settings: GuildSettings,
    titles: TitlesByRef,
    media: Sequence[Medium],
    dailies: Sequence[tuple[DailySchedule, Markdown]],
) -> Card:
    """Return a guild's settings. `media` start with the most examples."""
    # A menu has room for 25 media, so hidden ones go first.
    media = sorted(media, key=lambda medium: medium.slug not in settings.hidden_media)[:MAX_OPTIONS]
    hidden_media = [fit_name(medium.name, SHORT_LENGTH) for medium in media if medium.slug in settings.hidden_media]
    hidden = [*fit_list(hidden_media, len(hidden_media)), *list_titles(settings.hidden_works, titles)]
    lines = [
        setting_texts.spoiler_line(settings.spoiler_mode),
        setting_texts.privacy_line(private=settings.private_by_default, member=False),
        setting_texts.channels_line(sorted(settings.public_channels)),
        setting_texts.hidden_line(hidden),
    ]
    card = Card(
        [
            heading(setting_texts.SETTINGS_TITLE, "🎛️"),
            join_lines(lines),
            *(daily_section(daily, scope) for daily, scope in dailies),
            subtext(setting_texts.SETTINGS_HELP),
        ]
    )
    card.add_row(spoiler_mode_menu(SettingAction.GUILD_SPOILERS, settings.spoiler_mode))
    card.add_row(channel_menu(settings.public_channels))
    if media:
        card.add_row(media_menu(media, settings.hidden_media))
    if settings.hidden_works:
        card.add_row(work_menu(SettingAction.GUILD_UNHIDE, setting_texts.UNHIDE_WORK, settings.hidden_works, titles))
    private = settings.private_by_default
    return card.add_row(
        privacy_button(
            SettingAction.GUILD_PRIVATE,
            setting_texts.MAKE_PUBLIC if private else setting_texts.MAKE_PRIVATE,
            private=not private,
        ),
        builders.button(setting_texts.HIDE_WORK, SettingRequest(SettingAction.GUILD_ASK_HIDE).custom_id, emoji="🙈"),
    )


def daily_card(daily: DailySchedule, scope: Markdown, remarks: Iterable[Markdown] = ()) -> Card:
    """Return a daily example's schedule, with a stop button and remarks."""
    return Card([daily_section(daily, scope), *remarks])


def work_title_modal(action: SettingAction) -> Component:
    """Return the modal for a work's title, with the action as custom_id."""
    title = setting_texts.HIDE_WORK_TITLE if action.is_guild else setting_texts.ADD_SEEN_TITLE
    field = builders.text_input("title", max_length=MAX_TITLE_INPUT)
    return builders.modal(title, SettingRequest(action).custom_id, setting_texts.TITLE_LABEL, field)


def suggested_works_card(text: Markdown, action: SettingAction, works: Iterable[tuple[str, str]]) -> Card:
    """Return a message with a button for each work (title and ref)."""
    return Card([text]).add_row(
        *(
            builders.button(plain_label(title, MAX_BUTTON_LABEL), SettingRequest(action, ref).custom_id)
            for title, ref in works
        )
    )


def short_name(title: str) -> Markdown:
    """Return a name for a line of many."""
    return fit_name(title, LISTED_LENGTH)


def daily_section(daily: DailySchedule, scope: Markdown) -> Component:
    """Return a daily example's schedule, with a stop or resume button."""
    if daily.pause_reason:
        action, label = SettingAction.GUILD_RESUME_DAILY, daily_texts.RESUME
    else:
        action, label = SettingAction.GUILD_STOP_DAILY, daily_texts.STOP
    text = join_lines([daily_texts.schedule_line(daily, scope), subtext(daily_texts.status_line(daily))])
    return builders.section(text, builders.button(label, SettingRequest(action, str(daily.channel_id)).custom_id))


def sort_by_title(refs: Iterable[str], titles: TitlesByRef) -> list[str]:
    """Sort refs by title, those without one last."""
    return sorted(refs, key=lambda ref: (titles.get(ref, "\uffff").casefold(), ref))


def list_titles(refs: Iterable[str], titles: TitlesByRef) -> list[Markdown]:
    """Return titles that fit on a line, and the number of others."""
    refs = sort_by_title(refs, titles)
    names = [fit_name(titles[ref], TITLE_LENGTH) for ref in refs if ref in titles][:MAX_LISTED_TITLES]
    return fit_list(names, len(refs))


def fit_list(names: Sequence[Markdown], total: int) -> list[Markdown]:
    """Return the first names that fit on a line, and how many of `total` are left out."""
    lengths = accumulate(map(discord_length, names))
    listed = [name for name, length in zip(names, lengths, strict=True) if length <= MAX_NAMES_LENGTH]
    if len(listed) < total:
        listed.append(setting_texts.and_more(total - len(listed)))
    return listed


def spoiler_mode_menu(action: SettingAction, current: SpoilerMode) -> Component:
    """Return the menu of spoiler modes."""
    options = [
        builders.option(
            setting_texts.mode_name(mode),
            mode.value,
            description=setting_texts.mode_description(mode),
            default=mode is current,
        )
        for mode in SpoilerMode
    ]
    return builders.select_menu(setting_texts.CHOOSE_SPOILERS, options, SettingRequest(action).custom_id)


def channel_menu(channel_ids: Iterable[int]) -> Component:
    """Return the menu of channels with public answers."""
    return builders.channel_select(
        setting_texts.CHOOSE_CHANNELS,
        PUBLIC_CHANNEL_TYPES,
        SettingRequest(SettingAction.GUILD_CHANNELS).custom_id,
        sorted(channel_ids)[:MAX_OPTIONS],
        max_values=MAX_OPTIONS,
    )


def media_menu(media: Sequence[Medium], hidden: frozenset[str]) -> Component:
    """Return the menu of media to hide."""
    options = [
        builders.option(
            plain_label(medium.name, MAX_OPTION_LABEL), medium.slug, emoji=medium.emoji, default=medium.slug in hidden
        )
        for medium in media
    ]
    custom_id = SettingRequest(SettingAction.GUILD_MEDIA).custom_id
    return builders.select_menu(setting_texts.CHOOSE_MEDIA, options, custom_id, min_values=0, max_values=len(options))


def work_menu(action: SettingAction, placeholder: str, refs: Iterable[str], titles: TitlesByRef) -> Component:
    """Return a menu that removes works from a list."""
    options = [
        builders.option(plain_label(titles.get(ref, setting_texts.UNKNOWN_WORK), MAX_OPTION_LABEL), ref)
        for ref in sort_by_title(refs, titles)[:MAX_OPTIONS]
    ]
    return builders.select_menu(placeholder, options, SettingRequest(action).custom_id, max_values=len(options))


def privacy_button(action: SettingAction, label: str, *, private: bool) -> Component:
    """Return the button that toggles private answers."""
    return builders.button(label, SettingRequest(action, "yes" if private else "no").custom_id, emoji="🔒")
