"""What members and hosts meet when a disk is full, or a database damaged."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import simcord

from bot.client.bot import MEMORY_STATE_WARNING, TropeBot, create_bot
from bot.components.custom_ids import SettingAction, SettingRequest
from bot.corpus.scope import Scope
from bot.errors import DatabaseDamagedError, DatabaseInUseError, NewerSchemaError
from bot.settings import Settings
from bot.state.location import open_state
from bot.state.sqlite_backend import SqliteState, open_sqlite_state
from cogs.background import BackgroundTasks
from tests.e2e import message_view
from tests.e2e.conftest import ServerRig
from tests.e2e.daily_rig import HOUR, poster, posts, set_daily
from tests.e2e.restarts import restarted
from tests.full_disk import Disk, small_disk
from tests.state.fault_injection import contents, overwrite

ALONE = SettingRequest(SettingAction.MEMBER_PRIVATE, "yes").custom_id


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    with small_disk(tmp_path) as disk:
        yield disk


def _settings_in(folder: Path, settings: Settings, corpus_path: Path) -> Settings:
    shutil.copyfile(corpus_path, folder / "corpus.db")
    return replace(settings, corpus_path=folder / "corpus.db", state_location=folder / "state.db")


def _said(caplog: pytest.LogCaptureFixture, what: str) -> list[str]:
    return [record.getMessage() for record in caplog.records if what in record.getMessage()]


@pytest.mark.simcord(check_errors=False)
async def test_on_a_full_disk_members_are_answered_and_a_change_is_refused_kindly_until_there_is_room(
    disk: Disk, server: ServerRig, settings: Settings, corpus_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with restarted(server.env, _settings_in(disk.path, settings, corpus_path)):
        first = await server.ask("random", medium="film")
        preferences = await server.ask("preferences")
        disk.fill()
        refused = await server.press(preferences, ALONE)
        assert refused.ephemeral
        assert message_view.text(refused).startswith("I couldn’t save that, so nothing changed.")
        assert len(_said(caplog, message_view.text(refused).split("**")[1])) == 1
        another = [await server.press(first, message_view.buttons(first)["Another"]["custom_id"]) for _ in range(2)]
        assert all("Film — " in message_view.text(card) and not card.ephemeral for card in another)
        assert (await server.ask("search", words="bridge")).components
        assert len(_said(caplog, "make room on its disk")) == 2  # once to the change, once to the draws
        disk.free()
        assert "only you see them" in message_view.text(await server.press(preferences, ALONE))


@pytest.mark.simcord(check_errors=False)
async def test_a_state_that_is_damaged_while_the_bot_runs_is_told_the_host_once_and_each_member_kindly(
    server: ServerRig, caplog: pytest.LogCaptureFixture
) -> None:
    bot = server.env.bot
    assert isinstance(bot, TropeBot)
    preferences = await server.ask("preferences")
    state, store = bot.settings.state_location, bot.state
    assert isinstance(state, Path)
    assert isinstance(store, SqliteState)
    await store._connection.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")
    [(root,)] = await bot.state.fetch_all("SELECT rootpage FROM sqlite_schema WHERE name = 'member_preference'")
    overwrite(state, (root - 1) * 4096, 4096)
    for connection in (store._connection, store._read_connection):
        await connection.execute_fetchall("PRAGMA shrink_memory")  # what is in memory is not read again
    answers = [await server.press(preferences, ALONE) for _ in range(2)]
    for answer in answers:
        assert answer.ephemeral
        assert message_view.text(answer).startswith("I can’t read some of my saved data")
        assert len(_said(caplog, message_view.text(answer).split("**")[1])) == 1
    assert len(_said(caplog, "is damaged")) == 1
    assert len(_said(caplog, "bigrun restore PATH")) == 1


async def test_a_damaged_corpus_is_made_anew_at_the_start(
    simcord_env: simcord.Env, tmp_path: Path, settings: Settings, corpus_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    other = _settings_in(tmp_path, settings, corpus_path)
    overwrite(other.corpus_path, 0, 100)
    async with restarted(simcord_env, other) as bot:
        assert await bot.corpus.count(Scope()) == 60
    [sentence] = _said(caplog, "moved to corpus.db.damaged-1")
    assert str(other.corpus_path) in sentence


async def test_a_damaged_state_stops_the_start_and_is_left_alone(tmp_path: Path, settings: Settings) -> None:
    assert isinstance(settings.state_location, Path)
    async with open_state(settings.state_location):
        pass
    overwrite(settings.state_location, 0, 4096)
    before = contents(tmp_path)
    async with create_bot(settings) as bot:
        with pytest.raises(DatabaseDamagedError, match=r"bigrun restore PATH.*bigrun run --memory-state"):
            await bot.setup_hook()
    assert {**contents(tmp_path), "state.db.lock": b""} == {**before, "state.db.lock": b""}


async def test_a_state_of_a_newer_version_stops_the_start_and_is_left_alone(tmp_path: Path, settings: Settings) -> None:
    assert isinstance(settings.state_location, Path)
    async with open_sqlite_state(settings.state_location) as state:
        await state._connection.execute("PRAGMA user_version = 99")
    before = contents(tmp_path)["state.db"]
    async with create_bot(settings) as bot:
        with pytest.raises(NewerSchemaError, match="Update Big Run"):
            await bot.setup_hook()
    assert contents(tmp_path)["state.db"] == before


async def test_a_second_bot_is_refused_and_the_first_not_disturbed(server: ServerRig, settings: Settings) -> None:
    async with create_bot(settings) as second:
        with pytest.raises(DatabaseInUseError, match="Stop that one"):
            await second.setup_hook()
    assert "1\u00a0of\u00a021 in Film" in message_view.text(await server.ask("random", medium="film"))


async def test_without_a_state_it_answers_and_remembers_for_this_run_and_says_so_once(
    server: ServerRig, tmp_path: Path, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    async with restarted(server.env, replace(settings, state_location=None)):
        before = contents(tmp_path)
        shown = [await server.ask("random", medium="film") for _ in range(21)]
        assert len({message_view.number(card) for card in shown}) == 21
        await server.press(await server.ask("preferences"), ALONE)
        assert (await server.ask("random")).ephemeral
    assert _said(caplog, MEMORY_STATE_WARNING) == [MEMORY_STATE_WARNING]
    assert contents(tmp_path) == before


async def test_a_daily_example_that_cannot_be_noted_is_told_the_host_once_and_comes_when_it_can(
    server: ServerRig, caplog: pytest.LogCaptureFixture
) -> None:
    bot = server.env.bot
    assert isinstance(bot, TropeBot)
    assert isinstance(bot.state, SqliteState)
    upkeep = BackgroundTasks(bot)
    upkeep.poster = poster(server)
    await set_daily(server, at="6:00")
    await set_daily(server, at="6:00", channel=server.env.guild.create_text_channel("other"))
    server.env.backend.clock.advance(6 * HOUR)
    await bot.state._connection.execute("PRAGMA query_only = ON")
    for _ in range(3):
        await upkeep._run_logged(upkeep.poster.post_due)
    assert len(_said(caplog, "Upkeep waits.")) == 1
    assert not [record for record in caplog.records if record.exc_info]
    assert posts(server) == []
    await bot.state._connection.execute("PRAGMA query_only = OFF")
    await upkeep._run_logged(upkeep.poster.post_due)
    assert len(posts(server)) == 1
