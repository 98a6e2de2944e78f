"""The campaign finds the leaks of a careless rendering, and none in a careful one."""

import re
from itertools import islice

import pytest

from tests.markdown_renderers import adapter, campaign
from tests.markdown_renderers.all_renderers import Renderers
from tests.markdown_renderers.campaign import MAX_FINDINGS, Finding, find_leaks
from tests.markdown_renderers.hostile_texts import HostileCase, HostileRun, hostile_texts
from tests.markdown_renderers.shrinking import shrunk

BARE = str.maketrans(dict.fromkeys("|`", " "))


def careless(case: HostileCase) -> list[str]:
    return ["".join(f"||{run.text}||" if run.hidden else run.text for run in case.runs)]


def careful(case: HostileCase) -> list[str]:
    messages = [""]
    for run in case.runs:
        words = " ".join(re.findall(r"[a-z0-9]+", run.text))[:1000]
        piece = f" ||{words}||" if run.hidden and words else f" {words}"
        if len(messages[-1]) + len(piece) > 2000 or messages[-1].count("||") > 180:
            messages.append("")
        messages[-1] += piece
    return messages


def unescaped(case: HostileCase) -> list[str]:
    return ["".join(f"||{run.text.translate(BARE)}||" if run.hidden else run.text for run in case.runs)]


def cases(number: int) -> list[HostileCase]:
    return list(islice(hostile_texts(3), number))


def test_a_careful_rendering_is_proved(renderers: Renderers) -> None:
    tally = find_leaks(cases(200), careful, renderers)
    assert (tally.cases, tally.leaks, tally.findings) == (200, 0, [])
    assert tally.with_secrets > 120
    assert tally.is_proof


@pytest.mark.parametrize("render", [careless, unescaped])
def test_every_renderer_finds_a_careless_rendering(render: campaign.Render, renderers: Renderers) -> None:
    tally = find_leaks(cases(60), render, renderers)
    assert not tally.is_proof
    assert {finding.renderer for finding in tally.findings} == set(renderers.names)
    assert tally.leaks > len(tally.findings)
    assert len(tally.findings) <= MAX_FINDINGS * len(renderers.names)


def test_a_leak_is_reported_with_a_small_case(renderers: Renderers) -> None:
    finding = next(found for found in find_leaks(cases(20), careless, renderers).findings if found.renderer == "client")
    assert sum(len(run.text) for run in finding.case.runs) < 20
    assert finding.shown in finding.message
    assert "seed 3" in str(finding)
    assert repr(finding.message) in str(finding)


def test_a_failed_rendering_is_a_finding(renderers: Renderers) -> None:
    def failing(case: HostileCase) -> list[str]:
        raise ValueError(case.number)

    tally = find_leaks(cases(2), failing, renderers)
    assert tally.leaks == 2
    assert {finding.renderer for finding in tally.findings} == {"rendering"}


def test_a_rendering_without_messages_is_no_proof(renderers: Renderers) -> None:
    tally = find_leaks(cases(10), lambda case: ["nothing to see"], renderers)
    assert (tally.messages, tally.with_secrets, tally.leaks) == (10, 0, 0)
    assert not tally.is_proof


def test_a_case_shrinks_to_what_still_fails() -> None:
    runs = (HostileRun("abc", False, 0), HostileRun("xx needle yy", True, 5), HostileRun("", True, 0))
    small = shrunk(HostileCase(1, 2, runs, ()), lambda case: any("needle" in run.text for run in case.runs))
    assert small == HostileCase(1, 2, (HostileRun("needle", True, 0),), ())


@pytest.mark.parametrize(("render", "status"), [(careful, 0), pytest.param(careless, 1, marks=pytest.mark.slow)])
def test_the_command_prints_its_findings(
    render: campaign.Render, status: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(adapter, "rendered", render)
    assert campaign.main(["--n", "12", "--seed", "5", "--jobs", "1"]) == status
    output = capsys.readouterr().out
    assert "seed 5; renderers: client, notification" in output
    assert "12 cases, " in output
    assert ("LEAK seed 5 case " in output) == bool(status)


def test_a_finding_without_a_message_can_be_printed() -> None:
    assert "ValueError" in str(Finding(cases(1)[0], "rendering", "ValueError()", ""))
