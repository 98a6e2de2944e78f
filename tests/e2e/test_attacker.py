"""A member who asks every public command about every hidden word learns nothing: not even whether it is there."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from bot.components.custom_ids import Action, ExampleRequest
from bot.conversation.answers import Answer, Answers
from bot.corpus.reader import Corpus, open_corpus
from bot.ingest.loader import load
from bot.ingest.sources import SiteTables
from bot.model import Page, Trope, hidden_texts
from bot.settings import ROOT

HOME = Trope("BigHeroicRun", "")
SPOILER = re.compile(r"\[\[spoiler:(?:[^\[\]]|\[\[.*?\]\])*\]\]")


@pytest.fixture
async def harmless(tmp_path: Path, tables: SiteTables) -> AsyncIterator[Corpus]:
    """The same page with another text in each of its spoilers."""
    source = (ROOT / "data" / "tropes" / "BigHeroicRun.txt").read_text(encoding="utf-8")
    changed, count = SPOILER.subn("[[spoiler:plugh]]", source)
    assert count == 14
    (tmp_path / "BigHeroicRun.txt").write_text(changed, encoding="utf-8")
    await load([tmp_path], tmp_path / "corpus.db", tables)
    async with open_corpus(tmp_path / "corpus.db") as corpus:
        yield corpus


@pytest.fixture
def hidden_words(big_heroic_run: Page) -> list[str]:
    parts = [part for example in big_heroic_run.examples for part in example.parts]
    return sorted({word.strip('.,"') for part in parts for text in hidden_texts(part) for word in text.split()})


def sent(answer: Answer) -> Any:
    return answer.card.to_components()


async def told(corpus: Corpus, word: str) -> list[Any]:
    """Returns all that the public commands answer to a word, as it is sent, and what they offer while it is typed."""
    answers = Answers(corpus, Mock())
    presses = [
        ExampleRequest(Action.SEARCH, HOME.ref, page=1, query=word),
        ExampleRequest(Action.SEARCH, HOME.ref, page=2, query=f"{word[:3]}*"),
        ExampleRequest(Action.SEARCH, HOME.ref, medium="video-games", page=1, query=f"the {word}"),
        ExampleRequest(Action.MEDIUM, HOME.ref, medium=word, page=1),
    ]
    cards = [sent(await answers.answer(press)) for press in presses]
    offers = [corpus.media.suggest(word, 25), await corpus.suggest_works(word, HOME.name, 25)]
    return [
        *cards,
        *offers,
        sent(await answers.answer(ExampleRequest(Action.WORK, page=1), work=word)),
    ]


async def test_no_public_command_tells_a_page_with_hidden_words_from_one_without(
    corpus_path: Path, harmless: Corpus, hidden_words: list[str]
) -> None:
    assert len(hidden_words) > 80
    async with open_corpus(corpus_path) as corpus:
        for word in hidden_words:
            assert await told(corpus, word) == await told(harmless, word)


async def test_neither_do_lists_and_what_is_told_about_the_trope(corpus_path: Path, harmless: Corpus) -> None:
    async with open_corpus(corpus_path) as corpus:
        for medium in corpus.media.options:
            for page in (1, 2, 3):
                press = ExampleRequest(Action.MEDIUM, HOME.ref, medium=medium.slug, page=page)
                cards = [sent(await Answers(one, Mock()).answer(press)) for one in (corpus, harmless)]
                assert cards[0] == cards[1]
        about = [
            await Answers(one, Mock()).answer(ExampleRequest(Action.ABOUT, HOME.ref)) for one in (corpus, harmless)
        ]
        assert sent(about[0]) == sent(about[1])
