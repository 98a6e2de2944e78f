"""The two tables of `data/`: media and titles are well-formed, complete and without contradictions."""

import re
import tomllib
import unicodedata
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

DATA = Path(__file__).parents[2] / "data"


def table(name: str) -> dict[str, Any]:
    return tomllib.loads((DATA / name).read_text(encoding="utf-8"))


GROUPS: dict[str, dict[str, Any]] = table("media.toml")["groups"]
MEDIA: dict[str, dict[str, Any]] = table("media.toml")["media"]
TITLES: dict[str, str] = table("titles.toml")["titles"]

# Titles of folders on the pages of the site, and the medium of each.
FOLDERS = {
    "Advertising": "advertising",
    "Anime & Manga": "anime-manga",
    "Anime and Manga": "anime-manga",
    "Arts": "arts",
    "Asian Animation": "asian-animation",
    "Audio Play": "audio-plays",
    "Board Games": "board-games",
    "Card Games": "card-games",
    "Comic Books": "comic-books",
    "Comic Strips": "comic-strips",
    "Commercials": "advertising",
    "Eastern European Animation": "east-european-animation",
    "Fairy Tales": "fairy-tales",
    "Fan Fiction": "fan-works",
    "Fan Works": "fan-works",
    "Film": "film-general",
    "Films -- Animation": "film-animation",
    "Films -- Live-Action": "film-live-action",
    "Light Novels": "light-novels",
    "Literature": "literature",
    "Live Action TV": "live-action-tv",
    "Live-Action TV": "live-action-tv",
    "Magazines": "magazines",
    "Manhua": "manhua",
    "Manhwa": "manhwa",
    "Music": "music",
    "Music Videos": "music",
    "Mythology & Religion": "myths-religion",
    "Myths & Religion": "myths-religion",
    "Newspaper Comics": "comic-strips",
    "Other": "other",
    "Other Media": "other",
    "Pinball": "pinball",
    "Podcasts": "podcasts",
    "Poetry": "poetry",
    "Pro Wrestling": "pro-wrestling",
    "Professional Wrestling": "pro-wrestling",
    "Puppet Shows": "puppet-shows",
    "Radio": "radio",
    "Real Life": "real-life",
    "Role-Playing Games": "roleplay",
    "Roleplay": "roleplay",
    "Sports": "sports",
    "Stand-Up Comedy": "stand-up-comedy",
    "Tabletop Games": "tabletop-games",
    "Theater": "theatre",
    "Theatre": "theatre",
    "Theme Parks": "theme-parks",
    "Toys": "toys",
    "Trading Cards": "trading-cards",
    "Video Games": "video-games",
    "Visual Novels": "visual-novels",
    "Web Animation": "web-animation",
    "Web Comics": "web-comics",
    "Web Original": "web-original",
    "Web Videos": "web-videos",
    "Webcomics": "web-comics",
    "Western Animation": "western-animation",
}

# What people type, and what they must get: a medium or a group.
TYPED = {
    "anime": "anime-manga",
    "book": "literature",
    "cartoon": "western-animation",
    "comic": "comics",
    "fanfic": "fan-works",
    "film": "film",
    "game": "games",
    "history": "real-life",
    "irl": "real-life",
    "manga": "anime-manga",
    "movie": "film",
    "music": "music",
    "novel": "literature",
    "real life": "real-life",
    "series": "live-action-tv",
    "show": "live-action-tv",
    "song": "music",
    "tv": "live-action-tv",
    "video game": "video-games",
    "webcomic": "web-comics",
}

# Pages whose title is spelt otherwise than the page: numbers in words and the like.
SPELT_OTHERWISE = {
    "ComicBook/TwoThousandAD",
    "Creator/TwentiethCenturyFox",
    "Film/FiftyFirstDates",
    "Film/NineToFive",
    "Film/PlanNineFromOuterSpace",
    "Film/TenThingsIHateAboutYou",
    "Film/ThreeHundred",
    "Film/TwelveAngryMen",
    "Film/TwelveMonkeys",
    "Film/TwentyEightDaysLater",
    "Film/TwoThousandOneASpaceOdyssey",
    "Franchise/DotHack",
    "Literature/CatchTwentyTwo",
    "Manga/RanmaOneHalf",
    "Manga/TwentiethCenturyBoys",
    "Series/BabylonFive",
    "Series/BlakesSeven",
    "Series/ThirdRockFromTheSun",
    "Series/ThirtyRock",
    "Series/TwentyFour",
    "Series/TwoBrokeGirls",
    "TabletopGame/SeventhSea",
    "WebVideo/DoctorHorriblesSingAlongBlog",
    "Webcomic/EightBitTheater",
    "WesternAnimation/TheVentureBrothers",
}


def folded(folder: str) -> str:
    """A folder's title without case and punctuation, `&` as `and`."""
    return " ".join(re.findall(r"\w+", folder.lower().replace("&", " and ")))


def letters(text: str) -> str:
    """Letters and digits alone, without case and accents, `&` as `and`."""
    plain = unicodedata.normalize("NFKD", text.lower().replace("&", "and"))
    return "".join(sign for sign in plain if sign.isalnum())


SMALL = {"of", "the", "for", "to", "in", "on", "a", "an", "and", "but", "or", "at", "by", "with"}


def by_rule(name: str) -> str:
    """The title that the rule gives to a page's name, written down here a second time to compare with."""
    name = re.sub(r"(?<=[A-Za-z])(\d{4})$", r"(\1)", name)
    first, *others = re.findall(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\(?\d+\)?", name)
    return " ".join([first, *(word.lower() if word.lower() in SMALL else word for word in others)])


def light(colour: int) -> float:
    """How bright a colour is: WCAG's relative luminance, 0 to 1."""
    shares = [(colour >> shift & 0xFF) / 0xFF for shift in (16, 8, 0)]
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: int, other: int) -> float:
    """WCAG's contrast of two colours, 1 to 21."""
    dark, bright = sorted((light(one), light(other)))
    return (bright + 0.05) / (dark + 0.05)


def media_of(group: str) -> list[str]:
    return [slug for slug, medium in MEDIA.items() if medium["group"] == group]


# Media


def test_groups_and_media_have_exactly_their_keys() -> None:
    assert {frozenset(group) for group in GROUPS.values()} == {frozenset({"name", "words", "emoji", "colour"})}
    keys = frozenset({"name", "group", "emoji", "colour", "folders", "words"})
    assert {frozenset(medium) for medium in MEDIA.values()} == {keys}


@pytest.mark.parametrize("slug", sorted(GROUPS | MEDIA))
def test_a_slug_is_short_lower_case_ascii_with_hyphens(slug: str) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", slug)
    assert len(slug) <= 24


def test_tables_folders_and_words_are_sorted() -> None:
    lists = [list(GROUPS), list(MEDIA), *(each["words"] for each in (GROUPS | MEDIA).values())]
    lists += [medium["folders"] for medium in MEDIA.values()]
    assert [each for each in lists if each != sorted(each)] == []


def test_every_medium_has_a_group_and_every_group_a_medium() -> None:
    assert {medium["group"] for medium in MEDIA.values()} == set(GROUPS)


def test_a_group_shares_its_name_only_with_its_only_medium() -> None:
    for slug, group in GROUPS.items():
        namesakes = [each for each, medium in MEDIA.items() if each == slug or medium["name"] == group["name"]]
        assert namesakes in ([], media_of(slug)), slug


def test_only_groups_of_one_medium_have_no_words() -> None:
    assert {slug for slug, group in GROUPS.items() if not group["words"]} == set(GROUPS) & set(MEDIA)


def test_media_share_no_name_emoji_or_colour() -> None:
    for key in ("name", "emoji", "colour"):
        values = [medium[key] for medium in MEDIA.values()]
        assert len(set(values)) == len(values), key


def test_names_are_capitalised_and_trimmed() -> None:
    names = [each["name"] for each in (*GROUPS.values(), *MEDIA.values())]
    assert [name for name in names if not name[0].isupper() or name != name.strip() or "--" in name] == []
    assert {MEDIA[slug]["name"] for slug in media_of("film")} >= {"Film — Animation", "Film — Live-Action"}


def test_a_colour_is_visible_on_light_and_dark() -> None:
    white, dark = 0xFFFFFF, 0x2B2D31
    colours = [medium["colour"] for medium in MEDIA.values()]
    assert [colour for colour in colours if not 0 <= colour <= 0xFFFFFF] == []
    assert [hex(colour) for colour in colours if min(contrast(colour, white), contrast(colour, dark)) < 2] == []


def test_an_emoji_is_a_single_symbol() -> None:
    emoji = [medium["emoji"] for medium in MEDIA.values()]
    assert [sign for sign in emoji if len(sign) != 1 or unicodedata.category(sign) != "So"] == []


def test_no_word_names_two_media_or_groups() -> None:
    counts = Counter(word for each in (*GROUPS.values(), *MEDIA.values()) for word in each["words"])
    assert [word for word, count in counts.items() if count > 1] == []


def test_words_are_lower_case_and_easy_to_type() -> None:
    every = [word for each in (*GROUPS.values(), *MEDIA.values()) for word in each["words"]]
    assert [word for word in every if not re.fullmatch(r"[a-z]+(?:[ &'][a-z]+)*", word)] == []


def test_a_folder_belongs_to_one_medium() -> None:
    counts = Counter(folded(folder) for medium in MEDIA.values() for folder in medium["folders"])
    assert [folder for folder, count in counts.items() if count > 1] == []


@pytest.mark.parametrize(("folder", "medium"), sorted(FOLDERS.items()))
def test_a_folder_of_the_site_has_its_medium(folder: str, medium: str) -> None:
    found = [slug for slug, each in MEDIA.items() if folded(folder) in map(folded, each["folders"])]
    assert found == [medium]


def test_a_folder_title_typed_as_a_word_finds_its_medium() -> None:
    meanings = {word: slug for slug, each in [*GROUPS.items(), *MEDIA.items()] for word in each["words"]}
    for slug, medium in MEDIA.items():
        for folder in medium["folders"]:
            assert meanings.get(folded(folder), slug) in (slug, medium["group"]), folder


@pytest.mark.parametrize(("word", "meant"), sorted(TYPED.items()))
def test_a_typed_word_finds_its_medium_or_group(word: str, meant: str) -> None:
    every = [*GROUPS.items(), *MEDIA.items()]
    assert [slug for slug, each in every if word in each["words"]] == [meant]


def test_the_film_group_has_every_medium_of_films() -> None:
    assert media_of("film") == ["film-animation", "film-general", "film-live-action"]


# Titles


def test_titles_are_sorted_and_unique_ignoring_case() -> None:
    assert list(TITLES) == sorted(TITLES)
    assert len({page.lower() for page in TITLES}) == len(TITLES)


def test_a_comment_opens_each_namespace() -> None:
    rows = (DATA / "titles.toml").read_text(encoding="utf-8").splitlines()
    opened = [
        row.removeprefix("# ") for row, following in pairwise(rows) if following.startswith('"') and row[:1] == "#"
    ]
    assert opened == sorted({page.split("/")[0] for page in TITLES})


def test_a_page_has_a_namespace_and_a_camel_case_name() -> None:
    assert [page for page in TITLES if not re.fullmatch(r"[A-Z][A-Za-z]+/[A-Z][A-Za-z0-9]+", page)] == []


def test_a_title_is_listed_only_where_the_rule_fails() -> None:
    assert [page for page, title in TITLES.items() if not title or title != title.strip()] == []
    assert [page for page, title in TITLES.items() if by_rule(page.split("/")[1]) == title] == []


def test_a_title_has_its_pages_letters_with_known_exceptions() -> None:
    differing = {page for page, title in TITLES.items() if letters(page.split("/")[1]) != letters(title)}
    assert differing == SPELT_OTHERWISE


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("RunLolaRun", "Run Lola Run"),
        ("TheHorseAndHisBoy", "The Horse and His Boy"),
        ("StarTrek2009", "Star Trek (2009)"),
        ("MassEffect1", "Mass Effect 1"),
        ("MissionImpossibleIII", "Mission Impossible III"),
        ("IWantMyHatBack", "I Want My Hat Back"),
    ],
)
def test_the_rule_derives_titles_from_names(name: str, title: str) -> None:
    assert by_rule(name) == title
