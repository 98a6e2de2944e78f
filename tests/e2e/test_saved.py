"""Saved examples survive restarts and edits of their page, and follow the settings of where they are shown."""

from dataclasses import replace
from typing import Any

import pytest

from bot.components.custom_ids import SettingAction
from bot.components.saved_ids import SavedAction, SavedRequest
from bot.ingest.loader import load
from bot.ingest.site_tables import SiteTables
from bot.model.names import work_ref
from bot.model.preferences import DeletionSummary, PrivacyReason, SpoilerMode
from bot.render.markdown import Markdown
from bot.render.texts import examples as texts
from bot.render.texts import saved as saved_texts
from bot.render.texts import settings as setting_texts
from bot.settings import Settings
from bot.state.preferences import GuildSetting, MemberPreference, PreferenceStore
from cogs.command_base import DEFAULT_REF
from tests.conftest import PAGE_SOURCE
from tests.e2e.conftest import ServerRig
from tests.e2e.message_view import buttons, menu, number, text
from tests.e2e.test_hot_swap import wait_for_poll

pytestmark = pytest.mark.slow  # each test runs a bot of its own

FIREFLY, SERENITY = 42, 12
OPEN = SavedRequest(SavedAction.OPEN).custom_id


async def save(server: ServerRig, *numbers: int, member: Any = None) -> Any:
    """Save examples from public cards and return the last confirmation."""
    for each in numbers:
        answer = await server.press(await server.ask("show", number=each), saved_texts.SAVE(), member)
        assert answer.ephemeral
    return answer


def names(message: Any) -> list[str]:
    """Return the titles on a list, as its menu to remove them has them, without their numbers."""
    options = menu(message, SavedRequest(SavedAction.REMOVE, "1").custom_id)["options"]
    return [option["label"].partition(". ")[2] or option["label"] for option in options]


async def choose(server: ServerRig, message: Any, custom_id: str, index: int = 0) -> Any:
    return await server.select(message, custom_id, [menu(message, custom_id)["options"][index]["value"]])


async def test_a_saved_example_is_listed_opened_and_shared(server: ServerRig) -> None:
    assert text(await save(server, SERENITY, FIREFLY)) == saved_texts.saved(Markdown("Firefly"))
    listed = await server.ask("saved")
    assert (listed.ephemeral, names(listed)) == (True, ["Firefly", "Serenity"])
    opened = await choose(server, listed, OPEN, 1)
    assert (opened.ephemeral, number(opened)) == (True, SERENITY)
    shared = await server.press(opened, texts.SHARE())
    assert (shared.ephemeral, number(shared)) == (False, SERENITY)
    assert text(await server.ask("saved", server.ben)) == saved_texts.LIST_EMPTY()


async def test_saving_is_for_whoever_presses(server: ServerRig) -> None:
    await save(server, FIREFLY, member=server.ben)
    assert text(await server.ask("saved")) == saved_texts.LIST_EMPTY()
    assert names(await server.ask("saved", server.ben)) == ["Firefly"]


async def test_saving_is_undone_and_done_again(server: ServerRig) -> None:
    undone = await server.press(await save(server, FIREFLY), saved_texts.UNDO())
    assert text(undone) == saved_texts.removed(Markdown("Firefly"))
    assert text(await server.ask("saved")) == saved_texts.LIST_EMPTY()
    await server.press(undone, saved_texts.SAVE())
    again = await save(server, FIREFLY)
    assert text(again) == saved_texts.already_saved(Markdown("Firefly"))
    assert names(await server.ask("saved")) == ["Firefly"]
    assert text(await server.press(again, saved_texts.REMOVE())) == saved_texts.removed(Markdown("Firefly"))


async def test_a_list_has_pages_and_survives_a_restart(server: ServerRig, settings: Settings) -> None:
    await save(server, *range(1, 10))
    listed = await server.ask("saved")
    await server.restart(settings)
    second = await server.press(listed, texts.NEXT_PAGE())
    remove = SavedRequest(SavedAction.REMOVE, "2").custom_id
    assert [option["label"] for option in menu(second, remove)["options"]] == [
        "2. Neon Genesis Evangelion",
        "1. Danganronpa 3",
    ]
    both = [option["value"] for option in menu(second, remove)["options"]]
    first = await server.select(second, remove, both)
    assert len(names(first)) == 7
    assert texts.NEXT_PAGE() not in buttons(first)


async def test_forget_me_deletes_the_list(server: ServerRig, settings: Settings) -> None:
    await save(server, FIREFLY, SERENITY)
    asked = await server.press(await server.ask("preferences"), setting_texts.FORGET_ME())
    forgotten = await server.press(asked, setting_texts.FORGET_NOW())
    assert text(forgotten) == setting_texts.deletion_summary(DeletionSummary(saved=2))
    await server.restart(settings)
    assert text(await server.ask("saved")) == saved_texts.LIST_EMPTY()


@pytest.mark.parametrize(
    ("mode", "notice", "veils"),
    [
        pytest.param(SpoilerMode.TAGS, "", [False], id="tags"),
        pytest.param(SpoilerMode.WHOLE_CARD, "", [False, True, False], id="whole text"),
        pytest.param(SpoilerMode.EXCLUDE, texts.spoilers_excluded(by_server=True), [False], id="skipped"),
    ],
)
async def test_a_list_follows_the_servers_spoiler_mode(
    server: ServerRig, mode: SpoilerMode, notice: str, veils: list[bool]
) -> None:
    await save(server, FIREFLY, SERENITY)
    listed = await server.ask("saved")
    await server.change_setting(SettingAction.GUILD_SPOILERS, [mode.value])
    stale, listed = await choose(server, listed, OPEN, 1), await server.ask("saved")
    assert names(listed) == ["Serenity", "Firefly"]
    assert notice in text(listed)
    assert len(menu(listed, OPEN)["options"]) == (1 if notice else 2)
    assert [part["spoiler"] for part in stale.components if "spoiler" in part] == veils
    assert not notice or text(stale) == notice


async def test_what_a_member_leaves_out_is_opened_and_saved_on_demand(server: ServerRig) -> None:
    await save(server, FIREFLY)
    preferences = PreferenceStore(server.bot.state)
    await preferences.set_member_preference(server.ann.user.id, MemberPreference.SPOILERS, [SpoilerMode.EXCLUDE])
    listed = await server.ask("saved")
    assert names(listed) == ["Firefly"]
    assert texts.spoilers_excluded(by_server=False) in text(listed)
    refused = await choose(server, listed, OPEN)
    assert text(refused) == texts.spoilers_excluded(by_server=False)
    opened = await server.press(refused, texts.show_left_out(1))
    assert number(opened) == FIREFLY
    assert texts.SHARE() not in buttons(opened)
    assert text(await server.press(opened, saved_texts.SAVE())) == saved_texts.already_saved(Markdown("Firefly"))
    assert saved_texts.about_the_text(FIREFLY, 76) in text(await server.press(opened, saved_texts.WRONG()))


async def hide_work(server: ServerRig) -> None:
    await PreferenceStore(server.bot.state).hide(server.guild.id, GuildSetting.WORK, [work_ref("Firefly")])


async def hide_medium(server: ServerRig) -> None:
    await server.change_setting(SettingAction.GUILD_MEDIA, ["live-action-tv"])


@pytest.mark.parametrize("hide", [hide_work, hide_medium])
async def test_what_a_server_hides_is_not_named_there(server: ServerRig, hide: Any) -> None:
    card = await server.ask("show", number=FIREFLY)
    await save(server, FIREFLY, SERENITY)
    await hide(server)
    listed = await server.ask("saved")
    assert names(listed) == ["Serenity", saved_texts.HIDDEN_NAME()]
    assert "Firefly" not in str(listed.components)
    assert text(await server.press(card, saved_texts.SAVE(), server.ben)) == texts.HIDDEN_BY_SERVER()
    assert text(await server.ask("saved", server.ben)) == saved_texts.LIST_EMPTY()
    other = server.env.create_guild("Other Club")
    elsewhere = other.add_member(server.ann.user).slash(other.create_text_channel("general"), "bigrun saved")
    assert names((await elsewhere).response) == ["Serenity", "Firefly"]


async def test_a_hidden_trope_is_not_named(server: ServerRig) -> None:
    card = await server.ask("show", number=FIREFLY)
    await save(server, FIREFLY)
    stale = await server.ask("saved")
    await PreferenceStore(server.bot.state).hide(server.guild.id, GuildSetting.TROPE, [DEFAULT_REF])
    listed = await server.ask("saved")
    assert names(listed) == [saved_texts.HIDDEN_NAME()]
    assert "Firefly" not in str(listed.components)
    assert "Heroic" not in str(listed.components)
    assert text(await choose(server, stale, OPEN)) == texts.CORPUS_EMPTY()
    assert text(await server.press(card, saved_texts.SAVE(), server.ben)) == texts.EXAMPLE_GONE()


@pytest.mark.parametrize("mode", SpoilerMode)
async def test_a_wrong_text_is_traced_to_its_line(server: ServerRig, settings: Settings, mode: SpoilerMode) -> None:
    card = await server.ask("show", number=FIREFLY)
    await server.restart(replace(settings, feedback_url="https://example.org/new"))
    await server.change_setting(SettingAction.GUILD_SPOILERS, [mode.value])
    report = await server.press(card, saved_texts.WRONG())
    assert report.ephemeral
    assert texts.why_private(PrivacyReason.REPORT) in text(report)
    assert saved_texts.about_the_text(FIREFLY, 76) in text(report)
    assert "https://tvtropes.org/pmwiki/pmwiki.php/Main/BigHeroicRun" in text(report)
    assert buttons(report)[saved_texts.TELL_HOST()]["url"] == "https://example.org/new"


async def test_notes_lead_to_a_report_without_a_hosts_address(server: ServerRig) -> None:
    notes = await server.press(await server.ask("show", number=14), texts.notes_button(1))
    report = await server.press(notes, saved_texts.SOMETHING_WRONG())
    assert report.ephemeral
    assert saved_texts.about_the_text(14, 36) in text(report)
    assert list(buttons(report)) == [texts.OPEN_ON_TV_TROPES()]


class TestEditedPage:
    """A page that a host edits while its examples are on lists."""

    @pytest.fixture
    def settings(self, tmp_path: Any, tables_at_hand: None) -> Settings:
        (tmp_path / "pages").mkdir()
        (tmp_path / "pages" / PAGE_SOURCE.name).write_bytes(PAGE_SOURCE.read_bytes())
        return Settings(
            corpus_path=tmp_path / "corpus.db", state_location=tmp_path / "state.db",
            page_folders=(tmp_path / "pages",), shard_count=1,
        )  # fmt: skip

    async def edit(self, server: ServerRig, tables: SiteTables, old: str, new: str) -> None:
        settings = server.bot.settings
        file = settings.page_folders[0] / PAGE_SOURCE.name
        source = file.read_text(encoding="utf-8")
        assert old in source
        file.write_text(source.replace(old, new, 1), encoding="utf-8")
        await load(list(settings.page_folders), settings.corpus_path, tables)
        await wait_for_poll(server)

    async def test_a_moved_example_is_found_again(self, server: ServerRig, tables: SiteTables) -> None:
        await save(server, FIREFLY)
        old_card = await server.ask("show", number=SERENITY)
        await self.edit(
            server, tables, "[[folder:", "[[folder:Film]]\n* ''Film/Newcomer'': runs.\n[[/folder]]\n[[folder:"
        )
        listed = await server.ask("saved")
        assert names(listed) == ["Firefly"]
        assert number(await choose(server, listed, OPEN)) == FIREFLY + 1
        # Its number is another example's now.
        assert text(await server.press(old_card, saved_texts.SAVE())) == texts.EXAMPLE_GONE()

    async def test_a_gone_example_is_named_and_can_be_removed(self, server: ServerRig, tables: SiteTables) -> None:
        await save(server, FIREFLY)
        stale = await server.ask("saved")
        await self.edit(server, tables, "''Series/{{Firefly}}''", "''Series/{{Firefly}}'' as edited")
        assert text(await choose(server, stale, OPEN)) == texts.EXAMPLE_GONE()
        listed = await server.ask("saved")
        assert names(listed) == ["Firefly"]
        assert saved_texts.NO_LONGER_ON_PAGE() in text(listed)
        await hide_work(server)
        assert "Firefly" not in str((await server.ask("saved")).components)
        emptied = await choose(server, listed, SavedRequest(SavedAction.REMOVE, "1").custom_id)
        assert text(emptied) == saved_texts.LIST_EMPTY()
