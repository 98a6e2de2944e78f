"""What members are answered, frozen: any difference from the recorded answers fails.

`frozen/*.script` says what members do, and `frozen/*.json` beside each what the bot then sent. See `record_frozen`.
"""

import json
from functools import cache
from typing import Any

import pytest

from tests.e2e.frozen_format import readable
from tests.e2e.scripted_scenes import FROZEN, SCRIPTS, START, WORLDS, perform, scenes_of

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
