"""Find media and groups of media by name."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from bot.model import Medium

MIN_SIMILARITY = 0.5


@dataclass(frozen=True, slots=True)
class MediumOption:
    """A medium or group of media. Its slug never changes."""

    slug: str
    name: str
    media: tuple[Medium, ...]
    aliases: tuple[str, ...]
    emoji: str
    colour: int


class MediaIndex:
    """The media of a corpus by name and alias. Its options are groups, then media."""

    def __init__(self, media: Iterable[Medium]) -> None:
        self.media = tuple(media)
        by_slug: dict[str, MediumOption] = {}
        for option in [*self._group_options(), *[_option(medium) for medium in self.media]]:
            by_slug.setdefault(option.slug, option)
        self.options: Sequence[MediumOption] = tuple(by_slug.values())
        self._by_alias: dict[str, MediumOption] = {}
        for option in self.options:
            for alias in (option.slug, option.name, *option.aliases):
                self._by_alias.setdefault(_normalize(alias), option)

    def find(self, name: str) -> MediumOption | None:
        """Return the option with that slug, name or alias, singular or plural, or None."""
        normalized = _normalize(name)
        forms = normalized, normalized.removesuffix("s"), normalized + "s"
        return next((self._by_alias[form] for form in forms if form in self._by_alias), None)

    def suggest(self, text: str, limit: int) -> list[MediumOption]:
        """Return options for a partly typed text: by prefix, by part of the name, else by similarity."""
        normalized = _normalize(text)
        if not normalized:
            return list(self.options[:limit])
        ranks = [_match_rank(option, normalized) for option in self.options]
        matches = [option for rank in range(3) for option, its in zip(self.options, ranks, strict=True) if its == rank]
        return (matches or self.closest(text, limit))[:limit]

    def closest(self, text: str, limit: int) -> list[MediumOption]:
        """Return the options with the most similar names or aliases."""
        # For some dozens of short names, difflib is faster than importing rapidfuzz.
        aliases = get_close_matches(_normalize(text), self._by_alias, limit * 3, MIN_SIMILARITY)
        return list(dict.fromkeys([self._by_alias[alias] for alias in aliases]))[:limit]

    def _group_options(self) -> Iterable[MediumOption]:
        groups = {medium.group.slug: medium.group for medium in self.media}
        for group in groups.values():
            members = tuple(medium for medium in self.media if medium.group.slug == group.slug)
            if len(members) > 1:
                yield MediumOption(group.slug, group.name, members, group.aliases, group.emoji, group.colour)
            else:  # a group of one medium is that medium, under both names
                yield _option(members[0], group.slug, *group.aliases)


def _option(medium: Medium, *more_aliases: str) -> MediumOption:
    aliases = (*medium.aliases, *more_aliases)
    return MediumOption(medium.slug, medium.name, (medium,), aliases, medium.emoji, medium.colour)


def _match_rank(option: MediumOption, normalized: str) -> int:
    name, *aliases = [_normalize(alias) for alias in (option.name, *option.aliases)]
    if name.startswith(normalized):
        return 0
    if any(alias.startswith(normalized) for alias in aliases):
        return 1
    return 2 if normalized in name else 3


def _normalize(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))
