"""Which guesses name a work."""

import pytest

from bot.guessing.judge import Verdict, judge

RIGHT, CLOSE, WRONG = Verdict.RIGHT, Verdict.CLOSE, Verdict.WRONG


@pytest.mark.parametrize(
    ("guess", "names", "verdict"),
    [
        ("Run Lola Run", ["Run Lola Run"], RIGHT),
        ("run, lola  RUN!", ["Run Lola Run"], RIGHT),
        ("Run Lola Rum", ["Run Lola Run"], RIGHT),
        ("Lola rennt", ["Run Lola Run", "Lola rennt"], RIGHT),
        ("Twelve Angry Men", ["12 Angry Men"], RIGHT),
        ("Shining", ["The Shining"], RIGHT),
        ("The Two Towers", ["The Lord of the Rings: The Two Towers"], RIGHT),
        ("Lord of the Rings", ["The Lord of the Rings: The Two Towers"], CLOSE),
        ("LOTR", ["The Lord of the Rings"], RIGHT),
        ("Alien", ["Alien 3"], CLOSE),
        ("Alien 2", ["Alien 3"], CLOSE),
        ("Aliens", ["Alien"], RIGHT),
        ("Alien 3", ["Alien"], CLOSE),
        ("Mission Impossible II", ["Mission: Impossible III"], CLOSE),
        ("Captain America", ["Captain America: The First Avenger"], CLOSE),
        ("Captain America: Civil War", ["Captain America: The First Avenger"], CLOSE),
        ("Battlestar Galactica", ["Battlestar Galactica (2003)"], CLOSE),
        ("Fairy Tale", ["Firefly"], WRONG),
        ("it", ["Up"], WRONG),
        ("", ["Up"], WRONG),
        ("the", ["The Ring"], WRONG),
    ],
)
def test_a_guess_is_right_close_or_wrong(guess: str, names: list[str], verdict: Verdict) -> None:
    assert judge(guess, names) is verdict


@pytest.mark.parametrize(
    ("guess", "names", "verdict"),
    [
        pytest.param("Aliens", ["Alien"], WRONG, id="no typo if it is another title"),
        pytest.param("Alien 2", ["Alien 3"], CLOSE, id="franchise"),
        pytest.param("Firefly", ["Firefly"], RIGHT, id="the same title"),
    ],
)
def test_the_title_of_another_work_is_no_typo(guess: str, names: list[str], verdict: Verdict) -> None:
    assert judge(guess, names, is_other_work=True) is verdict
