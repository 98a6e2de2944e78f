"""Components V2 messages, made of escaped text and plain labels."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.components import builders
from bot.components.builders import Component
from bot.components.custom_ids import Action, ExampleRequest, Flag
from bot.components.limits import (
    MAX_BUTTON_LABEL,
    MAX_BUTTONS,
    MAX_CHOICE_NAME,
    MAX_OPTION_DESCRIPTION,
    MAX_OPTION_LABEL,
)
from bot.components.saved_ids import SavedAction, SavedRequest
from bot.errors import DatabaseDamagedError, DatabaseMovedError, WriteFailedError
from bot.model import Entry, TropeOverview, work_ref
from bot.render.example_text import example_text, lines_text, notes_text
from bot.render.markdown import NO_TEXT, Markdown, heading, is_invisible, join_lines, single_line, subtext
from bot.render.names import (
    LISTED_LENGTH,
    MEDIUM_LENGTH,
    ROW_LENGTH,
    SCOPE_LENGTH,
    SHORT_LENGTH,
    TITLE_LENGTH,
    fit_name,
)
from bot.render.snippets import entry_snippet
from bot.render.texts import examples as texts
from bot.render.texts import saved as saved_texts
from bot.render.truncate import truncate
from bot.wiki.titles import title_from_page_name

BRAND_COLOUR = 0xC0392B
BRAND_EMOJI, SAVED_EMOJI = "🏃", "🔖"
EXAMPLES_PER_PAGE = 7
BAR_WIDTH = 10
MAX_BARS = 20
MAX_WORKS_NAMED = 5
MAX_SUGGESTIONS = 5
MAX_SUBPAGES = 8
SOURCE_RATIO = 10  # of a name and its label: the rest of a longer name would not show
MAX_PAGE_DIGITS = 7


class Card:
    """A message: one container, then rows of buttons or menus. `spoiler` hides the container until it is clicked."""

    def __init__(
        self, content: Iterable[Markdown | Component], *, colour: int = BRAND_COLOUR, spoiler: bool = False
    ) -> None:
        # Copied: all cards share a spacer, and whoever sends a card may number its components.
        items = [builders.text(item) if isinstance(item, str) else dict(item) for item in content if item]
        self.components = [builders.container(items, colour=colour, spoiler=spoiler)]
        self._custom_ids: set[str] = set()

    def add_row(self, *controls: Component) -> "Card":
        """Add a row of up to five buttons or a menu, unless empty. Discord refuses a custom_id that is on it twice."""
        added = []
        for control in controls:
            custom_id = control.get("custom_id")  # links have none
            if custom_id not in self._custom_ids:
                added.append(control)
            if custom_id:
                self._custom_ids.add(custom_id)
        if added:
            self.components.append(builders.action_row(added[:MAX_BUTTONS]))
        return self

    def add_private_actions(
        self, share: ExampleRequest | None, seen: Iterable[tuple[str, ExampleRequest]] = ()
    ) -> "Card":
        """Add buttons to share a private answer, and to say which works the member knows or not."""
        buttons = []
        if share:
            buttons.append(builders.button(texts.SHARE, share.with_flag(Flag.SHARE).custom_id, emoji="📣"))
        for label, request in seen:
            emoji = "👁️" if request.action is Action.MARK_SEEN else "🙈"
            buttons.append(builders.button(plain_label(label, MAX_BUTTON_LABEL), request.custom_id, emoji=emoji))
        return self.add_row(*buttons)

    def add_suggestions(self, *suggestions: tuple[str, ExampleRequest]) -> "Card":
        """Add buttons for the first five suggestions: labels and requests."""
        return self.add_row(
            *(builders.button(plain_label(label, MAX_BUTTON_LABEL), one.custom_id) for label, one in suggestions)
        )

    def add_footer(self, text: Markdown) -> "Card":
        """Add small text at the bottom."""
        self.components.append(builders.text(subtext(text)))
        return self

    def add_shared_by(self, name: str) -> "Card":
        """Add the name of the member who shared the answer."""
        return self.add_footer(texts.shared_by(fit_name(name, LISTED_LENGTH)))


def display_title(entry: Entry) -> str:
    """Return an example's title: its work, medium or trope."""
    example = entry.example
    if example.works:
        return example.works[0].title
    return example.medium.name if example.medium else entry.trope.title


def plain_label(text: str, max_length: int) -> str:
    """Return a name as a non-empty label."""
    label = single_line(text[: SOURCE_RATIO * max_length])
    return "…" if is_invisible(label) else truncate(label.strip(), max_length)


def autocomplete_name(text: str) -> str:
    """Return a name for an autocomplete choice."""
    # Autocomplete shows plain text, so pipes need no escaping, only a look-alike.
    return plain_label(text, MAX_CHOICE_NAME).replace("||", "∣∣")


def quote_input(text: str) -> Markdown:
    """Return a member's input, escaped and cut."""
    return fit_name(single_line(text), MAX_CHOICE_NAME)


def message_card(text: Markdown, *suggestions: tuple[str, ExampleRequest]) -> Card:
    """Return a message with buttons for the first five suggestions."""
    return Card([text]).add_suggestions(*suggestions)


def error_card(error_id: str, error: BaseException) -> Card:
    """Return the card for an error. `error_id` is in the log too."""
    match error:
        case DatabaseDamagedError():
            return message_card(texts.data_damaged(error_id))
        case DatabaseMovedError():
            return message_card(texts.cannot_save(error_id))
        case WriteFailedError():
            return message_card(texts.write_failed(error_id))
        case _:
            return message_card(texts.unexpected_error(error_id))


def example_card(entry: Entry, request: ExampleRequest, *, spoiler: bool = False, position: Markdown = NO_TEXT) -> Card:
    """Return the card of one example.

    Args:
        entry: The example and its trope. Of a long one, the page to show.
        request: Where "Another" picks from.
        spoiler: Whether to hide a whole card with spoilers.
        position: The position in the shuffle ("12 of 21 in Film").
    """
    example, medium = entry.example, entry.example.medium
    title, trope_title = display_title(entry), fit_name(entry.trope.title, SCOPE_LENGTH)
    medium_name = fit_name(medium.name, MEDIUM_LENGTH) if medium and medium.name != title else NO_TEXT
    details = [medium_name, texts.example_number(example.number)]
    if entry.page_count > 1:
        details.append(texts.text_page(entry.page, entry.page_count))
    footer = [subtext(position, NO_TEXT if trope_title in position else trope_title, texts.LICENCE_LINE)]
    if entry.spoiler_count:
        works_spoiled = [fit_name(work.title, LISTED_LENGTH) for work in entry.works_spoiled[:MAX_WORKS_NAMED]]
        footer.insert(0, subtext(texts.spoiler_summary(entry.spoiler_count, works_spoiled)))

    headline = heading(fit_name(title, TITLE_LENGTH), medium.emoji if medium else BRAND_EMOJI)
    card = Card(
        [
            join_lines([headline, subtext(*details)]),
            builders.SPACER,
            example_text(entry),
            builders.DIVIDER,
            join_lines(footer),
        ],
        colour=medium.colour if medium else BRAND_COLOUR,
        spoiler=spoiler and entry.spoiler_count > 0,
    )
    if entry.page_count > 1:
        shown = request.to(Action.EXAMPLE, page=entry.page, example_ref=entry.ref)
        card.add_row(*page_buttons(shown, entry.page_count))
    others, own = other_example_buttons(entry, request), own_buttons(entry)
    rows = [[*others, *own]] if len(others) + len(own) <= MAX_BUTTONS else [others, own]
    for row in rows:
        card.add_row(*row)
    return card


def other_example_buttons(entry: Entry, request: ExampleRequest) -> list[Component]:
    """Return the buttons under an example that `request` opened which lead to others."""
    example, medium = entry.example, entry.example.medium
    draw = request.to(Action.RANDOM)
    buttons = [builders.button(texts.ANOTHER_EXAMPLE, draw.custom_id, emoji="🎲")]
    if medium and medium.slug != request.medium:
        same_medium = replace(draw, medium=medium.slug, work_ref="")
        buttons.append(builders.button(texts.SAME_MEDIUM, same_medium.custom_id, emoji=medium.emoji))
    if entry.work_has_more and not request.work_ref:
        work_list = ExampleRequest(Action.WORK, entry.trope.ref, work_ref=work_ref(example.works[0].title), page=1)
        buttons.append(builders.button(texts.MORE_OF_WORK, work_list.custom_id, emoji="📖"))
    return buttons


def own_buttons(entry: Entry) -> list[Component]:
    """Return the buttons about an example itself. One with notes has the report behind them."""
    if entry.note_count:
        open_notes = ExampleRequest(Action.NOTES, entry.trope.ref, example_ref=entry.ref)
        more = builders.button(texts.notes_button(entry.note_count), open_notes.custom_id, emoji="📝")
    else:
        more = report_button(entry, saved_texts.WRONG)
    return [save_button(entry), more, builders.link(texts.OPEN_ON_TV_TROPES, entry.url)]


def save_button(entry: Entry) -> Component:
    """Return the button that puts an example on the list of whoever presses it."""
    value = f"{entry.ref}:{work_ref(display_title(entry))}"
    return builders.button(saved_texts.SAVE, SavedRequest(SavedAction.SAVE, value).custom_id, emoji=SAVED_EMOJI)


def report_button(entry: Entry, label: str) -> Component:
    """Return the button that says where to fix an example."""
    return builders.button(label, ExampleRequest(Action.REPORT, entry.trope.ref, example_ref=entry.ref).custom_id)


def notes_card(entry: Entry, *, spoiler: bool = False) -> Card:
    """Return the card of an example's notes, cut to fit. `spoiler` hides that of an example with spoilers."""
    title = subtext(fit_name(display_title(entry), TITLE_LENGTH))
    card = Card([title, notes_text(entry) or texts.NO_NOTES], spoiler=spoiler and entry.spoiler_count > 0)
    return card.add_row(report_button(entry, saved_texts.SOMETHING_WRONG))


def page_modal(request: ExampleRequest, placeholder: str) -> Component:
    """Return the modal for a page number, with the request as custom_id."""
    field = builders.text_input("page", max_length=MAX_PAGE_DIGITS, placeholder=placeholder)
    return builders.modal(texts.PAGE_MODAL_TITLE, request.custom_id, texts.PAGE_MODAL_LABEL, field)


def list_card(
    title: Markdown,
    entries: Sequence[Entry],
    request: ExampleRequest,
    pages: int,
    *,
    colour: int = BRAND_COLOUR,
    highlight: Sequence[str] = (),
) -> Card:
    """Return one page of a list, with a menu to open an example and page buttons.

    Args:
        title: The heading, with details.
        entries: The page's examples, at least one.
        request: The request for this page.
        pages: The list's length.
        colour: The accent.
        highlight: Words to put in bold.
    """
    content: list[Markdown | Component] = [title]
    options: list[Component] = []
    mixed = len({entry.example.medium for entry in entries}) > 1
    words = tuple(highlight)
    for entry in entries:
        name, number, medium = display_title(entry), entry.example.number, entry.example.medium
        label = plain_label(f"{number}. {name}", MAX_OPTION_LABEL)
        line = Markdown(f"**{number}\\. {fit_name(name, ROW_LENGTH)}**")  # "1." would start a list
        text = entry_snippet(entry, name, words)
        content.append(builders.SPACER if options else builders.DIVIDER)
        content.append(join_lines([line, subtext(text)]) if text else line)
        options.append(
            builders.option(
                label,
                entry.ref,
                description=plain_label(medium.name, MAX_OPTION_DESCRIPTION) if mixed and medium else None,
                emoji=medium.emoji if medium else BRAND_EMOJI,
            )
        )
    card = Card(content, colour=colour)
    card.add_row(builders.select_menu(texts.OPEN_MENU, options, request.to(Action.OPEN_FROM_LIST).custom_id))
    return card.add_row(*page_buttons(request, pages))


def list_heading(name: str, emoji: str, *details: Markdown) -> Markdown:
    """Return a list's heading, with small details under it."""
    return join_lines([heading(fit_name(name, TITLE_LENGTH), emoji), subtext(*details)])


def page_buttons(request: ExampleRequest, pages: int) -> list[Component]:
    """Return buttons to turn or choose pages, if there are several."""
    if pages < 2:
        return []
    page = request.page
    previous_page, next_page = replace(request, page=page - 1), replace(request, page=page + 1)
    return [
        builders.button(texts.PREVIOUS_PAGE, previous_page.custom_id, disabled=page <= 1),
        builders.button(texts.page_label(page, pages), request.with_flag(Flag.GO_TO_PAGE).custom_id),
        builders.button(texts.NEXT_PAGE, next_page.custom_id, disabled=page >= pages),
    ]


def about_card(overview: TropeOverview, request: ExampleRequest, *, spoiler: bool = False) -> Card:
    """Return a trope's description, examples by medium, and source. `spoiler` hides it if the description has some."""
    trope, bars = overview.trope, []
    for medium, count in overview.media[:MAX_BARS]:
        bar = "▰" * max(1, round(BAR_WIDTH * count / overview.media[0][1]))
        bars.append(Markdown(f"{medium.emoji} {fit_name(medium.name, SHORT_LENGTH)} {bar} **{count:,}**"))
    content: list[Markdown | Component] = [
        heading(fit_name(trope.title, TITLE_LENGTH), BRAND_EMOJI),
        lines_text(overview.description),
        builders.DIVIDER,
        join_lines(bars),
        builders.DIVIDER,
        subtext(texts.total_examples(overview.total), texts.loaded_on(overview.loaded_at), texts.LICENCE_LINE),
        subpage_line(overview),
        subtext(texts.DATA_NOTICE),
    ]
    draw = ExampleRequest(Action.RANDOM, request.trope_ref)
    hides = spoiler and any(span.spoiler for line in overview.description for span in line.spans)
    return Card(content, spoiler=hides).add_row(
        builders.button(texts.RANDOM_BUTTON, draw.custom_id, emoji="🎲"),
        builders.link(texts.OPEN_ON_TV_TROPES, trope.url),
    )


def subpage_line(overview: TropeOverview) -> Markdown:
    """Return how many subpages a trope was read from and which are missing, or nothing if it has none."""
    loaded, missing = len(overview.subpages), overview.missing_count
    if not loaded and not missing:
        return NO_TEXT
    names = names_of_subpages(overview.missing_subpages[:MAX_SUBPAGES])
    counted = texts.loaded_subpages(loaded, loaded + missing)
    listed = texts.missing_subpages(names, missing - len(names))
    return subtext(counted, listed if missing else NO_TEXT)


def names_of_subpages(subpages: Sequence[str]) -> list[Markdown]:
    """Return what subpages are called: "Anime and Manga" for ``ActionGirl/AnimeAndManga``."""
    names = [title_from_page_name(subpage.partition("/")[2]) for subpage in subpages]
    return [fit_name(name, SHORT_LENGTH) for name in names]
