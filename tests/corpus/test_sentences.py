"""What an example repeats is stored once, and comes back as it was."""

from hypothesis import given
from hypothesis import strategies as st

from bot.corpus.codec import parts_from_json, parts_to_json, works_from_json, works_to_json
from bot.corpus.sentences import HIDDEN, sentence_at, sentence_place
from bot.model import Example, Note, Part, PartKind, Span, Style, Work, visible_text
from bot.render.appearances import find_appearances
from tests.render.hostile_examples import hostile_examples

PAGES = st.sampled_from((None, "Film/Alpha", "film/alpha", "Series/Beta", "Main/Gamma"))
TEXTS = st.sampled_from(("Alpha", "Beta", "0", " runs “away” \\ far. ", '"', HIDDEN, "…"))
WORKS = st.lists(st.builds(Work, PAGES, st.sampled_from(("Alpha", "Beta", "0"))), max_size=4).map(tuple)
STYLES = st.sampled_from((Style.PLAIN, Style.PLAIN, Style.ITALIC))
SPANS = st.lists(st.builds(Span, TEXTS, STYLES, PAGES, st.sampled_from((0, 0, 1, 2))), min_size=1, max_size=6)
NOTES = st.lists(st.builds(Note, st.just(0), st.just("note"), SPANS.map(tuple), st.integers(0, 2)), max_size=1)
PARTS = st.lists(
    st.builds(Part, st.just(PartKind.BULLET), st.just(1), SPANS.map(tuple), NOTES.map(tuple), st.integers(0, 10**6)),
    min_size=1,
    max_size=3,
).map(tuple)


def restored(sentence: str, parts: tuple[Part, ...], works: tuple[Work, ...] = ()) -> str:
    place = sentence_place(sentence, parts)
    return sentence_at(place, parts_to_json(parts, works), works_to_json(works))


@given(PARTS, WORKS)
def test_parts_come_back_with_their_works(parts: tuple[Part, ...], works: tuple[Work, ...]) -> None:
    assert parts_from_json(parts_to_json(parts, works), works) == parts


@given(WORKS, WORKS)
def test_works_come_back_with_known_ones(works: tuple[Work, ...], known: tuple[Work, ...]) -> None:
    assert works_from_json(works_to_json(works, known), known) == works


@given(PARTS, WORKS, st.data())
def test_a_sentence_comes_back(parts: tuple[Part, ...], works: tuple[Work, ...], data: st.DataObject) -> None:
    text = visible_text(data.draw(st.sampled_from(parts)).spans, data.draw(st.sampled_from((HIDDEN, "(spoiler)", ""))))
    start = data.draw(st.integers(0, len(text)))
    said = text[start : data.draw(st.integers(start, len(text)))]
    sentence = data.draw(st.sampled_from(("", "… "))) + said + data.draw(st.sampled_from(("", "…")))
    assert restored(sentence, parts, works) == sentence


@given(hostile_examples())
def test_what_a_page_says_of_works_comes_back(example: Example) -> None:
    found = find_appearances(example)
    sentences = [one.sentence for one in (*found.works.values(), *found.mentions.values())]
    assert [restored(sentence, example.parts) for sentence in sentences] == sentences


def test_a_sentence_with_links_is_not_repeated() -> None:
    works = (Work("Film/Alpha", "Alpha"), Work("Film/Beta", "Beta"))
    spans = (Span("Alpha", Style.ITALIC, "Film/Alpha"), Span(": He "), Span("runs", Style.ITALIC), Span(" as in "))
    parts = (Part(PartKind.BULLET, 1, (*spans, Span("Beta", Style.ITALIC, "Film/Beta"), Span(". Then stops."))),)
    assert isinstance(sentence_place("He runs as in Beta.", parts), int)
    assert restored("He runs as in Beta.", parts, works) == "He runs as in Beta."


def test_a_place_is_never_in_hidden_text() -> None:
    parts = (Part(PartKind.BULLET, 1, (Span("He "), Span("dies.", spoiler=1), Span(" Then."))),)
    assert sentence_place("dies.", parts) == "dies."
    assert sentence_place(f"He {HIDDEN} Then.", parts) == f"He {HIDDEN} Then."
