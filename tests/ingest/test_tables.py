"""The tables `media.toml`, `subpages.toml` and `titles.toml` are well-formed, complete and consistent."""

import re
import tomllib
import unicodedata
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from bot.ingest.sources import read_tables
from bot.wiki.titles import title_from_page_name

DATA = Path(__file__).parents[2] / "data"


def _table(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


GROUPS: dict[str, dict[str, Any]] = _table("media.toml")["groups"]
MEDIA: dict[str, dict[str, Any]] = _table("media.toml")["media"]
SUBPAGES: dict[str, dict[str, Any]] = _table("subpages.toml")
TITLES: dict[str, str] = _table("titles.toml")["titles"]

# Folder titles on TV Tropes, and their media.
FOLDERS = {
    "Advertising": "advertising", "Anime & Manga": "anime-manga", "Anime and Manga": "anime-manga", "Arts": "arts",
    "Asian Animation": "asian-animation", "Audio Play": "audio-plays", "Board Games": "board-games",
    "Card Games": "card-games", "Comic Books": "comic-books", "Comic Strips": "comic-strips",
    "Commercials": "advertising", "Eastern European Animation": "east-european-animation",
    "Fairy Tales": "fairy-tales", "Fan Fiction": "fan-works", "Fan Works": "fan-works", "Film": "film-general",
    "Films -- Animation": "film-animation", "Films -- Live-Action": "film-live-action",
    "Light Novels": "light-novels", "Literature": "literature", "Live Action TV": "live-action-tv",
    "Live-Action TV": "live-action-tv", "Magazines": "magazines", "Manhua": "manhua", "Manhwa": "manhwa",
    "Music": "music", "Music Videos": "music", "Mythology & Religion": "myths-religion",
    "Myths & Religion": "myths-religion", "Newspaper Comics": "comic-strips", "Other": "other",
    "Other Media": "other", "Pinball": "pinball", "Podcasts": "podcasts", "Poetry": "poetry",
    "Pro Wrestling": "pro-wrestling", "Professional Wrestling": "pro-wrestling", "Puppet Shows": "puppet-shows",
    "Radio": "radio", "Real Life": "real-life", "Role-Playing Games": "roleplay", "Roleplay": "roleplay",
    "Sports": "sports", "Stand-Up Comedy": "stand-up-comedy", "Tabletop Games": "tabletop-games",
    "Theater": "theatre", "Theatre": "theatre", "Theme Parks": "theme-parks", "Toys": "toys",
    "Trading Cards": "trading-cards", "Video Games": "video-games", "Visual Novels": "visual-novels",
    "Web Animation": "web-animation", "Web Comics": "web-comics", "Web Original": "web-original",
    "Web Videos": "web-videos", "Webcomics": "web-comics", "Western Animation": "western-animation",
}  # fmt: skip

# Names of subpages on TV Tropes, and their media.
SUBPAGE_MEDIA = {
    "ActionGames": "video-games", "AdventureGames": "video-games", "Advertising": "advertising",
    "AnimatedFilms": "film-animation", "Anime": "anime-manga", "AnimeAndManga": "anime-manga",
    "AnimeAndMangaNToZ": "anime-manga", "ComicBooks": "comic-books", "ComicStrips": "comic-strips",
    "Creepypasta": "web-original", "FanWorks": "fan-works", "Film": "film-general", "Literature": "literature",
    "LiveActionFilms": "film-live-action", "LiveActionFilmsAToL": "film-live-action", "LiveActionTV": "live-action-tv",
    "Music": "music", "MythologyAndReligion": "myths-religion", "MythsAndReligion": "myths-religion",
    "OtherMedia": "other", "Pinball": "pinball", "Podcasts": "podcasts", "ProWrestling": "pro-wrestling",
    "ProfessionalWrestling": "pro-wrestling", "Radio": "radio", "RealLife": "real-life",
    "RolePlayingGames": "video-games", "SurvivalHorrorGames": "video-games", "TabletopGames": "tabletop-games",
    "Theatre": "theatre", "TheatreAndSpectacle": "theatre", "TropesAToD": None, "Undertale": None,
    "VideoGames": "video-games", "VideoGamesAToL": "video-games", "VideoGamesNumberToM": "video-games",
    "VisualNovels": "visual-novels", "WebAnimation": "web-animation", "WebOriginal": "web-original",
    "Webcomics": "web-comics", "WesternAnimation": "western-animation", "videogames": "video-games",
}  # fmt: skip

# What people type, and the medium or group it must find.
TYPED = {
    "anime": "anime-manga", "book": "literature", "cartoon": "western-animation", "comic": "comics",
    "fanfic": "fan-works", "film": "film", "game": "games", "history": "real-life", "irl": "real-life",
    "manga": "anime-manga", "movie": "film", "music": "music", "novel": "literature", "real life": "real-life",
    "series": "live-action-tv", "show": "live-action-tv", "song": "music", "tv": "live-action-tv",
    "video game": "video-games", "webcomic": "web-comics",
}  # fmt: skip

# Pages whose title has other letters than their name, such as numbers in words.
IRREGULAR_TITLES = {
    "ComicBook/TwoThousandAD", "Creator/TwentiethCenturyFox", "Film/FiftyFirstDates", "Film/NineToFive",
    "Film/PlanNineFromOuterSpace", "Film/TenThingsIHateAboutYou", "Film/ThreeHundred", "Film/TwelveAngryMen",
    "Film/TwelveMonkeys", "Film/TwentyEightDaysLater", "Film/TwoThousandOneASpaceOdyssey", "Franchise/DotHack",
    "Literature/CatchTwentyTwo", "Manga/RanmaOneHalf", "Manga/TwentiethCenturyBoys", "Series/BabylonFive",
    "Series/BlakesSeven", "Series/ThirdRockFromTheSun", "Series/ThirtyRock", "Series/TwentyFour",
    "Series/TwoBrokeGirls", "TabletopGame/SeventhSea", "WebVideo/DoctorHorriblesSingAlongBlog",
    "Webcomic/EightBitTheater", "WesternAnimation/TheVentureBrothers",
}  # fmt: skip


def _normalized(folder: str) -> str:
    """Return a folder's title in lower case without punctuation, with `&` as `and`."""
    return " ".join(re.findall(r"\w+", folder.lower().replace("&", " and ")))


def _letters(text: str) -> str:
    """Return letters and digits in lower case without accents, with `&` as `and`."""
    plain = unicodedata.normalize("NFKD", text.lower().replace("&", "and"))
    return "".join(character for character in plain if character.isalnum())


SMALL_WORDS = {
    "of", "the", "for", "to", "in", "on", "a", "an", "and", "as", "but", "from", "or", "at", "by", "with",
}  # fmt: skip


# Words with a sign that a page's name cannot have, as regular expressions.
PUNCTUATED = {
    "((?:Ai|Are|Ca|Could|Did|Does|Do|Has|Have|Is|Should|Was|Were|Wo|Would)n)t": r"\1't",
    "(He|Here|It|Let|She|That|There|What|Where|Who)s": r"\1's",
    "(I|We|You)ve": r"\1've", "(They|You)re": r"\1're", "Im": "I'm", "Youll": "You'll", "Oclock": "O'Clock",
    "(Dr|Jr|Mr|Mrs|Ms|St)": r"\1.", "Vs": "vs.", "Pokemon": "Pokémon",
}  # fmt: skip


def _derived_title(name: str) -> str:
    """Return the title that the rule derives from a page's name. Written a second time, to compare."""
    name, year = re.fullmatch(r"(.*?)((?<=[A-Za-z])\d{4})?", name).groups()  # type: ignore[union-attr]
    name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Za-z])(?=\d)|(?<=\d)(?=[a-z])", " ", name)
    name = re.sub(r"(?<=[A-Z])(?=[A-Z][a-z])", " ", name)
    name = re.sub(r"\b([A-Z]) (?=\d)", r"\1", name)  # X3
    name = re.sub(r"(?<=\d) (?=(?:D|K|st|nd|rd|th|s)\b)", "", name)  # 3D
    name = re.sub(r"\bMc (?=[A-Z])", "Mc", name)
    for pattern, title in PUNCTUATED.items():
        name = re.sub(rf"\b{pattern}\b", title, name)
    first, *inner = name.split()
    last = [inner.pop()] if inner else []
    words = [first, *(word.lower() if word.lower() in SMALL_WORDS else word for word in inner), *last]
    return " ".join([*words, f"({year})"] if year else words)


def _luminance(colour: int) -> float:
    """Return WCAG's relative luminance, 0 to 1."""
    channels = [(colour >> shift & 0xFF) / 0xFF for shift in (16, 8, 0)]
    linear = [channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4 for channel in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(colour: int, background: int) -> float:
    """Return WCAG's contrast ratio of two colours, 1 to 21."""
    dark, bright = sorted((_luminance(colour), _luminance(background)))
    return (bright + 0.05) / (dark + 0.05)


def _media_in(group: str) -> list[str]:
    return [slug for slug, medium in MEDIA.items() if medium["group"] == group]


def test_groups_and_media_have_exactly_their_keys() -> None:
    assert {frozenset(group) for group in GROUPS.values()} == {frozenset({"name", "words", "emoji", "colour"})}
    keys = frozenset({"name", "group", "emoji", "colour", "folders", "words"})
    assert {frozenset(medium) for medium in MEDIA.values()} == {keys}


def test_slugs_names_and_words_are_well_formed() -> None:
    slugs, both = sorted(GROUPS | MEDIA), [*GROUPS.values(), *MEDIA.values()]
    assert [slug for slug in slugs if len(slug) > 24 or not re.fullmatch(r"[a-z]+(-[a-z]+)*", slug)] == []
    names = [each["name"] for each in both]
    assert [name for name in names if not name[0].isupper() or name != name.strip() or "--" in name] == []
    words = [word for each in both for word in each["words"]]
    assert [word for word in words if not re.fullmatch(r"[a-z]+(?:[ &'][a-z]+)*", word)] == []
    assert [word for word, count in Counter(words).items() if count > 1] == []


def test_tables_folders_and_words_are_sorted() -> None:
    lists = [list(GROUPS), list(MEDIA), *(each["words"] for each in (*GROUPS.values(), *MEDIA.values()))]
    lists += [medium["folders"] for medium in MEDIA.values()]
    assert [each for each in lists if each != sorted(each)] == []


def test_every_medium_has_a_group_and_every_group_a_medium() -> None:
    assert {medium["group"] for medium in MEDIA.values()} == set(GROUPS)
    assert _media_in("film") == ["film-animation", "film-general", "film-live-action"]


def test_a_group_shares_its_name_only_with_its_only_medium() -> None:
    for slug, group in GROUPS.items():
        namesakes = [each for each, medium in MEDIA.items() if each == slug or medium["name"] == group["name"]]
        assert namesakes in ([], _media_in(slug)), slug


def test_only_groups_of_one_medium_have_no_words() -> None:
    assert {slug for slug, group in GROUPS.items() if not group["words"]} == set(GROUPS) & set(MEDIA)


@pytest.mark.parametrize("key", ["name", "emoji", "colour"])
def test_media_share_no_name_emoji_or_colour(key: str) -> None:
    assert len({medium[key] for medium in MEDIA.values()}) == len(MEDIA)


def test_a_colour_is_visible_on_light_and_dark() -> None:
    colours = [medium["colour"] for medium in MEDIA.values()]
    assert [colour for colour in colours if not 0 <= colour <= 0xFFFFFF] == []
    assert [hex(each) for each in colours if min(_contrast(each, 0xFFFFFF), _contrast(each, 0x2B2D31)) < 2] == []


def test_an_emoji_is_a_single_symbol() -> None:
    emoji = [medium["emoji"] for medium in MEDIA.values()]
    assert [each for each in emoji if len(each) != 1 or unicodedata.category(each) != "So"] == []


def test_a_folder_belongs_to_one_medium() -> None:
    counts = Counter(key for medium in MEDIA.values() for key in set(map(folder_key, medium["folders"])))
    assert [folder for folder, count in counts.items() if count > 1] == []


@pytest.mark.parametrize(("folder", "slug"), EXPECTED["folders"].items())
def test_a_folder_of_the_site_has_its_medium(tables: SiteTables, folder: str, slug: str) -> None:
    medium = tables.lexicon.medium(folder)
    assert medium
    assert medium.slug == slug
    assert folder_key(folder) in map(folder_key, MEDIA[slug]["folders"])


def test_a_folder_title_typed_as_a_word_finds_its_medium() -> None:
    meanings = {folder_key(word): slug for slug, each in [*GROUPS.items(), *MEDIA.items()] for word in each["words"]}
    for slug, medium in MEDIA.items():
        for folder in medium["folders"]:
            assert meanings.get(folder_key(folder), slug) in (slug, medium["group"]), folder


@pytest.mark.parametrize(("word", "expected"), EXPECTED["typed"].items())
def test_a_typed_word_finds_its_medium_or_group(word: str, expected: str) -> None:
    options = [*GROUPS.items(), *MEDIA.items()]
    assert [slug for slug, each in options if word in each["words"]] == [expected]


def test_titles_are_sorted_and_unique_ignoring_case() -> None:
    assert list(TITLES) == sorted(TITLES)
    assert len({page.lower() for page in TITLES}) == len(TITLES)


def test_a_comment_opens_each_namespace() -> None:
    lines = (DATA / "titles.toml").read_text(encoding="utf-8").splitlines()
    comments = [line.removeprefix("# ") for line, after in pairwise(lines) if after[:1] == '"' and line[:1] == "#"]
    assert comments == sorted({page.split("/")[0] for page in TITLES})


def test_a_page_has_a_namespace_and_a_camel_case_name() -> None:
    assert [page for page in TITLES if not re.fullmatch(r"[A-Z][A-Za-z]+/[A-Z][A-Za-z0-9]+", page)] == []


def test_a_title_is_listed_only_where_the_rule_fails() -> None:
    assert [page for page, title in TITLES.items() if not title or title != title.strip()] == []
    derived = {page for page, title in TITLES.items() if title_from_page_name(page.split("/")[1]) == title}
    # The rule has learned "from" since.
    assert {page for page in derived if "From" not in page} == set()


def test_a_title_has_its_pages_letters_with_known_exceptions() -> None:
    differing = {page for page, title in TITLES.items() if _letters(page.split("/")[1]) != _letters(title)}
    assert differing == set(EXPECTED["titles"]["irregular"])


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("RunLolaRun", "Run Lola Run"), ("TheHorseAndHisBoy", "The Horse and His Boy"),
        ("StarTrek2009", "Star Trek (2009)"), ("MassEffect1", "Mass Effect 1"),
        ("MissionImpossibleIII", "Mission Impossible III"), ("IWantMyHatBack", "I Want My Hat Back"),
        ("RunningOn", "Running On"), ("PlayedWith2009", "Played With (2009)"), ("MarbleRunX3", "Marble Run X3"),
        ("DeathAsAnAnswer", "Death as an Answer"), ("MarbleRun3DLand", "Marble Run 3D Land"), ("Area51", "Area 51"),
        ("The2ndRun", "The 2nd Run"), ("TheAHardX", "The a Hard X"), ("MrMcRunVsDrRun", "Mr. McRun vs. Dr. Run"),
        ("ItsWhatYoureRunningFor", "It's What You're Running For"), ("PokemonDont", "Pokémon Don't"),
    ],
)  # fmt: skip
def test_the_rule_derives_titles_from_names(name: str, title: str) -> None:
    assert _derived_title(name) == title
    assert title_from_page_name(name) == title


def test_the_rule_and_its_second_version_agree_on_all_titles() -> None:
    names = [page.split("/")[1] for page in TITLES]
    assert [name for name in names if title_from_page_name(name) != _derived_title(name)] == []


def test_subpages_and_namespaces_have_media_and_are_sorted() -> None:
    for key in ("subpages", "namespaces"):
        assert list(SUBPAGES[key]) == sorted(SUBPAGES[key])
        assert set(SUBPAGES[key].values()) <= set(MEDIA)
    assert SUBPAGES["genres"]["words"] == sorted(set(SUBPAGES["genres"]["words"]))


@pytest.mark.parametrize(("name", "medium"), sorted(SUBPAGE_MEDIA.items()))
def test_a_subpage_of_the_site_has_its_medium(name: str, medium: str | None) -> None:
    found = read_tables(DATA).lexicon.subpage_medium(name)
    assert (found and found.slug) == medium
