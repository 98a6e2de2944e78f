"""What guilds and members can choose, and what follows for an answer."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

MAX_LISTED_WORKS = 100  # hidden by a guild, or seen by a member
MAX_SAVED_EXAMPLES = 200  # by a member
MAX_DAILIES_PER_GUILD = 6  # that fit on the settings card


class SpoilerMode(StrEnum):
    """How to show examples with spoilers, least strict first."""

    TAGS = "tags"
    WHOLE_CARD = "veil"
    EXCLUDE = "skip"


SPOILER_MODES_BY_STRICTNESS = tuple(SpoilerMode)


@dataclass(frozen=True, slots=True)
class GuildSettings:
    """A guild's settings. Hidden media (slugs) and works (refs) are never shown there.

    Attributes:
        spoiler_mode: The least strict mode allowed.
        private_by_default: Members can override it.
        public_channels: Ids of channels with public answers. Empty means all.
    """

    spoiler_mode: SpoilerMode = SpoilerMode.TAGS
    private_by_default: bool = False
    hidden_media: frozenset[str] = frozenset()
    hidden_works: frozenset[str] = frozenset()
    public_channels: frozenset[int] = frozenset()


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


@dataclass(frozen=True, slots=True)
class AnswerPolicy:
    """A guild's settings and a member's preferences combined for one answer.

    Attributes:
        shareable: Whether a private answer can be shared with the channel.
        audience_id: A channel's id, or minus the id of a member who asks privately.
        guild_id: The audience's guild, or 0.
    """

    spoiler_mode: SpoilerMode = SpoilerMode.TAGS
    private: bool = False
    shareable: bool = True
    hidden_media: frozenset[str] = frozenset()
    hidden_works: frozenset[str] = frozenset()
    seen_works: frozenset[str] = frozenset()
    audience_id: int = 0
    guild_id: int = 0

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
        by_default = guild.private_by_default or member.private_by_default
        return cls(
            max(guild.spoiler_mode, member.spoiler_mode, key=SPOILER_MODES_BY_STRICTNESS.index),
            closed or (by_default if private is None else private),
            not closed,
            guild.hidden_media,
            guild.hidden_works,
            member.seen_works,
        )


class PauseReason(StrEnum):
    """Why a daily example is paused."""

    FORBIDDEN = "forbidden"
    GONE = "gone"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class DailySchedule:
    """A channel's daily example. An empty ref or slug matches all.

    Attributes:
        minute_of_day: Local time.
        timezone: IANA name.
        next_due: UTC.
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
