"""Rows of the state are cached until a transaction names one of their tables."""

import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from importlib import import_module
from pkgutil import iter_modules
from unittest.mock import AsyncMock

import pytest

import bot.state
from bot.model.preferences import GuildSettings, SpoilerMode
from bot.state.preferences import GuildSetting, PreferenceStore
from bot.state.saved import SavedStore
from bot.state.schema import STATE_SPEC
from bot.state.sqlite_backend import open_sqlite_state, tables_of

GUILD, MEMBER = 10, 20
ACCESSES = (sqlite3.SQLITE_READ, sqlite3.SQLITE_INSERT, sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DELETE)


def statements() -> Iterator[str]:
    """Yield the statements that are constants of the state's modules, and run as they are."""
    for module in iter_modules(bot.state.__path__):
        for value in vars(import_module(f"bot.state.{module.name}")).values():
            for text in value if isinstance(value, tuple) else [value]:
                if isinstance(text, str) and re.match(r"\s*(?:SELECT|INSERT INTO|UPDATE|DELETE|WITH)\s", text):
                    yield text


def tables_used(statement: str) -> set[str] | None:
    """Return the tables that SQLite uses for a statement, or None if it is part of one."""
    used: defaultdict[int, set[str]] = defaultdict(set)

    def note(action: int, table: str | None, *_: object) -> int:
        used[action].add(table or "")
        return sqlite3.SQLITE_OK

    with closing(sqlite3.connect(":memory:")) as database:
        database.executescript(STATE_SPEC.schema)
        tables = {name for (name,) in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
        database.set_authorizer(note)
        named = dict.fromkeys(re.findall(r"(?<!:):([a-z_]+)", statement))
        try:
            database.execute(f"EXPLAIN {statement}", named or [None] * statement.count("?"))
        except sqlite3.OperationalError:
            return None
    return set().union(*(used[action] for action in ACCESSES)) & tables


def test_a_statement_names_the_tables_that_it_uses() -> None:
    found = {statement: tables for statement in statements() if (tables := tables_used(statement))}
    assert len(found) > 60
    assert {statement: set(tables_of(statement)) & tables for statement, tables in found.items()} == found


async def test_only_a_write_to_its_table_outdates_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_sqlite_state(None) as state:
        preferences = PreferenceStore(state)
        assert await preferences.guild_settings(GUILD) == GuildSettings()
        await SavedStore(state).save(MEMBER, 5, "ab", "Firefly")
        with monkeypatch.context() as patch:
            patch.setattr(state, "fetch_all", AsyncMock(side_effect=AssertionError("read again")))
            assert await preferences.guild_settings(GUILD) == GuildSettings()
        await preferences.set_guild_setting(GUILD, GuildSetting.SPOILERS, [SpoilerMode.WHOLE_CARD])
        assert (await preferences.guild_settings(GUILD)).spoiler_mode is SpoilerMode.WHOLE_CARD
