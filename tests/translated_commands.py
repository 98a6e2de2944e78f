"""Translate commands once for a process, not for each bot: it takes as long as the rest of a start."""

import json
from typing import Any

import pytest
from discord.app_commands import Group

_translate = Group.get_translated_payload
_TRANSLATED: dict[str, str] = {}


async def _translated_once(group: Any, tree: Any, translator: Any) -> dict[str, Any]:
    key = json.dumps([group.to_dict(tree), type(translator).__name__])
    if key not in _TRANSLATED:
        _TRANSLATED[key] = json.dumps(await _translate(group, tree, translator))
    payload: dict[str, Any] = json.loads(_TRANSLATED[key])
    return payload


def translate_once(patch: pytest.MonkeyPatch) -> None:
    """Cache the translated commands. Their catalogues must be loaded, and stay the same."""
    patch.setattr(Group, "get_translated_payload", _translated_once)
