"""The tables `media.toml`, `subpages.toml` and `titles.toml` are well-formed, complete and consistent, or refused."""

import re
import tomllib
import unicodedata
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from shutil import copyfile
from typing import Any

import pytest

from bot.errors import SourceError
from bot.ingest.loader import load
from bot.ingest.site_tables import SiteTables, read_tables
from bot.model.page_names import title_from_page_name
from bot.wiki.lexicon import folder_key

DATA = Path(__file__).parents[2] / "data"


def _table(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


GROUPS: dict[str, dict[str, Any]] = _table(DATA / "media.toml")["groups"]
MEDIA: dict[str, dict[str, Any]] = _table(DATA / "media.toml")["media"]
SUBPAGES: dict[str, Any] = _table(DATA / "subpages.toml")
TITLES: dict[str, str] = _table(DATA / "titles.toml")["titles"]
EXPECTED = _table(Path(__file__).with_name("expected_tables.toml"))


def _letters(text: str) -> str:
    """Return letters and digits in lower case without accents, with `&` as `and`."""
    plain = unicodedata.normalize("NFKD", text.lower().replace("&", "and"))
    return "".join(character for character in plain if character.isalnum())


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
    assert [page for page, title in TITLES.items() if title_from_page_name(page.split("/")[1]) == title] == []


def test_a_title_has_its_pages_letters_with_known_exceptions() -> None:
    differing = {page for page, title in TITLES.items() if _letters(page.split("/")[1]) != _letters(title)}
    assert differing == set(EXPECTED["titles"]["irregular"])


@pytest.mark.parametrize(("name", "title"), EXPECTED["derived"].items())
def test_the_rule_derives_titles_from_names(name: str, title: str) -> None:
    assert title_from_page_name(name) == title


def test_subpages_and_namespaces_have_media_and_are_sorted() -> None:
    for key in ("subpages", "namespaces"):
        assert list(SUBPAGES[key]) == sorted(SUBPAGES[key])
        assert set(SUBPAGES[key].values()) <= set(MEDIA)
    assert SUBPAGES["genres"]["words"] == sorted(set(SUBPAGES["genres"]["words"]))


@pytest.mark.parametrize(("name", "slug"), EXPECTED["subpages"].items())
def test_a_subpage_of_the_site_has_its_medium(tables: SiteTables, name: str, slug: str) -> None:
    medium = tables.lexicon.subpage_medium(name)
    assert (medium.slug if medium else "") == slug


async def test_a_malformed_table_ends_the_load(tmp_path: Path) -> None:
    for name, text in {"titles.toml": "", "media.toml": "[[", "subpages.toml": ""}.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "SomeTrope.txt").write_text("----\n* A run.\n")
    warnings: list[str] = []
    with pytest.raises(SourceError, match=r"media\.toml is malformed"):
        await load([tmp_path], tmp_path / "corpus.db", read_tables(tmp_path), warn=warnings.append)
    assert warnings == []


async def test_tables_are_not_parsed_when_nothing_changed(
    corpus_path: Path, tables: SiteTables, tmp_path: Path
) -> None:
    path = copyfile(corpus_path, tmp_path / "corpus.db")
    unparsed = replace(tables)
    report = await load([DATA / "tropes"], path, unparsed)
    assert (report.unchanged, "lexicon" in vars(unparsed)) == (1, False)
