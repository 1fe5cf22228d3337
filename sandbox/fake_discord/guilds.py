"""Guilds and channels: who is in them, who sees what, and what each member may do where."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sandbox.fake_discord.people import ALL_PERMISSIONS, NOTHING, Permission, Role

if TYPE_CHECKING:
    from sandbox.fake_discord.people import Member
    from sandbox.fake_discord.wire import Payload

_JOINED = datetime(2024, 5, 17, 18, 30, tzinfo=UTC).isoformat()


@dataclass(frozen=True, slots=True)
class Overwrite:
    """What a channel takes from or gives to a role."""

    role: Role
    deny: Permission = NOTHING
    allow: Permission = NOTHING


@dataclass(slots=True, eq=False)
class Channel:
    """A place to write: a text channel of a guild, or a direct or group conversation (`guild` is None)."""

    id: int
    name: str
    guild: Guild | None = None
    overwrites: list[Overwrite] = field(default_factory=list)
    recipients: list[Member] = field(default_factory=list)

    @property
    def kind(self) -> int:
        """Discord's channel type: 0 text, 1 direct message, 3 group."""
        if self.guild is not None:
            return 0
        return 1 if len(self.recipients) <= 2 else 3

    def permissions_of(self, member: Member) -> Permission:
        if self.guild is None:
            return ALL_PERMISSIONS
        roles = self.guild.roles_of(member)
        granted = self.guild.permissions_of(member)
        if granted == ALL_PERMISSIONS:
            return granted
        everyone = [each for each in self.overwrites if each.role is self.guild.everyone]
        others = [each for each in self.overwrites if each.role in roles and each not in everyone]
        for group in (everyone, others):
            for each in group:
                granted &= ~each.deny
            for each in group:
                granted |= each.allow
        return granted

    def admits(self, member: Member) -> bool:
        """Whether the member sees this channel at all."""
        if self.guild is None:
            return member in self.recipients
        return member in self.guild.members and Permission.VIEW_CHANNEL in self.permissions_of(member)

    def payload(self) -> Payload:
        if self.guild is None:
            return {
                "id": str(self.id),
                "type": self.kind,
                "flags": 0,
                "last_message_id": None,
                "recipients": [each.user_payload() for each in self.recipients if not each.bot],
                **({"name": self.name, "icon": None} if self.kind == 3 else {}),
            }
        return {
            "id": str(self.id),
            "type": 0,
            "flags": 0,
            "guild_id": str(self.guild.id),
            "name": self.name,
            "position": self.guild.channels.index(self),
            "parent_id": None,
            "topic": None,
            "nsfw": False,
            "last_message_id": None,
            "rate_limit_per_user": 0,
            "permission_overwrites": [
                {"id": str(o.role.id), "type": 0, "allow": str(int(o.allow)), "deny": str(int(o.deny))}
                for o in self.overwrites
            ],
        }

    def as_json(self) -> Payload:
        return {
            "id": str(self.id),
            "name": self.name,
            "kind": {0: "text", 1: "dm", 3: "group"}[self.kind],
            "guild_id": str(self.guild.id) if self.guild else None,
        }


@dataclass(slots=True, eq=False)
class Guild:
    """A server. `has_bot`: the bot was invited; in the others it can only be used by people who installed it."""

    id: int
    name: str
    owner: Member
    everyone: Role
    has_bot: bool = True
    roles: list[Role] = field(default_factory=list)
    channels: list[Channel] = field(default_factory=list)
    members: dict[Member, list[Role]] = field(default_factory=dict)
    locale: str = "en-US"
    bot_joined_at: str = _JOINED
    joined_at: dict[Member, str] = field(default_factory=dict)  # of those who came later than the regulars
    system_channel: Channel | None = None

    def channel(self, name: str) -> Channel:
        for channel in self.channels:
            if channel.name == name:
                return channel
        raise KeyError(f"{self.name} has no channel {name!r}; it has {[each.name for each in self.channels]}")

    def role(self, name: str) -> Role:
        for role in self.roles:
            if role.name == name:
                return role
        raise KeyError(f"{self.name} has no role {name!r}; it has {[each.name for each in self.roles]}")

    def roles_of(self, member: Member) -> list[Role]:
        """All roles of a member, the one everybody has included; none for a stranger."""
        return [self.everyone, *self.members[member]] if member in self.members else []

    def permissions_of(self, member: Member) -> Permission:
        granted = NOTHING
        for role in self.roles_of(member):
            granted |= role.permissions
        return ALL_PERMISSIONS if member is self.owner or Permission.ADMINISTRATOR in granted else granted

    def member_payload(self, member: Member, *, with_user: bool = True) -> Payload:
        answer: Payload = {
            "roles": [str(role.id) for role in self.members.get(member, [])],
            "joined_at": self.bot_joined_at if member.bot else self.joined_at.get(member, _JOINED),
            "nick": None,
            "avatar": None,
            "banner": None,
            "premium_since": None,
            "communication_disabled_until": None,
            "deaf": False,
            "mute": False,
            "pending": False,
            "flags": 0,
        }
        return {**answer, "user": member.user_payload()} if with_user else answer

    def payload(self, *, seen_by: Member) -> Payload:
        """The guild as GUILD_CREATE carries it with the guilds intent alone: of the members only the bot itself."""
        return self._settings() | {
            "channels": [channel.payload() for channel in self.channels],
            "threads": [],
            "members": [self.member_payload(seen_by)],
            "member_count": len(self.members),
            "presences": [],
            "voice_states": [],
            "stage_instances": [],
            "guild_scheduled_events": [],
            "soundboard_sounds": [],
            "joined_at": self.bot_joined_at,
            "large": False,
            "lazy": True,
        }

    def description(self) -> Payload:
        """As GET /guilds/{id} answers."""
        return self._settings() | {
            "home_header": None,
            "widget_enabled": False,
            "widget_channel_id": None,
            "max_presences": None,
            "max_members": 500_000,
            "max_stage_video_channel_users": 50,
            "max_video_channel_users": 25,
            "incidents_data": None,
        }

    def _settings(self) -> Payload:
        return {
            "id": str(self.id),
            "name": self.name,
            "icon": None,
            "splash": None,
            "discovery_splash": None,
            "banner": None,
            "description": None,
            "owner_id": str(self.owner.id),
            "region": "",
            "afk_channel_id": None,
            "afk_timeout": 300,
            "verification_level": 0,
            "default_message_notifications": 1,
            "explicit_content_filter": 0,
            "mfa_level": 0,
            "nsfw_level": 0,
            "nsfw": False,
            "premium_tier": 0,
            "premium_subscription_count": 0,
            "premium_progress_bar_enabled": False,
            "preferred_locale": self.locale,
            "system_channel_id": str(self.system_channel.id) if self.system_channel else None,
            "system_channel_flags": 0,
            "rules_channel_id": None,
            "public_updates_channel_id": None,
            "safety_alerts_channel_id": None,
            "vanity_url_code": None,
            "application_id": None,
            "features": [],
            "emojis": [],
            "stickers": [],
            "roles": [role.payload() for role in self.roles],
        }
