"""The cards of settings and preferences, as full as they can be."""

from datetime import UTC, datetime

import pytest
from discord import ComponentType

from bot.components.limits import MAX_COMPONENTS, MAX_MESSAGE_TEXT, MAX_OPTIONS, discord_length
from bot.model import Medium, MediumGroup
from bot.preferences import (
    MAX_DAILIES_PER_GUILD,
    MAX_LISTED_WORKS,
    DailySchedule,
    GuildSettings,
    MemberPreferences,
    PauseReason,
    Rhythm,
    SpoilerMode,
)
from bot.render.cards import Card
from bot.render.settings_cards import preferences_card, settings_card, short_name
from bot.render.texts import daily as daily_texts
from tests.markdown_renderers.adapter import displays, items

MEDIA = [Medium(f"medium-{n}", "Film — Live-Action and Else", MediumGroup("film", "Film")) for n in range(40)]
ZONE = "America/Argentina/ComodRivadavia"


def works(sign: str) -> dict[str, str]:
    return {f"{n:012x}": f"{n}{sign * 100}"[:100] for n in range(MAX_LISTED_WORKS)}


def assert_fits(card: Card) -> None:
    assert discord_length("".join(displays(card))) <= MAX_MESSAGE_TEXT
    assert len(list(items(card))) <= MAX_COMPONENTS
    assert all(len(menu["options"]) <= MAX_OPTIONS for menu in items(card, ComponentType.select))


@pytest.mark.parametrize("sign", ["W", "*", "🏃", "a b "])
def test_full_settings_and_preferences_fit_their_cards(sign: str) -> None:
    titles = works(sign)
    channels = frozenset(2**63 - 1 - n for n in range(MAX_OPTIONS))
    media = frozenset(medium.slug for medium in MEDIA[:MAX_OPTIONS])
    settings = GuildSettings(SpoilerMode.WHOLE_CARD, True, media, frozenset(titles), channels)
    scope = daily_texts.scope_text(short_name(sign * 100), spoilers=False)
    due = datetime(2026, 1, 1, tzinfo=UTC)
    rhythm, role = Rhythm(hours=23), 2**63 - 1
    daily = DailySchedule(
        2**63 - 1, 1, 0, ZONE, "", "", "", False, due, PauseReason.FORBIDDEN, rhythm, role, is_forum=True, tag_id=role
    )
    assert_fits(settings_card(settings, titles, MEDIA, [(daily, scope)] * MAX_DAILIES_PER_GUILD))
    card = preferences_card(MemberPreferences(SpoilerMode.WHOLE_CARD, True, frozenset(titles)), titles)
    assert_fits(card)
    assert "more" in "".join(displays(card))
