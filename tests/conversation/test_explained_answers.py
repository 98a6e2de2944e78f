"""Answers over several tropes name them, and say what they leave out and why they are private."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from unittest.mock import Mock

import pytest
import pytest_asyncio

from bot.components.custom_ids import Action, ExampleRequest, Flag
from bot.conversation import requests
from bot.conversation.answer import Answer
from bot.conversation.answers import Answers
from bot.conversation.sender import privacy_reason
from bot.conversation.shuffle import Shuffler
from bot.corpus.reader import open_corpus
from bot.ingest.loader import load
from bot.ingest.site_tables import SiteTables
from bot.model import Trope
from bot.model.names import work_ref
from bot.model.preferences import AnswerPolicy, GuildSettings, MemberPreferences, PrivacyReason, SpoilerMode
from bot.render.markdown import fit_name
from bot.render.texts import examples as texts
from bot.state.location import open_state
from tests.e2e.message_view import buttons, menu, text

FOLDER = "[[folder:Films -- Live-Action]]\n%s[[/folder]]\n"
PAGES = {
    "LoneRunner": "* ''Film/{{Alpha}}'': He runs [[spoiler:away]].\n* ''Film/{{Beta}}'': He runs fast.\n",
    "PowerWalk": "* ''Film/{{Beta}}'': She walks.\n"
    "* ''Film/{{Gamma}}'': She runs [[spoiler:home]][[note]]slowly[[/note]].\n",
}
LONE, POWER = (Trope(name, "").ref for name in PAGES)
TAGS, EXCLUDE = SpoilerMode.TAGS, SpoilerMode.EXCLUDE
SEARCH = ExampleRequest(Action.SEARCH, page=1, query="runs")
FILM = ExampleRequest(Action.MEDIUM, medium="film", page=1)
ALPHA = ExampleRequest(Action.WORK, work_ref=work_ref("Alpha"), page=1)

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(scope="module")
def pages_path(tmp_path_factory: pytest.TempPathFactory, tables: SiteTables) -> Path:
    folder = tmp_path_factory.mktemp("pages")
    for name, examples in PAGES.items():
        (folder / f"{name}.txt").write_text(f"About.\n----\n{FOLDER % examples}")
    asyncio.run(load([folder], folder / "corpus.db", tables))
    return folder / "corpus.db"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def answers(pages_path: Path) -> AsyncIterator[Answers]:
    async with open_corpus(pages_path) as corpus, open_state(None) as state:
        yield Answers(corpus, Shuffler(corpus, state))


def combined(guild: SpoilerMode, member: SpoilerMode, *, private: bool = False) -> AnswerPolicy:
    return AnswerPolicy.combine(GuildSettings(guild), MemberPreferences(member), (), private=private)


def read(answer: Answer) -> str:
    return text(answer.card).replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("request_", "heading", "names"),
    [
        pytest.param(SEARCH, "3 examples from 2 tropes", True, id="search"),
        pytest.param(
            replace(SEARCH, query="walks", flags=Flag.AS_LIST), "1 example from Power Walk", False, id="search in one"
        ),
        pytest.param(
            replace(SEARCH, medium="film"),
            "3 examples from 2 tropes, in Film — Live-Action",
            True,
            id="search in a medium",
        ),
        pytest.param(FILM, "4 examples from 2 tropes", True, id="medium"),
        pytest.param(replace(FILM, trope_ref=LONE), "2 examples from Lone Runner", False, id="one trope"),
    ],
)
async def test_only_a_list_of_several_tropes_names_each(
    answers: Answers, request_: ExampleRequest, heading: str, names: bool
) -> None:
    answer = await answers.answer(request_)
    assert f"-# {heading}\n" in read(answer)
    rows = [row for row in read(answer).split("\n") if row.startswith("**")]
    assert all(row.endswith(("** · Lone Runner", "** · Power Walk")) is names for row in rows)
    options = [option.get("description", "") for option in menu(answer.card)["options"]]
    assert all(option.startswith(("Lone Runner", "Power Walk")) is names for option in options)


@pytest.mark.parametrize(
    ("request_", "left_out"),
    [
        pytest.param(ALPHA, 1, id="work"),
        pytest.param(replace(SEARCH, query="home"), 0, id="hidden word"),
        pytest.param(replace(SEARCH, query="runs", trope_ref=POWER), 1, id="search"),
        pytest.param(replace(ALPHA, action=Action.RANDOM, page=0), 1, id="random"),
    ],
)
async def test_what_a_member_left_out_is_counted_and_shown_in_tags_on_demand(
    answers: Answers, request_: ExampleRequest, left_out: int
) -> None:
    answer = await answers.answer(request_, combined(TAGS, EXCLUDE))
    assert answer.private
    if not left_out:
        assert "left out" not in read(answer)
        return
    assert read(answer) == "1 example left out because you chose examples without spoilers."
    pressed = ExampleRequest.from_custom_id(buttons(answer.card)["Show it in tags"]["custom_id"])
    assert pressed
    assert pressed.is_private
    shown = await answers.answer(pressed, combined(TAGS, EXCLUDE, private=True))
    assert shown.share_request is None
    assert "(spoiler)" in read(shown) or "||" in read(shown)
    # Where others would see it, the choice still counts.
    assert "left out" in read(await answers.answer(pressed, combined(TAGS, EXCLUDE)))


async def test_a_list_says_how_many_are_left_out_and_offers_them_in_private(answers: Answers) -> None:
    for private in (False, True):
        answer = await answers.answer(FILM, combined(TAGS, EXCLUDE, private=private))
        assert "-# 2 examples from 2 tropes · 2 examples with spoilers left out\n" in read(answer)
        assert ("Show them in tags" in buttons(answer.card)) is private


async def test_an_overview_says_how_many_are_left_out(answers: Answers) -> None:
    about = ExampleRequest(Action.ABOUT, LONE)
    assert "left out" not in read(await answers.answer(about, combined(TAGS, TAGS)))
    assert "2 examples in all · 1 example with spoilers left out" in read(
        await answers.answer(about, combined(TAGS, EXCLUDE))
    )


@pytest.mark.parametrize("request_", [ALPHA, ExampleRequest(Action.EXAMPLE, example_ref=f"{LONE}/1"), FILM])
@pytest.mark.parametrize("flags", ["", Flag.WITH_SPOILERS])
async def test_what_a_server_leaves_out_cannot_be_shown(answers: Answers, request_: ExampleRequest, flags: str) -> None:
    answer = await answers.answer(replace(request_, flags=flags), combined(EXCLUDE, TAGS, private=True))
    assert "Show it in tags" not in buttons(answer.card)
    assert "Show them in tags" not in buttons(answer.card)
    assert "away" not in read(answer)
    assert request_ is FILM or "this server" in read(answer)


async def test_an_example_shown_on_demand_keeps_its_notes_and_the_stricter_mode(answers: Answers) -> None:
    example = ExampleRequest(Action.EXAMPLE, example_ref=f"{POWER}/2")
    policy = combined(SpoilerMode.WHOLE_CARD, EXCLUDE, private=True)
    refused = await answers.answer(example, policy)
    assert read(refused) == "That example has spoilers, and your settings skip those."
    pressed = ExampleRequest.from_custom_id(buttons(refused.card)["Show it in tags"]["custom_id"])
    assert pressed
    shown = await answers.answer(pressed, policy)
    assert [one.get("spoiler") for one in shown.card.components[:3]] == [False, True, False]
    notes = ExampleRequest.from_custom_id(buttons(shown.card)["Notes (1)"]["custom_id"])
    assert notes
    assert "slowly" in read(await answers.answer(notes, policy))


@pytest.mark.parametrize("policy", [combined(TAGS, EXCLUDE), combined(EXCLUDE, TAGS)])
async def test_nothing_is_suggested_that_is_then_left_out(answers: Answers, policy: AnswerPolicy) -> None:
    work = ExampleRequest(Action.WORK, page=1)
    assert "Alpha" in buttons((await answers.answer(work, work="alhpa")).card)
    assert not buttons((await answers.answer(work, policy, work="alhpa")).card)
    assert not buttons((await answers.answer(replace(SEARCH, query="alpa"), policy)).card)
    skipping = ExampleRequest(Action.RANDOM, flags=Flag.NO_SPOILERS)
    assert not buttons((await answers.answer(skipping, work="alhpa")).card)


async def test_an_example_of_any_trope_is_shown_by_its_number(answers: Answers) -> None:
    assert "Power Walk · example 1 on the page" in read(await answers.by_number("power walk", 1))
    misspelled = await answers.by_number("power wlak", 1)
    pressed = ExampleRequest.from_custom_id(buttons(misspelled.card)["Power Walk"]["custom_id"])
    assert pressed
    assert "She walks." in read(await answers.answer(pressed))
    assert not buttons((await answers.by_number("power wlak", 3)).card)
    assert "from 1 to 2" in read(await answers.by_number("Power Walk", 3))


@pytest.mark.parametrize(
    ("guild", "member", "asked", "reason"),
    [
        pytest.param(GuildSettings(), MemberPreferences(), None, None, id="public"),
        pytest.param(GuildSettings(), MemberPreferences(), True, None, id="asked"),
        pytest.param(GuildSettings(public_channels=frozenset({1})), MemberPreferences(), True, None, id="asked there"),
        pytest.param(
            GuildSettings(public_channels=frozenset({1})), MemberPreferences(), False, PrivacyReason.QUIET_CHANNEL,
            id="quiet channel",
        ),
        pytest.param(
            GuildSettings(private_by_default=True), MemberPreferences(), None, PrivacyReason.SERVER, id="server"
        ),
        pytest.param(
            GuildSettings(), MemberPreferences(private_by_default=True), None, PrivacyReason.PREFERENCE, id="preference"
        ),
    ],
)  # fmt: skip
async def test_a_private_answer_says_why_unless_the_member_asked(
    answers: Answers, guild: GuildSettings, member: MemberPreferences, asked: bool | None, reason: PrivacyReason | None
) -> None:
    policy = AnswerPolicy.combine(guild, member, (2,), private=asked)
    assert privacy_reason(await answers.answer(FILM, policy), policy) is reason
    assert privacy_reason(await answers.answer(replace(SEARCH, query="xyzzy"), policy), policy) is None
    hidden = await answers.answer(replace(SEARCH, flags=Flag.SEARCH_HIDDEN), policy)
    assert privacy_reason(hidden, policy) is PrivacyReason.HIDDEN_SEARCH
    assert all(texts.why_private(each) for each in PrivacyReason)


async def test_only_named_media_are_put_into_words(
    tmp_path: Path, tables: SiteTables, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = "".join(f"[[folder:Strange Stories {number}]]\n* ''{{{{Tale}}}}'': runs.\n" for number in range(60))
    (tmp_path / "LoneRunner.txt").write_text(f"About.\n----\n{folders}")
    await load([tmp_path], tmp_path / "corpus.db", tables)
    fitted = Mock(wraps=fit_name)
    monkeypatch.setattr(requests, "fit_name", fitted)
    async with open_corpus(tmp_path / "corpus.db") as corpus, open_state(None) as state:
        asked = await Answers(corpus, Shuffler(corpus, state)).answer(replace(FILM, trope_ref=LONE))
    assert "50 more" in read(asked)
    assert fitted.call_count <= requests.MAX_MEDIA_NAMED + 1
