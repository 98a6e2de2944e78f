"""Every press of settings that a modified client could send: by members, by managers, with any value."""

from itertools import product
from typing import Any

import pytest

from bot.components.custom_ids import SETTING_PREFIX, SETTING_VALUES, SettingAction, SettingRequest
from bot.model.names import work_ref
from bot.render.texts import examples as texts
from bot.render.texts import settings as setting_texts
from bot.state.base import State
from tests.e2e.conftest import ServerRig, open_server, shared_env
from tests.e2e.daily_rig import set_daily
from tests.e2e.message_view import text

pytestmark = pytest.mark.asyncio(loop_scope="module")
simcord_env = shared_env

VALUES = ["", "yes", "no", work_ref("Firefly"), "Firefly", "a" * 81, "7", "0", str(2**63 - 1), "music", "x\ny:z|", "-1"]
TABLES = "guild_setting", "member_preference", "daily"


async def stored(state: State, guild_id: int) -> list[list[tuple[object, ...]]]:
    """Return what is stored, without what a guild or a member who presses may change."""
    rows = [await state.fetch_all(f"SELECT * FROM {table} ORDER BY 1, 2, 3") for table in TABLES]
    return [[tuple(row) for row in table if guild_id not in row] for table in rows]


def custom_ids(*, allowed: bool, guild: bool) -> list[str]:
    """Return the custom_ids of all actions and values that the grammar allows, or those that it does not."""
    return [
        f"{SETTING_PREFIX}:{action}:{value}"
        for action, value in product(SettingAction, VALUES)
        if SETTING_VALUES[action](value) is allowed and action.is_guild is guild
    ]


@pytest.mark.parametrize("guild", [True, False])
async def test_the_grammar_is_all_that_is_read(guild: bool) -> None:
    assert all(map(SettingRequest.from_custom_id, custom_ids(allowed=True, guild=guild)))
    assert not any(map(SettingRequest.from_custom_id, custom_ids(allowed=False, guild=guild)))


async def test_no_member_presses_a_button_of_managers(server: ServerRig) -> None:
    await set_daily(server)
    card, before = await server.ask("preferences"), await stored(server.bot.state, 0)
    for custom_id in custom_ids(allowed=True, guild=True):
        answer = await server.forge(card, custom_id)
        assert (answer.ephemeral, text(answer)) == (True, setting_texts.MANAGERS_ONLY())
    assert await stored(server.bot.state, 0) == before


@pytest.mark.slow
async def test_a_manager_changes_only_their_server(server: ServerRig) -> None:
    await set_daily(server)
    other = open_server(server.env)
    before = await stored(server.bot.state, other.guild.id)
    for custom_id in custom_ids(allowed=True, guild=True):
        result = await other.mod.click((await forged(other, custom_id)).message, custom_id=custom_id)
        opens_form = custom_id[3:5] in (SettingAction.GUILD_ASK_HIDE, SettingAction.GUILD_ASK_HIDE_TROPE)
        assert (result.response is None) is opens_form
        assert opens_form or result.response.ephemeral
    assert await stored(server.bot.state, other.guild.id) == before


async def test_a_member_changes_only_their_preferences(server: ServerRig) -> None:
    await server.ask("preferences", server.ben, seen="Firefly")
    before = await stored(server.bot.state, server.ann.id)
    for custom_id in custom_ids(allowed=True, guild=False):
        await server.ann.click((await forged(server, custom_id, server.ann)).message, custom_id=custom_id)
    assert await stored(server.bot.state, server.ann.id) == before


@pytest.mark.slow
async def test_other_values_are_outdated(server: ServerRig) -> None:
    for custom_id in [*custom_ids(allowed=False, guild=True), *custom_ids(allowed=False, guild=False)]:
        if len(custom_id) <= 100:
            answer = await server.forge(await server.open_settings(), custom_id, server.mod)
            assert (answer.ephemeral, text(answer)) == (True, texts.OUTDATED_BUTTON())


async def forged(server: ServerRig, custom_id: str, member: Any = None) -> Any:
    """Return a private card with a button that no version put there."""
    card = await server.ask("preferences", member or server.mod)
    stored_card = server.env.backend.get_message(card.channel_id, card.id)
    box = stored_card.components[0]
    box["components"] = [next(one for one in box["components"] if "accessory" in one)]
    box["components"][0]["accessory"]["custom_id"] = custom_id
    return card
