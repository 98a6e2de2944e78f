"""Pictures of the bot's cards: a few for the documentation, or the examples on contact sheets for a person's eyes.

Run: ``python -m tests.browser.screenshots --out FOLDER``, with ``--all`` for the sheets.
"""

import argparse
import asyncio
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import AsyncMock, patch

import discord
import simcord
from PIL import Image
from playwright.async_api import Browser

from bot.client.bot import TropeBot
from bot.client.preview import simulated_guild
from bot.conversation.shuffle import Draw
from bot.corpus.scope import Scope
from bot.settings import Settings
from tests.browser.page import Card, PreviewPage, chromium

TROPE = "BigHeroicRun"
LIVELY = 1  # an example with spoilers, for the documentation
CARDS: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("medium", "/bigrun medium", {"name": "film"}),
    ("search", "/bigrun search", {"words": "horse"}),
    ("work", "/bigrun work", {"title": "Lord of the Rings"}),
    ("about", "/bigrun about", {}),
    ("preferences", "/bigrun preferences", {"seen": "Firefly"}),
    ("daily", "/bigrun daily", {"at": "18:30", "zone": "Europe/Berlin"}),
    ("settings", "/bigrun settings", {}),
)
TALL = 1600  # an element higher than the page would be cut
A_SHEET = 6
COLUMNS = 2
GAP = 14
PAPER = "#313338"


@dataclass(frozen=True, slots=True)
class Stage:
    """A preview of the bot in one channel, a member who asks and a browser that looks."""

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
        """Let a random example be that one during the block."""
        entry = await self.bot.corpus.by_number(TROPE, number)
        assert entry, f"there is no example {number}"
        with patch.object(type(self.bot.services.shuffler), "draw", AsyncMock(return_value=Draw(entry, 12, 60))):
            yield

    async def posted(self, tab: PreviewPage, number: int) -> Card:
        """Have the bot post an example and returns its card in a tab that is already open."""
        async with self.drawing(number):
            result = await self.member.slash(self.channel, "bigrun random")
        await self.preview.refresh()
        assert result.response, f"example {number} was not answered"
        card = tab.card(str(result.response.id))
        await card.element.wait_for()
        return card


@asynccontextmanager
async def staged() -> AsyncIterator[Stage]:
    """Start the bot with a passing corpus, its preview, and a browser."""
    with tempfile.TemporaryDirectory() as folder:
        async with simulated_guild(Settings(corpus_path=Path(folder) / "corpus.db")) as env, chromium() as browser:
            channel = env.guild.create_text_channel("general")
            permissions = discord.Permissions(manage_guild=True, manage_messages=True)
            moderator_role = env.guild.create_role("Moderator", permissions=permissions)
            member = env.guild.add_member(env.create_user("You"), roles=[moderator_role])
            async with env.preview(channel, viewers=[member], layout="channel") as preview:
                assert isinstance(env.bot, TropeBot)
                env.bot.rate_limiter._max_requests = 10_000
                yield Stage(env.bot, channel, member, preview, browser)


async def show_for_readers(out: Path) -> None:
    """Write the pictures of the documentation: the whole page, and a card of each command."""
    async with staged() as stage:
        tab = await stage.tab(1100, TALL)
        for name, command, options in CARDS:
            await (await tab.command(command, **options)).picture(out / f"{name}.png")
        async with stage.drawing(LIVELY):
            await (await tab.command("/bigrun random")).picture(out / "random.png")
    async with staged() as stage:
        tab = await stage.tab(1100, 800)
        await tab.command("/bigrun search", words="bridge")
        async with stage.drawing(LIVELY):
            await tab.command("/bigrun random")
        await tab.page.mouse.move(0, 0)
        await tab.page.screenshot(path=out / "preview.png", animations="disabled")


async def show_all(out: Path, numbers: Sequence[int], width: int, *, reveal: bool) -> None:
    """Write contact sheets of the examples, all if none is named, with their spoilers hidden or not."""
    async with staged() as stage:
        tab = await stage.tab(width, TALL)
        last = await stage.bot.corpus.count(Scope(TROPE))
        with tempfile.TemporaryDirectory() as folder:
            cards = []
            for number in numbers or range(1, last + 1):
                card = await stage.posted(tab, number)
                if reveal:
                    await card.reveal_all()
                cards.append(Path(folder) / f"{number}.png")
                await card.picture(cards[-1])
            for first in range(0, len(cards), A_SHEET):
                name = f"{cards[first].stem}-{cards[first : first + A_SHEET][-1].stem}.png"
                _sheet(cards[first : first + A_SHEET]).save(out / name)


def _sheet(cards: Sequence[Path]) -> Image.Image:
    """Lay cards in two columns, each card under the shorter one."""
    pictures = [Image.open(path) for path in cards]
    width = max(picture.width for picture in pictures) + GAP
    heights = [GAP] * COLUMNS
    places = []
    for picture in pictures:
        column = heights.index(min(heights))
        places.append((GAP + column * width, heights[column]))
        heights[column] += picture.height + 2 * GAP
    sheet = Image.new("RGB", (GAP + COLUMNS * width, max(heights)), PAPER)
    for picture, place in zip(pictures, places, strict=True):
        sheet.paste(picture, place)
    return sheet


def main() -> None:
    """Read the command line and writes the pictures."""
    parser = argparse.ArgumentParser(description="Pictures of the bot's cards.")
    parser.add_argument("--out", type=Path, required=True, help="folder of the pictures")
    parser.add_argument("--all", action="store_true", help="contact sheets of the examples instead")
    parser.add_argument("--width", type=int, default=1100, help="width of the page for the sheets, in pixels")
    parser.add_argument("--reveal", action="store_true", help="show what spoilers hide on the sheets")
    parser.add_argument("numbers", type=int, nargs="*", help="only these examples on the sheets")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    if given.all:
        asyncio.run(show_all(given.out, given.numbers, given.width, reveal=given.reveal))
    else:
        asyncio.run(show_for_readers(given.out))


if __name__ == "__main__":
    main()
