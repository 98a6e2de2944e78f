"""The cards: Components V2 messages, made of nothing but escaped text and plain labels."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import discord
from discord import ui

from bot.model import Entry, Example, Medium, Overview, token_of
from bot.render import words
from bot.render.body import description, notes_of, pages_of
from bot.render.cutting import shorten
from bot.render.limits import BUTTON_LABEL, CHOICE_NAME, OPTION_DESCRIPTION, OPTION_LABEL
from bot.render.markdown import Markdown, clean, escape, heading, is_blank, joined, small
from bot.render.openings import opening
from bot.render.presses import Action, Flag, Press

BRAND = 0xC0392B
EMOJI = "🏃"
TITLE = 200
LIST_PAGE = 7
BAR = 10
NOWHERE = Markdown("")
MOST_BARS = 20


class Card(ui.LayoutView):
    """A message: one container, then rows of controls. Its controls are told apart by their custom_ids alone."""

    def __init__(
        self, texts: Iterable[Markdown | ui.Item["Card"]], *, colour: int = BRAND, veiled: bool = False
    ) -> None:
        """Takes the container's content, texts or separators, and whether all of it is hidden until clicked."""
        super().__init__(timeout=None)
        items = [item if isinstance(item, ui.Item) else ui.TextDisplay["Card"](item) for item in texts if item]
        self.add_item(ui.Container["Card"](*items, accent_colour=colour, spoiler=veiled))
        # Presses are read from custom_ids, so the library need not keep every card it ever sent.
        self.stop()

    def with_row(self, *controls: ui.Item["Card"]) -> "Card":
        """Adds a row of controls, if there are any."""
        if controls:
            self.add_item(ui.ActionRow["Card"](*controls))
        return self

    def with_private_row(self, share: Press | None, seen: Press | None) -> "Card":
        """Adds what a member can do with an answer that nobody else sees: show it to everyone, reveal what was seen."""
        buttons = []
        if share:
            buttons.append(_button(words.SHARE, share.flagged(Flag.SHARE), emoji="📣"))
        if seen:
            buttons.append(_button(words.I_HAVE_SEEN_IT, seen, emoji="👁️"))
        return self.with_row(*buttons)

    def with_tries(self, *presses: tuple[str, Press]) -> "Card":
        """Adds a button for each thing to try (at most 5)."""
        return self.with_row(*(_button(name, press) for name, press in presses[:5]))

    def with_foot(self, text: Markdown) -> "Card":
        """Adds a row of small text below everything else."""
        self.add_item(ui.TextDisplay["Card"](small(text)))
        return self

    def with_byline(self, name: str) -> "Card":
        """Adds who shared the answer, by the name others see."""
        return self.with_foot(words.shared_by(escape(shorten(name, TITLE // 4))))


def label(text: str, most: int) -> str:
    """Returns a title or a medium's name as plain text for a button, option or choice; never empty."""
    return "…" if is_blank(clean(text)) else shorten(clean(text).strip(), most)


def choice_name(text: str) -> str:
    """Returns a title or a medium's name as the name of a choice of an autocompletion."""
    # Nothing is hidden there, and a choice that a member typed is to look like what it finds.
    return label(text, CHOICE_NAME).replace("||", "∣∣")


def as_typed(text: str) -> Markdown:
    """Returns what a member typed, escaped, and cut where nobody types so much."""
    return escape(shorten(clean(text), CHOICE_NAME))


def message_card(text: Markdown, *presses: tuple[str, Press]) -> Card:
    """Returns a card that says one thing, with a button for each thing to try (at most 5)."""
    return Card([text]).with_tries(*presses)


def example_card(entry: Entry, press: Press, *, veiled: bool = False, place: Markdown = NOWHERE) -> Card:
    """Returns the card of one example.

    Args:
        entry: The example and its trope.
        press: What brought it: where *Another* draws from, and which page of a long example to show (the nearest one
            if there is no such page).
        veiled: Whether the text of an example with spoilers is hidden as a whole, besides its tags.
        place: Which example of a round it is, if it is of one.
    """
    trope, example = entry.trope, entry.example
    pages = pages_of(example)
    page = min(max(press.page, 1), len(pages))
    card = Card(
        [
            joined([heading(shorten(title_of(entry), TITLE), _emoji(example)), _meta(entry, page, len(pages))]),
            ui.Separator["Card"](visible=False),
            pages[page - 1],
            ui.Separator["Card"](),
            _footer(entry, place),
        ],
        colour=_colour(example),
        veiled=veiled and example.spoilers > 0,
    )
    card.with_row(*_turns(replace(press, action=Action.EXAMPLE, page=page, words=entry.reference), len(pages)))
    source = ui.Button["Card"](label=words.SOURCE, url=trope.url)
    return card.with_row(*_example_buttons(entry, press), *_more_buttons(entry, press), source)


def notes_card(entry: Entry) -> Card:
    """Returns the card of an example's notes, as many as there is room for."""
    return Card([small(escape(shorten(title_of(entry), TITLE))), notes_of(entry.example) or words.NO_NOTES])


def jump_form(press: Press, pages: str) -> ui.Modal:
    """Returns the form that asks for a page; what is typed comes back with the press as its custom_id."""
    form = ui.Modal(title=words.JUMP_TITLE, custom_id=press.custom_id, timeout=None)
    page = ui.TextInput[ui.Modal](placeholder=pages, custom_id="page", max_length=7)
    form.add_item(ui.Label(text=words.JUMP_LABEL, component=page))
    form.stop()
    return form


def list_card(
    title: Markdown,
    entries: Sequence[Entry],
    press: Press,
    pages: int,
    *,
    colour: int = BRAND,
    looked_for: Sequence[str] = (),
) -> Card:
    """Returns the card of one page of a list.

    Args:
        title: The card's heading and what stands under it.
        entries: The examples on this page, at least one.
        press: What brings this page; its neighbours are made from it.
        pages: How many pages there are.
        colour: The card's accent.
        looked_for: Words to show each example around.
    """
    texts: list[Markdown | ui.Item[Card]] = [title, ui.Separator["Card"]()]
    for entry in entries:
        texts += [_entry(entry, looked_for), ui.Separator["Card"](visible=False)]
    card = Card(texts[:-1], colour=colour).with_row(_menu(entries, press))
    return card.with_row(*_turns(press, pages))


def list_title(name: str, emoji: str, *under: Markdown) -> Markdown:
    """Returns a list's heading, and a row of small text under it."""
    return joined([heading(shorten(name, TITLE), emoji), small(*under)])


def title_of(entry: Entry) -> str:
    """Returns the one safe label of an example: its work, else its medium, else its trope."""
    example = entry.example
    if example.works:
        return example.works[0].title
    return example.medium.name if example.medium else entry.trope.title


def _entry(entry: Entry, looked_for: Sequence[str]) -> Markdown:
    title = title_of(entry)
    number = f"{entry.example.number}\\."  # escaped, or it would start a list
    head = Markdown(f"**{number} {escape(shorten(title, TITLE // 2))}**")
    text = opening(entry.example, title, looked_for)
    return joined([head, small(text)]) if text else head


def _meta(entry: Entry, page: int, pages: int) -> Markdown:
    medium = entry.example.medium.name if entry.example.medium else ""
    known = "" if medium == title_of(entry) else medium
    return small(escape(known), words.number(entry.example.number), words.part_of(page, pages))


def _footer(entry: Entry, place: Markdown) -> Markdown:
    trope = escape(shorten(entry.trope.title, TITLE))
    source = small(place, trope if trope not in place else NOWHERE, words.licence())
    return joined(filter(None, [_spoilers(entry.example), source]))


def _spoilers(example: Example) -> Markdown:
    """Returns how many spoilers an example hides and the works they are about, or nothing."""
    titles = [escape(shorten(work.title, TITLE // 4)) for work in example.spoiled_works[:5]]
    return small(words.hidden(example.spoilers, titles)) if example.spoilers else Markdown("")


def _emoji(example: Example) -> str:
    return example.medium.emoji if example.medium else EMOJI


def _colour(example: Example) -> int:
    return example.medium.colour if example.medium else BRAND


def about_card(overview: Overview, press: Press) -> Card:
    """Returns the card that tells what a trope is: its description, its examples by medium, where it is from."""
    trope = overview.trope
    texts: list[Markdown | ui.Item[Card]] = [
        heading(shorten(trope.title, TITLE), EMOJI),
        description(trope),
        ui.Separator["Card"](),
        joined([_bar(medium, count, overview.media[0][1]) for medium, count in overview.media[:MOST_BARS]]),
        ui.Separator["Card"](),
        small(words.in_all(overview.total), words.read_on(overview.loaded), words.licence()),
        small(words.STORES),
    ]
    again = _button(words.AN_EXAMPLE, Press(Action.RANDOM, press.trope), emoji="🎲")
    return Card(texts).with_row(again, ui.Button["Card"](label=words.SOURCE, url=trope.url))


def _bar(medium: Medium, count: int, most: int) -> Markdown:
    return Markdown(f"{medium.emoji} {escape(medium.name)} {'▰' * max(1, round(BAR * count / most))} **{count:,}**")


def _button(name: str, press: Press, *, disabled: bool = False, emoji: str | None = None) -> ui.Button[Card]:
    return ui.Button(
        label=label(name, BUTTON_LABEL), custom_id=press.custom_id, disabled=disabled, emoji=emoji,
        style=discord.ButtonStyle.secondary,
    )  # fmt: skip


def _more_buttons(entry: Entry, press: Press) -> list[ui.Button[Card]]:
    buttons = []
    if entry.more and not press.work:
        work = Press(Action.WORK, entry.trope.token, work=token_of(entry.example.works[0].title), page=1)
        buttons.append(_button(words.MORE_OF_WORK, work, emoji="📖"))
    if notes := len(entry.example.notes):
        press = Press(Action.NOTES, entry.trope.token, words=entry.reference)
        buttons.append(_button(words.notes(notes), press, emoji="📝"))
    return buttons


def _example_buttons(entry: Entry, press: Press) -> list[ui.Button[Card]]:
    example = entry.example
    draw = replace(press, action=Action.RANDOM, page=0, words="")
    buttons = [_button(words.ANOTHER, draw, emoji="🎲")]
    if example.medium and example.medium.slug != press.medium:
        same = replace(draw, medium=example.medium.slug, work="")
        buttons.append(_button(words.SAME_MEDIUM, same, emoji=_emoji(example)))
    return buttons


def _turns(press: Press, pages: int) -> list[ui.Button[Card]]:
    """Returns the ways back, to any page and on, or nothing for a single page."""
    if pages < 2:
        return []
    before, after = (replace(press, page=press.page + step) for step in (-1, 1))
    return [
        _button(words.BACK, before, disabled=press.page <= 1),
        _button(words.page_of(press.page, pages), press.flagged(Flag.JUMP)),
        _button(words.NEXT, after, disabled=press.page >= pages),
    ]


def _menu(entries: Sequence[Entry], press: Press) -> ui.Select[Card]:
    mixed = len({entry.example.medium for entry in entries}) > 1
    options = [_option(entry, described=mixed) for entry in entries]
    return ui.Select(
        placeholder=words.OPEN_ONE,
        options=options,
        custom_id=replace(press, action=Action.OPEN, page=0, words="").custom_id,
    )


def _option(entry: Entry, *, described: bool) -> discord.SelectOption:
    example = entry.example
    return discord.SelectOption(
        label=label(f"{example.number}. {title_of(entry)}", OPTION_LABEL),
        value=entry.reference,
        description=label(example.medium.name, OPTION_DESCRIPTION) if example.medium and described else None,
        emoji=_emoji(example),
    )
