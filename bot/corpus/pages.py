"""Merge the pages of a trope. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from bot.model import MAIN_NAMESPACE, Example, Page, Trope, Work


@dataclass(frozen=True, slots=True)
class StoredPage:
    """A page in the corpus. Its trope has this page's title for it."""

    page: Page
    fingerprint: str  # changes whenever the page's rows could
    form: str = "page source"
    saved_at: int | None = None  # Unix seconds
    loaded_at: int | None = None  # Unix seconds, or None for now


def merge_pages(pages: Iterable[Page]) -> Page:
    """Merge the pages of one trope, given in any order, in that of `order_pages`.

    Numbers run through. Equal examples after the first get a suffix to their key.
    """
    ordered = order_pages(pages)
    examples: list[Example] = []
    copies: dict[str, int] = {}
    for page in ordered:
        for example in page.examples:
            base, number = example.key.partition("-")[0], len(examples) + 1
            copies[base] = copy = copies.get(base, 0) + 1
            key = f"{base}-{copy}" if copy > 1 else base
            if (example.number, example.key, example.subpage) != (number, key, page.subpage):
                example = example._replace(number=number, key=key, subpage=page.subpage)  # noqa: PLW2901 - rare
            examples.append(example)
    first = ordered[0]
    trope = Trope(first.trope.name, first.trope.title) if first.subpage else first.trope
    return Page(trope, tuple(examples), listed_subpages=listed_subpages(ordered))


def order_pages(pages: Iterable[Page]) -> list[Page]:
    """Return the main page, then subpages as the index lists them, then others by name."""
    by_name = sorted(pages, key=_name_order)
    positions = {name.casefold(): position for position, name in enumerate(listed_subpages(by_name))}
    last = len(positions)
    return sorted(by_name, key=lambda page: positions.get(page.name.casefold(), last) if page.subpage else -1)


def listed_subpages(pages: Iterable[Page]) -> tuple[str, ...]:
    """Return the subpages that pages list, first those of the main page."""
    return unique_names(name for page in sorted(pages, key=_name_order) for name in page.listed_subpages)


def unique_names(names: Iterable[str]) -> tuple[str, ...]:
    """Return each name once, ignoring case."""
    unique: dict[str, str] = {}
    for name in names:
        unique.setdefault(name.casefold(), name)
    return tuple(unique.values())


def missing_subpages(loaded: Iterable[str], listed: Iterable[str]) -> tuple[str, ...]:
    """Return the listed subpages that are not loaded."""
    known = {name.casefold() for name in loaded}
    return tuple(name for name in unique_names(listed) if name.casefold() not in known)


def retitle(page: Page, titles: Mapping[str, str]) -> Page:
    """Replace the titles of a page's trope and works. `titles` is by page in lower case."""
    if not titles:
        return page
    title = titles.get((MAIN_NAMESPACE + page.trope.name).casefold(), page.trope.title)
    examples = [_retitle_example(example, titles) for example in page.examples]
    return replace(page, trope=replace(page.trope, title=title), examples=tuple(examples))


def _retitle_example(example: Example, titles: Mapping[str, str]) -> Example:
    works = tuple([_retitle_work(work, titles) for work in example.works])
    return example if works == example.works else example._replace(works=works)


def _retitle_work(work: Work, titles: Mapping[str, str]) -> Work:
    title = titles.get((work.page or "").casefold(), work.title)
    return work if title == work.title else Work(work.page, title)


def _name_order(page: Page) -> tuple[bool, str]:
    return page.subpage is not None, page.name.casefold()
