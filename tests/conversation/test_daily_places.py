"""Where a daily example can be posted, by what Discord says of the channel."""

from types import SimpleNamespace
from typing import Any
from unittest.mock import AsyncMock, Mock

import discord
import pytest

from bot.conversation.daily_places import CACHED_SECONDS, ForumTags, Place, find_place, remarks_on
from bot.conversation.sender import InvalidInputError
from bot.render.markdown import Markdown
from bot.render.texts import daily as texts

GUILD, HERE, CHOSEN, NEWS_TAG, STAFF_TAG, ROLE = 10, 20, 30, 41, 42, 50
MAY_POST = discord.Permissions(view_channel=True, send_messages=True)
IN_THREADS = discord.Permissions(view_channel=True, send_messages_in_threads=True)
MODERATOR = discord.Permissions(
    view_channel=True, send_messages_in_threads=True, send_messages=True, manage_threads=True
)
BLIND = discord.Permissions(send_messages=True)
TAGS = [Markdown("News"), Markdown("Staff")]


def channel(kind: type, **fields: Any) -> Any:
    return Mock(spec=kind, guild=Mock(id=GUILD), **fields)


def forum(*, require_tag: bool = False, media: bool = False) -> Any:
    tags = [SimpleNamespace(name="News", id=NEWS_TAG, moderated=False)]
    tags += [SimpleNamespace(name="Staff", id=STAFF_TAG, moderated=True)]
    flags = SimpleNamespace(require_tag=require_tag)
    return channel(discord.ForumChannel, available_tags=tags, flags=flags, is_media=lambda: media)


async def place(found: Any, permissions: discord.Permissions | None, tag: str | None = None) -> Place:
    """Return what is found of another channel than the interaction's."""
    told = {} if permissions is None else {"app_permissions": str(permissions.value)}
    data = {"resolved": {"channels": {str(CHOSEN): {"id": str(CHOSEN), **told}, "99": {"app_permissions": "0"}}}}
    interaction: Any = SimpleNamespace(
        channel_id=HERE, channel=None, app_permissions=discord.Permissions.none(), data=data
    )
    fetch = AsyncMock(side_effect=found) if isinstance(found, type) else AsyncMock(return_value=found)
    return await find_place(interaction, GUILD, CHOSEN, tag, fetch)


@pytest.mark.parametrize(
    ("found", "permissions", "tag", "expected"),
    [
        pytest.param(channel(discord.TextChannel), MAY_POST, None, (False, 0), id="text"),
        pytest.param(channel(discord.TextChannel), None, None, (False, 0), id="not told"),
        pytest.param(channel(discord.Thread, locked=False), IN_THREADS, None, (False, 0), id="thread"),
        pytest.param(channel(discord.Thread, locked=True), MODERATOR, None, (False, 0), id="locked thread"),
        pytest.param(forum(), MAY_POST, None, (True, 0), id="forum"),
        pytest.param(forum(require_tag=True), MAY_POST, " news", (True, NEWS_TAG), id="tag"),
        pytest.param(forum(), MODERATOR, "Staff", (True, STAFF_TAG), id="moderated tag"),
        pytest.param(forum(), None, "Staff", (True, STAFF_TAG), id="moderated tag, not told"),
    ],
)
async def test_a_channel_where_the_bot_may_post_is_taken(
    found: Any, permissions: discord.Permissions | None, tag: str | None, expected: tuple[bool, int]
) -> None:
    assert await place(found, permissions, tag) == Place(CHOSEN, permissions, *expected)


@pytest.mark.parametrize(
    ("found", "permissions", "tag", "reason"),
    [
        pytest.param(channel(discord.TextChannel), BLIND, None, texts.CANNOT_POST(), id="not seen"),
        pytest.param(channel(discord.TextChannel), IN_THREADS, None, texts.CANNOT_POST(), id="only in threads"),
        pytest.param(channel(discord.Thread, locked=False), MAY_POST, None, texts.CANNOT_POST(), id="not in threads"),
        pytest.param(channel(discord.Thread, locked=True), IN_THREADS, None, texts.CANNOT_POST(), id="locked"),
        pytest.param(channel(discord.TextChannel), MAY_POST, "News", texts.TAG_WITHOUT_FORUM(), id="tag of no forum"),
        pytest.param(forum(), IN_THREADS, None, texts.CANNOT_POST(), id="forum"),
        pytest.param(forum(require_tag=True), MAY_POST, None, texts.tag_required(TAGS), id="without a tag"),
        pytest.param(forum(), MAY_POST, "New*", texts.unknown_tag(Markdown("New\\*"), TAGS), id="unknown tag"),
        pytest.param(forum(), MAY_POST, "staff", texts.TAG_IS_MODERATED(), id="moderated tag"),
        pytest.param(forum(media=True), MAY_POST, None, texts.CHANNEL_NOT_FOUND(), id="media channel"),
        pytest.param(channel(discord.CategoryChannel), MAY_POST, None, texts.CHANNEL_NOT_FOUND(), id="category"),
        pytest.param(Mock(guild=Mock(id=11)), MAY_POST, None, texts.CHANNEL_NOT_FOUND(), id="another server's"),
    ],
)
async def test_other_channels_are_refused_with_the_reason(
    found: Any, permissions: discord.Permissions | None, tag: str | None, reason: Markdown
) -> None:
    with pytest.raises(InvalidInputError) as error:
        await place(found, permissions, tag)
    assert error.value.text == reason


@pytest.mark.parametrize(
    ("found", "names"),
    [
        pytest.param(forum(), ["News", "Staff"], id="forum"),
        pytest.param(channel(discord.TextChannel), [], id="text"),
        pytest.param(Mock(spec=discord.ForumChannel, guild=Mock(id=11)), [], id="another server's"),
        pytest.param(TimeoutError, [], id="late"),
        pytest.param(discord.DiscordServerError(Mock(status=500), ""), [], id="failed"),
    ],
)
async def test_discord_is_asked_once_a_minute_for_tags(found: Any, names: list[str]) -> None:
    fetch = AsyncMock(side_effect=[found, found])
    moments = iter([0.0, CACHED_SECONDS - 1, CACHED_SECONDS])
    tags = ForumTags(fetch, lambda: next(moments))
    for asked in (1, 1, 2):
        assert list(await tags.names(GUILD, CHOSEN)) == names
        assert fetch.await_count == asked


@pytest.mark.parametrize(
    ("permissions", "mentionable", "remarks"),
    [
        (MAY_POST, True, []),
        (MAY_POST, False, [texts.no_ping(ROLE)]),
        (discord.Permissions(mention_everyone=True), False, []),
        (None, True, [texts.UNCHECKED()]),
        (None, False, [texts.UNCHECKED(), texts.ping_unchecked(ROLE)]),
    ],
)
def test_moderators_learn_whether_a_role_is_pinged(
    permissions: discord.Permissions | None, mentionable: bool, remarks: list[Markdown]
) -> None:
    role: Any = SimpleNamespace(id=ROLE, mentionable=mentionable)
    assert list(remarks_on(Place(HERE, permissions), role)) == remarks
    assert set(remarks_on(Place(HERE, permissions), None)) == set(remarks) & {texts.UNCHECKED()}
