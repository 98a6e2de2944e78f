"""What the bot says about itself."""

from collections.abc import Mapping

from bot.language import Label
from bot.render.markdown import Markdown
from bot.render.texts import Text, commands, text

TITLE = Text("What I can do")
SPOILERS = Text(
    "**Spoilers** stay behind spoiler tags until you click them. Search skips them unless you ask, and lists never "
    "show them."
)
PRIVACY = Text("I don’t store messages or names. **Forget me** in your preferences deletes what I know about you.")
ADD_ME = Label("Add me to a server")
SOURCE, PRIVACY_POLICY = Label("Source code"), Label("Privacy")
LICENCES = Text("MIT licence, texts from TV\u00a0Tropes under CC\u00a0BY-NC-SA\u00a03.0")
LINKED_COMMANDS = ("random", "search", "work", "medium", "about", "saved", "preferences", "settings", "daily", "help")

Links = Mapping[str, Markdown]


def command_link(name: str, command_id: int | None) -> Markdown:
    """Return a command of `/bigrun` to click, or in plain text if the id of `/bigrun` is unknown."""
    return Markdown(f"</{commands.BIGRUN.name} {name}:{command_id}>" if command_id else f"`{commands.typed(name)}`")


def rows(links: Links) -> list[Markdown]:
    """Return what members can do, in four rows."""
    return [
        text(
            "🎲 {random} shows an example. None comes twice until you’ve seen them all. {saved} lists those you save.",
            random=links["random"],
            saved=links["saved"],
        ),
        text(
            "🔎 {search}, {work} and {medium} find examples. {about} explains the trope.",
            search=links["search"],
            work=links["work"],
            medium=links["medium"],
            about=links["about"],
        ),
        text("💬 Right-click or long-press a message, then *Apps*: **{command}**.", command=commands.FIND_MENU()),
        text(
            "🎛️ {preferences} sets spoilers, private answers and the works you know.", preferences=links["preferences"]
        ),
    ]


def set_up(links: Links) -> Markdown:
    """Return what a moderator can do first."""
    return text(
        "**Set me up:** {settings} chooses channels, spoilers and what to hide. {daily} posts an example a day.",
        settings=links["settings"],
        daily=links["daily"],
    )


def version_line(version: str) -> Markdown:
    """Return which program this is."""
    return Markdown(f"Big Run {version}")


def hint(link: Markdown) -> Markdown:
    """Return the hint for those who meet the bot for the first time."""
    return text("New here? {command} shows what I can do.", command=link)
