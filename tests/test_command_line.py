"""The command line as an operator uses it. What mistakes print is in `e2e/frozen`."""

import asyncio
import re
import signal
from pathlib import Path
from shutil import copyfile

import pytest

from bot.__main__ import read_environment
from bot.client.preview import BANNER
from bot.errors import SettingsError
from bot.ingest.sources import LOOKED_FOR
from bot.settings import COPY_IT_AGAIN, ROOT
from bot.state.location import open_state
from tests.cli_runner import Cli
from tests.state.fault_injection import overwrite

PAGE = str(ROOT / "data" / "tropes" / "BigHeroicRun.txt")


def test_load_reports_loaded_unchanged_and_rejected_sources(cli: Cli, tmp_path: Path) -> None:
    assert cli.run("load").stdout.endswith("\nLoaded 1 trope (60 examples), 0 unchanged, 0 rejected.\n")
    bad = tmp_path / "Bad.txt"
    bad.write_text("nothing")
    assert _outcome(cli, "load", str(bad), PAGE) == (
        1,
        "Loaded 0 tropes (0 examples), 1 unchanged, 1 rejected.\n",
        f"{bad}: no examples found. Skipped; the examples loaded before are unchanged.\n",
    )


def test_check_counts_examples_and_writes_nothing(cli: Cli, tmp_path: Path) -> None:
    result = cli.run("check", PAGE)
    assert result.returncode == 0
    counts = dict(re.findall(r"^(\S.*?) {2,}(\d+) ", result.stdout, re.MULTILINE))
    assert (counts["Film — Live-Action"], counts["All"]) == ("19", "60")
    assert "row 87: no work is named" in result.stdout
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_export_finds_a_trope_in_any_case(cli: Cli, corpus_path: Path) -> None:
    copyfile(corpus_path, cli.folder / "corpus.db")
    exported = cli.run("export", "--trope", "bigheroicrun").stdout
    assert exported == cli.run("export").stdout
    assert exported.count("\n") == 61


def test_a_closed_pipe_ends_the_output_quietly(cli: Cli) -> None:
    with cli.start("check", "--json", PAGE) as process:
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == 0


@pytest.mark.slow
def test_a_state_is_backed_up_and_restored(cli: Cli) -> None:
    async def write_state(payload: str) -> None:
        async with open_state(cli.folder / "state.db") as state:
            await state.save_synced_commands_hash("1 global", payload)

    asyncio.run(write_state("before"))
    assert _outcome(cli, "backup", "copy.db") == (0, "Copied the state to copy.db: 1 row.\n", "")
    exists = "copy.db exists already. Name another file, or replace it with --overwrite.\n"
    assert _outcome(cli, "backup", "copy.db") == (1, "", exists)
    asyncio.run(write_state("after"))
    restored = f"Restored the state from copy.db: 1 row. The old state is now {cli.folder / 'state.db.replaced-1'}.\n"
    assert _outcome(cli, "restore", "copy.db") == (0, restored, "")
    missing = "There is no backup at nothing.db: nothing was changed.\n"
    assert _outcome(cli, "restore", "nothing.db") == (1, "", missing)


def _outcome(cli: Cli, *arguments: str) -> tuple[int, str, str]:
    """Return the exit status, the last line of the output, and the errors."""
    result = cli.run(*arguments)
    return result.returncode, "".join(result.stdout.splitlines(keepends=True)[-1:]), result.stderr


def test_load_moves_a_damaged_corpus_away(cli: Cli, corpus_path: Path) -> None:
    corpus = Path(copyfile(corpus_path, cli.folder / "corpus.db"))
    overwrite(corpus, 0, 100)
    assert _outcome(cli, "load") == (
        0,
        "Loaded 1 trope (60 examples), 0 unchanged, 0 rejected.\n",
        f"The corpus {corpus} is damaged. It was moved to corpus.db.damaged-1 and is rebuilt from the page sources.\n",
    )


@pytest.mark.parametrize("words", [("load",), ("check",), ("preview",)])
@pytest.mark.slow
def test_a_folder_without_pages_is_an_error_that_names_others(cli: Cli, tmp_path: Path, words: tuple[str, ...]) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    status, _, error = _outcome(cli, *words, str(folder))
    assert (status, error) == (1, f"There is no page in {folder}. Looked for {LOOKED_FOR}. There is no file.\n")
    for number in range(7):
        (folder / f"notes{number}.pdf").write_bytes(b"%PDF")
    status, _, error = _outcome(cli, *words, str(folder))
    assert status == 1
    assert error.endswith("other files: notes0.pdf, notes1.pdf, notes2.pdf, notes3.pdf, notes4.pdf and 2 more.\n")
    assert not (tmp_path / "corpus.db").exists()


@pytest.mark.parametrize("words", [("export",), ("list",), ("remove", "BigHeroicRun")])
@pytest.mark.slow
def test_a_missing_corpus_is_named_with_the_command_that_makes_it(cli: Cli, words: tuple[str, ...]) -> None:
    missing = f"There is no corpus at {cli.folder / 'corpus.db'} yet: run bigrun load\n"
    assert _outcome(cli, *words) == (1, "", missing)
    assert list(cli.folder.iterdir()) == []


def test_help_names_every_command(cli: Cli) -> None:
    text = cli.run("--help").stdout
    commands = ("run", "preview", "load", "list", "remove", "check", "export", "backup", "restore")
    assert [command for command in commands if f" {command} " not in text] == []


def test_a_port_out_of_range_is_a_usage_error(cli: Cli) -> None:
    assert cli.run("preview", "--port", "99999999").returncode == 2


@pytest.mark.slow
def test_preview_shows_an_address_and_ends_with_ctrl_c(cli: Cli) -> None:
    with cli.start("preview") as process:
        assert process.stdout.readline().startswith("http://127.0.0.1:")
        assert process.stdout.readline() == BANNER + "\n"
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=20)
    assert (process.returncode, errors) == (0, "")


@pytest.mark.slow
def test_preview_shows_given_pages_and_leaves_the_corpus_alone(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "PowerWalk.txt").write_text("----\n* ''Film/RunLolaRun'': walks.\n")
    (tmp_path / "Bad.txt").write_text("nothing")
    with cli.start("preview", str(tmp_path / "PowerWalk.txt"), str(tmp_path / "Bad.txt")) as process:
        address, _, note = (process.stdout.readline() for _ in range(3))
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=20)
    assert address.startswith("http://127.0.0.1:")
    assert note == "Loaded 1 trope (1 examples), 0 unchanged, 1 rejected. Try /trope random.\n"
    assert (process.returncode, errors.count("\n")) == (0, 1)
    assert not (tmp_path / "corpus.db").exists()


@pytest.mark.parametrize(("name", "error"), [("missing.txt", "does not exist"), ("Bad.txt", "no examples found")])
@pytest.mark.slow
def test_preview_of_what_is_no_page_is_an_error(cli: Cli, tmp_path: Path, name: str, error: str) -> None:
    (tmp_path / "Bad.txt").write_text("nothing")
    result = cli.run("preview", name)
    assert (result.returncode, result.stdout) == (1, "")
    assert error in result.stderr


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"DISCORD_TOKEN=\xff", r"bigrun\.env cannot be read \(it is not UTF-8 text\)"),
        (b"# mine\nDISCORD TOKEN: x\n", r"Line 2 of .*bigrun\.env is no NAME=value"),
        (b"BIGRUN_HOME=/elsewhere", r"BIGRUN_HOME is set in .*bigrun\.env, which is read after it"),
    ],
)
def test_a_wrong_env_file_is_one_line(
    content: bytes, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bigrun.env").write_bytes(content)
    monkeypatch.setenv("BIGRUN_HOME", str(tmp_path))
    with pytest.raises(SettingsError, match=reason):
        read_environment()


def test_a_missing_token_names_an_env_file_elsewhere(cli: Cli) -> None:
    (cli.folder / ".env").write_text("DISCORD_TOKEN=x")
    result = cli.run("run", environment={"BIGRUN_HOME": str(cli.folder / "home")})
    assert result.returncode == 2
    assert f"{cli.folder}/.env was not read: settings belong into {cli.folder}/home/bigrun.env." in result.stderr


def test_a_malformed_token_is_refused_before_discord_is_asked(cli: Cli) -> None:
    result = cli.run("run", environment={"DISCORD_TOKEN": "abcdefghij" * 3})
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == f"DISCORD_TOKEN does not look like a bot's token. {COPY_IT_AGAIN}\n"
    assert list(cli.folder.iterdir()) == []


def test_output_to_a_pipe_is_always_utf_8(cli: Cli) -> None:
    result = cli.run("doctor", environment={"PYTHONIOENCODING": "cp1252"})
    assert "→" in result.stdout
    assert "Traceback" not in result.stderr


def test_home_alone_keeps_everything_in_one_folder(cli: Cli) -> None:
    home = cli.folder / "home"
    (home / "tropes").mkdir(parents=True)
    (home / "tropes" / "PowerWalk.txt").write_text("A walk.\n----\n!!Examples:\n* ''Film/{{Alien}}'': They walk.\n")
    only_home = {"BIGRUN_HOME": str(home), "BIGRUN_CORPUS": " ", "BIGRUN_STATE": " "}
    result = cli.run("load", environment=only_home)
    assert result.stdout.endswith("Loaded 2 tropes (61 examples), 0 unchanged, 0 rejected.\n")
    assert sorted(path.name for path in home.iterdir() if path.suffix == ".db") == ["corpus.db"]
