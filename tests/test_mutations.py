"""The list of changes that break the spoiler promise fits the code. Not in tests/render: that is run on each change."""

from tests.render.mutations import ROOT, mutations


def test_every_mutation_still_applies() -> None:
    changes = list(mutations())
    texts = {path: (ROOT / path).read_text(encoding="utf-8") for path in {change.path for change in changes}}
    assert [change.what for change in changes if texts[change.path].count(change.old) != 1] == []
    assert len(changes) > 30
