"""The preview in a browser: commands, cards, spoilers, buttons and menus."""

import asyncio
import re
from pathlib import Path

import pytest
from playwright.async_api import Browser

from bot.client.preview import run_preview
from bot.settings import Settings
from tests.browser.page import ACTION_FINISHED, SUGGESTIONS_SHOWN, PreviewPage
from tests.browser.running import TIMEOUT_SECONDS, Preview, running_preview

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]

HIDDEN = ("save and apologize to Juzo", "Race for Your Love", "bled out to death")


async def test_a_random_example_shows_its_number_licence_and_source(tab: PreviewPage) -> None:
    card = await tab.command("/bigrun random")
    text = await card.visible_text()
    assert re.search(r"example\s\d+ on the page", text)
    assert "CC\u00a0BY-NC-SA\u00a03.0" in text
    source = card.message.get_by_role("link", name="TV Tropes")
    assert await source.get_attribute("href") == "https://tvtropes.org/pmwiki/pmwiki.php/Main/BigHeroicRun"


async def test_another_adds_a_card_and_leaves_the_first(tab: PreviewPage) -> None:
    first = await tab.command("/bigrun random", medium="music")
    before = await first.visible_text()
    second = await first.press("Another")
    assert "Music" in await second.visible_text()
    assert await first.visible_text() == before
    assert await second.message_id() != await first.message_id()


async def test_spoilers_stay_hidden_until_each_is_clicked(tab: PreviewPage) -> None:
    card = await tab.command("/bigrun search", words="Munakata")
    body = tab.page.locator("body")
    for text in (await body.inner_text(), await body.aria_snapshot()):
        assert "Munakata dashing to" in text
        assert [words for words in HIDDEN if words in text] == []
    assert await card.spoilers.count() == len(HIDDEN)
    await card.spoilers.first.click()
    for text in (await card.visible_text(), await card.spoken_text()):
        assert [words for words in HIDDEN if words in text] == [HIDDEN[0]]
    await card.spoilers.nth(2).press("Enter")
    assert [words for words in HIDDEN if words in await card.visible_text()] == [HIDDEN[0], HIDDEN[2]]


async def test_a_list_has_pages_and_opens_an_example(tab: PreviewPage) -> None:
    films = await tab.command("/bigrun medium", name="film")
    assert tab.suggestions[0] == "Film (21)"
    first_page = await films.options()
    assert await films.button("◂ Back").is_disabled()
    next_page = await films.press("Next ▸")
    second_page = await next_page.options()
    assert await next_page.message_id() == await films.message.get_attribute("data-message-id")
    assert not set(first_page) & set(second_page)
    assert await (await next_page.press("◂ Back")).options() == first_page
    opened = await films.choose("Chariots of Fire")
    assert (await opened.heading()).endswith("Chariots of Fire")


async def test_a_round_of_the_game_is_won(tab: PreviewPage) -> None:
    await tab.command("/bigrun guess", medium="music")
    card = await tab.newest("Which work is this?")
    assert "Bon Jovi" not in await card.visible_text()
    await card.press("Hint")
    assert "Medium: Music" in await card.visible_text()
    await card.button("Guess").press("Enter")
    assert "Not it, 2 left." in await (await tab.fill_form("Queen")).visible_text()
    await card.button("Guess").press("Enter")
    won = await tab.fill_form("bon jovy")
    assert await won.message_id() == await card.message_id()
    assert "has it, 4 points" in await won.visible_text()
    assert "1 round" in await (await won.press("Scores")).visible_text()
    assert "Los Angeles" in await (await won.press("Show the example")).visible_text()


async def test_the_page_has_no_errors(tab: PreviewPage) -> None:
    assert await tab.page.evaluate("simcordPreview.transport.failures") == 0
    assert tab.errors == []


@pytest.mark.parametrize(
    ("keys", "shown"),
    [
        ("/ran Enter Enter Enter", "on the page"),
        ("/sea Enter bridge Escape Enter", "the only example for"),
        ("/hel Enter Enter", "What I can do"),
    ],
)
async def test_the_keys_that_the_welcome_names_bring_an_answer(tab: PreviewPage, keys: str, shown: str) -> None:
    *typed, last = keys.split()
    await tab.page.locator("#channel-composer textarea").click()
    for key in typed:
        if key.istitle():
            await tab.page.keyboard.press(key)
        elif key.startswith("/"):
            await tab.page.keyboard.type(key)
            await tab.page.locator(".command-entry").first.wait_for()
        else:
            await tab.page.locator(".command-option-input:focus").wait_for()
            await tab.page.keyboard.insert_text(key)
            await tab.page.wait_for_function(SUGGESTIONS_SHOWN, arg="words")
    assert shown in await (await tab.answer_to(tab.page.keyboard.press(last))).visible_text()


@pytest.mark.parametrize("number", range(5))
async def test_each_button_of_the_welcome_brings_an_answer(tab: PreviewPage, number: int) -> None:
    buttons = tab.page.locator("article").first.get_by_role("button")
    answer = await tab.answer_to(buttons.nth(number).press("Enter"))
    assert await answer.message_id() != await tab.page.locator("article").first.get_attribute("data-message-id")
    assert "TV Tropes" in await answer.visible_text() or "Big Heroic Run" in await answer.visible_text()


async def test_a_friend_may_not_manage_the_server(browser: Browser, preview: Preview) -> None:
    tab = await PreviewPage.open(browser, preview.url)
    before = await tab.page.evaluate("simcordPreview.lastAction?.sequence ?? 0")
    await tab.page.locator("#viewer-picker").select_option(label="Friend")
    await tab.page.wait_for_function(ACTION_FINISHED, arg=before)
    assert "Manage Server" in await (await tab.command("/bigrun settings")).visible_text()


async def test_ctrl_c_stops_a_preview_open_in_a_browser(browser: Browser, tmp_path: Path) -> None:
    async with running_preview(tmp_path) as preview:
        await PreviewPage.open(browser, preview.url)
    assert (preview.status, preview.errors) == (0, "")


async def test_given_pages_are_served_beside_the_shipped_one(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "PowerWalk.txt").write_text("----\n* ''Film/RunLolaRun'': walks, and [[spoiler:runs]].\n")
    async with running_preview(tmp_path, tmp_path / "PowerWalk.txt") as preview:
        tab = await PreviewPage.open(browser, preview.url)
        text = await (await tab.command("/trope random", trope="PowerWalk")).visible_text()
        assert "walks, and" in text
        assert "runs" not in text
        assert "Big Heroic Run" in await (await tab.command("/bigrun random")).visible_text()
    assert (preview.status, preview.errors) == (0, "")
    assert not (tmp_path / "corpus.db").exists()


async def test_buttons_work_while_the_clock_ticks(
    browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.client.preview.TICK_SECONDS", 0.005)
    lines: asyncio.Queue[str] = asyncio.Queue()
    preview = asyncio.create_task(run_preview(Settings(corpus_path=tmp_path / "corpus.db"), lines.put_nowait))
    try:
        async with asyncio.timeout(TIMEOUT_SECONDS):
            tab = await PreviewPage.open(browser, await lines.get())
        card = await tab.command("/bigrun random")
        for _ in range(3):
            card = await card.press("Another")
        assert await tab.page.evaluate("simcordPreview.transport.failures") == 0
    finally:
        preview.cancel()
        results = await asyncio.gather(preview, return_exceptions=True)
    assert [type(error) for error in results] == [asyncio.CancelledError]
