"""Find the works that bullets are about. Only visible text counts, so they are safe as labels."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby, takewhile
from typing import Literal

from bot.model import MAX_TITLE_LENGTH, Span, Style, Work, plain_text
from bot.model.page_names import MAX_CACHED_NAME, NON_WORK_NAMESPACES, namespace_of
from bot.wiki.lexicon import Lexicon

# Namespaces whose pages are works if in italics, or if the bullet has no other.
_ITALICS_ONLY_NAMESPACES = frozenset({"comicbook", "franchise", "music", "website"})
_OPENING_QUOTES = "\"'“”‘’«»([¿¡"
_BEFORE_TITLE = frozenset({"In ", "in "})
_ITALIC_BIT = int(Style.ITALIC)
_TRAILING_PUNCTUATION = " .,:;"
_Needs = Literal["nothing", "italics", "more"]  # what a link needs to lead to a work


class WorkFinder:
    """Finds works by links and titles."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        # By page, since bullets name the same works again and again.
        self._needs: dict[str, _Needs] = {}
        self._works: dict[str, tuple[Work, ...]] = {}  # one, or none if its title is too long

    def works_named_by(self, spans: Sequence[Span]) -> tuple[Work, ...]:
        """Return the works that a bullet names: one, none, or those of a franchise.

        A link in a namespace of works counts, or one to a work in italics. A franchise adds the works linked after it.
        Italics without a link take precedence at the start of a bullet, and count anywhere if no link does.
        """
        pages = [page for _, style, page, spoiler in spans if page and not spoiler and self._is_work(page, style)]
        if title := _leading_title(spans) if pages else _first_title(spans):
            return (Work(None, title),)
        if len(pages) > 1 and namespace_of(pages[0]) == "franchise":
            return tuple([work for page in pages for work in self._linked_work(page)])
        return self._linked_work(pages[0]) if pages else ()

    def fallback_works(self, spans: Sequence[Span]) -> tuple[Work, ...]:
        """Return the music, franchise or comic that a bullet links to, else the characters' page."""
        for namespaces in (_ITALICS_ONLY_NAMESPACES, ("character", "characters")):
            for span in spans:
                if span.page and not span.spoiler and namespace_of(span.page) in namespaces:
                    return self._linked_work(span.page)
        return ()

    def _linked_work(self, page: str) -> tuple[Work, ...]:
        works = self._works.get(page)
        if works is None:
            title = self._lexicon.title(page)
            works = self._works[page] = (_make_work(page, title),) if len(title) <= MAX_TITLE_LENGTH else ()
        return works

    def _is_work(self, page: str, style: Style) -> bool:
        needs = self._needs.get(page) or self._find_needs(page)
        return needs == "nothing" or (needs == "italics" and bool(int(style) & _ITALIC_BIT))

    def _find_needs(self, page: str) -> _Needs:
        """Return what makes a link lead to a work. Unknown namespaces need italics and no subpage."""
        namespace = namespace_of(page)
        if namespace in NON_WORK_NAMESPACES:
            needs: _Needs = "more"
        elif namespace in self._lexicon.namespaces:
            needs = "italics" if namespace in _ITALICS_ONLY_NAMESPACES else "nothing"
        else:
            needs = "italics" if self._lexicon.subpage_medium(page.partition("/")[2]) is None else "more"
        self._needs[page] = needs
        return needs


def _make_work(page: str, title: str) -> Work:
    return _cached_work(page, title) if len(page) <= MAX_CACHED_NAME else Work(page, title)


# Cached: pages name the same works again and again. Only short names, so at most 2 MB.
_cached_work = lru_cache(maxsize=2048)(Work)


def _leading_title(spans: Sequence[Span]) -> str:
    """Return the title in italics that a bullet begins with, or ""."""
    start = 1 if spans[0].text in _BEFORE_TITLE else 0
    if start == len(spans) or spans[start].page or not _is_italic(spans[start]):
        return ""
    title = _title(list(takewhile(_is_italic, spans[start:])))
    # Quotation marks make it an episode: "''"The Beach"'' of ''Series/SomeShow''".
    return title if title[:1].isalnum() and not title[0].islower() else ""


def _first_title(spans: Sequence[Span]) -> str:
    """Return the first title in italics, or "". A lower-case one must be at the start."""
    for italic, run in groupby(spans, _is_italic):
        if italic:
            words = list(run)
            title = _title(words)
            first = title.lstrip(_OPENING_QUOTES)[:1]
            if first.isalnum() and (words[0] is spans[0] or not first.islower()):
                return title
    return ""


def _title(italics: Sequence[Span]) -> str:
    """Return the text of some italics, or "" if it is linked, hidden or too long."""
    if any(span.page or span.spoiler for span in italics):
        return ""
    title = plain_text(italics).strip(_TRAILING_PUNCTUATION)
    return title if len(title) <= MAX_TITLE_LENGTH else ""


def _is_italic(span: Span) -> bool:
    return bool(int(span.style) & _ITALIC_BIT)  # plain numbers: IntFlag is slow
