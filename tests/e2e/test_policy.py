"""What a server and a member can choose changes what the answers show."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from bot.components.custom_ids import Action, ExampleRequest
from bot.conversation.answers import Answer, Answers
from bot.conversation.shuffle import Shuffler
from bot.corpus.reader import open_corpus
from bot.ingest.loader import load
from bot.ingest.sources import SiteTables
from bot.model import Trope, work_ref
from bot.preferences import AnswerPolicy, SpoilerMode
from bot.state.location import open_state

HOME = Trope("BigHeroicRun", "")


@pytest.fixture
async def answers(corpus_path: Path) -> AsyncIterator[Answers]:
    async with open_corpus(corpus_path) as corpus, open_state(None) as state:
        yield Answers(corpus, Shuffler(corpus, state))


def sent(answer: Answer) -> Any:
    return answer.card.to_components()


async def test_a_veil_hides_the_whole_card_of_an_example_with_spoilers_and_no_other(answers: Answers) -> None:
    veil = AnswerPolicy(spoiler_mode=SpoilerMode.WHOLE_CARD)
    assert sent(await answers.by_number(HOME, 1, veil))[0]["spoiler"]
    assert "||" in str(sent(await answers.by_number(HOME, 1, veil)))
    assert not sent(await answers.by_number(HOME, 2, veil))[0]["spoiler"]
    assert not sent(await answers.by_number(HOME, 1))[0]["spoiler"]


async def test_skipping_leaves_out_examples_with_spoilers_from_lists_searches_and_draws(answers: Answers) -> None:
    skip = AnswerPolicy(spoiler_mode=SpoilerMode.EXCLUDE)
    listed = await answers.answer(ExampleRequest(Action.MEDIUM, HOME.ref, "video-games", page=1), skip)
    assert "3 examples of" in str(sent(listed))
    assert "Mass Effect" not in str(sent(listed))
    found = await answers.answer(ExampleRequest(Action.SEARCH, HOME.ref, page=1, query="prothean"), skip)
    assert found.share_request is None
    for _ in range(10):
        drawn = await answers.answer(ExampleRequest(Action.RANDOM, HOME.ref, "video-games"), skip)
        assert "||" not in str(sent(drawn))


async def test_spoilers_of_a_work_one_has_seen_are_plain_in_private_answers_only(answers: Answers) -> None:
    seen = frozenset({work_ref("Firefly")})
    private = sent(await answers.by_number(HOME, 42, AnswerPolicy(private=True, seen_works=seen)))
    assert "after he let her get shot)" in str(private)
    assert "||" not in str(private)
    assert "||let her get shot||" in str(sent(await answers.by_number(HOME, 42, AnswerPolicy(seen_works=seen))))
    other = await answers.by_number(HOME, 44, AnswerPolicy(private=True, seen_works=seen))
    assert "||Kendra||" in str(sent(other))
    # Of several works that a card hides something about, all must have been seen.
    two = frozenset({work_ref("Mass Effect 2")})
    assert "||" in str(sent(await answers.by_number(HOME, 51, AnswerPolicy(private=True, seen_works=two))))


async def test_spoilers_about_no_work_at_all_stay_hidden_in_private_answers(tmp_path: Path, tables: SiteTables) -> None:
    (tmp_path / "SomeTrope.txt").write_text("----\n* Somebody runs, and [[spoiler:falls]].\n")
    await load([tmp_path], tmp_path / "corpus.db", tables)
    async with open_corpus(tmp_path / "corpus.db") as corpus:
        policy = AnswerPolicy(private=True, seen_works=frozenset({work_ref("Firefly")}))
        assert "||falls||" in str(sent(await Answers(corpus, Mock()).by_number(Trope("SomeTrope", ""), 1, policy)))
