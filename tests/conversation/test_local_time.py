"""Times and timezones as people type them, and the next occurrence of a daily time."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation import local_time

BERLIN = "Europe/Berlin"


@pytest.mark.parametrize(
    ("typed", "minute"),
    [
        ("18:30", 1110), (" 18.30 ", 1110), ("1830", 1110), ("18h30", 1110), ("6:30 pm", 1110), ("6.30PM", 1110),
        ("6 p.m.", 1080), ("12am", 0), ("12 pm", 720), ("12:05 a.m.", 5), ("7", 420), ("0:00", 0), ("23:59", 1439),
        ("24:00", None), ("18:60", None), ("13 pm", None), ("0 am", None), ("noon", None), ("", None), ("18:3", None),
        ("٧:٣٠", None), ("18:30:00", None), ("-1:00", None),
    ],
)  # fmt: skip
def test_common_ways_to_write_a_time_are_understood(typed: str, minute: int | None) -> None:
    assert local_time.parse_time_of_day(typed) == minute


@given(st.text(max_size=30))
def test_any_text_gives_valid_times_and_timezones_or_none(typed: str) -> None:
    minute = local_time.parse_time_of_day(typed)
    assert minute is None or 0 <= minute < 1440
    assert local_time.find_timezone(typed) is None or local_time.find_timezone(typed) in local_time.timezone_names()
    assert set(local_time.suggest_timezones(typed, 25)) <= set(local_time.city_names())


def test_a_timezone_is_found_by_its_name_or_city() -> None:
    assert local_time.find_timezone("europe/berlin") == local_time.find_timezone("Berlin") == BERLIN
    assert local_time.find_timezone("new york") == "America/New_York"
    assert local_time.find_timezone("utc") == "UTC"
    assert local_time.find_timezone("Nowhere") is None
    assert local_time.find_timezone("Knox") == "America/Indiana/Knox"
    assert local_time.find_timezone("US/Eastern") == "US/Eastern"


def test_timezone_suggestions_match_cities_names_and_typos() -> None:
    assert local_time.suggest_timezones("ber", 2) == ["Atlantic/Bermuda", BERLIN]
    assert "America/New_York" in local_time.suggest_timezones("new y", 5)
    assert "America/Argentina/Buenos_Aires" in local_time.suggest_timezones("argentina", 25)
    assert local_time.suggest_timezones("Berlni", 1) == [BERLIN]
    assert len(local_time.suggest_timezones("", 25)) == 25
    assert local_time.suggest_timezones("zzzzzz", 25) == []


def test_every_timezone_has_a_next_occurrence() -> None:
    for name in local_time.timezone_names():
        assert local_time.next_occurrence(600, name, datetime(2026, 5, 1, tzinfo=UTC)).tzinfo is UTC


@pytest.mark.parametrize(
    ("minute", "timezone", "after", "due"),
    [
        pytest.param(1110, BERLIN, "2026-01-10 12:00", "2026-01-10 17:30", id="winter"),
        pytest.param(1110, BERLIN, "2026-01-10 17:30", "2026-01-11 17:30", id="already now"),
        pytest.param(1110, BERLIN, "2026-07-10 12:00", "2026-07-10 16:30", id="summer"),
        pytest.param(150, BERLIN, "2026-03-28 12:00", "2026-03-29 01:30", id="skipped by the clock change"),
        pytest.param(150, BERLIN, "2026-10-24 12:00", "2026-10-25 00:30", id="first of two"),
        pytest.param(150, BERLIN, "2026-10-25 00:30", "2026-10-26 01:30", id="second of two is skipped"),
        pytest.param(30, "Pacific/Kiritimati", "2026-05-01 09:00", "2026-05-01 10:30", id="ahead of UTC"),
        pytest.param(30, "Pacific/Pago_Pago", "2026-05-01 09:00", "2026-05-01 11:30", id="behind UTC"),
    ],
)
def test_the_next_occurrence_follows_the_local_clock(minute: int, timezone: str, after: str, due: str) -> None:
    now, following = (datetime.fromisoformat(f"{text}Z") for text in (after, due))
    assert local_time.next_occurrence(minute, timezone, now) == following


@given(
    st.integers(0, 1439),
    st.sampled_from([BERLIN, "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Casablanca"]),
    st.dates(date(2025, 1, 1), date(2027, 12, 1)),
)
def test_a_time_occurs_once_on_every_local_day(minute: int, timezone: str, first: date) -> None:
    due = local_time.next_occurrence(minute, timezone, datetime(first.year, first.month, first.day, tzinfo=UTC))
    days = []
    for _ in range(10):
        days.append(due.astimezone(ZoneInfo(timezone)).date())
        due = local_time.next_occurrence(minute, timezone, due)
    assert days == [days[0] + timedelta(days=n) for n in range(10)]
