"""What servers and members chose, stored as one row for each value and none for a default."""

from collections import defaultdict
from collections.abc import Collection, Iterable
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


_SELECT_SETTINGS_AND_PREFERENCES = """
    SELECT 'guild', name, value FROM guild_setting WHERE guild_id = ?
    UNION ALL SELECT 'member', name, value FROM member_preference WHERE user_id = ?
"""
_INSERT_SETTING = "INSERT INTO guild_setting (guild_id, name, value) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
_INSERT_PREFERENCE = "INSERT INTO member_preference (user_id, name, value) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
# Limited, so that nobody can make the state grow without end.
_INSERT_HIDDEN_WORK = f"""
    INSERT INTO guild_setting (guild_id, name, value)
    SELECT :owner, 'work', :value
    WHERE (SELECT count(*) FROM guild_setting WHERE guild_id = :owner AND name = 'work') < {MAX_LISTED_WORKS}
    ON CONFLICT DO NOTHING
"""
_INSERT_SEEN_WORK = f"""
    INSERT INTO member_preference (user_id, name, value)
    SELECT :owner, 'seen', :value
    WHERE (SELECT count(*) FROM member_preference WHERE user_id = :owner AND name = 'seen') < {MAX_LISTED_WORKS}
    ON CONFLICT DO NOTHING
"""
_DELETE_SETTING = "DELETE FROM guild_setting WHERE guild_id = ? AND name = ?"
_DELETE_PREFERENCE = "DELETE FROM member_preference WHERE user_id = ? AND name = ?"
_DELETE_HIDDEN_WORK = "DELETE FROM guild_setting WHERE guild_id = ? AND name = 'work' AND value = ?"
_DELETE_SEEN_WORK = "DELETE FROM member_preference WHERE user_id = ? AND name = 'seen' AND value = ?"
_DELETE_PREFERENCES = "DELETE FROM member_preference WHERE user_id = ? RETURNING name"
_DELETE_SHUFFLES = "DELETE FROM shuffle WHERE audience_id = ? RETURNING 'shuffle'"

_DEFAULTS = GuildSettings(), MemberPreferences()


class Choosing:
    """Reads and writes what servers and members chose."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def both(self, guild: int, member: int) -> tuple[GuildSettings, MemberPreferences]:
        """Return what a guild (0 for none) and a member chose.

        Raises:
            DatabaseError: The state cannot be read.
        """
        rows = await self._state.settled_rows(_SELECT_SETTINGS_AND_PREFERENCES, (guild, member))
        if not rows:
            return _DEFAULTS
        chosen: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        for owner, name, value in rows:
            chosen[owner, name].add(value)
        settings = GuildSettings(
            spoiler_mode=SpoilerMode(*chosen["guild", "spoilers"] or {SpoilerMode.TAGS}),
            private_by_default=bool(chosen["guild", "private"]),
            hidden_media=frozenset(chosen["guild", "medium"]),
            hidden_works=frozenset(chosen["guild", "work"]),
            public_channels=frozenset(map(int, chosen["guild", "channel"])),
        )
        preferences = MemberPreferences(
            spoiler_mode=SpoilerMode(*chosen["member", "spoilers"] or {SpoilerMode.TAGS}),
            private_by_default=bool(chosen["member", "private"]),
            seen_works=frozenset(chosen["member", "seen"]),
        )
        return settings, preferences

    async def of_guild(self, guild: int) -> GuildSettings:
        """Return what a guild chose."""
        return (await self.both(guild, 0))[0]

    async def set_guild(self, guild: int, what: GuildChoice, values: Iterable[str]) -> None:
        """Replace a guild's values of a setting; none restores the default."""
        inserts = [(_INSERT_SETTING, (guild, what, value)) for value in values]
        await self._state.change((_DELETE_SETTING, (guild, what)), *inserts)

    async def set_member(self, member: int, what: MemberChoice, values: Iterable[str]) -> None:
        """Replace a member's values of a preference; none restores the default."""
        inserts = [(_INSERT_PREFERENCE, (member, what, value)) for value in values]
        await self._state.change((_DELETE_PREFERENCE, (member, what)), *inserts)

    async def hide_works(self, guild: int, works: Collection[str]) -> bool:
        """Hide works (their refs) in a guild; return whether there was room for all of them (100)."""
        await self._state.change(*((_INSERT_HIDDEN_WORK, {"owner": guild, "value": work}) for work in works))
        return (await self.of_guild(guild)).hidden_works.issuperset(works)

    async def show_works(self, guild: int, works: Iterable[str]) -> None:
        """Hide works (their refs) in a guild no longer."""
        await self._state.change(*((_DELETE_HIDDEN_WORK, (guild, work)) for work in works))

    async def add_seen(self, member: int, works: Collection[str]) -> bool:
        """Add works (their refs) that a member has seen; return whether there was room for all of them (100)."""
        await self._state.change(*((_INSERT_SEEN_WORK, {"owner": member, "value": work}) for work in works))
        return (await self.both(0, member))[1].seen_works.issuperset(works)

    async def drop_seen(self, member: int, works: Iterable[str]) -> None:
        """Remove works (their refs) that a member has seen."""
        await self._state.change(*((_DELETE_SEEN_WORK, (member, work)) for work in works))

    async def forget_member(self, member: int) -> DeletionSummary:
        """Delete all data of a member in one transaction; return how much that was."""
        rows = await self._state.change((_DELETE_PREFERENCES, (member,)), (_DELETE_SHUFFLES, (-member,)))
        names = [name for (name,) in rows]
        shuffles, seen = names.count("shuffle"), names.count(MemberChoice.SEEN)
        return DeletionSummary(len(names) - shuffles - seen, seen, shuffles)
