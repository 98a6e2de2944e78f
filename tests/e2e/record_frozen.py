"""Record the frozen answers again after an intended change: `python -m tests.e2e.record_frozen`. Then read the diff."""

import json
import tempfile
from pathlib import Path

from tests.e2e.frozen_format import readable
from tests.e2e.scripted_scenes import FROZEN, PAGES, SCRIPTS, SEED, perform
from tests.e2e.test_frozen_command_line import bigrun, by_trope, checked_cases, frozen_cases, wrong_input


def record() -> None:
    """Write down what is answered now."""
    for script in SCRIPTS:
        scenes = [f" {json.dumps(name)}: {readable(sent, 1)}" for name, sent in perform(script).items()]
        _write(f"{script}.json", "{\n" + ",\n".join(scenes) + "\n}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (FROZEN / "check-BigHeroicRun.jsonl").write_bytes(bigrun(folder, "check", "--json", str(SEED)).stdout)
        _write("check-pages.json", readable(by_trope(bigrun(folder, "check", "--json", str(PAGES)).stdout)))
        cases = checked_cases(folder, [case["source"] for case in frozen_cases()])
        _write("check-cases.jsonl", "\n".join(map(json.dumps, cases)))
        _write("wrong-input.json", readable(wrong_input(folder)))


def _write(name: str, text: str) -> None:
    (FROZEN / name).write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    record()
