"""What `bigrun load` and `bigrun check` report."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from bot.corpus.pages import listed_subpages, missing_subpages, order_pages
from bot.model import Diagnostic, Form, Page

# What each form of page does not contain.
_LOST_BY_SOURCE = "titles as the wiki registers them"
_LOST_BY_WEB_PAGE = "hidden comments and style marks, the depth of quotes, addresses of images"
_LOST_BEFORE_2024 = f"which links have a label (titles are guessed), index marks, escapes, {_LOST_BY_WEB_PAGE}"
LOSSES: dict[str, str] = {
    Form.SOURCE: _LOST_BY_SOURCE,
    Form.SOURCE_VIEW: _LOST_BY_SOURCE,
    Form.PAGE_2015: _LOST_BEFORE_2024,
    Form.PAGE_2018: _LOST_BEFORE_2024,
    Form.PAGE_2024: _LOST_BY_WEB_PAGE,
}
MAX_REPORTED_PAGES = 1_000  # nobody reads a longer table


@dataclass(frozen=True, slots=True)
class PageReport:
    """What was read from a file."""

    file: str
    page: str  # without Main/
    kind: str  # "main page", "subpage" or "index"
    form: str
    examples: int
    works: int  # how many its examples are about
    media: tuple[str, ...]  # slugs, in page order
    doubts: tuple[Diagnostic, ...]
    lost: str = ""  # what this form does not contain
    has_quote: bool = False  # an opening quote that is shown
    has_caption: bool = False  # a caption that is shown
    unshown_texts: int = 0  # paragraphs and boxes that no answer shows, such as closing words

    def to_json(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        return {"type": "page", **asdict(self)}


@dataclass(slots=True)
class LoadReport:
    """What a load did."""

    tropes: int = 0
    examples: int = 0
    unchanged: int = 0  # files
    rejected: int = 0  # files, whose examples in the corpus are as before
    removed_names: list[str] = field(default_factory=list)  # of pages
    page_count: int = 0
    pages: list[PageReport] = field(default_factory=list)  # at most MAX_REPORTED_PAGES
    subpages: list[str] = field(default_factory=list)  # a sentence for each trope with subpages
    without_examples: int = 0  # tropes that only have an index

    @property
    def ok(self) -> bool:
        """Whether no file was rejected and each trope has examples."""
        return not self.rejected and not self.without_examples

    def add_trope(self, pages: Sequence[PageReport], subpages: str) -> None:
        """Count a written trope."""
        self.tropes += 1
        self.page_count += len(pages)
        self.examples += sum(page.examples for page in pages)
        self.pages += pages[: MAX_REPORTED_PAGES - len(self.pages)]
        self.subpages += [subpages] if subpages else []

    def to_json(self) -> dict[str, Any]:
        """Return it as a JSON object without its pages."""
        return {
            "type": "load",
            "tropes": self.tropes,
            "pages": self.page_count,
            "examples": self.examples,
            "unchanged": self.unchanged,
            "rejected": self.rejected,
            "removed": self.removed_names,
            "subpages": self.subpages,
        }

    def summary(self) -> str:
        """Return the report as one sentence."""
        tropes = "1 trope" if self.tropes == 1 else f"{self.tropes:,} tropes"
        pages = f"{self.page_count:,} pages, " if self.page_count != self.tropes else ""
        removed = f", {len(self.removed_names):,} removed" if self.removed_names else ""
        return (
            f"Loaded {tropes} ({pages}{self.examples:,} examples), {self.unchanged:,} unchanged, "
            f"{self.rejected:,} rejected{removed}."
        )


def page_report(file: str, page: Page, form: str) -> PageReport:
    """Return the report of a page."""
    kind = "index" if not page.examples else "subpage" if page.subpage else "main page"
    works = {(work.page or work.title).casefold() for example in page.examples for work in example.works}
    media = dict.fromkeys(example.medium.slug for example in page.examples if example.medium)
    shown = not page.subpage  # of a subpage only the examples are
    quote, caption = page.trope.quote, page.trope.caption
    unshown = len(page.other_parts) - len(quote) if shown else len(page.other_parts) + len(page.trope.description)
    return PageReport(
        file,
        page.name,
        kind,
        form,
        len(page.examples),
        len(works),
        tuple(media),
        page.diagnostics,
        LOSSES.get(form, ""),
        shown and bool(quote),
        shown and bool(caption),
        max(unshown, 0) + (not shown and bool(caption)),
    )


def subpage_summary(pages: Iterable[Page]) -> str:
    """Return which of a trope's subpages are loaded and missing, or "" if it has none."""
    pages = order_pages(pages)
    loaded, listed = [page.subpage for page in pages if page.subpage], listed_subpages(pages)
    missing = missing_subpages(loaded, listed)
    if not loaded and not listed:
        return ""
    counted = f"{pages[0].trope.name}: {len(loaded)} of {len(loaded) + len(missing)} subpages loaded"
    return f"{counted}; missing: {_short_names(missing)}." if missing else f"{counted}."


def missing_examples(page: Page) -> str:
    """Return what to do about a page with only an index."""
    names = _short_names(page.listed_subpages)
    return f"{page.name} only lists subpages. Save them and load them too: {names}."


def _short_names(subpages: Iterable[str]) -> str:
    return ", ".join(name.partition("/")[2] for name in subpages)
