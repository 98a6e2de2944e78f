"""Ask a bot everything that members can ask: each command, button, menu, modal and autocompletion."""

import asyncio
import itertools
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.components.custom_ids import ExampleRequest
from bot.render.texts import commands as labels
from tests.loopback.guilds import ANN, CHANNEL, HERE, Location, Member, pressed
from tests.loopback.interactions import COMPONENT, SentInteraction, walk
from tests.loopback.server import BUTTON, Discord

Json = dict[str, Any]
Send = Callable[[], Awaitable[SentInteraction]]
TEXT_INPUT = 4
FIRST_TITLE, FIRST_MEDIUM = "<title>", "<medium>"  # the first that autocompletion offers
LAST_PAGE = "9999999"
NEAR_TITLE, NEAR_MEDIUM = "the moving pictuers of a lond distance runer", "moving pictuer of the long distance runer"
FIRST_NAMES = {"title": FIRST_TITLE, "name": FIRST_MEDIUM}
Options = Mapping[str, Any]

COMMANDS: tuple[tuple[str, Options], ...] = (
    ("bigrun show", {"number": 1}),
    ("bigrun show", {"number": 1, "private": True}),
    ("bigrun random", {}),
    ("bigrun random", {"spoilers": "c"}),
    ("bigrun random", {"medium": FIRST_MEDIUM}),
    ("bigrun random", {"work": FIRST_TITLE}),
    ("bigrun random", {"work": NEAR_TITLE}),
    ("bigrun medium", {"name": FIRST_MEDIUM}),
    ("bigrun medium", {"name": NEAR_MEDIUM}),
    ("bigrun search", {"words": "she"}),
    ("bigrun search", {"words": "w*"}),
    ("bigrun search", {"words": '"she runs"'}),
    ("bigrun search", {"words": "wrod123 moving pictuer"}),
    ("bigrun search", {"words": "a", "hidden": True}),
    ("bigrun search", {"words": "the runner", "medium": FIRST_MEDIUM}),
    ("bigrun work", {"title": FIRST_TITLE}),
    ("bigrun work", {"title": NEAR_TITLE}),
    ("bigrun about", {}),
    ("trope about", {"trope": "Big Heroic Run"}),
    ("trope about", {"trope": "Big Heroic Rum"}),
    ("trope random", {}),
    ("trope medium", {"name": FIRST_MEDIUM}),
    ("trope search", {"words": "she"}),
    ("trope work", {"title": FIRST_TITLE}),
    ("bigrun preferences", {}),
    ("bigrun preferences", {"seen": NEAR_TITLE}),
    ("bigrun preferences", {"seen": FIRST_TITLE}),
    ("bigrun show", {"number": 2, "private": True}),
    ("bigrun daily", {"at": "18:30", "zone": "UTC"}),
    ("bigrun daily", {"at": "18:30", "zone": "UTC", "work": NEAR_TITLE}),
    ("bigrun settings", {}),
)
TYPED: tuple[tuple[str, str, str], ...] = (
    *(("bigrun work", "title", typed) for typed in ("", "t", "the moving", "picture", NEAR_TITLE)),
    *(("bigrun medium", "name", typed) for typed in ("", "t", "moving", NEAR_MEDIUM)),
    *(("bigrun search", "words", typed) for typed in ("w", "the mov", "zzzz")),
    *(("trope random", "trope", typed) for typed in ("b", "heroic", "big heroic rum")),
    ("trope work", "title", "the mov"),
    ("trope random", "work", NEAR_TITLE),
    ("bigrun preferences", "seen", "a"),
    ("bigrun daily", "zone", "berl"),
)
# What others ask meanwhile.
CROWD: tuple[tuple[str, Options], ...] = (
    ("bigrun random", {}), ("bigrun show", {"number": 1}), ("bigrun search", {"words": "she"}), ("bigrun about", {}),
    ("bigrun medium", {"name": "film"}),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Question:
    """What a member asks, in words and as an interaction."""

    name: str
    send: Send


class Tour:
    """Yields the questions one after another. Whoever asks them sets `seen` to what the last one brought."""

    def __init__(self, discord: Discord) -> None:
        self._discord = discord
        self.seen: Json = {}
        self._pressed: set[str] = set()

    async def questions(self) -> AsyncIterator[Question]:
        """Yield the questions. Later ones depend on what earlier ones brought."""
        names = {}
        for command, option, typed in TYPED:
            yield Question(f"type {command} {option}:{typed}", self._typing(command, option, typed))
            if not typed and self.seen.get("choices"):
                names[FIRST_NAMES[option]] = str(self.seen["choices"][0]["value"])
        for command, options in COMMANDS:
            filled = {key: names.get(value, value) for key, value in options.items()}
            if not {*FIRST_NAMES.values()} & {*filled.values()}:
                row = "".join(f" {key}:{value}" for key, value in options.items())
                yield Question(f"/{command}{row}", self._command(command, filled))
                async for question in self._presses(self.seen):
                    yield question
        found = self._discord.interactions.post(CHANNEL, {"content": "She runs in the moving picture of word1."})
        yield Question(labels.FIND_MENU(), lambda: self._discord.use_menu(labels.FIND_MENU(), found))
        yield Question(labels.REMOVE_MENU(), lambda: self._discord.use_menu(labels.REMOVE_MENU(), found))

    async def _presses(self, card: Json) -> AsyncIterator[Question]:
        """Yield each control of a card that does something new, and what is typed into the modal that it opens."""
        for control in list(walk(card.get("components"))):
            kind = kind_of(control)
            if kind and not control.get("disabled") and kind not in self._pressed:
                self._pressed.add(kind)
                yield Question(f"press {kind}", self._press(card, control))
                if "title" in self.seen:
                    yield Question(f"press {kind} and submit", self._submission(card, self.seen))

    def _typing(self, command: str, option: str, typed: str) -> Send:
        return lambda: self._discord.type(command, option, ANN, HERE, **{option: typed})

    def _command(self, command: str, options: Options) -> Send:
        return lambda: self._discord.slash(command, ANN, HERE, **options)

    def _press(self, card: Json, control: Json) -> Send:
        values = None if control["type"] == BUTTON else [one["value"] for one in control.get("options", ())][:1]
        data = pressed(control["custom_id"], control["type"], values)
        return lambda: self._discord.send(COMPONENT, data, message=card)

    def _submission(self, card: Json, modal: Json) -> Send:
        fields = {one["custom_id"]: LAST_PAGE for one in walk(modal["components"]) if one["type"] == TEXT_INPUT}
        return lambda: self._discord.submit(modal["custom_id"], fields, card)


def kind_of(control: Json) -> str:
    """Return what a control does, the same for every example and page, or an empty text if it asks nothing."""
    custom_id = control.get("custom_id", "")
    if not custom_id:
        return ""
    request = ExampleRequest.from_custom_id(custom_id)
    does = f"{request.action}{request.flags}" if request else custom_id.split(":")[1]
    label = str(control.get("label") or control.get("placeholder") or "")
    return f"{re.sub('[0-9,]+', 'N', label)} ({does})"


async def ask_beside(discord: Discord, count: int) -> list[SentInteraction]:
    """Let `count` other members ask something, each in a separate channel."""
    crowd = [
        (Member(ANN.id + number, f"m{number}"), Location(channel=CHANNEL + number)) for number in range(1, count + 1)
    ]
    asked = zip(crowd, itertools.cycle(CROWD), strict=False)
    return await asyncio.gather(*(discord.slash(command, *who, **options) for who, (command, options) in asked))
