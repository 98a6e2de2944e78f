"""What members type is answered in time, shown as text, and pings nobody."""

import re
from collections.abc import AsyncIterator

import pytest

from bot.client.bot import TropeBot
from bot.render.texts import examples as texts
from bot.render.texts.commands import FIND_MENU
from tests.loopback.conftest import logged_warnings, shared_bot, shared_discord
from tests.loopback.interactions import FIRST_ANSWER_SECONDS, SentInteraction
from tests.loopback.server import Discord, text

pytestmark = pytest.mark.asyncio(loop_scope="module")
discord = shared_discord
bot = shared_bot

TYPED = {
    "nothing": "",
    "blanks": " \t\n\u3000",
    "6,000 characters": "run " * 1500,
    "one word of 6,000 characters": "r" * 6000,
    "NUL": "\0bridge\0",
    "lone surrogates": "\ud800bridge\udfff",
    "bidi controls": "\u202ebridge\u2066\u200f",
    "right to left": "ركض بطولي עברית",
    "emoji sequences": "👨‍👩‍👧‍👦🏳️‍🌈🇩🇪👍🏽" * 20,
    "combining marks": "b̸̡̢̧̛̛̛̛ŗ̴̧̛̛̛i̶̡̧̛̛dge" * 10,
    "full-text search": 'bridge" OR "x NEAR(a b) * - ^ : AND NOT clear:*',
    "unbalanced": "((\"'*[{",
    "SQL": "'; DROP TABLE example; --",
    "patterns": "%_%\\",
    "mentions": "<@400000000000000002> <@!1> <@&1> <#1> @everyone @here",
    "custom emoji and times": "<a:party:1> <:x:1> <t:1:R> </bigrun random:1> <id:browse>",
    "markdown": "**bold** __x__ ~~y~~ `z` ```\nw\n``` # head\n> quote\n- item\n1. one",
    "spoiler tags": "||bridge|| \\|| |||",
    "links": "[bridge](https://example.org) https://example.org <https://example.org> discord.gg/x",
    "Chinese": "英雄奔跑",
    "Thai": "วิ่งอย่างกล้าหาญ",
    "Cherokee and Deseret": "ᏣᎳᎩ 𐐔𐐇𐐝𐐀𐐡𐐇𐐓",
    "a custom id": "b1:r:::::0:",
    "format strings": "%s {} {0} $x \\N{DASH} \r\n\x1b[31m",
}
OUR_HINT = re.compile(r"</bigrun help:\d{5,}>")  # of the first answer in a server
# Sent as it was typed, this would be more than text.
UNESCAPED = re.compile(
    r"(?<!\\)<[@#:a/ti]|(?<!\\)@everyone|(?<!\\)@here|(?<!\\)\]\(|https://example|(?<!\\)\|\|bridge|[\0\u202e\u2066\ud800]"
)


async def type_everywhere(discord: Discord, typed: str) -> AsyncIterator[SentInteraction]:
    """Yield an interaction for each place where a text can be typed."""
    yield await discord.slash("bigrun search", words=typed)
    yield await discord.slash("bigrun search", words=typed, hidden=True, medium=typed)
    yield await discord.slash("bigrun medium", name=typed)
    yield await discord.slash("bigrun work", title=typed)
    yield await discord.slash("bigrun random", medium=typed, work=typed, spoilers=typed)
    yield await discord.type("bigrun search", "words", words=typed)
    yield await discord.type("bigrun search", "medium", medium=typed)
    yield await discord.type("bigrun work", "title", title=typed)
    yield await discord.type("bigrun medium", "name", name=typed)
    card = await (await discord.slash("bigrun medium", name="film")).answer()
    yield await discord.submit("b1:m:26ea70bcb3:film::j:1:", {"page": typed}, card)
    yield await discord.press(card, typed[:100])
    yield await discord.press(card, f"b1:s:::::1:{typed}"[:100])
    yield await discord.use_menu(FIND_MENU(), {**card, "content": typed[:4000]})


@pytest.mark.parametrize("typed", TYPED.values(), ids=TYPED)
async def test_input_is_answered_as_text_and_pings_nobody(
    discord: Discord, bot: TropeBot, caplog: pytest.LogCaptureFixture, typed: str
) -> None:
    apology = texts.unexpected_error("").split("*", maxsplit=1)[0]
    async for asked in type_everywhere(discord, typed):
        await asked.answer()
        _, data, delay = await asked.first_answer()
        assert delay < FIRST_ANSWER_SECONDS
        if "components" in data:  # the names of choices are plain text
            assert apology not in text(data)
            assert not UNESCAPED.search(OUR_HINT.sub("", text(data)))
            assert data["allowed_mentions"] == {"parse": []}
    assert logged_warnings(caplog) == []
