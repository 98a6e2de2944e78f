"""What `load` and `check` report: a table for people, JSON for programs, and nothing hidden."""

import io
import json
from contextlib import ExitStack
from pathlib import Path
from shutil import copyfile

import pytest

from bot.cli.page_table import doubts, page_table
from bot.cli.progress import Progress
from bot.cli.tables import display_width
from bot.corpus.pages import StoredPage
from bot.corpus.rows import trope_rows
from bot.corpus.writer import open_writer
from bot.ingest.layouts import LAYOUTS
from bot.ingest.report import PageReport, missing_examples, page_report, subpage_summary
from bot.model import Diagnostic, Example, Page, Part, PartKind, Span, Trope
from bot.wiki.page import read_page
from tests.cli_runner import Cli

SOURCE = "About.\n----\n* ''Film/RunLolaRun'': She runs.\n* She [[spoiler:secretly]] sings.\n"


def report(name: str, doubtful: int = 0, lost: str = "", form: str = "saved page") -> PageReport:
    found = tuple(Diagnostic(row, f"odd {row}", "left out") for row in range(1, doubtful + 1))
    return PageReport(f"{name}.html", name, "main page", form, 1_234, 5, ("film", "tv"), found, lost)


def write(folder: Path, *names: str) -> list[str]:
    for name in names:
        (folder / f"{name}.txt").write_text(SOURCE)
    return [str(folder / f"{name}.txt") for name in names]


# --- the table


def test_the_table_names_each_page_and_ends_with_totals() -> None:
    lines = list(page_table([report("ActionGirl", 2), report("PowerWalk/日本")]))
    assert [line.split() for line in lines if "─" not in line] == [
        ["Page", "Kind", "Form", "Examples", "Works", "Media", "Doubtful"],
        ["ActionGirl", "main", "page", "saved", "page", "1,234", "5", "2", "2"],
        ["PowerWalk/日本", "main", "page", "saved", "page", "1,234", "5", "2", "0"],
        ["All", "2,468", "10", "2", "2"],
    ]
    assert len({display_width(line) for line in lines}) == 1


def test_a_long_table_is_cut_and_says_so() -> None:
    *table, more = page_table([report(f"Trope{number}") for number in range(105)])
    assert table[-3].startswith("Trope99 ")
    assert "129,570" in table[-1]
    assert more == "And 5 more pages."


def test_quotes_captions_and_texts_that_are_not_shown_are_reported() -> None:
    source = '[[caption-width:100:A cap]]\n->"Run!"\n-->-- Someone\nAbout.\n----\n* Runs.\n----\nClosing words.\n'
    pages = [page_report("file", read_page(name, source), "page source") for name in ("A", "A/Film")]
    assert [(page.has_quote, page.has_caption, page.unshown_texts) for page in pages] == [
        (True, True, 1),
        (False, False, 5),
    ]
    assert list(page_table(pages))[-4:-1] == [
        "Opening quote: A.",
        "Caption: A.",
        "Other texts that no answer shows, such as closing words: 6 (A, A/Film).",
    ]


def test_what_a_form_loses_is_said_once_with_its_pages() -> None:
    pages = [report("ActionGirl", lost="labels"), report("PowerWalk", lost="labels"), report("Run", form="source")]
    assert list(page_table(pages))[-1:] == ["Not in a saved page (ActionGirl, PowerWalk): labels."]


def test_doubts_name_file_and_row_and_are_cut() -> None:
    lines = list(doubts([report("ActionGirl", 19), report("PowerWalk", 3)]))
    assert lines[0] == "ActionGirl.html, row 1: odd 1: left out."
    assert lines[20:] == ["And 2 more doubtful places. To see those of a file: bigrun check PATH"]


def test_a_page_report_counts_what_is_on_the_page() -> None:
    part = Part(PartKind.BULLET, 1, (Span("x"),))
    index = Page(Trope("Run", "Run"), listed_subpages=("Run/Film",))
    subpage = Page(index.trope, (Example(1, "key", None, None, (), (part,)),), subpage="Run/Film")
    assert [page_report("f", page, "source").kind for page in (index, subpage)] == ["index", "subpage"]
    assert subpage_summary([subpage, index]) == "Run: 1 of 1 subpages loaded."
    assert subpage_summary([Page(index.trope, subpage.examples)]) == ""
    assert missing_examples(index) == "Run only lists subpages. Save them and load them too: Film."


# --- the progress bar


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("seconds", "shown"), [(0.01, False), (0.3, True)])
def test_a_bar_appears_after_a_second(monkeypatch: pytest.MonkeyPatch, seconds: float, shown: bool) -> None:
    terminal, now = Terminal(), iter(number * seconds for number in range(100))
    monkeypatch.setattr("sys.stderr", terminal)
    monkeypatch.setattr("bot.cli.progress.time.monotonic", lambda: next(now))
    with ExitStack() as bars:
        work = Progress("Loading", bars)
        for done in range(8):
            work.show((done + 1) / 8)
        work.warn("Odd.")
        assert ("Loading" in terminal.getvalue()) is shown
        assert ("Odd." in terminal.getvalue()) is not shown
        bars.callback(work.print_kept_lines)
    assert "Odd." in terminal.getvalue()


# --- the command line


@pytest.mark.slow
def test_load_ends_with_a_table_and_its_json_has_the_same(cli: Cli, tmp_path: Path) -> None:
    paths = write(tmp_path, "ActionGirl", "ActionGirl.VideoGames")
    printed = cli.run("load", *paths)
    assert printed.returncode == 0
    assert "ActionGirl/VideoGames  subpage    page source" in printed.stdout
    assert f"{paths[0]}, row 4: no work is named" in printed.stdout
    assert printed.stdout.splitlines()[-2:] == [
        "ActionGirl: 1 of 1 subpages loaded.",
        "Loaded 1 trope (2 pages, 4 examples), 0 unchanged, 0 rejected.",
    ]
    assert "secretly" not in printed.stdout + printed.stderr
    listed = cli.run("list").stdout.splitlines()
    assert listed[0].split() == ["Trope", "Loaded", "(UTC)", "Examples", "Media", "Pages"]
    assert (listed[2].split()[0], listed[2].split()[-3::2], listed[-1].split()) == (
        "ActionGirl", ["4", "2"], ["1", "trope", "4", "2"],
    )  # fmt: skip
    assert cli.run("remove", "ActionGirl").stdout == "Removed ActionGirl.\nRemoved ActionGirl/VideoGames.\n"
    objects = [json.loads(line) for line in cli.run("load", "--json", *paths).stdout.splitlines()]
    assert [each["type"] for each in objects] == ["page", "page", "load"]
    assert objects[1]["doubts"][0]["line"] == 4
    assert objects[2] == {
        "type": "load", "tropes": 1, "pages": 2, "examples": 4, "unchanged": 0, "rejected": 0, "removed": [],
        "subpages": ["ActionGirl: 1 of 1 subpages loaded."],
    }  # fmt: skip


@pytest.mark.slow
def test_export_names_the_subpage_of_an_example(cli: Cli, tmp_path: Path) -> None:
    paths = write(tmp_path, "ActionGirl", "ActionGirl.VideoGames")
    cli.run("load", *paths)
    objects = [json.loads(line) for line in cli.run("export").stdout.splitlines()]
    sources = [each.get("source") for each in objects if each["type"] == "example"]
    assert sources == [None, None, "ActionGirl/VideoGames", "ActionGirl/VideoGames"]
    assert [each["number"] for each in objects[1:]] == [1, 2, 3, 4]


def test_removing_an_unknown_page_is_an_error(cli: Cli, corpus_path: Path) -> None:
    copyfile(corpus_path, cli.folder / "corpus.db")
    result = cli.run("remove", "NoSuchTrope")
    assert (result.returncode, result.stdout) == (1, "")
    assert "no page 'NoSuchTrope' in the corpus" in result.stderr
    assert (cli.folder / "corpus.db").read_bytes() == corpus_path.read_bytes()


@pytest.mark.slow
async def test_export_carries_learned_titles(cli: Cli, big_heroic_run: Page) -> None:
    titles = {"Film/RunLolaRun": "Lola rennt", "Anime/Akira": "AKIRA"}
    page = Page(big_heroic_run.trope, big_heroic_run.examples, learned_titles=titles)
    async with open_writer(cli.folder / "corpus.db") as writer:
        await writer.replace([trope_rows([StoredPage(page, "")], 1, LAYOUTS)])
    lines = cli.run("export").stdout.splitlines()
    assert [json.loads(line) for line in lines[61:]] == [
        {"type": "title", "page": "Anime/Akira", "title": "AKIRA"},
        {"type": "title", "page": "Film/RunLolaRun", "title": "Lola rennt"},
    ]
    assert len(cli.run("export", "--trope", "BigHeroicRun").stdout.splitlines()) == 61
