"""What the names and addresses of the wiki's pages say. ``titles.toml`` has the titles that no name tells."""

import re
from functools import lru_cache
from urllib.parse import unquote

from bot.model import MAX_TITLE_LENGTH

# Page names have no punctuation. These words have it in nearly every title.
_PUNCTUATED = {
    word.replace("'", "").rstrip("."): word
    for word in (
        "Ain't Aren't Can't Couldn't Didn't Doesn't Don't Hasn't Haven't He's Here's I'm I've Isn't It's Let's "
        "She's Shouldn't That's There's They're Wasn't Weren't We've What's Where's Who's Won't Wouldn't You'll You're "
        "You've Dr. Jr. Mr. Mrs. Ms. St."
    ).split()
} | {"Oclock": "O'Clock", "Pokemon": "Pokémon", "Vs": "vs."}
MAX_CACHED_NAME = 100
SMALL_WORDS = frozenset("a an and as at but by for from in of on or the to with".split())

# A run of capitals is an acronym or numeral, but its last before a small letter starts a word: "AHard" is "A Hard".
# Single capitals keep their number (X3), numbers their ending (3D, 2nd). Other digits are separate words.
_CAMEL_CASE_WORD = re.compile(
    r"(?<![A-Z])(?:[A-Z][0-9]+)+|[0-9]+(?:D|K[0-9]*|st|nd|rd|th|s)(?![a-z])"
    r"|Mc[A-Z][a-z]+|[IVX]+(?=A[A-Z][a-z])|[A-Z]+(?![a-z])|[A-Z][a-z]*|[a-z]+|[0-9]+|[^A-Za-z0-9]+"
)
_SMALL_NUMERAL = re.compile(r"(?:I{2,3}|IV|VI{2,3}|XI{2,3}|XI?V|XVI{1,3})\Z", re.IGNORECASE)
_YEAR = re.compile(r"(?<=[^0-9])[0-9]{4}\Z")
# An archive's address may precede it. HTTrack adds ".html", which is not part of the name.
_PAGE_ADDRESS = re.compile(r"pmwiki\.php/([A-Za-z0-9]+)[/.]([\w%~-]{1,600})(?![\w%~-])")
# Namespaces of the wiki's own pages, people, and parts of works.
NON_WORK_NAMESPACES = frozenset(
    "main|administrivia|analysis|awesome|character|characters|creator|darthwiki|fridge|funny|haiku|headscratchers|"
    "heartwarming|imagelinks|justforfun|laconic|medianotes|nightmarefuel|pantheon|platform|playingwith|quotes|recap|"
    "sandbox|shoutout|soyouwantto|sugarwiki|synopsis|tearjerker|timeline|trivia|tropers|usefulnotes|wmg|ymmv".split("|")
)


def title_from_page_name(name: str) -> str:
    """Return "Run Lola Run" for ``RunLolaRun``. Four digits at the end are a year: "Star Trek (2009)"."""
    return _cached_title(name) if len(name) <= MAX_CACHED_NAME else _title(name)


def _title(name: str) -> str:
    year = _YEAR.search(name)
    words = _CAMEL_CASE_WORD.findall(name[: year.start()] if year else name)
    last = len(words) - 1
    title = " ".join([_word_of_title(word, inner=0 < i < last) for i, word in enumerate(words)])
    return f"{title} ({year[0]})" if year else title


# Cached: pages name the same works again and again. Only short names, so at most 2 MB.
_cached_title = lru_cache(maxsize=4096)(_title)


def _word_of_title(word: str, *, inner: bool) -> str:
    if inner and word.lower() in SMALL_WORDS:
        return word.lower()
    return word.upper() if _SMALL_NUMERAL.match(word) else _PUNCTUATED.get(word, word)


def page_name_from_words(words: str) -> str:
    """Return ``BattlestarGalactica2003`` for the words in braces ``Battlestar Galactica|2003``."""
    return "".join([word[:1].upper() + word[1:] for word in re.split(r"[^A-Za-z0-9]+", words) if word])


def page_from_address(address: str | None) -> str | None:
    """Return the page of an address as ``Namespace/Name``, or None if it is not the wiki's."""
    match = _PAGE_ADDRESS.search(address) if address else None
    if match is None:
        return None
    name = match[2]
    if not (name.isalnum() and name.isascii()):
        name = "".join(filter(str.isalnum, unquote(name)))
    page = f"{match[1]}/{name}"
    return page if name and len(page) <= MAX_TITLE_LENGTH else None


def is_work_page(page: str) -> bool:
    """Return whether a link may lead to a work, as far as its namespace tells."""
    return namespace_of(page) not in NON_WORK_NAMESPACES


def namespace_of(page: str) -> str:
    """Return the namespace of ``Namespace/Name`` in lower case."""
    return page.partition("/")[0].casefold()
