"""Routes for messages: answers to interactions, follow-ups, channel messages, direct messages, files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from aiohttp import web

from sandbox.fake_discord.people import Permission
from sandbox.fake_discord.uploads import read_body
from sandbox.fake_discord.wire import (
    Refusal,
    invalid_field,
    json_answer,
    missing_access,
    missing_permissions,
    unknown_channel,
    unknown_message,
    unknown_webhook,
)

if TYPE_CHECKING:
    from sandbox.fake_discord.chat import Chat
    from sandbox.fake_discord.guilds import Channel
    from sandbox.fake_discord.interactions import Interactions
    from sandbox.fake_discord.messages import Message
    from sandbox.fake_discord.rules import Inspector
    from sandbox.fake_discord.state import State
    from sandbox.fake_discord.uploads import Body


NONCE_KEPT = timedelta(minutes=3)  # docs.discord.com/developers/resources/message says "the past few minutes"


@dataclass(frozen=True, slots=True)
class ChatRoutes:
    state: State
    chat: Chat
    interactions: Interactions
    inspector: Inspector

    def register(self, router: web.UrlDispatcher, prefix: str) -> None:
        router.add_post(prefix + r"/interactions/{id:\d+}/{token}/callback", self.callback)
        webhook = prefix + r"/webhooks/{app:\d+}/{token}"
        router.add_post(webhook, self.followup)
        one = webhook + r"/messages/{message:\d+|@original}"
        router.add_get(one, self.webhook_message)
        router.add_patch(one, self.edit_webhook_message)
        router.add_delete(one, self.delete_webhook_message)
        messages = prefix + r"/channels/{channel:\d+}/messages"
        router.add_post(messages, self.send)
        router.add_get(messages + r"/{message:\d+}", self.channel_message)
        router.add_patch(messages + r"/{message:\d+}", self.edit_message)
        router.add_delete(messages + r"/{message:\d+}", self.delete_message)
        reaction = messages + r"/{message:\d+}/reactions/{emoji}/@me"
        router.add_put(reaction, self.react)
        router.add_delete(reaction, self.unreact)
        router.add_get(prefix + r"/channels/{channel:\d+}", self.get_channel)
        router.add_post(f"{prefix}/users/@me/channels", self.open_dm)
        router.add_get(r"/attachments/{attachment:\d+}/{name}", self.file)

    # Behind an interaction token

    async def callback(self, request: web.Request) -> web.Response:
        body = read_body(request)
        answer = self.interactions.answer(int(request.match_info["id"]), request.match_info["token"], body)
        if request.query.get("with_response") in {"1", "true"}:
            return json_answer(answer)
        return web.Response(status=204)

    async def followup(self, request: web.Request) -> web.Response:
        message = self.interactions.followup(self._token(request), read_body(request))
        if request.query.get("wait") in {"1", "true"}:
            return json_answer(message.payload())
        return web.Response(status=204)

    async def webhook_message(self, request: web.Request) -> web.Response:
        message = self.interactions.find(self._token(request), request.match_info["message"])
        return json_answer(message.payload())

    async def edit_webhook_message(self, request: web.Request) -> web.Response:
        body = read_body(request)
        message = self.interactions.edit(self._token(request), request.match_info["message"], body)
        return json_answer(message.payload())

    async def delete_webhook_message(self, request: web.Request) -> web.Response:
        self.interactions.delete(self._token(request), request.match_info["message"])
        return web.Response(status=204)

    def _token(self, request: web.Request) -> str:
        if int(request.match_info["app"]) != self.state.application_id:
            raise unknown_webhook()
        return request.match_info["token"]

    # In channels

    async def send(self, request: web.Request) -> web.Response:
        channel = self._channel(request)
        self._may_write(channel)
        body = read_body(request)
        self.inspector.message(body, "channel")
        sent_before = self._sent_before(channel, body)
        if sent_before is not None:
            return json_answer(sent_before.payload())
        reference = body.payload.get("message_reference") or {}
        replies_to = self.state.messages.get(int(reference.get("message_id") or 0))
        if reference and (replies_to is None or replies_to.deleted or replies_to.channel is not channel):
            if reference.get("fail_if_not_exists", True):
                raise invalid_field("Unknown message", "message_reference")
            replies_to = None
        kind = 19 if replies_to is not None else 0
        message = self.chat.post(channel, self.state.bot, body, kind=kind, replies_to=replies_to)
        return json_answer(message.payload())

    def _sent_before(self, channel: Channel, body: Body) -> Message | None:
        """With `enforce_nonce`, the same nonce within a few minutes means the same message."""
        nonce = body.payload.get("nonce")
        if not body.payload.get("enforce_nonce") or nonce is None:
            return None
        since = self.state.clock.now() - NONCE_KEPT
        return next(
            (
                message
                for message in reversed(self.state.messages.values())
                if message.nonce == nonce
                and message.author is self.state.bot
                and message.channel is channel
                and message.created_at > since
            ),
            None,
        )

    async def channel_message(self, request: web.Request) -> web.Response:
        return json_answer(self._message(request).payload())

    async def edit_message(self, request: web.Request) -> web.Response:
        message = self._message(request)
        if message.author is not self.state.bot:
            raise Refusal(403, 50005, "Cannot edit a message authored by another user")
        body = read_body(request)
        self.inspector.message(body, "channel", existing=message)
        self.chat.edit(message, body)
        return json_answer(message.payload())

    async def delete_message(self, request: web.Request) -> web.Response:
        message = self._message(request)
        rights = message.channel.permissions_of(self.state.bot)
        if message.author is not self.state.bot and Permission.MANAGE_MESSAGES not in rights:
            raise missing_permissions()
        self.chat.delete(message)
        return web.Response(status=204)

    async def react(self, request: web.Request) -> web.Response:
        message = self._message(request)
        emoji = request.match_info["emoji"]
        if not _is_emoji(emoji):
            raise Refusal(400, 10014, "Unknown Emoji")
        rights = message.channel.permissions_of(self.state.bot)
        needed = Permission.READ_MESSAGE_HISTORY
        if emoji not in message.reactions:
            needed |= Permission.ADD_REACTIONS
        if message.channel.guild is not None and needed not in rights:
            raise missing_permissions()
        self.chat.react(message, emoji, self.state.bot)
        return web.Response(status=204)

    async def unreact(self, request: web.Request) -> web.Response:
        self.chat.unreact(self._message(request), request.match_info["emoji"], self.state.bot)
        return web.Response(status=204)

    async def get_channel(self, request: web.Request) -> web.Response:
        return json_answer(self._channel(request).payload())

    async def open_dm(self, request: web.Request) -> web.Response:
        body = read_body(request).payload
        person = self.state.person(int(body.get("recipient_id") or 0))
        if person is None:
            raise Refusal(404, 10013, "Unknown User")
        if person.bot:
            raise Refusal(403, 50007, "Cannot send messages to this user")
        return json_answer(self.state.private_channel(self.state.bot, person).payload())

    async def file(self, request: web.Request) -> web.Response:
        """What Discord's CDN does: hand out an uploaded file."""
        attachment = self.state.files.get(int(request.match_info["attachment"]))
        if attachment is None or attachment.filename != request.match_info["name"]:
            raise web.HTTPNotFound
        return web.Response(body=attachment.upload.data, content_type=attachment.upload.content_type)

    def _channel(self, request: web.Request) -> Channel:
        channel = self.state.channel(int(request.match_info["channel"]))
        if channel is None:
            raise unknown_channel()
        if not channel.admits(self.state.bot):
            raise missing_access()
        return channel

    def _may_write(self, channel: Channel) -> None:
        if channel.guild is not None:
            if Permission.SEND_MESSAGES not in channel.permissions_of(self.state.bot):
                raise missing_permissions()
        elif not all(member.accepts_dms for member in channel.recipients):
            raise Refusal(403, 50007, "Cannot send messages to this user")

    def _message(self, request: web.Request) -> Message:
        """A message of a channel. Ephemeral ones are not among them: they exist only behind their token."""
        channel = self._channel(request)
        message = self.state.messages.get(int(request.match_info["message"]))
        if message is None or message.channel is not channel or message.deleted or message.ephemeral:
            raise unknown_message()
        return message


def _is_emoji(text: str) -> bool:
    """A character that is none of an alphabet, or a custom emoji as name:id."""
    name, _, emoji_id = text.partition(":")
    return bool(name) and (emoji_id.isdigit() if emoji_id else not text.isascii() and not text.isalnum())
