"""Parse times and time zones as people type them."""

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

TIME_OF_DAY = re.compile(r"([0-9]{1,2})(?:[:.h]?([0-9]{2}))?\s*(?:([ap])\.?m\.?)?", re.IGNORECASE)
# Not cities, but understood when typed in full.
NON_CITY_PREFIXES = ("Etc/", "SystemV/", "US/", "Brazil/", "Canada/", "Chile/", "Mexico/")
MIN_SIMILARITY = 60


def parse_time_of_day(typed: str) -> int | None:
    """Return the minute of the day for 18:30, 18.30, 1830, 6:30 pm, 6pm or 18, else None."""
    match = TIME_OF_DAY.fullmatch(typed.strip())
    if match is None:
        return None
    hour, minute = int(match[1]), int(match[2] or 0)
    if match[3]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + 12 * (match[3].lower() == "p")
    return hour * 60 + minute if hour < 24 and minute < 60 else None


def find_timezone(typed: str) -> str | None:
    """Return the IANA name for a typed name or city. None if unknown or ambiguous."""
    wanted = normalize(typed)
    by_name = [name for name in timezone_names() if normalize(name) == wanted]
    by_city = [name for name, city in city_names().items() if city == wanted]
    return (by_name or by_city)[0] if by_name or len(by_city) == 1 else None


def suggest_timezones(typed: str, limit: int) -> list[str]:
    """Return IANA names whose city starts with the text, contain it, or are closest."""
    wanted, cities = normalize(typed), city_names()
    starting = [name for name, city in cities.items() if city.startswith(wanted)]
    containing = [name for name in cities if wanted in normalize(name)]
    closest: list[str] = []
    if not starting + containing:
        from rapidfuzz import fuzz, process  # noqa: PLC0415 - only for a typo

        matches = process.extract(wanted, cities, scorer=fuzz.ratio, limit=limit, score_cutoff=MIN_SIMILARITY)
        closest = sorted(name for _, _, name in matches)
    return list(dict.fromkeys([*starting, *containing, *closest]))[:limit]


def next_occurrence(minute_of_day: int, timezone: str, after: datetime) -> datetime:
    """Return the next time (UTC) at which clocks in `timezone` show `minute_of_day`, once per local day.

    Daylight saving moves a skipped time later. A repeated time counts once.
    """
    zone = ZoneInfo(timezone)

    def occurrence(day: date) -> datetime:
        return datetime.combine(day, time(minute_of_day // 60, minute_of_day % 60), zone).astimezone(UTC)

    day = after.astimezone(zone).date() - timedelta(days=1)
    while (due := occurrence(day)) <= after:
        day += timedelta(days=1)
    return due


@cache
def timezone_names() -> tuple[str, ...]:
    """Return tzdata's IANA names. Listing the system's files is slow."""
    names = files("tzdata").joinpath("zones").read_text(encoding="utf-8").split()
    return tuple(sorted(set(names) - {"Factory"}))


@cache
def city_names() -> dict[str, str]:
    """Return normalized city names by IANA name."""
    names = ["UTC", *(name for name in timezone_names() if "/" in name and not name.startswith(NON_CITY_PREFIXES))]
    return {name: normalize(name.rpartition("/")[2]) for name in names}


def normalize(text: str) -> str:
    """Ignore case and blanks in a name."""
    return text.strip().casefold().replace(" ", "_")
