"""Times of the day as people type them in each language."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.times_of_day import parse_time_of_day, time_words
from bot.language import DEFAULT_LOCALE, spoken_locales
from bot.settings import ROOT

NOON, MIDNIGHT, SIX = 720, 0, 1080


@pytest.mark.parametrize(
    ("typed", "minute"),
    [
        ("18:30", 1110), (" 18.30 ", 1110), ("1830", 1110), ("18h30", 1110), ("6:30 pm", 1110), ("6.30PM", 1110),
        ("6 p.m.", 1080), ("12am", 0), ("12 pm", 720), ("12:05 a.m.", 5), ("7", 420), ("0:00", 0), ("23:59", 1439),
        ("24:00", None), ("18:60", None), ("13 pm", 780), ("13 am", None), ("0 am", 0), ("noon", 720), ("Midnight", 0),
        ("7pm", 1140), ("19h", 1140), ("0730", 450), ("afternoon", None), ("19hh", None), ("", None), ("18:3", None),
        ("٧:٣٠", None), ("18:30:00", None), ("-1:00", None),
    ],
)  # fmt: skip
def test_common_ways_to_write_a_time_are_understood(typed: str, minute: int | None) -> None:
    assert parse_time_of_day(typed) == minute


@given(st.text(max_size=30))
def test_any_text_gives_a_minute_of_the_day_or_none(typed: str) -> None:
    minute = parse_time_of_day(typed)
    assert minute is None or 0 <= minute < 1440


# By language: noon, midnight, and several ways to write six in the evening, the last with half an hour more.
TYPED = {
    "de": ("mittag", "Mitternacht", "18 Uhr", "um 18:00 Uhr", "6 Uhr abends", "18.30 Uhr"),
    "fr": ("midi", "à minuit", "18h", "à 18 h", "6 heures du soir", "18h30"),
    "es-ES": ("mediodía", "12 de la noche", "18 h", "a las 18:00", "a las 6 de la tarde", "18:30 horas"),
    "pt-BR": ("meio-dia", "à meia-noite", "18h", "às 18:00", "6 da tarde", "18h30min"),
    "it": ("mezzogiorno", "a mezzanotte", "ore 18", "alle 18:00", "6 di sera", "alle ore 18.30"),
    "pl": ("południe", "o północy", "o 18", "godz. 18:00", "6 wieczorem", "o 18:30"),
    "ru": ("полдень", "в полночь", "18 часов", "в 18:00", "6 вечера", "18 ч 30 мин"),
    "tr": ("öğle", "gece yarısı", "saat 18", "18:00", "akşam 6", "saat 18.30"),
    "ja": ("正午", "午前0時", "18時", "午後6時", "１８：００", "午後6時半"),
    "ko": ("정오", "자정", "18시", "오후 6시", "저녁 6시 0분", "오후 6시 30분"),
    "zh-CN": ("中午", "午夜", "18点", "下午6点", "晚上6点钟", "下午6点半"),
    "zh-TW": ("中午", "午夜", "18點", "下午6點", "晚上6點鐘", "下午6點30分"),
}


@pytest.mark.parametrize("locale", sorted(set(spoken_locales()) - {DEFAULT_LOCALE}))
def test_a_time_is_understood_as_people_write_it(locale: str) -> None:
    assert [parse_time_of_day(typed) for typed in TYPED[locale]] == [NOON, MIDNIGHT, SIX, SIX, SIX, SIX + 30]


def test_no_word_means_two_times() -> None:
    words = time_words()
    assert not set(words["noon"]) & set(words["midnight"])
    assert not set(words["morning"]) & set(words["afternoon"])
    assert all(word == word.casefold() for each in words.values() for word in each)


@pytest.mark.parametrize("locale", sorted(set(spoken_locales()) - {DEFAULT_LOCALE}))
def test_each_language_has_its_words_and_places(locale: str) -> None:
    assert {file.name for file in (ROOT / "data" / "locales" / locale).iterdir()} >= {"times.toml", "places.json"}
