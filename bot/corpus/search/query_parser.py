"""What a member types into a search, made into terms that FTS5 can never refuse."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.corpus.index_terms import strip_filter_prefix
from bot.model import normalize_words

MAX_TERMS = 12
WORD = re.compile(r"\w+")
TERM = re.compile(r'"([^"]*)"?|([^\s"]+)')


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that a search looks for.

    Attributes:
        text: A word, or an exact phrase.
        is_prefix: Whether it may be the beginning of a longer word.
    """

    text: str
    is_prefix: bool = False

    @property
    def to_fts(self) -> str:
        """The term as FTS5 takes it."""
        return f'"{self.text}"' + "*" * self.is_prefix

    @property
    def words(self) -> list[str]:
        """Its words as the index holds them, near enough to look up how frequent they are."""
        return normalize_words(self.text)

    def matches(self, words: Sequence[str]) -> bool:
        """Returns whether a text of such words holds it."""
        *before, last = self.words or [""]
        return bool(last) and any(
            words[index - len(before) : index] == before and (word.startswith(last) if self.is_prefix else word == last)
            for index, word in enumerate(words)
            if index >= len(before)
        )


def parse_query(query: str, *, prefixes: bool = False) -> list[Term]:
    """Returns what is looked for by words, ``"exact phrases"`` and ``prefix*``; all of it must be found.

    Args:
        query: Anything at all; signs, operators and quotes lose their meaning.
        prefixes: Whether each word may also be the beginning of a longer one.

    Returns:
        At most 12 different terms, none if nothing in `query` can be looked for.
    """
    plain = strip_filter_prefix(query.replace("\0", " "))
    terms = (_parse_term(match, prefixes=prefixes) for match in TERM.finditer(plain))
    different = {(term.is_prefix, *(term.words or [term.text])): term for term in terms if term}
    return [*different.values()][:MAX_TERMS]


def highlight_words(query: str) -> list[str]:
    """Returns the single words that a search looks for, to be shown in what it finds."""
    return WORD.findall(query)[:MAX_TERMS]


def _parse_term(match: re.Match[str], *, prefixes: bool) -> Term | None:
    phrase, word = match.groups()
    text = (word or phrase or "").strip()
    if not any(map(str.isalnum, text)):
        return None
    is_prefix = word is not None and (word.endswith("*") or prefixes)
    # A lone surrogate cannot be sent to SQLite at all.
    return Term(text.rstrip("*").encode("utf-8", "replace").decode(), is_prefix)
