"""Media and groups as people name them: what was typed, to the media it means."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

from bot.model import Medium


@dataclass(frozen=True, slots=True)
class MediumChoice:
    """What a member can ask for: one medium, or a group of them.

    Attributes:
        slug: Its identity, stable over restarts.
        name: As a person writes it.
        media: The media it ranges over.
        words: All that people type for it, lower case.
        emoji: One Unicode emoji for its cards.
        colour: The accent of its cards.
    """

    slug: str
    name: str
    media: tuple[Medium, ...]
    words: tuple[str, ...]
    emoji: str
    colour: int


class MediaDirectory:
    """The media of a corpus, to be found by what people type."""

    def __init__(self, media: Iterable[Medium]) -> None:
        """Takes the media in the order in which they are offered."""
        self.media = tuple(media)
        choices = [*self._groups(), *(_choice(m) for m in self.media)]
        self._by_slug: dict[str, MediumChoice] = {}
        for choice in choices:
            self._by_slug.setdefault(choice.slug, choice)
        self._by_word: dict[str, MediumChoice] = {}
        for choice in self.choices:
            for word in (choice.slug, choice.name, *choice.words):
                self._by_word.setdefault(_fold(word), choice)

    @property
    def choices(self) -> Sequence[MediumChoice]:
        """Groups of several media first, then every medium."""
        return tuple(self._by_slug.values())

    def find(self, typed: str) -> MediumChoice | None:
        """Returns what `typed` (a slug, a name, or words people use) means, or None."""
        folded = _fold(typed)
        return (
            self._by_word.get(folded) or self._by_word.get(folded.removesuffix("s")) or self._by_word.get(folded + "s")
        )

    def matching(self, typed: str, most: int) -> list[MediumChoice]:
        """Returns the choices to offer while `typed` is being typed, best first: beginnings, then words within."""
        folded = _fold(typed)
        if not folded:
            return list(self.choices[:most])
        ranked = [(self._rank(choice, folded), i, choice) for i, choice in enumerate(self.choices)]
        near = [choice for rank, _, choice in sorted(ranked, key=lambda row: row[:2]) if rank < 3]
        return (near or self.closest(typed, most))[:most]

    def closest(self, typed: str, most: int) -> list[MediumChoice]:
        """Returns the choices whose words look most like `typed`."""
        words = get_close_matches(_fold(typed), self._by_word, n=most * 3, cutoff=0.5)
        return list(dict.fromkeys(self._by_word[word] for word in words))[:most]

    def _groups(self) -> Iterable[MediumChoice]:
        groups = {m.group.slug: m.group for m in self.media}
        for group in groups.values():
            members = tuple(m for m in self.media if m.group.slug == group.slug)
            if len(members) > 1:
                yield MediumChoice(group.slug, group.name, members, group.words, group.emoji, group.colour)
            else:
                # A group of one medium is that medium, under both names.
                [only] = members
                yield replace(_choice(only), words=(*only.words, group.slug, *group.words))

    @staticmethod
    def _rank(choice: MediumChoice, folded: str) -> int:
        words = [_fold(word) for word in (choice.name, *choice.words)]
        if words[0].startswith(folded):
            return 0
        if any(word.startswith(folded) for word in words):
            return 1
        return 2 if folded in words[0] else 3


def _choice(medium: Medium) -> MediumChoice:
    return MediumChoice(medium.slug, medium.name, (medium,), medium.words, medium.emoji, medium.colour)


def _fold(words: str) -> str:
    return "".join(filter(str.isalnum, words.casefold()))
