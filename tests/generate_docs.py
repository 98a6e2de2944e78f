"""Write docs/commands.md and .env.example from the code: `python -m tests.generate_docs`."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from discord import app_commands

from bot.client import bot as client_bot
from bot.client.bot import create_bot
from bot.corpus.reader import open_corpus
from bot.settings import ROOT, Settings, env_example
from bot.state.location import open_state

COMMANDS, ENV_EXAMPLE = ROOT / "docs" / "commands.md", ROOT / ".env.example"
HEAD = """# Commands

Made by `make docs`.

## Shared options

"""
# The rest of the commands' options are described where they are first used.
SHARED_OPTIONS = ("medium", "work", "spoilers", "private", "trope")
MANAGER_COMMANDS = ("settings", "daily")
EXAMPLE_VALUES = {
    "medium": "film",
    "name": "tv",
    "words": "car chase",
    "title": "Run Lola Run",
    "number": "7",
    "seen": "Run Lola Run",
    "at": "18:30",
    "zone": "Europe/Berlin",
    "trope": "Power Walk",
}
# Shown in an example although they can be left out.
SHOWN_OPTIONS = {"random": "medium", "preferences": "seen"}
ADMIN_GUILD = 10**17
TROPE_SOURCE = "----\n* ''Film/RunLolaRun'': runs.\n"

AnyCommand = app_commands.Command[Any, ..., Any]
Tree = app_commands.CommandTree[client_bot.TropeBot]


async def commands_document() -> str:
    """Return docs/commands.md for the commands of today."""
    async with command_tree() as tree:
        return HEAD + "".join(document_lines(tree))


@asynccontextmanager
async def command_tree() -> AsyncIterator[Tree]:
    """Return all commands, those of the admin server too, during the block."""
    with tempfile.TemporaryDirectory() as folder:
        bot = create_bot(write_two_tropes(Path(folder)))
        async with bot:
            await bot.source_loader.load()
            async with (
                open_corpus(bot.settings.corpus_path) as corpus,
                open_state(bot.settings.state_location) as bot.state,
            ):
                bot.serving.replace(bot.create_services(corpus), AsyncExitStack())
                for cog in client_bot.EXTENSIONS:
                    await bot.load_extension(cog)
                yield bot.tree


def write_two_tropes(folder: Path) -> Settings:
    """Write two page sources, because `/trope` needs more than one; return settings that load them."""
    for name in ("BigHeroicRun", "PowerWalk"):
        (folder / f"{name}.txt").write_text(TROPE_SOURCE, encoding="utf-8")
    return Settings(
        corpus_path=folder / "corpus.db",
        state_location=folder / "state.db",
        page_folders=(folder,),
        admin_guild_id=ADMIN_GUILD,
    )


def document_lines(tree: Tree) -> Iterator[str]:
    commands = [command for command in tree.walk_commands() if isinstance(command, app_commands.Command)]
    options = {o.display_name: o for command in commands for o in command.parameters if not o.required}
    for name in SHARED_OPTIONS:
        yield f"- `{name}`: {sentence(options[name].description)}\n"
    described = set(SHARED_OPTIONS)
    for command in tree.walk_commands():
        if isinstance(command, app_commands.Group):
            yield f"\n## `/{command.qualified_name}`\n\n{sentence(command.description)}\n\n"
        else:
            yield f"- **{command.name}**: {sentence(command.description)}\n"
            yield from option_lines(command, described)
            yield f"  `{example(command)}`\n"
    yield "\n## Menu of a message\n\n"
    menus = (menu.name for menu in tree.get_commands() if isinstance(menu, app_commands.ContextMenu))
    yield f"Right-click or long-press a message, then *Apps*: {', '.join(f'*{name}*' for name in menus)}.\n"


def option_lines(command: AnyCommand, described: set[str]) -> Iterator[str]:
    """Yield the command's own options, the names of the others, and the permission that it needs."""
    named = []
    for option in command.parameters:
        name = f"`{option.display_name}`" + (" (required)" if option.required else "")
        if option.display_name in described and not (option.required and option.display_name in SHARED_OPTIONS):
            named.append(name)
        else:
            described.add(option.display_name)
            yield f"  {name}: {sentence(option.description)}\n"
    if named:
        yield f"  Options: {', '.join(named)}.\n"
    if command.name in MANAGER_COMMANDS:
        yield "  Needs *Manage Server*.\n"


def sentence(description: str) -> str:
    return description if description.endswith("…") else f"{description}."


def example(command: AnyCommand) -> str:
    """Return what a member types, such as "/bigrun random medium:film"."""
    optional = SHOWN_OPTIONS.get(command.name)
    shown = [o.display_name for o in command.parameters if o.required or o.display_name == optional]
    return " ".join([f"/{command.qualified_name}", *(f"{name}:{EXAMPLE_VALUES[name]}" for name in shown)])


if __name__ == "__main__":
    COMMANDS.write_text(asyncio.run(commands_document()), encoding="utf-8")
    ENV_EXAMPLE.write_text(env_example(), encoding="utf-8")
