"""Say each text in the language of its readers.

The English texts in the code are gettext's message ids. Each task has its language: an interaction starts in the
member's, and what everyone sees is made in the server's (`speaking`).
"""

import gettext as catalogues
import logging
import tomllib
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar, Token
from dataclasses import dataclass, field
from pathlib import Path

CATALOGUE, MEDIA_WORDS = "LC_MESSAGES/bigrun.mo", "media.toml"
LOCALES_FOLDER, DEFAULT_LOCALE = "locales", "en-US"
# A language stands in for another as a whole, not text by text. Neither kind of Chinese stands in for the other.
FALLBACKS = {"en-GB": "en-US", "es-419": "es-ES"}
NATIVE_NAMES = {
    "en-US": "English",
    "de": "Deutsch",
    "fr": "Français",
    "es-ES": "Español",
    "pt-BR": "Português do Brasil",
    "it": "Italiano",
    "pl": "Polski",
    "ru": "Русский",
    "tr": "Türkçe",
    "ja": "日本語",
    "ko": "한국어",
    "zh-CN": "简体中文",
    "zh-TW": "繁體中文",
}
_NO_BREAK, _NARROW = "\u00a0", "\u202f"
_DIGIT_GROUPS = {
    "de": ".",
    "fr": _NARROW,
    "es-ES": ".",
    "pt-BR": ".",
    "it": ".",
    "pl": _NO_BREAK,
    "ru": _NO_BREAK,
    "tr": ".",
}
log = logging.getLogger(__name__)

Value = str | int


@dataclass(frozen=True, slots=True)
class Language:
    """A catalogue, what stands between groups of three digits, and what people type for media (slugs).

    `translate` is the catalogue's own look-up, except that English is returned as it is.
    """

    locale: str
    catalogue: catalogues.NullTranslations
    translate: Callable[[str], str]
    digit_groups: str = ","
    media_words: Mapping[str, Sequence[str]] = field(default_factory=dict)


ENGLISH = Language(DEFAULT_LOCALE, catalogues.NullTranslations(), str)
_languages: dict[str, Language] = {DEFAULT_LOCALE: ENGLISH}
_spoken: ContextVar[Language] = ContextVar("language", default=ENGLISH)


def load_languages(folder: Path) -> None:
    """Read the compiled catalogues in a folder, `<locale>/LC_MESSAGES/bigrun.mo`. What is missing stays English."""
    missing = []
    for compiled in sorted(place / CATALOGUE for place in folder.glob("*/")):
        locale = compiled.parent.parent.name
        try:
            with compiled.open("rb") as file:
                catalogue = catalogues.GNUTranslations(file)
        except (OSError, ValueError, UnicodeDecodeError):
            missing.append(locale)
        else:
            words = read_media_words(folder / locale / MEDIA_WORDS)
            digit_groups = _DIGIT_GROUPS.get(locale, ",")
            _languages[locale] = Language(locale, catalogue, catalogue.gettext, digit_groups, words)
    if missing:
        log.warning("These languages are not compiled, so they are English: %s. Install again.", ", ".join(missing))


def read_media_words(file: Path) -> Mapping[str, Sequence[str]]:
    """Return what people type for media, by slug. A file that cannot be read has none."""
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        log.warning("%s cannot be read: media are found by their English names.", file)
        return {}


def media_words(locale: str) -> Mapping[str, Sequence[str]]:
    """Return what people type for media in a language, by slug."""
    return _languages.get(locale, ENGLISH).media_words


def spoken_locales() -> list[str]:
    """Return the locales that texts can be in, English first."""
    return list(_languages)


def best_locale(*wanted: str | None) -> str:
    """Return the first of some locales that the bot speaks, itself or through a fallback, else English."""
    for locale in wanted:
        for candidate in (locale, FALLBACKS.get(locale or "")):
            if candidate in _languages:
                return candidate
    return DEFAULT_LOCALE


def current_locale() -> str:
    """Return the locale of this task."""
    return _spoken.get().locale


def speak(locale: str) -> None:
    """Change the language of this task."""
    _spoken.set(_languages.get(locale, ENGLISH))


class speaking:  # noqa: N801 - read as a word, `with speaking("de"):`
    """Change the language for the time of the block."""

    __slots__ = ("_before", "_language")
    _before: Token[Language]

    def __init__(self, locale: str) -> None:
        self._language = _languages.get(locale, ENGLISH)

    def __enter__(self) -> None:
        self._before = _spoken.set(self._language)

    def __exit__(self, *error: object) -> None:
        _spoken.reset(self._before)


class Label:
    """A plain text without values."""

    __slots__ = ("english",)

    def __init__(self, english: str) -> None:
        self.english = english

    def __call__(self) -> str:
        """Return it in the current language."""
        return _spoken.get().translate(self.english)


def gettext(message: str, **values: Value) -> str:
    """Return a text with its values. Each placeholder is a name in braces."""
    pattern = _spoken.get().translate(message)
    return fill(pattern, values) if values else pattern


def ngettext(one: str, many: str, count: int, **values: Value) -> str:
    """Return a text about `count` things, which is also a value of it."""
    return fill(_spoken.get().catalogue.ngettext(one, many, count), {"count": count, **values})


def pgettext(context: str, message: str) -> str:
    """Return a word that its context gives its meaning."""
    return _spoken.get().catalogue.pgettext(context, message)


def number(value: int) -> str:
    """Return a number with its digits grouped."""
    return f"{value:,}".replace(",", _spoken.get().digit_groups) if value >= 1_000 else str(value)


def fill(pattern: str, values: Mapping[str, Value]) -> str:
    """Put values in the place of their names. They may contain anything, and a name without a value stays."""
    start, *pieces = pattern.split("{")
    filled = [start]
    for piece in pieces:
        name, brace, rest = piece.partition("}")
        value = values.get(name) if brace else None
        if value is None:
            filled.append(f"{{{piece}")
        else:
            filled += [number(value) if isinstance(value, int) else value, rest]
    return "".join(filled)
