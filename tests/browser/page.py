"""A person at the preview page: types commands, picks suggestions, presses buttons and reads cards."""

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
BOOLEANS = ("True", "False")
TIMEOUT_MS = 8_000

ACTION_FINISHED = "before => simcordPreview.ready && simcordPreview.lastAction?.sequence > before"
SUGGESTIONS_SHOWN = """name => {
    const {option, state} = simcordPreview.commandPicker.autocomplete;
    // A command that is sent while a query is pending is lost.
    return simcordPreview.ready && option === name
        && ["answered", "failed"].includes(state);
}"""


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """Run a headless browser during the block."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        try:
            yield browser
        finally:
            await browser.close()


class Card:
    """A message of the bot, as the page currently shows it."""

    def __init__(self, page: "PreviewPage", message: Locator) -> None:
        self._page = page
        self.message = message
        self.element = message.locator(".message-components")
        self.spoilers = message.locator(".markdown-spoiler")

    async def visible_text(self) -> str:
        return await self.message.inner_text()

    async def spoken_text(self) -> str:
        """Return what a screen reader reads."""
        return await self.message.aria_snapshot()

    async def message_id(self) -> str | None:
        return await self.message.get_attribute("data-message-id")

    async def heading(self) -> str:
        return await self.message.locator("h1, h2, h3").first.inner_text()

    def button(self, label: str) -> Locator:
        """Return the button whose label contains `label`."""
        return self.message.get_by_role("button", name=label)

    async def options(self) -> list[str]:
        return await self.message.locator(".select-option .option-label").all_text_contents()

    async def reveal_all(self) -> None:
        """Click every spoiler that is still hidden."""
        hidden = self.message.locator(".markdown-spoiler:not(.is-revealed)")
        while await hidden.count():
            await hidden.first.click()

    async def press(self, label: str) -> "Card":
        """Press a button and return the answer, which may be this card."""
        return await self._page.answer_to(self.button(label).press("Enter"))  # a click may scroll the page

    async def choose(self, label: str) -> "Card":
        """Choose an option of the card's first menu and return the answer."""
        await self.open_menu()
        return await self._page.answer_to(self.message.get_by_role("option").filter(has_text=label).click())

    async def open_menu(self) -> None:
        await self.message.get_by_role("combobox").first.click()

    async def screenshot(self, path: Path) -> None:
        """Write the card as a PNG, without author and time."""
        await self.element.screenshot(path=path, animations="disabled")


class PreviewPage:
    def __init__(self, page: Page) -> None:
        self.page = page
        self.page.set_default_timeout(TIMEOUT_MS)
        self.errors: list[str] = []
        self.suggestions: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    @classmethod
    async def open(cls, browser: Browser, url: str, width: int = 1100, height: int = 800) -> "PreviewPage":
        """Open the preview in a new tab and wait until it is ready."""
        # The page's CSP forbids eval, which wait_for_function needs.
        tab = cls(await browser.new_page(viewport={"width": width, "height": height}, bypass_csp=True))
        await tab.page.goto(url)
        await tab.page.wait_for_function("globalThis.simcordPreview?.ready")
        return tab

    async def command(self, command: str, **options: str) -> Card:
        """Send a slash command and return the answer.

        Options with autocomplete take the first suggestion, if any. `suggestions` has all of them.
        """
        await self.page.locator("#channel-composer textarea").click()
        await self.page.keyboard.type(command)
        await self.page.locator(".command-entry").filter(has_text=command).first.click()
        for name, value in options.items():
            await self._fill(name, value)
        return await self.answer_to(self.page.locator("#send-message").click())

    async def answer_to(self, action: Awaitable[Any]) -> Card:
        """Await an action and return the message that the bot sent or edited."""
        before = await self.page.evaluate("simcordPreview.lastAction?.sequence ?? 0")
        await action
        await self.page.wait_for_function(ACTION_FINISHED, arg=before)
        outcomes = await self.page.evaluate("simcordPreview.lastAction.outcomes")
        messages = [outcome["messageId"] for outcome in outcomes if "messageId" in outcome]
        assert messages, f"no message, but {outcomes}"
        return self.card(messages[0])

    def card(self, message_id: str) -> Card:
        return Card(self, self.page.locator(f'article[data-message-id="{message_id}"]'))

    async def newest(self, text: str) -> Card:
        """Return the latest message with a text, which the bot may have posted by itself."""
        message = self.page.locator("article[data-message-id]").filter(has_text=text).last
        return self.card(str(await message.get_attribute("data-message-id")))

    async def fill_form(self, value: str) -> Card:
        """Submit the form that is open and return the answer."""
        form = self.page.locator("#modal-root form")
        await form.locator("input").fill(value)
        return await self.answer_to(form.get_by_role("button", name="Submit").click())

    async def _fill(self, name: str, value: str) -> None:
        field = self.page.locator(f'.command-option-input[data-option="{name}"]')
        suggestions = self.page.locator(".command-suggestion")
        if not await field.count():
            await self.page.locator(".command-ghost").click()
            await suggestions.filter(has_text=name).click()
        await field.fill(value)  # at once: the page publishes a query's state late, so a pause between keys misleads
        if value in BOOLEANS:
            await suggestions.filter(has_text=value).first.click()
        elif await field.get_attribute("role") == "combobox":
            await self.page.wait_for_function(SUGGESTIONS_SHOWN, arg=name)
            self.suggestions = await suggestions.locator(".command-suggestion-label").all_text_contents()
            if self.suggestions:
                await suggestions.first.click()
