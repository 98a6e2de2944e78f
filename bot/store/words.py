"""What a member types into a search, made into a query that FTS5 can never refuse."""

import re

MAX_TERMS = 12
_WORD = re.compile(r"\w+")
_TERM = re.compile(r'"([^"]*)"?|([^\s"]+)')


def fts_query(words: str, *, prefixes: bool = False) -> str:
    """Returns the query for words, ``"exact phrases"`` and ``prefix*``; all of them must be found.

    Args:
        words: Anything at all; signs, operators and quotes lose their meaning.
        prefixes: Whether each word may also be the beginning of a longer one.

    Returns:
        A query of at most 12 terms, or an empty string if nothing in `words` can be looked for.
    """
    terms = (_term(match, prefixes=prefixes) for match in _TERM.finditer(words.replace("\0", " ")))
    return " ".join([term for term in terms if term][:MAX_TERMS])


def words_of(words: str) -> list[str]:
    """Returns the single words that a search looks for, to be shown in what it finds."""
    return _WORD.findall(words)[:MAX_TERMS]


def _term(match: re.Match[str], *, prefixes: bool) -> str:
    phrase, word = match.groups()
    text = (word or phrase or "").strip()
    if not any(map(str.isalnum, text)):
        return ""
    begins = word is not None and (word.endswith("*") or prefixes)
    # A lone surrogate cannot be sent to SQLite at all.
    text = text.rstrip("*").encode("utf-8", "replace").decode()
    return f'"{text}"' + "*" * begins
