"""The cards, by example."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from discord import ComponentType

from bot.components.custom_ids import Action, ExampleRequest
from bot.components.limits import MAX_BUTTON_LABEL, MAX_CHOICE_NAME, MAX_MESSAGE_TEXT, discord_length
from bot.model import Entry, Example, Medium, MediumGroup, Part, PartKind, Span, Trope, TropeOverview, Work
from bot.render.cards import (
    EXAMPLES_PER_PAGE,
    Card,
    about_card,
    autocomplete_name,
    display_title,
    example_card,
    list_card,
    list_heading,
    message_card,
    plain_label,
)
from bot.render.markdown import escape
from bot.render.texts import examples as texts
from tests.markdown_renderers.adapter import bare_texts, displays, items

TROPE = Trope("BigHeroicRun", "Big Heroic Run")
FILM = Medium("film-live-action", "Film — Live-Action", MediumGroup("film", "Film"), (), "🎬", 0x123456)
LOLA = Work("Film/RunLolaRun", "Run Lola Run")
PRESS = ExampleRequest(Action.RANDOM, TROPE.ref)


def entry(*spans: Span, works: tuple[Work, ...] = (LOLA,), medium: Medium | None = FILM, number: int = 7) -> Entry:
    parts = (Part(PartKind.BULLET, 1, spans or (Span("Lola runs."),)),)
    return Entry(TROPE, Example(number, "key", "Films -- Live-Action", medium, works, parts))


def buttons(card: Card) -> list[str]:
    return [item["label"] for item in items(card, ComponentType.button)]


def custom_ids(card: Card) -> list[str]:
    return [item["custom_id"] for item in items(card) if "custom_id" in item]


def read(card: Card) -> list[str]:
    return [text.replace("\u00a0", " ") for text in displays(card)]


def is_hidden(card: Card) -> bool:
    [only] = items(card, ComponentType.container)
    return bool(only["spoiler"])


def test_an_example_says_its_work_medium_number_and_licence() -> None:
    assert read(example_card(entry(), PRESS)) == [
        "## 🎬 Run Lola Run\n-# Film — Live-Action · No. 7",
        "Lola runs.",
        "-# Big Heroic Run · TV Tropes, CC BY-NC-SA 3.0",
    ]


def test_the_footer_counts_spoilers_and_names_what_they_are_about() -> None:
    card = example_card(entry(Span("a"), Span("b", spoiler=1), Span("c", spoiler=2)), PRESS)
    _, text, footer = read(card)
    assert text == "a ||b|| ||c||"
    assert footer.startswith("-# 2 spoilers, click to read · about **Run Lola Run**\n")


def test_no_control_of_a_card_holds_hidden_text() -> None:
    spoiled = entry(Span("Lola "), Span("secret", spoiler=1))
    for card in (example_card(spoiled, PRESS), list_card(list_heading("Film", "🎬"), [spoiled], PRESS, 3)):
        assert "secret" not in "\n".join(bare_texts(card))


def test_an_example_offers_another_and_its_own_medium_and_the_page() -> None:
    assert buttons(example_card(entry(), PRESS)) == ["Another", "Same medium", "On TV Tropes"]
    assert buttons(example_card(entry(), ExampleRequest(Action.RANDOM, "", "film-live-action"))) == [
        "Another",
        "On TV Tropes",
    ]


def test_a_long_example_has_pages_that_are_turned() -> None:
    long = entry(Span("He runs. " * 700))
    first, last = example_card(long, PRESS), example_card(long, ExampleRequest(Action.EXAMPLE, page=99))
    assert buttons(first)[:3] == ["◂ Back", "Page 1 of 3", "Next ▸"]
    assert buttons(last)[1] == "Page 3 of 3"
    assert "part 3 of 3" in "".join(displays(last))
    assert len(set(custom_ids(first))) == len(custom_ids(first))


def test_a_card_is_named_by_its_work_else_its_medium_else_its_trope() -> None:
    assert display_title(entry()) == "Run Lola Run"
    assert display_title(entry(works=())) == "Film — Live-Action"
    assert display_title(entry(works=(), medium=None)) == "Big Heroic Run"


def test_a_list_opens_its_examples_by_a_menu() -> None:
    card = list_card(
        list_heading("Film", "🎬", texts.example_count(2, escape("Run"))), [entry(), entry(number=8)], PRESS, 1
    )
    [menu] = items(card, ComponentType.select)
    assert [option["label"] for option in menu["options"]] == ["7. Run Lola Run", "8. Run Lola Run"]
    assert [option["value"] for option in menu["options"]] == [f"{TROPE.ref}/7", f"{TROPE.ref}/8"]
    assert read(card) == [
        "## 🎬 Film\n-# 2 examples of Run",
        "**7\\. Run Lola Run**\n-# Lola runs.",
        "**8\\. Run Lola Run**\n-# Lola runs.",
    ]


@pytest.mark.parametrize("spoiler", [True, False])
def test_only_a_card_with_spoilers_is_hidden_on_request(spoiler: bool) -> None:
    spoiled = entry(Span("Lola "), Span("secret", spoiler=1))
    assert is_hidden(example_card(spoiled, PRESS, spoiler=spoiler)) is spoiler
    assert not is_hidden(example_card(entry(), PRESS, spoiler=spoiler))
    assert "Lola ||secret||" in read(example_card(spoiled, PRESS, spoiler=spoiler))


@pytest.mark.parametrize("text", ["", " ", "\n", "\u200b", "\u202e", "\x00"])
def test_a_label_is_never_empty(text: str) -> None:
    assert plain_label(text, MAX_BUTTON_LABEL) == "…"
    assert autocomplete_name(text) == "…"


def test_labels_fit_and_are_plain_text() -> None:
    assert plain_label("Mission:\nImpossible *III*", 80) == "Mission: Impossible *III*"
    assert discord_length(plain_label("🏃" * 100, MAX_BUTTON_LABEL)) <= MAX_BUTTON_LABEL
    assert discord_length(autocomplete_name("run " * 100)) <= MAX_CHOICE_NAME


def test_titles_of_signs_fit_a_card_with_a_full_page() -> None:
    works = tuple(Work(None, f"{number}" + "*" * 300) for number in range(6))
    card = example_card(entry(Span("_" * 5000, spoiler=1), works=works), PRESS)
    assert discord_length("".join(displays(card))) <= MAX_MESSAGE_TEXT


def test_titles_of_signs_fit_a_full_list() -> None:
    entries = [entry(Span("*" * 300), works=(Work(None, "*" * 300),), number=n) for n in range(EXAMPLES_PER_PAGE)]
    assert (
        discord_length("".join(displays(list_card(list_heading("*" * 300, "🎬"), entries, PRESS, 3))))
        <= MAX_MESSAGE_TEXT
    )


def test_a_message_offers_at_most_five_things_to_try() -> None:
    tries = [(f"try {number}", ExampleRequest(Action.SEARCH, query=str(number))) for number in range(7)]
    assert buttons(message_card(escape("No."), *tries)) == [f"try {number}" for number in range(5)]
    assert buttons(message_card(escape("No."))) == []


OVERVIEW = TropeOverview(TROPE, ((FILM, 7),), 7, datetime(2026, 8, 1, tzinfo=UTC))


def about(overview: TropeOverview) -> Card:
    return about_card(overview, ExampleRequest(Action.ABOUT, TROPE.ref))


def test_about_counts_subpages_and_names_those_that_are_missing() -> None:
    subpages = tuple(f"BigHeroicRun/{name}" for name in ("AnimeAndManga", "VideoGames", "Film", "Radio"))
    partly = read(about(replace(OVERVIEW, subpages=subpages[:2], missing_subpages=subpages[2:])))
    assert partly[-2] == "-# 2 of 4 subpages read · missing: Film, Radio"
    assert read(about(replace(OVERVIEW, subpages=subpages)))[-2] == "-# 4 of 4 subpages read"
    assert len(read(about(OVERVIEW))) == len(partly) - 1


def test_about_fits_with_any_number_of_subpages() -> None:
    names = tuple(f"BigHeroicRun/{'Long' * 40}{number}" for number in range(300))
    trope = replace(TROPE, title="*" * 300, description=(Part(PartKind.PARAGRAPH, 0, (Span("_*" * 3000),)),))
    media = tuple((Medium(f"m{n}", "Long name " * 9, MediumGroup("m", "M")), 30 - n) for n in range(30))
    card = about(replace(OVERVIEW, trope=trope, media=media, subpages=names, missing_subpages=names))
    assert "and 292 more" in read(card)[-2]
    assert len(read(card)[-2]) < 400
    assert discord_length("".join(displays(card))) <= MAX_MESSAGE_TEXT


def test_an_example_of_a_subpage_links_to_it() -> None:
    shown = entry()
    on_subpage = replace(shown, example=replace(shown.example, subpage="BigHeroicRun/Film"))
    urls = [[item["url"] for item in items(example_card(each, PRESS)) if "url" in item] for each in (shown, on_subpage)]
    assert [url.rpartition("pmwiki.php/")[2] for [url] in urls] == ["Main/BigHeroicRun", "BigHeroicRun/Film"]
