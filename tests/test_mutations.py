"""The seeded faults of the spoiler promise still fit the code."""

from tests.render.mutations import mutations, stale


def test_every_mutation_still_applies() -> None:
    assert stale(mutations()) == []
    assert len(list(mutations())) > 30
