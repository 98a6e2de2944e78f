"""The facts of a real page, read from its source without the program, against what the program reads."""

import json
import re
import tomllib
from itertools import chain, groupby, pairwise
from pathlib import Path
from typing import Any

import pytest

from bot.cli.jsonl import json_lines
from bot.ingest.sources import SourceFile, read_tables
from bot.wiki.page import read_page

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "data" / "tropes" / "BigHeroicRun.txt"
SHEET: dict[str, Any] = tomllib.loads(
    (Path(__file__).parent / "pages" / "BigHeroicRun.facts.toml").read_text(encoding="utf-8")
)
FACTS: dict[str, list[Any]] = SHEET["facts"]
ROWS = PAGE.read_text(encoding="utf-8").split("²")

Object = dict[str, Any]


def page_objects() -> list[Object]:
    """The page as the objects that `check --json` prints, one a line."""
    source = SourceFile(PAGE).read()
    page = read_page(source.page, source.text, read_tables(ROOT / "data").lexicon)
    return [json.loads(line) for line in json_lines(page.trope, page.examples)]


@pytest.fixture(scope="module")
def objects() -> list[Object]:
    return page_objects()


@pytest.fixture(scope="module")
def examples(objects: list[Object]) -> list[Object]:
    return objects[1:]


@pytest.fixture(scope="module")
def parts(examples: list[Object]) -> list[Object]:
    return [part for example in examples for part in example["parts"]]


@pytest.fixture(scope="module")
def by_row(parts: list[Object]) -> dict[int, Object]:
    return {part["line"]: part for part in parts}


def shown(part: Object, run: Object) -> str:
    """The words that a link or a style covers."""
    text: str = part["text"]
    return text[run["start"] : run["end"]]


def hidden(part: Object) -> list[str]:
    """The words of each spoiler of a part."""
    return [part["text"][start:end] for start, end in part["spoilers"]]


def in_clear(part: Object) -> str:
    """The text of a part with each spoiler blotted out, every other letter in its place."""
    text: str = part["text"]
    for start, end in part["spoilers"]:
        text = text[:start] + "█" * (end - start) + text[end:]
    return text


def joined_styles(part: Object) -> list[Object]:
    """The styles of a part, neighbours of one style taken as one run: a link inside italics may part them."""
    runs: list[Object] = []
    for run in sorted(part["styles"], key=lambda run: (run["style"], run["start"])):
        if runs and runs[-1]["style"] == run["style"] and runs[-1]["end"] == run["start"]:
            runs[-1] = {**runs[-1], "end": run["end"]}
        else:
            runs.append(run)
    return sorted(runs, key=lambda run: run["start"])


def every_text(objects: list[Object]) -> list[str]:
    """Every piece of text that a reader of the page can see."""
    trope, *examples = objects
    parts = [part for example in examples for part in example["parts"]]
    notes = [note["text"] for part in parts for note in part["notes"]]
    return [trope["title"], trope["description"], trope["caption"], *(part["text"] for part in parts), *notes]


# The page as a whole


def test_the_trope_comes_first_and_then_sixty_examples_numbered_in_page_order(objects: list[Object]) -> None:
    assert [each["type"] for each in objects] == ["trope", *["example"] * 60]
    assert [each["number"] for each in objects[1:]] == list(range(1, 61))
    assert {each["trope"] for each in objects[1:]} == {"BigHeroicRun"}


@pytest.mark.parametrize("key", ["name", "title", "caption", "related"])
def test_the_trope_is_described(objects: list[Object], key: str) -> None:
    assert objects[0][key] == SHEET["trope"][key]


def test_the_description_is_both_paragraphs_above_the_first_rule(objects: list[Object]) -> None:
    paragraphs = [row for row in objects[0]["description"].split("\n") if row]
    assert paragraphs == SHEET["trope"]["description"]


def test_a_trope_that_the_description_only_mentions_is_not_related(objects: list[Object]) -> None:
    assert "ThemeMusicPowerUp" not in objects[0]["related"]


def test_the_folders_are_the_media_in_page_order(examples: list[Object]) -> None:
    runs = groupby(examples, key=lambda example: (example["folder"], example["medium"]))
    assert [[folder, medium, len(list(run))] for (folder, medium), run in runs] == FACTS["folders"]


def test_every_bullet_and_quote_stands_in_its_example_with_its_depth_and_row(examples: list[Object]) -> None:
    read = [[e["number"], p["kind"], p["depth"], p["line"]] for e in examples for p in e["parts"]]
    assert read == [fact[:4] for fact in FACTS["parts"]]


def test_there_are_sixty_bullets_twelve_sub_bullets_and_two_quotes(parts: list[Object]) -> None:
    kinds = [(part["kind"], part["depth"]) for part in parts]
    assert kinds.count(("bullet", 1)) == 60
    assert kinds.count(("bullet", 2)) == 12
    assert [kind for kind in kinds if kind[0] == "quote"] == [("quote", 2), ("quote", 1)]


def test_a_quote_follows_the_bullet_that_owns_it(parts: list[Object]) -> None:
    above = {part["line"]: owner for owner, part in pairwise(parts) if part["kind"] == "quote"}
    assert {row: (owner["line"], owner["depth"]) for row, owner in above.items()} == {30: (29, 2), 34: (33, 1)}


# Text


@pytest.mark.parametrize("fact", FACTS["parts"], ids=lambda fact: f"row {fact[3]}")
def test_a_part_reads_as_on_the_site(by_row: dict[int, Object], fact: list[Any]) -> None:
    assert by_row[fact[3]]["text"] == fact[4]


def test_no_sign_of_the_markup_is_left(objects: list[Object]) -> None:
    signs = re.compile(r"''|\[\[|\]\]|\{\{|\}\}|\[=|=\]|--|²|folder|spoiler:|\bnote\b|quoteright|caption-width")
    assert [(text, signs.findall(text)) for text in every_text(objects) if signs.search(text)] == []


def test_no_text_starts_or_ends_blank_or_breaks_a_row(objects: list[Object]) -> None:
    texts = every_text(objects)
    assert [text for text in texts if text != text.strip()] == []
    assert [text for text in texts if "\n" in text and text != objects[0]["description"]] == []


def crude_words(row: str) -> list[str]:
    """The words of a source row, its markup cut away with blunt tools that share nothing with the program."""
    for pattern, replacement in (
        (r"\[\[/?folder[^\]]*\]\]", ""),
        (r"\[\[note\]\].*?\[\[/note\]\]", " "),
        (r"\[\[spoiler:", " "),
        (r"\|[^}]*\}\}", "}}"),  # the year of {{Battlestar Galactica|2003}} is not shown
        (r"\[\[[\w/{}]* ", " "),  # the target of a link with a label
        (r"\b[A-Z]\w+/(?=[A-Z{])", ""),  # the namespace of a link without one
        (r"DanganRonpa", "Danganronpa"),
        (r"TheVentureBrothers", "TheVentureBros"),
        (r"\]\]", ""),  # glued letters belong to the word before: [[spoiler:being]]'s
    ):
        row = re.sub(pattern, replacement, row)
    return words(row)


def words(text: str) -> list[str]:
    """Words, camel-case taken apart, without case, apostrophes and punctuation."""
    found = re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+", text.replace("'", ""))
    return [word.lower() for word in found]


@pytest.mark.parametrize("row", [fact[3] for fact in FACTS["parts"]])
def test_no_word_of_a_row_is_lost_or_made_up(by_row: dict[int, Object], row: int) -> None:
    assert words(by_row[row]["text"]) == crude_words(ROWS[row - 1])


def test_escaped_words_are_shown_plainly_and_are_no_links(by_row: dict[int, Object]) -> None:
    for row, escaped in FACTS["escapes"]:
        part = by_row[row]
        assert re.findall(r"\b(?:Thunder|Wind)Clan\b", part["text"]) == escaped
        assert [shown(part, link) for link in part["links"]] == ["Daughter of the Sun"]


def test_two_dashes_become_one_and_keep_the_blanks_they_had(by_row: dict[int, Object]) -> None:
    assert "camp—although" in by_row[20]["text"]
    assert "Three — but especially Four — the" in by_row[72]["text"]
    assert "moment—due" in by_row[92]["text"]


def test_a_folder_that_closes_on_a_bullets_row_ends_the_bullet(by_row: dict[int, Object]) -> None:
    assert by_row[20]["text"].endswith("the ThunderClan-WindClan border.")
    assert by_row[24]["text"].endswith("well with Miles Morales.")


# Spoilers


def test_each_spoiler_hides_exactly_its_text(parts: list[Object]) -> None:
    assert [[part["line"], text] for part in parts for text in hidden(part)] == FACTS["spoilers"]


def test_exactly_the_links_inside_a_spoiler_are_hidden_whole(parts: list[Object]) -> None:
    inside = [
        [part["line"], link["page"]]
        for part in parts
        for link in part["links"]
        if any(start <= link["start"] and link["end"] <= end for start, end in part["spoilers"])
    ]
    assert inside == FACTS["hidden_links"]


def test_a_blank_at_the_start_of_a_spoiler_stands_once_before_it(by_row: dict[int, Object]) -> None:
    for row, opening in FACTS["spoilers_after_a_blank"]:
        before, after = by_row[row]["text"].split(opening)
        assert re.search(r"\S $", before), row
        assert any(text.startswith(opening) for text in hidden(by_row[row])), (row, after)


def test_text_that_touches_a_spoiler_stays_in_clear(by_row: dict[int, Object]) -> None:
    assert "to ███" in in_clear(by_row[12])
    assert "on ███" in in_clear(by_row[12])
    assert "█, the scene is incredibly touching" in in_clear(by_row[12])
    assert "█. It turns out to be a Tear Jerker when █" in in_clear(by_row[12])
    assert "█), and he takes off" in in_clear(by_row[76])
    assert "█, through the magnificently destroyed streets" in in_clear(by_row[94])
    assert "punch through █" in in_clear(by_row[107])
    assert "█'s armor. Bonus points" in in_clear(by_row[107])


def test_a_spoiler_may_end_its_row_with_the_full_stop_inside_or_outside(by_row: dict[int, Object]) -> None:
    assert in_clear(by_row[105]).endswith("█")
    assert in_clear(by_row[107]).endswith("█.")


# Notes, links, styles


def test_the_one_note_stands_where_the_page_has_it(parts: list[Object]) -> None:
    notes = [(part, note) for part in parts for note in part["notes"]]
    assert len(notes) == len(FACTS["notes"])
    for (part, note), (row, before, label, text) in zip(notes, FACTS["notes"], strict=True):
        assert (part["line"], note["label"], note["text"], note["spoilers"]) == (row, label, text, [])
        assert part["text"][: note["at"]].endswith(before)
        assert part["text"][note["at"] :] == " Riders)."


def test_every_link_shows_its_words_and_leads_to_its_page(parts: list[Object]) -> None:
    read = [[part["line"], link["page"], shown(part, link)] for part in parts for link in part["links"]]
    assert read == FACTS["links"]


@pytest.mark.parametrize(("row", "label"), [(95, "this song"), (97, "this song"), (113, "the original Marathon run")])
def test_a_link_whose_address_was_cut_keeps_its_label_and_is_plain_text(
    by_row: dict[int, Object], row: int, label: str
) -> None:
    part = by_row[row]
    assert f" {label}." in part["text"]
    assert label not in [shown(part, link) for link in part["links"]]
    assert "" not in [link["page"] for link in part["links"]]


def test_every_run_of_italics_and_bold_is_found(parts: list[Object]) -> None:
    read = [[part["line"], run["style"], shown(part, run)] for part in parts for run in joined_styles(part)]
    assert read == FACTS["styles"]


def test_a_possessive_after_italics_is_upright_and_one_inside_is_slanted(by_row: dict[int, Object]) -> None:
    assert [shown(by_row[47], run) for run in joined_styles(by_row[47])] == ["Forrest Gump"]
    assert "Forrest Gump's key abilities" in by_row[47]["text"]
    assert [shown(by_row[32], run) for run in joined_styles(by_row[32])] == ["Star Trek Into Darkness", "Enterprise's"]


def test_offsets_are_in_order_inside_the_text_and_never_empty(parts: list[Object]) -> None:
    for part in parts:
        spoilers = [{"start": start, "end": end} for start, end in part["spoilers"]]
        for runs in (spoilers, part["links"], part["styles"]):
            marks = list(chain.from_iterable((run["start"], run["end"]) for run in runs))
            assert marks == sorted(marks), part["line"]
            assert all(0 <= run["start"] < run["end"] <= len(part["text"]) for run in runs), part["line"]


# Works


@pytest.mark.parametrize("fact", FACTS["works"], ids=lambda fact: f"example {fact[0]}")
def test_an_example_is_about_its_works(examples: list[Object], fact: list[Any]) -> None:
    number, works = fact
    expected = [{"page": page or None, "title": title} for page, title in works]
    assert examples[number - 1]["works"] == expected


def test_no_title_of_a_work_tells_what_a_spoiler_hides(examples: list[Object]) -> None:
    secrets = {text for example in examples for part in example["parts"] for text in hidden(part)}
    titles = {work["title"] for example in examples for work in example["works"]}
    assert len(secrets) == 14
    assert [(title, secret) for title in titles for secret in secrets if title in secret or secret in title] == []
