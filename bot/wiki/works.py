"""Find the works that bullets are about. Pages never hide these names, so they are safe as labels.

Only visible text counts: a work that a spoiler names must not become a label.
"""

from collections.abc import Iterable, Sequence
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
_ITALIC_BIT = int(Style.ITALIC)
_TRAILING_PUNCTUATION = " .,:;"


def works_named_by(spans: Sequence[Span], lexicon: Lexicon) -> list[Work]:
    """Return the works that a bullet names: one, none, or those of a franchise.

    The first visible link to a work counts. Links to creators, music, franchises and the like count in italics only.
    A franchise adds the links after it. Without links, the first italics that start with a capital are the title.
    """
    pages = []
    for span in spans:
        if span.page is None or span.spoiler or (namespace := _namespace(span.page)) in _NON_WORK_NAMESPACES:
            continue
        if namespace not in _ITALICS_ONLY_NAMESPACES or _is_italic(span):
            pages.append(span.page)
    if pages:
        is_franchise = _namespace(pages[0]) == "franchise"
        return [Work(page, lexicon.title(page)) for page in (pages if is_franchise else pages[:1])]
    for italic, run in groupby(spans, _is_italic):
        words = list(run)
        if italic and not any(span.page or span.spoiler for span in words):
            title = plain_text(words).strip(_TRAILING_PUNCTUATION)
            if title.lstrip(_OPENING_QUOTES)[:1].isupper():
                return [Work(None, title)]
    return []


def fallback_works(spans: Iterable[Span], lexicon: Lexicon) -> list[Work]:
    """Return the creator, music, franchise or comic that a bullet links to: one or none."""
    for span in spans:
        if span.page and not span.spoiler and _namespace(span.page) in _ITALICS_ONLY_NAMESPACES:
            return [Work(span.page, lexicon.title(span.page))]
    return []


def _namespace(page: str) -> str:
    return page.partition("/")[0].casefold()


def _is_italic(span: Span) -> bool:
    return bool(int(span.style) & _ITALIC_BIT)  # plain numbers: IntFlag is slow
