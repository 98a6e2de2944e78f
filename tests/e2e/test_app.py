"""The bot itself: when it registers commands, how it answers errors, and what it loads at the start."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from unittest.mock import AsyncMock

import pytest
import simcord

from bot.client.bot import create_bot
from bot.errors import DatabaseError, SourceError
from bot.render.texts import examples as texts
from bot.settings import Settings
from tests.e2e.conftest import ServerRig, open_server, sent_commands, simulated_discord
from tests.e2e.message_view import text


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    folder = tmp_path / "pages"
    folder.mkdir()
    return folder


@asynccontextmanager
async def started(settings: Settings) -> AsyncIterator[ServerRig]:
    async with simulated_discord(settings) as env:
        yield open_server(env)


async def test_commands_are_registered_at_the_first_start_only(server: ServerRig, settings: Settings) -> None:
    assert len(sent_commands(server.env)) == 1
    await server.restart(settings)
    assert len(sent_commands(server.env)) == 1


@pytest.mark.simcord(check_errors=False)
async def test_an_error_is_answered_with_a_code_from_the_log(
    server: ServerRig, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = await server.ask("random")
    monkeypatch.setattr(server.bot.services.shuffler, "draw", AsyncMock(side_effect=DatabaseError("It is gone.")))
    for answer in (await server.ask("random"), await server.press(card, texts.ANOTHER_EXAMPLE())):
        error_id = text(answer).split("**")[1]
        assert (answer.ephemeral, text(answer)) == (True, texts.unexpected_error(error_id))
        assert any(error_id in record.getMessage() and record.exc_info for record in caplog.records)


@pytest.mark.simcord(check_errors=False)
async def test_a_command_of_an_older_version_is_answered(server: ServerRig) -> None:
    server.bot.tree.remove_command("bigrun")
    assert text(await server.ask("random")) == texts.OUTDATED_BUTTON()


async def test_a_second_start_loads_nothing(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    async with started(settings):
        assert any("1 unchanged" in record.getMessage() for record in caplog.records)


async def test_a_bad_source_keeps_the_old_examples(
    settings: Settings, pages: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (pages / "BigHeroicRun.txt").write_text("nothing here")
    async with started(replace(settings, page_folders=(pages,))) as server:
        assert "Big Heroic Run" in text(await server.ask("random"))
    assert any("no examples found" in record.getMessage() for record in caplog.records)


async def test_a_start_without_pages_and_corpus_fails(settings: Settings, tmp_path: Path) -> None:
    async with create_bot(
        replace(settings, page_folders=(tmp_path / "nowhere",), corpus_path=tmp_path / "corpus.db")
    ) as bot:
        with pytest.raises(SourceError, match="nowhere does not exist"):
            await bot.setup_hook()


async def test_an_empty_corpus_is_explained(settings: Settings, pages: Path, tmp_path: Path) -> None:
    async with started(replace(settings, page_folders=(pages,), corpus_path=tmp_path / "corpus.db")) as server:
        assert text(await server.ask("random")) == texts.CORPUS_EMPTY()


async def test_a_failed_command_sync_does_not_stop_the_bot(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    env = simcord.Env(bot := create_bot(settings), strict_sync=False)
    env.inject_error("PUT", "/applications/*/commands", status=500)
    await env.start()
    assert await bot.state.synced_commands_hash(f"{bot.application_id} global") is None
    await env.shutdown()
    await bot.close()
    assert any("Command sync failed" in record.getMessage() for record in caplog.records)
