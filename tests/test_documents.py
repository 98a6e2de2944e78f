"""What is written for people is held against what runs."""

import re
from pathlib import Path

import pytest
from typer.main import get_command

from bot.__main__ import app
from bot.app import create_bot
from bot.settings import ROOT, Settings
from bot.store import Rounds, open_corpus, open_state
from tests.documents import COMMANDS, commands_document

README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.fixture
async def commands(corpus_path: Path, tmp_path: Path) -> list[str]:
    """Every slash command as the README writes it, with its options."""
    bot = create_bot(Settings(corpus=corpus_path, state=tmp_path / "state.db"))
    async with bot, open_corpus(corpus_path) as bot.corpus, open_state(bot.settings.state) as bot.state:
        bot.rounds = Rounds(bot.corpus, bot.state)
        await bot.load_extension("cogs.bigrun")
        return [_written(command) for command in bot.tree.walk_commands() if hasattr(command, "parameters")]


def _written(command: object) -> str:
    options = [f"<{p.display_name}>" if p.required else f"[{p.display_name}]" for p in command.parameters]  # type: ignore[attr-defined]
    return " ".join([f"/{command.qualified_name}", *options])  # type: ignore[attr-defined]


async def test_the_readme_names_every_command_with_its_options(commands: list[str]) -> None:
    table = README.split("<!-- commands -->")[1].split("<!-- /commands -->")[0]
    assert re.findall(r"`(/[^`]+)`", table) == commands


async def test_the_list_of_commands_is_that_of_the_commands() -> None:
    assert COMMANDS.read_text(encoding="utf-8") == await commands_document(), "run `make documents`"


def test_the_readme_names_every_setting() -> None:
    keys = re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE)
    assert re.findall(r"^\| `([A-Z_]+)` \|", README, re.MULTILINE) == keys


def test_the_readme_names_every_command_of_the_command_line() -> None:
    named = re.findall(r"^\| `bigrun ([a-z]+)", README, re.MULTILINE)
    assert set(named) == set(get_command(app).commands)  # type: ignore[attr-defined]


def test_every_file_that_the_documents_link_to_is_there() -> None:
    for document in ROOT.glob("*.md"):
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", document.read_text(encoding="utf-8")):
            assert (ROOT / target).exists(), f"{document.name} links to {target}"


async def test_the_privacy_statement_names_every_table_and_column_of_the_state(tmp_path: Path) -> None:
    rows = re.findall(r"^\| `(\w+)` \| (.+?) \|", (ROOT / "PRIVACY.md").read_text(encoding="utf-8"), re.MULTILINE)
    stated = {(table, column) for table, columns in rows for column in re.findall(r"`(\w+)`", columns)}
    async with open_state(tmp_path / "state.db") as state:
        kept = await state.rows(
            "SELECT tables.name, columns.name FROM sqlite_schema AS tables, pragma_table_info(tables.name) AS columns"
            " WHERE tables.type = 'table'"
        )
    assert stated == {tuple(row) for row in kept}
