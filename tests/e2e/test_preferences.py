"""`/bigrun preferences`: what a member chooses changes the member's own answers, and *Forget me* deletes it all."""

import pytest

from bot.client.bot import TropeBot, create_bot
from bot.components.custom_ids import SettingAction, SettingRequest
from bot.preferences import MAX_LISTED_WORKS
from bot.render.texts import examples as texts
from bot.render.texts import settings as setting_texts
from bot.settings import Settings
from bot.state.preferences import Choosing
from tests.e2e import message_view
from tests.e2e.conftest import Club
from tests.e2e.restarts import restart

SPOILERS = SettingRequest(SettingAction.MEMBER_SPOILERS).custom_id
ALONE = SettingRequest(SettingAction.MEMBER_PRIVATE, "yes").custom_id
EVERYONE = SettingRequest(SettingAction.MEMBER_PRIVATE, "no").custom_id
ASK_SEEN = SettingRequest(SettingAction.MEMBER_ASK_SEEN).custom_id
UNSEEN = SettingRequest(SettingAction.MEMBER_REMOVE_SEEN).custom_id
FORGET = SettingRequest(SettingAction.MEMBER_FORGET).custom_id
HIDDEN = "||let her get shot||"  # of example 42, about Firefly


async def test_the_card_shows_what_is_usual_to_the_member_alone(club: Club) -> None:
    card = await club.ask("preferences")
    assert card.ephemeral
    assert message_view.text(card).splitlines()[:4] == [
        "## 🎛️ Your preferences",
        "**Spoilers:** behind spoiler tags",
        "**Answers:** for everyone, unless a command says otherwise",
        "**Works you have seen:** none yet",
    ]
    assert set(message_view.buttons(card)) == {"Answer me alone", "I have seen…", "Forget me"}


async def test_hiding_the_whole_card_hides_it_for_the_member_in_every_server_and_for_nobody_else(club: Club) -> None:
    card = await club.ask("preferences")
    card = await club.select(card, SPOILERS, ["veil"])
    assert "**Spoilers:** the whole card hidden" in message_view.text(card)
    assert (await club.ask("show", number=42)).components[0]["spoiler"]
    assert not (await club.ask("show", number=42, member=club.ben)).components[0]["spoiler"]
    other = club.env.create_guild("Other Club")
    ann = other.add_member(club.ann.user)
    elsewhere = (await ann.slash(other.create_text_channel("general"), "bigrun show", number=42)).response
    assert elsewhere is not None
    assert elsewhere.components[0]["spoiler"]


async def test_only_spoiler_free_leaves_examples_with_spoilers_out(club: Club) -> None:
    await club.select(await club.ask("preferences"), SPOILERS, ["skip"])
    assert message_view.text(await club.ask("show", number=42)) == texts.SPOILERS_EXCLUDED
    listed = await club.ask("medium", name="video games")
    assert "3 examples of" in message_view.text(listed)
    assert "||" not in message_view.text(await club.ask("random", work="Danganronpa 2"))


async def test_private_by_default_can_be_said_otherwise_each_time(club: Club) -> None:
    public = await club.ask("medium", name="film")
    card = await club.press(await club.ask("preferences"), ALONE)
    assert "**Answers:** for you alone" in message_view.text(card)
    assert (await club.ask("random")).ephemeral
    assert not (await club.ask("random", private=False)).ephemeral
    assert not (await club.ask("random", member=club.ben)).ephemeral
    # A list that is public already is turned for those who see it.
    turned = await club.press(public, message_view.buttons(public)["Next ▸"]["custom_id"])
    assert (turned.id, turned.ephemeral) == (public.id, False)
    await club.press(card, EVERYONE)
    assert not (await club.ask("random")).ephemeral


@pytest.mark.plain("Firefly")
async def test_spoilers_of_works_one_has_seen_are_plain_in_private_and_in_tags_in_public(club: Club) -> None:
    card = await club.ask("preferences", seen="Firefly")
    assert "**Works you have seen:** Firefly" in message_view.text(card)
    private = await club.ask("show", number=42, private=True)
    assert "let her get shot" in message_view.text(private)
    assert "||" not in message_view.text(private)
    assert HIDDEN in message_view.text(await club.ask("show", number=42))
    shared = await club.press(private, message_view.buttons(private)["Share here"]["custom_id"])
    assert HIDDEN in message_view.text(shared)
    assert HIDDEN in message_view.text(await club.ask("show", number=42, private=True, member=club.ben))


@pytest.mark.plain("Firefly")  # the other example that comes may be that one again
async def test_a_public_card_is_never_changed_to_show_what_its_owner_has_seen(club: Club) -> None:
    await club.press(await club.ask("preferences", seen="Firefly"), ALONE)
    public = await club.ask("show", number=42, private=False)
    assert HIDDEN in message_view.text(public)
    again = await club.press(public, message_view.buttons(public)["Another"]["custom_id"])
    assert again.ephemeral


@pytest.mark.plain("Firefly")
async def test_i_have_seen_it_reveals_the_card_and_is_remembered(club: Club) -> None:
    public = await club.ask("show", number=42)
    assert "I have seen it" not in message_view.buttons(public)
    private = await club.ask("show", number=42, private=True)
    revealed = await club.press(private, message_view.buttons(private)["I have seen it"]["custom_id"])
    assert "||" not in message_view.text(revealed)
    assert "I have seen it" not in message_view.buttons(revealed)
    assert revealed.id == private.id
    assert "Firefly" in message_view.text(await club.ask("preferences"))


async def test_a_work_can_be_typed_into_a_form_and_taken_off_again(club: Club) -> None:
    card = await club.ask("preferences")
    card = await club.fill(card, ASK_SEEN, title="firefly")
    assert "**Works you have seen:** Firefly" in message_view.text(card)
    token = next(c for c in message_view.walk(card.components) if c.get("custom_id") == UNSEEN)["options"][0]["value"]
    card = await club.select(card, UNSEEN, [token])
    assert "none yet" in message_view.text(card)


async def test_a_title_that_is_not_known_is_answered_with_the_nearest_ones_to_press(club: Club) -> None:
    hint = await club.ask("preferences", seen="fierfly")
    assert hint.ephemeral
    assert "Did you mean **Firefly**" in message_view.text(hint)
    card = await club.press(hint, message_view.buttons(hint)["Firefly"]["custom_id"])
    assert "**Works you have seen:** Firefly" in message_view.text(card)


async def test_forget_me_deletes_everything_and_says_what_was_deleted(club: Club, settings: Settings) -> None:
    await club.ask("random", private=True)
    card = await club.ask("preferences", seen="Firefly")
    card = await club.select(card, SPOILERS, ["veil"])
    forgotten = await club.press(card, FORGET)
    assert forgotten.ephemeral
    assert message_view.text(forgotten) == (
        "Forgotten: **1 preference**, **1 work you had seen** and **1 round of private draws**. "
        "Nothing is kept about you any more."
    )
    again = create_bot(settings)
    await restart(club.env, again)
    card = await club.ask("preferences")
    assert "none yet" in message_view.text(card)
    assert message_view.text(await club.press(card, FORGET)) == "There was nothing kept about you."
    assert "1\u00a0of\u00a060" in message_view.text(await club.ask("random", private=True))
    await again.close()


async def test_preferences_outlive_a_restart_and_the_old_card_still_changes_them(
    club: Club, settings: Settings
) -> None:
    card = await club.ask("preferences", seen="Firefly")
    again = create_bot(settings)
    await restart(club.env, again)
    card = await club.select(card, SPOILERS, ["veil"])
    assert "**Spoilers:** the whole card hidden" in message_view.text(card)
    assert "Firefly" in message_view.text(card)
    await again.close()


@pytest.mark.parametrize("values", [["everything"], ["tags' OR 1=1"], ["private"]])
async def test_a_forged_choice_is_as_usual(club: Club, values: list[str]) -> None:
    card = await club.ask("preferences")
    stored = club.env.backend.get_message(card.channel_id, card.id)
    menu = next(c for c in message_view.walk(stored.components) if c.get("custom_id") == SPOILERS)
    menu["options"][0]["value"] = values[0]
    card = await club.select(card, SPOILERS, values)
    assert "**Spoilers:** behind spoiler tags" in message_view.text(card)


async def test_in_a_direct_message_preferences_and_draws_are_the_members_own(club: Club) -> None:
    user = club.env.create_user("cleo")
    card = (await user.slash("bigrun preferences", seen="Firefly")).response
    assert "Firefly" in message_view.text(card)
    drawn = (await user.slash("bigrun random")).response
    assert "1\u00a0of\u00a060" in message_view.text(drawn)
    forgotten = (await user.click(card.message, custom_id=FORGET)).response
    assert "**1 round of private draws**" in message_view.text(forgotten)


async def test_a_hundred_works_seen_are_all_that_is_kept_and_it_says_so(club: Club) -> None:
    bot = club.env.bot
    assert isinstance(bot, TropeBot)
    await Choosing(bot.state).add_seen(club.ann.id, [f"{n:012x}" for n in range(MAX_LISTED_WORKS)])
    assert message_view.text(await club.ask("preferences", seen="Firefly")) == setting_texts.SEEN_FULL
    private = await club.ask("show", number=42, private=True)
    answer = await club.press(private, message_view.buttons(private)["I have seen it"]["custom_id"])
    assert (answer.ephemeral, message_view.text(answer)) == (True, setting_texts.SEEN_FULL)
