"""Store settings and preferences: a row for each value, none for defaults."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from enum import StrEnum
from typing import Literal

from bot.model.preferences import (
    MAX_HIDDEN_TROPES,
    MAX_LISTED_WORKS,
    DeletionSummary,
    GuildSettings,
    MemberPreferences,
    SpoilerMode,
)
from bot.state.base import State

ENABLED, DISABLED = "yes", "no"


class GuildSetting(StrEnum):
    """What a guild's moderators can choose."""

    SPOILERS = "spoilers"
    PRIVATE = "private"
    MEDIUM = "medium"
    WORK = "work"
    TROPE = "trope"
    CHANNEL = "channel"
    GAMES = "games"
    GAME_CHANNEL = "game channel"
    LANGUAGE = "language"
    DISCORD_LANGUAGE = "discord language"


Hidden = Literal[GuildSetting.WORK, GuildSetting.TROPE]


class MemberPreference(StrEnum):
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
# Limited, so that nobody can grow the state without bound.
_INSERT_HIDDEN = """
    INSERT INTO guild_setting (guild_id, name, value)
    SELECT :owner, :name, :value
    WHERE (SELECT count(*) FROM guild_setting WHERE guild_id = :owner AND name = :name) < :most
    ON CONFLICT DO NOTHING
"""
_MAX_HIDDEN = {GuildSetting.WORK: MAX_LISTED_WORKS, GuildSetting.TROPE: MAX_HIDDEN_TROPES}
_INSERT_SEEN_WORK = f"""
    INSERT INTO member_preference (user_id, name, value)
    SELECT :owner, 'seen', :value
    WHERE (SELECT count(*) FROM member_preference WHERE user_id = :owner AND name = 'seen') < {MAX_LISTED_WORKS}
    ON CONFLICT DO NOTHING
"""
_DELETE_SETTING = "DELETE FROM guild_setting WHERE guild_id = ? AND name = ?"
_DELETE_PREFERENCE = "DELETE FROM member_preference WHERE user_id = ? AND name = ?"
_DELETE_HIDDEN = "DELETE FROM guild_setting WHERE guild_id = ? AND name = ? AND value = ?"
_DELETE_SEEN_WORK = "DELETE FROM member_preference WHERE user_id = ? AND name = 'seen' AND value = ?"
_DELETE_PREFERENCES = "DELETE FROM member_preference WHERE user_id = ? RETURNING name"
_DELETE_HINT = "DELETE FROM help_hint WHERE user_id = ? AND user_id <> 0 RETURNING 'hint'"
_ID_AS_TEXT = "CAST(CAST(:user AS BIGINT) AS TEXT)"
# A round that runs keeps who has left it, else they could look its example up, be forgotten, and win.
_FORGET_GUESSES = (
    """
    DELETE FROM guess_player WHERE user_id = :user
    AND round_id NOT IN (SELECT round_id FROM guess_round WHERE phase IN ('starting', 'open', 'won'))
    """,
    "UPDATE guess_player SET guess_count = 0, guess_ids = '', gave_up = 1, has_peeked = 0 WHERE user_id = :user",
    "UPDATE guess_round SET starter_id = 0 WHERE starter_id = :user",
    "UPDATE guess_round SET winner_id = 0 WHERE winner_id = :user",
    f"""
    UPDATE guess_round SET standings = replace(standings, ' ' || {_ID_AS_TEXT} || ':', ' 0:')
    WHERE standings LIKE '% ' || {_ID_AS_TEXT} || ':%'
    """,
    "DELETE FROM guess_score WHERE user_id = :user RETURNING 'score'",
)
_DELETE_SHUFFLES = "DELETE FROM shuffle WHERE audience_id = ? RETURNING 'shuffle'"
_DELETE_SAVED = "DELETE FROM saved_example WHERE user_id = ? RETURNING 'saved'"

_DEFAULTS = GuildSettings(), MemberPreferences()


class PreferenceStore:
    """Read and write settings and preferences."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def for_answer(self, guild_id: int, user_id: int) -> tuple[GuildSettings, MemberPreferences]:
        """Return the settings of a guild (or 0) and a member's preferences.

        Raises:
            DatabaseError: The state is unreadable.
        """
        rows = await self._state.fetch_cached(_SELECT_SETTINGS_AND_PREFERENCES, (guild_id, user_id))
        if not rows:
            return _DEFAULTS
        values_by_name: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        for owner, name, value in rows:
            values_by_name[owner, name].add(value)
        settings = GuildSettings(
            spoiler_mode=SpoilerMode(*values_by_name["guild", "spoilers"] or {SpoilerMode.TAGS}),
            private_by_default=bool(values_by_name["guild", "private"]),
            hidden_media=frozenset(values_by_name["guild", "medium"]),
            hidden_works=frozenset(values_by_name["guild", "work"]),
            hidden_tropes=frozenset(values_by_name["guild", "trope"]),
            public_channels=frozenset(map(int, values_by_name["guild", "channel"])),
            games=not values_by_name["guild", "games"],
            game_channels=frozenset(map(int, values_by_name["guild", "game channel"])),
            language="".join(values_by_name["guild", "language"]),
            discord_language="".join(values_by_name["guild", "discord language"]),
        )
        preferences = MemberPreferences(
            spoiler_mode=SpoilerMode(*values_by_name["member", "spoilers"] or {SpoilerMode.TAGS}),
            private_by_default=bool(values_by_name["member", "private"]),
            seen_works=frozenset(values_by_name["member", "seen"]),
        )
        return settings, preferences

    async def guild_settings(self, guild_id: int) -> GuildSettings:
        """Return a guild's settings."""
        return (await self.for_answer(guild_id, 0))[0]

    async def note_language(self, guild_id: int, locale: str) -> None:
        """Store a guild's language in Discord, empty for English, for what is posted there unasked."""
        if locale != (await self.guild_settings(guild_id)).discord_language:
            await self.set_guild_setting(guild_id, GuildSetting.DISCORD_LANGUAGE, [locale] if locale else [])

    async def set_guild_setting(self, guild_id: int, setting: GuildSetting, values: Iterable[str]) -> None:
        """Replace a guild's values of a setting. No values restore the default."""
        inserts = [(_INSERT_SETTING, (guild_id, setting, value)) for value in values]
        await self._state.execute_transaction((_DELETE_SETTING, (guild_id, setting)), *inserts)

    async def set_member_preference(self, user_id: int, preference: MemberPreference, values: Iterable[str]) -> None:
        """Replace a member's values of a preference. No values restore the default."""
        inserts = [(_INSERT_PREFERENCE, (user_id, preference, value)) for value in values]
        await self._state.execute_transaction((_DELETE_PREFERENCE, (user_id, preference)), *inserts)

    async def hide(self, guild_id: int, setting: Hidden, refs: Collection[str]) -> bool:
        """Hide works or tropes in a guild. Return False if over 100 works or 25 tropes would be hidden."""
        bound = {"owner": guild_id, "name": setting, "most": _MAX_HIDDEN[setting]}
        await self._state.execute_transaction(*((_INSERT_HIDDEN, bound | {"value": ref}) for ref in refs))
        settings = await self.guild_settings(guild_id)
        hidden = settings.hidden_works if setting is GuildSetting.WORK else settings.hidden_tropes
        return hidden.issuperset(refs)

    async def unhide(self, guild_id: int, setting: Hidden, refs: Iterable[str]) -> None:
        """Stop hiding works or tropes in a guild."""
        await self._state.execute_transaction(*((_DELETE_HIDDEN, (guild_id, setting, ref)) for ref in refs))

    async def add_seen_works(self, user_id: int, work_refs: Collection[str]) -> bool:
        """Mark works as seen. Return False if over 100 would be."""
        inserts = [(_INSERT_SEEN_WORK, {"owner": user_id, "value": work}) for work in work_refs]
        await self._state.execute_transaction(*inserts)
        return (await self.for_answer(0, user_id))[1].seen_works.issuperset(work_refs)

    async def remove_seen_works(self, user_id: int, work_refs: Iterable[str]) -> None:
        """Unmark works as seen."""
        await self._state.execute_transaction(*((_DELETE_SEEN_WORK, (user_id, work)) for work in work_refs))

    async def delete_member_data(self, user_id: int) -> DeletionSummary:
        """Delete all of a member's data in one transaction."""
        rows = await self._state.execute_transaction(
            (_DELETE_PREFERENCES, (user_id,)),
            (_DELETE_SHUFFLES, (-user_id,)),
            (_DELETE_SAVED, (user_id,)),
            (_DELETE_HINT, (user_id,)),
            *((statement, {"user": user_id}) for statement in _FORGET_GUESSES),
        )
        counts = Counter([name for (name,) in rows])
        names = MemberPreference.SEEN, "shuffle", "saved", "hint", "score"
        seen, shuffles, saved, hints, scores = [counts.pop(name, 0) for name in names]
        return DeletionSummary(counts.total(), seen, shuffles, saved, hints, scores)
