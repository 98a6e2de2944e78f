"""States of every shape that schema 1 ever had are brought to today's, and keep what they hold."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.database.connections import migrations
from bot.state.location import open_state

FIRST = """
    CREATE TABLE synced_commands (scope TEXT PRIMARY KEY, payload TEXT NOT NULL) STRICT;
    INSERT INTO synced_commands VALUES ('1 global', 'old');
    PRAGMA user_version = 1;
"""
ROUNDS = migrations("state")[0].split("CREATE TABLE round", 1)[1]
LEDGER = ROUNDS.replace("place   INTEGER", "ledger BLOB NOT NULL, place   INTEGER")
A_ROUND = "INSERT INTO round (channel, scope, seed, bits, part, base, passed, place, latest, draws, day{more}) "
VALUES = "VALUES (5, 's', 1, 2, 3, 4, 5, 6, 7, 8, '2026-01-01'{more})"
SHAPES = {
    "without rounds": FIRST,
    "with rounds": f"{FIRST} CREATE TABLE round{ROUNDS}; {(A_ROUND + VALUES).format(more='')};",
    "with a ledger": f"{FIRST} CREATE TABLE round{LEDGER}; {A_ROUND.format(more=', ledger')}"
    f"{VALUES.format(more=', x' + repr('00'))};",
}


def _schema(path: Path) -> list[tuple[str, ...]]:
    with closing(sqlite3.connect(path)) as database:
        columns = (
            "SELECT t.name, c.name, c.type, c.pk FROM sqlite_schema t, pragma_table_info(t.name) c ORDER BY 1, c.cid"
        )
        indexes = "SELECT name, tbl_name FROM sqlite_schema WHERE type = 'index' ORDER BY 1"
        return [*database.execute(columns), *database.execute(indexes)]


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
async def test_a_state_of_any_first_shape_becomes_todays_and_keeps_what_it_holds(tmp_path: Path, shape: str) -> None:
    old, new = tmp_path / "old.db", tmp_path / "new.db"
    with closing(sqlite3.connect(old)) as database:
        database.executescript(shape)
    async with open_state(old) as state, open_state(new):
        assert await state.synced_commands("1 global") == "old"
        rounds = [tuple(row) for row in await state.rows("SELECT audience, scope, passed, latest, guild FROM round")]
    assert rounds == ([(5, "s", 5, 7, 0)] if "INSERT INTO round" in shape else [])
    assert _schema(old) == _schema(new)
