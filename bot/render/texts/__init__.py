"""Everything the bot says to members, one module a feature.

Each text is a constant (`Text`, `Label`) or a function. Both are called where they are needed, in the current language.
A text is Markdown, a label (`bot.language`) is plain. Values in braces arrive as Markdown or plain labels, numbers
as `int`.
"""

from collections.abc import Sequence
from datetime import datetime

from bot.language import DEFAULT_LOCALE, Label, Value, current_locale, fill, gettext, ngettext, number, pgettext
from bot.render.markdown import NO_TEXT, Markdown

label, count_label = gettext, ngettext  # plain, for buttons and menus


class Text(Label):
    """A text in Markdown without values."""

    __slots__ = ()

    def __call__(self) -> Markdown:
        """Return it in the current language."""
        return Markdown(super().__call__())


def text(message: str, **values: Value) -> Markdown:
    """Return a text with its values."""
    return Markdown(gettext(message, **values))


def count_text(one: str, many: str, count: int, **values: Value) -> Markdown:
    """Return a text about `count` things. Its placeholder is {count}."""
    return Markdown(ngettext(one, many, count, **values))


def example_count(count: int) -> Markdown:
    """Return "1 example", "2 examples"."""
    return count_text("{count} example", "{count} examples", count)


def trope_count(count: int) -> Markdown:
    """Return "1 trope", "2 tropes"."""
    return count_text("{count} trope", "{count} tropes", count)


def medium_name(english: str) -> str:
    """Return what a medium is called, or its English name if that is not known here."""
    return pgettext("medium", english)


def place(position: int) -> str:
    """Return a place in a row: "1st", "22nd", "113th" in English, elsewhere the number."""
    if current_locale() != DEFAULT_LOCALE:
        return number(position)
    ending = "th" if position % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(position % 10, "th")
    return f"{position:,}{ending}"


def listed(names: Sequence[str]) -> str:
    """Return names with commas between them."""
    return pgettext("between names", ", ").join(names)


def bold_list(names: Sequence[Markdown]) -> Markdown:
    """Return at least one name in bold: "**A**, **B** and **C**"."""
    first, last = _bold(names)
    return text("{names} and {last}", names=first, last=last) if first else Markdown(last)


def bold_choice(names: Sequence[Markdown]) -> Markdown:
    """Return at least one name in bold: "**A**, **B** or **C**"."""
    first, last = _bold(names)
    return text("{names} or {last}", names=first, last=last) if first else Markdown(last)


def names_and_more(names: Sequence[Markdown], more: int) -> Markdown:
    """Return names, and how many `more` there are."""
    if not more:
        return Markdown(listed(names))
    return count_text("{names} and {count} more", "{names} and {count} more", more, names=listed(names))


def did_you_mean(names: Sequence[Markdown]) -> Markdown:
    """Return the question whether one of some names was meant, or nothing."""
    return text("Did you mean {names}?", names=bold_choice(names)) if names else NO_TEXT


def sentences(*parts: Markdown) -> Markdown:
    """Return sentences one after the other, without empty ones."""
    return Markdown(pgettext("between sentences", " ").join(filter(None, parts)))


def date_of(day: datetime) -> str:
    """Return a date without time: "27 Nov 2026"."""
    months = pgettext("months, a blank between them", "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec").split()
    form = pgettext("date", "{day} {month} {year}")
    return fill(form, {"day": str(day.day), "month": months[day.month - 1], "year": str(day.year)})


def _bold(names: Sequence[Markdown]) -> tuple[str, str]:
    *first, last = [f"**{name}**" for name in names]
    return listed(first), last
