"""Media and groups as people name them: what was typed, to the media it means."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

from bot.model import Medium


@dataclass(frozen=True, slots=True)
class MediumOption:
    """What a member can ask for: one medium, or a group of them.

    Attributes:
        slug: Its identity, stable over restarts.
        name: As a person writes it.
        media: The media it ranges over.
        aliases: All that people type for it, lower case.
        emoji: One Unicode emoji for its cards.
        colour: The accent of its cards.
    """

    slug: str
    name: str
    media: tuple[Medium, ...]
    aliases: tuple[str, ...]
    emoji: str
    colour: int


class MediaIndex:
    """The media of a corpus, to be found by what people type."""

    def __init__(self, media: Iterable[Medium]) -> None:
        """Takes the media in the order in which they are offered."""
        self.media = tuple(media)
        options = [*self._group_options(), *(medium_option(m) for m in self.media)]
        self._by_slug: dict[str, MediumOption] = {}
        for option in options:
            self._by_slug.setdefault(option.slug, option)
        self._by_word: dict[str, MediumOption] = {}
        for option in self.options:
            for word in (option.slug, option.name, *option.aliases):
                self._by_word.setdefault(_normalize(word), option)

    @property
    def options(self) -> Sequence[MediumOption]:
        """Groups of several media first, then every medium."""
        return tuple(self._by_slug.values())

    def find(self, name: str) -> MediumOption | None:
        """Returns what `name` (a slug, a name, or words people use) means, or None."""
        normalized = _normalize(name)
        return (
            self._by_word.get(normalized)
            or self._by_word.get(normalized.removesuffix("s"))
            or self._by_word.get(normalized + "s")
        )

    def suggest(self, text: str, limit: int) -> list[MediumOption]:
        """Returns the choices to offer while `text` is being typed, best first: beginnings, then words within."""
        normalized = _normalize(text)
        if not normalized:
            return list(self.options[:limit])
        ranked = [(self._match_rank(option, normalized), i, option) for i, option in enumerate(self.options)]
        suggestions = [option for rank, _, option in sorted(ranked, key=lambda row: row[:2]) if rank < 3]
        return (suggestions or self.closest(text, limit))[:limit]

    def closest(self, text: str, limit: int) -> list[MediumOption]:
        """Returns the choices whose words look most like `text`."""
        words = get_close_matches(_normalize(text), self._by_word, n=limit * 3, cutoff=0.5)
        return list(dict.fromkeys(self._by_word[word] for word in words))[:limit]

    def _group_options(self) -> Iterable[MediumOption]:
        groups = {m.group.slug: m.group for m in self.media}
        for group in groups.values():
            members = tuple(m for m in self.media if m.group.slug == group.slug)
            if len(members) > 1:
                yield MediumOption(group.slug, group.name, members, group.aliases, group.emoji, group.colour)
            else:
                # A group of one medium is that medium, under both names.
                [only] = members
                yield replace(medium_option(only), aliases=(*only.aliases, group.slug, *group.aliases))

    @staticmethod
    def _match_rank(option: MediumOption, normalized: str) -> int:
        words = [_normalize(word) for word in (option.name, *option.aliases)]
        if words[0].startswith(normalized):
            return 0
        if any(word.startswith(normalized) for word in words):
            return 1
        return 2 if normalized in words[0] else 3


def medium_option(medium: Medium) -> MediumOption:
    """Return a medium as an option."""
    return MediumOption(medium.slug, medium.name, (medium,), medium.aliases, medium.emoji, medium.colour)


def _normalize(words: str) -> str:
    return "".join(filter(str.isalnum, words.casefold()))
