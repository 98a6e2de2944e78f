"""Find media and groups of media by name."""

import asyncio
import re
from collections import ChainMap
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from bot.corpus.similarity import NearNames, rank_by_similarity
from bot.language import current_locale, media_words, pgettext, speaking, spoken_locales
from bot.model import Medium
from bot.model.names import normalize_title

MAX_OPTIONS_ON_LOOP = 500  # more are looked through in a thread
MIN_SIMILARITY = 0.65
_COUNT = re.compile(r" \([0-9,.]+\)\Z")  # as autocompletion shows it: "Film (24)"


@dataclass(frozen=True, slots=True)
class MediumOption:
    """A medium or group of media. Its slug never changes."""

    slug: str
    name: str
    media: tuple[Medium, ...]
    aliases: tuple[str, ...]
    emoji: str
    colour: int

    def is_hidden(self, hidden_media: Collection[str]) -> bool:
        """Return whether all its media are hidden."""
        return all(medium.slug in hidden_media for medium in self.media)


class MediaIndex:
    """The media of a corpus by name and alias. Its options are groups, then media."""

    def __init__(self, media: Iterable[Medium]) -> None:
        self.media = tuple(media)
        by_slug: dict[str, MediumOption] = {}
        for option in [*self._group_options(), *[_option(medium) for medium in self.media]]:
            by_slug.setdefault(option.slug, option)
        self.options: Sequence[MediumOption] = tuple(by_slug.values())
        self._names = [_normalize(option.name) for option in self.options]
        self._aliases = [tuple(map(_normalize, option.aliases)) for option in self.options]
        self._by_alias: dict[str, MediumOption] = {}
        for option, name, aliases in zip(self.options, self._names, self._aliases, strict=True):
            for alias in (_normalize(option.slug), name, *aliases):
                self._by_alias.setdefault(alias, option)
        self._by_slug = {option.slug: self._by_alias[_normalize(option.slug)] for option in self.options}
        self._by_word = {locale: self._words_in(locale) for locale in spoken_locales()}
        self._by_any_word = ChainMap(*self._by_word.values())
        self._near_aliases = NearNames(self._by_alias)
        self._groups = {_slugs(option.media): option.slug for option in reversed(self.options) if option.media[1:]}

    def find(self, name: str) -> MediumOption | None:
        """Return the only option that a slug or typed name can mean, or None."""
        matches = self.match(name, 2)
        return matches[0] if len(matches) == 1 else None

    def match(self, name: str, limit: int) -> list[MediumOption]:
        """Return the options that a slug or typed name can mean: one if it is clear.

        That is the one with that slug, name or alias, singular or plural, or as completed, with its count. Else those
        whose name has the text.
        """
        if known := self._by_slug.get(name):  # a shortcut for nearly all requests
            return [known]
        by_own_word = self._by_word.get(current_locale(), {})
        for normalized in (_normalize(name), _normalize(_COUNT.sub("", name))):
            if own := by_own_word.get(normalized):
                return [own]
            forms = normalized, normalized.removesuffix("s"), normalized + "s"
            if exact := next((self._by_alias[form] for form in forms if form in self._by_alias), None):
                return [exact]
            if other := self._by_any_word.get(normalized):
                return [other]
        normalized = _normalize(name)
        return self._matching(normalized, limit) if normalized else []

    def _words_in(self, locale: str) -> dict[str, MediumOption]:
        """Return the options by what people call them in a language."""
        words: dict[str, MediumOption] = {}
        with speaking(locale):
            for slug, typed in media_words(locale).items():
                if option := self._by_slug.get(slug):
                    names = [pgettext("medium", option.name), *typed]
                    words |= dict.fromkeys(map(_normalize, names), option)
        return words

    def group_of(self, slugs: Iterable[str]) -> str | None:
        """Return the slug of the group of just these media, or None."""
        return self._groups.get(frozenset(slugs))

    async def suggest(self, text: str, limit: int) -> list[MediumOption]:
        """Return options for a partly typed text: by prefix, by part of the name, else by similarity."""
        normalized = _normalize(text)
        if not normalized:
            return list(self.options[:limit])
        words = self._by_word.get(current_locale(), {})
        if called := [option for word, option in words.items() if word.startswith(normalized)]:
            return list(dict.fromkeys(called))[:limit]
        if len(self.options) <= MAX_OPTIONS_ON_LOOP:
            return self._matching(normalized, limit) or await self.closest(text, limit)
        return await asyncio.to_thread(self._matching, normalized, limit) or await self.closest(text, limit)

    async def closest(self, text: str, limit: int) -> list[MediumOption]:
        """Return the options with the most similar names or aliases."""
        return await asyncio.to_thread(self._closest, _normalize(text), limit)

    def _closest(self, normalized: str, limit: int) -> list[MediumOption]:
        names = self._near_aliases.candidates(normalized)
        aliases = rank_by_similarity(normalized, names, limit * 3, MIN_SIMILARITY)
        return list(dict.fromkeys([self._by_alias[alias] for alias in aliases]))[:limit]

    def _matching(self, normalized: str, limit: int) -> list[MediumOption]:
        matches = islice(self._matches(normalized), limit * 3)  # an option matches in three ways
        return list(dict.fromkeys(matches))[:limit]

    def _matches(self, normalized: str) -> Iterator[MediumOption]:
        """Yield the options whose name begins with a text, then by their aliases, then those whose name has it."""
        if self._near_aliases.has_prefix(normalized):
            for option, name in zip(self.options, self._names, strict=True):
                if name.startswith(normalized):
                    yield option
            for option, aliases in zip(self.options, self._aliases, strict=True):
                if any(alias.startswith(normalized) for alias in aliases):
                    yield option
        for option, name in zip(self.options, self._names, strict=True):
            if normalized in name:
                yield option

    def _group_options(self) -> Iterable[MediumOption]:
        by_group: dict[str, list[Medium]] = {}
        for medium in self.media:
            by_group.setdefault(medium.group.slug, []).append(medium)
        for slug, members in by_group.items():
            group = members[-1].group
            if len(members) > 1:
                yield MediumOption(slug, group.name, tuple(members), group.aliases, group.emoji, group.colour)
            else:  # a group of one medium is that medium, under both names
                yield _option(members[0], slug, *group.aliases)


def _option(medium: Medium, *more_aliases: str) -> MediumOption:
    aliases = (*medium.aliases, *more_aliases)
    return MediumOption(medium.slug, medium.name, (medium,), aliases, medium.emoji, medium.colour)


def _slugs(media: Iterable[Medium]) -> frozenset[str]:
    return frozenset([medium.slug for medium in media])


def _normalize(text: str) -> str:
    return "".join([word for word in normalize_title(text).split() if word != "and"])
