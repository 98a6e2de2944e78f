"""Every press that a modified client could send: what it may show, and what it may change."""

import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field, replace
from itertools import combinations, product
from random import Random
from types import SimpleNamespace
from typing import Any, cast
from unittest.mock import AsyncMock, Mock

import discord
import pytest
import pytest_asyncio

from bot.components.custom_ids import GRAMMAR, SEEN_ACTIONS, Action, ExampleRequest, Flag, SettingAction, SettingRequest
from bot.components.guess_ids import GuessAction, GuessRequest
from bot.components.saved_ids import SavedAction, SavedRequest
from bot.conversation.answers import Answers
from bot.conversation.sender import AnswerSender
from bot.conversation.services import Services
from bot.conversation.shuffle import Shuffler
from bot.corpus.reader import Corpus
from bot.interactions.rate_limit import RateLimiter
from bot.interactions.response import Interaction
from bot.language import spoken_locales
from bot.model import Trope
from bot.model.names import work_ref
from bot.model.preferences import SpoilerMode
from bot.render.texts import examples as texts
from bot.render.texts import guessing as guess_texts
from bot.render.texts import settings as setting_texts
from bot.settings import Settings
from bot.state.base import State
from bot.state.guesses import GuessRound, GuessStore
from bot.state.location import open_state
from bot.state.preferences import ENABLED, GuildSetting, PreferenceStore
from bot.state.saved import SavedExample, SavedStore
from cogs.buttons import Buttons
from tests.conftest import IN_MODULE_LOOP, shared_corpus
from tests.e2e.message_view import walk

ANN, BEN, GUILD, CHANNEL = 1, 2, 10, 20
TROPE, FIREFLY = Trope("BigHeroicRun", "").ref, work_ref("Firefly")
FIELDS = {
    "trope_ref": TROPE, "medium": "live-action-tv", "work_ref": FIREFLY, "page": 1, "query": "shot",
    "example_ref": f"{TROPE}/42", "seen_ref": FIREFLY, "with_ref": work_ref("Mass Effect 2"),
}  # fmt: skip
SAVE_42 = SavedRequest(SavedAction.SAVE, f"{TROPE}/42:{FIREFLY}").custom_id
HIDDEN = "let her get shot"  # in example 42, from Firefly
LOCALES = [discord.Locale(locale) for locale in spoken_locales()]
FLAG_SETS = ["".join(sorted(flags)) for size in range(4) for flags in combinations(Flag, size)]
QUICK_MODE = (SpoilerMode.TAGS, False, False)
MODES = [
    pytest.param(*mode, id="-".join(map(str, mode)), marks=() if mode == QUICK_MODE else pytest.mark.slow)
    for mode in product(SpoilerMode, (False, True), (False, True))
]


@dataclass
class Recorder:
    """What a press was answered: components and whether only the member sees them."""

    message_is_private: bool
    components: list[dict[str, Any]] = field(default_factory=list)
    private: bool = True
    expected_private: bool = True

    async def send_message(self, *, view: Any, ephemeral: bool = False) -> None:
        self.components, self.private = view.components, ephemeral

    async def edit_message(self, *, view: Any) -> None:
        self.components, self.private = view.components, self.message_is_private

    async def send_modal(self, modal: dict[str, Any]) -> None:
        self.components = [modal]

    @property
    def text(self) -> str:
        return "\n".join(str(one["content"]) for one in walk(self.components) if "content" in one)

    @property
    def custom_ids(self) -> list[str]:
        return [one["custom_id"] for one in walk(self.components) if "custom_id" in one]


class PressRig:
    """A member who presses anything on a message."""

    def __init__(self, corpus: Corpus, state: State) -> None:
        self.preferences, self.saved, self.guesses = PreferenceStore(state), SavedStore(state), GuessStore(state)
        self.languages, self.locales = Random(1), LOCALES  # of members and servers, a new one for each press
        preferences, shuffler = self.preferences, Shuffler(corpus, state)
        self.services = SimpleNamespace(
            corpus=corpus, preferences=preferences, saved=self.saved, answers=Answers(corpus, shuffler), dailies=Mock(),
            sender=AnswerSender(preferences, guesses=self.guesses), rate_limiter=RateLimiter(10**9),
            fetch_channel=Mock(), guesses=self.guesses, shuffler=shuffler, settings=Settings(),
        )  # fmt: skip

    async def press(
        self, custom_id: str, *, private: bool = True, own: bool = True, offered: bool = True, posted: bool = False,
        manages: bool = True, member: int = ANN, **data: Any
    ) -> Recorder:  # fmt: skip
        """Let a member press a button, which is `offered` there or forged. Nobody asked for a `posted` message."""

        async def answer(_: Any, handler: Any) -> None:
            await handler()

        button = SimpleNamespace(custom_id=custom_id if offered else "b1:r:::::0:")
        author = SimpleNamespace(user=SimpleNamespace(id=ANN if own else BEN))
        message = SimpleNamespace(
            id=1, flags=SimpleNamespace(ephemeral=private), interaction_metadata=None if posted else author,
            components=[SimpleNamespace(children=[button])],
        )  # fmt: skip
        recorder = Recorder(private)
        interaction = SimpleNamespace(
            type=discord.InteractionType.component, data={"custom_id": custom_id, **data}, message=message,
            user=SimpleNamespace(id=member, display_name="ann"), guild_id=GUILD, channel_id=CHANNEL, channel=None,
            locale=self.languages.choice(self.locales), guild_locale=self.languages.choice(self.locales),
            context=SimpleNamespace(dm_channel=False), permissions=discord.Permissions(manage_guild=manages),
            app_permissions=discord.Permissions.all(), is_guild_integration=lambda: True,
            is_user_integration=lambda: False, extras={Services: self.services}, response=recorder,
        )  # fmt: skip
        await Buttons(answer).on_interaction(cast("Interaction", interaction))
        return recorder

    async def seen(self) -> frozenset[str]:
        return (await self.preferences.for_answer(0, ANN))[1].seen_works

    async def saved_numbers(self, member: int = ANN) -> list[int]:
        """Return the numbers of the examples on a member's list."""
        found = [await self.services.corpus.by_shuffle_key(one.key) for one in await self.rows(member)]
        return [entry.example.number for entry in found]

    async def rows(self, member: int = ANN) -> list[SavedExample]:
        return (await self.saved.page(member, 1, 99)).examples

    async def set_mode(self, mode: SpoilerMode, *, private: bool, closed: bool) -> None:
        """Choose the server's settings. Where it is `closed`, answers in the channel are private."""
        change = self.preferences.set_guild_setting
        await change(GUILD, GuildSetting.SPOILERS, [mode])
        await change(GUILD, GuildSetting.PRIVATE, [ENABLED] if private else [])
        await change(GUILD, GuildSetting.CHANNEL, [str(CHANNEL + 1)] if closed else [])


corpus = shared_corpus
pytestmark = IN_MODULE_LOOP


@pytest_asyncio.fixture(loop_scope="module")
async def rig(corpus: Corpus) -> AsyncIterator[PressRig]:
    async with open_state(None) as state:
        yield PressRig(corpus, state)


def request_for(action: Action, flags: str) -> ExampleRequest:
    """Return a request with everything that the action carries."""
    names = {name.rstrip("?") for name in GRAMMAR[action].fields}
    return ExampleRequest(action, flags=flags, **{name: FIELDS[name] for name in names})  # type: ignore[arg-type]


def allowed_requests() -> Iterator[ExampleRequest]:
    for action, grammar in GRAMMAR.items():
        yield from (request_for(action, flags) for flags in grammar.flags)


def assert_harmless(answer: Recorder, seen: frozenset[str]) -> None:
    """Check what an answer shows, and what its controls can be."""
    assert len(set(answer.custom_ids)) == len(answer.custom_ids)
    if HIDDEN in re.sub(r"\|\|.*?\|\|", "", answer.text):
        assert answer.private
        assert FIREFLY in seen
    for custom_id in [] if answer.private else answer.custom_ids:
        request = ExampleRequest.from_custom_id(custom_id) or SavedRequest.from_custom_id(custom_id)
        assert request
        assert not request.is_private
        assert not SettingRequest.is_custom_id(custom_id)


@pytest.mark.parametrize(("mode", "private_by_default", "closed"), MODES)
@pytest.mark.slow
async def test_a_press_shows_and_changes_only_what_its_label_says(
    rig: PressRig, mode: SpoilerMode, private_by_default: bool, closed: bool
) -> None:
    await rig.set_mode(mode, private=private_by_default, closed=closed)
    situations = list(product((True, False), repeat=3))
    for request, (private, own, knows) in product(allowed_requests(), situations):
        before = frozenset({FIREFLY} if knows else ())
        await rig.preferences.remove_seen_works(ANN, [FIREFLY])
        await rig.preferences.add_seen_works(ANN, before)
        answer = await rig.press(request.custom_id, private=private, own=own, values=[FIELDS["example_ref"]])
        after = await rig.seen()
        assert_harmless(answer, after)
        assert HIDDEN not in answer.text or mode is not SpoilerMode.EXCLUDE
        if Flag.WITH_SPOILERS in request.flags:
            assert answer.private
        if request.is_private and not private:
            assert (answer.text, answer.private) == (texts.OUTDATED_BUTTON(), True)
        marks = private and request.action in SEEN_ACTIONS
        assert after == ({FIREFLY} if (request.action is Action.MARK_SEEN if marks else knows) else set())


@pytest.mark.parametrize("mode", SpoilerMode)
async def test_a_replaced_daily_example_hides_its_spoilers_from_all(rig: PressRig, mode: SpoilerMode) -> None:
    await rig.set_mode(mode, private=False, closed=False)
    await rig.preferences.add_seen_works(ANN, [FIREFLY])
    for example, flags in product(range(1, 4), ("", "c")):
        shown = ExampleRequest(Action.REPLACE_DAILY, TROPE, "", FIREFLY, flags, example_ref=f"{TROPE}/{example}")
        answer = await rig.press(shown.custom_id, private=False, posted=True)
        assert_harmless(answer, frozenset())


@pytest.mark.parametrize(
    ("situation", "text"),
    [
        pytest.param({"posted": True, "offered": False}, texts.OUTDATED_BUTTON(), id="forged"),
        pytest.param({"posted": False}, texts.OUTDATED_BUTTON(), id="an answer"),
        pytest.param({"posted": True, "private": True}, texts.OUTDATED_BUTTON(), id="a private card"),
        pytest.param({"posted": True, "manages": False}, setting_texts.MANAGERS_ONLY(), id="no moderator"),
    ],
)
async def test_only_moderators_replace_only_what_was_posted(
    rig: PressRig, situation: dict[str, bool], text: str
) -> None:
    custom_id = request_for(Action.REPLACE_DAILY, "").custom_id
    answer = await rig.press(custom_id, **{"private": False, **situation})
    assert (answer.text, answer.private) == (text, True)


@pytest.mark.parametrize("private", [True, False])
@pytest.mark.parametrize("action", SavedAction)
async def test_only_saving_can_be_pressed_in_public(rig: PressRig, action: SavedAction, private: bool) -> None:
    for member in (ANN, BEN):
        await rig.press(SAVE_42, member=member)
    [own], [other] = await rig.rows(), await rig.rows(BEN)
    value = {
        SavedAction.SAVE: f"{TROPE}/52:{work_ref('Okami')}", SavedAction.UNDO: own.saved_at,
        SavedAction.OPEN: "", SavedAction.PAGE: 1, SavedAction.REMOVE: 1,
    }[action]  # fmt: skip
    request = SavedRequest(action, str(value))
    answer = await rig.press(request.custom_id, private=private, values=[str(own.saved_at)])
    assert_harmless(answer, frozenset())
    assert answer.private
    assert (answer.text == texts.OUTDATED_BUTTON()) is (request.is_private and not private)
    removes = private and action in (SavedAction.UNDO, SavedAction.REMOVE)
    assert await rig.saved_numbers() == {SavedAction.SAVE: [52, 42]}.get(action, [] if removes else [42])
    assert await rig.rows(BEN) == [other]


@pytest.mark.parametrize("action", [SavedAction.OPEN, SavedAction.REMOVE, SavedAction.UNDO])
async def test_a_forged_choice_reaches_no_other_members_list(rig: PressRig, action: SavedAction) -> None:
    await rig.press(SAVE_42, member=BEN)
    [other] = await rig.rows(BEN)
    value = {SavedAction.OPEN: "", SavedAction.REMOVE: "1"}.get(action, str(other.saved_at))
    for chosen in (str(other.saved_at), "0", "x", "9" * 30, ""):
        answer = await rig.press(SavedRequest(action, value).custom_id, values=[chosen])
        assert "Firefly" not in answer.text
    assert await rig.rows(BEN) == [other]


@pytest.mark.parametrize("value", [f"{TROPE}/42:{work_ref('Serenity')}", f"{TROPE}/9999:{FIREFLY}", f"ab/42:{FIREFLY}"])
async def test_a_forged_save_stores_nothing(rig: PressRig, value: str) -> None:
    answer = await rig.press(SavedRequest(SavedAction.SAVE, value).custom_id, private=False)
    assert (answer.text, answer.private, await rig.rows()) == (texts.EXAMPLE_GONE(), True, [])


@pytest.mark.parametrize("private", [True, False])
async def test_flags_that_an_action_does_not_carry_are_outdated(rig: PressRig, private: bool) -> None:
    for action, flags in product(Action, FLAG_SETS):
        if flags in GRAMMAR[action].flags:
            continue
        letters = request_for(action, "").custom_id.split(":")
        answer = await rig.press(":".join([*letters[:5], flags, *letters[6:]]), private=private)
        assert (answer.text, answer.private) == (texts.OUTDATED_BUTTON(), True)
    assert await rig.seen() == set()


@pytest.mark.parametrize("private", [True, False])
async def test_a_choice_is_a_press_of_what_it_names(rig: PressRig, private: bool) -> None:
    menu = ExampleRequest(Action.CHOOSE).custom_id
    for value in ("", "x", menu, *(request.custom_id for request in allowed_requests())):
        answer = await rig.press(menu, private=private, offered=False, values=[value])
        assert_harmless(answer, await rig.seen())
        request = ExampleRequest.from_custom_id(value)
        if request is None or request.action in (Action.CHOOSE, *SEEN_ACTIONS) or (request.is_private and not private):
            assert (answer.text, answer.private) == (texts.OUTDATED_BUTTON(), True)
    assert await rig.seen() == set()


@pytest.mark.parametrize("action", SEEN_ACTIONS)
async def test_only_works_that_the_card_offers_are_marked(rig: PressRig, action: Action) -> None:
    await rig.preferences.add_seen_works(ANN, [FIREFLY] if action is Action.UNMARK_SEEN else [])
    before = await rig.seen()
    answer = await rig.press(request_for(action, "").custom_id, offered=False)
    assert answer.text == texts.OUTDATED_BUTTON()
    assert await rig.seen() == before


@pytest.mark.parametrize("known", [(), ("Serenity",)])
async def test_marking_a_work_is_undone_in_the_same_card(rig: PressRig, known: tuple[str, ...]) -> None:
    rig.locales = LOCALES[:1]  # English
    await rig.preferences.add_seen_works(ANN, [work_ref(title) for title in known])
    before = await rig.seen()
    shown = await rig.press(request_for(Action.EXAMPLE, "").custom_id)
    [mark] = [one for one in shown.custom_ids if one.startswith("b1:v")]
    marked = await rig.press(mark)
    assert await rig.seen() == before | {FIREFLY}
    assert "||" not in marked.text
    [undo] = [one for one in marked.custom_ids if one.startswith("b1:u")]
    undone = await rig.press(undo)
    assert await rig.seen() == before
    assert (undone.text, undone.custom_ids) == (shown.text, shown.custom_ids)


async def test_an_example_of_several_works_marks_each_alone(rig: PressRig) -> None:
    rig.locales = LOCALES[:1]  # English
    shown = await rig.press(ExampleRequest(Action.EXAMPLE, example_ref=f"{TROPE}/51").custom_id)
    labels = {one["label"]: one["custom_id"] for one in walk(shown.components) if "custom_id" in one and "label" in one}
    mark = labels["I know Mass Effect 2"]
    assert sum(one.startswith("b1:v") for one in labels.values()) > 1
    await rig.press(mark)
    assert await rig.seen() == {work_ref("Mass Effect 2")}


@pytest.mark.parametrize(
    ("values", "stored"),
    [
        pytest.param(["7"], {1}, id="another server's"),
        pytest.param(["99"], {1}, id="one that Discord did not find"),
        pytest.param([str(2**64)], {1}, id="no id"),
        pytest.param(["5", "6", "7", "8"], {5, 6}, id="some of the server"),
    ],
)
async def test_channels_are_those_that_discord_found_in_the_server(
    rig: PressRig, values: list[str], stored: set[int]
) -> None:
    found = {"5": {"id": "5"}, "6": {"id": "6", "guild_id": str(GUILD)}, "7": {"id": "7", "guild_id": "11"}}
    rig.services.dailies.for_guild = AsyncMock(return_value=[])
    await rig.preferences.set_guild_setting(GUILD, GuildSetting.CHANNEL, ["1"])
    menu = SettingRequest(SettingAction.GUILD_CHANNELS).custom_id
    answer = await rig.press(menu, values=values, resolved={"channels": found})
    assert (await rig.preferences.guild_settings(GUILD)).public_channels == stored
    assert (answer.text == texts.OUTDATED_BUTTON()) == (stored == {1})


@pytest.mark.parametrize(
    ("request_", "media", "works"),
    [
        pytest.param(ExampleRequest(Action.RANDOM), ["", "film", "filmm"], [None, "Firefly", "fierfly"], id="random"),
        pytest.param(ExampleRequest(Action.MEDIUM, page=1), ["film", "filmm"], [None], id="medium"),
        pytest.param(ExampleRequest(Action.SEARCH, page=1, query="hores"), ["", "film", "filmm"], [None], id="search"),
        pytest.param(ExampleRequest(Action.WORK, page=1), [""], ["Firefly", "fierfly"], id="work"),
        pytest.param(ExampleRequest(Action.ABOUT), [""], [None], id="about"),
    ],
)
async def test_every_suggestion_for_what_was_typed_can_be_pressed(
    rig: PressRig, request_: ExampleRequest, media: list[str], works: list[str | None]
) -> None:
    offered = 0
    for medium, work, trope in product(media, works, ("Big Heroic Run", "Big Heroic Rum")):
        answer = await rig.services.answers.answer(replace(request_, medium=medium), trope=trope, work=work)
        shown = Recorder(message_is_private=True, components=answer.card.components)
        offered += len(shown.custom_ids)
        chosen = [option["value"] for one in walk(shown.components) for option in one.get("options", ())]
        requests = [one for one in chosen if ExampleRequest.from_custom_id(one)]
        for custom_id in (*(one for one in shown.custom_ids if not one.startswith("b1:n")), *requests):
            pressed = await rig.press(custom_id, values=[FIELDS["example_ref"]])
            assert pressed.text not in (texts.OUTDATED_BUTTON(), texts.EXAMPLE_GONE())
    assert offered


@pytest.mark.parametrize("action", GuessAction)
@pytest.mark.parametrize("private", [True, False])
async def test_a_press_of_an_unknown_round_changes_nothing(rig: PressRig, action: GuessAction, private: bool) -> None:
    elsewhere = GuessRound(
        CHANNEL + 1, GUILD, "ab" * 8, "starting", 1, 2, 0, ANN, TROPE, "", 1, 1, f"{TROPE}/42", "key"
    )  # fmt: skip
    assert await rig.guesses.start(elsewhere)
    assert await rig.guesses.opened(elsewhere.round_id, 9)
    before = await rig.guesses.find(elsewhere.round_id)
    value = {GuessAction.SHOW: f"{TROPE}/42", GuessAction.SCORES: ""}.get(action, elsewhere.round_id)
    answer = await rig.press(GuessRequest(action, value).custom_id, private=private, values=["Firefly"])
    assert_harmless(answer, frozenset())
    after = await rig.guesses.find(elsewhere.round_id)
    assert after == before
    if action not in (GuessAction.SHOW, GuessAction.SCORES):
        assert (answer.text, answer.private) == (guess_texts.GAME_OVER(), True)


@pytest.mark.parametrize(
    "custom_id", ["g1:g:", "g1:g:xyz", "g1:g:" + "A" * 16, "g1:z:" + "a" * 16, "g1:t:1", "g1:e:1", "g0:g:" + "a" * 16]
)
async def test_a_forged_press_of_a_game_is_outdated(rig: PressRig, custom_id: str) -> None:
    answer = await rig.press(custom_id)
    assert (answer.text, answer.private) == (texts.OUTDATED_BUTTON(), True)
