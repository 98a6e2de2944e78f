"""A server that hides tropes is answered as if they were not loaded: compared with a corpus without them."""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from bot.components.custom_ids import Action, ExampleRequest, Flag
from bot.conversation.answers import Answers
from bot.conversation.message_text import MessageText
from bot.conversation.shuffle import Shuffler
from bot.conversation.similar import similar_to_message
from bot.conversation.suggestions import suggest
from bot.corpus.reader import Corpus, open_corpus
from bot.corpus.scope import Scope
from bot.corpus.shown import ShownCorpus
from bot.ingest.loader import load
from bot.ingest.site_tables import SiteTables
from bot.model import Trope
from bot.model.names import work_ref
from bot.model.preferences import AnswerPolicy
from bot.settings import ROOT
from bot.state.location import open_state

PAGES = [ROOT / "data" / "tropes" / "BigHeroicRun.txt", *sorted((ROOT / "tests/e2e/frozen/pages").glob("*.txt"))]
HIDDEN = [("PowerWalk", "EveryConstruct"), ("BigHeroicRun",)]
REFS = {page.stem: Trope(page.stem, "").ref for page in PAGES}
WHOLE = ExampleRequest(Action.WORK, work_ref=work_ref("Mass Effect 2"), flags=Flag.FRANCHISE, page=1)
WORKS = [work_ref(title) for title in ("Firefly", "Forrest Gump", "The Long String")]

REQUESTS: Sequence[tuple[ExampleRequest, Mapping[str, Any]]] = [
    *((ExampleRequest(Action.ABOUT, ref), {}) for ref in REFS.values()),
    *((ExampleRequest(Action.EXAMPLE, example_ref=f"{ref}/1"), {}) for ref in REFS.values()),
    *((ExampleRequest(Action.NOTES, example_ref=f"{ref}/1"), {}) for ref in REFS.values()),
    *((ExampleRequest(Action.MEDIUM, ref, "film-live-action", page=1), {}) for ref in ("", *REFS.values())),
    *((ExampleRequest(Action.WORK, work_ref=ref, page=1), {}) for ref in WORKS),
    *((ExampleRequest(Action.SIMILAR, work_ref=ref), {}) for ref in WORKS),
    *((one, {}) for one in (WHOLE, WHOLE.to(Action.SIMILAR), WHOLE.to(Action.COMPARE, with_ref=WORKS[0]))),
    (ExampleRequest(Action.WORK, page=1), {"work": "mass eff"}),
    (ExampleRequest(Action.COMPARE, work_ref=WORKS[0], with_ref=WORKS[1], page=1), {}),
    (ExampleRequest(Action.WORK, page=1), {"work": "forrest gump", "other_work": "jaws"}),
    *((ExampleRequest(Action.WORK, page=1), {"work": title}) for title in ("Forrest Gump", "forest gump", "fierfly")),
    *((ExampleRequest(Action.ABOUT), {"trope": title}) for title in ("PowerWalk", "power wlak", "big heroic run")),
    *((ExampleRequest(Action.SEARCH, page=1, query=query), {}) for query in ("bridge", "ghost", "brigde", "waltz")),
    (ExampleRequest(Action.SEARCH, page=1, query="ghost", flags=Flag.SEARCH_HIDDEN), {}),
    (ExampleRequest(Action.SEARCH, page=1, query="gump"), {}),
]


class Comparison:
    """A corpus with all pages and one without some, which the policy hides in the first."""

    def __init__(self, whole: Corpus, rest: Corpus, state: Any, hidden: Collection[str]) -> None:
        self.policy = AnswerPolicy(hidden_tropes=frozenset(REFS[name] for name in hidden))
        self.whole, self.rest = whole, rest
        self.hiding, self.missing = ShownCorpus(whole, self.policy.hidden_tropes), ShownCorpus(rest, frozenset())
        self.hidden_shuffler, self.rest_shuffler = Shuffler(whole, state), Shuffler(rest, state)

    async def answers(self, request: ExampleRequest, **typed: Any) -> tuple[Any, ...]:
        hiding, missing = Answers(self.whole, self.hidden_shuffler), Answers(self.rest, self.rest_shuffler)
        shown = await hiding.answer(request, self.policy, **typed), await missing.answer(request, **typed)
        return tuple((one.card.components, one.private, one.share_request) for one in shown)


@pytest.fixture(scope="module")
def corpora(tmp_path_factory: pytest.TempPathFactory, tables: SiteTables) -> Mapping[Collection[str], Path]:
    """Return corpora by the tropes that they lack."""
    paths: dict[Collection[str], Path] = {}
    for hidden in ((), *HIDDEN):
        paths[hidden] = tmp_path_factory.mktemp("corpus") / "corpus.db"
        asyncio.run(load([page for page in PAGES if page.stem not in hidden], paths[hidden], tables))
    return paths


@pytest.fixture(params=HIDDEN, ids=["some", "the usual one"])
async def comparison(
    request: pytest.FixtureRequest, corpora: Mapping[Collection[str], Path]
) -> AsyncIterator[Comparison]:
    async with AsyncExitStack() as stack:
        whole, rest = [await stack.enter_async_context(open_corpus(corpora[lack])) for lack in ((), request.param)]
        state = await stack.enter_async_context(open_state(None))
        yield Comparison(whole, rest, state, request.param)


async def test_answers_are_those_of_a_corpus_without_them(comparison: Comparison) -> None:
    for request, typed in REQUESTS:
        hiding, missing = await comparison.answers(request, **typed)
        assert hiding == missing, (request, typed)


async def test_numbers_and_messages_find_nothing_of_them(comparison: Comparison) -> None:
    hiding = Answers(comparison.whole, comparison.hidden_shuffler)
    missing = Answers(comparison.rest, comparison.rest_shuffler)
    for name, ref in REFS.items():
        for number in (1, 99_999):
            shown = await hiding.by_number(Trope(name, ""), number, comparison.policy)
            assert shown.card.components == (await missing.by_number(Trope(name, ""), number)).card.components
        if ref in comparison.policy.hidden_tropes:
            message = MessageText(words=("run", "bridge"))
            similar = await similar_to_message(message, Trope(name, ""), comparison.whole, hiding, comparison.policy)
            assert similar.private


async def test_names_and_words_are_not_offered(comparison: Comparison) -> None:
    hiding, missing = comparison.hiding, comparison.missing
    assert await hiding.count_tropes() == await missing.count_tropes()
    for typed in ("", "p", "power walk", "forrest", "fir", "the", "wa", "b"):
        assert await hiding.suggest_tropes(typed, 25) == await missing.suggest_tropes(typed, 25)
        assert await hiding.suggest_works(typed, None, 25) == await missing.suggest_works(typed, None, 25)
        assert await hiding.suggest_works(typed, "PowerWalk", 25) == await missing.suggest_works(typed, "PowerWalk", 25)
        for word in await hiding.complete_word(typed, 12):
            assert (await comparison.rest.search(f'"{word}"', Scope(), 1, 1)).total
        assert await hiding.find_trope(typed) == await missing.find_trope(typed)
        suggested = [
            await suggest("work", typed, comparison.whole, comparison.policy),
            await suggest("work", typed, comparison.rest, AnswerPolicy()),
        ]
        assert suggested[0] == suggested[1]


async def test_counts_draws_and_keys_leave_them_out(comparison: Comparison) -> None:
    hidden = comparison.policy.hidden_tropes
    for scope in (
        *({}, {"include_spoilers": False}, {"work_ref": WORKS[1]}, {"trope": "PowerWalk"}),
        *({"media": ("film-live-action", "film-animation")}, {"excluded_works": frozenset(WORKS)}),
    ):
        hiding, missing = Scope(**scope, excluded_tropes=hidden), Scope(**scope)
        count = await comparison.whole.count(hiding)
        assert await comparison.whole.count_by_medium(hiding) == await comparison.rest.count_by_medium(missing)
        assert await comparison.whole.shuffle_keys(hiding) == await comparison.rest.shuffle_keys(missing)
        drawn = [await comparison.hidden_shuffler.draw(1, hiding) for _ in range(count)]
        assert len({one.entry.ref for one in drawn if one}) == count
        assert not {one.entry.trope.ref for one in drawn if one} & hidden
