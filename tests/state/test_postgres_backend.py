"""The state in PostgreSQL: placeholders, refused connections, and failures of the server."""

from contextlib import suppress
from datetime import UTC, datetime

import asyncpg
import pytest

from bot.errors import DatabaseError, WriteFailedError
from bot.model.preferences import DailySchedule
from bot.state.dailies import DailyStore
from bot.state.location import open_state
from bot.state.postgres_backend import to_dollar_placeholders
from bot.state.preferences import MemberPreference, PreferenceStore
from tests.postgres_server import emptied, execute, programs, running_server


@pytest.mark.parametrize(
    ("statement", "numbered", "names"),
    [
        ("SELECT ? WHERE a = ':b' AND c = '?' AND d = ?", "SELECT $1 WHERE a = ':b' AND c = '?' AND d = $2", ()),
        ("SELECT :now WHERE due <= :now AND at = :at", "SELECT $1 WHERE due <= $1 AND at = $2", ("now", "at")),
    ],
)
def test_placeholders_are_numbered_except_inside_quotes(statement: str, numbered: str, names: tuple[str, ...]) -> None:
    assert to_dollar_placeholders(statement) == (numbered, names)


@pytest.mark.slow
async def test_a_refused_connection_is_reported_without_the_password(postgres: str) -> None:
    for address, reason in (
        ("postgresql://bot:hunter2@127.0.0.1:1/x", r"The state at 127\.0\.0\.1:1/x cannot be used: "),
        (postgres.replace(":secret@", ":hunter2@"), "password authentication failed"),
    ):
        with pytest.raises(DatabaseError, match=reason) as error:
            async with open_state(address):
                pass
        assert "hunter2" not in str(error.value)


@pytest.mark.slow
async def test_one_of_two_processes_claims_a_post_without_waiting(postgres: str) -> None:
    address = await emptied(postgres)
    due = datetime(2026, 5, 1, tzinfo=UTC)
    async with open_state(address) as one, open_state(address) as other:
        await DailyStore(one).save(DailySchedule(1, 10, 1, "UTC", "", "", "", include_spoilers=True, next_due=due))
        [post] = await DailyStore(one).due(due, 9)
        blocker = await asyncpg.connect(address)
        async with blocker.transaction():
            await blocker.execute("SELECT * FROM bigrun.daily FOR UPDATE")
            assert not await DailyStore(other).claim(post, due)
        await blocker.close()
        assert await DailyStore(one).claim(post, due)
        assert not await DailyStore(other).claim(post, due)


@pytest.mark.slow
async def test_a_lost_connection_is_reported_and_replaced() -> None:
    binaries = programs()
    if binaries is None:
        pytest.skip("PostgreSQL is not installed (Debian's package: postgresql)")
    with running_server(binaries) as address:
        async with open_state(address) as state:
            await PreferenceStore(state).set_member_preference(1, MemberPreference.PRIVATE, ["yes"])
            await execute(
                address, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'bigrun'"
            )
            for _ in range(10):
                with suppress(WriteFailedError):
                    await PreferenceStore(state).set_member_preference(1, MemberPreference.SPOILERS, ["veil"])
                    break
            assert len(await state.fetch_all("SELECT * FROM member_preference")) == 2
