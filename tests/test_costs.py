"""A hostile page of twice the size takes at most twice the steps: for every answer, and to be written to the corpus."""

import asyncio
import random
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import astuple
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from bot.components.custom_ids import Action, ExampleRequest, Flag
from bot.conversation.answers import Answers
from bot.conversation.shuffle import Shuffler
from bot.corpus.name_search import TitleMatch
from bot.corpus.reader import Corpus, open_corpus
from bot.ingest.loader import load
from bot.ingest.site_tables import SiteTables
from bot.model.preferences import AnswerPolicy
from bot.state.location import open_state
from cogs.command_base import DEFAULT_TROPE
from tests.bench import shapes
from tests.bench.watched_bot import find_caches
from tests.counting import Steps, counted_connections, counted_lines

pytestmark = pytest.mark.slow

SIZE = 6_600  # bytes of the smaller page
MAX_GROWTH = 2.2
SLACK = Steps(rows=2_000, lines=15_000, characters=30_000)  # a card that has become full
REF = DEFAULT_TROPE.ref
LAST_PAGE = 9_999_999
NEAR_TITLE = "the moving pictuers of a runer"

Empty = Callable[[], None]
Ask = Callable[[Corpus, Answers], Awaitable[Any]]


class AllWorks(frozenset[str]):
    """The works of a member who has seen all."""

    def __contains__(self, _: object) -> bool:
        return True


SEEN_ALL = AnswerPolicy(private=True, seen_works=AllWorks({"one"}))


def request(action: Action, **fields: Any) -> Ask:
    return lambda _, answers: answers.answer(ExampleRequest(action, REF, **fields))


def of_works(action: Action, **fields: Any) -> Ask:
    """Return the answer about the first work, or about the first two."""

    async def ask(corpus: Corpus, answers: Answers) -> None:
        first, *others = [*await corpus.suggest_works("", None, 2), TitleMatch("", "ab")]
        other: dict[str, Any] = {"with_ref": others[0].ref} if others and action is Action.COMPARE else {}
        await answers.answer(ExampleRequest(action, work_ref=first.ref, **fields, **other))

    return ask


ANSWERS: Mapping[str, Ask] = {
    "show": lambda _, answers: answers.by_number(DEFAULT_TROPE, 1),
    "show what is hidden": lambda _, answers: answers.by_number(DEFAULT_TROPE, 1, SEEN_ALL),
    "last page": request(Action.EXAMPLE, page=LAST_PAGE, example_ref=f"{REF}/1"),
    "notes": request(Action.NOTES, example_ref=f"{REF}/1"),
    "random": request(Action.RANDOM),
    "list": request(Action.MEDIUM, medium="film", page=1),
    "unknown medium": request(Action.MEDIUM, medium="moving pictuer", page=1),
    "search": request(Action.SEARCH, query="she", page=1),
    "search for a typo": request(Action.SEARCH, query="wrod1", page=1),
    "search hidden text": request(Action.SEARCH, query="ends", flags=Flag.SEARCH_HIDDEN, page=1),
    "unknown work": lambda _, answers: answers.answer(ExampleRequest(Action.WORK, REF), work=NEAR_TITLE),
    "work": of_works(Action.WORK, page=1),
    "works compared": of_works(Action.COMPARE, page=1),
    "similar works": of_works(Action.SIMILAR),
    "about": request(Action.ABOUT),
    "typed title": lambda corpus, _: corpus.suggest_works("the mov", DEFAULT_TROPE.name, 25),
    "typed word of a title": lambda corpus, _: corpus.suggest_works("pict", None, 25),
    "typed word": lambda corpus, _: corpus.complete_word("w", 12),
}  # fmt: skip


@asynccontextmanager
async def opened(path: Path, steps: Steps) -> AsyncIterator[tuple[Corpus, Answers]]:
    chance = random.Random(1)  # a draw from many examples tries again by chance
    below = patch.object(secrets, "randbelow", chance.randrange)
    some_bytes = patch.object(secrets, "token_bytes", chance.randbytes)
    with counted_connections(steps), below, some_bytes:
        async with open_corpus(path) as corpus, open_state(None) as state:
            yield corpus, Answers(corpus, Shuffler(corpus, state, lambda: 1))


async def steps_by_answer(
    shape: str, size: int, folder: Path, tables: SiteTables, caches: Sequence[Empty] = ()
) -> dict[str, Steps]:
    """Return the steps of each answer about a page of a shape and size."""
    page, path, steps = folder / "BigHeroicRun.txt", folder / f"{size}.db", Steps()
    page.write_text(shapes.source(shape, size), encoding="utf-8")
    found = {"load": steps}
    with counted_connections(steps):
        report = await load([page], path, tables)
    assert report.rejected == 0
    steps = Steps()
    async with opened(path, steps) as (corpus, answers):
        for name, ask in ANSWERS.items():
            for empty in (corpus._cache.clear, *caches):
                empty()
            steps.rows = steps.lines = steps.characters = 0
            with counted_lines(steps):
                await ask(corpus, answers)
            found[name] = Steps(*astuple(steps))
    return found


def growth(small: Steps, double: Steps) -> dict[str, str]:
    """Return what more than doubled."""
    counts = zip(Steps.__slots__, astuple(small), astuple(double), astuple(SLACK), strict=True)
    return {name: f"{few:,} → {many:,}" for name, few, many, slack in counts if many > MAX_GROWTH * few + slack}


@pytest.fixture(scope="module")
def caches(tmp_path_factory: pytest.TempPathFactory, tables: SiteTables) -> Sequence[Empty]:
    """Ask everything once, since only the first answers import modules and compile patterns, then find the caches."""
    asyncio.run(steps_by_answer("plain words", 100, tmp_path_factory.mktemp("small"), tables))
    return find_caches()


@pytest.mark.parametrize("shape", shapes.RECIPES)
async def test_twice_the_page_takes_twice_the_steps(
    shape: str, tmp_path: Path, tables: SiteTables, caches: Sequence[Empty]
) -> None:
    small, double = [await steps_by_answer(shape, size, tmp_path, tables, caches) for size in (SIZE, 2 * SIZE)]
    grown = {name: growth(small[name], double[name]) for name in small}
    assert {name: more for name, more in grown.items() if more} == {}
