"""Examples for Hypothesis whose every span has a unique word in hostile noise.

A visible word looks like `kabcv`, a hidden one like `zabcq`. Nothing else contains z or q.
"""

import re
from collections.abc import Iterator
from itertools import count

from hypothesis import strategies as st

from bot.model import Example, Medium, MediumGroup, Note, Part, PartKind, Span, Style, Work, plain_text
from tests.markdown_renderers.hostile_texts import FRAGMENTS, PAIRS

NOISE = st.lists(st.sampled_from(FRAGMENTS), max_size=3).map("".join)
STYLES = st.sampled_from((0, 0, 0, 1, 2, 3, 4, 8, 11)).map(Style)
LETTERS = str.maketrans("0123456789", "abcdefghij")
WORD = re.compile(r"k[a-j]{3}v|z[a-j]{3}q")
SECRET = re.compile("[zq]")


@st.composite
def noisy_spans(draw: st.DrawFn, number: "count[int]", *, limit: int = 6, hidden: bool = False) -> tuple[Span, ...]:
    """Draw spans. Neighbours may share a spoiler. With `hidden`, every word is hidden."""
    spans = []
    for at in range(draw(st.integers(1, limit))):
        spoiler = draw(st.sampled_from((1, at + 1) if hidden else (0, 0, 1, at + 1)))
        word, noise = _word(number, hidden=bool(spoiler)), draw(NOISE)
        opener, closer = draw(st.sampled_from(PAIRS))
        text = draw(st.sampled_from((word + noise, noise + word, closer + word + opener, f" {word} ")))
        spans.append(Span(text, draw(STYLES), None, spoiler))
    return tuple(spans)


@st.composite
def hostile_examples(draw: st.DrawFn) -> Example:
    """Draw an example of parts of all kinds, with notes, some of them in spoilers."""
    number, parts = count(100), []
    for _ in range(draw(st.integers(1, 4))):
        spans = draw(noisy_spans(number))
        notes = [draw(_notes(number, spans)) for _ in range(draw(st.sampled_from((0, 0, 1, 2))))]
        parts.append(Part(draw(st.sampled_from(PartKind)), draw(st.integers(0, 9)), spans, tuple(notes)))
    return Example(1, "key", None, None, (), tuple(parts))


@st.composite
def titled_examples(draw: st.DrawFn) -> Example:
    """Draw an example with hostile titles and a hostile medium."""
    example = draw(hostile_examples())
    titles = draw(st.lists(st.sampled_from(FRAGMENTS).map(lambda fragment: fragment * 60), max_size=7))
    name = draw(st.sampled_from(FRAGMENTS)) * 30
    medium = Medium("a-medium-of-24-letters-x", name, MediumGroup("group", name)) if draw(st.booleans()) else None
    works = tuple(Work(None, title) for title in titles)
    return Example(10**6, "key", name, medium, works, example.parts)


def words(example: Example) -> tuple[list[str], list[str]]:
    """Return the visible and the hidden words of an example, in reading order."""
    found = [word for text in _texts(example) for word in WORD.findall(text)]
    return [word for word in found if word[0] == "k"], [word for word in found if word[0] == "z"]


def letters(text: str) -> str:
    """Return the letters of a text, so that words cut by line breaks or delimiters are found."""
    return re.sub("[^a-z]", "", text)


@st.composite
def _notes(draw: st.DrawFn, number: "count[int]", spans: tuple[Span, ...]) -> Note:
    """Draw a note after some text. In a spoiler, its own text may lack the mark."""
    spoiler = draw(st.sampled_from([span.spoiler for span in spans]))
    label = draw(st.sampled_from(("note", _word(number, hidden=bool(spoiler)))))
    noted = draw(noisy_spans(number, limit=3, hidden=bool(spoiler)))
    if spoiler and draw(st.booleans()):
        noted = tuple(Span(span.text, span.style) for span in noted)
    return Note(len(plain_text(spans)), label, noted, spoiler)


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
