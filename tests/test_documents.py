"""What is written for people is held against what runs."""

import re
import tomllib
from pathlib import Path

import pytest

from bot.__main__ import cli
from bot.client.bot import create_bot
from bot.corpus.reader import open_corpus
from bot.settings import ROOT, SETTING_NAMES, Settings
from bot.state.location import open_state
from tests.generate_docs import COMMANDS, commands_document

README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.fixture
async def commands(corpus_path: Path, tmp_path: Path) -> list[str]:
    """Every slash command as the README writes it, with its options."""
    bot = create_bot(Settings(corpus_path=corpus_path, state_location=tmp_path / "state.db"))
    async with bot, open_corpus(corpus_path) as bot.corpus, open_state(bot.settings.state_location) as bot.state:
        bot.create_services()
        await bot.load_extension("cogs.examples")
        return [_written(command) for command in bot.tree.walk_commands() if hasattr(command, "parameters")]


def _written(command: object) -> str:
    options = [f"<{p.display_name}>" if p.required else f"[{p.display_name}]" for p in command.parameters]  # type: ignore[attr-defined]
    return " ".join([f"/{command.qualified_name}", *options])  # type: ignore[attr-defined]


async def test_the_readme_names_every_command_with_its_options(commands: list[str]) -> None:
    table = README.split("<!-- commands -->")[1].split("<!-- /commands -->")[0]
    assert re.findall(r"`(/[^`]+)`", table) == commands


async def test_the_list_of_commands_is_that_of_the_commands() -> None:
    assert COMMANDS.read_text(encoding="utf-8") == await commands_document(), "run `make docs`"


def test_operations_lists_every_setting() -> None:
    operations = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    assert tuple(re.findall(r"^\| `([A-Z_]+)` \|", operations, re.MULTILINE)) == SETTING_NAMES


def test_the_documents_name_only_commands_that_exist() -> None:
    for document in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]:
        named = re.findall(r"(?:\.venv/bin/|`)bigrun ([a-z]+)", document.read_text(encoding="utf-8"))
        assert set(named) - set(cli.commands) == set(), document.name


def test_every_file_that_the_documents_link_to_is_there() -> None:
    for document in ROOT.glob("*.md"):
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", document.read_text(encoding="utf-8")):
            assert (ROOT / target).exists(), f"{document.name} links to {target}"


def _named_tests() -> list[str]:
    return re.findall(
        r"`(tests/[\w/]+\.py::\w+)`", (ROOT / "tests" / "security" / "README.md").read_text(encoding="utf-8")
    )


def test_every_line_of_threats_names_a_test() -> None:
    rows = re.findall(
        r"^\| (?!threat|-)(.+?) \|.+\|(.+)\|$",
        (ROOT / "tests" / "security" / "README.md").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    rows = [row for row in rows if not row[0].startswith("---")]
    assert len(rows) > 20
    assert [threat for threat, shown in rows if "::test_" not in shown] == []


@pytest.mark.parametrize("name", sorted(set(_named_tests())))
def test_every_test_that_the_threats_are_shown_by_is_there(name: str) -> None:
    path, test = name.split("::")
    assert re.search(rf"^(?:async )?def {test}\(", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE)


def test_every_locked_package_is_pinned_by_hash() -> None:
    packages = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))["package"]
    files = {
        package["name"]: [*package.get("wheels", ()), *filter(None, [package.get("sdist")])] for package in packages
    }
    own = files.pop("bigrun")
    assert own == []
    assert [name for name, found in files.items() if not found] == []
    unsure = [
        name
        for name, found in files.items()
        for file in found
        if not re.fullmatch(r"sha256:[0-9a-f]{64}", file["hash"])
    ]
    assert unsure == []
