"""The nouns of what people choose: a guild, a member, a daily example, and what follows for one answer.

Every class is frozen and slotted. Guilds, channels and members are known by their ids alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

MAX_LISTED_WORKS = 100  # that a guild never shows, or that a member has seen
MAX_DAILIES_PER_GUILD = 6  # in one guild; the card that shows all choices has room for so many


class SpoilerMode(StrEnum):
    """How examples that hide something are shown: in tags, veiled as a whole, or not at all."""

    TAGS = "tags"
    WHOLE_CARD = "veil"
    EXCLUDE = "skip"


_STRICTNESS = tuple(SpoilerMode)


@dataclass(frozen=True, slots=True)
class GuildSettings:
    """What the moderators of a guild chose.

    Attributes:
        spoiler_mode: The least strict way in which spoilers are shown there.
        private_by_default: Whether answers are for the member who asks alone, unless the member wants otherwise.
        hidden_media: Slugs of media whose examples are never shown there.
        hidden_works: Tokens of works whose examples are never shown there.
        public_channels: Ids of the channels with public answers; none means all of them.
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
        spoiler_mode: The least strict way in which spoilers are shown to the member.
        private_by_default: Whether the member sees answers alone, unless told otherwise.
        seen_works: Tokens of works that the member has seen: their spoilers are plain in private answers.
    """

    spoiler_mode: SpoilerMode = SpoilerMode.TAGS
    private_by_default: bool = False
    seen_works: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class DeletionSummary:
    """What was deleted of a member: how many preferences, works seen, and rounds of private draws."""

    preferences: int = 0
    seen: int = 0
    shuffles: int = 0


@dataclass(frozen=True, slots=True)
class AnswerPolicy:
    """What a guild and a member chose, for one answer.

    Attributes:
        spoiler_mode: The stricter of what the two chose.
        private: Whether only the member who asks sees the answer.
        shareable: Whether a private answer may be shared with the channel.
        hidden_media: Slugs of media whose examples are not shown here.
        hidden_works: Tokens of works whose examples are not shown here.
        seen_works: Tokens of works that the member has seen: their spoilers are plain in private answers.
        audience_id: Who sees the answer, so that nothing comes twice: a channel's id, or minus the id of a member who
            sees it alone; 0 where nothing is remembered.
        guild_id: The guild that the audience belongs to; 0 where there is none.
    """

    spoiler_mode: SpoilerMode = SpoilerMode.TAGS
    private: bool = False
    shareable: bool = True
    hidden_media: frozenset[str] = frozenset()
    hidden_works: frozenset[str] = frozenset()
    seen_works: frozenset[str] = frozenset()
    audience_id: int = 0
    guild_id: int = 0


def strictest(modes: Iterable[SpoilerMode]) -> SpoilerMode:
    """Returns the strictest of some ways to show spoilers."""
    return max(modes, key=_STRICTNESS.index)


def policy_of(
    guild: GuildSettings, member: MemberPreferences, channels: Iterable[int], *, private: bool | None
) -> AnswerPolicy:
    """Returns what follows for an answer from what was chosen; to whom it is shown is left open.

    Args:
        guild: What the guild chose.
        member: What the member chose.
        channels: The channel of the answer, and the one that it is a thread of.
        private: What the member wants this time, or None for what is usual.
    """
    closed = bool(guild.public_channels) and guild.public_channels.isdisjoint(channels)
    usual = guild.private_by_default or member.private_by_default
    return AnswerPolicy(
        spoiler_mode=strictest((guild.spoiler_mode, member.spoiler_mode)),
        private=closed or (usual if private is None else private),
        shareable=not closed,
        hidden_media=guild.hidden_media,
        hidden_works=guild.hidden_works,
        seen_works=member.seen_works,
    )


class PauseReason(StrEnum):
    """Why a daily example does not come: its channel is forbidden to the bot, or gone, or nothing is left to show."""

    FORBIDDEN = "forbidden"
    GONE = "gone"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class DailySchedule:
    """An example a day in a channel.

    Attributes:
        channel: Where; a channel has one at most.
        guild: The guild of the channel.
        minute: When, in minutes of the local day.
        zone: The IANA name of the local time.
        trope: The token of the trope it is of; empty for all.
        medium: The slug of the medium or group it is of; empty for all.
        work: The token of the work it is of; empty for all.
        spoilers: Whether examples that hide something are among them.
        due: When the next one comes, UTC.
        paused: Why none comes, or None.
    """

    channel: int
    guild: int
    minute: int
    zone: str
    trope: str
    medium: str
    work: str
    spoilers: bool
    due: datetime
    paused: PauseReason | None = None
