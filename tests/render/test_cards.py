"""Example cards, lists and messages, by example."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from discord import ComponentType

from bot.components.custom_ids import Action, ExampleRequest
from bot.components.limits import MAX_BUTTON_LABEL, MAX_CHOICE_NAME, MAX_MESSAGE_TEXT, discord_length
from bot.model import (
    SITE_HOME,
    Entry,
    Example,
    Medium,
    MediumGroup,
    Part,
    PartKind,
    Span,
    Trope,
    TropeLayout,
    TropeOverview,
    Work,
)
from bot.render.about_card import about_card
from bot.render.cards import Card, autocomplete_name, message_card, plain_label
from bot.render.example_cards import (
    EXAMPLES_PER_PAGE,
    ListView,
    display_title,
    example_card,
    list_card,
    list_heading,
    notes_card,
)
from bot.render.layout import lay_out_trope
from bot.render.markdown import ESCAPED_RATIO, escape, fit_name
from bot.render.texts import examples as texts
from bot.render.texts import saved as saved_texts
from tests.markdown_renderers.adapter import bare_texts, displays, items
from tests.render.served import TROPE, served

FILM = Medium("film-live-action", "Film — Live-Action", MediumGroup("film", "Film"), (), "🎬", 0x123456)
LOLA = Work("Film/RunLolaRun", "Run Lola Run")
REQUEST = ExampleRequest(Action.RANDOM, TROPE.ref)
LIST_REQUEST = ExampleRequest(Action.MEDIUM, TROPE.ref, "film", page=1)
FILM_HEADING = list_heading("Film", "🎬")


def entry(*spans: Span, works: tuple[Work, ...] = (LOLA,), medium: Medium | None = FILM, number: int = 7) -> Entry:
    parts = (Part(PartKind.BULLET, 1, spans or (Span("Lola runs."),)),)
    return served(Example(number, "key", "Films -- Live-Action", medium, works, parts))[0]


def buttons(card: Card) -> list[str]:
    return [item["label"] for item in items(card, ComponentType.button)]


def read(card: Card) -> list[str]:
    return [text.replace("\u00a0", " ") for text in displays(card)]


def test_a_card_shows_work_medium_number_and_licence() -> None:
    assert read(example_card(entry(), REQUEST)) == [
        "## 🎬 Run Lola Run\n-# Film — Live-Action · Big Heroic Run · example 7 on the page",
        "Lola runs.",
        "-# TV Tropes, CC BY-NC-SA 3.0",
    ]


def test_the_footer_counts_spoilers_and_names_their_works() -> None:
    _, text, footer = displays(example_card(entry(Span("a"), Span("b", spoiler=1), Span("c", spoiler=2)), REQUEST))
    assert text == "a ||b|| ||c||"
    assert footer.startswith(f"-# {texts.spoiler_summary(2, [escape(LOLA.title)])}\n")


def test_no_control_of_a_card_contains_hidden_text() -> None:
    spoiled = entry(Span("Lola "), Span("secret", spoiler=1))
    for card in (example_card(spoiled, REQUEST), list_card(FILM_HEADING, [spoiled], LIST_REQUEST, 3)):
        assert "secret" not in "\n".join(bare_texts(card))


@pytest.mark.parametrize(
    ("medium", "labels"),
    [("", [texts.ANOTHER_EXAMPLE(), texts.SAME_MEDIUM()]), ("film-live-action", [texts.ANOTHER_EXAMPLE()])],
)
def test_a_card_offers_another_example_and_its_page(medium: str, labels: list[str]) -> None:
    card = example_card(entry(), ExampleRequest(Action.RANDOM, "", medium))
    assert buttons(card) == [*labels, saved_texts.SAVE(), saved_texts.WRONG(), texts.OPEN_ON_TV_TROPES()]


def test_six_buttons_make_two_rows() -> None:
    card = example_card(replace(entry(), note_count=2, work_has_more=True), REQUEST)
    rows = [[item["label"] for item in row["components"]] for row in items(card, ComponentType.action_row)]
    assert rows == [
        [texts.ANOTHER_EXAMPLE(), texts.SAME_MEDIUM(), texts.MORE_OF_WORK()],
        [saved_texts.SAVE(), texts.notes_button(2), texts.OPEN_ON_TV_TROPES()],
    ]


def test_a_long_example_has_pages_with_buttons() -> None:
    parts = (Part(PartKind.BULLET, 1, (Span("He runs. " * 700),)),)
    first, _, last = (example_card(page, REQUEST) for page in served(Example(7, "key", None, None, (), parts)))
    assert buttons(first)[:3] == [texts.PREVIOUS_PAGE(), texts.page_label(1, 3), texts.NEXT_PAGE()]
    assert buttons(last)[1] == texts.page_label(3, 3)
    assert texts.text_page(3, 3) in "".join(displays(last))
    custom_ids = [item["custom_id"] for item in items(first) if "custom_id" in item]
    assert len(set(custom_ids)) == len(custom_ids)


def test_a_title_is_the_work_else_medium_else_trope() -> None:
    assert display_title(entry()) == "Run Lola Run"
    assert display_title(entry(works=())) == "Film — Live-Action"
    assert display_title(entry(works=(), medium=None)) == "Big Heroic Run"


def test_a_list_opens_its_examples_by_a_menu() -> None:
    count = texts.example_count(2, escape("Run"))
    card = list_card(list_heading("Film", "🎬", count), [entry(), entry(number=8)], LIST_REQUEST, 1)
    [menu] = items(card, ComponentType.select)
    assert [(option["label"], option["value"]) for option in menu["options"]] == [
        ("7. Run Lola Run", f"{TROPE.ref}/7"),
        ("8. Run Lola Run", f"{TROPE.ref}/8"),
    ]
    assert read(card) == [
        f"## 🎬 Film\n-# {count}",
        "**7\\. Run Lola Run**\n-# Lola runs.",
        "**8\\. Run Lola Run**\n-# Lola runs.",
        "-# TV Tropes, CC BY-NC-SA 3.0",
    ]


@pytest.mark.parametrize("text", ["", " ", "\n", "\u200b", "\u202e", "\x00"])
def test_a_label_is_never_empty(text: str) -> None:
    assert plain_label(text, MAX_BUTTON_LABEL) == autocomplete_name(text) == "…"


def test_labels_fit_and_are_plain_text() -> None:
    assert plain_label("Mission:\nImpossible *III*", 80) == "Mission: Impossible *III*"
    assert discord_length(plain_label("🏃" * 100, MAX_BUTTON_LABEL)) <= MAX_BUTTON_LABEL
    assert discord_length(autocomplete_name("run " * 100)) <= MAX_CHOICE_NAME


def test_cards_and_lists_of_escaped_titles_fit() -> None:
    works = tuple(Work(None, f"{number}" + "*" * 300) for number in range(6))
    listed = [entry(Span("*" * 300), works=works[:1], number=number) for number in range(EXAMPLES_PER_PAGE)]
    for card in (
        example_card(entry(Span("_" * 5000, spoiler=1), works=works), REQUEST),
        list_card(list_heading("*" * 300, "🎬"), listed, LIST_REQUEST, 3),
    ):
        assert discord_length("".join(displays(card))) <= MAX_MESSAGE_TEXT


def test_a_message_has_at_most_five_buttons() -> None:
    requests = [(f"try {number}", ExampleRequest(Action.SEARCH, query=str(number))) for number in range(7)]
    assert buttons(message_card(escape("No."), *requests)) == [f"try {number}" for number in range(5)]
    assert buttons(message_card(escape("No."))) == []


def test_two_controls_of_a_card_never_have_the_same_custom_id() -> None:
    cut = "running " * 7
    searches = [ExampleRequest(Action.SEARCH, TROPE.ref, "film-live-action", page=1, query=cut + end) for end in "ab"]
    works = [ExampleRequest(Action.WORK, work_ref=ref, page=1) for ref in ("ab", "ab", "cd")]
    card = message_card(escape("No."), *((texts.try_query(one.query), one) for one in (*searches, *works)))
    assert len(buttons(card)) == 3
    assert len(buttons(card.add_suggestions(("again", works[2]), ("new", replace(works[2], page=2))))) == 4


OVERVIEW = TropeOverview(TROPE, TropeLayout(), ((FILM, 7),), 7, datetime(2026, 8, 1, tzinfo=UTC))


def about(overview: TropeOverview) -> Card:
    return about_card(overview, ExampleRequest(Action.ABOUT, TROPE.ref))


@pytest.mark.parametrize("spoiler", [True, False])
@pytest.mark.parametrize("hidden", [0, 1])
def test_only_a_text_is_hidden_as_a_whole_if_something_in_it_is(spoiler: bool, hidden: int) -> None:
    spans = (Span("a"), Span("b", spoiler=hidden))
    trope = replace(TROPE, description=entry(*spans).example.parts)
    cards = [
        example_card(entry(*spans), REQUEST, spoiler=spoiler),
        notes_card(entry(*spans), spoiler=spoiler),
        about_card(replace(OVERVIEW, texts=lay_out_trope(trope)), REQUEST, spoiler=spoiler),
    ]
    boxes = [[part for part in card.components if "spoiler" in part] for card in cards]
    veils = [False, True, False] if spoiler and hidden else [False]
    assert [[box["spoiler"] for box in each] for each in boxes] == [veils] * 3
    if spoiler and hidden:
        assert [len(each[1]["components"]) for each in boxes] == [1] * 3
        assert "1 spoiler for **Run Lola Run**" in read(cards[0])[0]
        assert all("CC BY-NC-SA" in "\n".join(read(card)[2:]) for card in cards)


def test_about_counts_subpages_and_names_those_that_are_missing() -> None:
    subpages = tuple(f"BigHeroicRun/{name}" for name in ("AnimeAndManga", "VideoGames", "Film", "Radio"))
    partly = read(about(replace(OVERVIEW, subpages=subpages[:2], missing_subpages=subpages[2:], missing_count=2)))
    assert partly[-2] == "-# 2 of 4 subpages read · missing: Film, Radio"
    assert read(about(replace(OVERVIEW, subpages=subpages)))[-2] == "-# 4 of 4 subpages read"
    assert len(read(about(OVERVIEW))) == len(partly) - 1


def test_about_fits_with_any_number_of_subpages() -> None:
    names = tuple(f"BigHeroicRun/{'Long' * 40}{number}" for number in range(300))
    trope = replace(TROPE, title="*" * 300, description=(Part(PartKind.PARAGRAPH, 0, (Span("_*" * 3000),)),))
    shown = replace(OVERVIEW, trope=trope, texts=lay_out_trope(trope))
    media = tuple((Medium(f"m{n}", "Long name " * 9, MediumGroup("m", "M")), 30 - n) for n in range(30))
    card = about(replace(shown, media=media, subpages=names, missing_subpages=names[:8], missing_count=300))
    assert "and 292 more" in read(card)[-2]
    assert len(read(card)[-2]) < 400
    assert discord_length("".join(displays(card))) <= MAX_MESSAGE_TEXT


def test_an_example_of_a_subpage_links_to_it() -> None:
    shown = entry()
    on_subpage = replace(shown, example=shown.example._replace(subpage="BigHeroicRun/Film"))
    urls = [
        [item["url"] for item in items(example_card(each, REQUEST)) if "url" in item] for each in (shown, on_subpage)
    ]
    assert [url.rpartition("pmwiki.php/")[2] for [url] in urls] == ["Main/BigHeroicRun", "BigHeroicRun/Film"]


def test_a_list_of_several_tropes_and_media_names_both() -> None:
    other = replace(entry(medium=None, number=8), trope=Trope("LoneRunner", "Lone Runner"))
    card = list_card(FILM_HEADING, [entry(), other], LIST_REQUEST, 1, ListView(names_tropes=True))
    [menu] = items(card, ComponentType.select)
    assert [(each.get("description"), "emoji" in each) for each in menu["options"]] == [
        ("Big Heroic Run · Film — Live-Action", True),
        ("Lone Runner", False),
    ]
    assert [text.split("\n")[0] for text in read(card)[1:3]] == [
        "🎬 **7\\. Run Lola Run** · Big Heroic Run",
        "**8\\. Run Lola Run** · Lone Runner",
    ]
    assert [item["url"] for item in items(card) if "url" in item] == [SITE_HOME]


@pytest.mark.parametrize(("name", "emoji"), [("BigHeroicRun", "🏃 "), ("LoneRunner", "")])
def test_the_runner_is_for_the_big_heroic_run_only(name: str, emoji: str) -> None:
    trope = Trope(name, "Title")
    card = example_card(replace(entry(works=(), medium=None), trope=trope), REQUEST)
    assert read(card)[0].startswith(f"## {emoji}Title\n")
    assert read(about(replace(OVERVIEW, trope=trope)))[0] == f"## {emoji}Title"


@pytest.mark.parametrize(
    ("place", "total", "text"),
    [
        (1, 1, "the only one in Film"),
        (1, 21, "1st of 21 in Film, nothing repeats until all were shown"),
        (12, 21, "12th of 21 in Film, nothing repeats until all were shown"),
        (1102, 2000, "1,102nd of 2,000 in Film, nothing repeats until all were shown"),
    ],
)
def test_a_place_in_a_shuffle_explains_itself(place: int, total: int, text: str) -> None:
    assert texts.shuffle_position(place, total, escape("Film")).replace("\u00a0", " ") == text


def test_every_card_with_page_text_has_its_source_and_licence() -> None:
    shown = entry(Span("a"))
    for card in (example_card(shown, REQUEST), notes_card(shown), list_card(FILM_HEADING, [shown], LIST_REQUEST, 1)):
        assert read(card)[-1].endswith("TV Tropes, CC BY-NC-SA 3.0")
        assert [item["url"] for item in items(card) if "url" in item] == [shown.url]


def test_about_shows_quote_description_and_caption_in_order() -> None:
    quote, paragraph = ((Part(kind, 0, (Span(kind.value),)),) for kind in (PartKind.QUOTE, PartKind.PARAGRAPH))
    trope = replace(TROPE, description=paragraph, quote=quote, caption=(Span("caption"),))
    shown = replace(OVERVIEW, texts=lay_out_trope(trope))
    assert read(about(shown))[1:4] == ["> quote", "paragraph", "*caption*"]
    cut = replace(shown, texts=shown.texts._replace(is_cut=True))
    assert f"-# {texts.MORE_ON_TV_TROPES()}".replace("\u00a0", " ") in read(about(cut))


@pytest.mark.parametrize("name", ["*" * 300, "a_b" * 100, "🏃*" * 100])
@pytest.mark.parametrize("length", [30, 100, 200])
def test_an_escaped_name_is_little_longer_than_allowed(name: str, length: int) -> None:
    assert 0 < discord_length(fit_name(name, length)) <= ESCAPED_RATIO * length
