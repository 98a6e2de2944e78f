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
    MAX_OPTIONS,
    MAX_TITLE,
)
from bot.errors import DatabaseDamagedError, DatabaseMovedError, WriteFailedError
from bot.model import Entry, TropeOverview, hidden_texts, work_ref
from bot.render.example_text import example_notes, example_pages, trope_description
from bot.render.markdown import NO_TEXT, Markdown, escape, heading, is_invisible, join_lines, single_line, subtext
from bot.render.snippets import snippet
from bot.render.texts import examples as texts
from bot.render.truncate import truncate
from bot.wiki.titles import title_from_page_name

BRAND_COLOUR = 0xC0392B
BRAND_EMOJI = "🏃"
EXAMPLES_PER_PAGE = 7
BAR_WIDTH = 10
MAX_BARS, MAX_BAR_NAME = 20, 30
MAX_NAMED_WORKS = 5  # of those that an example spoils
MAX_SUBPAGES, MAX_SUBPAGE_NAME = 8, 30
MAX_PAGE_DIGITS = 7


class Card:
    """A message: one container, then rows of buttons or menus. `spoiler` hides the container until it is clicked."""

    def __init__(
        self, content: Iterable[Markdown | Component], *, colour: int = BRAND_COLOUR, spoiler: bool = False
    ) -> None:
        self.components: list[Component] = []
        self._custom_ids: set[str] = set()
        self.add_container(content, colour=colour, spoiler=spoiler)

    def add_container(
        self, content: Iterable[Markdown | Component], *, colour: int = BRAND_COLOUR, spoiler: bool = False
    ) -> "Card":
        """Add a box, unless empty."""
        # Copied: all cards share a spacer, and whoever sends a card may number its components.
        items = [builders.text(item) if isinstance(item, str) else dict(item) for item in content if item]
        if items:
            self.components.append(builders.container(items, colour=colour, spoiler=spoiler))
        return self

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

    def add_choices(self, placeholder: str, choices: Iterable[tuple[str, ExampleRequest]]) -> "Card":
        """Add a menu of the first 25 choices: labels and requests."""
        by_id = {request.custom_id: plain_label(label, MAX_OPTION_LABEL) for label, request in choices}
        options = [builders.option(label, custom_id) for custom_id, label in by_id.items()][:MAX_OPTIONS]
        menu = ExampleRequest(Action.CHOOSE).custom_id
        return self.add_row(builders.select_menu(placeholder, options, menu)) if options else self

    def add_footer(self, text: Markdown) -> "Card":
        """Add small text at the bottom."""
        self.components.append(builders.text(subtext(text)))
        return self

    def add_shared_by(self, name: str) -> "Card":
        """Add the name of the member who shared the answer."""
        return self.add_footer(texts.shared_by(escape(truncate(name, MAX_TITLE // 4))))


def display_title(entry: Entry) -> str:
    """Return an example's title: its work, medium or trope."""
    example = entry.example
    if example.works:
        return example.works[0].title
    return example.medium.name if example.medium else entry.trope.title


def plain_label(text: str, max_length: int) -> str:
    """Return a name as a non-empty label."""
    label = single_line(text)
    return "…" if is_invisible(label) else truncate(label.strip(), max_length)


def autocomplete_name(text: str) -> str:
    """Return a name for an autocomplete choice."""
    # Autocomplete shows plain text, so pipes need no escaping, only a look-alike.
    return plain_label(text, MAX_CHOICE_NAME).replace("||", "∣∣")


def quote_input(text: str) -> Markdown:
    """Return a member's input, escaped and cut."""
    return escape(truncate(single_line(text), MAX_CHOICE_NAME))


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
        entry: The example and its trope.
        request: Where "Another" picks from, and the page of a long example.
        spoiler: Whether to hide a whole card with spoilers.
        position: The position in the shuffle ("12 of 21 in Film").
    """
    example, medium = entry.example, entry.example.medium
    title, trope_title = display_title(entry), escape(truncate(entry.trope.title, MAX_TITLE))
    pages = example_pages(example)
    page = min(max(request.page, 1), len(pages))

    medium_name = escape(medium.name) if medium and medium.name != title else NO_TEXT
    details = [medium_name, texts.example_number(example.number)]
    if len(pages) > 1:
        details.append(texts.text_page(page, len(pages)))
    footer = [subtext(position, NO_TEXT if trope_title in position else trope_title, texts.LICENCE_LINE)]
    if spoiler_count := example.spoiler_count:
        works_spoiled = [
            escape(truncate(work.title, MAX_TITLE // 4)) for work in example.works_spoiled[:MAX_NAMED_WORKS]
        ]
        footer.insert(0, subtext(texts.spoiler_summary(spoiler_count, works_spoiled)))

    headline = heading(truncate(title, MAX_TITLE), medium.emoji if medium else BRAND_EMOJI)
    card = Card(
        [
            join_lines([headline, subtext(*details)]),
            builders.SPACER,
            pages[page - 1],
            builders.DIVIDER,
            join_lines(footer),
        ],
        colour=medium.colour if medium else BRAND_COLOUR,
        spoiler=spoiler and spoiler_count > 0,
    )
    if len(pages) > 1:
        shown = request.to(Action.EXAMPLE, page=page, example_ref=entry.ref)
        card.add_row(*page_buttons(shown, len(pages)))
    return card.add_row(*example_buttons(entry, request))


def example_buttons(entry: Entry, request: ExampleRequest) -> list[Component]:
    """Return the buttons under an example that `request` opened."""
    example, medium = entry.example, entry.example.medium
    draw = request.another()
    buttons = [builders.button(texts.ANOTHER_EXAMPLE, draw.custom_id, emoji="🎲")]
    if medium and medium.slug != request.medium:
        same_medium = replace(draw.without_flag(Flag.SEARCH_HIDDEN), medium=medium.slug, work_ref="", query="")
        buttons.append(builders.button(texts.SAME_MEDIUM, same_medium.custom_id, emoji=medium.emoji))
    if entry.work_has_more and not request.work_ref:
        work_list = ExampleRequest(Action.WORK, entry.trope.ref, work_ref=work_ref(example.works[0].title), page=1)
        buttons.append(builders.button(texts.MORE_OF_WORK, work_list.custom_id, emoji="📖"))
    if notes := example.notes:
        open_notes = ExampleRequest(Action.NOTES, entry.trope.ref, example_ref=entry.ref)
        buttons.append(builders.button(texts.notes_button(len(notes)), open_notes.custom_id, emoji="📝"))
    return [*buttons, builders.link(texts.OPEN_ON_TV_TROPES, entry.url)]


def notes_card(entry: Entry, *, spoiler: bool = False) -> Card:
    """Return the card of an example's notes, cut to fit. `spoiler` hides that of an example with spoilers."""
    title = subtext(escape(truncate(display_title(entry), MAX_TITLE)))
    hides = spoiler and entry.example.spoiler_count > 0
    return Card([title, example_notes(entry.example) or texts.NO_NOTES], spoiler=hides)


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
        line = Markdown(f"**{number}\\. {escape(truncate(name, MAX_TITLE // 2))}**")  # "1." would start a list
        text = snippet(entry.example, name, words)
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
    return join_lines([heading(truncate(name, MAX_TITLE), emoji), subtext(*details)])


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
        bars.append(Markdown(f"{medium.emoji} {escape(truncate(medium.name, MAX_BAR_NAME))} {bar} **{count:,}**"))
    content: list[Markdown | Component] = [
        heading(truncate(trope.title, MAX_TITLE), BRAND_EMOJI),
        trope_description(trope),
        builders.DIVIDER,
        join_lines(bars),
        builders.DIVIDER,
        subtext(texts.total_examples(overview.total), texts.loaded_on(overview.loaded_at), texts.LICENCE_LINE),
        subpage_line(overview),
        subtext(texts.DATA_NOTICE),
    ]
    draw = ExampleRequest(Action.RANDOM, request.trope_ref)
    return Card(content, spoiler=spoiler and any(map(hidden_texts, trope.description))).add_row(
        builders.button(texts.RANDOM_BUTTON, draw.custom_id, emoji="🎲"),
        builders.link(texts.OPEN_ON_TV_TROPES, trope.url),
    )


def subpage_line(overview: TropeOverview) -> Markdown:
    """Return how many subpages a trope was read from and which are missing, or nothing if it has none."""
    loaded, missing = overview.subpages, overview.missing_subpages
    if not loaded and not missing:
        return NO_TEXT
    counted = texts.loaded_subpages(len(loaded), len(loaded) + len(missing))
    listed = texts.missing_subpages(names_of_subpages(missing[:MAX_SUBPAGES]), max(0, len(missing) - MAX_SUBPAGES))
    return subtext(counted, listed if missing else NO_TEXT)


def names_of_subpages(subpages: Sequence[str]) -> list[Markdown]:
    """Return what subpages are called: "Anime and Manga" for ``ActionGirl/AnimeAndManga``."""
    names = [title_from_page_name(subpage.partition("/")[2]) for subpage in subpages]
    return [escape(truncate(name, MAX_SUBPAGE_NAME)) for name in names]
