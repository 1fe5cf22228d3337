"""A member at a place: where an interaction happens, through which installation, and what Discord says about both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.fake_discord.people import Member, Permission, Role
from sandbox.fake_discord.uploads import LARGEST_FILE

if TYPE_CHECKING:
    from sandbox.fake_discord.chat import Chat
    from sandbox.fake_discord.guilds import Channel, Guild
    from sandbox.fake_discord.messages import Message
    from sandbox.fake_discord.state import State
    from sandbox.fake_discord.uploads import Attachment, Upload
    from sandbox.fake_discord.wire import Payload

_GUILD, _BOT_DM, _PRIVATE = 0, 1, 2
_GUILD_INSTALL, _USER_INSTALL = 0, 1


class DriverError(AssertionError):
    """What the test or the tour asked a member to do is impossible in Discord's client. The text says why."""


@dataclass(frozen=True, slots=True)
class Place:
    """member in channel. Source of the envelope: docs.discord.com/developers/interactions/receiving-and-responding."""

    state: State
    chat: Chat
    member: Member
    channel: Channel

    def __str__(self) -> str:
        where = self.channel.guild.name if self.channel.guild else "a private conversation"
        return f"{self.member.username} in #{self.channel.name} of {where}"

    @property
    def context(self) -> int:
        """0 guild, 1 direct message with the bot, 2 any other private conversation."""
        if self.channel.guild is not None:
            return _GUILD
        return _BOT_DM if self.state.bot in self.channel.recipients else _PRIVATE

    def keep(self, upload: Upload) -> Attachment:
        return self.chat.keep(upload, ephemeral=True)

    def named(self, text: str) -> Member | Role | Channel | None:
        """A person by short name, or a role or channel of this guild; all of them also by id."""
        if text in self.state.members:
            return self.state.members[text]
        guild = self.channel.guild
        things: list[Role | Channel] = [*guild.roles, *guild.channels] if guild is not None else []
        for each in things:
            if text in {str(each.id), each.name, f"@{each.name}", f"#{each.name}"}:
                return each
        return self.state.person(int(text)) if text.isdecimal() else None

    def owners_of(self, command: Payload) -> dict[str, str]:
        """`authorizing_integration_owners`: through whom the app may be used here. Empty: it may not."""
        guild_install = self.channel.guild is not None and self.channel.guild.has_bot
        types = command.get("integration_types") or [_GUILD_INSTALL]
        if "guild_id" in command:
            types = [_GUILD_INSTALL]
        owners: dict[str, str] = {}
        if _GUILD_INSTALL in types:
            if guild_install and self.channel.guild is not None:
                owners["0"] = str(self.channel.guild.id)
            elif self.context == _BOT_DM and any(
                guild.has_bot and self.member in guild.members for guild in self.state.guilds
            ):
                owners["0"] = "0"
        if _USER_INSTALL in types and self.member.installed:
            owners["1"] = str(self.member.id)
        return owners

    def answers_are_private(self, owners: dict[str, str]) -> bool:
        """A user-installed app answers only its user where that member may not use external apps in public."""
        if self.channel.guild is None or "0" in owners:
            return False
        return Permission.USE_EXTERNAL_APPS not in self.channel.permissions_of(self.member)

    def envelope(self, owners: dict[str, str]) -> Payload:
        """Everything about an interaction but its id, token, type and data."""
        guild = self.channel.guild
        rights = self.channel.permissions_of(self.member)
        bot_rights = self._bot_permissions()
        answer: Payload = {
            "application_id": str(self.state.application_id),
            "version": 1,
            "attachment_size_limit": LARGEST_FILE,
            "channel_id": str(self.channel.id),
            "channel": self.channel.payload() | {"permissions": str(int(rights))},
            "app_permissions": str(int(bot_rights)),
            "locale": self.member.locale,
            "entitlements": [],
            "authorizing_integration_owners": owners,
            "context": self.context,
        }
        if guild is None:
            return {**answer, "user": self.member.user_payload()}
        member = guild.member_payload(self.member) | {"permissions": str(int(rights))}
        return {
            **answer,
            "guild_id": str(guild.id),
            "guild": {"id": str(guild.id), "locale": guild.locale, "features": []},
            "guild_locale": guild.locale,
            "member": member,
        }

    def _bot_permissions(self) -> Permission:
        guild = self.channel.guild
        if guild is None or guild.has_bot:
            return self.channel.permissions_of(self.state.bot)
        return Permission.EMBED_LINKS | Permission.ATTACH_FILES | Permission.SEND_MESSAGES

    def message_payload(self, message: Message) -> Payload:
        """A message inside an interaction: as the member sees it."""
        return message.payload() | ({"guild_id": str(self.channel.guild.id)} if self.channel.guild else {})


def channel_for(
    state: State, member: Member, channel: str | None, guild: str | Guild | None, *, dm: bool, group: bool
) -> Channel:
    """The channel meant by what a caller names; by default #music of the member's first guild."""
    if dm:
        return state.private_channel(state.bot, member)
    if group:
        friends = [each for each in state.members.values() if each is not member][:2]
        return state.private_channel(member, *friends)
    try:
        found = state.guild(guild) if isinstance(guild, str) else guild
        if found is None:
            found = next(each for each in state.every_guild() if member in each.members)
        names = [each.name for each in found.channels]
        return found.channel(channel or ("music" if "music" in names else names[0]))
    except LookupError as error:
        raise DriverError(str(error.args[0])) from None
