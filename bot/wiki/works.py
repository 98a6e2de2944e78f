"""The work that a bullet is about: its one safe label, since a page never hides the name of the work itself.

Only visible text counts: a work named inside a spoiler must not become a label.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from bot.model import Span, Style, Work, plain_text
from bot.wiki.lexicon import Lexicon

_NON_WORK_NAMESPACES = frozenset(
    {"main", "administrivia", "justforfun", "usefulnotes", "tropers", "trivia", "laconic", "sandbox"}
)
_ITALICS_ONLY_NAMESPACES = frozenset(
    {"creator", "music", "franchise", "comicbook", "character", "characters", "website"}
)
_OPENING_QUOTES = "\"'“”‘’«»([¿¡"
_ITALIC = int(Style.ITALIC)
_TRAILING_PUNCTUATION = " .,:;"


def works_named_by(spans: Sequence[Span], lexicon: Lexicon) -> list[Work]:
    """Return the works that a bullet names: one, none, or those of a franchise.

    In this order: the first link in a work's namespace, or any namespaced link in italics (a franchise adds the links
    in italics after it); else the first italics that start with a capital and have no link.
    """
    pages = [page for span in spans if (page := _linked_work(span))]
    if pages and _namespace(pages[0]) != "franchise":
        pages = pages[:1]
    titles = [] if pages else list(_italic_titles(spans))[:1]
    return [Work(page, lexicon.title(page)) for page in pages] + [Work(None, title) for title in titles]


def fallback_works(spans: Iterable[Span], lexicon: Lexicon) -> list[Work]:
    """Return the creator, music, franchise or comic that a bullet without a work links to: one or none."""
    pages = [span.page for span in spans if span.page and not span.spoiler]
    return [Work(page, lexicon.title(page)) for page in pages if _namespace(page) in _ITALICS_ONLY_NAMESPACES][:1]


def _namespace(page: str) -> str:
    return page.partition("/")[0].casefold()


def _linked_work(span: Span) -> str | None:
    if span.page is None or span.spoiler or (namespace := _namespace(span.page)) in _NON_WORK_NAMESPACES:
        return None
    return span.page if namespace not in _ITALICS_ONLY_NAMESPACES or _is_italic(span) else None


def _is_italic(span: Span) -> bool:
    return bool(int(span.style) & _ITALIC)  # plain numbers: IntFlag is slow


def _italic_titles(spans: Sequence[Span]) -> Iterator[str]:
    for italic, run in groupby(spans, _is_italic):
        words = list(run)
        if italic and not any(span.page or span.spoiler for span in words):
            title = plain_text(words).strip(_TRAILING_PUNCTUATION)
            if title.lstrip(_OPENING_QUOTES)[:1].isupper():
                yield title
