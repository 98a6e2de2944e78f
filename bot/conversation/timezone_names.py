"""What people call time zones besides their IANA names: countries, cities, abbreviations and offsets."""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from bot.language import LOCALES_FOLDER
from bot.settings import ROOT

PLACES_FILE = "places.json"  # beside each catalogue
OFFSET = re.compile(r"(?:utc|gmt|z)?_*([+\-−])_*([0-9]{1,2})(?::?([0-9]{2}))?")
STORED_OFFSET = re.compile(r"UTC([+-])([0-9]{2}):([0-9]{2})")
MAX_OFFSET = timedelta(hours=14)
# Who types one means the clocks there, in summer too. IANA's own EST, MST and HST have no summer time.
ABBREVIATIONS: Mapping[str, str] = {
    "et": "America/New_York", "est": "America/New_York", "edt": "America/New_York",
    "ct": "America/Chicago", "cst": "America/Chicago", "cdt": "America/Chicago",
    "mt": "America/Denver", "mst": "America/Denver", "mdt": "America/Denver",
    "pt": "America/Los_Angeles", "pst": "America/Los_Angeles", "pdt": "America/Los_Angeles",
    "akst": "America/Anchorage", "akdt": "America/Anchorage", "hst": "Pacific/Honolulu",
    "ast": "America/Halifax", "adt": "America/Halifax", "nst": "America/St_Johns", "ndt": "America/St_Johns",
    "brt": "America/Sao_Paulo", "art": "America/Argentina/Buenos_Aires", "clt": "America/Santiago",
    "bst": "Europe/London", "west": "WET", "cest": "CET", "mez": "CET", "mesz": "CET", "eest": "EET",
    "msk": "Europe/Moscow", "trt": "Europe/Istanbul", "wat": "Africa/Lagos", "cat": "Africa/Maputo",
    "sast": "Africa/Johannesburg", "eat": "Africa/Nairobi", "gst": "Asia/Dubai", "pkt": "Asia/Karachi",
    "ist": "Asia/Kolkata", "npt": "Asia/Kathmandu", "ict": "Asia/Bangkok", "wib": "Asia/Jakarta",
    "sgt": "Asia/Singapore", "myt": "Asia/Kuala_Lumpur", "hkt": "Asia/Hong_Kong", "pht": "Asia/Manila",
    "awst": "Australia/Perth", "jst": "Asia/Tokyo", "kst": "Asia/Seoul", "acst": "Australia/Adelaide",
    "acdt": "Australia/Adelaide", "aest": "Australia/Sydney", "aedt": "Australia/Sydney",
    "nzst": "Pacific/Auckland", "nzdt": "Pacific/Auckland", "z": "UTC",
}  # fmt: skip
# By the code of the country whose name tzdata spells otherwise.
COUNTRY_ALIASES: Mapping[str, str] = {
    "usa": "US", "america": "US", "united_states_of_america": "US", "burma": "MM", "swaziland": "SZ", "samoa": "WS",
    "uk": "GB", "great_britain": "GB", "united_kingdom": "GB",
    "england": "GB", "scotland": "GB", "wales": "GB", "holland": "NL", "the_netherlands": "NL", "czechia": "CZ",
    "turkiye": "TR", "korea": "KR", "uae": "AE", "ivory_coast": "CI", "congo": "CD",
}  # fmt: skip
# Not cities, but understood when typed in full.
NON_CITY_PREFIXES = ("Etc/", "SystemV/", "US/", "Brazil/", "Canada/", "Chile/", "Mexico/")
SEASONS = datetime(2026, 1, 15, tzinfo=UTC), datetime(2026, 7, 15, tzinfo=UTC)


def normalize(text: str) -> str:
    """Ignore case, accents and blanks in a name."""
    name = text.strip().casefold().replace(" ", "_")
    if name.isascii():
        return name
    return "".join(letter for letter in unicodedata.normalize("NFKD", name) if not unicodedata.combining(letter))


def load_zone(name: str) -> tzinfo:
    """Return the zone of an IANA name, or of an offset as `parse_offset` writes it."""
    match = STORED_OFFSET.fullmatch(name)
    if match is None:
        return ZoneInfo(name)
    offset = timedelta(hours=int(match[2]), minutes=int(match[3]))
    return timezone(-offset if match[1] == "-" else offset)


def parse_offset(wanted: str) -> str | None:
    """Return UTC+05:30 for a normalized utc+5:30, gmt+530 or +5:30, else None."""
    match = OFFSET.fullmatch(wanted)
    if match is None:
        return None
    hours, minutes = int(match[2]), int(match[3] or 0)
    if minutes % 15 or minutes >= 60 or timedelta(hours=hours, minutes=minutes) > MAX_OFFSET:
        return None
    return f"UTC{'+' if match[1] == '+' else '-'}{hours:02}:{minutes:02}"


@cache
def zones_of_country(code: str) -> Sequence[str]:
    """Return the first of a country's zones for each time that clocks show there."""
    zones = zones_by_country().get(code, ())
    first = {
        tuple(moment.astimezone(ZoneInfo(zone)).utcoffset() for moment in SEASONS): zone for zone in reversed(zones)
    }
    return [zone for zone in zones if zone in first.values()]


def countries_starting(wanted: str) -> list[str]:
    """Return the codes of countries whose name in any language starts with a text."""
    named = [*country_codes().items(), *local_country_codes().items()] if wanted else []
    return list(dict.fromkeys(code for name, code in named if name.startswith(wanted)))


@cache
def country_codes() -> dict[str, str]:
    """Return ISO codes by normalized English country names: "Virgin Islands (US)" is "virgin_islands", too."""
    codes = {normalize(name): code for name, code in COUNTRY_ALIASES.items()}
    for code, name in _read_table("iso3166.tab"):
        place, _, addition = name.removesuffix(")").partition(" (")
        for one in (code, name, place, f"{addition} {place}"):
            codes.setdefault(normalize(one), code)
    return codes


@cache
def local_country_codes() -> dict[str, str]:
    """Return ISO codes by normalized country names in all other languages."""
    return {normalize(name): code for places in _places() for code, name in places["countries"].items()}


@cache
def local_cities() -> dict[str, str]:
    """Return IANA names by normalized city names in all languages but English."""
    return {normalize(name): zone for places in _places() for zone, name in places["cities"].items()}


@cache
def zones_by_country() -> dict[str, Sequence[str]]:
    """Return each country's zones by its ISO code."""
    zones: dict[str, list[str]] = {}
    for code, _, zone, *_ in _read_table("zone.tab"):
        zones.setdefault(code, []).append(zone)
    return {code: tuple(names) for code, names in zones.items()}


@cache
def zones_in_use() -> frozenset[str]:
    """Return the IANA names that no other name has replaced."""
    return frozenset(name for names in zones_by_country().values() for name in names)


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


def _places() -> Iterator[dict[str, dict[str, str]]]:
    for file in sorted((ROOT / "data" / LOCALES_FOLDER).glob(f"*/{PLACES_FILE}")):
        yield json.loads(file.read_text(encoding="utf-8"))


def _read_table(name: str) -> list[list[str]]:
    text = files("tzdata").joinpath("zoneinfo", name).read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
