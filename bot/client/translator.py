"""Tell Discord what the commands are called in each language."""

from contextlib import suppress
from hashlib import blake2b
from pathlib import Path

import discord
from discord import app_commands

from bot.language import CATALOGUE, DEFAULT_LOCALE, best_locale, gettext, pgettext, speaking
from bot.render.texts.commands import command_context, option_context

REVISION = b"1"  # of how commands are translated: with another one, all starts send them again


class CommandTranslator(app_commands.Translator):
    """Translate names, descriptions and choices of commands. English is sent explicitly, too."""

    async def translate(
        self,
        string: app_commands.locale_str,
        locale: discord.Locale,
        context: app_commands.TranslationContextTypes,
    ) -> str | None:
        """Return a string in a locale, or None to leave it to English."""
        if locale.value == DEFAULT_LOCALE:
            return string.message
        spoken = best_locale(locale.value)
        if spoken == DEFAULT_LOCALE:
            return None
        with speaking(spoken):
            path = catalogue_context(context.data)
            translated = pgettext(path, string.message) if path else gettext(string.message)
        return None if translated == string.message else translated


def catalogue_context(data: object) -> str | None:
    """Return where catalogues have the name and description of this, by its path. Menus and choices have no path."""
    match data:
        case app_commands.Command() | app_commands.Group():
            return command_context(data.qualified_name)
        case app_commands.Parameter():
            return option_context(data.command.qualified_name, data.display_name)
    return None


def translations_hash(locales: Path) -> str:
    """Return 32 hexadecimal digits, the same for the same readable catalogues in a folder."""
    digest = blake2b(REVISION, digest_size=16)
    for compiled in sorted(locales.glob(f"*/{CATALOGUE}")):
        with suppress(OSError):
            data = compiled.read_bytes()
            digest.update(f"{compiled.parent.parent.name} {len(data)} ".encode() + data)
    return digest.hexdigest()
