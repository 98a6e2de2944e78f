"""The facts of a real page, collected from its source without the program, against what the program reads."""

import json
import tomllib
from itertools import chain, groupby
from pathlib import Path
from typing import Any

import pytest

from bot.cli.jsonl import json_lines
from bot.model import Page

SHEET = tomllib.loads((Path(__file__).parent / "pages" / "BigHeroicRun.facts.toml").read_text(encoding="utf-8"))
FACTS: dict[str, list[Any]] = SHEET["facts"]

Object = dict[str, Any]


@pytest.fixture(scope="module")
def objects(big_heroic_run: Page) -> list[Object]:
    """Return the page as the objects that `check --json` prints."""
    return [json.loads(line) for line in json_lines(big_heroic_run.trope, big_heroic_run.examples)]


@pytest.fixture(scope="module")
def parts(objects: list[Object]) -> list[Object]:
    return [part for example in objects[1:] for part in example["parts"]]


def covered(part: Object, run: Object) -> str:
    text: str = part["text"]
    return text[run["start"] : run["end"]]


def hidden(part: Object) -> list[str]:
    return [part["text"][start:end] for start, end in part["spoilers"]]


def joined_styles(part: Object) -> list[Object]:
    """Return the styles of a part, joined where a link divides one."""
    runs: list[Object] = []
    for run in sorted(part["styles"], key=lambda run: (run["style"], run["start"])):
        if runs and runs[-1]["style"] == run["style"] and runs[-1]["end"] == run["start"]:
            runs[-1] = {**runs[-1], "end": run["end"]}
        else:
            runs.append(run)
    return sorted(runs, key=lambda run: run["start"])


def test_the_trope_is_followed_by_its_numbered_examples(objects: list[Object]) -> None:
    assert [each["type"] for each in objects] == ["trope", *["example"] * 60]
    assert [each["number"] for each in objects[1:]] == list(range(1, 61))
    assert {each["trope"] for each in objects[1:]} == {"BigHeroicRun"}


@pytest.mark.parametrize("key", ["name", "title", "caption", "related"])
def test_the_trope_is_described(objects: list[Object], key: str) -> None:
    assert objects[0][key] == SHEET["trope"][key]


def test_the_description_is_the_paragraphs_above_the_first_rule(objects: list[Object]) -> None:
    assert objects[0]["description"] == "\n\n".join(SHEET["trope"]["description"])


def test_folders_are_media_in_page_order(objects: list[Object]) -> None:
    runs = groupby(objects[1:], key=lambda example: (example["folder"], example["medium"]))
    assert [[folder, medium, len(list(run))] for (folder, medium), run in runs] == FACTS["folders"]


def test_every_part_is_in_its_example_with_depth_and_line(objects: list[Object]) -> None:
    read = [[e["number"], p["kind"], p["depth"], p["line"]] for e in objects[1:] for p in e["parts"]]
    assert read == [fact[:4] for fact in FACTS["parts"]]


@pytest.mark.parametrize("fact", FACTS["parts"], ids=lambda fact: f"line {fact[3]}")
def test_a_part_reads_as_on_the_site(parts: list[Object], fact: list[Any]) -> None:
    assert [part["text"] for part in parts if part["line"] == fact[3]] == [fact[4]]


def test_each_spoiler_hides_exactly_its_text(parts: list[Object]) -> None:
    assert [[part["line"], text] for part in parts for text in hidden(part)] == FACTS["spoilers"]


def test_exactly_the_links_inside_spoilers_are_hidden(parts: list[Object]) -> None:
    inside = [
        [part["line"], link["page"]]
        for part in parts
        for link in part["links"]
        if any(start <= link["start"] and link["end"] <= end for start, end in part["spoilers"])
    ]
    assert inside == FACTS["hidden_links"]


def test_the_note_is_where_the_page_has_it(parts: list[Object]) -> None:
    [[line, before, label, text]] = FACTS["notes"]
    [(part, note)] = [(part, note) for part in parts for note in part["notes"]]
    assert (part["line"], note["label"], note["text"], note["spoilers"]) == (line, label, text, [])
    assert part["text"][: note["at"]].endswith(before)
    assert part["text"][note["at"] :] == " Riders)."


def test_every_link_has_its_words_and_its_page(parts: list[Object]) -> None:
    read = [[part["line"], link["page"], covered(part, link)] for part in parts for link in part["links"]]
    assert read == FACTS["links"]


def test_all_italics_and_bold_are_found(parts: list[Object]) -> None:
    read = [[part["line"], run["style"], covered(part, run)] for part in parts for run in joined_styles(part)]
    assert read == FACTS["styles"]


def test_ranges_are_in_order_inside_the_text(parts: list[Object]) -> None:
    for part in parts:
        spoilers = [{"start": start, "end": end} for start, end in part["spoilers"]]
        for runs in (spoilers, part["links"], part["styles"]):
            offsets = list(chain.from_iterable((run["start"], run["end"]) for run in runs))
            assert offsets == sorted(offsets), part["line"]
            assert all(0 <= run["start"] < run["end"] <= len(part["text"]) for run in runs), part["line"]


@pytest.mark.parametrize("fact", FACTS["works"], ids=lambda fact: f"example {fact[0]}")
def test_an_example_is_about_its_works(objects: list[Object], fact: list[Any]) -> None:
    number, works = fact
    assert objects[number]["works"] == [{"page": page or None, "title": title} for page, title in works]
