"""Writes docs/commands.md from the command tree: `python -m tests.generate_docs`."""

import asyncio
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from discord import app_commands

from bot.client import bot as client_bot
from bot.client.bot import create_bot
from bot.conversation.shuffle import Rounds
from bot.corpus.reader import open_corpus
from bot.settings import ROOT, Settings
from bot.state.location import open_state

COMMANDS = ROOT / "docs" / "commands.md"
HEAD = """# Commands

Made from the commands themselves by `make docs`.
"""
TROPE = "----\n* ''Film/RunLolaRun'': runs.\n"


async def commands_document() -> str:
    """Returns docs/commands.md as the commands of today would have it."""
    with tempfile.TemporaryDirectory() as folder:
        bot = create_bot(_two_tropes(Path(folder)))
        async with bot:
            await bot.load_sources()
            async with (
                open_corpus(bot.settings.corpus_path) as bot.corpus,
                open_state(bot.settings.state_location) as bot.state,
            ):
                bot.rounds = Rounds(bot.corpus, bot.state)
                for cog in client_bot.EXTENSIONS:
                    await bot.load_extension(cog)
                return HEAD + "".join(_document(bot.tree))


def _two_tropes(folder: Path) -> Settings:
    """Returns settings with two tropes, since there are commands that need more than one."""
    for name in ("BigHeroicRun", "PowerWalk"):
        (folder / f"{name}.txt").write_text(TROPE, encoding="utf-8")
    return Settings(corpus_path=folder / "corpus.db", state_location=folder / "state.db", sources_dir=folder)


def _document(tree: app_commands.CommandTree[client_bot.TropeBot]) -> Iterator[str]:
    for command in tree.walk_commands():
        if isinstance(command, app_commands.Group):
            yield f"\n## `/{command.qualified_name}`\n\n{command.description}.\n"
        else:
            yield f"\n### `/{command.qualified_name}`\n\n{command.description}.\n"
            yield "".join(_options(command))
    yield "\n## In the menu of a message\n\n"
    for menu in tree.get_commands():
        if isinstance(menu, app_commands.ContextMenu):
            yield f"- *{menu.name}*\n"


def _options(command: app_commands.Command[Any, ..., Any]) -> Iterator[str]:
    if command.parameters:
        yield "\n| option | | what it is |\n|---|---|---|\n"
    for option in command.parameters:
        needed = "needed" if option.required else ""
        yield f"| `{option.display_name}` | {needed} | {option.description} |\n"


if __name__ == "__main__":
    COMMANDS.write_text(asyncio.run(commands_document()), encoding="utf-8")
