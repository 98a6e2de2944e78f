"""Tell page sources, source views and saved web pages apart, without parsing HTML."""

import html
import re
from collections.abc import Iterator
from re import Match

from bot.model import Form

_OPENING_WITHIN = 3_000  # characters from the start of an article
_ARTICLE_TAG = re.compile(
    r"""<(?!textarea|input)[a-z]+\b[^<>]*?\bid\s*=\s*["']?(main-article|wikitext)["'\s>][^<>]*>?""", re.IGNORECASE
)
_ARTICLE_NAME = re.compile(r"""=\s*["']?(?:main-article|wikitext)["'\s>]""", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_VIEW = re.compile(r"<span\b[^<>]*font-family:\s*courier[^<>]*>", re.IGNORECASE)
_END_OF_SPAN = re.compile(r"</span\b", re.IGNORECASE)
_BR = re.compile(r"<br\b[^<>]*>\n?", re.IGNORECASE)
_DOCUMENT = re.compile(r"\s*(?:<!--|<!doctype\b|<html\b|<head\b|<body\b|<\?xml\b)", re.IGNORECASE)
# A row of wiki markup, after a line feed or a tag.
_WIKI_ROW = re.compile(r"(?:^|[\n>])[ \t]*(?:[0-9]+[ \t]*)?(?:\*+|-{4,}|!{1,4}|\[\[folder:)[^\n<]", re.IGNORECASE)
_COMMENTS_WITHIN = 3_000  # characters from the start of a file
_ADDRESS_COMMENT = re.compile(
    r"saved from url=\([0-9]+\)(?P<saved>\S+)|Mirrored from (?P<mirrored>\S+) by HTTrack|\burl: (?P<single>\S+)"
)
_REDIRECT = re.compile(r"\s*\[\[\s*redirect:\s*([^\[\]]{1,200}?)\s*\]\]\s*", re.IGNORECASE)
_NO_SOURCE = "Couldn't get page source."
_NO_ARTICLE = "We don't have an article named"
_HISTORY_NAME = re.compile("-history", re.IGNORECASE)  # rare, and found faster than its attribute
_HISTORY = re.compile(r"""class\s*=\s*["']?[^"'<>]*\bitem-history\b""", re.IGNORECASE)
_TITLE_OF_LIST = re.compile(
    r"<h1\b[^<>]*>(?:\s|<[^<>]*>)*(?:History|New Edits|[A-Za-z ]{1,30} pages in )", re.IGNORECASE
)


def commented_addresses(text: str) -> Iterator[str]:
    """Yield the addresses in the comments of browsers and copiers."""
    for comment in _ADDRESS_COMMENT.finditer(text[:_COMMENTS_WITHIN]):
        yield comment[comment.lastgroup or 0]


def web_page_form(text: str) -> Form | None:
    """Return the form of a saved web page, or None if it has no article."""
    article = _article_tag(text)
    if article is None:
        return None
    if article[1].lower() == "wikitext":
        return Form.PAGE_2015
    return Form.PAGE_2024 if "data-format" in text else Form.PAGE_2018


def text_before_article(text: str) -> str:
    """Return the text before the article, or all of it without one."""
    article = _article_tag(text)
    return text[: article.start()] if article else text


def has_no_article(text: str) -> bool:
    """Return whether a saved page says that it does not exist."""
    article = _article_tag(text)
    opening = text[article.end() : article.end() + _OPENING_WITHIN] if article else ""
    words = " ".join(html.unescape(_TAG.sub(" ", opening)).replace("’", "'").split())
    return words.startswith(_NO_ARTICLE)


def is_list_of_changes(text: str) -> bool:
    """Return whether a saved page is a history or a list of changes."""
    article = _article_tag(text)
    if article is None:
        return False
    if _TITLE_OF_LIST.search(text, 0, article.start()):
        return True
    name = _HISTORY_NAME.search(text, article.end())
    return name is not None and _HISTORY.search(text, article.end()) is not None


def _article_tag(text: str) -> Match[str] | None:
    """Return the article's start tag. Only the tags around its names are read."""
    at = 0
    for name in _ARTICLE_NAME.finditer(text):
        start = text.rfind("<", at, name.start())
        at = name.start()
        if start >= 0 and (article := _ARTICLE_TAG.match(text, start)):
            return article
    return None


def source_in_view(text: str) -> str | None:
    """Return the page source in a source view, or None if the text is not one."""
    view = _VIEW.search(text)
    if view is None:
        return None
    end = _END_OF_SPAN.search(text, view.end())
    shown = text[view.end() : end.start() if end else len(text)]
    rows = _BR.split(shown)
    if len(rows) > 1:
        rows = [row.replace("\n", " ") for row in rows]
    return html.unescape(_TAG.sub("", "\n".join(rows)))


def is_other_document(text: str) -> bool:
    """Return whether a text is a web page without any wiki markup."""
    return _DOCUMENT.match(text) is not None and _WIKI_ROW.search(text) is None


def redirect_target(source: str) -> str | None:
    """Return where a source that is only a redirect leads, without braces, or None."""
    redirect = _REDIRECT.fullmatch(source)
    return "".join(char for char in redirect[1] if char not in "{}|") if redirect else None


def is_missing_source(source: str) -> bool:
    """Return whether the wiki had no source to show."""
    return source.strip().replace("’", "'") == _NO_SOURCE
