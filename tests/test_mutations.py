"""The seeded faults of the spoiler promise still fit the code."""

from tests.render.mutations import ROOT, mutations


def test_every_mutation_still_applies() -> None:
    faults = list(mutations())
    texts = {path: (ROOT / path).read_text(encoding="utf-8") for path in {fault.path for fault in faults}}
    assert [fault.what for fault in faults if texts[fault.path].count(fault.old) != 1] == []
    assert len(faults) > 30
