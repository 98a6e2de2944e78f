"""What is answered about works over several tropes: where they are, what they share, what knowing one opens."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from bot.components.custom_ids import Action, ExampleRequest, Flag
from bot.conversation.answer import Answer
from bot.conversation.answers import Answers
from bot.conversation.opened import opened_by
from bot.conversation.shuffle import Shuffler
from bot.corpus.reader import Corpus, open_corpus
from bot.corpus.scope import Scope
from bot.ingest.loader import load
from bot.ingest.site_tables import SiteTables
from bot.model import Trope
from bot.model.names import work_ref
from bot.model.preferences import AnswerPolicy, SpoilerMode
from bot.render.markdown import SCOPE_LENGTH, fit_name
from bot.render.texts import examples as texts
from bot.render.texts import works as work_texts
from bot.state.location import open_state
from tests.e2e.message_view import buttons, menu, text

SAGA = "''Film/{{Saga 2}}''"
COMMON = "".join(f"* ''Film/{{{{Crowd {number}}}}}'': They all run here.\n" for number in range(30))
PAGES = {
    "ARun": f"* {SAGA}: Runs up the long hill in the rain.\n* ''Film/{{{{Twin}}}}'': Runs too.\n{COMMON}",
    "BWalk": f"* ''Film/{{{{Other}}}}'': Walks.\n** {SAGA} has a long walk, which ends well.\n"
    "* ''Film/{{Twin}}'': Walks.\n* ''Film/{{Everywhere}}'': Walks.\n",
    "CJump": f"* ''Film/{{{{Other}}}}'': Jumps, quite unlike what they do in {SAGA}.\n"
    "* ''Film/{{Everywhere}}'': Jumps.\n",
    "DDies": f"* {SAGA}: [[spoiler:The king dies.]]\n* ''Film/{{{{Twin}}}}'': Dies at the end of it all.\n",
    "ESwims": f"* {SAGA}: She swims to [[spoiler:Rome]].\n* ''Film/{{{{Saga}}}}'': Swims.\n"
    "* ''Film/{{Everywhere}}'': Swims.\n",
    "FFlies": "* ''Film/{{Saga 3}}'': He [[spoiler:flies]] off with ''Film/{{Twin}}''.\n"
    "** ''Film/{{Saga 2}}'' and a wing: [[spoiler:it breaks]].\n* ''Film/{{Everywhere}}'': Flies.\n",
    "GHides": "* ''Film/{{Other}}'': Hides, [[spoiler:as in ''Film/{{Secret}}'']].\n"
    "* ''Film/{{Everywhere}}'': Hides.\n",
}  # fmt: skip
REFS = {name: Trope(name, "").ref for name in PAGES}
SAGA_2 = ExampleRequest(Action.WORK, work_ref=work_ref("Saga 2"), page=1)
ALL_SAGA = SAGA_2.with_flag(Flag.FRANCHISE)
PRIVATE = AnswerPolicy(private=True)

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(scope="module")
def works_path(tmp_path_factory: pytest.TempPathFactory, tables: SiteTables) -> Path:
    folder = tmp_path_factory.mktemp("pages")
    for name, examples in PAGES.items():
        (folder / f"{name}.txt").write_text(f"About.\n----\n[[folder:Films -- Live-Action]]\n{examples}[[/folder]]\n")
    asyncio.run(load([folder], folder / "corpus.db", tables))
    return folder / "corpus.db"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def works(works_path: Path) -> AsyncIterator[Corpus]:
    async with open_corpus(works_path) as corpus:
        yield corpus


@pytest_asyncio.fixture(loop_scope="module")
async def answers(works: Corpus) -> AsyncIterator[Answers]:
    async with open_state(None) as state:
        yield Answers(works, Shuffler(works, state))


def rows(answer: Answer) -> list[str]:
    return [row for row in text(answer.card).split("\n") if row.startswith(("**", "##", "-#"))]


def pressed(answer: Answer, label: str) -> ExampleRequest:
    request = ExampleRequest.from_custom_id(buttons(answer.card)[label]["custom_id"])
    assert request
    return request


async def test_a_work_shows_a_row_a_trope_with_what_is_about_it_first(answers: Answers) -> None:
    assert rows(await answers.answer(SAGA_2))[:-1] == [
        "## 📖 Saga 2",
        "-# 5 tropes · 1 more only mentions it · 1 of them behind spoilers, so I don’t name it",
        "**A Run** · about it",
        "-# Runs up the long hill in the rain.",
        "**E Swims** · about it",
        "-# She swims to (spoiler).",
        "**B Walk** · in a sub-point",
        "-# Saga 2 has a long walk, which ends well.",
        "**F Flies** · in a sub-point",
        "-# Saga 2 and a wing: (spoiler).",
        "**C Jump** · only mentioned",
        "-# Other: Jumps, quite unlike what they do in Saga 2.",
    ]


async def test_one_trope_lists_its_examples_of_the_work(answers: Answers) -> None:
    answer = await answers.answer(replace(SAGA_2, trope_ref=REFS["DDies"]))
    assert rows(answer)[1:4] == ["-# 1 example from D Dies", "**Example 1** · about it", "-# (spoiler)"]
    assert pressed(answer, work_texts.ALL_TROPES_BUTTON()) == SAGA_2


async def test_a_menu_opens_the_example_of_each_trope_but_not_hidden_ones(answers: Answers) -> None:
    options = menu((await answers.answer(SAGA_2)).card)["options"]
    assert [one["label"] for one in options] == ["A Run", "E Swims", "B Walk", "F Flies", "C Jump"]
    opened = await answers.answer(ExampleRequest(Action.OPEN_FROM_LIST, example_ref=options[2]["value"]))
    assert "which ends well" in text(opened.card)


@pytest.mark.parametrize("title", ["Secret", "secret"])
async def test_a_work_named_in_spoilers_only_is_not_found(answers: Answers, title: str) -> None:
    asked = ExampleRequest(Action.WORK, page=1)
    for answer in (await answers.answer(asked, work=title), await answers.answer(SAGA_2, other_work=title)):
        assert "I don’t have any examples from" in text(answer.card)


@pytest.mark.parametrize(
    ("policy", "counted", "missing"),
    [
        pytest.param(
            AnswerPolicy(hidden_tropes=frozenset([REFS["ARun"]])), "4 tropes · 1 more", "A Run", id="trope"
        ),
        pytest.param(
            AnswerPolicy(hidden_works=frozenset([work_ref("Other")])), "4 tropes · 1 of", "C Jump", id="another work"
        ),
        pytest.param(
            AnswerPolicy(SpoilerMode.EXCLUDE), "2 tropes · 1 more only mentions it · 3 tropes with spoilers left out",
            "E Swims", id="spoilers",
        ),
    ],
)  # fmt: skip
async def test_what_a_server_hides_is_neither_named_nor_counted(
    answers: Answers, policy: AnswerPolicy, counted: str, missing: str
) -> None:
    shown = text((await answers.answer(SAGA_2, policy)).card)
    assert counted in shown
    assert missing not in shown


async def test_what_a_member_left_out_is_offered_in_private(answers: Answers) -> None:
    skipping = AnswerPolicy(SpoilerMode.EXCLUDE)
    label = texts.show_left_out(3)
    assert label not in buttons((await answers.answer(SAGA_2, skipping)).card)
    private = replace(skipping, private=True)
    shown = await answers.answer(pressed(await answers.answer(SAGA_2, private), label), private)
    assert "E Swims" in text(shown.card)
    assert shown.share_request is None
    compared = await answers.answer(SAGA_2, private, other_work="twin")
    assert "1 trope behind spoilers, which I don’t name · 2 tropes with spoilers left out" in text(compared.card)
    assert "D Dies" not in text(compared.card)
    assert "E Swims" in text((await answers.answer(pressed(compared, label), private)).card)


async def test_two_works_are_compared_by_what_they_share_first(answers: Answers) -> None:
    answer = await answers.answer(SAGA_2, other_work="twin")
    assert rows(answer) == [
        "## 🆚 Saga 2 and Twin",
        "-# Both have 2 tropes",
        "**B Walk**",
        "-# Saga 2: Saga 2 has a long walk, which ends well.",
        "-# Twin: Walks.",
        "**A Run**",
        "-# Saga 2: Runs up the long hill in the rain.",
        "-# Twin: Runs too.",
        "**Only Saga 2** (2): F Flies, E Swims",
        "-# 1 trope behind spoilers, which I don’t name · TV\u00a0Tropes, CC\u00a0BY-NC-SA\u00a03.0",
    ]
    assert "D Dies" not in text(answer.card)
    assert pressed(answer, "Twin").work_ref == work_ref("Twin")


@pytest.mark.parametrize(
    ("title", "other", "said"),
    [
        pytest.param("twin", "Twin", str(work_texts.SAME_WORK()), id="itself"),
        pytest.param("twin", "crowd", "More than one match for **crowd**", id="several"),
        pytest.param("twin", "evrywhere", "Did you mean **Everywhere**", id="typo"),
        pytest.param("crowd", "twin", "More than one match for **crowd**", id="several first"),
        pytest.param("zzzz", "twin", "don’t have any examples from **zzzz**", id="unknown first"),
    ],
)
async def test_a_comparison_asks_which_works_are_meant(answers: Answers, title: str, other: str, said: str) -> None:
    answer = await answers.answer(ExampleRequest(Action.WORK, page=1), work=title, other_work=other)
    assert said in text(answer.card)
    assert answer.private


async def test_a_choice_of_the_other_work_compares(answers: Answers) -> None:
    asked = await answers.answer(ExampleRequest(Action.WORK, page=1), work="twin", other_work="crowd")
    chosen = ExampleRequest.from_custom_id(menu(asked.card)["options"][0]["value"])
    assert chosen
    assert "Both have 1 trope" in text((await answers.answer(chosen)).card)


async def test_a_rare_shared_trope_counts_more_than_a_common_one(answers: Answers) -> None:
    answer = await answers.answer(pressed(await answers.answer(SAGA_2), work_texts.SIMILAR_BUTTON()))
    similar = [row for row in rows(answer) if row.startswith("**")]
    assert [row[2:].split("**")[0] for row in similar[:5]] == ["Everywhere", "Saga 3", "Twin", "Saga", "Other"]
    assert all("Crowd" in row for row in similar[5:])  # they share a trope of 32 examples
    assert "D Dies" not in text(answer.card)


async def test_a_franchise_is_offered_and_then_shown_as_one(answers: Answers) -> None:
    offered = await answers.answer(SAGA_2)
    whole = await answers.answer(pressed(offered, work_texts.franchise_button("Saga", 3)))
    counts = "5 tropes · 1 more only mentions it · 1 of them behind spoilers, so I don’t name it"
    assert rows(whole)[:4] == [
        "## 📖 Saga", f"-# all 3 works · {counts}",
        "**A Run** · Saga 2 · about it", "-# Runs up the long hill in the rain.",
    ]  # fmt: skip
    assert pressed(whole, work_texts.one_work_button("Saga 2")) == SAGA_2


async def test_a_whole_franchise_is_compared_and_has_similar_works(answers: Answers) -> None:
    whole = await answers.answer(ALL_SAGA)
    asked = pressed(whole, work_texts.COMPARE_BUTTON())
    compared = await answers.answer(asked, other_work="everywhere")
    assert rows(compared)[:5] == [
        "## 🆚 Saga and Everywhere", "-# Both have 3 tropes",
        "**F Flies**", "-# Saga 3: He (spoiler) off with Twin.", "-# Everywhere: Flies.",
    ]  # fmt: skip
    assert text((await answers.answer(asked, other_work="Saga 3")).card) == work_texts.SAME_WORK()
    similar = await answers.answer(pressed(whole, work_texts.SIMILAR_BUTTON()))
    assert "## ✨ More like Saga\n**Everywhere** · 3 tropes in common" in text(similar.card)
    assert pressed(similar, "Saga") == pressed(compared, "Saga") == ALL_SAGA
    assert "D Dies" not in text(similar.card) + text(compared.card)


async def test_examples_of_a_whole_franchise_are_drawn_without_repeats(answers: Answers) -> None:
    asked, drawn = pressed(await answers.answer(ALL_SAGA), texts.RANDOM_BUTTON()), list[str]()
    for position in range(6):
        answer = await answers.answer(asked, AnswerPolicy(audience_id=5))
        drawn += answer.example_refs
        assert texts.shuffle_position(position + 1, 6, fit_name("Saga", SCOPE_LENGTH), spoilers=True) in text(
            answer.card
        )
        asked = pressed(answer, texts.ANOTHER_EXAMPLE())
    assert len(set(drawn)) == 6
    assert {ref.partition("/")[0] for ref in drawn} == {REFS[name] for name in PAGES if name[0] in "ABDEF"}


@pytest.mark.parametrize(
    ("policy", "hidden"),
    [
        pytest.param(AnswerPolicy(hidden_tropes=frozenset([REFS["ARun"]])), "A Run", id="trope"),
        pytest.param(AnswerPolicy(hidden_works=frozenset([work_ref("Saga 3")])), "F Flies", id="one of its works"),
        pytest.param(AnswerPolicy(SpoilerMode.EXCLUDE), "D Dies", id="spoilers"),
    ],
)
async def test_what_a_server_hides_is_not_drawn_from_a_franchise(
    answers: Answers, policy: AnswerPolicy, hidden: str
) -> None:
    draw = ExampleRequest(Action.RANDOM, work_ref=work_ref("Saga 2"), flags=Flag.FRANCHISE)
    drawn = "".join([text((await answers.answer(draw, policy)).card) for _ in range(6)])
    assert "in Saga" in drawn
    assert hidden not in drawn


async def test_a_title_that_several_works_of_a_franchise_begin_with_offers_them_all(answers: Answers) -> None:
    asked = await answers.answer(ExampleRequest(Action.WORK, page=1), work="sag")
    assert [one["label"] for one in menu(asked.card)["options"]] == [
        work_texts.franchise_button("Saga", 3), "Saga", "Saga 2", "Saga 3",
    ]  # fmt: skip
    chosen = ExampleRequest.from_custom_id(menu(asked.card)["options"][0]["value"])
    assert chosen
    assert "all 3 works" in text((await answers.answer(chosen)).card)
    hidden = AnswerPolicy(hidden_works=frozenset(map(work_ref, ("Saga", "Saga 3"))))
    crowd = await answers.answer(ExampleRequest(Action.WORK, page=1), hidden, work="crowd")
    assert "All of Saga" not in str(menu(crowd.card))


async def test_a_work_without_a_franchise_ignores_the_flag(answers: Answers) -> None:
    twin = replace(SAGA_2, work_ref=work_ref("Twin"), flags=Flag.FRANCHISE)
    answer = await answers.answer(twin)
    assert rows(answer)[0] == "## 📖 Twin"
    hidden = AnswerPolicy(hidden_works=frozenset(map(work_ref, ("Saga", "Saga 3"))))
    assert "Saga" not in "".join(label for label in buttons((await answers.answer(SAGA_2, hidden)).card))


@pytest.mark.parametrize(
    ("seen", "opens", "waits"),
    [
        pytest.param(["Saga 2"], 2, 1, id="one work"),
        pytest.param(["Saga 3"], 0, 1, id="needs another"),
        pytest.param(["Saga 3", "Saga 2"], 1, 0, id="both"),
        pytest.param(["Twin"], 0, 0, id="no spoiler"),
    ],
)
async def test_a_spoiler_of_two_works_opens_with_both(works: Corpus, seen: list[str], opens: int, waits: int) -> None:
    refs = [work_ref(title) for title in seen]
    page, waiting = await works.opened_page(Scope(work_ref=refs[0]), refs, 1, 7)
    assert (page.total, waiting) == (opens, waits)
    policy = replace(PRIVATE, seen_works=frozenset(refs))
    assert (await opened_by(works, refs[0], policy)).text == work_texts.opened(opens, waits)


@pytest.mark.parametrize(
    ("policy", "requests"),
    [
        pytest.param(PRIVATE, 2, id="tags"),
        pytest.param(AnswerPolicy(), 0, id="public"),
        pytest.param(replace(PRIVATE, spoiler_mode=SpoilerMode.EXCLUDE), 2, id="own choice"),
        pytest.param(
            replace(PRIVATE, spoiler_mode=SpoilerMode.EXCLUDE, mode_on_demand=SpoilerMode.EXCLUDE), 0, id="server"
        ),
        pytest.param(replace(PRIVATE, hidden_tropes=frozenset([REFS["DDies"], REFS["ESwims"]])), 0, id="tropes"),
        pytest.param(replace(PRIVATE, hidden_media=frozenset(["film-live-action"])), 0, id="medium"),
    ],
)
async def test_only_what_may_be_shown_here_is_opened(
    works: Corpus, answers: Answers, policy: AnswerPolicy, requests: int
) -> None:
    ref = work_ref("Saga 2")
    policy = replace(policy, seen_works=frozenset([ref]))
    opened = await opened_by(works, ref, policy)
    assert len(opened.requests) == requests
    for _, request in opened.requests:
        shown = await answers.answer(request, policy)
        assert "DDies" not in text(shown.card)
        assert ("The king dies." in text(shown.card)) == (request.action is Action.EXAMPLE)
        assert "||" not in text(shown.card)
    listed = await answers.answer(
        ExampleRequest(Action.OPENED, work_ref=ref, page=1), AnswerPolicy(seen_works=frozenset([ref]))
    )
    assert text(listed.card) == work_texts.NOTHING_OPENED()
