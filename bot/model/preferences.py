"""What guilds and members can choose, and what follows for an answer."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

MAX_LISTED_WORKS = 100  # hidden by a guild, or seen by a member
MAX_HIDDEN_TROPES = 25  # by a guild: as many as a menu offers to show again
MAX_SAVED_EXAMPLES = 200  # by a member
MAX_DAILIES_PER_GUILD = 6  # that fit on the settings card


class SpoilerMode(StrEnum):
    """How to show examples with spoilers, least strict first."""

    TAGS = "tags"
    WHOLE_CARD = "veil"
    EXCLUDE = "skip"


SPOILER_MODES_BY_STRICTNESS = tuple(SpoilerMode)


class PrivacyReason(StrEnum):
    """Why an answer is private though the member did not ask for that."""

    HIDDEN_SEARCH = "hidden search"
    MESSAGE_SEARCH = "message search"
    NOTES = "notes"
    REPORT = "report"
    COPY = "copy"
    QUIET_CHANNEL = "quiet channel"
    SERVER = "server"
    PREFERENCE = "preference"
    NO_APPS = "no apps"


@dataclass(frozen=True, slots=True)
class GuildSettings:
    """A guild's settings. Hidden media (slugs), works and tropes (refs) are never shown there.

    Attributes:
        spoiler_mode: The least strict mode allowed.
        private_by_default: Members can override it.
        public_channels: Ids of channels with public answers. Empty means all.
        games: Whether there are games.
        game_channels: Ids of channels with games. Empty means all.
        language: The locale of what everyone sees. Empty for that of the guild in Discord.
        discord_language: That one, as noted for what is posted unasked. Empty if it is English.
    """

    spoiler_mode: SpoilerMode = SpoilerMode.TAGS
    private_by_default: bool = False
    hidden_media: frozenset[str] = frozenset()
    hidden_works: frozenset[str] = frozenset()
    hidden_tropes: frozenset[str] = frozenset()
    public_channels: frozenset[int] = frozenset()
    games: bool = True
    game_channels: frozenset[int] = frozenset()
    language: str = ""
    discord_language: str = ""


@dataclass(frozen=True, slots=True)
class MemberPreferences:
    """A member's preferences.

    Attributes:
        spoiler_mode: The least strict mode wanted.
        seen_works: Refs of works whose spoilers are revealed in private answers.
    """

    spoiler_mode: SpoilerMode = SpoilerMode.TAGS
    private_by_default: bool = False
    seen_works: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class DeletionSummary:
    """Counts of a member's deleted rows."""

    preferences: int = 0
    seen: int = 0
    shuffles: int = 0
    saved: int = 0
    hints: int = 0
    scores: int = 0


@dataclass(frozen=True, slots=True)
class AnswerPolicy:
    """A guild's settings and a member's preferences combined for one answer.

    Attributes:
        shareable: Whether a private answer can be shared with the channel.
        mode_on_demand: The mode if the member asks for what `spoiler_mode` excludes. The guild's is never relaxed.
        privacy_reason: Why it is private, or None if the member asked for that.
        audience_id: A channel's id, or minus the id of a member who asks privately.
        guild_id: The audience's guild, or 0.
        public_language: The locale of what everyone sees.
        member_language: The locale of what the member alone sees. Empty for English, like the other one.
    """

    spoiler_mode: SpoilerMode = SpoilerMode.TAGS
    private: bool = False
    shareable: bool = True
    mode_on_demand: SpoilerMode = SpoilerMode.TAGS
    privacy_reason: PrivacyReason | None = None
    hidden_media: frozenset[str] = frozenset()
    hidden_works: frozenset[str] = frozenset()
    hidden_tropes: frozenset[str] = frozenset()
    seen_works: frozenset[str] = frozenset()
    audience_id: int = 0
    guild_id: int = 0
    public_language: str = ""
    member_language: str = ""

    @property
    def language(self) -> str:
        """The locale of the answer."""
        return self.member_language if self.private else self.public_language

    @property
    def hides_card(self) -> bool:
        """Whether all of a card with spoilers is hidden."""
        return self.spoiler_mode is not SpoilerMode.TAGS

    @classmethod
    def combine(
        cls, guild: GuildSettings, member: MemberPreferences, channel_ids: Iterable[int], *, private: bool | None
    ) -> "AnswerPolicy":
        """Combine settings and preferences. The stricter one wins. The audience is set later.

        `channel_ids` are the channel and its parent. `private` is the member's wish, or None.
        """
        closed = bool(guild.public_channels) and guild.public_channels.isdisjoint(channel_ids)
        reason = None
        if closed and not private:
            reason = PrivacyReason.QUIET_CHANNEL
        elif private is None and guild.private_by_default:
            reason = PrivacyReason.SERVER
        elif private is None and member.private_by_default:
            reason = PrivacyReason.PREFERENCE
        on_demand = SpoilerMode.TAGS if member.spoiler_mode is SpoilerMode.EXCLUDE else member.spoiler_mode
        return cls(
            stricter_mode(guild.spoiler_mode, member.spoiler_mode),
            private is True or reason is not None,
            not closed,
            stricter_mode(guild.spoiler_mode, on_demand),
            reason,
            guild.hidden_media,
            guild.hidden_works,
            guild.hidden_tropes,
            member.seen_works,
        )


def stricter_mode(*modes: SpoilerMode) -> SpoilerMode:
    """Return the strictest of some modes."""
    return max(modes, key=SPOILER_MODES_BY_STRICTNESS.index)


class PauseReason(StrEnum):
    """Why a daily example is paused. REFUSED: Discord found something wrong with the post, such as a deleted tag."""

    FORBIDDEN = "forbidden"
    GONE = "gone"
    EMPTY = "empty"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often an example is posted: on some local weekdays, or every so many hours.

    Attributes:
        weekdays: ISO numbers in order. Monday is 1.
        hours: From `MIN_HOURS` to `MAX_HOURS`, or 0 for once on each of the weekdays.
    """

    weekdays: str = "1234567"
    hours: int = 0


EVERY_DAY, WEEKDAYS = Rhythm(), Rhythm("12345")
MIN_HOURS, MAX_HOURS = 6, 23


@dataclass(frozen=True, slots=True)
class DailySchedule:
    """A channel's daily example. An empty ref or slug matches all.

    Attributes:
        minute_of_day: Local time. Of the first post, if the rhythm is in hours.
        timezone: IANA name, or an offset like UTC+05:30.
        next_due: UTC.
        role_id: The role to mention, or 0.
        is_forum: Whether the channel is a forum, where each example gets its own post.
        tag_id: The tag of those posts, or 0.
    """

    channel_id: int
    guild_id: int
    minute_of_day: int
    timezone: str
    trope_ref: str
    medium_slug: str
    work_ref: str
    include_spoilers: bool
    next_due: datetime
    pause_reason: PauseReason | None = None
    rhythm: Rhythm = EVERY_DAY
    role_id: int = 0
    is_forum: bool = False
    tag_id: int = 0
