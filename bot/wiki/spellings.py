"""Unify links that differ only in case: to the site, they are one page."""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import chain
from operator import attrgetter

from bot.model import Part, Span

_PAGE_OF = attrgetter("page")


def respellings(parts: Sequence[Part]) -> dict[str, str]:
    """Map spellings of a page to its most frequent one, or else the one with most capitals."""
    texts = [part.spans for part in parts] + [note.spans for part in parts if part.notes for note in part.notes]
    different = set(map(_PAGE_OF, chain.from_iterable(texts))) - {None}
    if len(set(map(str.casefold, different))) == len(different):  # nearly always
        return {}
    spans = [span for part in parts for spans in (part.spans, *[note.spans for note in part.notes]) for span in spans]
    pages = Counter([span.page for span in spans if span.page])
    best: dict[str, str] = {}
    for page in sorted(pages, key=lambda page: (pages[page], sum(map(str.isupper, page)))):
        best[page.casefold()] = page
    return {page: best[page.casefold()] for page in pages if best[page.casefold()] != page}


def respell(part: Part, spellings: Mapping[str, str]) -> Part:
    """Return `part` with its links spelled as in `spellings`."""

    def respelt(spans: tuple[Span, ...]) -> tuple[Span, ...]:
        return tuple(span._replace(page=spellings.get(span.page, span.page)) if span.page else span for span in spans)

    notes = tuple(note._replace(spans=respelt(note.spans)) for note in part.notes)
    return part._replace(spans=respelt(part.spans), notes=notes)
