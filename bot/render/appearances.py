"""What an example says about each work that its visible text names. Done once, at load."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

from bot.model import (
    MAX_TITLE_LENGTH,
    MAX_UNLINKED_WORKS,
    MAX_WORKS_SERVED,
    Appearance,
    Appearances,
    Example,
    Part,
    PartKind,
    Relation,
    Style,
    Work,
)
from bot.model.page_names import is_work_page
from bot.render.markdown import single_line
from bot.render.texts.examples import SPOILER_PLACEHOLDER
from bot.render.truncate import ELLIPSIS, truncate

SENTENCE_LENGTH, SHORT_SENTENCE = 160, 30
READ_BEFORE, READ_AFTER, CONTEXT = 400, 600, 60  # characters around a name
MAX_MENTIONS = 20  # of an example
MAX_PARTS_READ = 20  # below a bullet
MIN_VISIBLE_WORDS = 2
NAME_LENGTH = 2 * MAX_TITLE_LENGTH  # what is longer is no title
PLACEHOLDER = SPOILER_PLACEHOLDER.english
HIDDEN = "\N{OBJECT REPLACEMENT CHARACTER}"  # in place of a spoiler
PUNCTUATION = " .,:;"
_ITALICS, _ITALIC_BIT = "''", int(Style.ITALIC)  # plain numbers: IntFlag is slow

_WORD = re.compile(r"[^\W_]+")
# Not after an initial or a title.
_SENTENCE_END = re.compile(r"[.!?…](?<!\b[A-Z]\.)(?<!\b[DM]r\.)(?<!\bMrs\.)(?<!\b[Vv]s\.)(?<!\bSt\.)[\"'”’)\]]*\s+")
_AFTER_PLACEHOLDER = re.compile(rf"{re.escape(PLACEHOLDER)}\s+(?=[,.;:!?)\]'’”])")
_COLON = re.compile(r"[\"'”’)\]]*\s*:\s*")
MAX_COMPARISON = 40  # at least as long as what the next one matches
_COMPARED = re.compile(r"\b(?:compare|contrast|see|see also|unlike|similar to)\b[^.]{0,20}\Z", re.IGNORECASE)


class _Name(NamedTuple):
    """A work's name in the text of a part."""

    page: str | None  # that it links to; else it is in italics
    text: str
    start: int
    end: int

    @property
    def key(self) -> str:
        """The page in lower case, or the title of a work that is not linked."""
        return (self.page or self.text.strip(PUNCTUATION)).casefold()


class _Place(NamedTuple):
    """Where an example names a work."""

    relation: Relation
    part: int
    name: _Name


_NOWHERE = _Place(Relation.SUBJECT, 0, _Name(None, "", 0, 0))


def find_appearances(example: Example) -> Appearances:
    """Return what an example says about the works that it is about, and about those that it mentions."""
    about = _works_by_key(example.works)
    texts = [_PartText(part) for part in example.parts]
    places = _first_places(texts, about)
    works: dict[str, Appearance] = {}
    for number, (key, work) in enumerate(about.items()):
        place = places.get(key, _NOWHERE)
        made = _appearance(texts, place, with_sentence=number < MAX_WORKS_SERVED)
        known_work = works.setdefault(work.ref, made)
        if made.relation < known_work.relation:
            works[work.ref] = made
    mentioned = [key for key in places if key not in about][:MAX_MENTIONS]
    return Appearances(works, {key: _appearance(texts, places[key]) for key in mentioned})


def _works_by_key(works: Sequence[Work]) -> dict[str, Work]:
    return {(work.page or work.title).casefold(): work for work in works}


class _PartText:
    """The visible text of a part, with one sign for each spoiler.

    Attributes:
        names: Links, and italics that can be titles.
        masked: The text without what could end a sentence in names.
    """

    def __init__(self, part: Part) -> None:
        self.part = part
        self.names: list[_Name] = []
        shown, masked = [], []
        at = spoiler = 0
        key = ""
        for span in part.spans:
            if span.spoiler:
                if span.spoiler != spoiler:
                    shown.append(HIDDEN)
                    masked.append(HIDDEN)
                    at += len(HIDDEN)
                spoiler, key = span.spoiler, ""
                continue
            text = span.text
            start, at, spoiler, last = at, at + len(text), 0, key
            key = span.page or (_ITALICS if int(span.style) & _ITALIC_BIT else "")
            shown.append(text)
            masked.append("x" * len(text) if key else text)
            if key and key == last:
                whole = (self.names[-1].text + text)[:NAME_LENGTH]
                self.names[-1] = self.names[-1]._replace(text=whole, end=at)
            elif key:
                self.names.append(_Name(span.page, text, start, at))
        self.text, self.masked = "".join(shown), "".join(masked)
        self.has_hidden = HIDDEN in self.text

    def is_in_passing(self, name: _Name) -> bool:
        """Return whether a bullet names a work after its first sentence, or to compare."""
        before = self.masked[max(0, name.start - READ_BEFORE) : name.start]
        return bool(before and (_SENTENCE_END.search(before) or _COMPARED.search(before[-MAX_COMPARISON:])))

    @cached_property
    def visible_words(self) -> int:
        """The number of visible words besides names, as far as it matters."""
        outside, end = [], 0
        for name in self.names:
            outside.append(self.text[end : name.start])
            end = name.end
        rest = [*outside, self.text[end:]]
        return sum([len(_WORD.findall(text[:READ_AFTER])) for text in rest])


def _first_places(texts: Sequence[_PartText], about: Mapping[str, Work]) -> dict[str, _Place]:
    """Return the first place of each work, by key, of those that say the most about it."""
    places: dict[str, _Place] = {}
    unlinked = sum([work.page is None for work in about.values()]) <= MAX_UNLINKED_WORKS
    for index, text in enumerate(texts):
        for key, place in _places(index, text, about, unlinked=unlinked):
            if place.relation < places.setdefault(key, place).relation:
                places[key] = place
    return places


def _places(index: int, text: _PartText, about: Mapping[str, Work], *, unlinked: bool) -> Iterator[tuple[str, _Place]]:
    """Yield the works that a part names, by key. A bullet is about the first of them, or about all of a franchise.

    Without `unlinked`, those without a link are left out.
    """
    is_bullet, leads, is_franchise = text.part.kind is PartKind.BULLET, True, False
    relation = Relation.SUBJECT if index == 0 else Relation.SUB_BULLET
    for name in text.names:
        key = name.key
        work = about.get(key)
        if work is None:
            if name.page and is_work_page(key):
                yield key, _Place(Relation.MENTION, index, name)
        elif work.page is not None or unlinked:
            is_subject = is_bullet and (is_franchise or (leads and not text.is_in_passing(name)))
            yield key, _Place(relation if is_subject else Relation.MENTION, index, name)
            is_franchise = is_franchise or (leads and key.startswith("franchise/"))
            leads = False


def _appearance(texts: Sequence[_PartText], place: _Place, *, with_sentence: bool = True) -> Appearance:
    section = _section(texts, place.part)
    is_hidden = any(part.has_hidden for part in section) and not _shows_enough(section)
    return Appearance(place.relation, is_hidden, _sentence(section, place.name) if with_sentence else "")


def _shows_enough(section: Sequence[_PartText]) -> bool:
    return any(words >= MIN_VISIBLE_WORDS for words in accumulate(part.visible_words for part in section))


def _section(texts: Sequence[_PartText], index: int) -> list[_PartText]:
    """Return a part and the first of those below it."""
    section = [*texts[index : index + 1]]
    for text in texts[index + 1 : index + MAX_PARTS_READ]:
        is_bullet = text.part.kind is PartKind.BULLET
        if text.part.depth < section[0].part.depth or (is_bullet and text.part.depth == section[0].part.depth):
            break
        section.append(text)
    return section


def _sentence(section: Sequence[_PartText], name: _Name) -> str:
    """Return the sentence with a name, else what follows it."""
    if not section:
        return ""
    sentence = _sentence_around(section[0], name)
    for part in section[1:]:
        if _WORD.search(sentence.replace(PLACEHOLDER, "")):
            break
        sentence = f"{sentence} {_readable(part.text[:READ_AFTER])}".strip()
    return truncate(sentence, SENTENCE_LENGTH)


def _sentence_around(part: _PartText, name: _Name) -> str:
    start, opening = _sentence_start(part, name), ""
    if not part.text[start : name.start].strip(" \"'“‘(") and (colon := _COLON.match(part.text, name.end)):
        start = colon.end()  # the title and its colon say nothing new
    elif name.start - start > SENTENCE_LENGTH - CONTEXT:
        near = name.start - CONTEXT
        start, opening = part.text.find(" ", near, name.start) + 1 or near, f"{ELLIPSIS} "
    after = max(start, name.end)
    end = after + READ_AFTER
    for match in _SENTENCE_END.finditer(part.masked, after, end):
        if match.end() - start >= SHORT_SENTENCE:
            end = match.end()
            break
    return opening + _readable(part.text[start:end])


def _sentence_start(part: _PartText, name: _Name) -> int:
    if not name.start:
        return 0  # mostly
    first = max(0, name.start - READ_BEFORE)
    ends = [match.end() for match in _SENTENCE_END.finditer(part.masked, first, name.start)]
    return ends[-1] if ends else first


def _readable(text: str) -> str:
    """Return a text in one line, with a word for each spoiler."""
    is_printable = text.isprintable()
    if is_printable and "  " not in text and HIDDEN not in text:
        return text.strip()  # nearly always
    shown = text.replace(HIDDEN, f" {PLACEHOLDER} ")
    line = " ".join((shown if is_printable else single_line(shown)).split())
    return _AFTER_PLACEHOLDER.sub(PLACEHOLDER, line)
