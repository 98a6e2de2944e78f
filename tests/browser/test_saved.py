"""The list of saved examples and the report of a wrong text, in a browser."""

import pytest

from tests.browser.page import PreviewPage

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]


async def test_an_example_is_saved_listed_and_reported(tab: PreviewPage) -> None:
    card = await tab.command("/bigrun show", number="42")
    assert "line 76" in await (await card.press("Wrong?")).visible_text()
    confirmation = await card.press("Save")
    assert "Saved Firefly" in await confirmation.visible_text()
    listed = await confirmation.press("My saved examples")
    assert "Firefly · Big Heroic Run" in await listed.visible_text()
    assert "42. Firefly" in await listed.options()
