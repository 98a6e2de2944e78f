"""Every answer can be read without colour and emoji, in the order in which a screen reader reads it."""

import re
from typing import Any

import pytest

from tests.e2e import message_view
from tests.e2e.conftest import ServerRig

ANSWERS: list[tuple[str, dict[str, Any]]] = [
    ("random", {}),
    ("medium", {"name": "film"}),
    ("search", {"words": "run"}),
    ("search", {"words": "aragon"}),
    ("work", {"title": "Firefly"}),
    ("show", {"number": 14}),
    ("show", {"number": 99}),
    ("about", {}),
    ("preferences", {"seen": "Firefly"}),
    ("settings", {}),
    ("daily", {"at": "18:30", "zone": "Europe/Berlin"}),
]
_WORD = re.compile(r"[^\W_]{2,}")


@pytest.mark.parametrize(("command", "options"), ANSWERS)
async def test_whatever_can_be_pressed_or_chosen_says_in_words_what_it_does(
    server: ServerRig, command: str, options: dict[str, Any]
) -> None:
    card = await server.ask(command, server.mod, **options)
    for component in message_view.walk(card.components):
        for label in (component.get("label"), component.get("placeholder"), *_options(component)):
            assert label is None or _WORD.search(label)


@pytest.mark.parametrize(("command", "options"), ANSWERS)
async def test_what_is_said_comes_before_what_can_be_done_and_begins_with_words(
    server: ServerRig, command: str, options: dict[str, Any]
) -> None:
    card = await server.ask(command, server.mod, **options)
    kinds = [component["type"] for component in card.components]
    assert kinds == sorted(kinds, key=lambda kind: kind == 1)  # rows of controls are of type 1, and last
    for component in message_view.walk(card.components):
        for row in component.get("content", "").splitlines():
            assert not row.strip("#-> ") or _WORD.search(row)


async def test_bars_are_counted_in_figures_too(server: ServerRig) -> None:
    bars = [row for row in message_view.text(await server.ask("about")).splitlines() if "▰" in row]
    assert len(bars) == 11
    assert all(re.search(r"\*\*\d+\*\*$", row) for row in bars)


def _options(component: dict[str, Any]) -> list[str]:
    return [option["label"] for option in component.get("options", [])]
