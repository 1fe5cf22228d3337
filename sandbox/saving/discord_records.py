"""How the invented Discord is written into a file: plain records that name each other by id."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from msgspec import Struct

from sandbox.fake_discord import Fault


class SavedMember(Struct):
    id: int
    username: str
    display_name: str
    bot: bool
    locale: str
    accepts_dms: bool
    installed: bool


class SavedRole(Struct):
    id: int
    name: str
    permissions: int
    position: int
    managed: bool


class SavedOverwrite(Struct):
    role: int
    deny: int
    allow: int


class SavedChannel(Struct):
    id: int
    name: str
    overwrites: list[SavedOverwrite] = []
    recipients: list[int] = []


class SavedMembership(Struct):
    member: int
    roles: list[int]


class SavedGuild(Struct):
    """roles: the first is the one everybody has. invited: the bot was or is in it."""

    id: int
    name: str
    owner: int
    has_bot: bool
    invited: bool
    locale: str
    roles: list[SavedRole]
    channels: list[SavedChannel]
    members: list[SavedMembership]


class SavedFile(Struct):
    id: int
    filename: str
    data: bytes
    url: str
    description: str | None
    ephemeral: bool


class SavedSnapshot(Struct):
    message: dict[str, Any]
    reference: dict[str, Any]


class SavedMessage(Struct):
    id: int
    channel: int
    author: int
    created_at: datetime
    edited_at: datetime | None
    content: str
    embeds: list[dict[str, Any]]
    components: list[dict[str, Any]]
    attachments: list[int]
    flags: int
    kind: int
    only_for: int | None
    origin: dict[str, Any] | None
    application_id: int | None
    nonce: str | int | None
    poll: dict[str, Any] | None
    replies_to: int | None
    used: str | None
    pinged: list[int]
    pinged_roles: list[int]
    pings_everyone: bool
    version: int
    reactions: dict[str, list[int]] = {}
    forwarded: SavedSnapshot | None = None


class DiscordPart(Struct, kw_only=True):
    """commands: global ones under "", the others under their guild's id. Deleted messages are left out."""

    last_id: int
    bot: SavedMember
    members: list[SavedMember]
    guilds: list[SavedGuild]
    elsewhere: int
    private: list[SavedChannel]
    messages: list[SavedMessage]
    files: list[SavedFile]
    emojis: list[dict[str, Any]]
    commands: dict[str, list[dict[str, Any]]]
    faults: list[Fault]
    failing: bool
    apps: list[SavedMember] = []
