"""Works over several tropes, in the real tree: their cards, comparisons, and what knowing one opens."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
import simcord

from bot.components.custom_ids import Action, ExampleRequest, SettingAction
from bot.ingest.loader import load
from bot.ingest.site_tables import SiteTables
from bot.model.names import work_ref
from bot.model.preferences import SpoilerMode
from bot.render.texts import examples as texts
from bot.render.texts import works as work_texts
from bot.settings import ROOT, Settings
from tests.conftest import PAGE_SOURCE
from tests.e2e.conftest import ServerRig, simulated_discord
from tests.e2e.message_view import buttons, menu, text

pytestmark = pytest.mark.asyncio(loop_scope="module")
PAGES = [PAGE_SOURCE, *(ROOT / "tests/e2e/frozen/pages").glob("*.txt")]
ASK_COMPARE = ExampleRequest(Action.ASK_COMPARE, work_ref=work_ref("Firefly"))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def several_env(tmp_path_factory: pytest.TempPathFactory, tables: SiteTables) -> AsyncIterator[simcord.Env]:
    folder = tmp_path_factory.mktemp("several")
    await load(PAGES, folder / "corpus.db", tables)
    settings = Settings(corpus_path=folder / "corpus.db", state_location=folder / "state.db", shard_count=1)
    async with simulated_discord(settings) as env:
        yield env


simcord_env = several_env


async def ask_tropes(server: ServerRig, **options: Any) -> Any:
    return (await server.ann.slash(server.channel, "trope work", **options)).response


async def test_a_work_is_shown_over_all_tropes_and_drawn_from(server: ServerRig) -> None:
    card = await ask_tropes(server, title="Forrest Gump")
    assert "3 tropes" in text(card)
    drawn = await server.press(card, work_texts.RANDOM_OF_WORK())
    assert "in Forrest Gump" in text(drawn)
    opened = await server.open_entry(card, 2)
    assert "Power Walk" in text(opened)


async def test_the_other_work_is_typed_into_a_form(server: ServerRig) -> None:
    card = await ask_tropes(server, title="Firefly")
    compared = await server.fill(card, ASK_COMPARE.custom_id, title="forrest gump")
    assert "Both have 1 trope" in text(compared)
    assert compared.id == card.id  # her own card
    of_ben = await server.press(compared, "Forrest Gump", server.ben)
    assert of_ben.ephemeral
    assert "📖 Forrest Gump" in text(of_ben)


async def test_an_unknown_other_work_leads_to_similar_ones(server: ServerRig) -> None:
    card = await ask_tropes(server, title="Firefly")
    asked = await server.fill(card, ASK_COMPARE.custom_id, title="forest gmup")
    assert asked.ephemeral
    assert "Both have 1 trope" in text(await server.press(asked, "Forrest Gump"))


async def test_two_works_are_compared_by_a_command_and_shared(server: ServerRig) -> None:
    offered = await server.ann.autocomplete(server.channel, "trope work", "with", "forr", title="Firefly")
    assert [one["value"] for one in offered] == [work_ref("Forrest Gump")]
    card = await ask_tropes(server, title="Firefly", **{"with": "Forrest Gump", "private": True})
    shared = await server.press(card, texts.SHARE())
    assert not shared.ephemeral
    assert "Both have 1 trope" in text(shared)


async def test_similar_works_lead_to_a_comparison(server: ServerRig) -> None:
    card = await ask_tropes(server, title="Forrest Gump")
    similar = await server.press(card, work_texts.SIMILAR_BUTTON())
    choices = menu(similar)
    compared = await server.select(similar, choices["custom_id"], [choices["options"][0]["value"]])
    assert "Both have 2 tropes" in text(compared)


async def test_a_franchise_is_shown_as_one_only_when_asked(server: ServerRig) -> None:
    card = await ask_tropes(server, title="Mass Effect 2")
    assert "all 4 works" not in text(card)
    whole = await server.press(card, work_texts.franchise_button("Mass Effect", 4))
    assert "all 4 works" in text(whole)
    assert "all 4 works" not in text(await server.press(whole, work_texts.one_work_button("Mass Effect 2")))


async def test_a_typed_title_leads_to_a_whole_franchise_and_what_it_shares(server: ServerRig) -> None:
    asked = await ask_tropes(server, title="mass eff")
    choices = menu(asked)
    assert choices["options"][0]["label"] == work_texts.franchise_button("Mass Effect", 4)
    whole = await server.select(asked, choices["custom_id"], [choices["options"][0]["value"]])
    assert "all 4 works" in text(whole)
    assert "in Mass Effect" in text(await server.press(whole, texts.RANDOM_BUTTON()))
    ask = buttons(whole)[work_texts.COMPARE_BUTTON()]["custom_id"]
    compared = await server.fill(whole, ask, title="forrest gump")
    assert "🆚 Mass Effect and Forrest Gump" in text(compared)


async def test_one_trope_leads_to_all(server: ServerRig) -> None:
    card = await server.ask("work", title="Forrest Gump")
    assert "1 example from Big Heroic Run" in text(card)
    assert "3 tropes" in text(await server.press(card, work_texts.ALL_TROPES_BUTTON()))


@pytest.mark.plain("Firefly")
async def test_knowing_a_work_opens_its_examples_in_private(server: ServerRig) -> None:
    panel = await server.ask("preferences", seen="Firefly")
    assert panel.ephemeral
    assert "That opens **1** example in full." in text(panel)
    first = await server.press(panel, work_texts.SHOW_FIRST())
    assert first.ephemeral
    assert "let her get shot" in text(first)
    assert "||" not in text(first)
    assert "||let her get shot||" in text(await server.press(first, texts.SHARE()))
    listed = await server.press(await server.ask("preferences", seen="Firefly"), work_texts.LIST_OPENED())
    assert "1 example that you read in full" in text(listed)
    assert texts.SHARE() not in buttons(listed)
    assert "let her get shot" in text(await server.open_entry(listed, 0))


async def test_where_a_server_skips_spoilers_nothing_opens(server: ServerRig) -> None:
    await server.change_setting(SettingAction.GUILD_SPOILERS, [SpoilerMode.EXCLUDE])
    panel = await server.ask("preferences", seen="Firefly")
    assert "opens" not in text(panel)
    opened = ExampleRequest(Action.OPENED, work_ref=work_ref("Firefly"), page=1)
    assert text(await server.forge(panel, opened.custom_id)) == work_texts.NOTHING_OPENED()
