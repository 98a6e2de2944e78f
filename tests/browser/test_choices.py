"""Preferences, settings and daily examples in a browser, as a member and a moderator use them."""

import pytest

from tests.browser.page import PreviewPage

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]


async def test_preferences_apply_immediately_and_can_be_deleted(tab: PreviewPage) -> None:
    card = await tab.command("/bigrun preferences")
    card = await card.choose("The whole card hidden")
    assert "the whole card hidden" in await card.visible_text()
    hidden = await tab.command("/bigrun show", number="42")
    text = await hidden.visible_text()
    assert "1 spoiler for Firefly, click to reveal" in text
    assert "psychotic" not in text
    asked = await card.press("Forget me")
    deleted = await asked.press("Yes, forget me")
    assert "Forgotten: 1 preference. I no longer store anything about you." in await deleted.visible_text()
    assert "psychotic" in await (await tab.command("/bigrun show", number="42")).visible_text()


async def test_a_moderator_schedules_and_stops_a_daily_example(tab: PreviewPage) -> None:
    daily = await tab.command("/bigrun daily", at="18:30", zone="berl")
    assert tab.suggestions == ["Europe/Berlin"]
    assert "Daily at 18:30 (Europe/Berlin) in #general: Big Heroic Run" in await daily.visible_text()
    settings = await tab.command("/bigrun settings")
    dailies = await settings.press("See daily examples")
    assert "Daily at 18:30" in await dailies.visible_text()
    stopped = await dailies.press("Stop")
    assert "Daily at 18:30" not in await stopped.visible_text()


async def test_a_private_answer_is_shared_under_the_members_name(tab: PreviewPage) -> None:
    private = await tab.command("/bigrun show", number="9", private="True")
    assert "Only you can see this" in await private.visible_text()
    shared = await private.press("Share here")
    assert "shared by You" in await shared.visible_text()
    assert "Only you can see this" not in await shared.visible_text()
