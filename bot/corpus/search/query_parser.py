"""Parse a search into terms that FTS5 always accepts."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.corpus.index_terms import strip_filter_prefix
from bot.model.names import normalize_words

MAX_TERMS = 12
WORD = re.compile(r"\w+")
TERM = re.compile(r'([-−]?)(?:"([^"]*)"?|([^\s"]+))')
# As phones and word processors set them.
QUOTES = dict.fromkeys(map(ord, "“”„‟«»＂"), '"')


@dataclass(frozen=True, slots=True)
class Term:
    """A word, phrase or prefix as typed, without quotes."""

    text: str
    is_prefix: bool = False

    def to_fts(self) -> str:
        """Return the term in FTS5's syntax."""
        return f'"{self.text}"' + "*" * self.is_prefix

    @property
    def words(self) -> list[str]:
        """Its words as the index has them, nearly."""
        return normalize_words(self.text)

    def matches(self, words: Sequence[str]) -> bool:
        """Return whether `words` contain the term."""
        *before, last = self.words or [""]
        return bool(last) and any(
            words[index - len(before) : index] == before and (word.startswith(last) if self.is_prefix else word == last)
            for index, word in enumerate(words)
            if index >= len(before)
        )


def parse_query(query: str, *, prefixes: bool = False) -> list[Term]:
    """Return at most MAX_TERMS different terms: words, ``"exact phrases"`` and ``prefix*``.

    With `prefixes`, each word is a prefix. Terms after a minus are left out. Other punctuation and operators have no
    meaning.
    """
    return _terms(query, excluded=False, prefixes=prefixes)


def parse_exclusions(query: str) -> list[Term]:
    """Return at most MAX_TERMS different terms that hits must not have: those after a minus."""
    return _terms(query, excluded=True)


def highlight_words(query: str) -> list[str]:
    """Return the words to highlight in hits."""
    return [word for term in parse_query(query) for word in WORD.findall(term.text)][:MAX_TERMS]


def _terms(query: str, *, excluded: bool, prefixes: bool = False) -> list[Term]:
    plain = strip_filter_prefix(query.replace("\0", " ")).translate(QUOTES)
    terms: dict[tuple[bool | str, ...], Term] = {}
    for minus, phrase, word in TERM.findall(plain):
        text = (word or phrase).strip()
        if bool(minus) is excluded and any(map(str.isalnum, text)):
            is_prefix = bool(word) and (prefixes or word.endswith("*"))
            # A lone surrogate cannot be sent to SQLite at all.
            term = Term(text.rstrip("*").encode("utf-8", "replace").decode(), is_prefix)
            terms[is_prefix, *(term.words or [term.text])] = term
    return [*terms.values()][:MAX_TERMS]
