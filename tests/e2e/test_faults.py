"""What members and operators see when a disk is full or a database damaged."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from bot.client.bot import MEMORY_STATE_WARNING, create_bot
from bot.corpus.scope import Scope
from bot.errors import DatabaseDamagedError, DatabaseInUseError, NewerSchemaError
from bot.render.markdown import Markdown
from bot.render.texts import examples as texts
from bot.render.texts import settings as setting_texts
from bot.settings import Settings
from bot.state.location import open_state
from bot.state.sqlite_backend import SqliteState, open_sqlite_state
from cogs.background import BackgroundTasks
from tests.e2e.conftest import ServerRig
from tests.e2e.daily_rig import HOUR, poster, posts, set_daily
from tests.e2e.message_view import number, text
from tests.full_disk import Disk
from tests.state.fault_injection import contents, overwrite

pytestmark = pytest.mark.slow  # each test runs a bot of its own

PRIVATE = setting_texts.ANSWER_ME_ALONE()


def settings_in(folder: Path, settings: Settings) -> Settings:
    """Return settings for databases in a folder, with a copy of the corpus."""
    shutil.copyfile(settings.corpus_path, folder / "corpus.db")
    return replace(settings, corpus_path=folder / "corpus.db", state_location=folder / "state.db")


def count_logged(caplog: pytest.LogCaptureFixture, words: str) -> int:
    return len([record for record in caplog.records if words in record.getMessage()])


@pytest.fixture
def state_path(settings: Settings) -> Path:
    assert isinstance(settings.state_location, Path)
    return settings.state_location


@pytest.mark.simcord(check_errors=False)
async def test_a_full_disk_refuses_changes_and_answers_questions(
    disk: Disk, server: ServerRig, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    await server.restart(settings_in(disk.path, settings))
    card = await server.ask("random", medium="film")
    preferences = await server.ask("preferences")
    disk.fill()
    refused = await server.press(preferences, PRIVATE)
    error_id = text(refused).split("**")[1]
    assert (refused.ephemeral, text(refused)) == (True, texts.write_failed(error_id))
    assert count_logged(caplog, error_id) == 1
    for _ in range(2):
        another = await server.press(card, texts.ANOTHER_EXAMPLE())
        assert not another.ephemeral
        assert "Film — " in text(another)
    assert (await server.ask("search", words="bridge")).components
    assert count_logged(caplog, "make room on its disk") == 2  # for the change, and once for all draws
    disk.free()
    saved = await server.press(preferences, PRIVATE)
    assert setting_texts.privacy_line(private=True, member=True) in text(saved)


@pytest.mark.simcord(check_errors=False)
async def test_a_damaged_state_is_logged_once_and_answered_each_time(
    server: ServerRig, state_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    preferences = await server.ask("preferences")
    state = server.bot.state
    assert isinstance(state, SqliteState)
    await state._connection.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")
    [(root,)] = await state.fetch_all("SELECT rootpage FROM sqlite_schema WHERE name = 'member_preference'")
    overwrite(state_path, (root - 1) * 4096, 4096)
    for connection in (state._connection, state._read_connection):
        await connection.execute_fetchall("PRAGMA shrink_memory")  # cached pages would not be read again
    for _ in range(2):
        answer = await server.press(preferences, PRIVATE)
        error_id = text(answer).split("**")[1]
        assert (answer.ephemeral, text(answer)) == (True, texts.data_damaged(error_id))
        assert count_logged(caplog, error_id) == 1
    assert count_logged(caplog, "is damaged") == count_logged(caplog, "bigrun restore PATH") == 1


async def test_a_damaged_corpus_is_rebuilt_at_the_start(
    server: ServerRig, tmp_path: Path, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    damaged = settings_in(tmp_path, settings)
    overwrite(damaged.corpus_path, 0, 100)
    await server.restart(damaged)
    assert await server.bot.corpus.count(Scope()) == 60
    [line] = [record.getMessage() for record in caplog.records if "corpus.db.damaged-1" in record.getMessage()]
    assert str(damaged.corpus_path) in line


async def test_a_damaged_state_stops_the_start_unchanged(tmp_path: Path, settings: Settings, state_path: Path) -> None:
    async with open_state(state_path):
        pass
    overwrite(state_path, 0, 4096)
    before = contents(tmp_path)
    async with create_bot(settings) as bot:
        with pytest.raises(DatabaseDamagedError, match=r"bigrun restore PATH.*bigrun run --memory-state"):
            await bot.setup_hook()
    assert contents(tmp_path) == before | {"state.db.lock": b""}


async def test_a_newer_state_stops_the_start_unchanged(tmp_path: Path, settings: Settings, state_path: Path) -> None:
    async with open_sqlite_state(state_path) as state:
        await state._connection.execute("PRAGMA user_version = 99")
    before = contents(tmp_path)["state.db"]
    async with create_bot(settings) as bot:
        with pytest.raises(NewerSchemaError, match="Update Big Run"):
            await bot.setup_hook()
    assert contents(tmp_path)["state.db"] == before


async def test_a_second_bot_is_refused_and_the_first_works_on(server: ServerRig, settings: Settings) -> None:
    async with create_bot(settings) as second:
        with pytest.raises(DatabaseInUseError, match="Stop that one"):
            await second.setup_hook()
    position = texts.shuffle_position(1, 21, Markdown("Film"))
    assert position in text(await server.ask("random", medium="film"))


async def test_without_a_state_the_bot_remembers_in_memory(
    server: ServerRig, tmp_path: Path, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    await server.restart(replace(settings, state_location=None))
    before = contents(tmp_path)
    assert len({number(await server.ask("random", medium="film")) for _ in range(21)}) == 21
    await server.press(await server.ask("preferences"), PRIVATE)
    assert (await server.ask("random")).ephemeral
    await server.bot.close()
    assert count_logged(caplog, MEMORY_STATE_WARNING) == 1
    assert contents(tmp_path) == before


async def test_a_post_that_cannot_be_stored_is_sent_later(server: ServerRig, caplog: pytest.LogCaptureFixture) -> None:
    state = server.bot.state
    assert isinstance(state, SqliteState)
    background = BackgroundTasks(server.bot)
    background.poster = poster(server)
    await set_daily(server, at="6:00")
    await set_daily(server, at="6:00", channel=server.guild.create_text_channel("other"))
    server.env.backend.clock.advance(6 * HOUR)
    await state._connection.execute("PRAGMA query_only = ON")
    for _ in range(3):
        await background._run_logged(background.poster.post_due)
    assert count_logged(caplog, "Upkeep waits.") == 1
    assert not [record for record in caplog.records if record.exc_info]
    assert posts(server) == []
    await state._connection.execute("PRAGMA query_only = OFF")
    await background._run_logged(background.poster.post_due)
    assert len(posts(server)) == 1
