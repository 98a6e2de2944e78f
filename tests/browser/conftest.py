"""One preview for each test file, and one browser for all of them."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from tests.browser.page import CHROMIUM, PreviewPage, chromium
from tests.browser.running import Preview, running_preview


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def preview(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Preview]:
    async with running_preview(tmp_path_factory.mktemp("preview")) as running:
        yield running
    assert (running.status, running.errors) == (0, "")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    async with chromium() as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def tab(browser: Browser, preview: Preview) -> PreviewPage:
    return await PreviewPage.open(browser, preview.url)
