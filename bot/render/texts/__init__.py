"""Every word the bot says, one module a feature; here is what they share."""

from collections.abc import Sequence

from bot.render.markdown import Markdown


def plural(count: int, one: str, many: str = "") -> str:
    """Returns a count with its noun: "1 example", "2 examples"."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def bold_list(names: Sequence[Markdown], last: str = "and") -> str:
    """Returns names in bold, the last one after a word of its own: "**A**, **B** and **C**"; there is at least one."""
    bold = [f"**{name}**" for name in names]
    return bold[0] if len(bold) == 1 else f"{', '.join(bold[:-1])} {last} {bold[-1]}"
