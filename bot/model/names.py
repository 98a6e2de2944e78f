"""Compare names as people type them: without case, accents and punctuation."""

import unicodedata
from hashlib import blake2b

MAX_EXPANSION = 4  # of a text whose ligatures are taken apart
# As keyboards and phones type them: "Ryan's" is one word in any form.
_APOSTROPHES, _ASCII_APOSTROPHES = "'’‘ʼ＇´`", "'`"
# What each ASCII character is in a word: a letter in lower case, a digit, or a blank between words.
_ASCII_WORDS = "".join([chr(code).lower() if chr(code).isalnum() else " " for code in range(128)]).encode().ljust(256)


def normalize_title(title: str) -> str:
    """Return a title's words without case, accents and punctuation."""
    for apostrophe in _ASCII_APOSTROPHES if title.isascii() else _APOSTROPHES:  # faster than translating
        title = title.replace(apostrophe, "")
    return " ".join(normalize_words(title))


def normalize_words(text: str) -> list[str]:
    """Split a text into words of letters and digits, without case and accents."""
    if text.isascii():  # a shortcut for nearly all texts
        return text.encode().translate(_ASCII_WORDS).decode().split()
    folded = text.casefold()
    plain = unicodedata.normalize("NFKD", folded)
    if len(plain) > MAX_EXPANSION * len(folded):  # a single ligature can become four words
        plain = unicodedata.normalize("NFD", folded)
    return "".join(char if char.isalnum() else " " for char in plain if not unicodedata.combining(char)).split()


def trope_ref(name: str) -> str:
    """Return ten characters for custom_ids and the state, the same for any case of a trope's name."""
    return blake2b(name.casefold().encode("utf-8", "replace"), digest_size=5).hexdigest()


def work_ref(title: str) -> str:
    """Return twelve characters, the same for any case, accents and punctuation."""
    return blake2b(normalize_title(title).encode("utf-8", "replace"), digest_size=6).hexdigest()
