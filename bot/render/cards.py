"""Components V2 messages, made of escaped text and plain labels."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.components import builders
from bot.components.builders import Component, walk
from bot.components.custom_ids import Action, ExampleRequest, Flag
from bot.components.limits import (
    MAX_BUTTON_LABEL,
    MAX_BUTTONS,
    MAX_CHOICE_NAME,
    MAX_COMPONENTS,
    MAX_MESSAGE_TEXT,
    MAX_OPTION_LABEL,
    MAX_OPTIONS,
    discord_length,
)
from bot.model import Trope
from bot.render.markdown import LISTED_LENGTH, Markdown, fit_name, is_invisible, single_line, subtext
from bot.render.texts import examples as texts
from bot.render.truncate import truncate

BRAND_COLOUR = 0xC0392B
BRAND_TROPE, BRAND_EMOJI, SAVED_EMOJI = "BigHeroicRun", "🏃", "🔖"
SOURCE_RATIO = 10  # of a name and its label: the rest of a longer name would not show
MAX_PAGE_DIGITS = 7


class Card:
    """A message: one or more containers, then rows of buttons or menus."""

    def __init__(self, content: Iterable[Markdown | Component], *, colour: int = BRAND_COLOUR) -> None:
        self.components: list[Component] = []
        self._colour = colour
        self._custom_ids: set[str] = set()
        self.add_container(content)

    def add_container(
        self, content: Iterable[Markdown | Component], *, colour: int | None = None, spoiler: bool = False
    ) -> "Card":
        """Add a container, unless empty. `spoiler` hides it until it is clicked."""
        # Copied: all cards share a spacer, and whoever sends a card may number its components.
        items = [builders.text(item) if isinstance(item, str) else dict(item) for item in content if item]
        if items:
            colour = self._colour if colour is None else colour
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
            buttons.append(builders.button(texts.SHARE(), share.with_flag(Flag.SHARE).custom_id, emoji="📣"))
        for label, request in seen:
            emoji = "👁️" if request.action is Action.MARK_SEEN else "🙈"
            buttons.append(builders.button(plain_label(label, MAX_BUTTON_LABEL), request.custom_id, emoji=emoji))
        return self.add_row(*buttons)

    def add_suggestions(self, *suggestions: tuple[str, ExampleRequest]) -> "Card":
        """Add buttons for the first five suggestions: labels and requests."""
        return self.add_row(
            *(builders.button(plain_label(label, MAX_BUTTON_LABEL), one.custom_id) for label, one in suggestions)
        )

    def add_mention(self, text: Markdown) -> "Card":
        """Put a mention before everything else, where it pings and is not hidden."""
        self.components.insert(0, builders.text(text))
        return self

    @property
    def page(self) -> int:
        """The page of a list or long example, or 0 if there is only one."""
        requests = map(ExampleRequest.from_custom_id, filter(None, self._custom_ids))
        return next((request.page for request in requests if request and Flag.GO_TO_PAGE in request.flags), 0)

    def add_note(self, text: Markdown) -> "Card":
        """Add a sentence for the member who pressed something, at the bottom of the container."""
        self.components[0]["components"].append(builders.text(text))
        return self

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

    def has_room_for(self, text: Markdown) -> bool:
        """Return whether Discord accepts the card with one more text."""
        parts = list(walk(self.components))
        length = sum([discord_length(part["content"]) for part in parts if "content" in part])
        return len(parts) < MAX_COMPONENTS and length + discord_length(subtext(text)) <= MAX_MESSAGE_TEXT

    def add_shared_by(self, name: str) -> "Card":
        """Add the name of the member who shared the answer."""
        return self.add_footer(texts.shared_by(fit_name(name, LISTED_LENGTH)))


def veiled_card(
    head: Sequence[Markdown | Component],
    text: Sequence[Markdown | Component],
    foot: Sequence[Markdown | Component],
    *,
    spoiler: bool,
    colour: int = BRAND_COLOUR,
) -> Card:
    """Return a card of three parts. `spoiler` hides the one in the middle until it is clicked."""
    if spoiler:
        return Card(head, colour=colour).add_container(text, spoiler=True).add_container(foot)
    middle = [builders.SPACER, *text] if any(text) else []
    return Card([*head, *middle, builders.DIVIDER, *foot], colour=colour)


def trope_emoji(trope: Trope) -> str:
    """Return the runner for the Big Heroic Run, else nothing."""
    return BRAND_EMOJI if trope.name == BRAND_TROPE else ""


def plain_label(text: str, max_length: int) -> str:
    """Return a name as a non-empty label."""
    label = single_line(text[: SOURCE_RATIO * max_length])
    return "…" if is_invisible(label) else truncate(label.strip(), max_length)


def autocomplete_name(text: str) -> str:
    """Return a name for an autocomplete choice."""
    # Autocomplete shows plain text, so pipes need no escaping, only a look-alike.
    return plain_label(text, MAX_CHOICE_NAME).replace("||", "∣∣")


def quote_input(text: str) -> Markdown:
    """Return a member's input, escaped and cut, or a word for blanks."""
    return fit_name(single_line(text).strip(), MAX_CHOICE_NAME) or texts.BLANK_INPUT()


def message_card(text: Markdown, *suggestions: tuple[str, ExampleRequest]) -> Card:
    """Return a message with buttons for the first five suggestions."""
    return Card([text]).add_suggestions(*suggestions)


def page_modal(request: ExampleRequest, placeholder: str) -> Component:
    """Return the modal for a page number, with the request as custom_id."""
    field = builders.text_input("page", max_length=MAX_PAGE_DIGITS, placeholder=placeholder)
    return builders.modal(texts.PAGE_MODAL_TITLE(), request.custom_id, texts.PAGE_MODAL_LABEL(), field)


def page_buttons(request: ExampleRequest, pages: int) -> list[Component]:
    """Return buttons to turn or choose pages, if there are several."""
    if pages < 2:
        return []
    page = request.page
    previous_page, next_page = replace(request, page=page - 1), replace(request, page=page + 1)
    return [
        builders.button(texts.PREVIOUS_PAGE(), previous_page.custom_id, disabled=page <= 1),
        builders.button(texts.page_label(page, pages), request.with_flag(Flag.GO_TO_PAGE).custom_id),
        builders.button(texts.NEXT_PAGE(), next_page.custom_id, disabled=page >= pages),
    ]
