"""What guilds and members can choose, and what follows for one answer.

Every class is frozen. Guilds, channels and members are known by their ids alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

MAX_LISTED_WORKS = 100  # that a guild hides, or that a member knows
MAX_DAILIES_PER_GUILD = 6  # the settings card has room for so many


class SpoilerMode(StrEnum):
    """How examples with spoilers are shown, from the least strict to the strictest."""

    TAGS = "tags"
    WHOLE_CARD = "veil"
    EXCLUDE = "skip"


SPOILER_MODES_BY_STRICTNESS = tuple(SpoilerMode)


@dataclass(frozen=True, slots=True)
class GuildSettings:
    """What the moderators of a guild chose: slugs of media and refs of works that are never shown there.

    Attributes:
        spoiler_mode: The least strict mode there.
        private_by_default: Whether only the member sees an answer, unless the member wants otherwise.
        public_channels: Ids of the channels with public answers; empty means all of them.
    """

    spoiler_mode: SpoilerMode = SpoilerMode.TAGS
    private_by_default: bool = False
    hidden_media: frozenset[str] = frozenset()
    hidden_works: frozenset[str] = frozenset()
    public_channels: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class MemberPreferences:
    """What a member chose.

    Attributes:
        spoiler_mode: The least strict mode for the member.
        private_by_default: Whether the member sees answers alone, unless told otherwise.
        seen_works: Refs of works whose spoilers are plain in private answers.
    """

    spoiler_mode: SpoilerMode = SpoilerMode.TAGS
    private_by_default: bool = False
    seen_works: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class DeletionSummary:
    """How much was deleted of a member."""

    preferences: int = 0
    seen: int = 0
    shuffles: int = 0


@dataclass(frozen=True, slots=True)
class AnswerPolicy:
    """What a guild and a member chose, for one answer: the stricter of the two.

    Attributes:
        shareable: Whether a private answer may be shared with the channel.
        seen_works: Refs of works whose spoilers are plain in private answers.
        audience_id: Who sees the answer, so that nothing repeats: a channel's id, or minus the id of a member who
            sees it alone.
        guild_id: The guild that the audience belongs to, or 0.
    """

    spoiler_mode: SpoilerMode = SpoilerMode.TAGS
    private: bool = False
    shareable: bool = True
    hidden_media: frozenset[str] = frozenset()
    hidden_works: frozenset[str] = frozenset()
    seen_works: frozenset[str] = frozenset()
    audience_id: int = 0
    guild_id: int = 0

    @classmethod
    def combine(
        cls, guild: GuildSettings, member: MemberPreferences, channel_ids: Iterable[int], *, private: bool | None
    ) -> "AnswerPolicy":
        """Combine a guild's settings and a member's preferences; the stricter one wins. The audience is set later.

        `channel_ids` are the channel and the one it is a thread of; `private` is what the member wants now, or None.
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
    """Why a daily example is paused: the bot may not write, the channel is gone, or there is nothing to show."""

    FORBIDDEN = "forbidden"
    GONE = "gone"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class DailySchedule:
    """An example a day in a channel, which has one at most. An empty ref or slug stands for all.

    Attributes:
        minute_of_day: When, in minutes of the local day.
        timezone: The IANA name of the local time.
        next_due: When the next one comes, UTC.
        pause_reason: Why none comes, or None.
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
