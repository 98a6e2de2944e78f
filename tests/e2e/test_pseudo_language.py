"""In a language of marks, every recorded scene is played: what has no mark was not asked for in a language."""

import gettext
import re
from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

import pytest

from bot import language
from bot.language import DEFAULT_LOCALE, NATIVE_NAMES, Language
from bot.settings import ROOT
from tests.e2e.scripted_scenes import SCRIPTS, START, WORLDS, Scene, perform

pytestmark = pytest.mark.slow

OPENED, CLOSED, MORE = "⟦", "⟧", 0.4
PLAIN_CONTEXTS = ("between names", "between sentences", "date", "months, a blank between them")
WORD = re.compile("[A-Za-z]{3,}")
# Names that are the same in every language, what members type, and the words in which scenes are recorded.
OURS = set("bigrun bigheroicrun https tvtropes org pmwiki php berlin europe new york xyzzyxyzzy fierfly hors".split())
OURS |= {"fireflys", "runsfast", "zerowidth"}  # what test pages write without a blank
OURS |= {word.casefold() for name in NATIVE_NAMES.values() for word in WORD.findall(name)}
RECORD = set("button style disabled link option chosen menu row line gap box custom nonce token day false".split())
RECORD |= {"snowflake", "channel"}


class Marks(gettext.NullTranslations):
    """Each text between marks, two fifths longer."""

    def gettext(self, message: str) -> str:
        return f"{OPENED}{message}{'~' * int(MORE * len(message))}{CLOSED}"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)

    def pgettext(self, context: str, message: str) -> str:
        return message if context in PLAIN_CONTEXTS else self.gettext(message)


def without_marks(text: str) -> str:
    """Return a text without what is between marks, which may be nested, and marks that were cut off."""
    depth, left = 0, []
    for char in text:
        depth += char == OPENED
        if not depth:
            left.append(char)
        depth -= char == CLOSED and depth > 0
    return "".join(left)


def texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from texts_in(inner)
    elif isinstance(value, list) and all(isinstance(inner, str) for inner in value):  # lines, or a row of controls
        yield "\n".join(value)
    elif isinstance(value, list):
        for inner in value:
            yield from texts_in(inner)
    elif isinstance(value, str):
        yield value


@pytest.mark.parametrize("script", SCRIPTS)
def test_nothing_is_said_without_a_language(script: str) -> None:
    controls = Scene.controls

    def unmarked(scene: Scene, kind: int) -> list[Any]:
        def plain(one: Any) -> Any:
            label = re.sub(f"[{OPENED}{CLOSED}~]", "", one["label"]) if one.get("label") else one.get("label")
            return one | {"label": label}

        return [
            plain(one) | ({"options": [*map(plain, one["options"])]} if "options" in one else {})
            for one in controls(scene, kind)
        ]

    marks = Marks()
    spoken = language._languages | {DEFAULT_LOCALE: Language(DEFAULT_LOCALE, marks, marks.gettext)}
    with patch.object(language, "_languages", spoken), patch.object(Scene, "controls", unmarked):
        played = perform(script)
    pages = WORLDS["several"]
    titles = (ROOT / "data" / "titles.toml").read_text(encoding="utf-8")
    source = " ".join([titles, *[page.stem for page in pages], *[page.read_text(encoding="utf-8") for page in pages]])
    known = {word.casefold() for word in (*WORD.findall(source), *re.findall("[A-Z][a-z]+", source))} | OURS | RECORD
    said = [text for scene, steps in played.items() if scene != START for text in texts_in(steps)]
    assert {word for text in said for word in WORD.findall(without_marks(text).casefold())} - known == set()
