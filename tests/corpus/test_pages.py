"""Pages of one trope become one trope, whatever their order."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.corpus.pages import merge_pages, missing_subpages, order_pages, retitle
from bot.model import Example, Page, Part, PartKind, Span, Trope, Work
from bot.wiki.page import read_page


def page(name: str, *texts: str, listed: tuple[str, ...] = (), title: str = "Action Girl") -> Page:
    """Return a page that was read from a source with these bullets."""
    source = "----\n" + "\n".join(f"* {text}" for text in texts)
    read = read_page("ActionGirl", source)
    trope = replace(read.trope, title=title, caption=(Span(name),))
    return Page(trope, read.examples, subpage=name if "/" in name else None, listed_subpages=listed)


MAIN = page("ActionGirl", "She runs.", "Same.", "Same.", listed=("ActionGirl/VideoGames", "ActionGirl/Film"))
GAMES = page("ActionGirl/VideoGames", "Same.", "She jumps.", listed=("ActionGirl/ActionGames",))
FILM = page("ActionGirl/Film", "She acts.", title="Action Girl!")
ACTION = page("ActionGirl/ActionGames", "She fights.")
ANIME = page("ActionGirl/Anime", "She draws.")
PAGES = [MAIN, GAMES, FILM, ACTION, ANIME]


def test_subpages_follow_the_index_and_others_follow_by_name() -> None:
    assert order_pages([ANIME, ACTION, FILM, GAMES, MAIN]) == [MAIN, GAMES, FILM, ACTION, ANIME]
    assert order_pages([GAMES, ANIME, FILM]) == [ANIME, FILM, GAMES]


@given(st.permutations(PAGES))
def test_the_order_of_loading_does_not_change_a_trope(pages: list[Page]) -> None:
    assert merge_pages(pages) == merge_pages(PAGES)


@given(st.lists(st.sampled_from(PAGES), min_size=1, unique_by=lambda each: each.name))
def test_keys_are_unique_and_numbers_run_through(pages: list[Page]) -> None:
    examples = merge_pages(pages).examples
    assert [example.number for example in examples] == list(range(1, len(examples) + 1))
    assert len({example.key for example in examples}) == len(examples)


def test_another_page_changes_no_key_of_a_different_example() -> None:
    def keys(*pages: Page) -> dict[tuple[str | None, str], str]:
        return {(each.subpage, each.parts[0].text): each.key for each in merge_pages(pages).examples if each.key}

    before, after = keys(FILM, ANIME), keys(*PAGES)
    assert {name: after[name] for name in before} == before


def test_an_example_that_moves_to_a_subpage_has_the_same_key() -> None:
    moved = page("ActionGirl/Film", "She acts.", "She runs.")
    [key] = [each.key for each in MAIN.examples if each.parts[0].text == "She runs."]
    assert key in {each.key for each in merge_pages([moved]).examples}


def test_merging_merged_pages_changes_nothing() -> None:
    merged = merge_pages(PAGES)
    parts = [replace(each, examples=tuple(e for e in merged.examples if e.subpage == each.subpage)) for each in PAGES]
    assert merge_pages(parts) == merged


def test_what_a_trope_is_comes_from_its_main_page() -> None:
    assert merge_pages([FILM, MAIN, GAMES]).trope == MAIN.trope
    assert merge_pages([GAMES, FILM]).trope == Trope("ActionGirl", "Action Girl!")


def test_missing_subpages_are_those_that_an_index_lists() -> None:
    listed = merge_pages([MAIN, GAMES]).listed_subpages
    assert listed == ("ActionGirl/VideoGames", "ActionGirl/Film", "ActionGirl/ActionGames")
    assert missing_subpages(["ActionGirl", "actiongirl/videogames"], listed) == listed[1:]


def test_only_works_with_a_page_get_another_title() -> None:
    works = Work("Film/RunLolaRun", "Run Lola Run"), Work(None, "Film/RunLolaRun"), Work("Film/Benji", "Benji")
    example = Example(1, "key", None, None, works, (Part(PartKind.BULLET, 1, (Span("x"),)),))
    titled = retitle(Page(Trope("Run", "Run"), (example,)), {"film/runlolarun": "Lola rennt", "main/run": "To Run"})
    assert [work.title for work in titled.examples[0].works] == ["Lola rennt", "Film/RunLolaRun", "Benji"]
    assert titled.trope.title == "To Run"
