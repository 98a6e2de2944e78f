"""Find time zones and rhythms as people type them, and count the times of posts."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from bot.conversation.timezone_names import (
    ABBREVIATIONS,
    city_names,
    countries_starting,
    country_codes,
    load_zone,
    local_cities,
    local_country_codes,
    normalize,
    parse_offset,
    timezone_names,
    zones_in_use,
    zones_of_country,
)
from bot.language import speaking, spoken_locales
from bot.model.preferences import EVERY_DAY, MAX_HOURS, MIN_HOURS, WEEKDAYS, DailySchedule, Rhythm
from bot.render.texts.daily import rhythm_name

HOURS = re.compile(r"(?:every )?([0-9]{1,2}) ?(?:h|hours?)?")
WEEKDAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAY_RHYTHMS = {
    **dict.fromkeys(("day", "daily", "every day", "1 day", "24 hours"), EVERY_DAY),
    **dict.fromkeys(("weekday", "weekdays", "workday", "workdays", "monday to friday"), WEEKDAYS),
}
MIN_SIMILARITY = 60

# What a moderator can choose.
RHYTHMS = (
    EVERY_DAY,
    WEEKDAYS,
    *(Rhythm(day) for day in EVERY_DAY.weekdays),
    *(Rhythm(hours=hours) for hours in range(MIN_HOURS, MAX_HOURS + 1)),
)


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
    zones = zones_called(wanted)
    return zones[0] if len(zones) == 1 else None


def zones_called(wanted: str) -> Sequence[str]:
    """Return the zones with a normalized name. English ones hide those of other languages."""
    by_name = [name for name in timezone_names() if normalize(name) == wanted]
    by_city = [name for name, city in city_names().items() if city == wanted]
    by_current_city = [name for name in by_city if name in zones_in_use()]  # not Asia/Istanbul
    for zones in (by_name[:1], zones_of_country(country_codes().get(wanted, "")), by_current_city, by_city):
        if zones:
            return zones
    cities = [local_cities()[wanted]] if wanted in local_cities() else []
    return list(dict.fromkeys([*zones_of_country(local_country_codes().get(wanted, "")), *cities]))


def suggest_timezones(typed: str, limit: int) -> list[str]:
    """Return the zones that a text names, whose city or country starts with it, that contain it, or are closest."""
    wanted, cities, zone = normalize(typed), city_names(), find_timezone(typed)
    named: Sequence[str] = [zone] if zone else zones_called(wanted)
    starting = [name for name, city in cities.items() if city.startswith(wanted)]
    starting += [zone for city, zone in local_cities().items() if city.startswith(wanted)]
    starting += [zone for code in countries_starting(wanted) for zone in zones_of_country(code)]
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
