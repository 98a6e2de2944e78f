"""A set of examples, and pages of it."""

from dataclasses import dataclass

from bot.model import Entry


@dataclass(frozen=True, slots=True)
class Scope:
    """Which examples to choose from.

    Attributes:
        trope: The trope's name, or None for all tropes.
        media: Slugs of media, or None for all examples, also those without a medium.
        work_ref: The ref of a work's title, or None for all.
        include_spoilers: Whether to include examples that have spoilers.
        excluded_media: Slugs of media to leave out.
        excluded_works: Refs of works to leave out.
    """

    trope: str | None = None
    media: tuple[str, ...] | None = None
    work_ref: str | None = None
    include_spoilers: bool = True
    excluded_media: frozenset[str] = frozenset()
    excluded_works: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ExamplePage:
    """One page of a list.

    Attributes:
        entries: The examples on this page.
        total: The number of examples on all pages.
        number: The number of this page, from 1.
        page_count: The number of pages, at least 1.
        truncated: Whether there are more examples than the pages have: a search stops counting at some point.
    """

    entries: tuple[Entry, ...]
    total: int
    number: int
    page_count: int
    truncated: bool = False
