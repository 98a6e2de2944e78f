"""Nothing that a round sends gives its work away, in any corpus."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from bot.conversation.guess_board import GuessBoard, Riddle
from bot.conversation.services import Services
from bot.corpus.reader import Corpus, open_corpus
from bot.guessing.mask import mask_example, most_words
from bot.guessing.words import read_common_words
from bot.ingest.site_tables import SiteTables
from bot.model import Entry, Example
from bot.model.preferences import GuildSettings
from bot.render.cards import message_card
from bot.render.guess_cards import guess_modal
from bot.render.markdown import Markdown
from bot.render.texts import guessing as texts
from bot.settings import ROOT, Settings
from bot.state.guesses import GuessRound
from tests.guessing.corpora import load_corpora
from tests.guessing.finder import aliases, told, words

ROUND = GuessRound(1, 2, "0123456789abcdef", "open", 0, 180, 3, 4, "ab", "", 1, 3, "", "")
NOTICES = [value for value in vars(texts).values() if isinstance(value, str)] + [texts.wrong(2), texts.wrong(0)]


@pytest.fixture(scope="module")
def corpora(tmp_path_factory: pytest.TempPathFactory, tables: SiteTables) -> Path:
    return asyncio.run(load_corpora(tmp_path_factory.mktemp("corpora"), tables))


@pytest.fixture
async def played(corpora: Path) -> AsyncIterator[Corpus]:
    async with open_corpus(corpora) as corpus:
        yield corpus


class NoPreferences:
    async def guild_settings(self, _: int) -> GuildSettings:
        return GuildSettings()


def board_of(corpus: Corpus) -> GuessBoard:
    services = SimpleNamespace(corpus=corpus, shuffler=None, preferences=NoPreferences(), settings=Settings())
    return GuessBoard(cast("Services", services))


async def examples_of(corpus: Corpus) -> list[tuple[Entry, Example]]:
    """Return every example as it is served, and whole."""
    pairs = []
    for trope in await corpus.tropes():
        async for example in corpus.iter_examples(trope.name):
            entry = await corpus.by_number(trope.name, example.number)
            assert entry
            pairs.append((entry, example))
    return pairs


async def payloads(board: GuessBoard, riddle: Riddle) -> list[Any]:
    """Return all that is sent while a round runs, but for the hint that offers titles."""
    sent: list[Any] = [guess_modal(ROUND.round_id), *[message_card(Markdown(one)).components for one in NOTICES]]
    for hints in range(5):
        card = await board.round_card(replace(ROUND, hint_count=hints), riddle)
        shown = json.dumps(card.components, ensure_ascii=False)
        sent.append(json.loads(shown[: shown.rfind("It’s **")] + shown[shown.rfind("**.", shown.rfind("It’s **")) :])
                    if "It’s **" in shown else card.components)  # fmt: skip
    return sent


@pytest.mark.slow
async def test_no_playable_example_is_told(played: Corpus) -> None:
    board, examples = board_of(played), await examples_of(played)
    own = set(words(" ".join(map(str, [*texts.own_texts(), *NOTICES])))) | {str(number) for number in range(200)}
    whole, count, leaks = [example for _, example in examples], 0, []
    for entry, example in examples:
        riddle = await board._read(entry)
        if riddle is None:
            continue
        count += 1
        [work] = example.works
        names = {work.title, *aliases(whole, work.page)}
        letter = {word for word in words(work.title) if len(word) == 1}
        leaks += [(work.title, leak) for leak in told(await payloads(board, riddle), example, names, own | letter)]
        masked = words(riddle.masked.text)
        leaks += [(work.title, word) for name in names for word in words(name) if word in masked]
    assert leaks == []
    assert count > 150


@pytest.mark.slow
async def test_what_cannot_be_played_is_not(played: Corpus) -> None:
    board = board_of(played)
    for entry, example in await examples_of(played):
        riddle = await board._read(entry)
        assert riddle is None or (len(example.works) == 1 and riddle.masked.word_count >= 15)


async def test_the_finder_finds_what_is_told(played: Corpus) -> None:
    for entry, example in (await examples_of(played))[:60]:
        if len(example.works) == 1:
            for word in words(entry.example.works[0].title):
                assert told([f"she {word} it"], example, [example.works[0].title], set())


async def test_no_more_words_show_than_the_bound_says(played: Corpus) -> None:
    common_words = read_common_words(ROOT / "data")
    for entry, _ in await examples_of(played):
        shown = mask_example(entry.example, ["Xyzzy"], common_words).word_count
        assert shown <= most_words(entry.example, common_words, 10_000)
