"""The bot itself: commands that are sent when they changed, errors that are answered, stores that are closed."""

import json
import logging
from dataclasses import replace
from pathlib import Path

import pytest
import simcord

from bot.client.bot import TropeBot, create_bot
from bot.errors import DatabaseError, SourceError
from bot.settings import Settings
from tests.e2e import message_view
from tests.e2e.conftest import ServerRig, sent_commands
from tests.e2e.restarts import restart


async def test_commands_are_sent_at_the_first_start_and_not_again(simcord_env: simcord.Env, settings: Settings) -> None:
    assert len(sent_commands(simcord_env)) == 1
    again = create_bot(settings)
    await restart(simcord_env, again)
    await again.close()
    assert len(sent_commands(simcord_env)) == 1


async def test_commands_are_offered_in_servers_direct_messages_and_to_users_own_installs(
    simcord_env: simcord.Env,
) -> None:
    [commands] = [json.loads(body) for body in sent_commands(simcord_env)]
    assert [command["name"] for command in commands] == ["bigrun", "Find examples like this", "Remove this answer"]
    command = commands[0]
    assert command["contexts"] == [0, 1, 2]
    assert command["integration_types"] == [0, 1]
    assert [option["name"] for option in command["options"]] == [
        "random", "medium", "search", "work", "show", "about", "preferences", "settings", "daily",
    ]  # fmt: skip


@pytest.mark.simcord(check_errors=False)
async def test_an_error_is_answered_kindly_and_its_mark_stands_in_the_log(
    server: ServerRig, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    bot = server.env.bot
    assert isinstance(bot, TropeBot)

    async def broken(*_: object) -> None:
        raise DatabaseError("The database is gone.")

    monkeypatch.setattr(bot.services.shuffler, "draw", broken)
    answer = await server.ask("random")
    assert answer.ephemeral
    text = message_view.text(answer)
    assert text.startswith("Sorry, something went wrong.")
    assert "database" not in text
    mark = text.split("**")[1]
    assert any(mark in record.getMessage() and record.exc_info for record in caplog.records)


async def test_an_error_behind_a_button_is_answered_too(server: ServerRig, monkeypatch: pytest.MonkeyPatch) -> None:
    card = await server.ask("random")

    async def broken(*_: object) -> None:
        raise ValueError

    monkeypatch.setattr(server.env.bot.services.shuffler, "draw", broken)  # type: ignore[attr-defined]
    answer = await server.press(card, message_view.buttons(card)["Another"]["custom_id"])
    assert message_view.text(answer).startswith("Sorry")


@pytest.mark.simcord(check_errors=False)
async def test_a_command_of_an_older_version_is_answered(server: ServerRig) -> None:
    server.env.bot.tree.remove_command("bigrun")  # type: ignore[attr-defined]
    assert "older version" in message_view.text(await server.ask("random"))


async def test_a_second_start_loads_nothing(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    async with simcord.run(create_bot(settings)) as env:
        await env.bot.close()
    assert any("1 unchanged" in record.getMessage() for record in caplog.records)


async def test_a_bad_source_keeps_the_old_examples_and_is_reported(
    settings: Settings, corpus_path: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "BigHeroicRun.txt").write_text("nothing here")
    async with simcord.run(create_bot(replace(settings, sources_dir=pages))) as env:
        channel = env.create_guild().create_text_channel("general")
        answer = await env.guild.add_member(env.create_user("ann")).slash(channel, "bigrun random")
        await env.bot.close()
    assert "Big Heroic Run" in message_view.text(answer.response)
    assert any("no examples found" in record.getMessage() for record in caplog.records)


async def test_without_pages_and_corpus_the_bot_does_not_start_and_says_why(settings: Settings, tmp_path: Path) -> None:
    bot = create_bot(replace(settings, sources_dir=tmp_path / "nowhere", corpus_path=tmp_path / "corpus.db"))
    async with bot:
        with pytest.raises(SourceError, match="nowhere does not exist"):
            await bot.setup_hook()


async def test_with_an_empty_folder_members_are_told_that_nothing_is_loaded(settings: Settings, tmp_path: Path) -> None:
    pages = tmp_path / "pages"
    pages.mkdir()
    bot = create_bot(replace(settings, sources_dir=pages, corpus_path=tmp_path / "corpus.db"))
    async with simcord.run(bot) as env:
        channel = env.create_guild().create_text_channel("general")
        answer = await env.guild.add_member(env.create_user("ann")).slash(channel, "bigrun random")
        await bot.close()
    assert "don’t have any examples yet" in message_view.text(answer.response)


async def test_a_failed_sync_does_not_stop_the_bot(
    settings: Settings, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    bot = create_bot(settings)
    env = simcord.Env(bot, strict_sync=False)
    env.inject_error("PUT", "/applications/*/commands", status=500)
    await env.start()
    scope = f"{bot.application_id} global"
    assert await bot.state.synced_commands_hash(scope) is None
    await env.shutdown()
    await bot.close()
    assert any("Command sync failed" in record.getMessage() for record in caplog.records)
