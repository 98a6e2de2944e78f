"""Links of a saved web page: where they lead, and the titles that they show."""

import binascii
import html
import re

from turbohtml import Element

from bot.model import MAX_TITLE_LENGTH
from bot.model.names import normalize_words
from bot.model.page_names import page_from_address

_TAG = re.compile(r"<[^<>]*>")
_TARGET = r"(?:[A-Z][A-Za-z0-9]*/)?"  # a dot would show the namespace too
_BARE_LINK = re.compile(rf"{_TARGET}[A-Za-z0-9]+|\[\[{_TARGET}[A-Za-z0-9]+\]\]")
_BRACE_LINK = re.compile(rf"{_TARGET}\{{\{{[^{{}}\[\]]+\}}\}}|\[\[{_TARGET}\{{\{{[^{{}}\[\]]+\}}\}}\]\]")
_YEAR = re.compile(r"(?<=[^0-9])(?:19|20)[0-9]{2}\Z")
_SURE = 4
_NO_TITLE = (0, "")


class LinkedPages(dict[str | None, str | None]):
    """The page that each address leads to. Found once, since many links have the same address."""

    def __missing__(self, address: str | None) -> str | None:
        """Find a page for the first time."""
        page = self[address] = page_from_address(address)
        return page

    def page(self, link: Element) -> str | None:
        """Return the page that a link leads to. Its tooltip counts first: copiers rewrite addresses."""
        return self[link.attr("title")] or self[link.attr("href")]


class TitleCollector:
    """Learns the registered titles of pages from the links to them.

    The wiki shows a page's registered title where an editor typed no label. Since 2024 each link's source says which.
    In older pages, a text like the page's name counts as its title.
    """

    def __init__(self) -> None:
        self._titles: dict[str, tuple[int, str]] = {}

    def wants(self, page: str) -> bool:
        """Return whether a page's title is not certain yet."""
        return self._titles.get(page, _NO_TITLE)[0] < _SURE

    def add(self, page: str, text: str, link_source: str | None) -> None:
        """Learn from the text of a link, which must be visible."""
        if len(text) > MAX_TITLE_LENGTH or "\n" in text:
            return
        known_trust, known_text = self._titles.get(page, _NO_TITLE)
        if text == known_text and link_source is None:  # as before, or less certain
            return
        trust = _trust(page, text, link_source)
        if trust > known_trust:
            self._titles[page] = trust, text

    def titles(self) -> dict[str, str]:
        """Return the titles by page."""
        return {page: title for page, (_, title) in self._titles.items()}


def _trust(page: str, text: str, link_source: str | None) -> int:
    """Rate a text as the page's title, from 0 (a label) to 4 (certain)."""
    typed = None if link_source is None else decode_link_source(link_source)
    if typed is None:
        return (1 + text[:1].isupper()) * _is_like_name(text, page)
    if _BARE_LINK.fullmatch(typed):
        return _SURE
    if not _BRACE_LINK.fullmatch(typed):
        return 0
    words = typed.partition("{{")[2].partition("}}")[0]
    # Words in braces are shown as typed, and tropes are often typed in lower case.
    return 0 if page.startswith("Main/") and words == text and not text[:1].isupper() else 3


def decode_link_source(link_source: str) -> str | None:
    """Return the markup in a ``data-format`` attribute without tags, or None if it is not Base64."""
    packed = "".join(link_source.split()).encode("ascii", "replace")
    try:
        markup = binascii.a2b_base64(packed, strict_mode=True)
    except binascii.Error:
        return None
    return html.unescape(_TAG.sub("", markup.decode("utf-8", "replace")))


def _is_like_name(text: str, page: str) -> bool:
    if text.isascii() and page.endswith("/" + text.replace(" ", "")):  # as usual
        return True
    return not _name_keys(text).isdisjoint(_name_keys(page.rpartition("/")[2]))


def _name_keys(words: str) -> set[str]:
    key = "".join(normalize_words(words.replace("&", " and ")))
    return {key, _YEAR.sub("", key)}
