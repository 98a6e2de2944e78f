"""Parse times of the day as people type them in each language: `times.toml` beside each catalogue has the words."""

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache

from bot.language import LOCALES_FOLDER
from bot.settings import ROOT

WORDS_FILE = "times.toml"
ENGLISH: Mapping[str, Sequence[str]] = {
    "noon": ["noon", "midday"],
    "midnight": ["midnight"],
    "before": ["at"],
    "hours": ["h"],
    "morning": ["am", "am.", "a.m", "a.m.", "in the morning"],
    "afternoon": ["pm", "pm.", "p.m", "p.m.", "in the afternoon", "in the evening"],
}
PATTERN = (
    r"(?:(?:{before}) )?(?:(?P<morning>{morning})|(?P<afternoon>{afternoon}))? ?"
    r"(?P<hour>[0-9]{{1,2}})"
    r"(?:[:.h]?(?P<minute>[0-9]{{2}})(?: ?(?:{hours}))?"
    r"| ?(?:{hours}) ?(?:(?P<after>[0-9]{{1,2}})(?: ?(?:{minutes}))?|(?P<half>{half}))?)?"
    r" ?(?:(?P<in_the_morning>{morning})|(?P<in_the_afternoon>{afternoon}))?"
)


def parse_time_of_day(typed: str) -> int | None:
    """Return the minute of the day for 18:30, 1830, 18h, 6:30 pm, 18 Uhr, noon and the like, else None."""
    wanted = " ".join(unicodedata.normalize("NFKC", typed).casefold().split())
    if (named := _named_times().get(wanted)) is not None:
        return named
    match = _pattern().fullmatch(wanted)
    if match is None:
        return None
    hour, minute = int(match["hour"]), 30 if match["half"] else int(match["minute"] or match["after"] or 0)
    if match["morning"] or match["in_the_morning"]:
        hour = hour % 12 if hour <= 12 else 24
    elif match["afternoon"] or match["in_the_afternoon"]:
        hour = hour % 12 + 12 if hour < 24 else 24
    return hour * 60 + minute if hour < 24 and minute < 60 else None


@cache
def time_words() -> Mapping[str, Sequence[str]]:
    """Return the words of all languages by what they mean, longer ones first."""
    files = sorted((ROOT / "data" / LOCALES_FOLDER).glob(f"*/{WORDS_FILE}"))
    languages = [ENGLISH, *(tomllib.loads(file.read_text(encoding="utf-8")) for file in files)]
    kinds = {
        kind: {word for words in languages for word in words.get(kind, ())} for kind in (*ENGLISH, "minutes", "half")
    }
    return {kind: sorted(words, key=len, reverse=True) for kind, words in kinds.items()}


@cache
def _named_times() -> dict[str, int]:
    words = time_words()
    names = {**dict.fromkeys(words["noon"], 12 * 60), **dict.fromkeys(words["midnight"], 0)}
    return names | {f"{before} {name}": minute for before in words["before"] for name, minute in names.items()}


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile(
        PATTERN.format_map({kind: "|".join(map(re.escape, words)) for kind, words in time_words().items()})
    )
