"""A member who asks every public command about every hidden word learns nothing: not even whether it is there."""

import json
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from random import Random
from string import ascii_lowercase
from typing import Any
from unittest.mock import Mock

import pytest

from bot.components.custom_ids import Action, ExampleRequest
from bot.conversation.answer import Answer
from bot.conversation.answers import Answers
from bot.corpus.reader import Corpus, open_corpus
from bot.ingest.loader import load
from bot.ingest.site_tables import SiteTables
from bot.model import Page, Trope, hidden_texts
from bot.model.names import work_ref
from bot.model.preferences import AnswerPolicy, SpoilerMode
from tests.conftest import PAGE_SOURCE

HOME = Trope("BigHeroicRun", "")
TAG = re.compile(r"\|\|.*?\|\|")
SPOILER = re.compile(r"\[\[spoiler:(?:[^\[\]]|\[\[.*?\]\])*\]\]")


@pytest.fixture
async def corpora(corpus_path: Path, tmp_path: Path, tables: SiteTables) -> AsyncIterator[tuple[Corpus, Corpus]]:
    """Open the corpus of the page, and one with another text in each of its spoilers."""
    changed, count = SPOILER.subn("[[spoiler:plugh]]", PAGE_SOURCE.read_text(encoding="utf-8"))
    assert count == 14
    (tmp_path / PAGE_SOURCE.name).write_text(changed, encoding="utf-8")
    await load([tmp_path], tmp_path / "corpus.db", tables)
    async with open_corpus(corpus_path) as real, open_corpus(tmp_path / "corpus.db") as harmless:
        yield real, harmless


@pytest.fixture
def hidden_words(big_heroic_run: Page) -> list[str]:
    parts = [part for example in big_heroic_run.examples for part in example.parts]
    return sorted({word.strip('.,"') for part in parts for text in hidden_texts(part) for word in text.split()})


def sent(answer: Answer) -> Any:
    return answer.card.components


def shown(answer: Answer) -> str:
    """Return all of an answer but the text in spoiler tags, which each corpus has its own."""
    return TAG.sub("||…||", json.dumps(sent(answer)))


async def answers_about(corpus: Corpus, word: str) -> list[Any]:
    """Return what the public commands answer to a word, and what they suggest while it is typed."""
    answers = Answers(corpus, Mock())
    requests = [
        ExampleRequest(Action.SEARCH, HOME.ref, page=1, query=word),
        ExampleRequest(Action.SEARCH, HOME.ref, page=2, query=f"{word[:3]}*"),
        ExampleRequest(Action.SEARCH, HOME.ref, medium="video-games", page=1, query=f"the {word}"),
        ExampleRequest(Action.SEARCH, HOME.ref, page=1, query=f"the -{word}"[:50]),
        ExampleRequest(Action.MEDIUM, HOME.ref, medium=word, page=1),
    ]
    return [
        *[shown(await answers.answer(request)) for request in requests],
        shown(await answers.answer(ExampleRequest(Action.WORK, page=1), work=word)),
        shown(await answers.answer(ExampleRequest(Action.WORK, page=1), work="Firefly", other_work=word)),
        await corpus.media.suggest(word, 25),
        await corpus.suggest_works(word, HOME.name, 25),
    ]


@pytest.mark.slow
async def test_no_answer_depends_on_hidden_words(corpora: tuple[Corpus, Corpus], hidden_words: list[str]) -> None:
    assert len(hidden_words) > 80
    real, harmless = corpora
    for word in hidden_words:
        assert await answers_about(real, word) == await answers_about(harmless, word)


def misspellings(word: str, random: Random) -> Iterator[str]:
    """Yield some texts that differ from a word by one or two letters."""
    for edits in (1, 1, 2, 2):
        typed = word
        for _ in range(edits):
            at = random.randrange(len(typed) + 1)
            typed = typed[:at] + random.choice(["", *ascii_lowercase]) + typed[at + random.randrange(2) :]
        yield typed


@pytest.mark.slow
async def test_no_suggestion_comes_from_hidden_words(corpora: tuple[Corpus, Corpus], hidden_words: list[str]) -> None:
    random = Random(7)
    typed = [text for word in hidden_words for text in misspellings(word, random)]
    real, harmless = [
        [
            (
                await corpus.suggest_spellings([text], 5),
                await corpus.complete_word(text[:4], 25),
                await corpus.suggest_works(text, HOME.name, 25),
                await corpus.suggest_works(text, None, 25),
                await corpus.suggest_tropes(text, 25),
                await corpus.match_works(text, HOME.name, 25),
                await corpus.near_works(text, None, 25),
                await corpus.media.closest(text, 5),
                await corpus.media.suggest(text, 25),
            )
            for text in typed
        ]
        for corpus in corpora
    ]
    assert real == harmless


async def test_no_list_or_description_depends_on_hidden_words(corpora: tuple[Corpus, Corpus]) -> None:
    real, harmless = (Answers(corpus, Mock()) for corpus in corpora)
    media = [medium.slug for medium in corpora[0].media.options]
    lists = [ExampleRequest(Action.MEDIUM, HOME.ref, medium=slug, page=page) for slug in media for page in (1, 2, 3)]
    reports = [ExampleRequest(Action.REPORT, HOME.ref, example_ref=f"{HOME.ref}/{number}") for number in range(1, 61)]
    for request in (*lists, *reports, ExampleRequest(Action.ABOUT, HOME.ref)):
        assert sent(await real.answer(request)) == sent(await harmless.answer(request))


@pytest.mark.slow
async def test_nothing_about_works_depends_on_hidden_words(
    corpora: tuple[Corpus, Corpus], big_heroic_run: Page
) -> None:
    real, harmless = (Answers(corpus, Mock()) for corpus in corpora)
    refs = sorted({work_ref(work.title) for example in big_heroic_run.examples for work in example.works})
    cards = [ExampleRequest(Action.WORK, trope, work_ref=ref, page=1) for ref in refs for trope in ("", HOME.ref)]
    similar = [ExampleRequest(Action.SIMILAR, work_ref=ref) for ref in refs]
    compared = [ExampleRequest(Action.COMPARE, work_ref=refs[0], with_ref=ref, page=1) for ref in refs[1:]]
    for request in (*cards, *similar, *compared):
        assert sent(await real.answer(request)) == sent(await harmless.answer(request))


@pytest.mark.parametrize("mode", SpoilerMode)
async def test_notes_and_about_follow_the_mode(tmp_path: Path, tables: SiteTables, mode: SpoilerMode) -> None:
    (tmp_path / "SomeTrope.txt").write_text("a [[spoiler:b]]\n----\n* c [[note]]d [[spoiler:e]][[/note]]\n")
    await load([tmp_path], tmp_path / "corpus.db", tables)
    async with open_corpus(tmp_path / "corpus.db") as corpus:
        trope = Trope("SomeTrope", "")
        about = ExampleRequest(Action.ABOUT, trope.ref)
        notes = ExampleRequest(Action.NOTES, trope.ref, example_ref=f"{trope.ref}/1")
        answers = [await Answers(corpus, Mock()).answer(each, AnswerPolicy(mode)) for each in (about, notes)]
    excluded = mode is SpoilerMode.EXCLUDE  # then an example with spoilers has no notes
    veils = [any(part.get("spoiler") for part in sent(each)) for each in answers]
    assert veils == [mode is not SpoilerMode.TAGS, mode is SpoilerMode.WHOLE_CARD]
    assert ("||e||" in str(sent(answers[1]))) is not excluded


async def test_spoilers_about_no_work_are_never_revealed(tmp_path: Path, tables: SiteTables) -> None:
    (tmp_path / "SomeTrope.txt").write_text("----\n* Somebody runs, and [[spoiler:falls]].\n")
    await load([tmp_path], tmp_path / "corpus.db", tables)
    policy = AnswerPolicy(private=True, seen_works=frozenset({work_ref("Firefly")}))
    async with open_corpus(tmp_path / "corpus.db") as corpus:
        assert "||falls||" in str(sent(await Answers(corpus, Mock()).by_number(Trope("SomeTrope", ""), 1, policy)))
