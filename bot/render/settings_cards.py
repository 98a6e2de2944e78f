"""Cards to see and change settings and preferences."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from bot.components import builders
from bot.components.builders import Component
from bot.components.custom_ids import MAX_TYPED_TITLE, SettingAction, SettingRequest
from bot.components.limits import MAX_OPTION_LABEL, MAX_OPTIONS, discord_length
from bot.language import NATIVE_NAMES, Label, spoken_locales
from bot.model import Medium
from bot.model.preferences import DailySchedule, GuildSettings, MemberPreferences, SpoilerMode
from bot.render.cards import Card, plain_label
from bot.render.daily_cards import dailies_summary
from bot.render.markdown import (
    LISTED_LENGTH,
    SHORT_LENGTH,
    TITLE_LENGTH,
    Markdown,
    escape,
    fit_name,
    heading,
    join_lines,
    single_line,
    subtext,
)
from bot.render.texts import medium_name
from bot.render.texts import settings as setting_texts

MAX_LISTED_TITLES, MAX_NAMES_LENGTH = 12, 550  # on one line
LANGUAGE_OF_DISCORD = "discord"  # the value of no choice
PUBLIC_CHANNEL_TYPES = (
    builders.GUILD_TEXT,
    builders.GUILD_ANNOUNCEMENT,
    builders.GUILD_VOICE,
    builders.GUILD_STAGE_VOICE,
    builders.GUILD_FORUM,
)

# Titles of works or tropes by ref. One that is no longer loaded has none.
TitlesByRef = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TitleForm:
    """A list of titles: its form to add one, and its menu to remove some."""

    ask: SettingAction
    add: SettingAction
    remove: SettingAction
    button: Label
    emoji: str
    modal_title: Label
    label: Label
    remove_label: Label


SEEN_FORM = TitleForm(
    SettingAction.MEMBER_ASK_SEEN,
    SettingAction.MEMBER_ADD_SEEN,
    SettingAction.MEMBER_REMOVE_SEEN,
    setting_texts.ADD_SEEN,
    "👁️",
    setting_texts.ADD_SEEN_TITLE,
    setting_texts.WORK_LABEL,
    setting_texts.REMOVE_SEEN,
)
WORK_FORM = TitleForm(
    SettingAction.GUILD_ASK_HIDE,
    SettingAction.GUILD_HIDE,
    SettingAction.GUILD_UNHIDE,
    setting_texts.HIDE_WORK,
    "🙈",
    setting_texts.HIDE_WORK_TITLE,
    setting_texts.WORK_LABEL,
    setting_texts.UNHIDE_WORK,
)
TROPE_FORM = TitleForm(
    SettingAction.GUILD_ASK_HIDE_TROPE,
    SettingAction.GUILD_HIDE_TROPE,
    SettingAction.GUILD_UNHIDE_TROPE,
    setting_texts.HIDE_TROPE,
    "🙈",
    setting_texts.HIDE_TROPE_TITLE,
    setting_texts.TROPE_LABEL,
    setting_texts.UNHIDE_TROPE,
)
FORMS_BY_ASK = {form.ask: form for form in (SEEN_FORM, WORK_FORM, TROPE_FORM)}


@dataclass(frozen=True, slots=True)
class FormProblem:
    """Why a form's title was not accepted.

    Attributes:
        action: What the form adds to.
        typed: What the form is filled with when it is opened again.
        near: Similar titles, with refs.
    """

    action: SettingAction
    text: Markdown
    typed: str
    near: Sequence[tuple[str, str]] = ()


def preferences_card(preferences: MemberPreferences, titles: TitlesByRef, problem: FormProblem | None = None) -> Card:
    """Return a member's preferences."""
    seen = preferences.seen_works
    seen_line = join_lines(
        [setting_texts.seen_works_line(list_titles(seen, titles)), subtext(setting_texts.SEEN_HELP())]
    )
    return Card(
        [
            heading(setting_texts.PREFERENCES_TITLE(), "🎛️"),
            *answer_groups(preferences),
            builders.DIVIDER,
            *title_group(SEEN_FORM, seen_line, seen, titles, problem),
            builders.DIVIDER,
            builders.section(
                setting_texts.YOUR_DATA(),
                builders.button(
                    setting_texts.FORGET_ME(),
                    SettingRequest(SettingAction.MEMBER_ASK_FORGET).custom_id,
                    style=builders.DANGER_STYLE,
                ),
            ),
        ]
    )


def forget_card() -> Card:
    """Return the question before a member's data is deleted."""
    forget, keep = SettingRequest(SettingAction.MEMBER_FORGET), SettingRequest(SettingAction.MEMBER_SHOW)
    return Card([setting_texts.ASK_FORGET()]).add_row(
        builders.button(setting_texts.FORGET_NOW(), forget.custom_id, style=builders.DANGER_STYLE),
        builders.button(setting_texts.KEEP_DATA(), keep.custom_id),
    )


@dataclass(frozen=True, slots=True)
class GuildPanel:
    """What the settings of a guild show: also the titles of what it hides, and the media with the most examples first.

    Attributes:
        has_several_tropes: Whether there is a choice of what to hide.
    """

    settings: GuildSettings
    works: TitlesByRef
    tropes: TitlesByRef
    media: Sequence[Medium]
    dailies: Sequence[DailySchedule]
    has_several_tropes: bool = False


def settings_card(panel: GuildPanel, problem: FormProblem | None = None) -> Card:
    """Return a guild's settings."""
    settings = panel.settings
    return Card(
        [
            heading(setting_texts.SETTINGS_TITLE(), "🎛️"),
            *answer_groups(settings),
            setting_texts.channels_line(sorted(settings.public_channels)),
            channel_row(SettingAction.GUILD_CHANNELS, setting_texts.CHOOSE_CHANNELS(), settings.public_channels),
            builders.section(
                setting_texts.games_line(settings.game_channels, allowed=settings.games),
                builders.button(
                    setting_texts.GAMES(), SettingRequest(SettingAction.GUILD_SHOW_GAMES).custom_id, emoji="🕵️"
                ),
            ),
            *language_group(settings),
            builders.DIVIDER,
            *hidden_groups(panel, problem),
            builders.DIVIDER,
            dailies_summary(panel.dailies),
            subtext(setting_texts.SETTINGS_HELP()),
        ]
    )


def language_group(settings: GuildSettings) -> list[Markdown | Component]:
    """Return the language of what everyone sees, with its menu, if there is a choice."""
    locales = spoken_locales()
    if not locales[1:]:
        return []
    chosen = settings.language if settings.language in locales else ""
    options = [builders.option(setting_texts.LANGUAGE_OF_DISCORD(), LANGUAGE_OF_DISCORD, default=not chosen)]
    options += [
        builders.option(NATIVE_NAMES.get(locale, locale), locale, default=locale == chosen) for locale in locales
    ]
    custom_id = SettingRequest(SettingAction.GUILD_LANGUAGE).custom_id
    menu = builders.select_menu(setting_texts.CHOOSE_LANGUAGE(), options, custom_id)
    return [setting_texts.language_line(escape(NATIVE_NAMES.get(chosen, chosen))), builders.action_row([menu])]


def hidden_groups(panel: GuildPanel, problem: FormProblem | None) -> list[Markdown | Component]:
    """Return what a guild hides, with what hides and shows it: media, works, and tropes if there are several."""
    settings, groups = panel.settings, list[Markdown | Component]()
    # A menu has room for 25 media, so hidden ones go first.
    media = sorted(panel.media, key=lambda medium: medium.slug not in settings.hidden_media)[:MAX_OPTIONS]
    if media:
        names = [
            fit_name(medium_name(medium.name), SHORT_LENGTH) for medium in media if medium.slug in settings.hidden_media
        ]
        groups += [
            setting_texts.hidden_media_line(fit_list(names, len(names))),
            media_row(media, settings.hidden_media),
        ]
    works = setting_texts.hidden_works_line(list_titles(settings.hidden_works, panel.works))
    groups += title_group(WORK_FORM, works, settings.hidden_works, panel.works, problem)
    if panel.has_several_tropes or settings.hidden_tropes:
        names = list_titles(settings.hidden_tropes, panel.tropes)
        tropes = setting_texts.hidden_tropes_line(names)
        groups += title_group(TROPE_FORM, tropes, settings.hidden_tropes, panel.tropes, problem)
    return groups


def title_group(
    form: TitleForm, line: Markdown, refs: Iterable[str], titles: TitlesByRef, problem: FormProblem | None
) -> list[Component]:
    """Return a list of titles with its controls, and why the title typed last was not accepted, if it was not."""
    problem = problem if problem and problem.action is form.add else None
    label, typed = (setting_texts.TYPE_AGAIN(), fit_typed(problem.typed)) if problem else (form.button(), "")
    button = builders.button(label, SettingRequest(form.ask, typed).custom_id, emoji=form.emoji)
    group = [builders.section(join_lines([line, problem.text]) if problem else line, button)]
    if problem and problem.near:
        options = [builders.option(plain_label(title, MAX_OPTION_LABEL), ref) for title, ref in problem.near]
        custom_id = SettingRequest(form.add).custom_id
        group.append(builders.action_row([builders.select_menu(setting_texts.DID_YOU_MEAN(), options, custom_id)]))
    listed = sort_by_title(refs, titles)[:MAX_OPTIONS]
    if listed:
        options = [
            builders.option(plain_label(titles.get(ref, setting_texts.UNKNOWN_TITLE()), MAX_OPTION_LABEL), ref)
            for ref in listed
        ]
        custom_id = SettingRequest(form.remove).custom_id
        menu = builders.select_menu(form.remove_label(), options, custom_id, max_values=len(options))
        group.append(builders.action_row([menu]))
    return group


def title_modal(ask: SettingAction, typed: str = "") -> Component:
    """Return the form that a button opens, filled with what was typed before."""
    form = FORMS_BY_ASK[ask]
    field = builders.text_input("title", max_length=MAX_TYPED_TITLE, value=typed)
    return builders.modal(form.modal_title(), SettingRequest(form.add).custom_id, form.label(), field)


def fit_typed(text: str) -> str:
    """Return a typed title as far as a button can carry it."""
    text = single_line(text).strip()[:MAX_TYPED_TITLE]
    while discord_length(text) > MAX_TYPED_TITLE:
        text = text[:-1]
    return text


def short_name(title: str) -> Markdown:
    """Return a name for a line of many."""
    return fit_name(title, LISTED_LENGTH)


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


def answer_groups(chosen: GuildSettings | MemberPreferences) -> list[Markdown | Component]:
    """Return how spoilers and answers are shown, each with what changes it."""
    member = isinstance(chosen, MemberPreferences)
    return [
        setting_texts.spoiler_line(chosen.spoiler_mode),
        spoiler_mode_row(
            SettingAction.MEMBER_SPOILERS if member else SettingAction.GUILD_SPOILERS, chosen.spoiler_mode
        ),
        builders.section(
            setting_texts.privacy_line(private=chosen.private_by_default, member=member), privacy_button(chosen)
        ),
    ]


def spoiler_mode_row(action: SettingAction, current: SpoilerMode) -> Component:
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
    menu = builders.select_menu(setting_texts.CHOOSE_SPOILERS(), options, SettingRequest(action).custom_id)
    return builders.action_row([menu])


def games_card(settings: GuildSettings) -> Card:
    """Return where a guild has games, with what changes it."""
    label = setting_texts.STOP_GAMES() if settings.games else setting_texts.ALLOW_GAMES()
    switch = SettingRequest(SettingAction.GUILD_GAMES, "no" if settings.games else "yes")
    back = SettingRequest(SettingAction.GUILD_SHOW)
    line = setting_texts.games_line(settings.game_channels, allowed=settings.games)
    placeholder = setting_texts.CHOOSE_GAME_CHANNELS()
    return Card(
        [
            heading(setting_texts.GAMES_TITLE(), "🕵️"),
            builders.section(line, builders.button(label, switch.custom_id)),
            channel_row(SettingAction.GUILD_GAME_CHANNELS, placeholder, settings.game_channels),
            subtext(setting_texts.GAMES_HELP()),
            builders.action_row([builders.button(setting_texts.BACK(), back.custom_id, emoji="🎛️")]),
        ]
    )


def channel_row(action: SettingAction, placeholder: str, channel_ids: Iterable[int]) -> Component:
    """Return a menu of channels."""
    menu = builders.channel_select(
        placeholder,
        PUBLIC_CHANNEL_TYPES,
        SettingRequest(action).custom_id,
        sorted(channel_ids)[:MAX_OPTIONS],
        max_values=MAX_OPTIONS,
    )
    return builders.action_row([menu])


def media_row(media: Sequence[Medium], hidden: frozenset[str]) -> Component:
    """Return the menu of media to hide."""
    options = [
        builders.option(
            plain_label(medium_name(medium.name), MAX_OPTION_LABEL),
            medium.slug,
            emoji=medium.emoji,
            default=medium.slug in hidden,
        )
        for medium in media
    ]
    custom_id = SettingRequest(SettingAction.GUILD_MEDIA).custom_id
    menu = builders.select_menu(setting_texts.CHOOSE_MEDIA(), options, custom_id, min_values=0, max_values=len(options))
    return builders.action_row([menu])


def privacy_button(chosen: GuildSettings | MemberPreferences) -> Component:
    """Return the button that makes answers public or private."""
    private = chosen.private_by_default
    if isinstance(chosen, MemberPreferences):
        action = SettingAction.MEMBER_PRIVATE
        label = setting_texts.ANSWER_EVERYONE() if private else setting_texts.ANSWER_ME_ALONE()
    else:
        action = SettingAction.GUILD_PRIVATE
        label = setting_texts.MAKE_PUBLIC() if private else setting_texts.MAKE_PRIVATE()
    return builders.button(label, SettingRequest(action, "no" if private else "yes").custom_id, emoji="🔒")
