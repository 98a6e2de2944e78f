"""Tell Discord what the commands are called in each language."""

import discord
from discord import app_commands
from discord.app_commands import TranslationContextLocation as Location

from bot.language import DEFAULT_LOCALE, best_locale, gettext, pgettext, speaking

COMMAND_NAME, OPTION_NAME = "command name", "option name"  # contexts in the catalogues
_CONTEXTS = {
    Location.command_name: COMMAND_NAME,
    Location.group_name: COMMAND_NAME,
    Location.parameter_name: OPTION_NAME,
}


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
            is_menu = isinstance(context.data, app_commands.ContextMenu)
            name_context = None if is_menu else _CONTEXTS.get(context.location)
            translated = pgettext(name_context, string.message) if name_context else gettext(string.message)
        return None if translated == string.message else translated
