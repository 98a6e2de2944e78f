"""Rounds against a simple model, while the corpus changes; rounds in parts; a state that really cannot be written."""

import asyncio
import itertools
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.conversation import shuffle
from bot.conversation.shuffle import Rounds
from bot.corpus.reader import Corpus, open_corpus
from bot.corpus.rows import SHUFFLE_KEY_BITS, shuffle_key
from bot.corpus.scope import Scope
from bot.state.base import Round, State
from bot.state.sqlite_backend import open_sqlite_state

SCOPE = Scope()


class Marks:
    """As much of a corpus as the choice asks for, to be changed at will."""

    def __init__(self, names: range) -> None:
        self.all = {shuffle_key("SomeTrope", str(name)) for name in names}

    async def marks(self, scope: Scope, bits: int, part: int) -> Sequence[int]:
        return [mark for mark in self.all if mark >> (SHUFFLE_KEY_BITS - bits) == part]


class Channel:
    """Draws without a database."""

    def __init__(self, marks: Marks) -> None:
        self.marks, self.past = marks, cast("Round | None", None)
        seeds = itertools.count(1)
        self.rounds = Rounds(cast("Corpus", marks), cast("State", None), lambda: next(seeds) * 0x9E3779B1)

    def draw(self) -> Round | None:
        step = asyncio.run(self.rounds._choose(SCOPE, len(self.marks.all), self.past))
        self.past = step or self.past
        return step


CHANGES = st.lists(
    st.one_of(st.just("draw"), st.just("draw"), st.tuples(st.booleans(), st.sets(st.integers(0, 30), max_size=8))),
    max_size=60,
)


@settings(max_examples=60, deadline=None)
@given(CHANGES)
def test_whatever_joins_or_vanishes_nothing_repeats_before_the_round_is_over(
    changes: Sequence[str | tuple[bool, set[int]]],
) -> None:
    channel = Channel(Marks(range(10)))
    shown: set[int] = set()
    late: set[int] = set()  # joined after the round began
    for change in changes:
        if isinstance(change, str):
            before, present = channel.past, channel.marks.all
            step = channel.draw()
            assert (step is None) == (not present)
            if step is None:
                continue
            assert step.latest in present
            assert 1 <= step.place <= len(present)
            if before and step.seed != before.seed:
                assert present <= shown | late
                assert step.latest != before.latest or len(present) == 1
                shown, late = set(), set()
            assert step.latest not in shown
            shown.add(step.latest)
        else:
            joins, names = change
            marks = {shuffle_key("SomeTrope", str(name)) for name in names}
            late |= marks - channel.marks.all if joins else set()
            channel.marks.all = channel.marks.all | marks if joins else channel.marks.all - marks


def test_a_scope_shown_in_parts_is_shown_whole_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shuffle, "WHOLE", 40)
    monkeypatch.setattr(shuffle, "_PART_BITS", 3)
    channel = Channel(Marks(range(100)))
    for _ in range(2):
        steps = [step for _ in range(100) if (step := channel.draw())]
        assert {step.bits for step in steps} == {3}
        assert {step.latest for step in steps} == channel.marks.all
        assert [step.place for step in steps] == list(range(1, 101))


def test_parts_that_emptied_are_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shuffle, "WHOLE", 40)
    monkeypatch.setattr(shuffle, "_PART_BITS", 3)
    channel = Channel(Marks(range(100)))
    first = {step.latest for _ in range(50) if (step := channel.draw())}
    channel.marks.all = set(sorted(channel.marks.all - first)[:2]) | set(sorted(first)[:1])
    left = {step.latest for _ in range(2) if (step := channel.draw())}
    assert left == channel.marks.all - first


def test_a_scope_that_grew_sixteenfold_begins_anew_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shuffle, "WHOLE", 40)
    monkeypatch.setattr(shuffle, "_PART_BITS", 3)
    channel = Channel(Marks(range(5)))
    channel.draw()
    channel.marks.all |= Marks(range(300)).all
    step = channel.draw()
    assert step
    assert (step.bits, step.place) == (5, 1)


async def test_a_state_that_cannot_be_written_is_told_once_and_used_again_when_it_can(
    tmp_path: Path, corpus_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with open_corpus(corpus_path) as corpus, open_sqlite_state(tmp_path / "state.db") as state:
        rounds = Rounds(corpus, state)
        places = []
        for setting in ("OFF", "ON", "ON", "OFF"):
            await state._connection.execute(f"PRAGMA query_only = {setting}")
            with caplog.at_level(logging.WARNING):
                drawn = await rounds.next(1, SCOPE)
            places.append(drawn and drawn.place)
    assert places == [1, 0, 0, 2]
    assert ["readonly" in record.getMessage() for record in caplog.records] == [True]


async def test_a_busy_state_keeps_nobody_waiting(
    tmp_path: Path, corpus_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(shuffle, "PATIENCE", 0.02)
    async with open_corpus(corpus_path) as corpus, open_sqlite_state(tmp_path / "state.db") as state:
        rounds = Rounds(corpus, state)
        async with state._writer:
            drawn = await asyncio.gather(*(rounds.next(1, SCOPE) for _ in range(5)))
        assert [one and one.place for one in drawn] == [0] * 5
    assert len(caplog.records) == 1


async def test_of_two_processes_that_draw_at_once_neither_shows_what_the_other_does(
    tmp_path: Path, corpus_path: Path
) -> None:
    path = tmp_path / "state.db"
    async with open_corpus(corpus_path) as corpus, open_sqlite_state(path) as one, open_sqlite_state(path) as other:
        both = [Rounds(corpus, state) for state in (one, other)]
        drawn = await asyncio.gather(*(both[turn % 2].next(1, SCOPE) for turn in range(40)))
    assert sorted(each.place for each in drawn if each) == list(range(1, 41))
    assert len({each.entry.ref for each in drawn if each}) == 40
