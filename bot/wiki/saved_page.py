"""Read saved web pages into the same model as page sources."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain
from operator import attrgetter

from turbohtml import Document, Element, Text

from bot.model import MAIN_NAMESPACE, MAX_TITLE_LENGTH, Diagnostic, Page, Trope
from bot.model.names import normalize_words
from bot.model.page_names import page_from_address
from bot.wiki.html_blocks import MAX_BLOCKS, read_article
from bot.wiki.html_tree import find_article, is_too_complex, parse_html
from bot.wiki.lexicon import EMPTY_LEXICON, Lexicon
from bot.wiki.open_spoilers import hide_typed_spoilers
from bot.wiki.page import read_blocks
from bot.wiki.saved_form import commented_addresses, text_before_article

_OWN_ACTION = re.compile(r"pmwiki\.php/[\w./-]+\?action=(?:edit|source|discuss|diff)")
_SITE_NAME = re.compile(r"\s*-\s*(?:TV Tropes|Television Tropes (?:&|and) Idioms)\s*\Z")
_NO_TITLE_CLASS = re.compile(r"watch_rank_wrap|thumb-count|watch-button")


@dataclass(frozen=True, slots=True)
class SavedPage:
    """What the text around an article says about it."""

    page: str | None  # Namespace/Name
    title: str | None  # the trope's, as registered


def identify(html: str, address: str | None = None) -> SavedPage:
    """Identify a page by what precedes its article. `address` is where a copier got it."""
    head = parse_html(text_before_article(html))
    page = next(filter(None, map(page_from_address, chain(_addresses(head, html), [address]))), None)
    return SavedPage(page, _title(head, page))


def read_saved_page(html: str, lexicon: Lexicon = EMPTY_LEXICON, page: str | None = None) -> Page:
    """Read a saved web page. `page`, ``Namespace/Name``, overrides the name in it."""
    saved = identify(html)
    page = page or saved.page or MAIN_NAMESPACE
    namespace, _, name = page.partition("/")
    if namespace + "/" == MAIN_NAMESPACE:
        trope, subpage = name, None
    else:
        trope, subpage = namespace, page
    article = None if is_too_complex(html) else read_article(find_article(parse_html(html)))
    if article is None:
        diagnostic = Diagnostic(1, "the page has far more elements than any of the site", "not read")
        return Page(Trope(trope, lexicon.title(MAIN_NAMESPACE + trope)), diagnostics=(diagnostic,), subpage=subpage)
    blocks, titles = article
    blocks, diagnostics = hide_typed_spoilers(blocks, lexicon)
    if diagnostics:  # no title may come from what is hidden now
        spans = [span for block in blocks if block.inline for span in block.inline.spans]
        titles = {span.page: titles[span.page] for span in spans if not span.spoiler and span.page in titles}
    if saved.title:
        titles[MAIN_NAMESPACE + trope] = saved.title
    known = replace(lexicon, page_titles={each.casefold(): title for each, title in titles.items()})
    read = read_blocks(page, blocks, known)
    if len(blocks) >= MAX_BLOCKS:
        diagnostics.append(
            Diagnostic(blocks[-1].line, f"the page has over {MAX_BLOCKS:,} blocks", "the rest is left out")
        )
    in_order = tuple(sorted((*read.diagnostics, *diagnostics), key=attrgetter("line")))
    return replace(read, learned_titles=titles, diagnostics=in_order)


def _addresses(head: Document, html: str) -> Iterator[str | None]:
    """Yield a page's own addresses, the surest first. Copiers rewrite some."""
    yield _attribute(head, "link[rel=canonical]", "href")
    yield _attribute(head, 'meta[property="og:url"]', "content")
    namespace = _attribute(head, "input#groupname-hidden", "value")
    name = _attribute(head, "input#title-hidden", "value")
    yield f"pmwiki.php/{namespace}/{name}" if namespace and name else None
    current = head.select_one("#current_url")
    yield _text_of(current) if current else None
    yield from commented_addresses(html)
    own = _OWN_ACTION.search(html)
    yield own[0] if own else None


def _attribute(head: Document, selector: str, name: str) -> str | None:
    element = head.select_one(selector)
    return element.attr(name) if element else None


def _title(head: Document, page: str | None) -> str | None:
    """Return the trope's title, from the heading or else from the document's title."""
    heading = head.select_one("h1.entry-title, .article_title h1")
    namespace = (page or MAIN_NAMESPACE).partition("/")[0]
    if heading is None:
        document_title = head.select_one("title")
        words = _SITE_NAME.sub("", _text_of(document_title)) if document_title else ""
        title = words if namespace + "/" == MAIN_NAMESPACE else None
    elif namespace + "/" == MAIN_NAMESPACE:
        title = _text_of(heading)
    else:
        title = _title_of_subpage(heading, namespace)
    return title if title and len(title) <= MAX_TITLE_LENGTH else None


def _title_of_subpage(heading: Element, namespace: str) -> str | None:
    if group := heading.select_one(".group_display"):
        return _text_of(group)
    strong = heading.select_one("strong")
    if heading.select_one(".entry-breadcrumb") and strong:
        return _text_of(strong)
    words = _text_of(strong) if strong else _text_of(heading).partition(":")[0]
    title = words.rstrip(" /»:")
    if strong or "".join(normalize_words(title)) == namespace.casefold():
        return title
    return None


def _text_of(element: Element) -> str:
    """Return the words of a short element, without counters and buttons."""
    words: list[str] = []
    stack = [iter(element)]
    while stack:
        for node in stack[-1]:
            if isinstance(node, Text):
                words.append(node.data)
            elif isinstance(node, Element) and not _NO_TITLE_CLASS.search(node.attr("class") or ""):
                stack.append(iter(node))
                break
        else:
            stack.pop()
    return " ".join("".join(words).split())
