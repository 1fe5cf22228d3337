"""A message as the members of the invented Discord see it, and as Discord describes it to a bot."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntFlag
from typing import TYPE_CHECKING

from sandbox.fake_discord.components import Button, Menu, buttons_of, menus_of, texts_of
from sandbox.fake_discord.mentions import Pings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from sandbox.fake_discord.guilds import Channel
    from sandbox.fake_discord.people import Member
    from sandbox.fake_discord.uploads import Attachment
    from sandbox.fake_discord.wire import Payload


_CARRIED = (
    *(
        "type",
        "content",
        "mentions",
        "mention_roles",
        "attachments",
        "embeds",
        "timestamp",
        "edited_timestamp",
    ),
    *("flags", "components"),
)


class Flag(IntFlag):
    """Message flags. Source: docs.discord.com/developers/resources/message (message flags)."""

    SUPPRESS_EMBEDS = 1 << 2
    EPHEMERAL = 1 << 6
    LOADING = 1 << 7
    SUPPRESS_NOTIFICATIONS = 1 << 12
    HAS_SNAPSHOT = 1 << 14
    COMPONENTS_V2 = 1 << 15


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A message as it was when somebody forwarded it, in Discord's words, and where it stood (`reference`).

    Source: docs.discord.com/developers/resources/message (message snapshot object)
    """

    message: Payload
    reference: Payload

    @classmethod
    def of(cls, message: Message) -> Snapshot:
        """Of a message that is a forward itself, what it carries."""
        channel = message.channel
        reference: Payload = {"type": 1, "channel_id": str(channel.id), "message_id": str(message.id)}
        if channel.guild is not None:
            reference["guild_id"] = str(channel.guild.id)
        if message.forwarded is not None:
            return cls(message.forwarded.message, reference)
        whole = message.payload()
        return cls({key: whole[key] for key in _CARRIED}, reference)


@dataclass(slots=True, eq=False)
class Message:
    """One message. It changes when it is edited: `version` counts the edits, `edited_at` says when.

    only_for: the one member who sees it (an ephemeral message); None for everybody in the channel.
    origin: what Discord says about the interaction behind it (`interaction_metadata`), None for ordinary messages.
    reactions: who reacted, by emoji.
    forwarded: of a forwarded message, what it carries: another message as it was then. Its own content is empty.
    used: the command this answers, as Discord's client names it above the message ("Ada used /track").
    """

    id: int
    channel: Channel
    author: Member
    created_at: datetime
    content: str = ""
    embeds: list[Payload] = field(default_factory=list)
    components: list[Payload] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    flags: Flag = field(default_factory=lambda: Flag(0))
    kind: int = 0
    only_for: Member | None = None
    origin: Payload | None = None
    application_id: int | None = None
    nonce: str | int | None = None
    poll: Payload | None = None
    replies_to: Message | None = None
    forwarded: Snapshot | None = None
    used: str | None = None
    reactions: dict[str, list[Member]] = field(default_factory=dict)
    pings: Pings = field(default_factory=Pings)
    edited_at: datetime | None = None
    deleted: bool = False
    version: int = 0

    @property
    def ephemeral(self) -> bool:
        return Flag.EPHEMERAL in self.flags

    @property
    def thinking(self) -> bool:
        """Discord shows "… is thinking": the bot promised an answer and has not given it yet."""
        return Flag.LOADING in self.flags

    @property
    def text(self) -> str:
        """Everything a reader can read: content, embeds, components and file names, one piece per line."""
        return "\n".join(self._pieces())

    def _pieces(self) -> Iterator[str]:
        yield from _words(self.content, self.embeds, self.components)
        yield from (attachment.filename for attachment in self.attachments)
        if self.forwarded is not None:
            carried = self.forwarded.message
            yield from _words(carried["content"], carried["embeds"], carried["components"])
            yield from (attachment["filename"] for attachment in carried["attachments"])

    def buttons(self) -> list[Button]:
        return buttons_of(self.components)

    def menus(self) -> list[Menu]:
        return menus_of(self.components)

    def seen_by(self, member: Member) -> bool:
        return not self.deleted and self.concerns(member)

    def concerns(self, member: Member) -> bool:
        """Whether the member sees it, or saw it before it was deleted."""
        return self.only_for in {None, member} and self.channel.admits(member)

    def reactions_as_json(self) -> list[Payload]:
        return [
            {"emoji": emoji, "count": len(members), "by": [member.display_name for member in members]}
            for emoji, members in self.reactions.items()
            if members
        ]

    def payload(self) -> Payload:
        """The message object of Discord's API."""
        answer: Payload = {
            "id": str(self.id),
            "channel_id": str(self.channel.id),
            "type": self.kind,
            "author": self.author.user_payload(),
            "content": self.content,
            "embeds": self.embeds,
            "components": self.components,
            "attachments": [attachment.payload() for attachment in self.attachments],
            "timestamp": self.created_at.isoformat(),
            "edited_timestamp": self.edited_at.isoformat() if self.edited_at else None,
            "flags": int(self.flags),
            "mentions": [member.user_payload() for member in self.pings.members],
            "mention_roles": [str(role.id) for role in self.pings.roles],
            "mention_everyone": self.pings.everyone,
            "pinned": False,
            "tts": False,
        }
        if self.origin is not None:
            answer["interaction_metadata"] = self.origin
        if self.application_id is not None:
            answer |= {"application_id": str(self.application_id), "webhook_id": str(self.application_id)}
        if self.nonce is not None:
            answer["nonce"] = self.nonce
        if self.poll is not None:
            answer["poll"] = self.poll
        if self.forwarded is not None:
            answer["message_reference"] = self.forwarded.reference
            answer["message_snapshots"] = [{"message": self.forwarded.message}]
        if self.replies_to is not None:
            answer["message_reference"] = {
                "type": 0,
                "channel_id": str(self.channel.id),
                "message_id": str(self.replies_to.id),
            }
        return answer

    def as_json(self) -> Payload:
        """The message for people: what a chat page shows."""
        return {
            "id": str(self.id),
            "channel_id": str(self.channel.id),
            "author": self.author.as_json(),
            "content": self.content,
            "embeds": self.embeds,
            "components": self.components,
            "attachments": [attachment.payload() for attachment in self.attachments],
            "forwarded": self.forwarded.message if self.forwarded else None,
            "text": self.text,
            "ephemeral": self.ephemeral,
            "thinking": self.thinking,
            "created_at": self.created_at.isoformat(),
            "edited_at": self.edited_at.isoformat() if self.edited_at else None,
            "deleted": self.deleted,
            "version": self.version,
            "pings": self.pings.names(),
            "reactions": self.reactions_as_json(),
        }


def _words(content: str, embeds: Sequence[Payload], components: Sequence[Payload]) -> Iterator[str]:
    if content:
        yield content
    for embed in embeds:
        yield from (
            text
            for text in (
                (embed.get("author") or {}).get("name"),
                embed.get("title"),
                embed.get("description"),
            )
            if text
        )
        for entry in embed.get("fields") or []:
            yield entry["name"]
            yield entry["value"]
        yield from [embed["footer"]["text"]] if embed.get("footer") else []
    yield from texts_of(components)
