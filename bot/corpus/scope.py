"""A set of examples, and pages of it."""

from dataclasses import dataclass

from bot.model import Entry


@dataclass(frozen=True, slots=True)
class Scope:
    """Which examples to choose from; None stands for all.

    Attributes:
        media: Slugs of media; None includes examples without a medium.
        work_ref: The ref of a work's title.
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
    """One page of a list, counted from 1; `total` counts the examples on all pages.

    Attributes:
        truncated: Whether there are more examples than the pages have: a search stops counting at some point.
    """

    entries: tuple[Entry, ...]
    total: int
    number: int
    page_count: int
    truncated: bool = False
