"""Titles belong together if they share a stem, and their pages a namespace."""

import pytest

from bot.corpus.franchises import find_franchise, title_stem

TITLES = (
    "Mass Effect", "Mass Effect 2", "Mass Effect: Andromeda", "Mass Effect 3", "Massive", "Mission: Impossible",
    "Mission: Impossible III", "Alien", "Aliens", "The 39 Steps",
)  # fmt: skip


@pytest.mark.parametrize(
    ("title", "stem"),
    [
        ("Mass Effect 2", "mass effect"),
        ("Mass Effect: Andromeda", "mass effect"),
        ("The Godfather Part II", "the godfather"),
        ("Kill Bill Vol. 1", "kill bill"),
        ("Ocean's Eleven", "oceans"),
        ("Battlestar Galactica (2003)", "battlestar galactica"),
        ("Blade Runner – Black Lotus", "blade runner"),
        ("Seven Samurai", "seven samurai"),
        ("1984", "1984"),
        ("The 39 Steps", ""),
        ("", ""),
    ],
)
def test_a_stem_ends_before_a_number_colon_or_subtitle(title: str, stem: str) -> None:
    assert title_stem(title) == stem


@pytest.mark.parametrize(
    ("title", "name", "members"),
    [
        pytest.param("Mass Effect 2", "Mass Effect", 4, id="numbers and subtitles"),
        pytest.param("Mission: Impossible III", "Mission: Impossible", 2, id="the longest common name"),
        pytest.param("Alien", None, 0, id="another word"),
        pytest.param("The 39 Steps", None, 0, id="no stem"),
    ],
)
def test_a_franchise_has_the_works_with_the_stem(title: str, name: str | None, members: int) -> None:
    pages = {each: [f"film/{each}"] for each in TITLES}
    found = find_franchise(title, {each: each for each in TITLES}, pages)
    assert (found.name if found else None, len(found.refs) if found else 0) == (name, members)


def test_a_work_of_another_namespace_does_not_belong() -> None:
    titles = {"a": "Rocky", "b": "Rocky II", "c": "Rocky III", "d": "Rocky IV"}
    pages = {"a": ["franchise/rocky"], "b": ["film/rockyii"], "c": ["videogame/rockyiii"], "d": ["film/rockyiv"]}
    for ref in ("a", "b", "d"):
        found = find_franchise(ref, titles, pages)
        assert found
        assert found.refs == ("a", "b", "d")
    assert find_franchise("b", titles, {}) is None
