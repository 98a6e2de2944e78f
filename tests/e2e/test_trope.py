"""`/trope`: there only when there is more than one trope, and the same answers in another scope."""

from pathlib import Path
from typing import Any

import pytest

from bot.settings import ROOT, Settings
from tests.e2e import message_view
from tests.e2e.conftest import ServerRig, sent_commands

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


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "BigHeroicRun.txt").write_bytes((ROOT / "data" / "tropes" / "BigHeroicRun.txt").read_bytes())
    (pages / "PowerWalk.txt").write_text(POWER_WALK)
    return Settings(
        corpus_path=tmp_path / "corpus.db", state_location=tmp_path / "state.db", sources_dir=pages, shard_count=1
    )


async def ask(server: ServerRig, command: str, **options: object) -> Any:
    return (await server.ann.slash(server.channel, f"trope {command}", **options)).response


async def test_both_groups_of_commands_are_sent(server: ServerRig) -> None:
    [commands] = sent_commands(server.env)
    assert '"name": "trope"' in commands
    assert '"name": "bigrun"' in commands


async def test_a_trope_is_offered_by_its_title_and_answers_alone(server: ServerRig) -> None:
    [choice] = await server.ann.autocomplete(server.channel, "trope random", "trope", "power")
    assert choice["name"] == "Power Walk"
    for _ in range(5):
        card = await ask(server, "random", trope=choice["value"])
        assert "in Power Walk · TV" in message_view.text(card)


async def test_without_a_trope_all_are_searched_and_entries_open_their_own(server: ServerRig) -> None:
    card = await ask(server, "search", words="bridge")
    assert "2 examples found in all tropes" in message_view.text(card)
    opened = [await server.choose(card, option["value"]) for option in message_view.menu(card)["options"]]
    assert {"-# Power Walk" in message_view.text(example) for example in opened} == {True, False}


async def test_a_work_is_found_across_tropes_or_within_one(server: ServerRig) -> None:
    assert len(message_view.titles(await ask(server, "work", title="Forrest Gump"))) == 2
    assert message_view.titles(await ask(server, "work", title="Forrest Gump", trope="power walk")) == [
        "2. Forrest Gump"
    ]


async def test_bigrun_stays_the_big_heroic_run(server: ServerRig) -> None:
    assert message_view.titles(await server.ask("search", words="bridge")) == ["42. Firefly"]
    assert (await server.ask("medium", name="Kite Flying")).ephemeral


async def test_an_unknown_folder_is_a_medium_of_its_own(server: ServerRig) -> None:
    assert message_view.titles(await ask(server, "medium", name="kite flying")) == ["3. The Long String"]


async def test_about_needs_a_trope_and_an_unknown_one_is_answered_with_the_nearest(server: ServerRig) -> None:
    assert message_view.text(await ask(server, "about", trope="PowerWalk")).startswith("## 🏃 Power Walk\nHeroes walk")
    hint = await ask(server, "about", trope="power wlak")
    assert "Did you mean **Power Walk**?" in message_view.text(hint)
    card = await server.press(hint, message_view.buttons(hint)["Power Walk"]["custom_id"])
    assert "3 examples in all" in message_view.text(card)


async def test_choices_keep_to_the_trope_that_is_already_chosen(server: ServerRig) -> None:
    works = await server.ann.autocomplete(server.channel, "trope work", "title", "the", trope="PowerWalk")
    assert [work["name"] for work in works] == ["The Long String", "The Quiet March"]
