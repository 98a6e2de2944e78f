"""The table of pages after a load or a check."""

import json
from collections.abc import Iterable, Iterator, Sequence

from bot.cli.tables import format_table
from bot.ingest.report import LoadReport, PageReport

HEADING = ("Page", "Kind", "Form", "Examples", "Works", "Media", "Doubtful")
MAX_ROWS, MAX_DOUBTS, MAX_NAMES = 100, 20, 10


def page_table(pages: Sequence[PageReport]) -> Iterator[str]:
    """Yield the lines of the table, at most MAX_ROWS of at least one page."""
    rows = [
        (
            page.page,
            page.kind,
            page.form,
            *map(_format_number, _numbers(page)),
        )
        for page in pages[:MAX_ROWS]
    ]
    examples, works, _, doubtful = map(sum, zip(*map(_numbers, pages), strict=True))
    media = {medium for page in pages for medium in page.media}
    total = ("All", "", "", *map(_format_number, (examples, works, len(media), doubtful)))
    yield from format_table(HEADING, rows, total, text_columns=3)
    if len(pages) > MAX_ROWS:
        yield f"And {len(pages) - MAX_ROWS:,} more pages."
    yield from _other_texts(pages)
    yield from _losses(pages)


def _numbers(page: PageReport) -> tuple[int, int, int, int]:
    return page.examples, page.works, len(page.media), len(page.doubts)


def _other_texts(pages: Sequence[PageReport]) -> Iterator[str]:
    """Yield which pages have an opening quote or a caption, and what of the pages is not shown."""
    if quoted := [page.page for page in pages if page.has_quote]:
        yield f"Opening quote: {_list_names(quoted)}."
    if captioned := [page.page for page in pages if page.has_caption]:
        yield f"Caption: {_list_names(captioned)}."
    if unshown := {page.page: page.unshown_texts for page in pages if page.unshown_texts}:
        total, names = sum(unshown.values()), _list_names(list(unshown))
        yield f"Other texts that no answer shows, such as closing words: {total:,} ({names})."


def _losses(pages: Iterable[PageReport]) -> Iterator[str]:
    """Yield for each form what it does not contain, and its pages."""
    by_form: dict[tuple[str, str], list[str]] = {}
    for page in pages:
        if page.lost:
            by_form.setdefault((page.form, page.lost), []).append(page.page)
    for (form, lost), names in by_form.items():
        yield f"Not in a {form} ({_list_names(names)}): {lost}."


def doubts(pages: Iterable[PageReport]) -> Iterator[str]:
    """Yield the first doubtful places."""
    lines = [doubt_line(page, number) for page in pages for number in range(len(page.doubts))]
    yield from lines[:MAX_DOUBTS]
    if len(lines) > MAX_DOUBTS:
        yield f"And {len(lines) - MAX_DOUBTS:,} more doubtful places. To see those of a file: bigrun check PATH"


def doubt_line(page: PageReport, number: int) -> str:
    """Return where a doubtful place is and how it was read."""
    doubt = page.doubts[number]
    return f"{page.file}, row {doubt.line}: {doubt.message}: {doubt.interpretation}."


def report_lines(report: LoadReport) -> Iterator[str]:
    """Yield a load's report as JSON Lines: the pages, then the load."""
    for page in report.pages:
        yield json.dumps(page.to_json(), ensure_ascii=False)
    yield json.dumps(report.to_json(), ensure_ascii=False)


def _list_names(names: Sequence[str]) -> str:
    more = f" and {len(names) - MAX_NAMES:,} more" if len(names) > MAX_NAMES else ""
    return ", ".join(names[:MAX_NAMES]) + more


def _format_number(number: int) -> str:
    return f"{number:,}"
