"""Times and zones as people type them, and when a daily time comes next."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.local_time import _places, _zones, minute_of, next_due, zone_called, zones_like

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
def test_a_time_is_understood_as_people_write_it(typed: str, minute: int | None) -> None:
    assert minute_of(typed) == minute


@given(st.text(max_size=30))
def test_no_text_is_taken_for_a_time_that_is_none(typed: str) -> None:
    minute = minute_of(typed)
    assert minute is None or 0 <= minute < 1440
    assert zone_called(typed) is None or zone_called(typed) in _zones()
    assert set(zones_like(typed, 25)) <= set(_places())


def test_a_zone_is_known_by_its_name_or_its_city_in_any_case() -> None:
    assert zone_called("europe/berlin") == zone_called("Berlin") == BERLIN
    assert zone_called("new york") == "America/New_York"
    assert zone_called("utc") == "UTC"
    assert zone_called("Nowhere") is None
    assert zone_called("Knox") == "America/Indiana/Knox"
    assert zone_called("US/Eastern") == "US/Eastern"


def test_zones_are_offered_by_their_cities_then_by_what_they_hold_then_by_closeness() -> None:
    assert zones_like("ber", 2) == ["Atlantic/Bermuda", BERLIN]
    assert "America/New_York" in zones_like("new y", 5)
    assert "America/Argentina/Buenos_Aires" in zones_like("argentina", 25)
    assert zones_like("Berlni", 1) == [BERLIN]
    assert len(zones_like("", 25)) == 25
    assert zones_like("zzzzzz", 25) == []


def test_every_zone_that_is_offered_can_be_used() -> None:
    for name in _zones():
        assert next_due(600, name, datetime(2026, 5, 1, tzinfo=UTC)).tzinfo is UTC


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("minute", "zone", "after", "due"),
    [
        (1110, BERLIN, "2026-01-10 12:00", "2026-01-10 17:30"),
        (1110, BERLIN, "2026-01-10 17:30", "2026-01-11 17:30"),
        (1110, BERLIN, "2026-07-10 12:00", "2026-07-10 16:30"),
        # The clock goes forward over it: an hour later by the clock, at the same distance from the day before.
        (150, BERLIN, "2026-03-28 12:00", "2026-03-29 01:30"),
        # It comes twice: the first counts, and the second is passed over.
        (150, BERLIN, "2026-10-24 12:00", "2026-10-25 00:30"),
        (150, BERLIN, "2026-10-25 00:30", "2026-10-26 01:30"),
        # The local day is ahead of, or behind, that of UTC.
        (30, "Pacific/Kiritimati", "2026-05-01 09:00", "2026-05-01 10:30"),
        (30, "Pacific/Pago_Pago", "2026-05-01 09:00", "2026-05-01 11:30"),
    ],
)
def test_a_local_time_comes_when_the_clock_shows_it(minute: int, zone: str, after: str, due: str) -> None:
    assert next_due(minute, zone, utc(after)) == utc(due)


@given(
    st.integers(0, 1439),
    st.sampled_from(
        ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Casablanca"]
    ),
    st.dates(date(2025, 1, 1), date(2027, 12, 1)),
)
def test_there_is_one_on_every_local_day(minute: int, zone: str, first: date) -> None:
    due = next_due(minute, zone, datetime(first.year, first.month, first.day, tzinfo=UTC))
    days = []
    for _ in range(10):
        days.append(due.astimezone(ZoneInfo(zone)).date())
        due = next_due(minute, zone, due)
    assert days == [days[0] + timedelta(days=n) for n in range(10)]
