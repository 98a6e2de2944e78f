"""Takes screenshots of cards for the docs: `python -m tests.browser.screenshots --out FOLDER`.

With `--all` it makes contact sheets of the examples instead, to be reviewed by a person.
"""

import argparse
import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import AsyncMock, patch

import discord
import simcord
from PIL import Image
from playwright.async_api import Browser

from bot.client.bot import TropeBot
from bot.client.preview import simulated_guild
from bot.conversation.shuffle import Draw
from bot.corpus.scope import Scope
from bot.ingest.loader import load
from bot.ingest.site_tables import read_tables
from bot.language import spoken_locales
from bot.model.preferences import SpoilerMode
from bot.settings import ROOT, Settings
from bot.state.preferences import MemberPreference
from tests.browser.page import Card, PreviewPage, chromium

TROPE = "BigHeroicRun"
EXAMPLE_WITH_SPOILERS = 1
SAVED_EXAMPLES = ("42", "14", "10")
CARDS: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("medium", "/bigrun medium", {"name": "film"}),
    ("search", "/bigrun search", {"words": "horse"}),
    ("several", "/bigrun random", {"medium": "music", "count": "2"}),
    ("about", "/bigrun about", {}),
    ("help", "/bigrun help", {}),
    ("preferences", "/bigrun preferences", {"seen": "Firefly"}),
    ("daily", "/bigrun daily", {"at": "18:30", "zone": "Europe/Berlin"}),
    ("settings", "/bigrun settings", {}),
)
TALL = 1600  # pixels; elements taller than the page would be cut off
CARDS_PER_SHEET, COLOURS = 6, 64
CARDS_OF_LANGUAGES: tuple[tuple[str, dict[str, str]], ...] = (
    ("bigrun medium", {"name": "film"}),
    ("bigrun help", {}),
    ("bigrun preferences", {}),
)
PAGES = [ROOT / "data/tropes/BigHeroicRun.txt", *sorted((ROOT / "tests/e2e/frozen/pages").glob("*.txt"))]
COLUMNS = 2
GAP = 14
BACKGROUND = "#313338"


@dataclass(frozen=True, slots=True)
class Stage:
    """The bot in one channel, a member, the preview and a browser."""

    bot: TropeBot
    channel: simcord.ChannelHandle
    member: simcord.MemberActor
    preview: simcord.Preview
    browser: Browser

    async def tab(self, width: int, height: int) -> PreviewPage:
        """Open the preview in a new tab."""
        return await PreviewPage.open(self.browser, self.preview.url, width, height)

    @asynccontextmanager
    async def drawing(self, number: int) -> AsyncIterator[None]:
        """Make every random draw return one example during the block."""
        entry = await self.bot.corpus.by_number(TROPE, number)
        assert entry, f"there is no example {number}"
        with patch.object(type(self.bot.services.shuffler), "draw", AsyncMock(return_value=Draw(entry, 12, 60))):
            yield

    @asynccontextmanager
    async def choosing(self, mode: SpoilerMode) -> AsyncIterator[None]:
        """Let the member choose how to see spoilers during the block."""
        choose = self.bot.services.preferences.set_member_preference
        await choose(self.member.id, MemberPreference.SPOILERS, [mode])
        yield
        await choose(self.member.id, MemberPreference.SPOILERS, [])

    async def posted(self, tab: PreviewPage, number: int) -> Card:
        """Post an example and return its card in an open tab."""
        async with self.drawing(number):
            return await self.answered(tab, "bigrun random")

    async def answered(self, tab: PreviewPage, command: str, **options: str) -> Card:
        """Send a command as typed, without its suggestions, and return the answer in an open tab."""
        result = await self.member.slash(self.channel, command, **options)
        await self.preview.refresh()
        assert result.response, f"{command} was not answered"
        card = tab.card(str(result.response.id))
        await card.element.wait_for()
        return card


@asynccontextmanager
async def running_stage(*pages: Path) -> AsyncIterator[Stage]:
    """Start the bot with a temporary corpus of some pages (else the shipped ones), its preview and a browser."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(corpus_path=Path(folder) / "corpus.db")
        if pages:
            await load(pages, settings.corpus_path, read_tables(settings.tables_dir))
        async with simulated_guild(settings) as env, chromium() as browser:
            channel = env.guild.create_text_channel("general")
            permissions = discord.Permissions(manage_guild=True, manage_messages=True)
            moderator_role = env.guild.create_role("Moderator", permissions=permissions)
            member = env.guild.add_member(env.create_user("You"), roles=[moderator_role])
            async with env.preview(channel, viewers=[member], layout="channel") as preview:
                assert isinstance(env.bot, TropeBot)
                env.bot.rate_limiter._max_requests = 10_000
                yield Stage(env.bot, channel, member, preview, browser)


async def take_docs_screenshots(out: Path) -> None:
    """Write the screenshots of the docs: the whole page, and a card for each command."""
    async with running_stage() as stage:
        tab = await stage.tab(1100, TALL)
        for name, command, options in CARDS:
            await (await tab.command(command, **options)).screenshot(out / f"{name}.png")
        await (await stage.answered(tab, "bigrun work", title="star")).screenshot(out / "choose.png")
        for number in SAVED_EXAMPLES:
            await (await tab.command("/bigrun show", number=number)).press("Save")
        await (await tab.command("/bigrun saved")).screenshot(out / "saved.png")
        await take_game(tab, out / "guess.png")
        async with stage.drawing(EXAMPLE_WITH_SPOILERS):
            await (await tab.command("/bigrun random")).screenshot(out / "random.png")
        async with stage.choosing(SpoilerMode.WHOLE_CARD), stage.drawing(EXAMPLE_WITH_SPOILERS):
            await (await tab.command("/bigrun random")).screenshot(out / "whole-card.png")
        async with stage.choosing(SpoilerMode.EXCLUDE):
            await (await tab.command("/bigrun work", title="Firefly")).screenshot(out / "left-out.png")
        await (await tab.command("/bigrun show", number="14")).screenshot(out / "show.png")
    async with running_stage(*PAGES) as stage:
        tab = await stage.tab(1100, TALL)
        await (await tab.command("/trope search", words="bridge")).screenshot(out / "tropes.png")
        await (await tab.command("/trope about", trope="EveryConstruct")).screenshot(out / "quote.png")
        await take_screenshots_of_works(tab, out)
    async with running_stage() as stage:
        tab = await stage.tab(1100, 800)
        await tab.command("/bigrun search", words="bridge")
        async with stage.drawing(EXAMPLE_WITH_SPOILERS):
            await tab.command("/bigrun random")
        await tab.page.mouse.move(0, 0)
        await tab.page.screenshot(path=out / "preview.png", animations="disabled")
    await take_languages(out / "locales")


async def take_languages(out: Path) -> None:
    """Write the main cards in each language, on one picture a locale."""
    async with running_stage() as stage:
        tab = await stage.tab(1100, TALL)
        for locale in spoken_locales()[1:]:
            with tempfile.TemporaryDirectory() as folder, everyone_speaking(locale):
                cards = [await stage.posted(tab, EXAMPLE_WITH_SPOILERS)]
                cards += [await stage.answered(tab, command, **options) for command, options in CARDS_OF_LANGUAGES]
                pictures = [Path(folder) / f"{number}.png" for number, _ in enumerate(cards)]
                for card, picture in zip(cards, pictures, strict=True):
                    await card.screenshot(picture)
                _sheet(pictures).quantize(COLOURS).save(out / f"{locale}.png", optimize=True)


@contextmanager
def everyone_speaking(locale: str) -> Iterator[None]:
    """Let members and server use Discord in a language during the block: the simulated one knows English alone."""
    read: Any = discord.Interaction._from_data

    def translated(interaction: Any, data: Any) -> None:
        read(interaction, data | {"locale": locale, "guild_locale": locale})

    with patch.object(discord.Interaction, "_from_data", translated):
        yield


async def take_screenshots_of_works(tab: PreviewPage, out: Path) -> None:
    """Write those of a work over several tropes, and of two works compared."""
    await (await tab.command("/trope work", title="Forrest Gump")).screenshot(out / "work.png")
    compared = {"title": "Forrest Gump", "with": "Run Lola Run"}
    await (await tab.command("/trope work", **compared)).screenshot(out / "compare.png")


async def take_game(tab: PreviewPage, path: Path) -> None:
    """Write a screenshot of a round with two hints."""
    await tab.command("/bigrun guess", medium="music")
    card = await tab.newest("Which work is this?")
    for _ in range(2):
        await card.press("Hint")
    await card.screenshot(path)


async def make_contact_sheets(out: Path, numbers: Sequence[int], width: int, *, reveal: bool) -> None:
    """Write contact sheets of some examples, or of all if `numbers` is empty."""
    async with running_stage() as stage:
        tab = await stage.tab(width, TALL)
        last = await stage.bot.corpus.count(Scope(TROPE))
        with tempfile.TemporaryDirectory() as folder:
            cards = []
            for number in numbers or range(1, last + 1):
                card = await stage.posted(tab, number)
                if reveal:
                    await card.reveal_all()
                cards.append(Path(folder) / f"{number}.png")
                await card.screenshot(cards[-1])
            for first in range(0, len(cards), CARDS_PER_SHEET):
                name = f"{cards[first].stem}-{cards[first : first + CARDS_PER_SHEET][-1].stem}.png"
                _sheet(cards[first : first + CARDS_PER_SHEET]).save(out / name)


def _sheet(cards: Sequence[Path]) -> Image.Image:
    """Arrange cards in two columns, each under the shorter one."""
    pictures = [Image.open(path) for path in cards]
    width = max(picture.width for picture in pictures) + GAP
    heights = [GAP] * COLUMNS
    positions = []
    for picture in pictures:
        column = heights.index(min(heights))
        positions.append((GAP + column * width, heights[column]))
        heights[column] += picture.height + 2 * GAP
    sheet = Image.new("RGB", (GAP + COLUMNS * width, max(heights)), BACKGROUND)
    for picture, position in zip(pictures, positions, strict=True):
        sheet.paste(picture, position)
    return sheet


def main() -> None:
    parser = argparse.ArgumentParser(description="Screenshots of the bot's cards.")
    parser.add_argument("--out", type=Path, required=True, help="output folder")
    parser.add_argument("--all", action="store_true", help="make contact sheets of the examples instead")
    parser.add_argument("--width", type=int, default=1100, help="page width for the sheets, in pixels")
    parser.add_argument("--reveal", action="store_true", help="reveal spoilers on the sheets")
    parser.add_argument("numbers", type=int, nargs="*", help="only these examples")
    options = parser.parse_args()
    (options.out / "locales").mkdir(parents=True, exist_ok=True)
    if options.all:
        asyncio.run(make_contact_sheets(options.out, options.numbers, options.width, reveal=options.reveal))
    else:
        asyncio.run(take_docs_screenshots(options.out))


if __name__ == "__main__":
    main()
