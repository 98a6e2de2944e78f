"""Names as people write them: which works, tropes and media they mean, and which are only near."""

import asyncio
from pathlib import Path

import pytest

from bot.corpus.names import canonical_key, name_keys
from bot.corpus.reader import Corpus, open_corpus
from bot.ingest.loader import load
from bot.ingest.site_tables import SiteTables
from bot.render.cards import autocomplete_name
from bot.render.texts import examples as texts
from bot.settings import ROOT
from tests.conftest import IN_MODULE_LOOP, shared_corpus

corpus = shared_corpus

PAGE = """----
[[folder:Films -- Live-Action]]
* ''Von Ryan’s Express'': He runs.
* ''Lilo & Stitch'': She runs.
* ''12 Angry Men'': They run.
* ''One Hundred and One Dalmatians'': They run.
* ''Final Fantasy XIII'': She runs.
* ''Final Fantasy XII'': He runs.
* ''Pokémon'': It runs.
* ''The Amazing Spider-Man'': He runs.
* ''[[Film/TheLordOfTheRings The Lord of the Rings]]'': He runs.
* ''Doctor Who'': He runs.
* ''[[Anime/YourName 君の名は]]'': They [[Anime/YourName run]] [[spoiler:to [[Anime/YourName Comet Town]]]].
* ''Film/TheIntouchables'': ''[[Film/TheIntouchables 1+1]]'', [[Film/TheIntouchables Half [[spoiler:Truth]]]].
* ''[[VideoGame/FiendishEngine Fiendish Engine Ω]]'': It runs.
* ''The Queen'': She runs.
[[/folder]]"""
FOUND = {
    "Von Ryan's Express": "Von Ryan’s Express", "von ryan`s express": "Von Ryan’s Express",
    "lilo and stitch": "Lilo & Stitch", "lilostitch": "Lilo & Stitch", "Twelve Angry Men": "12 Angry Men",
    "“12 angry men”": "12 Angry Men", "101 dalmatians": "One Hundred and One Dalmatians",
    "final fantasy 13": "Final Fantasy XIII", "ff13": "Final Fantasy XIII", "Final Fantasy xii": "Final Fantasy XII",
    "pokemon": "Pokémon", "POKEMON": "Pokémon", "amazing spiderman": "The Amazing Spider-Man",
    "spiderman": "The Amazing Spider-Man", "lotr": "The Lord of the Rings", "L.O.T.R.": "The Lord of the Rings",
    "lord": "The Lord of the Rings", "rings lord": "The Lord of the Rings", "dr who": "Doctor Who",
    "君の名は": "Your Name", "1+1": "The Intouchables", "Fiendish Engine Ω": "Fiendish Engine", "queen": "The Queen",
}  # fmt: skip


@pytest.fixture(scope="module")
def corpus_path(tmp_path_factory: pytest.TempPathFactory, tables: SiteTables) -> Path:
    """Return a corpus of two tropes."""
    folder = tmp_path_factory.mktemp("names")
    (folder / "TwoRuns.txt").write_text(PAGE)
    (folder / "TheThirdRun.txt").write_text("----\n[[folder:Literature]]\n* ''Lord Jim'': Runs.\n[[/folder]]")
    asyncio.run(load([folder], folder / "corpus.db", tables))
    return folder / "corpus.db"


@pytest.mark.parametrize("trope", ["TwoRuns", None])
@pytest.mark.parametrize(("typed", "title"), FOUND.items())
@IN_MODULE_LOOP
async def test_a_work_is_found_as_people_write_it(corpus: Corpus, typed: str, title: str, trope: str | None) -> None:
    found = [work.title for work in await corpus.match_works(typed, trope, 25)]
    assert found == ([title] if trope or typed != "lord" else ["Lord Jim", title])


@pytest.mark.parametrize("typed", ["comet town", "Comet", "half truth", "Half", "run", "Truth"])
@IN_MODULE_LOOP
async def test_a_label_in_a_spoiler_or_a_sentence_finds_nothing(corpus: Corpus, typed: str) -> None:
    assert await corpus.match_works(typed, None, 25) == []
    assert await corpus.near_works(typed, None, 25) == []


async def test_a_label_that_becomes_hidden_is_forgotten(tmp_path: Path, tables: SiteTables) -> None:
    page, path = tmp_path / "TwoRuns.txt", tmp_path / "corpus.db"
    for text, found in (
        (PAGE, 1),
        (PAGE.replace("[[Anime/YourName 君の名は]]", "Anime/YourName [[spoiler:君の名は]]"), 0),
    ):
        page.write_text(text)
        await load([page], path, tables)
        async with open_corpus(path) as corpus:
            assert len(await corpus.match_works("君の名は", None, 25)) == found


@pytest.mark.parametrize(
    ("typed", "titles"),
    [
        pytest.param("The Queue", ["The Queen"], id="a typo"),
        pytest.param("lrod of the rings", ["The Lord of the Rings"], id="swapped letters"),
        pytest.param("docter who", ["Doctor Who"], id="a typo in a title of a person"),
        pytest.param("The Zebra", [], id="only an article in common"),
        pytest.param("zzz", [], id="nothing in common"),
    ],
)
@pytest.mark.parametrize("trope", ["TwoRuns", None])
@IN_MODULE_LOOP
async def test_only_near_names_are_offered(corpus: Corpus, typed: str, titles: list[str], trope: str | None) -> None:
    assert [work.title for work in await corpus.near_works(typed, trope, 3)] == titles


@pytest.mark.parametrize("typed", ["TwoRuns", "two runs", "2 runs", "third run", "The Third Run", "3rdrun", "thirdrun"])
@IN_MODULE_LOOP
async def test_a_trope_is_found_as_people_write_it(corpus: Corpus, typed: str) -> None:
    expected = [] if typed == "3rdrun" else ["TwoRuns" if "runs" in typed.casefold() else "TheThirdRun"]
    assert [trope.name for trope in await corpus.match_tropes(typed, 25)] == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Rocky II", "rocky 2"), ("Back to the Future Part III", "back to the future 3"), ("Twenty-One", "21"),
        ("Kill Bill: Vol. 2", "Kill Bill 2"), ("Two Thousand and One", "2001"), ("Ocean’s Eleven", "oceans 11"),
        ("I, Robot", "1 robot"), ("Alien vs. Predator", "alien versus predator"), ("Ærø", "aero"),
        ("A Bug's Life", "Bugs Life"), ("Nine Hundred Thousand", "900000"), ("Saint Elsewhere", "St. Elsewhere"),
    ],
)  # fmt: skip
def test_two_spellings_have_one_key(one: str, other: str) -> None:
    assert canonical_key(one) == canonical_key(other)


@pytest.mark.parametrize("text", ["", "the", "!?", "a an the and", "\ud800", "Part", "hundred thousand " * 50])
def test_any_text_has_bounded_keys(text: str) -> None:
    assert all(0 < len(each.key) <= 100 for each in name_keys(text))


async def assert_completions_are_understood(corpus: Corpus, trope: str | None, titles: set[str]) -> None:
    for typed in {title[:length] for title in titles for length in (1, 4, 100)}:
        for work in await corpus.suggest_works(typed, trope, 25):
            for sent in (work.ref, autocomplete_name(work.title)):
                assert work in await corpus.match_works(sent, trope, 25)


@pytest.mark.slow
@IN_MODULE_LOOP
async def test_what_is_completed_is_understood(corpus: Corpus, tables: SiteTables, tmp_path: Path) -> None:
    await load([ROOT / "data/tropes", ROOT / "tests/wiki/pages"], tmp_path / "corpus.db", tables)
    async with open_corpus(tmp_path / "corpus.db") as other:
        for each in (corpus, other):
            for trope in await each.tropes():
                examples = [example async for example in each.iter_examples(trope.name)]
                titles = {work.title for example in examples for work in example.works}
                for scope in (trope.name, None):
                    await assert_completions_are_understood(each, scope, titles)
                assert await each.match_tropes(autocomplete_name(trope.title), 25) == [trope]
            for option in await each.media.suggest("", 25):
                for sent in (option.slug, autocomplete_name(texts.medium_with_count(option.name, 1234))):
                    assert each.media.find(sent) == option
