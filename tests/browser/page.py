"""A reader at the preview page: types commands, picks what is offered, presses, reads what is shown and what is not."""

import shutil
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Locator, Page, async_playwright

CHROMIUM = shutil.which("chromium")
ARGUMENTS = (
    "--no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-component-update "
    "--disable-sync"
).split()
SWITCHES = ("True", "False")
DEADLINE = 8_000  # milliseconds, for whatever the page is waited for

_SETTLED = "before => simcordPreview.ready && simcordPreview.lastAction?.sequence > before"
_OFFERED = """name => {
    const {option, state} = simcordPreview.commandPicker.autocomplete;
    return option === name && state === "answered";
}"""


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """Runs a browser without a window during the block."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        try:
            yield browser
        finally:
            await browser.close()


class Card:
    """A message of the bot's, as the page shows it at the moment of asking."""

    def __init__(self, page: "PreviewPage", message: Locator) -> None:
        """Takes the page and the message's element on it."""
        self._page = page
        self.message = message
        self.element = message.locator(".message-components")
        self.spoilers = message.locator(".markdown-spoiler")

    async def visible_text(self) -> str:
        """Returns what a reader sees: no text that is hidden by style."""
        return await self.message.inner_text()

    async def spoken_text(self) -> str:
        """Returns what a screen reader is given: no text that is hidden from it."""
        return await self.message.aria_snapshot()

    async def heading(self) -> str:
        """Returns the text of the card's heading."""
        return await self.message.locator("h1, h2, h3").first.inner_text()

    def button(self, label: str) -> Locator:
        """Returns the button whose label holds `label`."""
        return self.message.get_by_role("button", name=label)

    async def options(self) -> list[str]:
        """Returns the labels of the card's menu, in order."""
        return await self.message.locator(".select-option .option-label").all_text_contents()

    async def reveal_all(self) -> None:
        """Clicks every spoiler that is still hidden."""
        hidden = self.message.locator(".markdown-spoiler:not(.is-revealed)")
        while await hidden.count():
            await hidden.first.click()

    async def press(self, label: str) -> "Card":
        """Clicks the button whose label holds `label` and returns the answer, which may be this card changed."""
        return await self._page.answer_to(self.button(label).press("Enter"))  # under a mouse the page may scroll

    async def choose(self, label: str) -> "Card":
        """Opens the card's menu, clicks the option whose label holds `label`, and returns the answer."""
        await self.open_menu()
        return await self._page.answer_to(self.message.get_by_role("option").filter(has_text=label).click())

    async def open_menu(self) -> None:
        """Opens the card's menu."""
        await self.message.get_by_role("combobox").click()

    async def picture(self, path: Path) -> None:
        """Writes the card, without author and time, as a PNG."""
        await self.element.screenshot(path=path, animations="disabled")


class PreviewPage:
    """The preview in one tab."""

    def __init__(self, page: Page) -> None:
        """Takes the tab."""
        self.page = page
        self.page.set_default_timeout(DEADLINE)
        self.errors: list[str] = []
        self.offered: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    @classmethod
    async def open(cls, browser: Browser, url: str, width: int = 1100, height: int = 800) -> "PreviewPage":
        """Opens the preview's address in a tab of its own and waits until the page can be used."""
        # The page forbids evaluated scripts, and a wait for a condition is one.
        tab = cls(await browser.new_page(viewport={"width": width, "height": height}, bypass_csp=True))
        await tab.page.goto(url)
        await tab.page.wait_for_function("globalThis.simcordPreview?.ready")
        return tab

    async def command(self, command: str, **options: str) -> Card:
        """Types a slash command with its options, sends it, and returns the answer.

        Where a medium or the like is autocompleted, the first offer is taken, if any; `offered` keeps them all.
        """
        await self.page.locator("#channel-composer textarea").click()
        await self.page.keyboard.type(command)
        await self.page.locator(".command-entry").filter(has_text=command).first.click()
        for name, value in options.items():
            await self._fill(name, value)
        return await self.answer_to(self.page.locator("#send-message").click())

    async def answer_to(self, act: Awaitable[Any]) -> Card:
        """Does something that the bot answers and returns the message that was sent or changed.

        Raises:
            AssertionError: The bot answered with no message.
        """
        before = await self.page.evaluate("simcordPreview.lastAction?.sequence ?? 0")
        await act
        await self.page.wait_for_function(_SETTLED, arg=before)
        outcomes = await self.page.evaluate("simcordPreview.lastAction.outcomes")
        messages = [outcome["messageId"] for outcome in outcomes if "messageId" in outcome]
        assert messages, f"no message came, but {outcomes}"
        return self.card(messages[0])

    def card(self, message_id: str) -> Card:
        """Returns the message with that id."""
        return Card(self, self.page.locator(f'article[data-message-id="{message_id}"]'))

    async def _fill(self, name: str, value: str) -> None:
        field = self.page.locator(f'.command-option-input[data-option="{name}"]')
        offers = self.page.locator(".command-suggestion")
        if not await field.count():
            await self.page.locator(".command-ghost").click()
            await offers.filter(has_text=name).click()
        await field.press_sequentially(value)
        if value in SWITCHES:
            await offers.filter(has_text=value).first.click()
        elif await field.get_attribute("role") == "combobox":
            await self.page.wait_for_function(_OFFERED, arg=name)
            self.offered = await offers.locator(".command-suggestion-label").all_text_contents()
            if self.offered:
                await offers.first.click()
