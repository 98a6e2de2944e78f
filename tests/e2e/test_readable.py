"""Every answer can be read without colour and emoji, in the order in which a screen reader reads it."""

import re
from typing import Any

import pytest

from tests.e2e.conftest import ServerRig, shared_env
from tests.e2e.message_view import text, walk

pytestmark = pytest.mark.asyncio(loop_scope="module")
simcord_env = shared_env

_WORD = re.compile(r"[^\W_]{2,}")


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("random", {}),
        ("medium", {"name": "film"}),
        ("search", {"words": "run"}),
        ("search", {"words": "aragon"}),
        ("work", {"title": "Firefly"}),
        ("show", {"number": 14}),
        ("show", {"number": 99}),
        ("about", {}),
        ("saved", {}),
        ("preferences", {"seen": "Firefly"}),
        ("settings", {}),
        ("daily", {"at": "18:30", "zone": "Europe/Berlin"}),
    ],
)
async def test_every_label_and_row_has_words(server: ServerRig, command: str, options: dict[str, Any]) -> None:
    card = await server.ask(command, server.mod, **options)
    types = [component["type"] for component in card.components]
    assert types == sorted(types, key=lambda kind: kind == 1)  # action rows are last
    for component in walk(card.components):
        labels = [option["label"] for option in component.get("options", [])]
        for label in (component.get("label"), component.get("placeholder"), *labels):
            assert label is None or _WORD.search(label)
        for row in component.get("content", "").splitlines():
            assert not row.strip("#-> ") or _WORD.search(row)


async def test_bars_have_figures(server: ServerRig) -> None:
    bars = [row for row in text(await server.ask("about")).splitlines() if "▰" in row]
    assert len(bars) == 11
    assert all(re.search(r"\*\*\d+\*\*$", row) for row in bars)
