"""Exports are loaded again exactly as they were, and nothing hidden in them becomes visible."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.cli.jsonl import json_lines, title_line
from bot.corpus.codec import trope_from_json, trope_to_json
from bot.corpus.pages import StoredPage
from bot.corpus.reader import open_corpus
from bot.corpus.rows import trope_rows
from bot.corpus.scope import Scope
from bot.corpus.writer import open_writer
from bot.ingest.layouts import LAYOUTS
from bot.ingest.loader import load
from bot.ingest.reading import ReadPage, read_file
from bot.ingest.records import Refusals
from bot.ingest.site_tables import SiteTables, read_tables
from bot.ingest.sources import SourceFile, pages_in
from bot.model import Note, Page, Part, Span
from bot.settings import ROOT
from bot.wiki.page import read_page
from tests.cli_runner import Cli
from tests.wiki.random_markup import secrets, soups

PAGES = Path(__file__).parent.parent / "e2e" / "frozen" / "pages"
TABLES = read_tables(ROOT / "data")
SOURCE = """->''"Run, [[spoiler:Dorothea]]!"''
-->-- '''A Runner''', ''Film/RunLolaRun''
[[quoteright:350:run.jpg]]
[[caption-width-right:350:Watch [[spoiler:her fall]] ''down''.]]
She runs to [[spoiler:her grave]], see also Main/PowerWalk.[[note]]In [[spoiler:May]] ''or'' Film/{{Benji}}.[[/note]]
----
[[folder:Kite Flying]]
* ''Film/RunLolaRun'': '''runs''' @@fast@@ [[spoiler:and [[note]]twice[[/note]] dies]][[spoiler:here]].
** [[labelnote:who?]][[spoiler:Me]][[/labelnote]] too.
-->"So ''what''?"
* Same.
* Same.
[[/folder]]
"""


def write(folder: Path, lines: Sequence[str]) -> SourceFile:
    path = folder / "export.jsonl"
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return SourceFile(path)


def read(file: SourceFile, tables: SiteTables) -> list[ReadPage]:
    refusals = Refusals()
    pages = [read_file(each, tables) for each in pages_in(file, refusals)]
    assert not refusals.count, refusals.sentences
    return pages


def canonical(page: Page) -> Page:
    """Return a page whose spoilers are numbered by their places, and whose equal neighbours are one span."""

    def spans_of(spans: Sequence[Span]) -> tuple[Span, ...]:
        new: list[Span] = []
        number = last = 0
        for span in spans:
            number += span.spoiler not in (0, last)
            last = span.spoiler
            span = span._replace(spoiler=number if last else 0)  # noqa: PLW2901 - the same span
            if new and new[-1]._replace(text=span.text) == span:
                span = span._replace(text=new.pop().text + span.text)  # noqa: PLW2901
            new.append(span)
        return tuple(new)

    def part_of(part: Part) -> Part:
        notes = [Note(n.offset, n.label, spans_of(n.spans), int(n.spoiler > 0)) for n in part.notes]
        return part._replace(spans=spans_of(part.spans), notes=tuple(notes))

    def parts_of(parts: Sequence[Part]) -> tuple[Part, ...]:
        return tuple(map(part_of, parts))

    trope = page.trope
    trope = replace(
        trope,
        description=parts_of(trope.description),
        quote=parts_of(trope.quote),
        caption=spans_of(trope.caption),
    )
    examples = tuple(each._replace(parts=parts_of(each.parts)) for each in page.examples)
    return replace(page, trope=trope, examples=examples, other_parts=(), diagnostics=(), learned_titles={})


def assert_same(page: Page, folder: Path, tables: SiteTables) -> None:
    lines = list(json_lines(page.trope, page.examples, page.listed_subpages))
    [back] = read(write(folder, lines), tables)
    assert not back.refusals.count, back.refusals.sentences
    assert list(json_lines(back.page.trope, back.page.examples, back.page.listed_subpages)) == lines
    assert canonical(back.page) == canonical(page)
    assert trope_from_json("A", "B", trope_to_json(back.page.trope)) == replace(back.page.trope, name="A", title="B")


@pytest.mark.parametrize("path", sorted(PAGES.iterdir()), ids=lambda path: path.stem)
def test_a_page_is_the_same_after_an_export(path: Path, tmp_path: Path, tables: SiteTables) -> None:
    page = read_page(path.stem, path.read_text(encoding="utf-8"), tables.lexicon)
    assert_same(page, tmp_path, tables)


def test_every_style_link_note_and_spoiler_is_the_same(tmp_path: Path, tables: SiteTables) -> None:
    page = read_page("SomeTrope", SOURCE, tables.lexicon)
    assert page.trope.caption
    assert len(page.trope.quote) == 2
    assert [example.key[-2:] for example in page.examples][2] == "-2"
    assert_same(page, tmp_path, tables)


PLACES = st.sampled_from(
    ("{}\n----\n* a: b.", "->{}\n----\n* a.", "[[caption-width-right:9:{}]]\n----\n* a.", "----\n* {}")
)


@settings(max_examples=1_000 if settings().max_examples > 500 else settings().max_examples)
@given(st.one_of(soups(), secrets()), PLACES)
def test_generated_pages_are_the_same(
    tmp_path_factory: pytest.TempPathFactory, drawn: tuple[Any, ...], place: str
) -> None:
    page = read_page("SomeTrope", place.replace("{}", drawn[0].replace("²", "")), TABLES.lexicon)
    assert_same(page, tmp_path_factory.mktemp("export"), TABLES)


@pytest.mark.slow
async def test_a_corpus_is_the_same_byte_for_byte(cli: Cli, tmp_path: Path, seed_and_pages: list[str]) -> None:
    titles = {"Film/RunLolaRun": "Lola rennt", "Anime/Akira": "AKIRA"}
    assert cli.run("load", *seed_and_pages).returncode == 0
    page = read_page("ActionGirl/Film", "* ''Film/RunLolaRun'': runs.\n")
    page = replace(page, learned_titles=titles, listed_subpages=("ActionGirl/Toys", "ActionGirl/Film"))
    index = Page(read_page("ActionGirl", "About [[spoiler:her]].\n").trope, listed_subpages=page.listed_subpages)
    async with open_writer(cli.folder / "corpus.db") as writer:
        await writer.replace([trope_rows([StoredPage(page, ""), StoredPage(index, "")], 99, LAYOUTS)])
    assert cli.run("load", *seed_and_pages).returncode == 0  # works get the titles
    exported = cli.run("export").stdout
    assert '"source": "ActionGirl/Film"' in exported
    assert exported.splitlines()[-1] == title_line("Film/RunLolaRun", titles["Film/RunLolaRun"])
    (tmp_path / "export.jsonl").write_text(exported, encoding="utf-8")
    other = {"BIGRUN_CORPUS": str(tmp_path / "other.db")}
    loaded = cli.run("load", str(tmp_path / "export.jsonl"), environment=other)
    assert (loaded.returncode, loaded.stderr) == (0, "")
    assert cli.run("export", environment=other).stdout == exported
    again = cli.run("load", str(tmp_path / "export.jsonl"), environment=other)
    assert again.stdout.startswith("Loaded 0 tropes")


@pytest.fixture
def seed_and_pages() -> list[str]:
    return [str(PAGES), str(ROOT / "data" / "tropes")]


# --- texts that do not say what is hidden in them


async def test_texts_without_parts_are_kept_and_never_shown(tmp_path: Path, tables: SiteTables) -> None:
    trope, *examples = map(json.loads, json_lines(*example_page()))
    trope = {key: value for key, value in trope.items() if not key.endswith("_parts")}
    file = write(tmp_path, [json.dumps(each) for each in (trope, *examples)])
    await load([file.path], tmp_path / "corpus.db", tables)
    async with open_corpus(tmp_path / "corpus.db") as corpus:
        overview = await corpus.overview(Scope("SomeTrope"))
        kept = json.loads(next(json_lines(await corpus.whole_trope("SomeTrope"), ())))
    assert (kept["description"], kept["caption"]) == (trope["description"], trope["caption"])
    assert not {"description_parts", "caption_parts"} & kept.keys()
    assert "grave" in kept["description"]
    assert overview is not None
    assert overview.texts.description == ()


def test_a_label_of_an_earlier_export_is_hidden_in_doubt(tmp_path: Path, tables: SiteTables) -> None:
    trope, *examples = map(json.loads, json_lines(*example_page()))
    for note in [note for example in examples for part in example["parts"] for note in part["notes"]]:
        del note["spoiler"]
    [back] = read(write(tmp_path, [json.dumps(each) for each in (trope, *examples)]), tables)
    notes = [note for example in back.page.examples for note in example.notes]
    assert [bool(note.spoiler) for note in notes] == [True, True]
    assert all(span.spoiler for note in notes for span in note.spans)


# --- hostile lines


def example_page() -> tuple[Any, Any]:
    page = read_page("SomeTrope", SOURCE)
    return page.trope, page.examples


def changed(place: str, value: Any) -> str:
    [_, line, *_] = json_lines(*example_page())
    thing = json.loads(line)
    target = thing["parts"][0] if place.startswith("part.") else thing
    target = target["notes"][0] if place.startswith("part.note.") else target
    key = place.rpartition(".")[2]
    if value is None:
        del target[key]
    else:
        target[key] = value
    return json.dumps(thing)


HOSTILE: list[tuple[str, Any]] = [
    ("part.spoilers", None), ("part.spoilers", 5), ("part.spoilers", [[-1, 5]]), ("part.spoilers", [[5, 2]]),
    ("part.spoilers", [[0, 9], [3, 12]]), ("part.spoilers", [[0, 5_000]]), ("part.spoilers", [[True, 5]]),
    ("part.spoilers", [["0", "5"]]), ("part.spoilers", [[0, 5.0]]), ("part.spoilers", [[4, 9], [0, 2]]),
    ("part.spoilers", [[3, 3]]), ("part.spoilers", [{"start": 0}]), ("part.text", "short"), ("part.text", "\ud800"),
    ("part.text", "a\0b"), ("part.links", [{"start": 0, "end": 1, "page": "x"}]), ("part.links", [7]), ("part.links",
    [{"start": 0, "end": 999, "page": "Film/X"}]), ("part.styles", [{"start": 0, "end": 1, "style": "x"}]),
    ("part.kind", "row of ducks"), ("part.kind", []), ("part.depth", -1), ("part.depth", 10**30), ("part.note.at",
    -1), ("part.note.at", 10_000), ("part.note.spoilers", None), ("part.note.spoilers", [[0, 99]]),
    ("part.note.label", ""), ("part.note.spoiler", 99), ("part.notes", {}), ("parts", []), ("parts", "x"), ("works",
    [{"title": 1}]), ("works", 3), ("works", [{"page": "no page", "title": "x"}]), ("medium", "NO MEDIUM"), ("medium",
    3), ("folder", 4), ("trope", 3), ("source", "OtherTrope/Film"), ("source", []), ("type", "exmaple"),
]  # fmt: skip


@pytest.mark.parametrize(("place", "value"), HOSTILE)
def test_a_wrong_line_is_refused_with_its_row(tmp_path: Path, tables: SiteTables, place: str, value: Any) -> None:
    good = list(json_lines(*example_page()))
    file = write(tmp_path, [good[0], changed(place, value), *good[2:]])
    refusals = Refusals()
    [back] = [read_file(each, tables) for each in pages_in(file, refusals)]
    [sentence] = refusals.sentences + back.refusals.sentences
    assert sentence.startswith(f"{file.path}, row 2: ")
    assert "dies" not in sentence
    assert [example.number for example in back.page.examples] == [1, 2]


def test_a_label_inside_hidden_text_is_hidden(tmp_path: Path, tables: SiteTables) -> None:
    good = list(json_lines(*example_page()))
    [back] = read(write(tmp_path, [good[0], changed("part.note.spoiler", 0), *good[2:]]), tables)
    [note] = back.page.examples[0].parts[0].notes
    assert note.spoiler
    assert all(span.spoiler for span in note.spans)


def test_a_key_that_is_there_twice_is_refused(tmp_path: Path, tables: SiteTables) -> None:
    good = list(json_lines(*example_page()))
    good[1] = good[1].replace('"links"', '"spoilers": [], "links"', 1)
    refusals = Refusals()
    list(pages_in(write(tmp_path, good), refusals))
    assert refusals.count == 1


@given(st.binary(max_size=300), st.integers(0, 5_000))
def test_any_bytes_are_read_without_an_exception(
    tmp_path_factory: pytest.TempPathFactory, noise: bytes, at: int
) -> None:
    good = "\n".join(json_lines(*example_page())).encode()
    path = tmp_path_factory.mktemp("noise") / "export.jsonl"
    path.write_bytes(good[: 20 + at] + noise + good[20 + at + len(noise) :])
    for file in pages_in(SourceFile(path), Refusals()):
        read_file(file, TABLES)


def test_deep_json_is_refused(tmp_path: Path, tables: SiteTables) -> None:
    good = list(json_lines(*example_page()))
    refusals = Refusals()
    list(
        pages_in(write(tmp_path, [*good, "[" * 100_000, '{"type": ' * 50_000, "9" * 9_000, "{}", "", "null"]), refusals)
    )
    assert refusals.count == 5
