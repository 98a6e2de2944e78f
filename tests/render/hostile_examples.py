"""Examples for Hypothesis: every span holds a word of its own amid noise of all kinds, and shows where it belongs.

A word in clear looks like `kabcv`, a hidden one like `zabcq`; nothing else is spelt with z or q.
"""

import re
from collections.abc import Iterator
from itertools import count

from hypothesis import strategies as st

from bot.model import Entry, Example, Medium, MediumGroup, Note, Part, PartKind, Span, Style, Trope, Work, plain_text
from tests.markdown_renderers.hostile_texts import FRAGMENTS, PAIRS

NOISE = st.lists(st.sampled_from(FRAGMENTS), max_size=3).map("".join)
STYLES = st.sampled_from((0, 0, 0, 1, 2, 3, 4, 8, 11)).map(Style)
LETTERS = str.maketrans("0123456789", "abcdefghij")
WORD = re.compile(r"k[a-j]{3}v|z[a-j]{3}q")
SECRET = re.compile("[zq]")


@st.composite
def hostile_spans(draw: st.DrawFn, number: "count[int]", *, most: int = 6, hidden: bool = False) -> tuple[Span, ...]:
    """Returns spans, neighbours in one spoiler or in two; `hidden` gives all of them hidden words."""
    made = []
    for at in range(draw(st.integers(1, most))):
        spoiler = draw(st.sampled_from((1, at + 1) if hidden else (0, 0, 1, at + 1)))
        word, noise = _word(number, hidden=bool(spoiler)), draw(NOISE)
        opener, closer = draw(st.sampled_from(PAIRS))
        text = draw(st.sampled_from((word + noise, noise + word, closer + word + opener, f" {word} ")))
        made.append(Span(text, draw(STYLES), None, spoiler))
    return tuple(made)


@st.composite
def hostile_examples(draw: st.DrawFn) -> Example:
    """Returns an example of parts of all kinds, with notes, some of them within spoilers."""
    number, parts = count(100), []
    for _ in range(draw(st.integers(1, 4))):
        spans = draw(hostile_spans(number))
        notes = [draw(_notes(number, spans)) for _ in range(draw(st.sampled_from((0, 0, 1, 2))))]
        parts.append(Part(draw(st.sampled_from(PartKind)), draw(st.integers(0, 9)), spans, tuple(notes)))
    return Example(1, "key", None, None, (), tuple(parts))


@st.composite
def hostile_entries(draw: st.DrawFn) -> Entry:
    """Returns an example whose titles and medium are hostile too."""
    example = draw(hostile_examples())
    titles = draw(st.lists(st.sampled_from(FRAGMENTS).map(lambda sign: sign * 60), max_size=7))
    name = draw(st.sampled_from(FRAGMENTS)) * 30
    medium = Medium("a-medium-of-24-letters-x", name, MediumGroup("group", name)) if draw(st.booleans()) else None
    works = tuple(Work(None, title) for title in titles)
    return Entry(Trope("BigHeroicRun", "Big Heroic Run"), Example(10**6, "key", name, medium, works, example.parts))


def words_of(example: Example) -> tuple[list[str], list[str]]:
    """Returns the words of an example that show, and those that hide, in the order they are read in."""
    words = [word for text in _texts(example) for word in WORD.findall(text)]
    return [word for word in words if word[0] == "k"], [word for word in words if word[0] == "z"]


def letters_of(text: str) -> str:
    """Returns the letters of a text, so that words are found that line breaks or marks have cut."""
    return re.sub("[^a-z]", "", text)


@st.composite
def _notes(draw: st.DrawFn, number: "count[int]", beside: tuple[Span, ...]) -> Note:
    """Returns a note after some text; one in a spoiler may hold text that is not marked as hidden itself."""
    spoiler = draw(st.sampled_from([span.spoiler for span in beside]))
    label = draw(st.sampled_from(("note", _word(number, hidden=bool(spoiler)))))
    spans = draw(hostile_spans(number, most=3, hidden=bool(spoiler)))
    if spoiler and draw(st.booleans()):
        spans = tuple(Span(span.text, span.style) for span in spans)
    return Note(len(plain_text(beside)), label, spans, spoiler)


def _texts(example: Example) -> Iterator[str]:
    for part in example.parts:
        at = 0
        for note in part.notes:
            yield part.text[at : note.offset]
            yield note.label
            at = note.offset
        yield part.text[at:]
    yield from (plain_text(note.spans) for note in example.notes)


def _word(number: "count[int]", *, hidden: bool) -> str:
    word = str(next(number)).translate(LETTERS)
    return f"z{word}q" if hidden else f"k{word}v"
