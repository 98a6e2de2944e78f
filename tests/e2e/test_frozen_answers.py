"""What members and hosts are answered, frozen: any difference from the recorded answers fails.

`frozen/*.script` says what members do, and `frozen/*.json` beside each what the bot then sent. After a wanted change,
record the answers anew with `python -m tests.e2e.test_frozen_answers`, and read the diff.

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
    keep one / back to one                 names the latest card, and makes the named one the latest again
    restart other                          the bot is ended, and started with the pages of another world

`ann@elsewhere` asks in another channel, `mod` may manage the server, `dm` asks in direct messages. A step behind `~` is
taken and not recorded.

What may differ from run to run is masked: ids, moments, tokens, and custom_ids, which are written as the bot likes;
what a button means is seen where a scene presses it. A scope that is drawn from holds one example, or all are drawn.
"""

import asyncio
import hashlib
import importlib
import json
import os
import re
import subprocess
import sys
import tempfile
import types
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Self

import discord
import pytest
import simcord

from bot.settings import Settings

ROOT = Path(__file__).parents[2]
FROZEN = Path(__file__).parent / "frozen"
PAGES = FROZEN / "pages"
SEED = ROOT / "data" / "tropes" / "BigHeroicRun.txt"
WORLDS: Mapping[str, Sequence[Path]] = {
    "seed": [SEED],
    "several": [SEED, *sorted(PAGES.glob("*.txt"))],
    "other": [PAGES / "LoneRunner.txt"],
}
SCRIPTS = {"seed": "seed", "choices": "seed", "daily": "seed", "posts": "seed", "several": "several", "gone": "several"}
WIDTH = 150
START, TOO_FAST = "(the commands that are registered)", "who asks too fast is told"

BUTTON, MENU, CHANNEL_MENU = 2, 3, 8
STRING, INTEGER, BOOLEAN, CHANNEL = 3, 4, 5, 7

# What differs from run to run, or may: ids, moments, tokens made of names, how far a round has come.
MASKS = (
    (re.compile(r"(?<!\d)\d{17,20}(?!\d)"), "<snowflake>"),
    (re.compile(r"<t:\d+:"), "<t:<time>:"),
    (re.compile(r"page read on \d{4}-\d\d-\d\d"), "page read on <day>"),
    (re.compile(r"Give me \d+ seconds?"), "Give me <seconds>"),
)
TOKEN = re.compile(r"[0-9a-f]{10,12}")
PLACE = re.compile("\\d+\u00a0of\u00a0(?=\\d+ in )")
COMMAND = re.compile(r"(\w+)=(?:\[([^\]]*)\]|<([^>]*)>)")


def create_bot(settings: Settings) -> Any:
    """Return the bot, wherever the module that makes it lives."""
    for name in ("bot.client", "bot.app"):
        try:
            make = getattr(importlib.import_module(name), "create_bot", None)
        except ModuleNotFoundError:
            continue
        if make:
            return make(settings)
    raise AssertionError("no module offers create_bot")


# --- What members do ---


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
            await self.direct(*step.split(" ", 1))
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
        elif verb == "keep":
            self.kept[what] = self.card
        elif verb == "back":
            self.card = self.kept[what.removeprefix("to ")]
        elif verb == "restart":
            await self.stage.restart(what)
        else:
            raise AssertionError(f"{verb} is no step")

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


class Stage:
    """A bot with the pages of a world, in a simulated Discord."""

    def __init__(self, folder: Path, world: str) -> None:
        """Make the bot; it starts when the stage is entered."""
        self.folder = folder
        self.env = Discord(create_bot(self.settings(world)))

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
        await self.env.restart_bot(create_bot(self.settings(world)))

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


# --- What the bot sent ---


def sent_by(entry: Any) -> Any:
    """Return a request of the bot as it is kept, or None of one that only asks."""
    if entry.method == "GET":
        return None
    path = re.sub(r"(?<=/interactions/)(\d+)/[^/]+", r"\1/<token>", entry.path)
    path = re.sub(r"(?<=/webhooks/)(\d+)/[^/]+", r"\1/<token>", path)
    request, body = masked_text(f"{entry.method} {path}"), masked(entry.json)
    return body if request == "POST /interactions/<snowflake>/<token>/callback" else {request: body}


def masked(value: Any, key: str = "") -> Any:
    """Return a value without what may differ from run to run, in a short form that loses nothing else."""
    if isinstance(value, dict):
        if "choices" in value and "description" in value:
            value = {**value, "choices": [one["name"] for one in value["choices"]]}
        inner = {name: masked(one, name) for name, one in value.items()}
        return short(value, inner)
    if isinstance(value, list):
        return [masked(inner) for inner in value]
    if key in ("custom_id", "nonce"):
        return f"<{key}>"
    if isinstance(value, str):
        text = "<token>" if key == "value" and TOKEN.fullmatch(value) else masked_text(value)
        return text.split("\n") if "\n" in text else text
    return value


def short(value: dict[str, Any], inner: dict[str, Any]) -> Any:
    """Return a component in few words if it has the usual fields and no others, else all of its fields."""
    for fields, form in SHORT_FORMS:
        if set(value) - {"emoji"} == set(fields.split()) and form(value):
            return form(inner)
    return inner


def _button(one: Any) -> Any:
    off = ", disabled" if one["disabled"] else ""
    return f"button of style {one['style']}{off}: {_emoji(one)}{one['label']}" if one["type"] == BUTTON else None


def _link(one: Any) -> Any:
    return f"link of style {one['style']}: {one['label']} = {one['url']}" if one["type"] == BUTTON else None


def _option(one: Any) -> Any:
    chosen, more = (", chosen" if one["default"] else ""), one.get("description")
    return f"option{chosen}: {_emoji(one)}{one['label']}" + (f" = {more}" if more else "")


def _menu(one: Any) -> Any:
    name = f"menu of {one['min_values']} to {one['max_values']}: {one['placeholder']}"
    return {name: one["options"]} if one["type"] == MENU else None


def _gap(one: Any) -> Any:
    return f"{'line' if one['divider'] else 'gap'} {one['spacing']}" if one["type"] == 14 else None


def _box(one: Any) -> Any:
    name = f"box #{one['accent_color']:06x}{', spoiler' if one['spoiler'] else ''}"
    return {name: one["components"]} if one["type"] == 17 else None


def _reply(one: Any) -> Any:
    nobody = one["allowed_mentions"] == {"parse": []}
    return {f"message of flags {one['flags']}, pings nobody": one["components"]} if nobody else None


def _emoji(one: Any) -> str:
    emoji = one.get("emoji")
    if emoji is None:
        return ""
    return f"{emoji['name']} " if emoji == {"id": None, "name": emoji["name"]} else f"{emoji} "


SHORT_FORMS: Sequence[tuple[str, Callable[[Any], Any]]] = (
    ("type style label custom_id disabled", _button),
    ("type style label url", _link),
    ("label value default", _option),
    ("label value default description", _option),
    ("type placeholder options custom_id min_values max_values", _menu),
    ("type divider spacing", _gap),
    ("type components accent_color spoiler", _box),
    ("type content", lambda one: {"text": one["content"]} if one["type"] == 10 else None),
    ("type components", lambda one: {"row": one["components"]} if one["type"] == 1 else None),
    ("components flags allowed_mentions", _reply),
    ("type data", lambda one: {f"reply of type {one['type']}": one["data"]}),
    ("name value", lambda one: f"choice: {one['name']} = {one['value']}"),
)


def masked_text(text: str) -> str:
    """Return a text without ids and moments."""
    for mask, name in MASKS:
        text = mask.sub(name, text)
    return text


def readable(value: Any, indent: int = 0) -> str:
    """Return JSON that is as compact as a reader likes it: one row for all that fits into one."""
    short = json.dumps(value, ensure_ascii=False, sort_keys=True)
    if not isinstance(value, dict | list) or not value or len(short) + indent <= WIDTH:
        return short
    inner, gap = " " * (indent + 1), " " * indent
    if isinstance(value, list):
        rows = [inner + readable(one, indent + 1) for one in value]
        return "[\n" + ",\n".join(rows) + f"\n{gap}]"
    rows = [
        f"{inner}{json.dumps(key, ensure_ascii=False)}: {readable(value[key], indent + 1)}" for key in sorted(value)
    ]
    return "{\n" + ",\n".join(rows) + f"\n{gap}}}"


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
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_perform(script, Path(folder)))


performed = cache(perform)


@cache
def frozen(script: str) -> Any:
    """Return the answers that were recorded."""
    return json.loads((FROZEN / f"{script}.json").read_text(encoding="utf-8"))


def assert_frozen(script: str, scene: str) -> None:
    """Compare what a scene brings with what was recorded, in rows so that a difference is easy to see."""
    assert readable(performed(script)[scene]).splitlines() == readable(frozen(script)[scene]).splitlines()


def names_of(script: str) -> list[str]:
    """Return the names of a script's scenes; a script called like a world begins with the commands of that world."""
    return [START] * (script in WORLDS) + list(scenes_of(script))


def named(script: str) -> pytest.MarkDecorator:
    """Return the mark that makes a test of each scene of a script."""
    return pytest.mark.parametrize("scene", names_of(script))


@named("seed")
def test_answers_about_one_trope_stay(scene: str) -> None:
    assert_frozen("seed", scene)


@named("choices")
def test_preferences_and_settings_stay(scene: str) -> None:
    assert_frozen("choices", scene)


@named("daily")
def test_answers_about_daily_examples_stay(scene: str) -> None:
    assert_frozen("daily", scene)


@named("posts")
def test_posted_examples_stay(scene: str) -> None:
    assert_frozen("posts", scene)


@named("several")
def test_answers_about_several_tropes_stay(scene: str) -> None:
    assert_frozen("several", scene)


@named("gone")
def test_answers_about_what_is_gone_stay(scene: str) -> None:
    assert_frozen("gone", scene)


def test_every_recorded_scene_is_still_played() -> None:
    for script in SCRIPTS:
        assert list(frozen(script)) == names_of(script)


# --- What hosts are answered ---


def bigrun(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Type a command line in a folder that holds nothing but what a test put there."""
    return subprocess.run(
        [sys.executable, "-m", "bot", *words],
        env={
            "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "DISCORD_TOKEN": " ",
            "BIGRUN_CORPUS": str(folder / "corpus.db"), "BIGRUN_STATE": str(folder / "state.db"),
            "BIGRUN_PAGES": str(PAGES), "COLUMNS": "200", **environment,
        },
        cwd=folder,
        capture_output=True,
        timeout=60,
        check=False,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def by_trope(printed: bytes) -> dict[str, str]:
    """Return a digest of what was printed of each trope."""
    rows: dict[str, list[bytes]] = {}
    for row in printed.splitlines(keepends=True):
        thing = json.loads(row)
        rows.setdefault(thing["name"] if thing["type"] == "trope" else thing["trope"], []).append(row)
    return {name: sha256(b"".join(found)) for name, found in rows.items()}


def checked_cases(folder: Path, sources: Sequence[str]) -> list[dict[str, str]]:
    """Return each source of a page with a digest of what `check --json` prints of it."""
    pages = folder / "cases"
    pages.mkdir()
    for number, source in enumerate(sources):
        (pages / f"Case{number:03}.txt").write_bytes(source.encode(errors="surrogatepass"))
    found = by_trope(bigrun(folder, "check", "--json", str(pages)).stdout)
    return [
        {"source": source, "sha256": found.get(f"Case{number:03}", "refused")} for number, source in enumerate(sources)
    ]


def frozen_cases() -> list[Any]:
    """Return the syntax cases that were recorded."""
    return [json.loads(row) for row in (FROZEN / "check-cases.jsonl").read_text(encoding="utf-8").splitlines()]


def wrong_input(folder: Path) -> list[dict[str, Any]]:
    """Return what a host is told who types something wrong."""
    empty = folder / "Empty.txt"
    empty.write_text("nothing")
    answers = []
    for typed, environment in WRONG_INPUT:
        done = bigrun(folder, *typed.split(), **environment)
        stderr, stdout = (
            said.decode().replace(str(folder), "<folder>").replace(str(ROOT), "<root>").splitlines()
            for said in (done.stderr, done.stdout)
        )
        setting = "".join(f"{key}={value} " for key, value in environment.items())
        told = {"status": done.returncode, "stderr": stderr, "stdout": stdout}
        answers.append({f"{setting}bigrun {typed}": told})
    return answers


WRONG_INPUT: list[tuple[str, dict[str, str]]] = [
    ("run", {}),
    ("run", {"BIGRUN_SHARD_COUNT": "many"}),
    ("run", {"BIGRUN_SHARD_IDS": "0-3"}),
    ("check nowhere", {}),
    ("check --json Empty.txt", {}),
    ("load Empty.txt", {}),
    ("export", {"BIGRUN_CORPUS": "nowhere.db"}),
    ("export --trope NoSuchTrope", {}),
    ("restore nothing.db", {}),
    ("backup copy.db", {"BIGRUN_STATE": "postgresql://nowhere/state"}),
    ("fly", {}),
]


def test_check_prints_the_seed_page_byte_for_byte(tmp_path: Path) -> None:
    done = bigrun(tmp_path, "check", "--json", str(SEED))
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.splitlines() == (FROZEN / "check-BigHeroicRun.jsonl").read_bytes().splitlines()
    assert done.stdout == (FROZEN / "check-BigHeroicRun.jsonl").read_bytes()


def test_check_and_export_print_the_test_pages_byte_for_byte(tmp_path: Path) -> None:
    expected = json.loads((FROZEN / "check-pages.json").read_text(encoding="utf-8"))
    assert by_trope(bigrun(tmp_path, "check", "--json", str(PAGES)).stdout) == expected
    assert bigrun(tmp_path, "load").returncode == 0
    assert by_trope(bigrun(tmp_path, "export").stdout) == expected


def test_check_prints_the_syntax_cases_byte_for_byte(tmp_path: Path) -> None:
    cases = frozen_cases()
    assert checked_cases(tmp_path, [case["source"] for case in cases]) == cases


def test_wrong_input_is_answered_as_before(tmp_path: Path) -> None:
    expected = json.loads((FROZEN / "wrong-input.json").read_text(encoding="utf-8"))
    assert readable(wrong_input(tmp_path)).splitlines() == readable(expected).splitlines()


# --- Recording ---


def record() -> None:
    """Write down what is answered now."""
    for script in SCRIPTS:
        scenes = [f" {json.dumps(name)}: {readable(sent, 1)}" for name, sent in perform(script).items()]
        _write(f"{script}.json", "{\n" + ",\n".join(scenes) + "\n}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (FROZEN / "check-BigHeroicRun.jsonl").write_bytes(bigrun(folder, "check", "--json", str(SEED)).stdout)
        _write("check-pages.json", readable(by_trope(bigrun(folder, "check", "--json", str(PAGES)).stdout)))
        cases = checked_cases(folder, [case["source"] for case in frozen_cases()])
        _write("check-cases.jsonl", "\n".join(map(json.dumps, cases)))
        _write("wrong-input.json", readable(wrong_input(folder)))


def _write(name: str, text: str) -> None:
    (FROZEN / name).write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    record()
