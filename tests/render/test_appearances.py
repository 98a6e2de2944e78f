"""What an example says about each work that it names, found from its spans alone."""

import pytest
from hypothesis import given

from bot.ingest.site_tables import SiteTables
from bot.model import Appearance, Appearances, Example, Relation
from bot.model.names import work_ref
from bot.render.appearances import MAX_MENTIONS, SENTENCE_LENGTH, find_appearances
from bot.wiki.page import read_page
from tests.counting import Steps, counted_lines
from tests.render.hostile_examples import SECRET, hostile_examples, titled_examples

SUBJECT, SUB_BULLET, MENTION = Relation
HEAD = "About.\n----\n[[folder:Films -- Live-Action]]\n"
LONG = "and then a great deal more happens in the same breath " * 6


def appearances_of(source: str, tables: SiteTables) -> Appearances:
    [example] = read_page("Page", f"{HEAD}{source}\n[[/folder]]\n", tables.lexicon).examples
    return find_appearances(example)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param(
            "* ''Film/{{Alpha}}'': She runs up the hill, fast as wind. Then rests.",
            (SUBJECT, "She runs up the hill, fast as wind."),
            id="title and colon",
        ),
        pytest.param(
            "* At the end of ''Film/{{Alpha}}'' she runs home, and so do all the others.",
            (SUBJECT, "At the end of Alpha she runs home, and so do all the others."),
            id="within a sentence",
        ),
        pytest.param("* ''Film/{{Alpha}}'' runs.", (SUBJECT, "Alpha runs."), id="short"),
        pytest.param(
            "* ''Film/{{Alpha}}'': One. Two. And this is what happens at last, all in all. Four.",
            (SUBJECT, "One. Two. And this is what happens at last, all in all."),
            id="short sentences",
        ),
        pytest.param(
            "* In ''Film/{{Beta}}'':\n** He runs.\n** ''Film/{{Alpha}}'' has one who walks all the way.",
            (SUB_BULLET, "Alpha has one who walks all the way."),
            id="sub-bullet",
        ),
        pytest.param(
            "* ''Film/{{Alpha}}'':\n** The hero runs there and back again.",
            (SUBJECT, "The hero runs there and back again."),
            id="only a title",
        ),
        pytest.param(
            "* ''Film/{{Beta}}'': He runs. It is quite like the race of ''Film/{{Alpha}}'' in the rain.",
            (MENTION, "It is quite like the race of Alpha in the rain."),
            id="mention",
        ),
        pytest.param(
            "* The hero runs for his life, once more. Compare ''Film/{{Alpha}}''.",
            (MENTION, "Compare Alpha."),
            id="named late",
        ),
        pytest.param("* ''Film/{{Alpha}}'': [[spoiler:He runs.]]", (SUBJECT, "(spoiler)"), id="hidden"),
        pytest.param(
            "* ''Film/{{Alpha}}'': The king [[spoiler:dies]], of all the people in this tale!",
            (SUBJECT, "The king (spoiler), of all the people in this tale!"),
            id="partly hidden",
        ),
        pytest.param("* ''Own Title'' has a runner.", (SUBJECT, "Own Title has a runner."), id="no link"),
        pytest.param(
            "* Mr. Smith meets Dr. No of the U.S. Navy in ''Film/{{Alpha}}'', where all of them run.",
            (SUBJECT, "Mr. Smith meets Dr. No of the U.S. Navy in Alpha, where all of them run."),
            id="abbreviations",
        ),
        pytest.param(
            "* ''Film/{{Run Vs. Hide}}'' has a race! And ''Film/{{Alpha}}'' too.",
            (MENTION, "And Alpha too."),
            id="full stop in a title",
        ),
    ],
)
def test_a_work_is_found_with_the_sentence_about_it(
    source: str, expected: tuple[Relation, str], tables: SiteTables
) -> None:
    found = appearances_of(source, tables)
    title = "Own Title" if "Own" in source else "Alpha"
    one = found.works.get(work_ref(title)) or found.mentions["film/alpha"]
    assert (one.relation, one.sentence) == expected


@pytest.mark.parametrize(
    ("source", "is_hidden"),
    [
        pytest.param("* ''Film/{{Alpha}}'': [[spoiler:He runs.]]", True, id="all but the title"),
        pytest.param("* In ''Film/{{Alpha}}'', [[spoiler:he runs]].", True, id="all but a word"),
        pytest.param("* ''Film/{{Alpha}}'':\n** [[spoiler:He runs.]]\n** [[spoiler:She walks.]]", True, id="below"),
        pytest.param("* ''Film/{{Alpha}}'': He runs [[spoiler:away]].", False, id="partly"),
        pytest.param("* ''Film/{{Alpha}}'':\n** [[spoiler:He runs.]]\n** But she walks on.", False, id="one of two"),
        pytest.param("* ''Film/{{Alpha}}''.", False, id="nothing hidden"),
        pytest.param(
            "* All runs.\n** ''Film/{{Beta}}'': He runs a mile.\n** ''Film/{{Alpha}}'': [[spoiler:He runs.]]", True,
            id="a sub-bullet",
        ),
    ],
)  # fmt: skip
def test_only_what_is_hidden_whole_is_hidden(source: str, is_hidden: bool, tables: SiteTables) -> None:
    assert appearances_of(source, tables).works[work_ref("Alpha")].is_hidden is is_hidden


def test_a_work_named_in_spoilers_only_is_not_found(tables: SiteTables) -> None:
    found = appearances_of("* ''Film/{{Beta}}'': He runs, [[spoiler:as in ''Film/{{Alpha}}'']].", tables)
    assert set(found.works) == {work_ref("Beta")}
    assert not found.mentions


def test_a_long_sentence_is_cut_around_the_name(tables: SiteTables) -> None:
    found = appearances_of(f"* Long ago {LONG} in ''Film/{{{{Alpha}}}}'' as well {LONG}.", tables)
    sentence = found.works[work_ref("Alpha")].sentence
    assert sentence.startswith("… ")
    assert "Alpha" in sentence
    assert len(sentence) <= SENTENCE_LENGTH


def test_mentions_are_bounded_and_lead_to_works(tables: SiteTables) -> None:
    links = " ".join(f"''Film/{{{{N{number}}}}}''" for number in range(3 * MAX_MENTIONS))
    found = appearances_of(f"* ''Film/{{{{Alpha}}}}'': BigRun. Like Creator/SomeOne, {links}.", tables)
    assert len(found.mentions) == MAX_MENTIONS
    assert all(page.startswith("film/") for page in found.mentions)


def test_twice_as_many_sub_bullets_take_twice_the_steps(tables: SiteTables) -> None:
    lines = []
    for count in (200, 400):
        bullets = "".join(f"\n** ''Title {number}'': x" for number in range(count))
        [example] = read_page("Page", f"{HEAD}* x{bullets}\n[[/folder]]\n", tables.lexicon).examples
        steps = Steps()
        with counted_lines(steps):
            find_appearances(example)
        lines.append(steps.lines)
    assert lines[1] < 2.1 * lines[0]


@given(hostile_examples() | titled_examples())
def test_no_hidden_word_is_in_a_sentence(example: Example) -> None:
    found = find_appearances(example)
    every: list[Appearance] = [*found.works.values(), *found.mentions.values()]
    assert not [one for one in every if SECRET.search(one.sentence.replace("(spoiler)", ""))]
    assert set(found.works) == {work_ref(work.title) for work in example.works}
