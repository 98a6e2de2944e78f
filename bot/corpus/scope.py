"""Which examples are meant, and pages of them."""

from dataclasses import dataclass

from bot.model import Entry


@dataclass(frozen=True, slots=True)
class Scope:
    """Which examples are meant.

    Attributes:
        trope: The trope's name, or None for all tropes.
        media: Slugs of media, or None for all, those of no medium included.
        work_ref: The token of a work's title, or None for all.
        include_spoilers: Whether examples that hide something are among them.
        excluded_media: Slugs of media whose examples are left out.
        excluded_works: Tokens of works whose examples are left out.
    """

    trope: str | None = None
    media: tuple[str, ...] | None = None
    work_ref: str | None = None
    include_spoilers: bool = True
    excluded_media: frozenset[str] = frozenset()
    excluded_works: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ExamplePage:
    """One page of a longer list.

    Attributes:
        entries: The examples on this page.
        total: How many there are on all pages.
        number: This page's number, from 1.
        page_count: How many pages there are, at least 1.
        truncated: Whether there are more than are on all pages: what many examples hold is not counted to the end.
    """

    entries: tuple[Entry, ...]
    total: int
    number: int
    page_count: int
    truncated: bool = False
