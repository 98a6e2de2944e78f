"""Bring the catalogues of languages up to date: `python -m tests.catalogues [LOCALE...]`.

Takes all texts from the code, keeps what is translated, and marks what is new. A locale without a catalogue gets one.
The names of countries and cities come from CLDR.
"""

import asyncio
import re
import sys
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import discord
from babel import Locale
from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from discord import app_commands

from bot.render.texts import commands
from bot.render.texts.commands import command_context, option_context
from bot.settings import ROOT
from tests.generate_docs import ADMIN_GUILD, command_tree
from tests.place_names import write_place_names

LOCALES = ROOT / "data" / "locales"
TEXTS = ROOT / "bot" / "render" / "texts"
KEYWORDS: dict[str, Any] = {
    **dict.fromkeys(("Text", "TextOnCommand", "Label", "text", "label"), (1,)),
    **dict.fromkeys(("count_text", "count_label"), (1, 2)),
    "pgettext": ((1, "c"), 2),
}
ROOT_NAMES = {commands.BIGRUN.name, commands.TROPE.name, commands.ADMIN.name}  # the same everywhere: mentions need them
PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
MARKS = ("**", "`", "\n", "||")
OF_COMMANDS = command_context(""), option_context("", "")[:-1]
COMMAND = re.compile(r"[-_\w]{1,32}")
MAX_DESCRIPTION, MAX_SHORT = 100, 45  # of commands and options; of buttons, titles of forms and the like


def catalogue_file(locale: str) -> Path:
    """Return where a locale's catalogue is."""
    return LOCALES / locale / "LC_MESSAGES" / "bigrun.po"


@cache
def template() -> Catalog:
    """Return all texts, untranslated."""
    found = Catalog(project="Big Run", charset="utf-8")
    for file, _, message, comments, context in extract_from_dir(
        TEXTS, keywords=KEYWORDS, comment_tags=("Translators:",)
    ):
        found.add(message, locations=[(f"bot/render/texts/{file}", None)], auto_comments=comments, context=context)  # type: ignore[list-item]
    for path, name, description in asyncio.run(commands_and_options()):
        if name not in ROOT_NAMES:
            found.add(name, context=path, auto_comments=["Small letters, no blank, at most 32."])
        found.add(description, context=path, auto_comments=["Beside it; at most 100 characters."])
    for name in medium_names():
        found.add(name, context="medium")
    return found


async def commands_and_options() -> list[tuple[str, str, str]]:
    """Return each command's and option's context, name and description."""
    found = []
    async with command_tree() as tree:
        for command in [*tree.walk_commands(), *tree.walk_commands(guild=discord.Object(ADMIN_GUILD))]:
            path = command.qualified_name
            found.append((command_context(path), command.name, command.description))
            if isinstance(command, app_commands.Command):
                options = [(each.display_name, each.description) for each in command.parameters]
                found += [(option_context(path, name), name, description) for name, description in options]
    return found


def medium_names() -> list[str]:
    """Return the names of all media and groups."""
    tables = tomllib.loads((ROOT / "data" / "media.toml").read_text(encoding="utf-8"))
    return sorted(set(named(tables)))


def named(table: Any) -> list[str]:
    """Return every `name` in nested tables."""
    if isinstance(table, list):
        return [name for each in table for name in named(each)]
    if not isinstance(table, dict):
        return []
    own = [table["name"]] if isinstance(table.get("name"), str) else []
    return own + [name for value in table.values() for name in named(value)]


def read(locale: str) -> Catalog:
    """Return a locale's catalogue, an empty one if there is none."""
    file = catalogue_file(locale)
    if not file.exists():
        return Catalog(locale=Locale.parse(locale, sep="-"), project="Big Run", charset="utf-8")
    with file.open("rb") as po:
        return read_po(po, locale=Locale.parse(locale, sep="-"))


def update(locale: str) -> None:
    """Write a locale's catalogue with all texts of now, and compile it."""
    catalogue, file = read(locale), catalogue_file(locale)
    catalogue.update(template(), no_fuzzy_matching=True, update_creation_date=False)
    write_header(catalogue)
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as po:
        write_po(po, catalogue, width=110, sort_output=False, ignore_obsolete=True, include_lineno=False)
    with file.with_suffix(".mo").open("wb") as mo:
        write_mo(mo, catalogue)


def write_header(catalogue: Catalog) -> None:
    """Say in the header what is known, in the place of Babel's blanks."""
    language = catalogue.locale.english_name if catalogue.locale else "another language"
    catalogue.header_comment = f"# What the bot says in {language}. CONTRIBUTING.md says how to change it."
    catalogue.project, catalogue.version, catalogue.fuzzy = "Big Run", "", False
    catalogue.last_translator = catalogue.language_team = "The Big Run authors"
    catalogue.msgid_bugs_address, catalogue.revision_date = "", catalogue.creation_date


def problems(catalogue: Catalog) -> Iterator[str]:
    """Yield what is wrong with a catalogue."""
    for message in catalogue:
        if not message.id:
            continue
        ids = [message.id] if isinstance(message.id, str) else list(message.id)
        strings = [message.string or ""] if isinstance(message.string, str | None) else list(message.string)
        if len(strings) != (catalogue.num_plurals if message.pluralizable else 1) or not all(strings):
            yield f"{ids[-1]!r} is not translated"
            continue
        for string in strings:
            yield from (f"{ids[-1]!r}: {problem}" for problem in wrong_with(string, ids, message.context or ""))


def wrong_with(string: str, ids: Sequence[str], context: str) -> Iterator[str]:
    """Yield what is wrong with one translation of a text with one or two forms."""
    english = ids[-1]
    allowed, used = set(PLACEHOLDER.findall(english)), set(PLACEHOLDER.findall(string))
    may_lack = {"count"} if len(ids) > 1 else set()  # "one example"
    if not allowed - may_lack <= used <= allowed or {"{", "}"} & set(PLACEHOLDER.sub("", string)):
        yield f"placeholders {sorted(used)} instead of {sorted(allowed)}"
    for mark in MARKS:
        if string.count(mark) != english.count(mark):
            yield f"{string.count(mark)} of {mark!r} instead of {english.count(mark)}"
    is_of_command = context.startswith(OF_COMMANDS)
    is_name = is_of_command and english == context.rsplit(maxsplit=1)[-1]
    if is_name and (not COMMAND.fullmatch(string) or string != string.lower()):
        yield f"{string!r} is no name of a command"
    is_short = len(english) <= MAX_SHORT and not allowed
    if (is_short and len(string) > max(MAX_SHORT, 1.4 * len(english))) or (
        is_of_command and len(string) > MAX_DESCRIPTION
    ):
        yield f"{len(string)} characters are too many"


def main(locales: Sequence[str]) -> None:
    """Update catalogues, and print what is wrong with them."""
    for locale in locales or sorted(path.name for path in LOCALES.iterdir() if path.is_dir()):
        update(locale)
        write_place_names(locale)
        found = [*problems(read(locale))]
        print("\n".join([f"{locale}: {len(found)} problems", *found]))


if __name__ == "__main__":
    main(sys.argv[1:])
