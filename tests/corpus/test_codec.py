"""JSON in the corpus is what Python's own encoder writes."""

import json

import pytest

from bot.corpus.codec import to_json

CHARACTERS = "".join([chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000])


@pytest.mark.parametrize(
    "value",
    [
        pytest.param([CHARACTERS], id="every character"),
        pytest.param(["half \ud800 a pair", "\udfff"], id="half a surrogate pair"),
        pytest.param([["bullet", -1, ("a", None)], [], "", 2**53, [True]], id="other values"),
    ],
)
def test_json_is_that_of_the_standard_library(value: object) -> None:
    assert to_json(value) == json.dumps(value, ensure_ascii=False, separators=(",", ":"))
