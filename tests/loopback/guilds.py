"""The servers, channels and members of a loopback Discord, in the shape of Discord's payloads."""

from dataclasses import dataclass, field
from typing import Any

from tests.loopback.clock import Clock
from tests.loopback.fault_injection import MISSING_ACCESS
from tests.loopback.interactions import Refused

BOT, GUILD, CHANNEL, DIRECT = (
    123456789012345678,
    200_000_000_000_000_001,
    300_000_000_000_000_001,
    300_000_000_000_000_002,
)
TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.secret.secret"
INTERACTION_TOKEN = "aW50ZXJhY3Rpb246"  # the beginning of every interaction token
ALL_PERMISSIONS = str((1 << 50) - 1)
SLASH_COMMAND, MESSAGE_MENU = 1, 3
SUBCOMMAND, GROUP, STRING, INTEGER, BOOLEAN, ATTACHMENT = 1, 2, 3, 4, 5, 11

Json = dict[str, Any]
Option = str | int | Json  # an attachment is Json


@dataclass(frozen=True, slots=True)
class Member:
    """A user, with their permissions where they use the bot."""

    id: int = 400_000_000_000_000_001
    name: str = "ann"
    permissions: str = ALL_PERMISSIONS

    @property
    def user(self) -> Json:
        return _user(self.id, self.name)


ANN, BEN = Member(), Member(400_000_000_000_000_002, "ben")


@dataclass(frozen=True, slots=True)
class Location:
    """A channel of a server, or direct messages if `guild` is None."""

    guild: int | None = GUILD
    channel: int = CHANNEL


HERE, DIRECTLY = Location(), Location(None, DIRECT)


@dataclass
class LoopbackGuilds:
    """The guilds and commands that exist, and Discord's payloads about them."""

    clock: Clock
    token: str = TOKEN
    guild_ids: list[int] = field(default_factory=lambda: [GUILD])
    commands: dict[str, Json] = field(default_factory=dict)

    @property
    def bot_user(self) -> Json:
        return _user(BOT, "Big Run", bot=True)

    @property
    def application(self) -> Json:
        return {
            "id": str(BOT), "name": "Big Run", "description": "", "icon": None, "bot_public": True, "flags": 0,
            "bot_require_code_grant": False, "owner": ANN.user, "verify_key": "0" * 64, "team": None,
        }  # fmt: skip

    def ready(self, session: str, shard: int, shards: int, resume_url: str) -> Json:
        """Return the READY event of a session."""
        guilds = [guild for guild in self.guild_ids if (guild >> 22) % shards == shard]
        return {
            "v": 10, "user": self.bot_user, "session_id": session, "session_type": "normal", "shard": [shard, shards],
            "guilds": [{"id": str(guild), "unavailable": True} for guild in guilds], "resume_gateway_url": resume_url,
            "application": {"id": str(BOT), "flags": 0}, "private_channels": [], "relationships": [],
            "presences": [], "guild_join_requests": [], "user_settings": {}, "geo_ordered_rtc_regions": [],
            "auth": {}, "_trace": [],
        }  # fmt: skip

    def guild(self, guild: int) -> Json:
        """Return a server. Refuse if the bot is not in it."""
        if guild not in self.guild_ids:
            raise Refused(MISSING_ACCESS)
        return {
            "id": str(guild), "name": "Trope Club", "icon": None, "owner_id": str(ANN.id), "roles": [], "emojis": [],
            "features": [], "preferred_locale": "en-US", "verification_level": 0, "mfa_level": 0, "nsfw_level": 0,
            "default_message_notifications": 0, "explicit_content_filter": 0, "premium_tier": 0, "stickers": [],
            "afk_timeout": 300, "afk_channel_id": None, "system_channel_id": None, "system_channel_flags": 0,
        }  # fmt: skip

    def channel(self, channel: int) -> Json:
        """Return a text channel of the first server."""
        return self._channel(Location(self.guild_ids[0], channel)) | {"permission_overwrites": []}

    def register(self, commands: list[Json], guild: str | None) -> list[Json]:
        """Replace the bot's commands. A command that stays keeps its id."""
        known = {name: command["id"] for name, command in self.commands.items()}
        registered = [
            {
                "description": "", **command, "application_id": str(BOT), "version": str(self.clock.snowflake()),
                "id": known.get(command["name"], str(self.clock.snowflake())), "guild_id": guild,
            }
            for command in commands
        ]  # fmt: skip
        elsewhere = {name: command for name, command in self.commands.items() if command["guild_id"] != guild}
        self.commands = elsewhere | {command["name"]: command for command in registered}
        return registered

    # --- interactions

    def slash(self, command: str, options: dict[str, Option], focused: str | None = None) -> Json:
        """Return the data of a slash command with its options. `focused` is being typed."""
        name, *subcommands = command.split()
        inner: list[Json] = [
            {"name": key, "type": _type(value), "value": value["id"] if isinstance(value, dict) else value}
            | ({"focused": True} if key == focused else {})
            for key, value in options.items()
        ]
        attached = {value["id"]: value for value in options.values() if isinstance(value, dict)}
        for depth, subcommand in enumerate(reversed(subcommands)):
            inner = [{"name": subcommand, "type": GROUP if depth else SUBCOMMAND, "options": inner}]
        data = self._command(name, SLASH_COMMAND) | ({"options": inner} if inner else {})
        return data | ({"resolved": {"attachments": attached}} if attached else {})

    def menu(self, name: str, message: Json) -> Json:
        """Return the data of a message's context menu."""
        target = {"target_id": message["id"], "resolved": {"messages": {message["id"]: message}}}
        return self._command(name, MESSAGE_MENU) | target

    def interaction(
        self, kind: int, data: Json, member: Member, location: Location, message: Json | None = None
    ) -> Json:
        payload: Json = {
            "version": 1, "type": kind, "id": str(self.clock.snowflake()), "application_id": str(BOT), "data": data,
            "token": f"{INTERACTION_TOKEN}{self.clock.snowflake():x}", "locale": "en-US", "entitlements": [],
            "entitlement_sku_ids": [], "attachment_size_limit": 10_485_760, "app_permissions": ALL_PERMISSIONS,
            "channel_id": str(location.channel), "channel": self._channel(location),
            "context": 0 if location.guild else 1,
            "authorizing_integration_owners": {"0": str(location.guild or 0)},
        }  # fmt: skip
        if location.guild:
            guild = {"id": str(location.guild), "locale": "en-US", "features": []}
            payload |= {"guild_id": guild["id"], "guild": guild, "guild_locale": "en-US", "member": _member(member)}
        else:
            payload["user"] = member.user
        return payload | ({"message": message} if message else {})

    def _command(self, name: str, kind: int) -> Json:
        known = self.commands.get(name, {})
        data = {"id": known.get("id", str(self.clock.snowflake())), "name": name, "type": kind}
        return data | ({"guild_id": known["guild_id"]} if known.get("guild_id") else {})

    def _channel(self, location: Location) -> Json:
        if location.guild is None:
            return {
                "id": str(location.channel),
                "type": 1,
                "flags": 0,
                "last_message_id": None,
                "recipients": [ANN.user],
            }
        return {
            "id": str(location.channel), "type": 0, "guild_id": str(location.guild), "name": "general", "position": 0,
            "flags": 0, "nsfw": False, "parent_id": None, "rate_limit_per_user": 0, "topic": None,
            "last_message_id": None, "permissions": ALL_PERMISSIONS,
        }  # fmt: skip


def pressed(custom_id: str, kind: int, values: list[str] | None) -> Json:
    """Return the data of a pressed component."""
    return {"custom_id": custom_id, "component_type": kind, "id": 1} | ({} if values is None else {"values": values})


def submitted(custom_id: str, typed: dict[str, str]) -> Json:
    """Return the data of a submitted modal."""
    fields = [
        {"type": 18, "id": 2 * i, "component": {"type": 4, "id": 2 * i + 1, "custom_id": key, "value": value}}
        for i, (key, value) in enumerate(typed.items(), 1)
    ]
    return {"custom_id": custom_id, "components": fields}


def _type(value: Option) -> int:
    if isinstance(value, bool):
        return BOOLEAN
    if isinstance(value, dict):
        return ATTACHMENT
    return INTEGER if isinstance(value, int) else STRING


def _user(number: int, name: str, *, bot: bool = False) -> Json:
    return {
        "id": str(number), "username": name, "discriminator": "0", "global_name": None, "avatar": None, "bot": bot,
        "public_flags": 0, "avatar_decoration_data": None, "collectibles": None, "clan": None, "primary_guild": None,
    }  # fmt: skip


def _member(member: Member) -> Json:
    return {
        "user": member.user, "roles": [], "nick": None, "avatar": None, "banner": None, "flags": 0, "pending": False,
        "mute": False, "deaf": False, "premium_since": None, "communication_disabled_until": None,
        "joined_at": "2024-01-01T00:00:00.000000+00:00", "permissions": member.permissions,
        "unusual_dm_activity_until": None,
    }  # fmt: skip
