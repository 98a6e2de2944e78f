"""The files in deploy/ and .github/ can be read by what they are for, and name what exists."""

import configparser
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.__main__ import cli
from bot.client.bot import create_bot
from bot.client.metrics import Metrics
from bot.settings import ROOT, SETTING_NAMES, Settings

DEPLOY = ROOT / "deploy"
SYSTEMD_FILES = sorted(path for pattern in ("*.service", "*.timer", "*.container") for path in DEPLOY.glob(pattern))
YAML_FILES = sorted([*DEPLOY.glob("*.y*ml"), *ROOT.glob(".github/**/*.yml"), ROOT / ".pre-commit-config.yaml"])
ANALYSE = shutil.which("systemd-analyze")
METRIC_NAME = re.compile(r"\b(?:bigrun|process)_\w+")


def _expressions() -> dict[str, list[str]]:
    rules = yaml.safe_load((DEPLOY / "alerts.yml").read_text(encoding="utf-8"))["groups"][0]["rules"]
    panels = json.loads((DEPLOY / "dashboard.json").read_text(encoding="utf-8"))["panels"]
    return {
        "alerts": [rule["expr"] for rule in rules],
        "dashboard": [target["expr"] for panel in panels for target in panel["targets"]],
    }


@pytest.mark.parametrize("source", ["alerts", "dashboard"])
async def test_alerts_and_dashboard_ask_for_metrics_that_exist(source: str) -> None:
    bot = create_bot(Settings())
    printed = {line.split()[2] for line in (await Metrics(bot).render()).decode().splitlines() if "# TYPE" in line}
    printed |= {name + suffix for name in printed for suffix in ("_bucket", "_total")}
    asked = {name for expression in _expressions()[source] for name in METRIC_NAME.findall(expression)}
    assert asked
    assert asked <= printed


def _section(path: Path) -> configparser.RawConfigParser:
    parser = configparser.RawConfigParser(strict=False, comment_prefixes=("#",))
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(path, encoding="utf-8")
    return parser


@pytest.mark.parametrize("path", SYSTEMD_FILES, ids=lambda path: path.name)
def test_units_name_existing_settings_and_commands(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert _section(path).sections()
    assert set(re.findall(r"^Environment=(BIGRUN_\w+)", text, re.MULTILINE)) <= {*SETTING_NAMES, "BIGRUN_REPLICA"}
    for file in re.findall(r"/opt/bigrun/((?:deploy|docs)/[\w./-]+)", text):
        assert (ROOT / file).is_file()


@pytest.mark.skipif(ANALYSE is None, reason="systemd-analyze is not installed (Debian: systemd)")
@pytest.mark.parametrize(
    "path", [path for path in SYSTEMD_FILES if path.suffix != ".container"], ids=lambda path: path.name
)
def test_systemd_accepts_each_unit(path: Path, tmp_path: Path) -> None:
    assert ANALYSE
    for unit in SYSTEMD_FILES:
        text = unit.read_text(encoding="utf-8")
        (tmp_path / unit.name).write_text(
            re.sub(r"(?<=Start=)(-?)/opt/\S+|(?<=Start=)/usr/bin/lite\S+", r"\1/bin/true", text)
        )
    result = subprocess.run(
        [ANALYSE, "verify", "--man=no", tmp_path / path.name], capture_output=True, text=True, check=False
    )
    assert path.name not in result.stdout + result.stderr


@pytest.mark.parametrize("path", YAML_FILES, ids=lambda path: path.name)
def test_yaml_files_can_be_read(path: Path) -> None:
    assert yaml.safe_load(path.read_text(encoding="utf-8"))


def test_compose_and_quadlet_run_as_safely_as_the_unit() -> None:
    service: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))["services"][
        "bigrun"
    ]
    quadlet = _section(DEPLOY / "bigrun.container")["Container"]
    assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
    assert (quadlet["ReadOnly"], quadlet["DropCapability"]) == ("true", "all")
    [volume] = service["volumes"]
    assert volume == "bigrun:/var/lib/bigrun" == quadlet["Volume"].replace(".volume", "")
    assert (DEPLOY / service["build"]["context"] / service["build"]["dockerfile"]).is_file()


def test_workflows_run_what_the_project_has() -> None:
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for path in ROOT.glob(".github/workflows/*.yml"):
        text = path.read_text(encoding="utf-8")
        for script in re.findall(r"run: (\.ci/\w+)", text):
            assert (ROOT / script).is_file()
        assert set(re.findall(r"\bmake ([\w-]+)", text)) <= targets
        assert set(re.findall(r"bin/bigrun (\w+)", text)) <= cli.commands.keys()
    workflow = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8"))
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert workflow["jobs"]["tests"]["strategy"]["matrix"]["python"] == re.findall(r'Python :: (3\.\d+)"', project)
