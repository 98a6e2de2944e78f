"""Find the works that bullets are about. Pages never hide these names, so they are safe as labels.

Only visible text counts: a work that a spoiler names must not become a label.
"""

from collections.abc import Sequence
from itertools import groupby, takewhile

from bot.model import Span, Style, Work, plain_text
from bot.wiki.lexicon import Lexicon

# Namespaces of the wiki's own pages, of people, and of pages about a part of a work.
_NON_WORK_NAMESPACES = frozenset(
    "main|administrivia|analysis|awesome|character|characters|creator|darthwiki|fridge|funny|haiku|headscratchers|"
    "heartwarming|imagelinks|justforfun|laconic|medianotes|nightmarefuel|pantheon|platform|playingwith|quotes|recap|"
    "sandbox|shoutout|soyouwantto|sugarwiki|synopsis|tearjerker|timeline|trivia|tropers|usefulnotes|wmg|ymmv".split("|")
)
# Namespaces whose pages are works where they are in italics, or where there is no other.
_ITALICS_ONLY_NAMESPACES = frozenset({"comicbook", "franchise", "music", "website"})
_CHARACTER_NAMESPACES = frozenset({"character", "characters"})
_OPENING_QUOTES = "\"'“”‘’«»([¿¡"
_BEFORE_TITLE = frozenset({"In ", "in "})
_ITALIC_BIT = int(Style.ITALIC)
_TRAILING_PUNCTUATION = " .,:;"


def works_named_by(spans: Sequence[Span], lexicon: Lexicon) -> list[Work]:
    """Return the works that a bullet names: one, none, or those of a franchise.

    In this order: italics without a link at the start ("In ''X''," too); the first link in a namespace of works, or any
    link to a work in italics (a franchise adds the links in italics after it); else the first italics without a link.
    """
    pages = [span.page for span in spans if span.page and not span.spoiler and _is_work(span, span.page, lexicon)]
    if title := _leading_title(spans) if pages else _first_title(spans):
        return [Work(None, title)]
    is_franchise = pages and _namespace(pages[0]) == "franchise"
    return [Work(page, lexicon.title(page)) for page in (pages if is_franchise else pages[:1])]


def fallback_works(spans: Sequence[Span], lexicon: Lexicon) -> list[Work]:
    """Return the music, franchise or comic that a bullet without a work links to, else the page of its characters."""
    for namespaces in (_ITALICS_ONLY_NAMESPACES, _CHARACTER_NAMESPACES):
        for span in spans:
            if span.page and not span.spoiler and _namespace(span.page) in namespaces:
                return [Work(span.page, lexicon.title(span.page))]
    return []


def _is_work(span: Span, page: str, lexicon: Lexicon) -> bool:
    """Return whether a link leads to a work. In an unknown namespace it has to be in italics, and no subpage."""
    namespace = _namespace(page)
    if namespace in _NON_WORK_NAMESPACES:
        return False
    if namespace in lexicon.namespaces:
        return namespace not in _ITALICS_ONLY_NAMESPACES or _is_italic(span)
    return _is_italic(span) and lexicon.subpage_medium(page.partition("/")[2]) is None


def _leading_title(spans: Sequence[Span]) -> str:
    """Return the title in italics that a bullet with a link begins with, or nothing.

    An episode is none, it is in quotation marks: "''"The Beach"'' of ''Series/SomeShow''".
    """
    start = 1 if spans[0].text in _BEFORE_TITLE else 0
    if start == len(spans) or not _is_italic(spans[start]) or spans[start].page:
        return ""
    title = _title(list(takewhile(_is_italic, spans[start:])))
    return title if title[:1].isalnum() and not title[0].islower() else ""


def _first_title(spans: Sequence[Span]) -> str:
    """Return the first title in italics, or nothing; one in small letters must be at the start."""
    for italic, run in groupby(spans, _is_italic):
        if italic:
            words = list(run)
            title = _title(words)
            first = title.lstrip(_OPENING_QUOTES)[:1]
            if first.isalnum() and (words[0] is spans[0] or not first.islower()):
                return title
    return ""


def _title(italics: Sequence[Span]) -> str:
    """Return the text of a run of italics, or nothing if it has a link or is hidden."""
    is_title = not any(span.page or span.spoiler for span in italics)
    return plain_text(italics).strip(_TRAILING_PUNCTUATION) if is_title else ""


def _namespace(page: str) -> str:
    return page.partition("/")[0].casefold()


def _is_italic(span: Span) -> bool:
    return bool(int(span.style) & _ITALIC_BIT)  # plain numbers: IntFlag is slow
