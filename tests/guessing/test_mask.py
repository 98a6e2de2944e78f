"""What shows of an example in the game."""

import pytest

from bot.guessing.mask import BLOCK, mask_example
from bot.guessing.second_reading import is_safe, names_by_chance, telling_words
from bot.guessing.words import read_common_words
from bot.model import Example, Note, Part, PartKind, Span, Style, Work
from bot.settings import ROOT

WORDS = read_common_words(ROOT / "data")
WORK = Work("Film/RunLolaRun", "Run Lola Run")


def example(*parts: Part, work: Work = WORK) -> Example:
    return Example(1, "key", None, None, (work,), parts)


def bullet(*spans: Span | str, notes: tuple[Note, ...] = ()) -> Part:
    texts = tuple([Span(span) if isinstance(span, str) else span for span in spans])
    return Part(PartKind.BULLET, 1, texts, notes)


def masked(*spans: Span | str, title: str = "Run Lola Run", page: str = "Film/RunLolaRun") -> str:
    work = Work(page, title)
    return mask_example(example(bullet(*spans), work=work), [title], WORDS).text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("she takes the money", "she takes the money", id="common words"),
        pytest.param("she meets Manni and the door", f"she meets {BLOCK} and the door", id="a name"),
        pytest.param("she zyxes the door", f"she {BLOCK} the door", id="a rare word"),
        pytest.param("she has 20 minutes, or twenty", f"she has {BLOCK} minutes, or {BLOCK}", id="numbers"),
        pytest.param('she says "help me" and goes', f"she says {BLOCK} and goes", id="a quote"),
        pytest.param('she says "help me and goes', f"she says {BLOCK}", id="a quote without an end"),
        pytest.param("she says ‘help me’ and doesn’t go", f"she says {BLOCK} and doesn't go", id="curly quotes"),
        pytest.param(
            "she runs and is running, runner", f"she {BLOCK} and is {BLOCK}", id="inflected words of the title"
        ),
        pytest.param("Once Upon A Time she goes", f"{BLOCK} she goes", id="neighbouring blocks"),
        pytest.param("she goes — Manni — and waits", f"she goes {BLOCK} and waits", id="dashes around a block"),
        pytest.param("she goes—and waits (there)", "she goes — and waits there", id="other dashes"),
        pytest.param("her father's slow-motion scene", "her father's slow-motion scene", id="joined words"),
    ],
)
def test_only_harmless_common_words_show(text: str, shown: str) -> None:
    assert masked(text) == shown


@pytest.mark.parametrize(
    "span",
    [
        pytest.param(Span("the end", spoiler=1), id="spoiler"),
        pytest.param(Span("the end", Style.ITALIC), id="italics"),
        pytest.param(Span("the end", Style.BOLD), id="bold"),
        pytest.param(Span("the end", page="Main/TheEnd"), id="link"),
    ],
)
def test_all_but_plain_text_is_blocked(span: Span) -> None:
    assert masked("she sees ", span, " and waits") == f"she sees {BLOCK} and waits"
    assert masked("she sees un", span, "ing and waits") == f"she sees {BLOCK} and waits"


def test_quotes_and_notes_are_blocked() -> None:
    quote = Part(PartKind.QUOTE, 1, (Span("she waits"),))
    note = Note(3, "note", (Span("she waits"),))
    shown = mask_example(example(bullet("she goes", notes=(note,)), quote, bullet("and goes on")), ["It"], WORDS)
    assert shown.lines == (f"she goes {BLOCK}", "and goes on")
    assert shown.word_count == 5


@pytest.mark.parametrize(
    ("title", "text"),
    [
        pytest.param("Lord of War", "a low price of peace", id="initials and small words"),
        pytest.param("The Untouchables", "the untouched", id="stem"),
        pytest.param("Seven", "one of two", id="numbers"),
        pytest.param("Everybody", "every body", id="words that join"),
        pytest.param("Café", "the cafe", id="accents"),
        pytest.param("Men", "she saw workmen", id="end of a word"),
    ],
)
def test_words_like_those_of_the_title_are_blocked(title: str, text: str) -> None:
    shown = masked(text, title=title, page="Film/X")
    assert is_safe(shown, [title], [])
    assert BLOCK in shown


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        pytest.param("she waits for the train", True, id="harmless"),
        pytest.param("She waits", False, id="a capital letter"),
        pytest.param("she waits 2 days", False, id="a number"),
        pytest.param("she likes rings", False, id="a word of the title"),
        pytest.param("she sees the ringleader", False, id="a stem of the title"),
        pytest.param("she is lot of fun", False, id="initials"),
        pytest.param("her secret is out", False, id="a hidden text"),
        pytest.param("her ▒▒▒ secret", True, id="only a word of it"),
        pytest.param("here, lordo fthe ring s", False, id="the title between words"),
    ],
)
def test_the_second_reading_refuses_any_doubt(text: str, safe: bool) -> None:
    assert is_safe(text, ["Lord of Ring", "L o t"], ["secret is"]) is safe


def test_titles_in_the_words_of_the_card_are_found() -> None:
    assert names_by_chance(telling_words(["Which work is this?"]), ["Hard Work"])
    assert not names_by_chance(telling_words(["Which work is this?"]), ["What Is This"])
