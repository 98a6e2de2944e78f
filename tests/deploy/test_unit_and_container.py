"""The systemd unit and the Containerfile fit the project. Neither is started."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.__main__ import cli
from bot.settings import ROOT, SETTING_NAMES

UNIT = (ROOT / "deploy" / "bigrun.service").read_text(encoding="utf-8")
CONTAINERFILE = (ROOT / "deploy" / "Containerfile").read_text(encoding="utf-8")
ANALYSE = shutil.which("systemd-analyze")
with_systemd = pytest.mark.skipif(ANALYSE is None, reason="systemd-analyze is not installed (Debian: systemd)")


def _values(key: str) -> list[str]:
    return re.findall(rf"^{key}=(.*)$", UNIT, re.MULTILINE)


def _instructions(name: str) -> list[str]:
    return re.findall(rf"^{name} (.*)$", CONTAINERFILE, re.MULTILINE)


def _assert_valid_arguments(*arguments: str) -> None:
    """Parse arguments of the command line without running anything."""
    with cli.make_context("bigrun", list(arguments), resilient_parsing=False) as context:
        name, command, rest = context.command.resolve_command(context, [*context._protected_args, *context.args])  # type: ignore[attr-defined]
        assert name == arguments[0]
        command.make_context(name, rest, parent=context)


def test_the_commands_of_the_unit_exist() -> None:
    commands = [shlex.split(value.removeprefix("-")) for value in _values("ExecStart(?:Pre)?")]
    assert len(commands) == 2
    for program, *arguments in commands:
        assert program == "/opt/bigrun/.venv/bin/bigrun"
        _assert_valid_arguments(*arguments)


def test_the_unit_uses_known_settings_and_its_state_directory() -> None:
    settings = dict(value.split("=", 1) for value in _values("Environment"))
    assert set(settings) <= set(SETTING_NAMES)
    [folder] = _values("StateDirectory")
    assert settings["BIGRUN_HOME"] == f"%S/{folder}"
    assert (ROOT / _values("Documentation")[0].removeprefix("file:///opt/bigrun/")).is_file()


def _run(*command: object, **options: Any) -> subprocess.CompletedProcess[str]:
    arguments = [str(word) for word in command]
    return subprocess.run(arguments, capture_output=True, encoding="utf-8", check=False, timeout=60, **options)


@with_systemd
def test_systemd_accepts_the_unit(tmp_path: Path) -> None:
    unit = tmp_path / "bigrun.service"
    unit.write_text(UNIT.replace("/opt/bigrun/.venv/bin/bigrun", sys.executable).replace("/opt/bigrun", str(ROOT)))
    result = _run(ANALYSE, "verify", "--man=no", unit)
    assert unit.name not in result.stdout + result.stderr


@with_systemd
def test_the_unit_is_hardened() -> None:
    result = _run(ANALYSE, "security", "--offline=true", "--threshold=12", ROOT / "deploy" / "bigrun.service")
    assert result.returncode == 0, result.stdout.splitlines()[-1]


@pytest.mark.slow
def test_the_containers_files_are_enough_to_load(tmp_path: Path) -> None:
    for instruction in _instructions("COPY"):
        if instruction.startswith("--from"):
            continue
        *sources, target = instruction.split()
        folder = tmp_path / target
        for source in sources:
            if (ROOT / source).is_dir():
                shutil.copytree(ROOT / source, folder, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                folder.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / source, folder)
    assert not [path for path in tmp_path.rglob("*") if path.name == ".env" or path.suffix == ".db"]
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(tmp_path), "DISCORD_TOKEN": " "}
    result = _run(sys.executable, "-m", "bot", "load", cwd=tmp_path, env=environment)
    assert result.stdout.endswith("\nLoaded 1 trope (60 examples), 0 unchanged, 0 rejected.\n")
    assert (tmp_path / "data" / "corpus.db").is_file()


def test_the_container_runs_bigrun_as_an_unprivileged_user() -> None:
    [entry], [arguments] = ([json.loads(each) for each in _instructions(name)] for name in ("ENTRYPOINT", "CMD"))
    assert entry == ["/opt/bigrun/bin/bigrun"]
    _assert_valid_arguments(*arguments)
    assert f"127.0.0.1:{arguments[2]}/healthz" in CONTAINERFILE
    assert _instructions("USER") == ["10001"]
    settings = dict(word.split("=", 1) for word in _instructions("ENV")[1].split())
    assert settings.keys() - {"PATH"} <= set(SETTING_NAMES)
    assert [settings["BIGRUN_HOME"]] == _instructions("VOLUME")


def test_the_container_uses_the_projects_versions() -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    min_python = re.search(r'requires-python = ">=3\.(\d+)"', project)
    images = [re.match(r"docker\.io/library/python:3\.(\d+)-slim", image) for image in _instructions("FROM")]
    assert min_python
    assert [image and int(image[1]) >= int(min_python[1]) for image in images] == [True, True]
    [version] = re.findall(r"^UV_VERSION := (.+)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert f"uv=={version}" in CONTAINERFILE
    [sync] = [line for line in _instructions("RUN") if line.startswith("uv sync")]
    assert {"--frozen", "--no-default-groups", "--no-editable"} <= set(sync.split())
