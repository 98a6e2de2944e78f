"""Whole saved pages beside the JSON Lines that they read as, compared as far as a saved page can tell.

White space is one blank and any dash is one dash. The line in the file is not compared.
"""

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "cases" / "saved"
ARTICLE = (
    "<!DOCTYPE html><html><head><title>Some Trope - TV Tropes</title>"
    '<link rel="canonical" href="https://tvtropes.org/pmwiki/pmwiki.php/Main/SomeTrope"></head><body>'
    '<h1 class="entry-title">Some Trope</h1><div id="main-article">{}</div></body></html>'
)


def saved_pages() -> list[Path]:
    """Return the files of the pages, by name."""
    return sorted(path for path in FOLDER.iterdir() if path.suffix in (".html", ".mhtml"))


def expectation(page: Path) -> list[dict[str, Any]] | None:
    """Return the objects that a page reads as, or None if it has to be refused."""
    path = page.with_name(f"{page.stem}.expected.jsonl")
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else None


def comparable(objects: Iterable[dict[str, Any]]) -> list[Any]:
    """Return what is compared of a page's objects."""
    return [_trope(each) if each["type"] == "trope" else _example(each) for each in objects]


def _trope(trope: dict[str, Any]) -> tuple[str, ...]:
    return (trope["name"], *(_plain(trope[key]) for key in ("title", "description", "caption")))


def _example(example: dict[str, Any]) -> tuple[Any, ...]:
    works = [(work["page"], _plain(work["title"])) for work in example["works"]]
    parts = [_part(part) for part in example["parts"]]
    return (example["trope"], example["number"], _plain(example["folder"]), example["medium"], works, parts)


def _part(part: dict[str, Any]) -> tuple[Any, ...]:
    text = part["text"]
    links = [(_plain(text[link["start"] : link["end"]]), link["page"]) for link in part["links"]]
    notes = [(_plain(note["label"]), _plain(note["text"]), _cut(note)) for note in part["notes"]]
    return (part["kind"], part["depth"], _plain(text), _cut(part), links, notes)


def _cut(part: dict[str, Any]) -> list[str]:
    hidden = [_plain(part["text"][start:end]) for start, end in part["spoilers"]]
    return [text for text in hidden if text]


def _plain(text: str | None) -> str:
    return re.sub(r"\s*(?:--|[-–—])\s*", "-", re.sub(r"\s+", " ", text or "")).strip()
