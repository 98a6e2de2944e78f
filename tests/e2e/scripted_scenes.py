"""Members who do what a script says, in a simulated Discord.

A script is made of scenes, each with a server, channels and members of its own. A scene begins with `== its name`, and
its rows are steps. Of each step, every request that the bot made is recorded, but those that only ask Discord:

    ann: /bigrun medium name=[film]        a command; `<fire>` in the place of `[film]` takes the first choice offered
    ann: type /bigrun work title=[fire]    the choices offered for the last option
    ann: press Next ▸                      a button of the latest card, by its label
    ann: choose 2                          an option of the card's menu by its place, or by its label: `choose Music`
    ann: pick elsewhere                    a channel in the card's menu of channels, or `nothing`
    ann: fill [firefly]                    what is typed into the form that the step before opened
    ann: forge b99:x                       a button whose custom_id no version of the bot wrote
    ann: find [a message]                  the menu of a message: find examples with its words
    ann: remove                            the menu of the latest card: remove it; `remove message` of ann's own message
    ann: draw 3 /bigrun random             so many draws, their cards sorted and without their places in the round
    wait 90                                so many seconds pass
    posted                                 the newest message of the bot in `general` becomes the latest card
    keep one / back to one                 names the latest card, and makes the named one the latest again
    restart other                          the bot is ended, and started with the pages of another world

`ann@elsewhere` asks in another channel, `mod` may manage the server, `dm` asks in direct messages. A step behind `~` is
taken and not recorded.
"""

import asyncio
import json
import re
import tempfile
import types
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Self
from unittest.mock import AsyncMock, patch

import discord
import simcord

from bot.client.bot import TropeBot, create_bot
from bot.conversation.help import HelpHints
from bot.render.markdown import NO_TEXT
from bot.settings import Settings
from tests.e2e.frozen_format import sent_by

ROOT = Path(__file__).parents[2]
FROZEN = Path(__file__).parent / "frozen"
PAGES = FROZEN / "pages"
SEED = ROOT / "data" / "tropes" / "BigHeroicRun.txt"
WORLDS: Mapping[str, Sequence[Path]] = {
    "seed": [SEED],
    "several": [SEED, *sorted(PAGES.glob("*.txt"))],
    "other": [PAGES / "LoneRunner.txt"],
}
SCRIPTS = {
    "seed": "seed",
    "choices": "seed",
    "daily": "seed",
    "posts": "seed",
    "games": "seed",
    "several": "several",
    "gone": "several",
}
START, TOO_FAST = "(the commands that are registered)", "who asks too fast is told"
BUTTON, MENU, CHANNEL_MENU = 2, 3, 8
STRING, INTEGER, BOOLEAN, CHANNEL = 3, 4, 5, 7
PLACE = re.compile("[\\d,]+(?:st|nd|rd|th)\u00a0of\u00a0(?=[\\d,]+ )")
COMMAND = re.compile(r"(\w+)=(?:\[([^\]]*)\]|<([^>]*)>)")


class Scene:
    """A server with members who do what a script says."""

    def __init__(self, stage: "Stage", name: str) -> None:
        """Open the server."""
        self.stage, self.env = stage, stage.env
        self.guild = self.env.create_guild(name)
        managers = self.guild.create_role(
            "managers", permissions=discord.Permissions(manage_guild=True, manage_messages=True)
        )
        self.channels = {one: self.guild.create_text_channel(one) for one in ("general", "elsewhere")}
        self.members: dict[str, Any] = {
            one: self.guild.add_member(self.env.create_user(one), roles=[managers] if one == "mod" else [])
            for one in ("ann", "ben", "mod")
        }
        self.members["dm"] = self.env.create_user("dm")
        self.form: Any = None
        self.card: Any = None
        self.kept: dict[str, Any] = {}
        self.verbs: dict[str, Callable[[str, str], Any]] = {
            "type": self.type, "press": self.press, "choose": self.choose, "pick": self.pick, "fill": self.fill,
            "forge": self.forge, "find": self.find, "remove": self.remove,
        }  # fmt: skip

    async def play(self, step: str) -> list[Any]:
        """Take a step and return what the bot sent."""
        seen = len(self.env.http_requests)
        who, colon, what = step.removeprefix("~").partition(": ")
        if not colon:
            await self.direct(*step.partition(" ")[::2])
        elif what.startswith("draw "):
            _, times, what = what.split(" ", 2)
            for _ in range(int(times)):
                await self.act(who, what)
        else:
            await self.act(who, what)
        sent = [shown for entry in self.env.http_requests[seen:] if (shown := sent_by(entry))]
        if " draw " in step:
            sent = json.loads(PLACE.sub("<place>\u00a0of\u00a0", json.dumps(sent, ensure_ascii=False)))
            sent.sort(key=lambda one: json.dumps(one, sort_keys=True))
        return sent

    async def direct(self, verb: str, what: str) -> None:
        """Do what no member does."""
        if verb == "wait":
            await self.env.advance_time(float(what))
        elif verb == "posted":
            self.card = self.posted()
        elif verb == "keep":
            self.kept[what] = self.card
        elif verb == "back":
            self.card = self.kept[what.removeprefix("to ")]
        elif verb == "restart":
            await self.stage.restart(what)
        else:
            raise AssertionError(f"{verb} is no step")

    def posted(self) -> Any:
        """Return the newest message of the bot in `general`, as an answer."""
        message = max(self.channels["general"].history(), key=lambda one: one.id)
        stored = self.env.backend.get_message(message.channel.id, message.id)
        return types.SimpleNamespace(
            message=message, components=stored.components, id=message.id, channel_id=message.channel.id
        )

    async def act(self, who: str, what: str) -> None:
        """Let a member do something."""
        verb, _, rest = what.partition(" ")
        if verb.startswith("/"):
            await self.command(who, what)
        else:
            await self.verbs[verb](who, rest)

    async def command(self, who: str, typed: str) -> None:
        """Ask with a command."""
        member, channel, name, options = await self.parse(who, typed)
        self.take(await member.slash(*channel, name, **options))

    async def type(self, who: str, typed: str) -> None:
        """Type the last option of a command."""
        member, channel, name, options = await self.parse(who, typed)
        option = list(options)[-1]
        await member.autocomplete(*channel, name, option, str(options.pop(option)), **options)

    async def press(self, who: str, label: str) -> None:
        """Press a button."""
        buttons = {one["label"]: one for one in reversed(self.controls(BUTTON)) if "custom_id" in one}
        assert label in buttons, f"the card has only {list(buttons)}"
        button = buttons[label]
        self.take(await self.member(who).click(self.card.message, custom_id=button["custom_id"]))

    async def choose(self, who: str, what: str) -> None:
        """Choose in a menu."""
        menu, option = next(
            (menu, option)
            for menu in self.controls(MENU)
            for place, option in enumerate(menu["options"], 1)
            if what in (str(place), option["label"])
        )
        chosen = await self.member(who).select(self.card.message, [option["value"]], custom_id=menu["custom_id"])
        self.take(chosen)

    async def pick(self, who: str, what: str) -> None:
        """Choose a channel in a menu, or none."""
        [menu] = self.controls(CHANNEL_MENU)
        channels = [] if what == "nothing" else [self.channels[what]]
        self.take(await self.member(who).select(self.card.message, channels, custom_id=menu["custom_id"]))

    async def fill(self, who: str, what: str) -> None:
        """Fill in the form that was opened."""
        [box] = [
            one for one in walk(self.form.modal["components"]) if one["type"] == discord.ComponentType.text_input.value
        ]
        self.take(await self.member(who).submit_modal(self.form, {box["custom_id"]: what[1:-1]}))

    async def forge(self, who: str, custom_id: str) -> None:
        """Press a button that a changed client made of one on the card."""
        stored = self.env.backend.get_message(self.card.channel_id, self.card.id)
        button = next(one for one in walk(stored.components) if one["type"] == BUTTON and "custom_id" in one)
        button["custom_id"] = custom_id
        self.take(await self.member(who).click(self.card.message, custom_id=custom_id))

    async def find(self, who: str, what: str) -> None:
        """Use the menu of a message to find examples with its words."""
        name = next(one["name"] for one in self.commands(3) if not one["name"].startswith("Remove"))
        message = await self.member("ann").send(self.channels["general"], what[1:-1])
        self.take(await self.member(who).context_menu(self.channels["general"], name, message))

    async def remove(self, who: str, what: str) -> None:
        """Use the menu of a message to remove it."""
        name = next(one["name"] for one in self.commands(3) if one["name"].startswith("Remove"))
        own = await self.member("ann").send(self.channels["general"], "hello") if what else self.card.message
        await self.member(who).context_menu(self.channels["general"], name, own)

    async def parse(self, who: str, typed: str) -> tuple[Any, list[Any], str, dict[str, Any]]:
        """Return who asks, where, which command and its options."""
        member = self.member(who)
        channel = [] if who == "dm" else [self.channels[who.partition("@")[2] or "general"]]
        name = re.split(r" \w+=", typed, maxsplit=1)[0].removeprefix("/")
        declared = {one["name"]: one for one in self.leaf(name).get("options", ())}
        options: dict[str, Any] = {}
        for option, value, begun in COMMAND.findall(typed):
            if begun:
                offered = await member.autocomplete(*channel, name, option, begun, **options)
                options[option] = offered[0]["value"]
            else:
                options[option] = self.value(declared[option], value)
        return member, channel, name, options

    def value(self, option: Mapping[str, Any], typed: str) -> Any:
        """Return what is typed as a value of the option's type."""
        if option.get("choices"):
            return next(one["value"] for one in option["choices"] if one["name"] == typed)
        as_value: dict[int, Callable[[str], Any]] = {
            STRING: str, INTEGER: int, BOOLEAN: lambda text: text == "yes", CHANNEL: self.channels.__getitem__,
        }  # fmt: skip
        return as_value[option["type"]](typed)

    def leaf(self, name: str) -> Any:
        """Return a command as it is registered."""
        first, *rest = name.split()
        found = next(one for one in self.commands(1) if one["name"] == first)
        for part in rest:
            found = next(one for one in found["options"] if one["name"] == part)
        return found

    def commands(self, kind: int) -> list[Any]:
        """Return the registered commands of a kind."""
        synced = [one.json for one in self.env.http_requests if one.method == "PUT" and one.path.endswith("/commands")]
        return [one for one in synced[-1] or () if one.get("type", 1) == kind]

    def controls(self, kind: int) -> list[Any]:
        """Return the controls of a kind on the latest card."""
        return [one for one in walk(self.card.components) if one["type"] == kind]

    def member(self, who: str) -> Any:
        """Return a member by name."""
        return self.members[who.partition("@")[0]]

    def take(self, result: Any) -> None:
        """Keep the card or the form that an answer brought."""
        if result.modal:
            self.form = result
        elif result.response:
            self.card = result.response


class Discord(simcord.Env):
    """A simulated Discord that looks again after 2 ms, not 50, whether the bot still works at something."""

    @staticmethod
    def _validate_idle(value: float) -> float:
        return min(value, 0.002)


def scene_bot(settings: Settings) -> TropeBot:
    """Return a bot for which no time passes between requests, so that how long to wait is always the same."""
    bot = create_bot(settings)
    bot.rate_limiter._clock = lambda: 0.0
    return bot


class Stage:
    """A bot with the pages of a world, in a simulated Discord."""

    def __init__(self, folder: Path, world: str) -> None:
        """Make the bot; it starts when the stage is entered."""
        self.folder = folder
        self.env = Discord(scene_bot(self.settings(world)))

    def settings(self, world: str) -> Settings:
        """Return the settings of a host who has the pages of a world."""
        pages = self.folder / world
        if not pages.exists():
            pages.mkdir()
            for source in WORLDS[world]:
                (pages / source.name).write_bytes(source.read_bytes())
        return Settings.from_mapping(
            {
                "BIGRUN_CORPUS": str(self.folder / f"{world}.db"),
                "BIGRUN_STATE": str(self.folder / "state.db"),
                "BIGRUN_PAGES": str(pages),
                "BIGRUN_SHARD_COUNT": "1",
            }
        )

    async def restart(self, world: str) -> None:
        """End the bot, and start it with the pages of another world."""
        await self.env.bot.close()
        await self.env.restart_bot(scene_bot(self.settings(world)))

    async def __aenter__(self) -> Self:
        """Start the bot."""
        await self.env.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: types.TracebackType | None
    ) -> None:
        """End the bot."""
        await self.env.shutdown()
        await self.env.bot.close()


def walk(components: Iterable[Any]) -> Iterator[Any]:
    """Yield components with everything in them."""
    for one in components:
        yield one
        inner = [one[key] for key in ("accessory", "component") if key in one]
        yield from walk([*one.get("components", ()), *inner])


def scenes_of(script: str) -> dict[str, list[str]]:
    """Return the steps of a script's scenes by their names."""
    scenes: dict[str, list[str]] = {}
    for row in (FROZEN / f"{script}.script").read_text(encoding="utf-8").splitlines():
        if row.startswith("== "):
            steps = scenes.setdefault(row[3:], [])
            assert not steps, f"two scenes of {script} are called {row[3:]!r}"
        elif row.strip():
            steps.append(row)
    return scenes


async def _perform(script: str, folder: Path) -> dict[str, list[Any]]:
    async with Stage(folder, SCRIPTS[script]) as stage:
        answers: dict[str, list[Any]] = {}
        if script in WORLDS:
            answers[START] = [sent for entry in stage.env.http_requests if (sent := sent_by(entry))]
        for name, steps in scenes_of(script).items():
            scene, kept = Scene(stage, name), []
            for step in steps:
                try:
                    sent = await scene.play(step)
                except Exception as error:
                    error.add_note(f"in {script}, scene {name!r}, step {step!r}")
                    raise
                if not step.startswith("~") and step.partition(" ")[0] not in ("keep", "back", "restart"):
                    assert name == TOO_FAST or "Give me <seconds>" not in str(sent), f"too fast: {script}, {name}"
                    kept.append({step: sent})
            answers[name] = kept
    return answers


def perform(script: str) -> dict[str, list[Any]]:
    """Return what the bot answers to each scene of a script."""
    # Each scene runs in a new server, whose first answer would carry the hint.
    without_hints = patch.object(HelpHints, "claim", AsyncMock(return_value=NO_TEXT))
    with tempfile.TemporaryDirectory() as folder, without_hints:
        return asyncio.run(_perform(script, Path(folder)))
