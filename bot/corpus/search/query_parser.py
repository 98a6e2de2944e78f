"""What a member types into a search, made into terms that FTS5 can never refuse."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.corpus.index_terms import searchable
from bot.model import folded_words

MAX_TERMS = 12
_WORD = re.compile(r"\w+")
_TERM = re.compile(r'"([^"]*)"?|([^\s"]+)')


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that a search looks for.

    Attributes:
        text: A word, or an exact phrase.
        begins: Whether it may be the beginning of a longer word.
    """

    text: str
    begins: bool = False

    @property
    def query(self) -> str:
        """The term as FTS5 takes it."""
        return f'"{self.text}"' + "*" * self.begins

    @property
    def words(self) -> list[str]:
        """Its words as the index holds them, near enough to look up how frequent they are."""
        return folded_words(self.text)

    def stands_in(self, words: Sequence[str]) -> bool:
        """Returns whether a text of such words holds it."""
        *before, last = self.words or [""]
        return bool(last) and any(
            words[place - len(before) : place] == before and (word.startswith(last) if self.begins else word == last)
            for place, word in enumerate(words)
            if place >= len(before)
        )


def terms_of(words: str, *, prefixes: bool = False) -> list[Term]:
    """Returns what is looked for by words, ``"exact phrases"`` and ``prefix*``; all of it must be found.

    Args:
        words: Anything at all; signs, operators and quotes lose their meaning.
        prefixes: Whether each word may also be the beginning of a longer one.

    Returns:
        At most 12 different terms, none if nothing in `words` can be looked for.
    """
    plain = searchable(words.replace("\0", " "))
    terms = (_term(match, prefixes=prefixes) for match in _TERM.finditer(plain))
    different = {(term.begins, *(term.words or [term.text])): term for term in terms if term}
    return [*different.values()][:MAX_TERMS]


def words_of(words: str) -> list[str]:
    """Returns the single words that a search looks for, to be shown in what it finds."""
    return _WORD.findall(words)[:MAX_TERMS]


def _term(match: re.Match[str], *, prefixes: bool) -> Term | None:
    phrase, word = match.groups()
    text = (word or phrase or "").strip()
    if not any(map(str.isalnum, text)):
        return None
    begins = word is not None and (word.endswith("*") or prefixes)
    # A lone surrogate cannot be sent to SQLite at all.
    return Term(text.rstrip("*").encode("utf-8", "replace").decode(), begins)
