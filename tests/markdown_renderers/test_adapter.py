"""A small campaign: the bot renders hostile cases for all installed renderers."""

from functools import cache
from itertools import islice

import pytest

from bot.language import speaking, spoken_locales
from bot.model import PartKind
from bot.render.texts.examples import ANOTHER_EXAMPLE
from tests.markdown_renderers import adapter
from tests.markdown_renderers.all_renderers import Renderers
from tests.markdown_renderers.campaign import find_leaks
from tests.markdown_renderers.hostile_texts import HostileCase, HostileRun, hostile_case, hostile_texts


@cache
def cases() -> list[HostileCase]:
    return list(islice(hostile_texts(11), 2000))


@pytest.mark.slow
def test_no_renderer_shows_a_hidden_word_of_the_bot(renderers: Renderers) -> None:
    tally = find_leaks(cases()[:500], adapter.rendered, renderers)
    assert tally.findings == []
    assert tally.with_secrets > 500
    assert tally.is_proof


@pytest.mark.slow
def test_every_secret_is_sent_somewhere() -> None:
    for case in cases()[:200]:
        sent = "".join(sign for message in adapter.rendered(case) for sign in message if sign.isalnum())
        assert all(secret[:4] in sent for secret in case.secrets)


def test_cases_become_all_kinds_of_parts_and_notes() -> None:
    parts = [part for case in cases() for part in adapter.example_of(case).parts]
    assert {part.kind for part in parts} == set(PartKind)
    assert {part.depth for part in parts} == {1, 2, 3, 4, 5}
    notes = [note for part in parts for note in part.notes]
    assert {bool(note.spoiler) for note in notes} == {False, True}
    assert {note.label == "note" for note in notes} == {False, True}


def test_equal_cases_make_equal_examples() -> None:
    assert adapter.example_of(hostile_case(11, 5)) == adapter.example_of(hostile_case(11, 5))


@pytest.mark.parametrize("number", range(20))
def test_pipes_hide_nothing_on_a_control(number: int) -> None:
    runs = (HostileRun("||clear||", hidden=False, style=0), HostileRun("zq7xq", hidden=True, style=0))
    *_, bare = adapter.rendered(HostileCase(1, number, runs, ("zq7xq",)))
    assert "|" not in bare
    assert "zq7" not in bare
    assert "https://tvtropes.org" in bare


def test_cases_are_rendered_in_every_language() -> None:
    runs = (HostileRun("clear", hidden=False, style=0),)
    locales = spoken_locales()
    bare = [adapter.rendered(HostileCase(1, number, runs, ()))[-1] for number in range(len(locales))]
    for locale, said in zip(locales, bare, strict=True):
        with speaking(locale):
            assert ANOTHER_EXAMPLE() in said
