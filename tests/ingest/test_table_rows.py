"""Tables of examples: which columns they have, what a row becomes, and that a doubtful row is refused."""

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.corpus.reader import open_corpus
from bot.corpus.scope import Scope
from bot.errors import SourceError
from bot.ingest.loader import load
from bot.ingest.parse import split_jobs
from bot.ingest.reading import read_file
from bot.ingest.records import Refusals, page_of_cell
from bot.ingest.site_tables import SiteTables, read_tables
from bot.ingest.sources import Given, ParseJob, SourceFile, find_sources, pages_in
from bot.model import Page, hidden_texts, visible_text
from bot.settings import ROOT
from tests.cli_runner import Cli
from tests.full_disk import Disk

TABLES = read_tables(ROOT / "data")
HEADING = "trope,work,text,medium\n"


def read(folder: Path, data: str | bytes, columns: dict[str, str] | None = None) -> tuple[dict[str, Page], list[str]]:
    """Return the pages of a table by their names, and what is said of refused rows."""
    path = folder / "table.csv"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    refusals = Refusals()
    [file] = find_sources([path], given=Given(columns=columns or {}))
    found = [read_file(each, TABLES) for each in pages_in(file, refusals)]
    said = [sentence for each in (refusals, *[one.refusals for one in found]) for sentence in each.lines()]
    return {each.page.name: each.page for each in found}, [sentence.removeprefix(f"{path}, ") for sentence in said]


def test_a_row_is_an_example_with_its_work_and_medium(tmp_path: Path) -> None:
    pages, said = read(
        tmp_path,
        HEADING
        + "BigRun,Film/RunLolaRun,She runs.,\n"
        + "Big Run,Run Lola Run,\"In ''Film/{{Benji}}'', he [[spoiler:dies, badly]].\n** Twice.\",Kite Flying\n"
        + "https://tvtropes.org/pmwiki/pmwiki.php/Main/BigRun,,No work.,Video Games\n"
        + "Chekhov's Gun,A Day,Fires.,film\n",
    )
    assert said == []
    assert [(page.trope.name, page.trope.title) for page in pages.values()] == [
        ("BigRun", "Big Run"),
        ("ChekhovsGun", "Chekhov's Gun"),
    ]
    first, second, third = pages["BigRun"].examples
    assert [work.page for work in first.works] == ["Film/RunLolaRun"]
    assert [example.medium and example.medium.slug for example in (first, second, third)] == [
        "film-live-action", "kite-flying", "video-games",
    ]  # fmt: skip
    assert [(work.page, work.title) for work in second.works] == [(None, "Run Lola Run"), ("Film/Benji", "Benji")]
    assert [hidden_texts(part) for part in second.parts] == [["dies, badly"], []]
    assert (third.works, third.number) == ((), 3)
    assert [part.source_line for part in second.parts] == [3, 4]


@pytest.mark.parametrize(
    "data",
    [
        "trope;work;example\nBigRun;X;Runs.\n",
        "Trope Name\tWork Title\tExample Text\nBigRun\tX\tRuns.\n",
        "\ufefftrope,work,text\r\nBigRun,X,Runs.\r\n",
        '"Example","Trope","id","Title"\n"Runs.","BigRun",7,"X"\n',
        '{"trope": "BigRun", "work": "X", "text": "Runs.", "id": 5}\n\n',
        '{"Example": "Runs.", "Trope": "BigRun", "Title": "X", "medium": null}',
    ],
)
def test_headings_are_found_by_their_names(tmp_path: Path, data: str) -> None:
    pages, said = read(tmp_path, data)
    assert said == []
    [example] = pages["BigRun"].examples
    assert (example.parts[0].text, example.works[0].title) == ("Runs.", "X")


def test_columns_can_be_named(tmp_path: Path) -> None:
    columns = {"trope": "What", "work": "Where", "text": "How it goes"}
    pages, _ = read(tmp_path, "id,what,where,how it goes\n1,BigRun,X,Runs.\n", columns)
    assert pages["BigRun"].examples[0].parts[0].text == "Runs."
    with pytest.raises(SourceError, match=r"without Wherever. Name its columns: --columns"):
        read(tmp_path, "what,where,how it goes\n1,BigRun,X\n", {**columns, "work": "Wherever"})


@pytest.mark.parametrize(
    ("cell", "page"),
    [("Big Run", "Main/BigRun"), ("Main.BigRun", "Main/BigRun"), ("BigRun/VideoGames", "BigRun/VideoGames"),
     ("Día de los Muertos", "Main/DiaDeLosMuertos"), ("7", "Main/7")],
)  # fmt: skip
def test_a_trope_is_a_name_an_address_or_a_title(cell: str, page: str) -> None:
    assert page_of_cell(cell) == page


REFUSED = [
    ("BigRun,X,||She dies||,", "marks that are not the wiki's"),
    ("BigRun,X,>!She dies!<,", "marks that are not the wiki's"),
    ("BigRun,X,[spoiler]She dies[/spoiler],", "marks that are not the wiki's"),
    ("BigRun,X,<span class=spoiler>She dies</span>,", "marks that are not the wiki's"),
    ("BigRun,X,<details>She dies</details>,", "marks that are not the wiki's"),
    ("BigRun,X,She dies]] at last,", "closes brackets"),
    ("BigRun,X,She dies", "3 columns instead of 4"),
    ("BigRun,X,[[spoiler:She, or he, dies]] alas,", "6 columns instead of 4"),
    ("BigRun,X,,", "it has no text"),
    ("Film/RunLolaRun,X,She dies,", "not of a trope"),
    ("???,X,She dies,", "its trope is none"),
    ("[[spoiler:She dies]],X,a,", "its trope is none"),
    ("BigRun,[[spoiler:She dies]],a,", "marks of hidden text"),
    ("BigRun,X,a,||She dies||", "marks of hidden text"),
    (f"BigRun,{'X' * 400},She dies,", "over 200 characters"),
    ('BigRun,X,"* a\n----\nShe dies",', "belongs to no example"),
    ("BigRun,X,a\0She dies,", "not Unicode text"),
]


@pytest.mark.parametrize(("row", "reason"), REFUSED)
def test_a_doubtful_row_is_refused_with_its_number(tmp_path: Path, row: str, reason: str) -> None:
    pages, [sentence] = read(tmp_path, f"{HEADING}BigRun,X,One.,\n{row}\nBigRun,X,Two.,\n")
    assert sentence.startswith("row 3: ")
    assert reason in sentence
    assert "dies" not in sentence
    assert [example.parts[0].text for example in pages["BigRun"].examples] == ["One.", "Two."]


@pytest.mark.parametrize("row", ['BigRun,X,"He "said" it', 'BigRun,X,"never closed', f'BigRun,X,"{"a" * 200_000}",'])
def test_rows_behind_a_broken_quotation_are_left_out(tmp_path: Path, row: str) -> None:
    pages, [sentence] = read(tmp_path, f"{HEADING}BigRun,X,One.,\n{row}\nBigRun,X,[[spoiler:hidden]] not,\n")
    assert sentence.startswith("row 3: its quotation marks are wrong")
    assert sentence.endswith("It and all rows after it are left out.")
    assert len(pages["BigRun"].examples) == 1


def test_a_spoiler_hides_all_lines_of_a_cell_up_to_its_closer(tmp_path: Path) -> None:
    pages, _ = read(tmp_path, f'{HEADING}BigRun,X,"One [[spoiler:a\n* b\nc]] d",\n')
    texts = [(part.text, visible_text(part.spans)) for each in pages["BigRun"].examples for part in each.parts]
    assert texts == [("One a", "One "), ("b", ""), ("c d", " d")]


@pytest.mark.parametrize(
    "opening", ["[[spoiler:He", "[[Spoiler:He [[/]]", "[[spoiler]]He", "[[spolier:He", "]] [[spoiler: He"]
)
def test_rows_behind_an_open_spoiler_are_left_out(tmp_path: Path, opening: str) -> None:
    pages, [sentence] = read(tmp_path, f"{HEADING}BigRun,X,One.,\nBigRun,X,{opening},\nBigRun,X,dies,\nand]],,,\n")
    assert sentence == "row 3: a spoiler in it is not closed. It and all rows after it are left out."
    assert [example.parts[0].text for example in pages["BigRun"].examples] == ["One."]


@pytest.mark.parametrize(
    "row",
    ["[]", "7", '{"trope": "BigRun"}', '{"trope": 5, "work": "X", "text": "y"}', "{", '{"text": "a", "text": "b"}'],
)
def test_a_wrong_json_line_is_refused(tmp_path: Path, row: str) -> None:
    good = '{"trope": "BigRun", "work": "X", "text": "One."}'
    pages, [sentence] = read(tmp_path, f"{good}\n{row}\n{good}\n")
    assert sentence.startswith("row 2: ")
    assert [example.key[-2:] for example in pages["BigRun"].examples][1] == "-2"


def test_a_row_that_only_says_that_it_hides_something_is_refused(tmp_path: Path) -> None:
    rows = ["no,BigRun,X,One.", "true,BigRun,X,She dies.", ",BigRun,X,Two.", '"[[0, 3]]",BigRun,X,She dies.']
    pages, said = read(tmp_path, "\n".join(["is_spoiler,trope,work,text", *rows]))
    assert [example.parts[0].text for example in pages["BigRun"].examples] == ["One.", "Two."]
    assert [sentence.partition(":")[0] for sentence in said] == ["row 3", "row 5"]
    row = {"trope": "BigRun", "work": "X", "text": "She dies.", "spoilers": [[0, 3]]}
    pages, [sentence] = read(tmp_path, "\n".join(map(json.dumps, [{**row, "spoilers": []}, row])))
    assert sentence.startswith("row 2: a column says that it hides something")
    assert len(pages["BigRun"].examples) == 1


def test_only_the_first_refused_rows_are_said(tmp_path: Path) -> None:
    _, said = read(tmp_path, HEADING + "BigRun,X\n" * 1_000)
    assert (len(said), said[-1]) == (21, "And 980 more rows.")


def test_a_table_in_utf_16_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"in UTF-16\. Save it as CSV in UTF-8"):
        read(tmp_path, "trope\twork\ttext\nBigRun\tX\tRuns.\n".encode("utf-16"))


@given(
    st.binary(max_size=200),
    st.sampled_from([HEADING, "trope\twork\ttext\n", '{"trope": "A", "work": "B", "text": "c"}\n']),
)
def test_any_bytes_are_read_without_an_exception(
    tmp_path_factory: pytest.TempPathFactory, noise: bytes, heading: str
) -> None:
    read(tmp_path_factory.mktemp("noise"), heading.encode() + b"BigRun,X,a,\nBigRun," + noise)


@given(
    st.lists(st.sampled_from(["[[spoiler:", "]]", "s3cret", " ", ",", "''", "\n", '"', "* ", "[[note]]", "[[/note]]"]))
)
def test_hidden_text_of_a_row_stays_hidden(tmp_path_factory: pytest.TempPathFactory, around: list[str]) -> None:
    text = "".join(around).replace("s3cret", "") + "[[spoiler:s3cret]]"
    cell = text.replace('"', '""')
    pages, _ = read(tmp_path_factory.mktemp("hidden"), f'{HEADING}BigRun,X,"{cell}",\n')
    for page in pages.values():
        for part in [part for example in page.examples for part in example.parts]:
            assert "s3cret" not in visible_text(part.spans)
            assert not any("s3cret" in visible_text(note.spans) for note in part.notes)


async def test_a_table_is_loaded_and_then_unchanged(tmp_path: Path, tables: SiteTables) -> None:
    path = tmp_path / "table.csv"
    path.write_text(f"{HEADING}BigRun,X,One.,\nPowerWalk,Y,Two.,\nBigRun,X,\n")
    said: list[str] = []
    report = await load([path], tmp_path / "corpus.db", tables, warn=said.append)
    assert (report.tropes, report.examples, report.rejected, report.ok) == (2, 2, 1, False)
    assert said == [f"{path}, row 4: it has 3 columns instead of 4. Left out."]
    path.write_text(f"{HEADING}PowerWalk,Y,Two.,\nBigRun,X,Other.,\n")
    report = await load([tmp_path], tmp_path / "corpus.db", tables)
    assert (report.tropes, report.unchanged, report.ok) == (1, 1, True)
    async with open_corpus(tmp_path / "corpus.db") as corpus:
        assert (await corpus.search("other", Scope("BigRun"), 1, 5)).total == 1


@pytest.mark.parametrize("inner", ["tables/table.csv", "inner.zip"])
@pytest.mark.slow
async def test_a_zipped_table_is_loaded_like_the_table(tmp_path: Path, tables: SiteTables, inner: str) -> None:
    write_table(tmp_path / "table.csv", 700, 7)
    with zipfile.ZipFile(tmp_path / "inner.zip", "w") as archive:
        archive.write(tmp_path / "table.csv", "table.csv")
    with zipfile.ZipFile(tmp_path / "all.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(tmp_path / Path(inner).name, inner)
        archive.writestr("PowerWalk.txt", "----\n* ''Film/RunLolaRun'': walks.\n")
    zipped, plain = tmp_path / "zipped.db", tmp_path / "plain.db"
    report = await load([tmp_path / "all.zip"], zipped, tables)
    assert (report.tropes, report.examples, report.ok) == (8, 701, True)
    assert (await load([tmp_path / "all.zip"], zipped, tables)).unchanged == 8
    await load([tmp_path / "table.csv"], plain, tables)
    async with open_corpus(zipped) as corpus, open_corpus(plain) as other:
        for trope in await other.tropes():
            others = [entry async for entry in other.iter_examples(trope.name)]
            assert [entry async for entry in corpus.iter_examples(trope.name)] == others


def test_a_table_that_cannot_be_unpacked_says_why(tmp_path: Path, disk: Disk, monkeypatch: pytest.MonkeyPatch) -> None:
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("table.csv", f"{HEADING}BigRun,X,One.,\n" * 9_000)
    [file] = find_sources([tmp_path / "all.zip"])
    monkeypatch.setattr("tempfile.tempdir", str(disk.path))
    disk.fill()
    where = re.escape(str(disk.path))
    with pytest.raises(
        SourceError, match=rf"table\.csv cannot be unpacked into {where}: No space left on device\. Make"
    ):
        list(pages_in(file, Refusals()))
    disk.free()
    assert list(disk.path.iterdir()) == []
    damaged = bytearray((tmp_path / "all.zip").read_bytes())
    damaged[60] ^= 1
    (tmp_path / "all.zip").write_bytes(damaged)
    with pytest.raises(SourceError, match=r"cannot be unpacked \(BadZipFile\)"):
        list(pages_in(file, Refusals()))


@pytest.mark.slow
async def test_a_large_trope_makes_the_same_corpus_in_slices(
    tmp_path: Path, tables: SiteTables, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_table(tmp_path / "table.csv", 900, 3)
    whole, sliced = tmp_path / "whole.db", tmp_path / "sliced.db"
    await load([tmp_path / "table.csv"], whole, tables)
    monkeypatch.setattr("bot.corpus.rows.EXAMPLES_PER_SLICE", 70)
    monkeypatch.setattr("bot.ingest.parse.LARGE_WEIGHT", 5)
    await load([tmp_path / "table.csv"], sliced, tables)
    assert corpus_rows(sliced) == corpus_rows(whole)
    assert (await load([tmp_path / "table.csv"], sliced, tables)).unchanged == 3


def corpus_rows(path: Path) -> dict[str, Any]:
    """Return what readers see of a corpus."""
    queries = {
        "examples": "SELECT * FROM example ORDER BY id",
        "works": "SELECT * FROM example_work ORDER BY work_ref, example_id",
        "counts": "SELECT * FROM example_count",
        "terms": "SELECT * FROM term",
        "titles": "SELECT * FROM work",
        "indexed": "SELECT * FROM visible_vocabulary",
    }
    with closing(sqlite3.connect(path)) as database:
        return {name: database.execute(query).fetchall() for name, query in queries.items()}


@pytest.mark.slow
async def test_progress_is_told_while_a_table_is_read_and_loaded(tmp_path: Path, tables: SiteTables) -> None:
    write_table(tmp_path / "table.csv", 2_500, 50)
    told: list[float] = []
    await load([tmp_path / "table.csv"], tmp_path / "corpus.db", tables, on_progress=told.append)
    assert told == sorted(told)
    assert (told[0], told[-1], len(told)) == (0, 1, 1 + 2 + 1 + 50 + 1)


async def test_a_trope_of_too_many_rows_is_refused_alone(
    tmp_path: Path, tables: SiteTables, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.ingest.record_pages.MAX_EXAMPLES_PER_TROPE", 10)
    write_table(tmp_path / "table.csv", 20, 2)
    with (tmp_path / "table.csv").open("a") as file:
        file.write("SomeTrope0x,X,One more.,\n")
    said: list[str] = []
    report = await load([tmp_path / "table.csv"], tmp_path / "corpus.db", tables, warn=said.append)
    assert (report.tropes, report.examples, report.rejected) == (1, 10, 1)
    assert said == [f"{tmp_path / 'table.csv'}: it has 11 rows of SomeTrope0x. A trope has at most 10 examples."]


def test_tasks_have_a_bounded_number_of_rows(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text(HEADING + "".join(f"Trope{row % 30},X,Runs.,\n" for row in range(12_000)))
    files = list(pages_in(SourceFile(path), Refusals()))
    jobs = [ParseJob(number, (file,)) for number, file in enumerate(files)]
    assert [len(chunk) for chunk in split_jobs(jobs)] == [2] * 15


# --- the command line


@pytest.mark.slow
def test_an_export_can_be_piped_and_columns_named(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a,b,c\nBigRun,X,[[spoiler:Runs]].\n")
    done = cli.run("check", "--json", "--columns", "trope=a,work=b,text=c", str(tmp_path / "t.csv"))
    assert done.returncode == 0
    trope, example = map(json.loads, done.stdout.splitlines())
    assert (trope["name"], example["parts"][0]["spoilers"]) == ("BigRun", [[0, 4]])
    wrong = cli.run("load", "--columns", "name=a", str(tmp_path / "t.csv"))
    assert (wrong.returncode, wrong.stdout) == (2, "")
    piped = subprocess.run(
        [sys.executable, "-m", "bot", "load", "-"],
        env=cli.environment, cwd=cli.folder, input=done.stdout.encode(), capture_output=True, check=False,
    )  # fmt: skip
    assert piped.returncode == 0, piped.stderr
    assert cli.run("export").stdout == done.stdout


def write_table(path: Path, rows: int, tropes: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(HEADING)
        for row in range(rows):
            file.write(f"SomeTrope{row % tropes}x,Film/Movie{row % 977},He runs {row} times [[spoiler:and dies]].,\n")


# What is measured is the largest process of a load: it and those that read for it.
MEASURE = """
import resource, subprocess, sys
done = subprocess.run([sys.executable, "-m", "bot", "load", sys.argv[1]], capture_output=True, text=True)
print(done.stdout.splitlines()[-1])
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
"""


@pytest.mark.slow
@pytest.mark.parametrize(("rows", "tropes"), [(100_000, 2_000), (60_000, 1)])
def test_a_large_table_takes_little_memory(cli: Cli, tmp_path: Path, rows: int, tropes: int) -> None:
    write_table(tmp_path / "table.csv", rows, tropes)
    command = [sys.executable, "-c", MEASURE, str(tmp_path / "table.csv")]
    done = subprocess.run(command, env=cli.environment, capture_output=True, text=True, check=True)
    summary, mebibytes = done.stdout.splitlines()
    assert summary == f"Loaded {tropes:,} trope{'s' * (tropes > 1)} ({rows:,} examples), 0 unchanged, 0 rejected."
    assert int(mebibytes) <= 200


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_stopped_load_of_a_table_goes_on(cli: Cli, tmp_path: Path, number: signal.Signals) -> None:
    write_table(tmp_path / "table.csv", 60_000, 1_000)
    corpus = cli.folder / "corpus.db"

    def loaded() -> Any:
        done = cli.run("export")
        return done.stdout.count('"type": "trope"') if corpus.exists() and not done.returncode else 0

    with cli.start("load", str(tmp_path / "table.csv")) as process:
        while not loaded():
            assert process.poll() is None
        os.kill(process.pid, number)
        process.wait()
    assert 0 < loaded() < 1_000
    summary = subprocess.run(
        [sys.executable, "-m", "bot", "load", str(tmp_path / "table.csv")],
        env=cli.environment, cwd=cli.folder, capture_output=True, text=True, check=True,
    ).stdout.splitlines()[-1]  # fmt: skip
    assert ", 0 unchanged" not in summary
    assert loaded() == 1_000
