"""What the bot says about itself."""

from collections.abc import Mapping

from bot.render.markdown import Markdown
from bot.render.texts import commands

TITLE = Markdown("What I can do")
SPOILERS = Markdown(
    "**Spoilers** stay behind spoiler tags until you click them. Search skips them unless you ask, and lists never "
    "show them."
)
PRIVACY = Markdown("I don’t store messages or names. **Forget me** in your preferences deletes what I know about you.")
ADD_ME = "Add me to a server"
SOURCE, PRIVACY_POLICY = "Source code", "Privacy"
LICENCES = Markdown("MIT licence, texts from TV\u00a0Tropes under CC\u00a0BY-NC-SA\u00a03.0")
LINKED_COMMANDS = ("random", "search", "work", "medium", "about", "saved", "preferences", "settings", "daily", "help")

Links = Mapping[str, Markdown]


def command_link(name: str, command_id: int | None) -> Markdown:
    """Return a command of ours to click, or in plain text if its id is unknown."""
    return Markdown(f"</{name}:{command_id}>" if command_id else f"`/{name}`")


def rows(links: Links) -> list[Markdown]:
    """Return what members can do, in four rows."""
    return [
        Markdown(
            f"🎲 {links['random']} shows an example. None comes twice until you’ve seen them all. "
            f"{links['saved']} lists those you save."
        ),
        Markdown(
            f"🔎 {links['search']}, {links['work']} and {links['medium']} find examples. "
            f"{links['about']} explains the trope."
        ),
        Markdown(f"💬 Right-click or long-press a message, then *Apps*: **{commands.FIND_MENU}**."),
        Markdown(f"🎛️ {links['preferences']} sets spoilers, private answers and the works you know."),
    ]


def set_up(links: Links) -> Markdown:
    """Return what a moderator can do first."""
    return Markdown(
        f"**Set me up:** {links['settings']} chooses channels, spoilers and what to hide. "
        f"{links['daily']} posts an example a day."
    )


def version_line(version: str) -> Markdown:
    """Return which program this is."""
    return Markdown(f"Big Run {version}")


def hint(link: Markdown) -> Markdown:
    """Return the hint for those who meet the bot for the first time."""
    return Markdown(f"New here? {link} shows what I can do.")
