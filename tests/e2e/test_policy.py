"""What a server and a member chose changes what answers show."""

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
from bot.render.markdown import Markdown
from bot.render.texts import examples as texts
from bot.state.location import open_state

HOME = Trope("BigHeroicRun", "")


@pytest.fixture
async def answers(corpus_path: Path) -> AsyncIterator[Answers]:
    async with open_corpus(corpus_path) as corpus, open_state(None) as state:
        yield Answers(corpus, Shuffler(corpus, state))


def sent(answer: Answer) -> Any:
    return answer.card.to_components()


async def test_excluded_spoilers_are_in_no_list_search_or_draw(answers: Answers) -> None:
    policy = AnswerPolicy(spoiler_mode=SpoilerMode.EXCLUDE)
    listed = await answers.answer(ExampleRequest(Action.MEDIUM, HOME.ref, "video-games", page=1), policy)
    assert texts.example_count(3, Markdown("Big Heroic Run")) in str(sent(listed))
    assert "Mass Effect" not in str(sent(listed))
    found = await answers.answer(ExampleRequest(Action.SEARCH, HOME.ref, page=1, query="prothean"), policy)
    assert found.share_request is None
    for _ in range(10):
        drawn = await answers.answer(ExampleRequest(Action.RANDOM, HOME.ref, "video-games"), policy)
        assert "||" not in str(sent(drawn))


@pytest.mark.parametrize(
    ("number", "private", "seen", "shown"),
    [
        pytest.param(42, True, "Firefly", "after he let her get shot)", id="private"),
        pytest.param(42, False, "Firefly", "||let her get shot||", id="public"),
        pytest.param(44, True, "Firefly", "||Kendra||", id="another work"),
        pytest.param(51, True, "Mass Effect 2", "||", id="one of several works"),
    ],
)
async def test_spoilers_of_seen_works_are_plain_only_in_private(
    answers: Answers, number: int, private: bool, seen: str, shown: str
) -> None:
    policy = AnswerPolicy(private=private, seen_works=frozenset({work_ref(seen)}))
    card = str(sent(await answers.by_number(HOME, number, policy)))
    assert shown in card
    assert ("||" in card) == ("||" in shown)


async def test_spoilers_about_no_work_stay_hidden(tmp_path: Path, tables: SiteTables) -> None:
    (tmp_path / "SomeTrope.txt").write_text("----\n* Somebody runs, and [[spoiler:falls]].\n")
    await load([tmp_path], tmp_path / "corpus.db", tables)
    policy = AnswerPolicy(private=True, seen_works=frozenset({work_ref("Firefly")}))
    async with open_corpus(tmp_path / "corpus.db") as corpus:
        assert "||falls||" in str(sent(await Answers(corpus, Mock()).by_number(Trope("SomeTrope", ""), 1, policy)))
