"""`/bigrun preferences` changes a member's own answers, and *Forget me* deletes everything about them."""

import pytest

from bot.components.custom_ids import SettingAction, SettingRequest
from bot.model.preferences import MAX_LISTED_WORKS, SpoilerMode
from bot.render.markdown import Markdown
from bot.render.texts import examples as texts
from bot.render.texts import settings as setting_texts
from bot.state.preferences import PreferenceStore
from tests.e2e.conftest import ServerRig, shared_env
from tests.e2e.message_view import buttons, menu, text, veils, walk

pytestmark = pytest.mark.asyncio(loop_scope="module")
simcord_env = shared_env

SPOILERS = SettingRequest(SettingAction.MEMBER_SPOILERS).custom_id
ASK_SEEN = SettingRequest(SettingAction.MEMBER_ASK_SEEN).custom_id
REMOVE_SEEN = SettingRequest(SettingAction.MEMBER_REMOVE_SEEN).custom_id
SEEN_FIREFLY = setting_texts.seen_works_line([Markdown("Firefly")])
NOTHING_SEEN = setting_texts.seen_works_line([])
WHOLE_CARD = setting_texts.spoiler_line(SpoilerMode.WHOLE_CARD)
HIDDEN = "||let her get shot||"  # in example 42, from Firefly


async def test_hiding_whole_cards_works_in_every_server(server: ServerRig) -> None:
    card = await server.select(await server.ask("preferences"), SPOILERS, ["veil"])
    assert WHOLE_CARD in text(card)
    assert veils(await server.ask("show", number=42)) == [False, True, False]
    assert veils(await server.ask("show", server.ben, number=42)) == [False]
    other = server.env.create_guild("Other Club")
    ann = other.add_member(server.ann.user)
    elsewhere = await server.ask("show", ann, other.create_text_channel("general"), number=42)
    assert veils(elsewhere) == [False, True, False]


async def test_a_command_overrides_private_by_default(server: ServerRig) -> None:
    public = await server.ask("medium", name="film")
    card = await server.press(await server.ask("preferences"), setting_texts.ANSWER_ME_ALONE())
    assert setting_texts.privacy_line(private=True, member=True) in text(card)
    assert (await server.ask("random")).ephemeral
    assert not (await server.ask("random", private=False)).ephemeral
    assert not (await server.ask("random", server.ben)).ephemeral
    # A list that is public already changes for everyone who sees it.
    turned = await server.press(public, texts.NEXT_PAGE())
    assert (turned.id, turned.ephemeral) == (public.id, False)
    await server.press(card, setting_texts.ANSWER_EVERYONE())
    assert not (await server.ask("random")).ephemeral


@pytest.mark.plain("Firefly")
async def test_spoilers_of_seen_works_are_plain_only_in_private(server: ServerRig) -> None:
    assert SEEN_FIREFLY in text(await server.ask("preferences", seen="Firefly"))
    private = await server.ask("show", number=42, private=True)
    assert "let her get shot" in text(private)
    assert "||" not in text(private)
    shared = await server.press(private, texts.SHARE())
    public = await server.ask("show", number=42)
    of_another_member = await server.ask("show", server.ben, number=42, private=True)
    assert [HIDDEN in text(card) for card in (shared, public, of_another_member)] == [True] * 3


@pytest.mark.parametrize(
    ("seen", "number"),
    [pytest.param("Firefly", 44, id="another work"), pytest.param("Mass Effect 2", 51, id="one of several works")],
)
async def test_spoilers_stay_hidden_unless_all_their_works_were_seen(server: ServerRig, seen: str, number: int) -> None:
    await server.ask("preferences", seen=seen)
    assert "||" in text(await server.ask("show", number=number, private=True))


async def test_excluded_spoilers_are_in_no_draw_or_search(server: ServerRig) -> None:
    await server.select(await server.ask("preferences"), SPOILERS, ["skip"])
    assert "||" not in "".join([text(await server.ask("random", medium="video games")) for _ in range(10)])
    assert (await server.ask("search", words="prothean")).ephemeral


@pytest.mark.plain("Firefly")  # the next example may be the same one
async def test_a_public_card_never_shows_what_its_owner_has_seen(server: ServerRig) -> None:
    await server.press(await server.ask("preferences", seen="Firefly"), setting_texts.ANSWER_ME_ALONE())
    public = await server.ask("show", number=42, private=False)
    assert HIDDEN in text(public)
    assert (await server.press(public, texts.ANOTHER_EXAMPLE())).ephemeral


@pytest.mark.plain("Firefly")
async def test_i_have_seen_it_reveals_the_card_and_is_stored(server: ServerRig) -> None:
    assert texts.MARK_SEEN() not in buttons(await server.ask("show", number=42))
    private = await server.ask("show", number=42, private=True)
    revealed = await server.press(private, texts.MARK_SEEN())
    assert revealed.id == private.id
    assert "||" not in text(revealed)
    assert texts.MARK_SEEN() not in buttons(revealed)
    assert SEEN_FIREFLY in text(await server.ask("preferences"))


async def test_forget_me_asks_before_it_deletes(server: ServerRig) -> None:
    card = await server.ask("preferences", seen="Firefly")
    question = await server.press(card, setting_texts.FORGET_ME())
    assert (question.id, text(question)) == (card.id, setting_texts.ASK_FORGET())
    kept = await server.press(question, setting_texts.KEEP_DATA())
    assert SEEN_FIREFLY in text(kept)
    question = await server.press(kept, setting_texts.FORGET_ME())
    deleted = await server.press(question, setting_texts.FORGET_NOW())
    assert "**1 work you know**" in text(deleted)
    assert NOTHING_SEEN in text(await server.ask("preferences"))


@pytest.mark.parametrize("typed", ["fierfly", "nothing like it at all"])
async def test_an_unknown_title_stays_on_the_card_and_in_the_form(server: ServerRig, typed: str) -> None:
    card = await server.select(await server.ask("preferences"), SPOILERS, ["veil"])
    tried = await server.fill(card, ASK_SEEN, title=typed)
    assert tried.id == card.id
    assert typed in text(tried)
    assert WHOLE_CARD in text(tried)
    again = buttons(tried)[setting_texts.TYPE_AGAIN()]["custom_id"]
    modal = await server.ann.click(tried.message, custom_id=again)
    assert [one["value"] for one in walk([one["component"] for one in modal.modal["components"]])] == [typed]
    corrected = (await server.ann.submit_modal(modal, {"title": "Firefly"})).response
    assert SEEN_FIREFLY in text(corrected)
    assert setting_texts.TYPE_AGAIN() not in buttons(corrected)


async def test_a_near_title_is_chosen_on_the_card(server: ServerRig) -> None:
    card = await server.ask("preferences", seen="fierfly")
    near = SettingRequest(SettingAction.MEMBER_ADD_SEEN).custom_id
    [option] = [one for one in menu(card, near)["options"] if one["label"] == "Firefly"]
    chosen = await server.select(card, near, [option["value"]])
    assert (chosen.id, SEEN_FIREFLY in text(chosen)) == (card.id, True)


@pytest.mark.parametrize("value", ["everything", "tags' OR 1=1", "private"])
async def test_a_forged_choice_changes_nothing(server: ServerRig, value: str) -> None:
    card = await server.ask("preferences")
    stored = server.env.backend.get_message(card.channel_id, card.id)
    forged = next(c for c in walk(stored.components) if c.get("custom_id") == SPOILERS)
    forged["options"][0]["value"] = value
    assert setting_texts.spoiler_line(SpoilerMode.TAGS) in text(await server.select(card, SPOILERS, [value]))


async def test_a_member_can_store_a_limited_number_of_works(server: ServerRig) -> None:
    refs = [f"{number:012x}" for number in range(MAX_LISTED_WORKS)]
    await PreferenceStore(server.bot.state).add_seen_works(server.ann.id, refs)
    assert setting_texts.seen_full() in text(await server.ask("preferences", seen="Firefly"))
    answer = await server.press(await server.ask("show", number=42, private=True), texts.MARK_SEEN())
    assert (answer.ephemeral, text(answer)) == (True, setting_texts.seen_full())
