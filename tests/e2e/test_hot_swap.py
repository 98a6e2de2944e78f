"""A running bot serves what is loaded, removed or replaced, and no answer mixes two states of the corpus."""

import asyncio
from pathlib import Path

import pytest

from bot.corpus.quarantine import quarantine
from bot.corpus.scope import Scope
from bot.corpus.writer import open_writer
from bot.database.file_identity import file_identity
from bot.database.snapshots import has_wal
from bot.ingest.loader import load, remove
from bot.ingest.site_tables import SiteTables
from bot.render.texts import examples as texts
from bot.settings import Settings
from tests.e2e.conftest import ServerRig, sent_commands
from tests.e2e.message_view import text
from tests.e2e.test_faults import count_logged

pytestmark = pytest.mark.slow  # each test runs a bot of its own

POLL_SECONDS = 1.0


def source(word: str) -> str:
    rows = [f"* ''Film/{word}{number}'': {word} runs, {word} again." for number in range(1, 6)]
    return "----\n[[folder:Film]]\n" + "\n".join(rows) + "\n[[/folder]]\n"


class Host:
    """Loads pages into the corpus of a running bot."""

    def __init__(self, folder: Path, tables: SiteTables) -> None:
        self.pages, self.corpus, self._tables = folder / "pages", folder / "corpus.db", tables
        self.pages.mkdir()

    async def load(self, **words: str) -> None:
        """Load a page for each name, whose examples all have its word."""
        for name, word in words.items():
            (self.pages / f"{name}.txt").write_text(source(word))
        await load([self.pages], self.corpus, self._tables)

    async def remove(self, name: str) -> None:
        (self.pages / f"{name}.txt").unlink()
        await remove(name, self.corpus, self._tables)


@pytest.fixture
async def host(tmp_path: Path, tables: SiteTables) -> Host:
    host = Host(tmp_path, tables)
    await host.load(BigHeroicRun="first")
    return host


@pytest.fixture
def settings(host: Host, tmp_path: Path, tables_at_hand: None) -> Settings:
    state = tmp_path / "state.db"
    return Settings(corpus_path=host.corpus, state_location=state, page_folders=(host.pages,), shard_count=1)


async def wait_for_poll(server: ServerRig) -> None:
    await server.env.advance_time(POLL_SECONDS)


async def test_a_changed_page_is_served_without_a_restart(server: ServerRig, host: Host) -> None:
    assert "first" in text(await server.ask("random"))
    await host.load(BigHeroicRun="second")
    await wait_for_poll(server)
    assert "second" in text(await server.ask("random"))
    assert await server.offered("work", "title", "second")
    assert not await server.offered("work", "title", "first")


async def test_an_answer_is_made_from_the_corpus_of_its_beginning(server: ServerRig, host: Host) -> None:
    with server.bot.serving.lease() as services:
        await host.load(BigHeroicRun="second")
        await wait_for_poll(server)
        assert server.bot.corpus is not services.corpus
        assert (await services.corpus.search("first", Scope(), 1, 5)).total == 5
        assert (await services.corpus.search("second", Scope(), 1, 5)).total == 0
        assert server.bot.serving.has_older
    await asyncio.gather(*server.bot.serving._closing)
    assert not server.bot.serving.has_older


async def test_a_bulk_load_is_served_when_its_indexes_are_rebuilt(
    server: ServerRig, host: Host, tables: SiteTables, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.corpus.writer.BULK_MIN_TROPES", 0)
    async with open_writer(host.corpus) as writer:
        await writer.begin_bulk_load(5)
        await wait_for_poll(server)
        assert "first" in text(await server.ask("search", words="first"))
        assert "first" in text(await server.ask("random"))
        await writer.finish_bulk_load()
    await host.load(BigHeroicRun="second", PowerWalk="walker")
    await wait_for_poll(server)
    assert "second" in text(await server.ask("search", words="second"))


async def test_the_wal_is_emptied_after_a_load(server: ServerRig, host: Host) -> None:
    await host.load(BigHeroicRun="second")
    assert has_wal(host.corpus)
    for _ in range(4):
        await wait_for_poll(server)
    assert not has_wal(host.corpus)
    assert "second" in text(await server.ask("random"))


async def test_the_corpus_is_one_file_after_the_bot_stopped(server: ServerRig, host: Host) -> None:
    await host.load(BigHeroicRun="second")
    await server.bot.close()
    assert [path.name for path in host.corpus.parent.glob("corpus.db-*")] == []


async def test_trope_commands_appear_with_the_second_trope(server: ServerRig, host: Host) -> None:
    assert len(sent_commands(server.env)) == 1
    await host.load(PowerWalk="walker")
    await wait_for_poll(server)
    assert len(sent_commands(server.env)) == 2
    assert '"trope"' in sent_commands(server.env)[-1]
    answer = (await server.ann.slash(server.channel, "trope random", trope="Power Walk")).response
    assert "walker" in text(answer)
    await host.remove("PowerWalk")
    await wait_for_poll(server)
    answer = (await server.ann.slash(server.channel, "trope random")).response
    assert (answer.ephemeral, text(answer)) == (True, texts.ONE_TROPE())
    assert len(sent_commands(server.env)) == 2


async def test_an_unusable_corpus_is_logged_once_and_the_old_one_serves(
    server: ServerRig, host: Host, caplog: pytest.LogCaptureFixture
) -> None:
    moved = quarantine(host.corpus, file_identity(host.corpus), "damaged")
    assert moved
    host.corpus.write_bytes(b"no database" * 1000)
    for _ in range(3):
        await wait_for_poll(server)
        assert "first" in text(await server.ask("random"))
    assert count_logged(caplog, "Serving the corpus as it was") == 1


async def test_a_rebuilt_corpus_file_is_served(server: ServerRig, host: Host) -> None:
    assert quarantine(host.corpus, file_identity(host.corpus), "damaged")
    await wait_for_poll(server)
    await host.load(BigHeroicRun="second")
    await wait_for_poll(server)
    assert "second" in text(await server.ask("random"))
    await host.load(BigHeroicRun="third")
    await wait_for_poll(server)
    assert "third" in text(await server.ask("random"))


async def test_a_corpus_file_from_another_machine_is_served(
    server: ServerRig, host: Host, tables: SiteTables, tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    other = Host(tmp_path / "other", tables)
    await other.load(BigHeroicRun="second")
    assert quarantine(host.corpus, file_identity(host.corpus), "older")
    other.corpus.rename(host.corpus)
    await wait_for_poll(server)
    assert "second" in text(await server.ask("random"))
