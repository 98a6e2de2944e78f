"""The owner's upload over real HTTP: answered in time, however long it takes."""

from pathlib import Path

import pytest

from bot.client.bot import TropeBot
from bot.render.texts import admin as texts
from bot.render.texts import examples as example_texts
from bot.settings import Settings
from tests.e2e.test_hot_swap import source
from tests.loopback.conftest import drain
from tests.loopback.guilds import ANN, BEN, GUILD, Location, Member
from tests.loopback.interactions import DEFERRED, EPHEMERAL, FIRST_ANSWER_SECONDS
from tests.loopback.server import Discord, buttons, text


@pytest.fixture
def settings(folder: Path, tables_at_hand: None) -> Settings:
    corpus, state, pages = folder / "corpus.db", folder / "state.db", folder / "pages"
    pages.mkdir()
    return Settings(corpus_path=corpus, state_location=state, page_folders=(pages,), admin_guild_id=GUILD)


async def test_a_slow_upload_is_answered_in_time_and_not_cut_off(
    discord: Discord, late_bot: TropeBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.interactions.response.HANDLER_TIMEOUT_SECONDS", 0.0)
    discord.sends_files.clear()
    asked = await discord.slash("bigrun-admin load", ANN, file=discord.attach("PowerWalk.txt", source("w").encode()))
    kind, data, delay = await asked.first_answer()
    assert (kind, data["flags"] & EPHEMERAL) == (DEFERRED, EPHEMERAL)
    assert delay < FIRST_ANSWER_SECONDS
    discord.sends_files.set()
    card = await asked.answer()
    loaded = await (await discord.press(card, buttons(card)[texts.LOAD_IT()])).answer()
    assert text(loaded).startswith("Loaded **PowerWalk** with 5 examples.")
    await drain(late_bot)


@pytest.mark.parametrize(
    ("member", "guild", "answer"),
    [
        pytest.param(BEN, GUILD, texts.OWNER_ONLY(), id="a member"),
        pytest.param(BEN, GUILD + 1, texts.OWNER_ONLY(), id="a member elsewhere"),
        pytest.param(BEN, None, texts.OWNER_ONLY(), id="a member in direct messages"),
        pytest.param(ANN, GUILD + 1, example_texts.OUTDATED_BUTTON(), id="the owner elsewhere"),
    ],
)
async def test_forged_commands_do_nothing(
    discord: Discord, bot: TropeBot, settings: Settings, member: Member, guild: int | None, answer: str
) -> None:
    attached = discord.attach("PowerWalk.txt", source("w").encode())
    sent = [
        await discord.slash("bigrun-admin load", member, Location(guild), file=attached),
        await discord.slash("bigrun-admin tropes", member, Location(guild)),
    ]
    for asked in sent:
        refused = await asked.answer()
        assert (text(refused), refused["flags"] & EPHEMERAL) == (answer, EPHEMERAL)
    assert not settings.corpus_path.with_name("corpus.db.uploads").exists()
