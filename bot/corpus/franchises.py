"""Which titles belong together: they share a stem before a number, colon or subtitle. Pure."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

from bot.corpus.names import distinctive_words
from bot.model.names import normalize_title

MIN_WORKS = 2
FRANCHISE_NAMESPACE = "franchise"
_SUBTITLE = re.compile(r":\s| [-–—] ")
_NUMBER = re.compile(r"\(?(?:[0-9]+|ii|iii|iv|vi{0,3}|ix|xi{0,3}|xiv|xv)\)?", re.IGNORECASE)
_NUMBER_WORDS = frozenset("two three four five six seven eight nine ten eleven twelve thirteen".split())
_COUNTED = frozenset("part pt vol vol. volume episode chapter season series book act".split())


@dataclass(frozen=True, slots=True)
class Franchise:
    """Works that belong together, with refs sorted."""

    name: str
    refs: tuple[str, ...]


def title_stem(title: str) -> str:
    """Return a title's beginning before a number, colon or subtitle, normalized. Empty if it says nothing."""
    words = _SUBTITLE.split(title, maxsplit=1)[0].split()
    numbers = (at for at, word in enumerate(words) if at and _is_number(word, is_last=at == len(words) - 1))
    words = words[: next(numbers, len(words))]
    while len(words) > 1 and words[-1].casefold() in _COUNTED:
        words.pop()
    stem = normalize_title(" ".join(words))
    return stem if distinctive_words(stem) else ""


def find_franchise(ref: str, titles: Mapping[str, str], pages: Mapping[str, Sequence[str]]) -> Franchise | None:
    """Return the franchise of a work, or None.

    Args:
        ref: The work.
        titles: Its title and those of others, by ref.
        pages: Their pages, by ref. Those of a franchise agree in a namespace.
    """
    stem = title_stem(titles.get(ref, ""))
    alike = [other for other, title in titles.items() if stem and title_stem(title) == stem]
    namespaces = {other: _namespaces(pages.get(other, ())) for other in alike}
    own = namespaces.get(ref, frozenset())
    wanted = own - {FRANCHISE_NAMESPACE}
    if own and not wanted:
        counts = Counter(each for other in sorted(alike) for each in namespaces[other] if each not in own)
        wanted = frozenset([name for name, _ in counts.most_common(1)])
    refs = [other for other in alike if namespaces[other] & (wanted | {FRANCHISE_NAMESPACE})] if wanted else []
    if len(refs) < MIN_WORKS or ref not in refs:
        return None
    return Franchise(_common_name([titles[each] for each in refs]), tuple(sorted(refs)))


def _is_number(word: str, *, is_last: bool) -> bool:
    return bool(_NUMBER.fullmatch(word)) or (is_last and word.casefold() in _NUMBER_WORDS)


def _namespaces(pages: Iterable[str]) -> frozenset[str]:
    return frozenset([page.partition("/")[0] for page in pages])


def _common_name(titles: Sequence[str]) -> str:
    """Return the words with which all titles begin, spelled as the first of them."""
    words = [title.split() for title in sorted(titles)]
    keys = [[word.casefold().strip(":,") for word in each] for each in words]
    same = [*takewhile(lambda column: len(set(column)) == 1, zip(*keys, strict=False))]
    common = words[0][: len(same)]
    while len(common) > 1 and (common[-1].casefold() in _COUNTED or not any(map(str.isalnum, common[-1]))):
        common.pop()
    return " ".join(common).strip(" :,-–—")
