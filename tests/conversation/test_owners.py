"""Who owns the bot, as Discord said last."""

from typing import Any
from unittest.mock import AsyncMock, Mock

import discord
import pytest

from bot.conversation.owners import REFRESH_SECONDS, RETRY_SECONDS, Owners


class Discord:
    """Says who owns the application, and how late it is."""

    def __init__(self) -> None:
        self.seconds = 1_000.0
        self.answer = AsyncMock()
        self.owners = Owners(self.answer, lambda: self.seconds)

    async def say(self, *owners: int) -> list[int]:
        """Let a team own the application, and return those of members 1 to 3 who are owners now."""
        accepted, admin = discord.TeamMembershipState.accepted, discord.TeamMemberRole.admin
        members = [Mock(id=owner, membership_state=accepted, role=admin) for owner in owners]
        self.answer.side_effect = None
        self.answer.return_value = Mock(team=Mock(owner_id=None, members=members))
        return await self.ask()

    async def ask(self) -> list[int]:
        return [member for member in (1, 2, 3) if await self.owners.includes(member)]


async def test_a_former_member_is_no_owner_after_five_minutes() -> None:
    discord = Discord()
    assert await discord.say(1, 2) == [1, 2]
    assert await discord.say(2, 3) == [1, 2]
    assert discord.answer.await_count == 1
    discord.seconds += REFRESH_SECONDS
    assert await discord.ask() == [2, 3]


@pytest.mark.parametrize("error", [TimeoutError(), OSError(), discord.DiscordServerError(Mock(status=503), None)])
async def test_nobody_is_an_owner_while_discord_does_not_answer(error: Exception) -> None:
    world = Discord()
    world.answer.side_effect = error
    assert await world.ask() == []
    assert await world.say(1) == []
    assert world.answer.await_count == 1
    world.seconds += RETRY_SECONDS
    assert await world.ask() == [1]


async def test_an_application_without_a_team_has_one_owner() -> None:
    said: Any = Mock(team=None)
    said.owner.id = 3
    owners = Owners(AsyncMock(side_effect=OSError))
    owners.remember(said)
    assert [member for member in (1, 2, 3) if await owners.includes(member)] == [3]
