"""Parse times, time zones and rhythms as people type them, and count the times of posts."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib.resources import files

from bot.conversation.timezone_names import ABBREVIATIONS, load_zone, normalize, parse_offset, zones_of_country
from bot.language import speaking, spoken_locales
from bot.preferences import EVERY_DAY, MAX_HOURS, MIN_HOURS, WEEKDAYS, DailySchedule, Rhythm
from bot.render.texts.daily import rhythm_name

TIME_OF_DAY = re.compile(r"([0-9]{1,2})(?:h|[:.h]?([0-9]{2}))?\s*(?:([ap])\.?m\.?)?", re.IGNORECASE)
# 18 Uhr, 18 Uhr 30, 18 h 30, 18時30分, 18点半, 18시 30분, as other languages write it; minutes may be missing.
LOCAL_TIME_OF_DAY = re.compile(
    r"([0-9]{1,2})\s*(?:uhr|h|時|时|點|点|시)\s*(?:([0-9]{1,2}|半)\s*(?:分|분|min)?)?", re.IGNORECASE
)
NAMED_TIMES = {"noon": 12 * 60, "midday": 12 * 60, "midnight": 0}
HOURS = re.compile(r"(?:every )?([0-9]{1,2}) ?(?:h|hours?)?")
WEEKDAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAY_RHYTHMS = {
    **dict.fromkeys(("day", "daily", "every day", "1 day", "24 hours"), EVERY_DAY),
    **dict.fromkeys(("weekday", "weekdays", "workday", "workdays", "monday to friday"), WEEKDAYS),
}
# Not cities, but understood when typed in full.
NON_CITY_PREFIXES = ("Etc/", "SystemV/", "US/", "Brazil/", "Canada/", "Chile/", "Mexico/")
MIN_SIMILARITY = 60

# What a moderator can choose.
RHYTHMS = (
    EVERY_DAY,
    WEEKDAYS,
    *(Rhythm(day) for day in EVERY_DAY.weekdays),
    *(Rhythm(hours=hours) for hours in range(MIN_HOURS, MAX_HOURS + 1)),
)


def parse_time_of_day(typed: str) -> int | None:
    """Return the minute of the day for 18:30, 18.30, 1830, 18h, 6:30 pm, 6pm, 18, 18 Uhr or noon, else None."""
    if (named := NAMED_TIMES.get(typed.strip().casefold())) is not None:
        return named
    if local := LOCAL_TIME_OF_DAY.fullmatch(typed.strip()):
        hour, minute = int(local[1]), 30 if local[2] == "半" else int(local[2] or 0)
        return hour * 60 + minute if hour < 24 and minute < 60 else None
    match = TIME_OF_DAY.fullmatch(typed.strip())
    if match is None:
        return None
    hour, minute = int(match[1]), int(match[2] or 0)
    if match[3]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + 12 * (match[3].lower() == "p")
    return hour * 60 + minute if hour < 24 and minute < 60 else None


def parse_rhythm(typed: str) -> Rhythm | None:
    """Return the rhythm for day, weekdays, Mondays, mon, 8, 8h or every 8 hours, else None."""
    wanted = " ".join(typed.casefold().split())
    wanted = wanted if wanted in DAY_RHYTHMS else wanted.removeprefix("every ").removeprefix("on ")
    if wanted in DAY_RHYTHMS:
        return DAY_RHYTHMS[wanted]
    days = [day for day, name in enumerate(WEEKDAY_NAMES, 1) if wanted in (name[:3], name, f"{name}s")]
    if days:
        return Rhythm(str(days[0]))
    if as_offered := rhythms_by_name().get(wanted):
        return as_offered
    hours = HOURS.fullmatch(wanted)
    return Rhythm(hours=int(hours[1])) if hours and MIN_HOURS <= int(hours[1]) <= MAX_HOURS else None


def rhythms_by_name() -> dict[str, Rhythm]:
    """Return what can be chosen, by its name in each language, in small letters."""
    names = {}
    for locale in spoken_locales():
        with speaking(locale):
            names.update({" ".join(rhythm_name(rhythm).casefold().split()): rhythm for rhythm in RHYTHMS})
    return names


def find_timezone(typed: str) -> str | None:
    """Return the zone for a typed name, abbreviation, offset, city or country. None if unknown or ambiguous."""
    wanted = normalize(typed)
    if zone := ABBREVIATIONS.get(wanted) or parse_offset(wanted):
        return zone
    by_name = [name for name in timezone_names() if normalize(name) == wanted]
    by_city = [name for name, city in city_names().items() if city == wanted]
    for zones in (by_name[:1], zones_of_country(wanted), by_city):
        if zones:
            return zones[0] if len(zones) == 1 else None
    return None


def suggest_timezones(typed: str, limit: int) -> list[str]:
    """Return the zone that a text names, then zones whose city starts with it, that contain it, or are closest."""
    wanted, cities, zone = normalize(typed), city_names(), find_timezone(typed)
    named: Sequence[str] = [zone] if zone else zones_of_country(wanted)
    starting = [name for name, city in cities.items() if city.startswith(wanted)]
    containing = [name for name in cities if wanted in normalize(name)]
    closest: list[str] = []
    if not any((named, starting, containing)):
        from rapidfuzz import fuzz, process  # noqa: PLC0415 - only for a typo

        matches = process.extract(wanted, cities, scorer=fuzz.ratio, limit=limit, score_cutoff=MIN_SIMILARITY)
        closest = sorted(name for _, _, name in matches)
    return list(dict.fromkeys([*named, *starting, *containing, *closest]))[:limit]


def next_due(daily: DailySchedule, after: datetime) -> datetime:
    """Return when a daily example is posted next. Hours are counted from the post that is due, and last an hour each.

    So a clock that is wrong for a while, or daylight saving, moves no post between two others.
    """
    if not daily.rhythm.hours:
        return next_occurrence(daily.minute_of_day, daily.timezone, after, daily.rhythm.weekdays)
    interval = timedelta(hours=daily.rhythm.hours)
    return daily.next_due + ((after - daily.next_due) // interval + 1) * interval


def next_occurrence(minute_of_day: int, timezone: str, after: datetime, weekdays: str = EVERY_DAY.weekdays) -> datetime:
    """Return the next time (UTC) at which clocks in `timezone` show `minute_of_day`, once per local day.

    Daylight saving moves a skipped time later. A repeated time counts once.
    """
    zone = load_zone(timezone)

    def occurrence(day: date) -> datetime:
        return datetime.combine(day, time(minute_of_day // 60, minute_of_day % 60), zone).astimezone(UTC)

    day = after.astimezone(zone).date() - timedelta(days=1)
    while (due := occurrence(day)) <= after or str(day.isoweekday()) not in weekdays:
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
