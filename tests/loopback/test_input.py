"""Members type anything: it is answered in time, shown as it is, and pings nobody."""

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.client.bot import TropeBot
from tests.loopback.conftest import complaints
from tests.loopback.interactions import FIRST_ANSWER, SentInteraction
from tests.loopback.server import Discord, text

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
    "what formats": "%s {} {0} $x \\N{DASH} \r\n\x1b[31m",
}
# What would be more than text, had it been sent as it was typed.
ALIVE = re.compile(
    r"(?<!\\)<[@#:a/ti]|(?<!\\)@everyone|(?<!\\)@here|(?<!\\)\]\(|https://example|(?<!\\)\|\|bridge|[\0\u202e\u2066\ud800]"
)


async def everything(discord: Discord, typed: str) -> AsyncIterator[SentInteraction]:
    """Yields what comes of a text wherever one can be typed."""
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
    yield await discord.use_menu("Find examples like this", {**card, "content": typed[:4000]})


@pytest.mark.parametrize("typed", TYPED.values(), ids=TYPED)
async def test_whatever_is_typed_is_answered_as_text_and_pings_nobody(
    discord: Discord, bot: TropeBot, caplog: pytest.LogCaptureFixture, typed: str
) -> None:
    async for asked in everything(discord, typed):
        await asked.answer()
        _, data, delay = await asked.first_answer()
        assert delay < FIRST_ANSWER
        assert "Sorry" not in _shown(data)
        assert not ALIVE.search(_shown(data))
        if "components" in data:
            assert data["allowed_mentions"] == {"parse": []}
    assert complaints(caplog) == []


def _shown(data: dict[str, Any]) -> str:
    """Returns what a member reads of an answer; names of choices show nothing but text."""
    return text(data) if "components" in data else ""
