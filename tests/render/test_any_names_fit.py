"""Whatever names, titles and texts occur, each card fits Discord."""

from dataclasses import replace
from datetime import UTC, datetime

from discord import ComponentType
from hypothesis import given
from hypothesis import strategies as st

from bot.components.custom_ids import MAX_COUNT, Action, ExampleRequest, Flag, SettingAction
from bot.components.limits import (
    MAX_BUTTON_LABEL,
    MAX_COMPONENTS,
    MAX_CUSTOM_ID,
    MAX_MESSAGE_TEXT,
    MAX_OPTION_DESCRIPTION,
    MAX_OPTION_LABEL,
    MAX_OPTIONS,
    discord_length,
)
from bot.conversation.requests import MAX_MEDIA_NAMED
from bot.guessing.playable import MAX_LENGTH
from bot.model import (
    Example,
    Medium,
    MediumGroup,
    Note,
    Part,
    PartKind,
    Relation,
    Span,
    Trope,
    TropeOverview,
    Work,
    WorkEntry,
)
from bot.model.preferences import (
    EVERY_DAY,
    MAX_DAILIES_PER_GUILD,
    MAX_HIDDEN_TROPES,
    MAX_LISTED_WORKS,
    MAX_SAVED_EXAMPLES,
    DailySchedule,
    GuildSettings,
    MemberPreferences,
    PauseReason,
    PrivacyReason,
    SpoilerMode,
)
from bot.render.about_card import about_card
from bot.render.appearances import find_appearances
from bot.render.cards import Card, message_card, quote_input
from bot.render.daily_cards import dailies_card
from bot.render.example_cards import (
    EXAMPLES_PER_PAGE,
    ListView,
    display_title,
    example_card,
    list_card,
    list_heading,
    notes_card,
)
from bot.render.guess_cards import RoundView, ended_card, round_card, scores_card
from bot.render.layout import lay_out_trope
from bot.render.markdown import LISTED_LENGTH, MEDIUM_LENGTH, SCOPE_LENGTH, TITLE_LENGTH, fit_name
from bot.render.saved_cards import SAVED_PER_PAGE, SavedRow, removed_card, report_card, saved_card, saved_list_card
from bot.render.settings_cards import FormProblem, GuildPanel, preferences_card, settings_card, short_name
from bot.render.several_card import several_card
from bot.render.texts import daily as daily_texts
from bot.render.texts import examples as texts
from bot.render.texts import guessing as guess_texts
from bot.render.texts import saved as saved_texts
from bot.render.texts import works as work_texts
from bot.render.work_cards import (
    MAX_SIMILAR,
    ROWS_PER_PAGE,
    SHARED_PER_PAGE,
    CompareView,
    Offer,
    WorkView,
    compare_card,
    similar_card,
    work_card,
)
from bot.state.guesses import MAX_LISTED_SCORES
from tests.markdown_renderers.adapter import displays, items
from tests.render.served import served, served_notes

SIGNS = (
    "W",
    "*",
    "_ ",
    "||",
    "🏃",
    "a b ",
    "e\u0301",
    "\u200b",
    "\n",
    "1. ",
    "\U0001f1e6",
    "👩‍👩‍👧",
    "[x](https://a.b)",
)
NAMES = st.builds(lambda sign, times: sign * times, st.sampled_from(SIGNS), st.sampled_from((1, 9, 60, 250, 900)))
TEXTS = st.lists(st.tuples(NAMES, st.integers(0, 2)), max_size=3)
MANY = 10**6 - 1
DUE = datetime(2026, 1, 1, tzinfo=UTC)
ZONE = "America/Argentina/ComodRivadavia"
DAILY = DailySchedule(10**18, 1, 0, ZONE, "", "", "", False, DUE, PauseReason.FORBIDDEN)
ABOUT = ExampleRequest(Action.ABOUT)


@st.composite
def examples(draw: st.DrawFn) -> Example:
    """Draw an example of many works, with names and a text of any length."""
    spans = tuple(Span(text, spoiler=spoiler) for text, spoiler in draw(TEXTS)) or (Span("a"),)
    works = tuple(Work(f"Film/W{n}", f"{n}{name}") for n, name in enumerate(draw(st.lists(NAMES, max_size=8))))
    linked = tuple(Span(work.title, page=work.page) for work in works)
    medium = Medium("a-medium-of-24-letters-x", name, MediumGroup("g", name)) if (name := draw(NAMES)) else None
    notes = (Note(0, draw(NAMES), spans), *[Note(0, "note", spans)] * draw(st.integers(0, 30)))
    parts = (Part(PartKind.BULLET, 1, (*linked, *spans), notes), Part(PartKind.QUOTE, 1, spans))
    return Example(65_535, "key", name, medium, works, parts)


def assert_fits(card: Card) -> None:
    assert discord_length("".join(displays(card))) <= MAX_MESSAGE_TEXT
    assert sum(1 for _ in items(card)) <= MAX_COMPONENTS
    assert all(item["content"] for item in items(card, ComponentType.text_display))
    for item in items(card, ComponentType.button):
        assert 0 < discord_length(item["label"]) <= MAX_BUTTON_LABEL
    for item in items(card, ComponentType.select):
        assert 0 < len(item["options"]) <= MAX_OPTIONS
        for option in item["options"]:
            assert 0 < discord_length(option["label"]) <= MAX_OPTION_LABEL
            assert discord_length(option.get("description", "")) <= MAX_OPTION_DESCRIPTION
    assert all(len(item["custom_id"]) <= MAX_CUSTOM_ID for item in items(card) if "custom_id" in item)


def with_everything_around(card: Card, name: str) -> Card:
    """Return an example's card with all that is ever added to it."""
    request = ExampleRequest(Action.EXAMPLE, Trope("A", "A").ref, example_ref=f"{Trope('A', 'A').ref}/65535")
    return (
        card.add_private_actions(request, [(name, request)] * 5)
        .add_shared_by(name)
        .add_footer(texts.why_private(PrivacyReason.SERVER))
        .add_footer(daily_texts.footer(EVERY_DAY))
    )


@given(examples(), NAMES, NAMES)
def test_example_cards_fit_hidden_or_revealed(example: Example, title: str, member: str) -> None:
    pages = served(example, Trope("BigHeroicRun", title))
    position = texts.shuffle_position(MANY, MANY, fit_name(member, SCOPE_LENGTH))
    request = ExampleRequest(Action.RANDOM)
    for page in {0, len(pages) // 2, len(pages) - 1}:
        entry = replace(pages[page], work_has_more=bool(example.works))
        for each in (entry, entry.reveal()):
            assert_fits(with_everything_around(example_card(each, request, spoiler=True, position=position), member))


@given(examples(), NAMES)
def test_notes_fit_hidden_or_revealed(example: Example, title: str) -> None:
    entry = served_notes(example, Trope("BigHeroicRun", title))
    for each in (entry, entry.reveal()):
        assert_fits(notes_card(each, spoiler=True).add_footer(texts.why_private(PrivacyReason.COPY)))


@given(examples(), NAMES, NAMES)
def test_lists_fit(example: Example, query: str, scope: str) -> None:
    heading = list_heading(
        query, "🎬", texts.example_count(MANY, *[fit_name(scope, SCOPE_LENGTH)] * 2, more=True), texts.left_out(MANY)
    )
    request = ExampleRequest(Action.SEARCH, page=2, query="words")
    entries = [served(example)[-1], served(example._replace(medium=None))[0]] * EXAMPLES_PER_PAGE
    suggestions = [(texts.try_query(query), request)] * 5
    left_out = texts.show_left_out(MANY), request.with_flag(Flag.WITH_SPOILERS)
    for words in ((), ("w", "a", "b")):
        card = list_card(heading, entries[:EXAMPLES_PER_PAGE], request, MANY, ListView(0, words, True, left_out))
        assert_fits(card.add_suggestions(*suggestions).add_private_actions(request).add_shared_by(query))


@given(examples(), NAMES, NAMES, st.integers(2, MAX_COUNT))
def test_several_examples_fit_one_message(example: Example, title: str, member: str, count: int) -> None:
    pages = served(example, Trope("BigHeroicRun", title))
    # Refs differ, as those of drawn examples do.
    entries = [
        replace(pages[0], example=pages[0].example._replace(number=65_535 - number, medium=medium))
        for number, medium in enumerate([example.medium, None, example.medium, None, None][:count])
    ]
    request = ExampleRequest(Action.RANDOM, flags=str(count))
    for each in (entries, [entry.reveal() for entry in entries]):
        for spoiler in (False, True):
            card = several_card(each, request, names_tropes=True, spoiler=spoiler)
            assert_fits(card.add_shared_by(member).add_footer(texts.why_private(PrivacyReason.SERVER)))


@given(examples(), NAMES)
def test_saved_lists_and_reports_fit(example: Example, title: str) -> None:
    entry = served(example, Trope("BigHeroicRun", title))[-1]
    full = [SavedRow(10**15 + n, display_title(entry), entry) for n in range(SAVED_PER_PAGE)]
    gone = [row._replace(title=title, entry=None, notice=texts.spoilers_excluded(by_server=True)) for row in full]
    for rows in (full, gone):
        assert_fits(saved_list_card(rows, MAX_SAVED_EXAMPLES, 2, 29))
    assert_fits(saved_card(saved_texts.already_saved(fit_name(title, TITLE_LENGTH)), 10**15, saved_texts.REMOVE()))
    assert_fits(removed_card(title, entry))
    assert_fits(report_card(entry, MANY, f"https://example.org/{'a' * 400}"))


@given(examples(), NAMES, st.lists(NAMES, min_size=1, max_size=4), st.booleans())
def test_cards_of_works_fit(example: Example, title: str, names: list[str], whole: bool) -> None:
    found = find_appearances(example)
    sentences = [one.sentence for one in (*found.works.values(), *found.mentions.values())] or [""]
    tropes, media = [Trope(f"T{n}", names[n % len(names)]) for n in range(20)], (example.medium, None)
    entries = [
        WorkEntry(
            f"{trope.ref}/65535", trope, 65_535, media[n % 2], Relation.SUB_BULLET, sentences[n % len(sentences)], "ab"
        )
        for n, trope in enumerate(tropes)
    ]
    work = ExampleRequest(Action.WORK, work_ref="ab", page=2)
    details = [work_texts.franchise_counts(MANY), work_texts.work_counts(MANY, MANY, fit_name(title, SCOPE_LENGTH))]
    details += [work_texts.behind_spoilers(MANY), work_texts.left_out(MANY, in_tropes=True)]
    offers = [Offer(work_texts.franchise_button(title, MANY), "📚", replace(work, page=n)) for n in range(3, 9)]
    view = WorkView(
        title, {"ab": title} if whole else {}, None, entries[:ROWS_PER_PAGE], MANY, details, offers, offers[0]
    )
    compared = ExampleRequest(Action.COMPARE, work_ref="ab", with_ref="cd", page=2)
    pairs = list(zip(entries, reversed(entries), strict=True))[:SHARED_PER_PAGE]
    titles = title, names[0]
    only = (tropes, tropes), (MANY, MANY)
    comparison = CompareView(titles, {"ab": title}, pairs, MANY, MANY, *only, MANY, MANY, offers[0])
    similar = [(name, tropes) for name in (names * MAX_SIMILAR)[:MAX_SIMILAR]]
    refs = [f"{n:012x}" for n in range(MAX_SIMILAR)]
    for card, request in (
        (work_card(view, work), work),
        (work_card(replace(view, trope=tropes[0]), work), work),
        (compare_card(comparison, compared), compared),
        (similar_card(title, similar, refs, request_ := compared.to(Action.SIMILAR)), request_),
    ):
        card.add_private_actions(request).add_shared_by(title).add_footer(texts.why_private(PrivacyReason.SERVER))
        assert_fits(card)


@given(NAMES, st.lists(NAMES, min_size=1, max_size=4), TEXTS)
def test_overviews_fit(title: str, names: list[str], description: list[tuple[str, int]]) -> None:
    media = tuple([(Medium("m", name, MediumGroup("g", name), emoji="🎬"), MANY) for name in names * 10])
    spans = tuple(Span(text, spoiler=spoiler) for text, spoiler in description)
    parts = (Part(PartKind.PARAGRAPH, 0, spans),) * 3
    quote = (Part(PartKind.QUOTE, 0, spans, (Note(0, title, spans),)), Part(PartKind.ATTRIBUTION, 0, spans))
    trope = Trope("BigHeroicRun", title, parts, spans, quote=quote)
    missing = tuple(f"A/{name}" for name in names * 2)
    overview = TropeOverview(trope, lay_out_trope(trope), media, MANY, DUE, missing, missing[:8], MANY)
    for spoiler in (False, True):
        assert_fits(with_everything_around(about_card(overview, ABOUT, spoiler=spoiler), title))


@given(NAMES, st.lists(NAMES, min_size=1, max_size=4))
def test_settings_fit(name: str, titles: list[str]) -> None:
    refs = {f"{n:012x}": f"{n}{titles[n % len(titles)]}" for n in range(MAX_LISTED_WORKS)}
    media = [Medium(f"medium-{n}", each, MediumGroup("g", each)) for n, each in enumerate(titles * 30)]
    channels = frozenset(10**18 + n for n in range(MAX_OPTIONS))
    hidden = frozenset(medium.slug for medium in media[:MAX_OPTIONS])
    tropes = frozenset(sorted(refs)[:MAX_HIDDEN_TROPES])
    settings = GuildSettings(SpoilerMode.WHOLE_CARD, True, hidden, frozenset(refs), tropes, channels)
    scope = daily_texts.scope_text(short_name(name), spoilers=False)
    dailies = [DAILY] * MAX_DAILIES_PER_GUILD
    assert_fits(settings_card(GuildPanel(settings, refs, refs, media, dailies)))
    assert_fits(dailies_card([(daily, scope) for daily in dailies]))
    preferences = preferences_card(MemberPreferences(SpoilerMode.WHOLE_CARD, True, frozenset(refs)), refs)
    opened = ExampleRequest(Action.OPENED, work_ref="ab", page=1)
    assert_fits(preferences.add_note(work_texts.opened(MANY, MANY)).add_suggestions((work_texts.SHOW_FIRST(), opened)))


@given(NAMES, st.lists(NAMES, min_size=1, max_size=3))
def test_notices_with_suggestions_fit(typed: str, names: list[str]) -> None:
    listed = [fit_name(name, SCOPE_LENGTH) for name in names]
    request = ExampleRequest(Action.SEARCH, page=1, query="words")
    for text in (
        texts.no_examples_from(quote_input(typed), listed),
        texts.no_matches(quote_input(typed), listed[0], listed),
    ):
        assert_fits(message_card(text, *[(name, request) for name in names]))
        problem = FormProblem(SettingAction.MEMBER_ADD_SEEN, text, typed, [(name, "0" * 12) for name in names])
        assert_fits(preferences_card(MemberPreferences(), {}, problem))


@given(NAMES, st.lists(NAMES, min_size=1, max_size=40))
def test_questions_with_choices_fit(typed: str, names: list[str]) -> None:
    media = [(fit_name(name, LISTED_LENGTH), MANY) for name in names]
    requests = [(name, ExampleRequest(Action.WORK, work_ref=f"{n:012x}", page=1)) for n, name in enumerate(names)]
    for text in (
        texts.several_matches(quote_input(typed)),
        texts.other_media(quote_input(typed), media[:MAX_MEDIA_NAMED], MANY),
    ):
        assert_fits(message_card(text).add_choices(texts.CHOOSE_ONE(), requests))


@given(NAMES, NAMES, st.lists(NAMES, min_size=4, max_size=4), st.integers(1, MAX_LENGTH // 14))
def test_cards_of_games_fit(title: str, member: str, others: list[str], length: int) -> None:
    hints = [
        guess_texts.medium_hint(fit_name(title, MEDIUM_LENGTH)),
        guess_texts.words_hint(MANY),
        guess_texts.titles_hint([fit_name(other, LISTED_LENGTH) for other in others]),
    ]
    status = guess_texts.status(5, 5, 5, 10**10)
    assert_fits(round_card(RoundView("ab" * 8, ["wonderful ▒▒▒"] * length, hints, status, has_more_hints=True)))
    won = guess_texts.won(guess_texts.name(fit_name(member, LISTED_LENGTH)), 5)
    standings = [(MANY, MANY, MANY)] * 5
    assert_fits(ended_card("ab" * 8, title, won, f"{Trope('A', 'A').ref}/65535", standings, is_last=False))
    rows = [(2**63 - 1, MANY, MANY)] * MAX_LISTED_SCORES
    assert_fits(scores_card(rows, rows))
