"""Times of the day and time zones as people type them, and when a daily time comes next."""

import re
from datetime import UTC, date, datetime, time, timedelta
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

_TIME = re.compile(r"([0-9]{1,2})(?:[:.h]?([0-9]{2}))?\s*(?:([ap])\.?m\.?)?", re.IGNORECASE)
# Names that are no place; still understood when typed whole.
_NO_PLACES = ("Etc/", "SystemV/", "US/", "Brazil/", "Canada/", "Chile/", "Mexico/")


def parse_time_of_day(typed: str) -> int | None:
    """Returns the minute of the day (0…1439) that a time names, or None: 18:30, 18.30, 1830, 6:30 pm, 6pm, 18."""
    found = _TIME.fullmatch(typed.strip())
    if found is None:
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    if found[3]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + 12 * (found[3].lower() == "p")
    return hour * 60 + minute if hour < 24 and minute < 60 else None


def find_timezone(typed: str) -> str | None:
    """Returns the IANA name that is typed in any case, or whose city is; None if there is none or several."""
    folded = _folded(typed)
    by_name = [name for name in _zones() if _folded(name) == folded]
    by_city = [name for name in _places() if _folded(name.rpartition("/")[2]) == folded]
    return (by_name or by_city)[0] if by_name or len(by_city) == 1 else None


def suggest_timezones(typed: str, most: int) -> list[str]:
    """Returns the IANA names to offer for what is typed: beginnings of cities, names that hold it, the closest."""
    folded = _folded(typed)
    cities = {name: _folded(name.rpartition("/")[2]) for name in _places()}
    begin = [name for name, city in cities.items() if city.startswith(folded)]
    within = [name for name in cities if folded in _folded(name)]
    near = get_close_matches(folded, cities.values(), most, 0.6) if not begin + within else []
    return list(dict.fromkeys([*begin, *within, *(name for name, city in cities.items() if city in near)]))[:most]


def next_occurrence(minute: int, zone: str, after: datetime) -> datetime:
    """Returns when a local time of the day comes next after a moment, UTC: once on every local day.

    A time that daylight saving skips comes as much later as the clock was put forward; of one that comes twice, the
    first counts.

    Args:
        minute: Minutes of the local day.
        zone: An IANA name that is known here; `find_timezone` returns such ones.
        after: Any aware moment.
    """
    local = ZoneInfo(zone)
    day = after.astimezone(local).date() - timedelta(days=1)
    while (due := _on(day, minute, local)) <= after:
        day += timedelta(days=1)
    return due


def _on(day: date, minute: int, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(minute // 60, minute % 60), zone).astimezone(UTC)


@cache
def _zones() -> tuple[str, ...]:
    # The list that the package ships: to look for all files of the system takes 80 ms.
    names = files("tzdata").joinpath("zones").read_text(encoding="utf-8").split()
    return tuple(sorted(set(names) - {"Factory"}))


@cache
def _places() -> tuple[str, ...]:
    return ("UTC", *(name for name in _zones() if "/" in name and not name.startswith(_NO_PLACES)))


def _folded(typed: str) -> str:
    return typed.strip().casefold().replace(" ", "_")
