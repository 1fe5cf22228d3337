"""The people of the invented Discord, and the roles they may be given."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntFlag
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox.fake_discord.wire import Payload


class Permission(IntFlag):
    """The permissions that matter here. Source: docs.discord.com/developers/topics/permissions."""

    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    ADD_REACTIONS = 1 << 6
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    USE_EXTERNAL_EMOJIS = 1 << 18
    MANAGE_ROLES = 1 << 28
    USE_APPLICATION_COMMANDS = 1 << 31
    USE_EXTERNAL_APPS = 1 << 50


ALL_PERMISSIONS = Permission(sum(Permission))
NOTHING = Permission(0)


@dataclass(slots=True, eq=False)
class Member:
    """A person (or the bot). The same object in every guild.

    installed: the person added the app to their own account, so its commands follow them everywhere.
    """

    id: int
    username: str
    display_name: str
    bot: bool = False
    locale: str = "en-GB"
    accepts_dms: bool = True
    installed: bool = False

    @property
    def mention(self) -> str:
        return f"<@{self.id}>"

    def user_payload(self) -> Payload:
        return {
            "id": str(self.id),
            "username": self.username,
            "global_name": self.display_name,
            "discriminator": "0",
            "avatar": None,
            "bot": self.bot,
            "public_flags": 0,
            "flags": 0,
            "primary_guild": None,
        }

    def as_json(self) -> Payload:
        return {"id": str(self.id), "name": self.username, "display_name": self.display_name, "bot": self.bot}


@dataclass(slots=True, eq=False)
class Role:
    id: int
    name: str
    permissions: Permission
    position: int = 0
    managed: bool = False

    def payload(self) -> Payload:
        return {
            "id": str(self.id),
            "name": self.name,
            "permissions": str(int(self.permissions)),
            "position": self.position,
            "color": 0,
            "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
            "hoist": False,
            "managed": self.managed,
            "mentionable": False,
            "icon": None,
            "unicode_emoji": None,
            "flags": 0,
        }
