"""The bot's owner loads and removes tropes from Discord, and nobody else can."""

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import discord
import pytest

from bot.components.admin_ids import AdminAction, AdminRequest
from bot.components.custom_ids import ADMIN_PREFIX
from bot.ingest.loader import load
from bot.ingest.site_tables import SiteTables
from bot.ingest.uploads import MAX_AGE_SECONDS, MAX_UPLOAD_BYTES
from bot.model import Trope
from bot.render.markdown import Markdown, escape
from bot.render.texts import admin as texts
from bot.render.texts import examples as example_texts
from bot.settings import ROOT, Settings
from tests.e2e.conftest import ServerRig, open_server
from tests.e2e.message_view import buttons, menu, text
from tests.e2e.test_hot_swap import source, wait_for_poll

pytestmark = pytest.mark.slow  # each test runs a bot of its own

WALK, RUN = Markdown("PowerWalk"), Markdown("BigHeroicRun")
ACCEPTED, INVITED = 2, 1


@pytest.fixture
def application(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Return what Discord says of the application besides what simcord says."""
    said: dict[str, Any] = {}
    fetch = discord.http.HTTPClient.application_info

    async def application_info(http: discord.http.HTTPClient) -> Any:
        return {**await fetch(http), **said}

    monkeypatch.setattr(discord.http.HTTPClient, "application_info", application_info)
    return said


@pytest.fixture
async def settings(tmp_path: Path, tables: SiteTables, tables_at_hand: None) -> Settings:
    pages, corpus = tmp_path / "pages", tmp_path / "corpus.db"
    pages.mkdir()
    (pages / "BigHeroicRun.txt").write_text(source("first"))
    await load([pages], corpus, tables)
    return Settings(corpus_path=corpus, state_location=tmp_path / "state.db", page_folders=(pages,), shard_count=1)


class Admin:
    """The owner `mod`, in the server where the bot can be administered."""

    def __init__(self, server: ServerRig, settings: Settings, application: dict[str, Any]) -> None:
        self.server, self._application = server, application
        self.settings = replace(settings, admin_guild_id=server.guild.id)
        self.pages = settings.own_pages

    async def restart(self, **changes: Any) -> None:
        """Start the bot with another owner or team, in a server that lets everybody see its commands."""
        self._application.update(changes)
        await self.server.restart(self.settings)
        everybody = dict.fromkeys((self.server.ann, self.server.ben, self.server.mod), True)
        for command in self.server.env.backend.commands[self.server.guild.id].values():
            self.server.guild.set_command_permissions(int(command["id"]), everybody)

    async def upload(self, name: str, data: bytes | str, member: Any = None) -> Any:
        encoded = data.encode() if isinstance(data, str) else data
        asker = member or self.server.mod
        return (await asker.slash(self.server.channel, "bigrun-admin load", file=(name, encoded))).response

    async def tropes(self, member: Any = None) -> Any:
        return (await (member or self.server.mod).slash(self.server.channel, "bigrun-admin tropes")).response

    async def press(self, message: Any, label: str, member: Any = None) -> Any:
        return await self.server.press(message, label, member or self.server.mod)

    async def choose(self, message: Any, trope: str) -> Any:
        return await self.server.select(message, menu(message)["custom_id"], [Trope(trope, "").ref], self.server.mod)

    def files(self) -> set[str]:
        return {path.name for path in self.pages.iterdir()}

    def uploads(self) -> list[Path]:
        return [*self.settings.corpus_path.with_name("corpus.db.uploads").iterdir()]


def user(member: Any) -> dict[str, Any]:
    return {"id": str(member.id), "username": "owner", "discriminator": "0", "avatar": None}


def team(*members: tuple[Any, int, str]) -> dict[str, Any]:
    listed = [
        {"user": user(member), "team_id": "7", "membership_state": state, "role": role, "permissions": ["*"]}
        for member, state, role in members
    ]
    return {"id": "7", "name": "team", "icon": None, "owner_user_id": "7", "members": listed}


@pytest.fixture
async def admin(server: ServerRig, settings: Settings, application: dict[str, Any]) -> Admin:
    admin = Admin(server, settings, application)
    await admin.restart(owner=user(server.mod))
    return admin


async def test_an_uploaded_page_is_reported_then_served(admin: Admin) -> None:
    card = await admin.upload("PowerWalk.txt", source("walker") + "* walker: [[spoiler:open\n")
    assert card.ephemeral
    assert texts.counts(6, 5, 1) in text(card)
    assert "doubtful" in text(card)
    assert admin.files() == {"BigHeroicRun.txt"}
    answer = await admin.press(card, texts.LOAD_IT())
    assert (answer.ephemeral, text(answer)) == (True, texts.loaded(WALK, 6))
    assert admin.files() == {"BigHeroicRun.txt", "PowerWalk.txt"}
    assert admin.uploads() == []
    await wait_for_poll(admin.server)
    answer = (await admin.server.ann.slash(admin.server.channel, "trope random", trope="Power Walk")).response
    assert "walker" in text(answer)


async def test_the_report_shows_nothing_that_the_page_hides(admin: Admin) -> None:
    bullets = "* ''Film/Xyzzy'': runs, [[spoiler:plugh\n* [[spoiler:Plugh]]\n"
    page = f"----\n[[folder:[[spoiler:Plugh]]]]\n{bullets}[[/folder]]\n"
    assert "plugh" not in str((await admin.upload("PowerWalk.txt", page)).components).casefold()


async def test_a_saved_subpage_is_stored_under_its_own_name(admin: Admin) -> None:
    saved = ROOT / "tests" / "wiki" / "cases" / "saved" / "SubpageAlphabet.html"
    card = await admin.upload("../../Saved page (1).HTML", saved.read_bytes())
    await admin.press(card, texts.LOAD_IT())
    [stored] = admin.files() - {"BigHeroicRun.txt"}
    assert stored.endswith(".html")
    assert stored.count(".") == 2
    assert (admin.pages / stored).read_bytes() == saved.read_bytes()


@pytest.mark.parametrize(
    ("name", "data", "answer"),
    [
        pytest.param("PowerWalk.txt", "Nothing here.", "no examples found", id="no example"),
        pytest.param("PowerWalk.txt", b"\x00\x01\x02\x03" * 500, "is not text", id="binary"),
        pytest.param("PowerWalk.txt", b"", "is empty", id="empty"),
        pytest.param("walk (1).txt", source("walker"), texts.UNNAMED_PAGE(), id="no name"),
        pytest.param("pages.zip", b"PK\x03\x04" + b"\0" * 99, "is a zip", id="zip"),
        pytest.param("table.csv", "trope,work,text\na,b,c\n", "is an export or a table", id="table"),
        pytest.param("Walk.txt", b"x" * (MAX_UPLOAD_BYTES + 1), texts.too_large(10), id="too large"),
        pytest.param("Walk.txt", b"* a\n" * 600_000, "is over 2 MiB", id="too long"),
    ],
)
async def test_files_that_are_no_page_are_refused(admin: Admin, name: str, data: Any, answer: str) -> None:
    card = await admin.upload(name, data)
    assert card.ephemeral
    assert answer in text(card).replace("\\", "")
    assert buttons(card) == {}
    assert str(admin.pages.parent) not in text(card)
    assert not admin.settings.corpus_path.with_name("corpus.db.uploads").exists() or admin.uploads() == []


@pytest.mark.parametrize(
    ("read", "answer"), [(b"x" * (MAX_UPLOAD_BYTES + 1), texts.too_large(10)), (OSError(), texts.DOWNLOAD_FAILED())]
)
async def test_downloads_are_bounded_and_may_fail(
    admin: Admin, monkeypatch: pytest.MonkeyPatch, read: bytes | Exception, answer: str
) -> None:
    async def download(*_: Any, **__: Any) -> bytes:
        if isinstance(read, Exception):
            raise read
        return read

    monkeypatch.setattr(discord.Attachment, "read", download)
    assert text(await admin.upload("PowerWalk.txt", source("walker"))) == answer


async def test_a_page_is_replaced_after_asking(admin: Admin) -> None:
    (admin.pages / "BigHeroicRun.txt").rename(admin.pages / "Main.BigHeroicRun.txt")
    card = await admin.upload("BigHeroicRun.txt", source("second"))
    question = await admin.press(card, texts.LOAD_IT())
    assert text(question) == texts.ask_replace(RUN, [escape("Main.BigHeroicRun.txt")])
    assert "first" in (admin.pages / "Main.BigHeroicRun.txt").read_text()
    assert text(await admin.press(question, texts.REPLACE_IT())) == texts.loaded(RUN, 5)
    assert admin.files() == {"BigHeroicRun.txt", "Main.BigHeroicRun.txt.before"}
    await wait_for_poll(admin.server)
    assert "second" in text(await admin.server.ask("random"))
    await admin.restart()
    assert "second" in text(await admin.server.ask("random"))
    question = await admin.press(await admin.upload("BigHeroicRun.txt", source("second")), texts.LOAD_IT())
    assert text(await admin.press(question, texts.REPLACE_IT())) == texts.unchanged(RUN)


async def test_a_loaded_page_without_a_file_is_replaced_after_asking(admin: Admin) -> None:
    (admin.pages / "BigHeroicRun.txt").unlink()
    card = await admin.upload("BigHeroicRun.txt", source("second"))
    assert text(await admin.press(card, texts.LOAD_IT())) == texts.ask_replace(RUN, [])


async def test_an_upload_outlives_a_restart(admin: Admin) -> None:
    card = await admin.upload("PowerWalk.txt", source("walker"))
    await admin.restart()
    assert text(await admin.press(card, texts.LOAD_IT())) == texts.loaded(WALK, 5)


async def test_an_upload_is_loaded_once(admin: Admin) -> None:
    card = await admin.upload("PowerWalk.txt", source("walker"))
    load_it = str(buttons(card)[texts.LOAD_IT()]["custom_id"])
    await admin.press(card, texts.LOAD_IT())
    shown = await admin.server.ask("random")
    assert text(await admin.server.forge(shown, load_it, admin.server.mod)) == example_texts.OUTDATED_BUTTON()


async def test_uploads_expire_and_can_be_cancelled(admin: Admin) -> None:
    cards = [await admin.upload("PowerWalk.txt", source("walker")) for _ in range(2)]
    assert text(await admin.press(cards[0], texts.CANCEL())) == texts.CANCELLED()
    [left] = admin.uploads()
    os.utime(left, (0, left.stat().st_mtime - MAX_AGE_SECONDS - 1))
    assert text(await admin.press(cards[1], texts.LOAD_IT())) == example_texts.OUTDATED_BUTTON()
    assert admin.files() == {"BigHeroicRun.txt"}


async def test_an_unwritable_folder_is_reported_and_nothing_is_lost(admin: Admin) -> None:
    card = await admin.upload("PowerWalk.txt", source("walker"))
    (admin.pages / "PowerWalk.txt").mkdir()
    assert "cannot be written" in text(await admin.press(card, texts.LOAD_IT()))
    assert len(admin.uploads()) == 1
    (admin.pages / "PowerWalk.txt").rmdir()


async def test_a_removed_trope_stays_removed(admin: Admin) -> None:
    await admin.press(await admin.upload("PowerWalk.txt", source("walker")), texts.LOAD_IT())
    await wait_for_poll(admin.server)
    question = await admin.choose(await admin.tropes(), "PowerWalk")
    assert text(question) == texts.ask_remove(Markdown("Power Walk"), 5)
    answer = await admin.press(question, texts.REMOVE_IT())
    assert text(answer) == texts.removed(Markdown("Power Walk"), [escape("PowerWalk.txt")], [])
    await wait_for_poll(admin.server)
    again = AdminRequest(AdminAction.REMOVE, Trope("PowerWalk", "").ref).custom_id
    assert text(await admin.server.forge(await admin.tropes(), again, admin.server.mod)) == texts.TROPE_GONE()
    await admin.restart()
    assert "Power Walk" not in text(await admin.tropes())


FORGED = [f"{ADMIN_PREFIX}:{action}:{value}" for action in AdminAction for value in ("", Trope("BigHeroicRun", "").ref)]


async def test_others_can_neither_use_nor_forge_anything(admin: Admin) -> None:
    server, stranger = admin.server, admin.server.ann
    card = await admin.upload("PowerWalk.txt", source("walker"))
    upload_id = str(buttons(card)[texts.LOAD_IT()]["custom_id"]).split(":")[2]
    for answer in (await admin.upload("PowerWalk.txt", source("evil"), stranger), await admin.tropes(stranger)):
        assert (answer.ephemeral, text(answer)) == (True, texts.OWNER_ONLY())
    elsewhere = open_server(server.env)
    own = [f"{ADMIN_PREFIX}:{action}:{upload_id}" for action in AdminAction]
    for rig in (server, elsewhere):
        shown = await rig.ask("random")
        for custom_id in (*own, *FORGED, "d99:l:"):
            answer = await rig.forge(shown, custom_id, rig.ann)
            assert (answer.ephemeral, text(answer)) == (True, texts.OWNER_ONLY())
    assert len(admin.uploads()) == 1
    assert admin.files() == {"BigHeroicRun.txt"}


async def test_the_commands_are_offered_in_the_admin_server_only(admin: Admin) -> None:
    offered = admin.server.env.backend.commands
    [command] = offered[admin.server.guild.id].values()
    assert (command["name"], command["default_member_permissions"]) == ("bigrun-admin", 0)
    assert "bigrun-admin" not in {command["name"] for command in offered[None].values()}


async def test_the_owner_cannot_use_cards_elsewhere(admin: Admin) -> None:
    elsewhere = open_server(admin.server.env)
    owner = elsewhere.guild.add_member(admin.server.mod.user)
    answer = await elsewhere.forge(await elsewhere.ask("random"), AdminRequest(AdminAction.LIST, "1").custom_id, owner)
    assert text(answer) == example_texts.OUTDATED_BUTTON()


@pytest.mark.parametrize(
    ("state", "role", "allowed"),
    [(ACCEPTED, "developer", True), (INVITED, "admin", False), (ACCEPTED, "read_only", False), (None, "", False)],
)
async def test_accepted_team_members_are_owners(admin: Admin, state: int | None, role: str, allowed: bool) -> None:
    members = [(admin.server.ann, state, role)] if state else []
    await admin.restart(team=team((admin.server.ben, ACCEPTED, "admin"), *members))
    assert (texts.TROPES_TITLE() in text(await admin.tropes(admin.server.ann))) is allowed
    assert texts.TROPES_TITLE() in text(await admin.tropes(admin.server.ben))
    assert text(await admin.tropes()) == texts.OWNER_ONLY()
