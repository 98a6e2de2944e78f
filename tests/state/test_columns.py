"""columns.toml explains each column of the state and when its rows are deleted."""

import sqlite3
import tomllib
from contextlib import closing
from pathlib import Path

from bot.state.schema import STATE_SPEC

COLUMNS = """
    SELECT tables.name, columns.name FROM sqlite_schema AS tables, pragma_table_info(tables.name) AS columns
    WHERE tables.type = 'table'
"""


def test_columns_toml_explains_every_column() -> None:
    explained = tomllib.loads(Path(__file__).with_name("columns.toml").read_text(encoding="utf-8"))
    with closing(sqlite3.connect(":memory:")) as database:
        database.executescript(STATE_SPEC.schema)
        expected = {(table, column) for table, column in database.execute(COLUMNS)}
    assert all(columns.pop("deleted") for columns in explained.values())
    assert {(table, column) for table, columns in explained.items() for column in columns} == expected
    assert all(text for columns in explained.values() for text in columns.values())
