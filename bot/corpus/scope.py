"""A set of examples, and a page of it."""

from dataclasses import dataclass

from bot.model import Entry

_SCOPE_BYTES, _TEXT_BYTES = 800, 130  # of one without texts, and of a text in it


@dataclass(frozen=True, slots=True)
class Scope:
    """Which examples to choose from. None means all."""

    trope: str | None = None
    media: tuple[str, ...] | None = None  # slugs, and None includes examples without a medium
    work_ref: str | None = None
    include_spoilers: bool = True  # whether to include examples that have spoilers
    excluded_media: frozenset[str] = frozenset()  # slugs
    excluded_works: frozenset[str] = frozenset()  # refs
    excluded_tropes: frozenset[str] = frozenset()  # refs

    @property
    def excludes(self) -> bool:
        """Whether anything is excluded."""
        return bool(self.excluded_media or self.excluded_works or self.excluded_tropes)

    @property
    def memory(self) -> int:
        """About its bytes, as a key of a cache."""
        slugs_and_refs = (self.media or (), self.excluded_media, self.excluded_works, self.excluded_tropes)
        return _SCOPE_BYTES + _TEXT_BYTES * sum(map(len, slugs_and_refs))

    def without_exclusions(self) -> "Scope":
        """Return the scope with all that it excludes."""
        return Scope(self.trope, self.media, self.work_ref, self.include_spoilers)


@dataclass(frozen=True, slots=True)
class ExamplePage:
    """One page of a list."""

    entries: tuple[Entry, ...]
    total: int  # examples on all pages
    number: int  # from 1
    page_count: int
    truncated: bool = False  # whether a search found more examples than the pages have
    trope_count: int = 1  # tropes on all pages
