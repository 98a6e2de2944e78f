"""Write what countries and the cities of time zones are called in a language, as CLDR has it."""

import json
from importlib.resources import files

from babel import Locale

from bot.conversation.timezone_names import (
    PLACES_FILE,
    city_names,
    country_codes,
    normalize,
    zones_by_country,
    zones_in_use,
)
from bot.settings import ROOT


def write_place_names(locale: str) -> None:
    """Write a locale's names that are no English ones, by the code of a country and by a time zone."""
    language, english = Locale.parse(locale, sep="-"), country_codes()
    countries = {
        code: name
        for code, name in sorted(language.territories.items())
        if code in zones_by_country() and english.get(normalize(name)) != code
    }
    cities, own = {}, {zone: countries.get(code) for code, zones in zones_by_country().items() for zone in zones}
    for key, names in sorted(language.time_zones.items()):
        zone, name = current_name(key), names.get("city")
        if name and name != own.get(zone) and normalize(name) != city_names().get(zone, normalize(name)):
            cities[zone] = name
    text = json.dumps({"countries": countries, "cities": cities}, ensure_ascii=False, indent=1)
    (ROOT / "data" / "locales" / locale / PLACES_FILE).write_text(f"{text}\n", encoding="utf-8")


def current_name(zone: str) -> str:
    """Return today's name of a zone: CLDR keeps the first one, such as Asia/Calcutta."""
    lines = files("tzdata").joinpath("zoneinfo", "tzdata.zi").read_text(encoding="utf-8").splitlines()
    renamed = {line.split()[2]: line.split()[1] for line in lines if line.startswith("L ")}
    return renamed[zone] if zone not in zones_in_use() and renamed.get(zone) in zones_in_use() else zone
