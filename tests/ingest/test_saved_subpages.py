"""Saved web pages of one trope: main page, subpages, and the titles that they register."""

import json
from base64 import b64encode
from html import escape
from pathlib import Path

import pytest

from bot.corpus.reader import open_corpus
from bot.corpus.scope import Scope
from bot.ingest import parse
from bot.ingest.loader import load
from bot.ingest.site_tables import SiteTables
from tests.cli_runner import Cli
from tests.ingest.test_subpages import raw

pytestmark = pytest.mark.slow


def link(page: str, text: str, *, labelled: bool = False) -> str:
    """Return a link of a page saved since 2024."""
    data = b64encode(f"[[{page} {text}]]".encode() if labelled else page.encode()).decode()
    path = f"/pmwiki/pmwiki.php/{page}"
    return f"<a class='twikilink' href='{path}' title='{path}' data-format='{data}'>{escape(text)}</a>"


def saved_page(page: str, heading: str, article: str) -> str:
    return f"""<!DOCTYPE html><html><head><title>{heading} - TV Tropes</title>
<link rel="canonical" href="https://tvtropes.org/pmwiki/pmwiki.php/{page}" /></head><body>
<h1 itemprop="headline" class="entry-title">{heading}</h1>
<div id="main-article" class="article-content retro-folders">{article}</div></body></html>"""


RULE = "<hr data-format='&#8212;&#8212;' />"
HIDDEN = '<span class="spoiler" title="you can set spoilers visible by default on your profile" >{}</span>'
INDEX = saved_page(
    "Main/LongWalk", "Long, Long Walk",
    f"<p>A hero walks.{RULE}<ul><li>{link('LongWalk/VideoGames', 'Video Games')}</li>"
    f"<li>{link('LongWalk/Film', 'Film')}</li></ul></p>",
)  # fmt: skip
GAMES = saved_page(
    "LongWalk/VideoGames", "<strong>Long, Long Walk / </strong> Video Games",
    f"<ul><li> <em>{link('VideoGame/IronTides', 'iRON Tides')}</em>: They walk. "
    f"{HIDDEN.format(link('Film/GlassRoad', 'GLASS Road'))}</li>"
    f"<li> <em>{link('VideoGame/PaperMoon', 'That Moon', labelled=True)}</em>: He walks.</li></ul>",
)  # fmt: skip
SOURCE = "----\n* ''VideoGame/IronTides'': Runs.\n* ''Film/GlassRoad'': Runs.\n* ''VideoGame/PaperMoon'': Runs.\n"


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    """Return files by what is in them; only a source is named by its page."""
    texts = {"index": INDEX, "games": GAMES, "source": SOURCE}
    paths = {"index": tmp_path / "a.html", "games": tmp_path / "b.html", "source": tmp_path / "BigRun.txt"}
    for name, path in paths.items():
        path.write_text(texts[name], encoding="utf-8")
    return paths


@pytest.mark.parametrize("order", ["index games source", "source games index", "games source index"])
async def test_saved_pages_join_their_trope(
    files: dict[str, Path], tmp_path: Path, tables: SiteTables, order: str
) -> None:
    corpus = tmp_path / "corpus.db"
    for name in order.split():
        await load([files[name]], corpus, tables)
    async with open_corpus(corpus) as reader:
        overview = await reader.overview(Scope("LongWalk"))
        assert overview is not None
        assert (overview.trope.title, overview.total) == ("Long, Long Walk", 2)
        assert overview.texts.description[0].spans[0].text == "A hero walks."
        assert (overview.subpages, overview.missing_subpages) == (("LongWalk/VideoGames",), ("LongWalk/Film",))
        examples = [example async for example in reader.iter_examples("LongWalk")]
        assert [example.medium and example.medium.slug for example in examples] == ["video-games"] * 2
        works = [e.works[0].title async for e in reader.iter_examples("BigRun")]
        assert works == ["iRON Tides", "Glass Road", "Paper Moon"]


async def test_worker_processes_merge_pages_and_use_titles(
    files: dict[str, Path], tmp_path: Path, tables: SiteTables, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, stepwise = tmp_path / "whole.db", tmp_path / "stepwise.db"
    await load(list(files.values()), whole, tables)
    await load([files["index"]], stepwise, tables)
    monkeypatch.setattr(parse, "PARALLEL_MIN_SOURCES", 0)
    await load([files["games"]], stepwise, tables)
    assert (await load(list(files.values()), stepwise, tables)).ok
    assert raw(stepwise) == raw(whole)


def test_hidden_links_teach_no_title(cli: Cli, files: dict[str, Path]) -> None:
    loaded = cli.run("load", *[str(path) for path in files.values()])
    assert loaded.returncode == 0
    assert "Not in a web page since 2024 (LongWalk, LongWalk/VideoGames): " in loaded.stdout
    assert "GLASS" not in loaded.stdout + loaded.stderr
    lines = [json.loads(line) for line in cli.run("export").stdout.splitlines()]
    titles = {each["page"]: each["title"] for each in lines if each["type"] == "title"}
    assert titles["VideoGame/IronTides"] == "iRON Tides"
    assert not titles.keys() & {"Film/GlassRoad", "VideoGame/PaperMoon"}


def test_an_index_alone_is_no_success(cli: Cli, files: dict[str, Path]) -> None:
    for command in ("check", "load"):
        result = cli.run(command, str(files["index"]))
        assert result.returncode == 1
        assert "Save them and load them too: VideoGames, Film." in result.stderr
    assert cli.run("check", "--json", str(files["index"])).stdout == ""
