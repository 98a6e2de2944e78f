"""Whatever a page, a path or a setting contains, no command lets it control the terminal."""

import json
import re
import sys
from pathlib import Path

import pytest

from bot.cli.control_characters import make_visible, make_visible_in_json
from tests.cli_runner import Cli

CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
HOSTILE = "\x1b[2J\x9b31m\u202eesrever[/]"
PAGE = f"[[folder:{HOSTILE}]]\n* ''{HOSTILE}'': runs {HOSTILE} [[/x]].\n** b ]]\n[[/folder]]\n"


@pytest.fixture
def hostile_folder(tmp_path: Path) -> Path:
    folder = tmp_path / f"pages\n{HOSTILE.replace('/', '')}\udc80"
    folder.mkdir()
    (folder / "SomeTrope.txt").write_text(PAGE, encoding="utf-8")
    (folder / "Bad.txt").write_text(f"nothing {HOSTILE}", encoding="utf-8")
    return folder


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names of files")
def test_nothing_that_is_shown_controls_the_terminal(cli: Cli, hostile_folder: Path) -> None:
    environment = {"BIGRUN_PAGES": str(hostile_folder), "BIGRUN_LOG_LEVEL": HOSTILE}
    shown = []
    for command in ("check", "load", "doctor", "list", "remove"):
        for options in ([], ["--json"]) if command in ("check", "load", "doctor") else ([],):
            arguments = {"check": [str(hostile_folder)], "remove": [HOSTILE]}.get(command, [])
            result = cli.run(command, *options, *arguments, environment={"BIGRUN_PAGES": str(hostile_folder)})
            assert "Traceback" not in result.stderr
            shown += [result.stdout, result.stderr]
            if options:
                assert list(map(json.loads, result.stdout.splitlines()))
    shown += [cli.run("export").stdout, cli.run("list", environment=environment).stderr]
    assert [CONTROLS.findall(text) for text in shown] == [[]] * len(shown)
    assert sum(r"\x1b[2J\x9b31m\u202eesrever" in text for text in shown) >= 5


@pytest.mark.parametrize(
    ("text", "visible"),
    [
        ("plain é 日本 👩‍👧", "plain é 日本 👩‍👧"),
        ("a\nb\tc\x1b\x7f\x9b", r"a\nb\tc\x1b\x7f\x9b"),
        ("\u202e\u2066\u200f\u061c\u2028\udc80", r"\u202e\u2066\u200f\u061c\u2028\udc80"),
    ],
)
def test_control_characters_are_visible_and_others_stay(text: str, visible: str) -> None:
    assert make_visible(text) == visible
    line = make_visible_in_json(json.dumps(text, ensure_ascii=False))
    assert json.loads(line) == text
    assert make_visible(line) == line
