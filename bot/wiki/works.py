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
_PUNCTUATION = " .,:;"


def work_of(spans: Sequence[Span], lexicon: Lexicon) -> Work | None:
    """Returns the work that a bullet's text is about by what it says itself, or None.

    In order: a link in a work's namespace, or any namespaced link in italics; the first italics that begin with a
    capital and hold no link.
    """
    clear = [span for span in spans if not span.spoiler]
    page = next(filter(None, map(_work_page, clear)), None)
    if page is not None:
        return Work(page, lexicon.title(page))
    title = next(_titles_in_italics(spans), None)
    return None if title is None else Work(None, title)


def lesser_work_of(spans: Iterable[Span], lexicon: Lexicon) -> Work | None:
    """Returns the creator, music, franchise or comic that a bullet links to where it names no work, or None."""
    for span in spans:
        if span.page and not span.spoiler and _namespace(span.page) in _ONLY_IN_ITALICS:
            return Work(span.page, lexicon.title(span.page))
    return None


def _namespace(page: str) -> str:
    return page.partition("/")[0].casefold()


def _work_page(span: Span) -> str | None:
    if span.page is None or (namespace := _namespace(span.page)) in _NEVER:
        return None
    return span.page if span.style & Style.ITALIC or namespace not in _ONLY_IN_ITALICS else None


def _titles_in_italics(spans: Sequence[Span]) -> Iterator[str]:
    for italic, run in groupby(spans, key=lambda span: bool(span.style & Style.ITALIC)):
        words = list(run)
        if italic and not any(span.page or span.spoiler for span in words):
            title = text_of(words).strip(_PUNCTUATION)
            if title.lstrip(_QUOTES)[:1].isupper():
                yield title
