"""The cards of settings and preferences, as full as they can be."""

from datetime import UTC, datetime

import pytest
from discord import ComponentType

from bot.components.custom_ids import SettingAction, SettingRequest
from bot.components.limits import MAX_COMPONENTS, MAX_MESSAGE_TEXT, MAX_OPTIONS, discord_length
from bot.conversation.suggestions import MAX_SUGGESTIONS
from bot.model import Medium, MediumGroup
from bot.model.preferences import (
    MAX_DAILIES_PER_GUILD,
    MAX_HIDDEN_TROPES,
    MAX_LISTED_WORKS,
    DailySchedule,
    GuildSettings,
    MemberPreferences,
    PauseReason,
    SpoilerMode,
)
from bot.render.cards import Card, quote_input
from bot.render.daily_cards import dailies_card, daily_card
from bot.render.markdown import NO_TEXT, SCOPE_LENGTH, fit_name
from bot.render.settings_cards import (
    FormProblem,
    GuildPanel,
    fit_typed,
    preferences_card,
    settings_card,
    short_name,
    title_modal,
)
from bot.render.texts import daily as daily_texts
from bot.render.texts import examples as texts
from bot.render.texts import settings as setting_texts
from tests.markdown_renderers.adapter import displays, items

MEDIA = [Medium(f"medium-{n}", "Film — Live-Action and Else", MediumGroup("film", "Film")) for n in range(40)]
ZONE = "America/Argentina/ComodRivadavia"
DUE = datetime(2026, 1, 1, tzinfo=UTC)
SIGNS = ["W", "*", "🏃", "a b "]


def works(sign: str) -> dict[str, str]:
    return {f"{n:012x}": f"{n}{sign * 100}"[:100] for n in range(MAX_LISTED_WORKS)}


def problem(action: SettingAction, sign: str) -> FormProblem:
    """Return the longest answer to a title that a form did not accept."""
    near = [(sign * 100, f"{number:012x}") for number in range(MAX_SUGGESTIONS)]
    text = texts.no_examples_from(quote_input(sign * 100), [fit_name(title, SCOPE_LENGTH) for title, _ in near])
    return FormProblem(action, text, sign * 100, near)


def assert_fits(card: Card, room: tuple[int, int] = (0, 0)) -> None:
    """Check a card's limits, with room for more components and characters."""
    assert len(list(items(card))) + room[0] <= MAX_COMPONENTS
    assert discord_length("".join(displays(card))) + room[1] <= MAX_MESSAGE_TEXT
    assert all(len(menu["options"]) <= MAX_OPTIONS for menu in items(card, ComponentType.select))


@pytest.mark.parametrize("sign", SIGNS)
def test_full_settings_fit_their_card(sign: str) -> None:
    titles = works(sign)
    channels = frozenset(2**63 - 1 - n for n in range(MAX_OPTIONS))
    media = frozenset(medium.slug for medium in MEDIA[:MAX_OPTIONS])
    tropes = frozenset(sorted(titles)[:MAX_HIDDEN_TROPES])
    settings = GuildSettings(SpoilerMode.WHOLE_CARD, True, media, frozenset(titles), tropes, channels)
    daily = DailySchedule(2**63 - 1, 1, 0, ZONE, "", "", "", False, DUE, PauseReason.FORBIDDEN)
    panel = GuildPanel(settings, titles, titles, MEDIA, [daily] * MAX_DAILIES_PER_GUILD)
    for action in (SettingAction.GUILD_HIDE, SettingAction.GUILD_HIDE_TROPE):
        assert_fits(settings_card(panel, problem(action, sign)))


@pytest.mark.parametrize("sign", SIGNS)
def test_full_preferences_fit_their_card_with_room_for_a_row(sign: str) -> None:
    titles = works(sign)
    preferences = MemberPreferences(SpoilerMode.WHOLE_CARD, True, frozenset(titles))
    card = preferences_card(preferences, titles, problem(SettingAction.MEMBER_ADD_SEEN, sign))
    assert_fits(card, room=(4, 200))
    assert "more" in "".join(displays(card))


@pytest.mark.parametrize("sign", SIGNS)
def test_all_daily_examples_of_a_server_fit_a_card(sign: str) -> None:
    scope = daily_texts.scope_text(short_name(sign * 100), spoilers=False)
    daily = DailySchedule(2**63 - 1, 1, 0, ZONE, "", "", "", False, DUE, PauseReason.FORBIDDEN), scope
    assert_fits(dailies_card([daily] * MAX_DAILIES_PER_GUILD, daily_texts.NOTHING_TO_UNDO()))
    assert_fits(daily_card(daily, daily, 2**63 - 1))


@pytest.mark.parametrize("typed", ["x" * 200, "🏃" * 100, "a\nb", "\u202e", "\ud800", ""])
def test_a_form_is_filled_with_what_was_typed(typed: str) -> None:
    card = preferences_card(MemberPreferences(), {}, FormProblem(SettingAction.MEMBER_ADD_SEEN, NO_TEXT, typed))
    [button] = [one for one in items(card, ComponentType.button) if one["label"] == setting_texts.TYPE_AGAIN()]
    request = SettingRequest.from_custom_id(button["custom_id"])
    assert request
    field = title_modal(request.action, request.value)["components"][0]["component"]
    assert field.get("value", "")[:20] == fit_typed(typed)[:20]
    assert discord_length(field.get("value", "")) <= field["max_length"]
