"""What guilds and members chose, kept in the state: a row for each thing chosen, nothing for what is as usual."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum

from bot.preferences import MAX_LISTED_WORKS, DeletionSummary, GuildSettings, MemberPreferences, SpoilerMode
from bot.state.base import State

YES = "yes"


class GuildChoice(StrEnum):
    """What the moderators of a guild can choose."""

    SPOILERS = "spoilers"
    PRIVATE = "private"
    MEDIUM = "medium"
    WORK = "work"
    CHANNEL = "channel"


class MemberChoice(StrEnum):
    """What a member can choose."""

    SPOILERS = "spoilers"
    PRIVATE = "private"
    SEEN = "seen"


_BOTH = """
    SELECT 0, what, value FROM guild_choice WHERE guild = ?
    UNION ALL SELECT 1, what, value FROM member_choice WHERE member = ?
"""
_PUT_GUILD = "INSERT INTO guild_choice (guild, what, value) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
_PUT_MEMBER = "INSERT INTO member_choice (member, what, value) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
# A guild that never shows so many works, and a member who has seen so many, cannot make the state grow further.
_ADD_WORK = f"""
    INSERT INTO guild_choice (guild, what, value)
    SELECT :owner, 'work', :value
    WHERE (SELECT count(*) FROM guild_choice WHERE guild = :owner AND what = 'work') < {MAX_LISTED_WORKS}
    ON CONFLICT DO NOTHING
"""
_ADD_SEEN = f"""
    INSERT INTO member_choice (member, what, value)
    SELECT :owner, 'seen', :value
    WHERE (SELECT count(*) FROM member_choice WHERE member = :owner AND what = 'seen') < {MAX_LISTED_WORKS}
    ON CONFLICT DO NOTHING
"""
_CLEAR_GUILD = "DELETE FROM guild_choice WHERE guild = ? AND what = ?"
_CLEAR_MEMBER = "DELETE FROM member_choice WHERE member = ? AND what = ?"
_DROP_WORK = "DELETE FROM guild_choice WHERE guild = ? AND what = 'work' AND value = ?"
_DROP_SEEN = "DELETE FROM member_choice WHERE member = ? AND what = 'seen' AND value = ?"
_FORGET_MEMBER = "DELETE FROM member_choice WHERE member = ? RETURNING what"
_FORGET_ROUNDS = "DELETE FROM round WHERE audience = ? RETURNING 'round'"

_USUAL = GuildSettings(), MemberPreferences()
_Chosen = Mapping[str, frozenset[str]]


class Choosing:
    """Reads and writes what was chosen; every change is there at once, and durable."""

    def __init__(self, state: State) -> None:
        """Takes the state."""
        self._state = state

    async def both(self, guild: int, member: int) -> tuple[GuildSettings, MemberPreferences]:
        """Returns what a guild (0 for none) and a member chose.

        Raises:
            DatabaseError: The state cannot be read.
        """
        rows = await self._state.settled_rows(_BOTH, (guild, member))
        if not rows:
            return _USUAL
        chosen: tuple[dict[str, set[str]], ...] = (defaultdict(set), defaultdict(set))
        for whose, what, value in rows:
            chosen[whose][what].add(value)
        of_guild, of_member = ({what: frozenset(values) for what, values in one.items()} for one in chosen)
        return _guild(of_guild), _member(of_member)

    async def of_guild(self, guild: int) -> GuildSettings:
        """Returns what a guild chose."""
        return (await self.both(guild, 0))[0]

    async def set_guild(self, guild: int, what: GuildChoice, values: Iterable[str]) -> None:
        """Puts `values` in the place of what a guild chose; none is as usual."""
        await self._state.change((_CLEAR_GUILD, (guild, what)), *((_PUT_GUILD, (guild, what, v)) for v in values))

    async def set_member(self, member: int, what: MemberChoice, values: Iterable[str]) -> None:
        """Puts `values` in the place of what a member chose; none is as usual."""
        await self._state.change((_CLEAR_MEMBER, (member, what)), *((_PUT_MEMBER, (member, what, v)) for v in values))

    async def hide_works(self, guild: int, works: Collection[str]) -> bool:
        """Adds works (by their tokens) to those that a guild never shows; tells whether there was room (for 100)."""
        await self._state.change(*((_ADD_WORK, {"owner": guild, "value": work}) for work in works))
        return (await self.of_guild(guild)).hidden_works.issuperset(works)

    async def show_works(self, guild: int, works: Iterable[str]) -> None:
        """Takes works off those that a guild never shows."""
        await self._state.change(*((_DROP_WORK, (guild, work)) for work in works))

    async def add_seen(self, member: int, works: Collection[str]) -> bool:
        """Adds works (by their tokens) to those that a member has seen; tells whether there was room (for 100)."""
        await self._state.change(*((_ADD_SEEN, {"owner": member, "value": work}) for work in works))
        return (await self.both(0, member))[1].seen_works.issuperset(works)

    async def drop_seen(self, member: int, works: Iterable[str]) -> None:
        """Takes works off those that a member has seen."""
        await self._state.change(*((_DROP_SEEN, (member, work)) for work in works))

    async def forget_member(self, member: int) -> DeletionSummary:
        """Deletes all that is kept about a member, in one transaction; returns how much that was."""
        rows = await self._state.change((_FORGET_MEMBER, (member,)), (_FORGET_ROUNDS, (-member,)))
        what = [row[0] for row in rows]
        rounds, seen = what.count("round"), what.count(MemberChoice.SEEN)
        return DeletionSummary(len(what) - rounds - seen, seen, rounds)


def _guild(chosen: _Chosen) -> GuildSettings:
    return GuildSettings(
        _mode(chosen),
        GuildChoice.PRIVATE in chosen,
        chosen.get(GuildChoice.MEDIUM, frozenset()),
        chosen.get(GuildChoice.WORK, frozenset()),
        frozenset(map(int, chosen.get(GuildChoice.CHANNEL, ()))),
    )


def _member(chosen: _Chosen) -> MemberPreferences:
    return MemberPreferences(_mode(chosen), MemberChoice.PRIVATE in chosen, chosen.get(MemberChoice.SEEN, frozenset()))


def _mode(chosen: _Chosen) -> SpoilerMode:
    [mode] = chosen.get("spoilers", frozenset({SpoilerMode.TAGS}))
    return SpoilerMode(mode)
