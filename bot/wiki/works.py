"""The work a bullet is about: its one safe label, since a page never hides the name of the work itself.

Only text in clear counts: a work that is named inside a spoiler is no label for others to see.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from bot.model import Span, Style, Work, text_of
from bot.wiki.lexicon import Lexicon

_NEVER = frozenset({"main", "administrivia", "justforfun", "usefulnotes", "tropers", "trivia", "laconic", "sandbox"})
_ONLY_IN_ITALICS = frozenset({"creator", "music", "franchise", "comicbook", "character", "characters", "website"})
_QUOTES = "\"'“”‘’«»([¿¡"
_ITALIC = int(Style.ITALIC)
_PUNCTUATION = " .,:;"


def works_of(spans: Sequence[Span], lexicon: Lexicon) -> list[Work]:
    """Returns the works that a bullet's text is about by what it says itself: one, none, or a franchise's.

    In order: the first link in a work's namespace, or any namespaced link in italics (a franchise brings its entries,
    the links in italics after it); else the first italics that begin with a capital and hold no link.
    """
    pages = [page for span in spans if (page := _work_page(span))]
    if pages and _namespace(pages[0]) != "franchise":
        pages = pages[:1]
    titles = [] if pages else list(_titles_in_italics(spans))[:1]
    return [Work(page, lexicon.title(page)) for page in pages] + [Work(None, title) for title in titles]


def lesser_works_of(spans: Iterable[Span], lexicon: Lexicon) -> list[Work]:
    """Returns the creator, music, franchise or comic that a bullet links to where it names no work: one or none."""
    pages = [span.page for span in spans if span.page and not span.spoiler]
    return [Work(page, lexicon.title(page)) for page in pages if _namespace(page) in _ONLY_IN_ITALICS][:1]


def _namespace(page: str) -> str:
    return page.partition("/")[0].casefold()


def _work_page(span: Span) -> str | None:
    if span.page is None or span.spoiler or (namespace := _namespace(span.page)) in _NEVER:
        return None
    return span.page if namespace not in _ONLY_IN_ITALICS or _is_italic(span) else None


def _is_italic(span: Span) -> bool:
    return bool(int(span.style) & _ITALIC)  # plain numbers: flags would take five times as long


def _titles_in_italics(spans: Sequence[Span]) -> Iterator[str]:
    for italic, run in groupby(spans, _is_italic):
        words = list(run)
        if italic and not any(span.page or span.spoiler for span in words):
            title = text_of(words).strip(_PUNCTUATION)
            if title.lstrip(_QUOTES)[:1].isupper():
                yield title
