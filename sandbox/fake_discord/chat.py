"""Writing, editing and deleting messages, whoever does it; the gateway hears about each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.fake_discord.components import Kind, finished, walk
from sandbox.fake_discord.mentions import Pings, pings_of
from sandbox.fake_discord.messages import Flag, Message
from sandbox.fake_discord.people import Permission
from sandbox.fake_discord.uploads import Attachment, Body, kept_and_new

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sandbox.fake_discord.guilds import Channel
    from sandbox.fake_discord.messages import Snapshot
    from sandbox.fake_discord.people import Member
    from sandbox.fake_discord.state import State
    from sandbox.fake_discord.uploads import Upload
    from sandbox.fake_discord.wire import Payload

# Flags a bot may set itself. Ephemeral is not among them: it follows from `only_for`, which needs an interaction.
_SETTABLE = Flag.SUPPRESS_EMBEDS | Flag.SUPPRESS_NOTIFICATIONS | Flag.COMPONENTS_V2
_EDITABLE = Flag.SUPPRESS_EMBEDS | Flag.COMPONENTS_V2
_EMBED_MEDIA = ("image", "thumbnail", "video")


class Chat:
    """The conversation. `announce` tells the gateway about a message event, which decides who may hear it."""

    def __init__(self, state: State, announce: Callable[[str, Message], None]) -> None:
        self._state = state
        self._announce = announce

    def post(
        self,
        channel: Channel,
        author: Member,
        body: Body,
        *,
        only_for: Member | None = None,
        origin: Payload | None = None,
        kind: int = 0,
        replies_to: Message | None = None,
        used: str | None = None,
        forwarded: Snapshot | None = None,
    ) -> Message:
        message = Message(
            self._state.ids.next(),
            channel,
            author,
            self._state.clock.now(),
            kind=kind,
            only_for=only_for,
            origin=origin,
            application_id=self._state.application_id if origin is not None else None,
            nonce=body.payload.get("nonce"),
            replies_to=replies_to,
            forwarded=forwarded,
            used=used,
        )
        message.flags = Flag(body.payload.get("flags") or 0) & _SETTABLE
        if forwarded is not None:
            message.flags |= Flag.HAS_SNAPSHOT
        if only_for is not None:
            message.flags |= Flag.EPHEMERAL
        self._write(message, body, self._attachments(message, body))
        self._state.messages[message.id] = message
        self._told("MESSAGE_CREATE", message)
        return message

    def promise(
        self,
        channel: Channel,
        origin: Payload,
        *,
        only_for: Member | None,
        kind: int,
        used: str | None = None,
    ) -> Message:
        """The "… is thinking" message that a deferred answer shows."""
        message = Message(
            self._state.ids.next(),
            channel,
            self._state.bot,
            self._state.clock.now(),
            kind=kind,
            only_for=only_for,
            origin=origin,
            application_id=self._state.application_id,
            flags=Flag.LOADING | (Flag.EPHEMERAL if only_for else Flag(0)),
            used=used,
        )
        self._state.messages[message.id] = message
        self._told("MESSAGE_CREATE", message)
        return message

    def edit(self, message: Message, body: Body) -> None:
        """Change what the body names and nothing else. A promised answer becomes a real one, not an edited one."""
        promised = message.thinking
        attachments = self._attachments(message, body)  # may refuse, so before anything changes
        sent = Flag(body.payload.get("flags") or 0) & _EDITABLE
        kept = message.flags & ~Flag.LOADING
        if "flags" in body.payload:
            kept &= ~Flag.SUPPRESS_EMBEDS
        message.flags = kept | sent
        self._write(message, body, attachments)
        if not promised:
            message.edited_at = self._state.clock.now()
        message.version += 1
        self._told("MESSAGE_UPDATE", message)

    def rewrite(self, message: Message, body: Body) -> None:
        """Nothing of what it said remains, not even that it was made of Components V2. Nobody hears of it."""
        message.flags &= ~Flag.COMPONENTS_V2
        message.edited_at = None
        empty = {"content": "", "embeds": [], "components": []}
        self._write(message, Body(empty | body.payload, body.files), self._attachments(message, body))
        message.flags |= Flag(body.payload.get("flags") or 0) & _SETTABLE

    def delete(self, message: Message) -> None:
        message.deleted = True
        message.version += 1
        self._told("MESSAGE_DELETE", message)

    def react(self, message: Message, emoji: str, member: Member) -> None:
        """The same reaction twice is one."""
        members = message.reactions.setdefault(emoji, [])
        if member not in members:
            members.append(member)
            self._changed_reactions(message)

    def unreact(self, message: Message, emoji: str, member: Member) -> None:
        if member in message.reactions.get(emoji, []):
            message.reactions[emoji].remove(member)
            self._changed_reactions(message)

    def _changed_reactions(self, message: Message) -> None:
        """Bots hear of it only with an intent that ours does not have."""
        message.version += 1
        for listener in self._state.listeners:
            listener("MESSAGE_UPDATE", message)
        self._state.changes.ring()

    def _told(self, event: str, message: Message) -> None:
        if not message.ephemeral:
            self._announce(event, message)
        for listener in self._state.listeners:
            listener(event, message)
        self._state.changes.ring()

    def _attachments(self, message: Message, body: Body) -> list[Attachment]:
        def keep(upload: Upload, description: str | None) -> Attachment:
            return self.keep(upload, description, ephemeral=message.ephemeral)

        return kept_and_new(message.attachments, body, keep)

    def _write(self, message: Message, body: Body, attachments: list[Attachment]) -> None:
        payload = body.payload
        message.attachments = attachments
        if "content" in payload:
            message.content = payload["content"] or ""
        if "embeds" in payload:
            message.embeds = [self._embed(each, message) for each in payload["embeds"] or []]
        if "components" in payload:
            message.components = finished(
                payload["components"] or [], lambda url: self._media(url, message.attachments)
            )
        if payload.get("poll"):
            message.poll = _poll(payload["poll"])
        message.pings = self._pings(message, payload.get("allowed_mentions"))

    def keep(self, upload: Upload, description: str | None = None, *, ephemeral: bool = False) -> Attachment:
        """Store a file under an address that the fake serves."""
        attachment_id = self._state.ids.next()
        url = f"{self._state.base_url}/attachments/{attachment_id}/{upload.filename}"
        attachment = Attachment(attachment_id, upload, url, description, ephemeral)
        self._state.files[attachment_id] = attachment
        return attachment

    def _media(self, url: str, attachments: Sequence[Attachment]) -> Payload:
        """An unfurled media item. A file of the message itself is addressed as attachment://name."""
        answer: Payload = {"id": str(self._state.ids.next()), "url": url, "proxy_url": url}
        found = _named(url, attachments)
        if found is not None:
            answer |= {
                "url": found.url,
                "proxy_url": found.url,
                "attachment_id": str(found.id),
                "content_type": found.upload.content_type,
            }
        return answer

    def _embed(self, embed: Payload, message: Message) -> Payload:
        answer = {"type": "rich", **{key: value for key, value in embed.items() if value is not None}}
        for key in _EMBED_MEDIA:
            if key in answer:
                found = _named(answer[key]["url"], message.attachments)
                url = found.url if found else answer[key]["url"]
                answer[key] = {"url": url, "proxy_url": url}
        if "fields" in answer:
            answer["fields"] = [{"inline": False, **entry} for entry in answer["fields"]]
        return answer

    def _pings(self, message: Message, allowed: Payload | None) -> Pings:
        if message.thinking:
            return Pings()
        shown = [each["content"] for _, each in walk(message.components) if each["type"] == Kind.TEXT]
        rights = message.channel.permissions_of(message.author)
        return pings_of(
            [message.content, *shown],
            message.channel,
            allowed,
            from_interaction=message.origin is not None,
            may_ping_everyone=Permission.MENTION_EVERYONE in rights,
        )


def _named(url: str, attachments: Sequence[Attachment]) -> Attachment | None:
    name = url.removeprefix("attachment://")
    if name == url:
        return None
    return next((each for each in attachments if each.filename == name), None)


def _poll(poll: Payload) -> Payload:
    return {
        "question": poll["question"],
        "answers": [{"answer_id": number, **each} for number, each in enumerate(poll["answers"], 1)],
        "expiry": None,
        "allow_multiselect": bool(poll.get("allow_multiselect")),
        "layout_type": poll.get("layout_type") or 1,
    }
