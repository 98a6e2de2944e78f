"""Timezones and rhythms as people type them, and the next occurrence of a daily time."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation import local_time
from bot.conversation.timezone_names import ABBREVIATIONS, COUNTRY_ALIASES, country_codes, load_zone, timezone_names
from bot.model.preferences import EVERY_DAY, WEEKDAYS, DailySchedule, Rhythm
from bot.render.texts.daily import rhythm_name

BERLIN = "Europe/Berlin"


@given(st.text(max_size=30))
def test_any_text_gives_valid_rhythms_and_timezones_or_none(typed: str) -> None:
    rhythm = local_time.parse_rhythm(typed)
    assert rhythm is None or rhythm in local_time.RHYTHMS
    zones = {*local_time.suggest_timezones(typed, 25), local_time.find_timezone(typed)} - {None}
    for zone in zones - set(timezone_names()):
        assert load_zone(str(zone)).utcoffset(None) is not None


def test_a_timezone_is_found_by_its_name_or_city() -> None:
    assert local_time.find_timezone("europe/berlin") == local_time.find_timezone("Berlin") == BERLIN
    assert local_time.find_timezone("new york") == "America/New_York"
    assert local_time.find_timezone("utc") == "UTC"
    assert local_time.find_timezone("Nowhere") is None
    assert local_time.find_timezone("Knox") == "America/Indiana/Knox"
    assert local_time.find_timezone("US/Eastern") == "US/Eastern"


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("EST", "America/New_York"), ("edt", "America/New_York"), ("PT", "America/Los_Angeles"), ("CET", "CET"),
        ("cest", "CET"), ("bst", "Europe/London"), ("JST", "Asia/Tokyo"), ("GMT", "GMT"), ("UTC", "UTC"),
        ("UTC+2", "UTC+02:00"), ("gmt-3:30", "UTC-03:30"), ("+5:45", "UTC+05:45"), ("utc +0530", "UTC+05:30"),
        ("UTC−3", "UTC-03:00"), ("UTC+15", None), ("UTC+5:20", None), ("+", None), ("Etc/GMT+5", "Etc/GMT+5"),
        ("Germany", BERLIN), ("DE", BERLIN), ("UK", "Europe/London"), ("france", "Europe/Paris"),
        ("South Korea", "Asia/Seoul"), ("India", "Asia/Kolkata"), ("Samoa", "Pacific/Apia"), ("USA", None),
        ("Spain", None), ("Deutschland", BERLIN), ("allemagne", BERLIN), ("España", None),
        ("Österreich", "Europe/Vienna"), ("Нью-Йорк", "America/New_York"), ("東京", "Asia/Tokyo"),
        ("서울", "Asia/Seoul"), ("Londyn", "Europe/London"), ("zürich", "Europe/Zurich"),
        ("são paulo", "America/Sao_Paulo"), ("İstanbul", "Europe/Istanbul"), ("Salvador", None),
    ],
)  # fmt: skip
def test_a_timezone_is_found_by_abbreviation_offset_or_country(typed: str, zone: str | None) -> None:
    assert local_time.find_timezone(typed) == zone
    assert zone is None or local_time.suggest_timezones(typed, 1) == [zone]


def test_every_abbreviation_and_country_names_known_zones() -> None:
    assert set(ABBREVIATIONS.values()) <= set(timezone_names())
    assert set(country_codes().values()) >= set(COUNTRY_ALIASES.values())
    assert local_time.suggest_timezones("Spain", 2) == ["Europe/Madrid", "Atlantic/Canary"]
    assert {"America/New_York", "America/Chicago"} < set(local_time.suggest_timezones("usa", 25))


@pytest.mark.parametrize(
    ("typed", "rhythm"),
    [
        ("day", EVERY_DAY), ("Daily", EVERY_DAY), ("every  day", EVERY_DAY), ("weekdays", WEEKDAYS),
        ("Mondays", Rhythm("1")), ("on sunday", Rhythm("7")), ("every wed", Rhythm("3")), ("6", Rhythm(hours=6)),
        ("every 8 hours", Rhythm(hours=8)), ("23h", Rhythm(hours=23)), ("5 hours", None), ("24", None),
        ("monthly", None), ("", None), ("٨", None),
    ],
)  # fmt: skip
def test_rhythms_are_understood_as_people_type_them(typed: str, rhythm: Rhythm | None) -> None:
    assert local_time.parse_rhythm(typed) == rhythm


def test_each_rhythm_is_understood_by_its_name() -> None:
    assert [local_time.parse_rhythm(rhythm_name(rhythm)) for rhythm in local_time.RHYTHMS] == [*local_time.RHYTHMS]


def test_a_timezone_is_suggested_by_the_start_of_a_name_in_any_language() -> None:
    assert local_time.suggest_timezones("Deutschl", 1) == [BERLIN]
    assert local_time.suggest_timezones("мос", 1) == ["Europe/Moscow"]
    assert local_time.suggest_timezones("Salvador", 2) == ["America/El_Salvador", "America/Bahia"]


def test_timezone_suggestions_match_cities_names_and_typos() -> None:
    assert local_time.suggest_timezones("ber", 2) == ["Atlantic/Bermuda", BERLIN]
    assert "America/New_York" in local_time.suggest_timezones("new y", 5)
    assert "America/Argentina/Buenos_Aires" in local_time.suggest_timezones("argentina", 25)
    assert local_time.suggest_timezones("Berlni", 1) == [BERLIN]
    assert len(local_time.suggest_timezones("", 25)) == 25
    assert local_time.suggest_timezones("zzzzzz", 25) == []


def test_every_timezone_has_a_next_occurrence() -> None:
    for name in timezone_names():
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


@pytest.mark.parametrize(
    ("rhythm", "first", "times"),
    [
        pytest.param(WEEKDAYS, "03-27 17:30", ["03-30 16:30", "03-31 16:30"], id="over a weekend"),
        pytest.param(Rhythm("7"), "03-22 17:30", ["03-29 16:30", "04-05 16:30"], id="Sundays, over daylight saving"),
        pytest.param(Rhythm("7"), "10-18 16:30", ["10-25 17:30", "11-01 17:30"], id="Sundays, back again"),
        pytest.param(Rhythm(hours=8), "03-28 17:30", ["03-29 01:30", "03-29 09:30"], id="8 hours, each an hour long"),
        pytest.param(Rhythm(hours=23), "10-24 16:30", ["10-25 15:30", "10-26 14:30"], id="23 hours"),
    ],
)
def test_each_rhythm_keeps_its_promise_over_a_clock_change(rhythm: Rhythm, first: str, times: list[str]) -> None:
    due, found = datetime.fromisoformat(f"2026-{first}Z"), []
    for _ in times:
        due = local_time.next_due(DailySchedule(1, 1, 1110, BERLIN, "", "", "", True, due, rhythm=rhythm), due)
        found.append(f"{due:%m-%d %H:%M}")
    assert found == times


@given(st.integers(6, 23), st.integers(-(10**6), 10**6))
def test_hours_are_counted_from_the_due_post_whatever_the_clock(hours: int, minutes: int) -> None:
    now = datetime(2026, 3, 27, 12, tzinfo=UTC)
    daily = DailySchedule(1, 1, 0, "UTC", "", "", "", True, now, rhythm=Rhythm(hours=hours))
    clock = now + timedelta(minutes=minutes)
    due, interval = local_time.next_due(daily, clock), timedelta(hours=hours)
    assert (due - now) % interval == timedelta()
    assert clock < due <= clock + interval
