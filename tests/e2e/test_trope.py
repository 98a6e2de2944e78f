"""`/trope`: only there with more than one trope, and the same answers in another scope."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
import simcord

from bot.render.markdown import Markdown
from bot.render.texts import examples as texts
from bot.settings import Settings
from tests.conftest import PAGE_SOURCE
from tests.e2e.conftest import ServerRig, sent_commands, simulated_discord
from tests.e2e.message_view import menu, text, titles

pytestmark = pytest.mark.asyncio(loop_scope="module")

POWER_WALK = """Heroes walk side by side, in slow motion.

Compare BigHeroicRun.
----
[[folder:Films -- Live-Action]]
* ''Film/TheQuietMarch'': Seven of them, [[spoiler:one a ghost]], with a bridge behind.
* ''Film/ForrestGump'': Not he.
[[/folder]]

[[folder:Kite Flying]]
* In ''The Long String'' the kites walk.
[[/folder]]
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def simcord_env(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[simcord.Env]:
    folder = tmp_path_factory.mktemp("tropes")
    pages = folder / "pages"
    pages.mkdir()
    (pages / PAGE_SOURCE.name).write_bytes(PAGE_SOURCE.read_bytes())
    (pages / "PowerWalk.txt").write_text(POWER_WALK)
    settings = Settings(
        corpus_path=folder / "corpus.db", state_location=folder / "state.db", sources_dir=pages, shard_count=1
    )
    async with simulated_discord(settings) as env:
        yield env


async def ask(server: ServerRig, command: str, **options: object) -> Any:
    return (await server.ann.slash(server.channel, f"trope {command}", **options)).response


async def test_both_groups_of_commands_are_registered(server: ServerRig) -> None:
    [commands] = sent_commands(server.env)
    assert '"name": "trope"' in commands
    assert '"name": "bigrun"' in commands


async def test_a_trope_is_suggested_by_its_title(server: ServerRig) -> None:
    [choice] = await server.ann.autocomplete(server.channel, "trope random", "trope", "power")
    assert choice["name"] == "Power Walk"
    for _ in range(5):
        assert "in Power Walk · TV" in text(await ask(server, "random", trope=choice["value"]))


async def test_all_tropes_are_searched_by_default(server: ServerRig) -> None:
    card = await ask(server, "search", words="bridge")
    assert texts.search_summary(2, texts.ALL_TROPES) in text(card)
    opened = [await server.open_entry(card, index) for index in range(len(menu(card)["options"]))]
    assert {"-# Power Walk" in text(example) for example in opened} == {True, False}


async def test_a_work_is_found_in_all_tropes_or_one(server: ServerRig) -> None:
    assert len(titles(await ask(server, "work", title="Forrest Gump"))) == 2
    assert titles(await ask(server, "work", title="Forrest Gump", trope="power walk")) == ["2. Forrest Gump"]


async def test_titles_are_suggested_from_the_chosen_trope(server: ServerRig) -> None:
    works = await server.ann.autocomplete(server.channel, "trope work", "title", "the", trope="PowerWalk")
    assert [work["name"] for work in works] == ["The Long String", "The Quiet March"]


async def test_bigrun_stays_with_one_trope(server: ServerRig) -> None:
    assert titles(await server.ask("search", words="bridge")) == ["42. Firefly"]
    assert (await server.ask("medium", name="Kite Flying")).ephemeral


async def test_an_unknown_folder_becomes_a_medium(server: ServerRig) -> None:
    assert titles(await ask(server, "medium", name="kite flying")) == ["3. The Long String"]


async def test_an_unknown_trope_gets_a_suggestion(server: ServerRig) -> None:
    assert text(await ask(server, "about", trope="PowerWalk")).startswith("## 🏃 Power Walk\nHeroes walk")
    hint = await ask(server, "about", trope="power wlak")
    assert text(hint) == texts.unknown_trope(Markdown("power wlak"), [Markdown("Power Walk")])
    assert texts.total_examples(3) in text(await server.press(hint, "Power Walk"))
