"""`/bigrun preferences`: what a member chooses changes the member's own answers, and *Forget me* deletes it all."""

import pytest

from bot.client.bot import TropeBot, create_bot
from bot.components.custom_ids import SettingAction, SettingRequest
from bot.preferences import MAX_LISTED_WORKS
from bot.render.texts import examples as texts
from bot.render.texts import settings as setting_texts
from bot.settings import Settings
from bot.state.preferences import PreferenceStore
from tests.e2e import message_view
from tests.e2e.conftest import ServerRig
from tests.e2e.restarts import restart

SPOILERS = SettingRequest(SettingAction.MEMBER_SPOILERS).custom_id
ALONE = SettingRequest(SettingAction.MEMBER_PRIVATE, "yes").custom_id
EVERYONE = SettingRequest(SettingAction.MEMBER_PRIVATE, "no").custom_id
ASK_SEEN = SettingRequest(SettingAction.MEMBER_ASK_SEEN).custom_id
UNSEEN = SettingRequest(SettingAction.MEMBER_REMOVE_SEEN).custom_id
FORGET = SettingRequest(SettingAction.MEMBER_FORGET).custom_id
HIDDEN = "||let her get shot||"  # of example 42, about Firefly


async def test_the_card_shows_what_is_usual_to_the_member_alone(server: ServerRig) -> None:
    card = await server.ask("preferences")
    assert card.ephemeral
    assert message_view.text(card).splitlines()[:4] == [
        "## 🎛️ Your preferences",
        "**Spoilers:** behind spoiler tags",
        "**Answers:** everyone sees them, unless a command says otherwise",
        "**Works you know:** none yet",
    ]
    assert set(message_view.buttons(card)) == {"Answer me privately", "I know a work…", "Forget me"}


async def test_hiding_the_whole_card_hides_it_for_the_member_in_every_server_and_for_nobody_else(
    server: ServerRig,
) -> None:
    card = await server.ask("preferences")
    card = await server.select(card, SPOILERS, ["veil"])
    assert "**Spoilers:** the whole card hidden" in message_view.text(card)
    assert (await server.ask("show", number=42)).components[0]["spoiler"]
    assert not (await server.ask("show", number=42, member=server.ben)).components[0]["spoiler"]
    other = server.env.create_guild("Other Club")
    ann = other.add_member(server.ann.user)
    elsewhere = (await ann.slash(other.create_text_channel("general"), "bigrun show", number=42)).response
    assert elsewhere is not None
    assert elsewhere.components[0]["spoiler"]


async def test_only_spoiler_free_leaves_examples_with_spoilers_out(server: ServerRig) -> None:
    await server.select(await server.ask("preferences"), SPOILERS, ["skip"])
    assert message_view.text(await server.ask("show", number=42)) == texts.SPOILERS_EXCLUDED
    listed = await server.ask("medium", name="video games")
    assert "3 examples of" in message_view.text(listed)
    assert "||" not in message_view.text(await server.ask("random", work="Danganronpa 2"))


async def test_private_by_default_can_be_said_otherwise_each_time(server: ServerRig) -> None:
    public = await server.ask("medium", name="film")
    card = await server.press(await server.ask("preferences"), ALONE)
    assert "**Answers:** only you see them" in message_view.text(card)
    assert (await server.ask("random")).ephemeral
    assert not (await server.ask("random", private=False)).ephemeral
    assert not (await server.ask("random", member=server.ben)).ephemeral
    # A list that is public already is turned for those who see it.
    turned = await server.press(public, message_view.buttons(public)["Next ▸"]["custom_id"])
    assert (turned.id, turned.ephemeral) == (public.id, False)
    await server.press(card, EVERYONE)
    assert not (await server.ask("random")).ephemeral


@pytest.mark.plain("Firefly")
async def test_spoilers_of_works_one_has_seen_are_plain_in_private_and_in_tags_in_public(server: ServerRig) -> None:
    card = await server.ask("preferences", seen="Firefly")
    assert "**Works you know:** Firefly" in message_view.text(card)
    private = await server.ask("show", number=42, private=True)
    assert "let her get shot" in message_view.text(private)
    assert "||" not in message_view.text(private)
    assert HIDDEN in message_view.text(await server.ask("show", number=42))
    shared = await server.press(private, message_view.buttons(private)["Share here"]["custom_id"])
    assert HIDDEN in message_view.text(shared)
    assert HIDDEN in message_view.text(await server.ask("show", number=42, private=True, member=server.ben))


@pytest.mark.plain("Firefly")  # the other example that comes may be that one again
async def test_a_public_card_is_never_changed_to_show_what_its_owner_has_seen(server: ServerRig) -> None:
    await server.press(await server.ask("preferences", seen="Firefly"), ALONE)
    public = await server.ask("show", number=42, private=False)
    assert HIDDEN in message_view.text(public)
    again = await server.press(public, message_view.buttons(public)["Another"]["custom_id"])
    assert again.ephemeral


@pytest.mark.plain("Firefly")
async def test_i_have_seen_it_reveals_the_card_and_is_remembered(server: ServerRig) -> None:
    public = await server.ask("show", number=42)
    assert "I know this one" not in message_view.buttons(public)
    private = await server.ask("show", number=42, private=True)
    revealed = await server.press(private, message_view.buttons(private)["I know this one"]["custom_id"])
    assert "||" not in message_view.text(revealed)
    assert "I know this one" not in message_view.buttons(revealed)
    assert revealed.id == private.id
    assert "Firefly" in message_view.text(await server.ask("preferences"))


async def test_a_work_can_be_typed_into_a_form_and_taken_off_again(server: ServerRig) -> None:
    card = await server.ask("preferences")
    card = await server.fill(card, ASK_SEEN, title="firefly")
    assert "**Works you know:** Firefly" in message_view.text(card)
    token = next(c for c in message_view.walk(card.components) if c.get("custom_id") == UNSEEN)["options"][0]["value"]
    card = await server.select(card, UNSEEN, [token])
    assert "none yet" in message_view.text(card)


async def test_a_title_that_is_not_known_is_answered_with_the_nearest_ones_to_press(server: ServerRig) -> None:
    hint = await server.ask("preferences", seen="fierfly")
    assert hint.ephemeral
    assert "Did you mean **Firefly**" in message_view.text(hint)
    card = await server.press(hint, message_view.buttons(hint)["Firefly"]["custom_id"])
    assert "**Works you know:** Firefly" in message_view.text(card)


async def test_forget_me_deletes_everything_and_says_what_was_deleted(server: ServerRig, settings: Settings) -> None:
    await server.ask("random", private=True)
    card = await server.ask("preferences", seen="Firefly")
    card = await server.select(card, SPOILERS, ["veil"])
    forgotten = await server.press(card, FORGET)
    assert forgotten.ephemeral
    assert message_view.text(forgotten) == (
        "Forgotten: **1 preference**, **1 work you know** and **1 private shuffle**. "
        "I no longer store anything about you."
    )
    again = create_bot(settings)
    await restart(server.env, again)
    card = await server.ask("preferences")
    assert "none yet" in message_view.text(card)
    assert message_view.text(await server.press(card, FORGET)) == "I had nothing stored about you."
    assert "1\u00a0of\u00a060" in message_view.text(await server.ask("random", private=True))
    await again.close()


async def test_preferences_outlive_a_restart_and_the_old_card_still_changes_them(
    server: ServerRig, settings: Settings
) -> None:
    card = await server.ask("preferences", seen="Firefly")
    again = create_bot(settings)
    await restart(server.env, again)
    card = await server.select(card, SPOILERS, ["veil"])
    assert "**Spoilers:** the whole card hidden" in message_view.text(card)
    assert "Firefly" in message_view.text(card)
    await again.close()


@pytest.mark.parametrize("values", [["everything"], ["tags' OR 1=1"], ["private"]])
async def test_a_forged_choice_is_as_usual(server: ServerRig, values: list[str]) -> None:
    card = await server.ask("preferences")
    stored = server.env.backend.get_message(card.channel_id, card.id)
    menu = next(c for c in message_view.walk(stored.components) if c.get("custom_id") == SPOILERS)
    menu["options"][0]["value"] = values[0]
    card = await server.select(card, SPOILERS, values)
    assert "**Spoilers:** behind spoiler tags" in message_view.text(card)


async def test_in_a_direct_message_preferences_and_draws_are_the_members_own(server: ServerRig) -> None:
    user = server.env.create_user("cleo")
    card = (await user.slash("bigrun preferences", seen="Firefly")).response
    assert "Firefly" in message_view.text(card)
    drawn = (await user.slash("bigrun random")).response
    assert "1\u00a0of\u00a060" in message_view.text(drawn)
    forgotten = (await user.click(card.message, custom_id=FORGET)).response
    assert "**1 private shuffle**" in message_view.text(forgotten)


async def test_a_hundred_works_seen_are_all_that_is_kept_and_it_says_so(server: ServerRig) -> None:
    bot = server.env.bot
    assert isinstance(bot, TropeBot)
    await PreferenceStore(bot.state).add_seen_works(server.ann.id, [f"{n:012x}" for n in range(MAX_LISTED_WORKS)])
    assert message_view.text(await server.ask("preferences", seen="Firefly")) == setting_texts.seen_full()
    private = await server.ask("show", number=42, private=True)
    answer = await server.press(private, message_view.buttons(private)["I know this one"]["custom_id"])
    assert (answer.ephemeral, message_view.text(answer)) == (True, setting_texts.seen_full())
