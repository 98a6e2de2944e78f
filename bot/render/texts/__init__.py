"""Everything the bot says to members, one module a feature."""

from collections.abc import Sequence

from bot.render.markdown import Markdown


def plural(count: int, one: str, many: str = "") -> str:
    """Return a count with its noun: "1 example", "2 examples"."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def ordinal(number: int) -> str:
    """Return a number as a place: "1st", "22nd", "113th"."""
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number:,}{ending}"


def bold_list(names: Sequence[Markdown], last: str = "and") -> str:
    """Return at least one name in bold, with a word before the last: "**A**, **B** and **C**"."""
    bold = [f"**{name}**" for name in names]
    return bold[0] if len(bold) == 1 else f"{', '.join(bold[:-1])} {last} {bold[-1]}"
