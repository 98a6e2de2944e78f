"""The card of a trope."""

from collections.abc import Sequence

from bot.components import builders
from bot.components.builders import Component
from bot.components.custom_ids import Action, ExampleRequest
from bot.language import number
from bot.model import Medium, Style, TextLine, TropeOverview
from bot.model.page_names import title_from_page_name
from bot.render.cards import Card, trope_emoji, veiled_card
from bot.render.example_text import lines_text
from bot.render.markdown import NO_TEXT, SHORT_LENGTH, TITLE_LENGTH, Markdown, fit_name, heading, join_lines, subtext
from bot.render.texts import examples as texts
from bot.render.texts import medium_name

BAR_WIDTH = 10
MAX_BARS = 20
MAX_SUBPAGES = 8


def about_card(overview: TropeOverview, request: ExampleRequest, *, left_out: int = 0, spoiler: bool = False) -> Card:
    """Return a trope's texts, examples by medium, and source. `spoiler` hides the texts if they have some.

    `left_out` is how many examples it does not count because they have spoilers.
    """
    trope, shown = overview.trope, overview.texts
    texts_shown = [lines_text(shown.quote), lines_text(shown.description), lines_text(caption_lines(shown.caption))]
    rest = subtext(texts.MORE_ON_TV_TROPES()) if shown.is_cut else NO_TEXT
    foot: list[Markdown | Component] = [
        join_lines(medium_bars(overview.media)),
        builders.DIVIDER,
        subtext(
            texts.total_examples(overview.total + left_out),
            texts.left_out(left_out) if left_out else NO_TEXT,
            texts.loaded_on(overview.loaded_at),
            texts.LICENCE_LINE(),
        ),
        subpage_line(overview),
        subtext(texts.DATA_NOTICE()),
    ]
    return veiled_card(
        [heading(fit_name(trope.title, TITLE_LENGTH), trope_emoji(trope))],
        [*texts_shown, rest],
        foot,
        spoiler=spoiler and any(span.spoiler for line in shown.lines for span in line.spans),
    ).add_row(
        builders.button(texts.RANDOM_BUTTON(), ExampleRequest(Action.RANDOM, request.trope_ref).custom_id, emoji="🎲"),
        builders.link(texts.OPEN_ON_TV_TROPES(), trope.url),
    )


def caption_lines(lines: Sequence[TextLine]) -> list[TextLine]:
    """Return the lines of a caption in italics."""
    return [
        line._replace(spans=tuple([span._replace(style=span.style | Style.ITALIC) for span in line.spans]))
        for line in lines
    ]


def medium_bars(media: Sequence[tuple[Medium, int]]) -> list[Markdown]:
    """Return a line for each medium, largest first, and one for those left out."""
    lines = []
    for medium, count in media[:MAX_BARS]:
        bar = "▰" * max(1, round(BAR_WIDTH * count / media[0][1]))
        lines.append(
            Markdown(f"{medium.emoji} {fit_name(medium_name(medium.name), SHORT_LENGTH)} {bar} **{number(count)}**")
        )
    if len(media) > MAX_BARS:
        lines.append(texts.more_media(len(media) - MAX_BARS, sum([count for _, count in media[MAX_BARS:]])))
    return lines


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
