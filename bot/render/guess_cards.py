"""The cards of *Guess the work*. A running round's card has nothing that depends on its example but the masked text."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.components import builders
from bot.components.guess_ids import GuessAction, GuessRequest
from bot.render.cards import Card
from bot.render.markdown import TITLE_LENGTH, Markdown, escape, fit_name, heading, join_lines, subtext
from bot.render.texts import examples as example_texts
from bot.render.texts import guessing as texts

MAX_GUESS = 100  # letters
ScoreRow = tuple[int, int, int]  # member's id, points, rounds won


@dataclass(frozen=True, slots=True)
class RoundView:
    """What a card shows of a running round."""

    round_id: str
    lines: Sequence[str]
    hints: Sequence[Markdown]
    status: Markdown
    has_more_hints: bool


def round_card(view: RoundView) -> Card:
    """Return the card of a running round."""
    hints = join_lines([texts.hint_line(number, hint) for number, hint in enumerate(view.hints, 1)])
    card = Card(
        [
            heading(texts.QUESTION(), texts.EMOJI),
            join_lines([escape(line) for line in view.lines]),
            builders.DIVIDER,
            hints,
            subtext(view.status, example_texts.LICENCE_LINE()),
        ]
    )
    return card.add_row(
        builders.button(texts.GUESS(), GuessRequest(GuessAction.GUESS, view.round_id).custom_id, emoji="💬"),
        builders.button(
            texts.HINT(), GuessRequest(GuessAction.HINT, view.round_id).custom_id, disabled=not view.has_more_hints
        ),
        builders.button(texts.GIVE_UP(), GuessRequest(GuessAction.GIVE_UP, view.round_id).custom_id),
    )


def ended_card(
    round_id: str,
    title: str,
    outcome: Markdown,
    example_ref: str,
    standings: Sequence[ScoreRow] = (),
    *,
    is_last: bool,
) -> Card:
    """Return the card of a round that is over. `title` is empty if the example is gone.

    `standings` are those of a game that is over, too.
    """
    name = fit_name(title, TITLE_LENGTH) if title else texts.UNKNOWN_TITLE()
    card = Card([heading(name, texts.EMOJI), outcome])
    if standings:
        card.add_container([join_lines([texts.scores_line(place, *row) for place, row in enumerate(standings, 1)])])
    show = GuessRequest(GuessAction.SHOW, example_ref)
    follow = GuessRequest(GuessAction.NEXT, round_id)
    return card.add_row(
        *([builders.button(texts.SHOW(), show.custom_id)] if title else []),
        builders.button(texts.NEW_GAME() if is_last else texts.NEXT(), follow.custom_id, emoji="▶️"),
        builders.button(texts.SCORES(), GuessRequest(GuessAction.SCORES).custom_id, emoji=texts.SCORES_EMOJI),
    )


def guess_modal(round_id: str) -> builders.Component:
    """Return the form for a guess."""
    field = builders.text_input("title", max_length=MAX_GUESS)
    return builders.modal(
        texts.MODAL_TITLE(), GuessRequest(GuessAction.GUESS, round_id).custom_id, texts.MODAL_LABEL(), field
    )


def scores_card(month: Sequence[ScoreRow], all_time: Sequence[ScoreRow]) -> Card:
    """Return the best scores of a server."""
    if not all_time:
        return Card([texts.NO_SCORES()])
    return Card(
        [
            heading(texts.SCORES_TITLE(), texts.SCORES_EMOJI),
            score_list(texts.THIS_MONTH(), month),
            builders.DIVIDER,
            score_list(texts.ALL_TIME(), all_time),
        ]
    )


def score_list(title: Markdown, rows: Sequence[ScoreRow]) -> Markdown:
    """Return a list of scores under its title."""
    lines = [texts.scores_line(place, *row) for place, row in enumerate(rows, 1)]
    return join_lines([texts.name(title), *(lines or [texts.NONE_THIS_MONTH()])])
