"""Compare the answers to members with the recorded ones.

`frozen/*.script` says what members do, and `frozen/*.json` what the bot then sent. `record_frozen` records it again.
"""

import json
from functools import cache
from typing import Any

import pytest

from tests.e2e.frozen_format import readable
from tests.e2e.scripted_scenes import FROZEN, SCRIPTS, START, WORLDS, perform, scenes_of

QUICK = ("seed", "choices", "games")
cached_perform = cache(perform)


@cache
def frozen(script: str) -> Any:
    return json.loads((FROZEN / f"{script}.json").read_text(encoding="utf-8"))


def scene_names(script: str) -> list[str]:
    """Return the names of a script's scenes. The first script of a world begins with the registered commands."""
    return [START] * (script in WORLDS) + list(scenes_of(script))


@pytest.mark.parametrize(
    ("script", "scene"),
    [
        pytest.param(script, scene, marks=() if script in QUICK else pytest.mark.slow)
        for script in SCRIPTS
        for scene in scene_names(script)
    ],
)
def test_answers_stay_as_recorded(script: str, scene: str) -> None:
    # Compared in rows, so that a difference is easy to see.
    assert readable(cached_perform(script)[scene]).splitlines() == readable(frozen(script)[scene]).splitlines()


@pytest.mark.slow
def test_every_recorded_scene_is_played() -> None:
    assert {script: list(frozen(script)) for script in SCRIPTS} == {script: scene_names(script) for script in SCRIPTS}
