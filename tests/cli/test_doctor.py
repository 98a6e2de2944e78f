"""`bigrun doctor` reports every problem and changes nothing."""

import json
import os
import time
from dataclasses import replace
from email.utils import formatdate
from pathlib import Path
from shutil import copyfile
from unittest.mock import AsyncMock

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.cli import doctor
from bot.cli.doctor import Finding, Status
from bot.client.run import run_bot
from bot.settings import SETTING_NAMES, Settings
from bot.state.location import open_state
from bot.state.schema import STATE_SPEC
from tests.cli_runner import Cli
from tests.full_disk import Disk
from tests.state.fault_injection import contents, overwrite, set_version

TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GabcDE.abcdefghijklmnopqrstuvwxyz-0123456789A"
OK, WARNING, ERROR = Status.OK, Status.WARNING, Status.ERROR


@pytest.fixture(autouse=True)
def _no_discord(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "API_URL", "http://127.0.0.1:9/api/v10")  # nothing listens there


async def _findings(env: dict[str, str], folder: Path) -> dict[str, Finding]:
    return {finding.check: finding async for finding in doctor.run_checks({"BIGRUN_HOME": str(folder), **env})}


async def test_a_new_installation_is_healthy_and_nothing_is_created(tmp_path: Path) -> None:
    findings = await _findings({"DISCORD_TOKEN": TOKEN}, tmp_path)
    assert {check: finding.status for check, finding in findings.items()} == dict.fromkeys(
        ("sqlite", ".env", "settings", "home", "token", "pages", "corpus", "state", "disk", "clock"), OK
    ) | {"discord": WARNING}
    assert contents(tmp_path) == {}
    # The invite link is shown, the token is not.
    assert "client_id=123456789012345678&scope=bot+applications.commands" in findings["token"].message
    assert [finding for finding in findings.values() if TOKEN.split(".")[2] in str(finding)] == []


@pytest.mark.parametrize("value", ["a" * 32, TOKEN.replace("MTIz", "YWJj")])
def test_a_malformed_token_is_an_error_and_not_shown(value: str) -> None:
    finding = doctor.check_token(value)
    assert finding.status is ERROR
    assert value not in str(finding)
    assert "Reset Token" in finding.fix


async def test_wrong_and_misspelt_settings_are_reported(tmp_path: Path) -> None:
    findings = await _findings({"BIGRUN_SHARD_COUNT": "many"}, tmp_path)
    assert findings["settings"].status is ERROR
    assert "BIGRUN_SHARD_COUNT: 'many' is not" in findings["settings"].message
    [misspelt] = doctor.check_setting_names({"BIGRUN_SHARDS_COUNT": "2", "BIGRUN_STATE": "x", "OTHER": "y"})
    assert (misspelt.status, misspelt.fix) == (WARNING, "Did you mean BIGRUN_SHARD_COUNT?")
    assert list(doctor.check_setting_names(dict.fromkeys(SETTING_NAMES, "x"))) == []


@pytest.fixture
def env_file(tmp_path: Path) -> Path:
    path = tmp_path / "bigrun.env"
    path.write_text("DISCORD_TOKEN=x")
    return path


@pytest.mark.parametrize(("mode", "status"), [(0o600, OK), (0o640, WARNING), (0o604, WARNING), (0o400, OK)])
def test_an_env_file_readable_by_others_is_a_warning(env_file: Path, mode: int, status: Status) -> None:
    env_file.chmod(mode)
    finding = doctor.check_env_file(env_file)
    assert (finding.status, finding.fix) == (status, f"chmod 600 {env_file}" if status is WARNING else "")


def test_a_start_warns_of_a_readable_env_file(
    env_file: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    env_file.chmod(0o644)
    monkeypatch.setattr("bot.client.run.configure_logging", lambda *_, **__: "human")
    monkeypatch.setattr("bot.client.run.run", AsyncMock())
    run_bot(replace(Settings.from_mapping({"BIGRUN_HOME": str(env_file.parent)}), state_location=None))
    assert [record.getMessage() for record in caplog.records if record.name == "bot.client.run"] == [
        f"{env_file} can be read by other users of this machine (mode 0644). To fix it: chmod 600 {env_file}"
    ]


async def test_an_old_sqlite_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "sqlite_support", lambda: ("3.30.0", "it is older than 3.37.0"))
    findings = await _findings({}, tmp_path)
    assert (findings["sqlite"].status, findings["sqlite"].message) == (ERROR, "SQLite 3.30.0: it is older than 3.37.0.")
    assert {"corpus", "state"}.isdisjoint(findings)  # neither can be opened


@pytest.mark.parametrize(("is_checkout", "fix"), [(True, "git checkout data"), (False, "Install Big Run again.")])
def test_an_installed_bot_is_not_told_to_use_git(
    is_checkout: bool, fix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "IS_CHECKOUT", is_checkout)
    monkeypatch.setattr("bot.settings.ROOT", tmp_path)
    finding = doctor.check_sources(Settings())
    assert (finding.status, finding.fix) == (ERROR, fix)


async def test_an_unusable_state_is_an_error_and_unchanged(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    async with open_state(path):
        pass
    assert (await doctor.check_state(path)).status is OK
    for version, fix in ((STATE_SPEC.version + 1, "Update"), (STATE_SPEC.version - 1, "Move it away")):
        set_version(path, version)
        before = contents(tmp_path)
        finding = await doctor.check_state(path)
        assert (finding.status, fix in finding.fix) == (ERROR, True)
        assert contents(tmp_path) == before
    overwrite(path, 0, 4096)
    assert "bigrun restore" in (await doctor.check_state(path)).fix
    assert (await doctor.check_state(Path(__file__))).status is ERROR


async def test_a_damaged_corpus_warns_and_a_wrong_database_fails(tmp_path: Path, corpus_path: Path) -> None:
    path = Path(copyfile(corpus_path, tmp_path / "corpus.db"))
    assert (await doctor.check_corpus(path)).status is OK
    overwrite(path, 0, 100)
    assert (await doctor.check_corpus(path)).status is WARNING
    state = tmp_path / "state.db"
    async with open_state(state):
        pass
    assert (await doctor.check_corpus(state)).status is ERROR


async def test_an_unreachable_postgresql_is_an_error_without_its_password() -> None:
    finding = await doctor.check_state("postgresql://bigrun:hunter2@127.0.0.1:9/bigrun")
    assert finding.status is ERROR
    assert "hunter2" not in str(finding)


@pytest.mark.parametrize(
    "state",
    [
        "postgresql://bigrun:hunter2/x@127.0.0.1/bigrun",
        "postgresql://bigrun:1/hunter2@127.0.0.1/bigrun",
        "postgresql://bigrun:1?hunter2@127.0.0.1/bigrun",
        "postgresql://bigrun:1#hunter2@127.0.0.1/bigrun",
        "postgresql://bigrun:[hunter2@127.0.0.1/bigrun",
        "postgresql://bigrun:hunter2@127.0.0.1:port/bigrun",
        "postgresql:/bigrun:hunter2@127.0.0.1/bigrun",
        "bigrun:hunter2@127.0.0.1/bigrun",
        "PostgreSQL://bigrun:hunter2",
    ],
)
async def test_an_address_that_cannot_be_read_is_not_shown(tmp_path: Path, state: str) -> None:
    findings = await _findings({"BIGRUN_STATE": state}, tmp_path)
    assert findings["settings"].status is ERROR
    assert findings["settings"].message.startswith("BIGRUN_STATE: the value is not ")
    assert "hunter2" not in str(findings)
    if "@" in state and state.startswith("postgresql://"):
        assert "hunter2" not in (message := (await doctor.check_state(state)).message)
        assert message.startswith("The address of the state is not ")


async def test_a_wrong_value_in_an_address_is_a_sentence() -> None:
    finding = await doctor.check_state("postgresql://bigrun:hunter2@127.0.0.1/bigrun?port=hunter2")
    assert finding.status is ERROR
    assert "hunter2" not in str(finding)


def test_unreadable_sources_warn_and_missing_sources_fail(tmp_path: Path) -> None:
    settings = Settings(page_folders=(tmp_path,), corpus_path=tmp_path / "corpus.db")
    assert doctor.check_sources(settings).status is ERROR
    settings.corpus_path.touch()
    assert doctor.check_sources(settings).status is WARNING
    for name in ("Good.txt", "not good.txt", "neither this.txt"):
        (tmp_path / name).write_text("text")
    finding = doctor.check_sources(settings)
    assert finding.status is WARNING
    assert finding.message.endswith("1 more cannot be read either.")


def test_a_nearly_full_disk_is_an_error(disk: Disk, tmp_path: Path) -> None:
    [finding] = doctor.check_disk_space([disk.path / "folder" / "state.db", disk.path / "corpus.db"])
    assert (finding.status, finding.message) == (ERROR, f"2 MiB free at {disk.path}.")
    [finding] = doctor.check_disk_space([tmp_path / "state.db"])
    assert finding.status is OK


def test_a_read_only_folder_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    [finding] = doctor.check_disk_space([tmp_path / "state.db"])
    assert (finding.status, finding.message) == (ERROR, f"{tmp_path} cannot be written to.")


def test_a_clock_behind_a_files_date_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    path.touch()
    assert doctor.check_clock([path, None], time.time()).status is OK
    assert doctor.check_clock([path], time.time() - 3600).status is ERROR


@pytest.mark.parametrize(("offset", "status"), [(0.0, OK), (-10.0, WARNING), (3600.0, ERROR)])
async def test_discords_clock_is_compared(monkeypatch: pytest.MonkeyPatch, offset: float, status: Status) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(headers={"Date": formatdate(time.time() + offset, usegmt=True)})

    application = web.Application()
    application.router.add_get("/gateway", answer)
    async with TestServer(application) as server:
        monkeypatch.setattr(doctor, "API_URL", str(server.make_url("")).rstrip("/"))
        assert (await doctor.check_discord_clock()).status is status


@pytest.mark.slow
def test_doctor_prints_each_check_and_exits_1_on_errors(cli: Cli) -> None:
    result = cli.run("doctor")
    assert (result.returncode, result.stderr) == (1, "")
    lines = result.stdout.splitlines()
    assert lines[0].startswith("ok      sqlite    SQLite 3.")
    assert any(line.startswith("error   token     DISCORD_TOKEN is not set. → Create an application") for line in lines)
    [discord] = [line for line in lines if " discord " in line]
    assert "Asked https://discord.com/api/v10/gateway for the time, without the token" in discord
    assert lines[-1].startswith("Errors: 1")
    result = cli.run("doctor", "--json", environment={"DISCORD_TOKEN": TOKEN})
    assert result.returncode == 0
    findings = [json.loads(line) for line in result.stdout.splitlines()]
    assert set(findings[0]) == {"check", "status", "message", "fix"}
    assert TOKEN not in result.stdout
