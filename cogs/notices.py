"""Sends messages nobody asked for, once each: to members, to channels, or under a member's next command."""

from __future__ import annotations

import logging
from contextlib import suppress
from enum import Enum, auto
from typing import TYPE_CHECKING, Any, Final

import discord

from bot.errors import JobGoneError
from bot.languages import speak
from bot.services.notices import AT_NEXT_COMMAND, nonce_of
from bot.stores.notices import NoticeKind
from cogs.ui.notice_messages import NoticeMessages
from cogs.ui.reply import LOST, Reply, changed, fresh
from cogs.ui.speaking import speak_to_member

if TYPE_CHECKING:
    from collections.abc import Awaitable, Sequence

    from bot.discord_bot import DiscordBot
    from bot.services import Services
    from bot.services.notices import PrivateMessages
    from bot.services.own_playlists.jobs import Jobs
    from bot.services.replies import Replies
    from bot.stores.notices import Notice

log = logging.getLogger(__name__)

ORIGINAL: Final[Any] = "@original"  # Discord takes that for the id of the first reply
REFUSED: Final = (discord.NotFound, discord.Forbidden)


class Sent(Enum):
    POSTED = auto()
    REFUSED = auto()  # the channel is gone or we may not write there, or the member takes no direct messages
    LATER = auto()  # it may be tried again


class Messenger:
    def __init__(
        self,
        bot: DiscordBot,
        messages: NoticeMessages,
        replies: Replies,
        *,
        jobs: Jobs,
        private: PrivateMessages,
    ) -> None:
        self._bot = bot
        self._messages = messages
        self._replies = replies
        self._jobs = jobs
        self._private = private

    async def tell(self, notices: Sequence[Notice]) -> bool:
        """As `Notifying.run` wants it. What is no longer so is told to nobody."""
        if notices[0].kind is NoticeKind.REPLY:
            speak(await self._bot.remembered_language(notices[0].member_id or 0, notices[0].guild_id))
            return await self._change_reply(notices[0])
        nonce, is_refused = nonce_of(notices), False
        if notices[0].member_id is not None:
            is_told = await self._tell_member(notices, notices[0].member_id, nonce)
            if is_told is not None:
                return is_told
            is_refused = True
        speak(await self._bot.language_of(notices[0].guild_id))
        message = await self._messages.of(notices)
        if message is None:
            return True
        for channel_id in message.channels:
            channel = self._bot.get_partial_messageable(channel_id, guild_id=notices[0].guild_id)
            sent = await self._post(_at_once(channel), message.reply, nonce)
            if sent is not Sent.REFUSED:
                return sent is Sent.POSTED
            is_refused = True
        return not is_refused or notices[0].attempts > 1  # one refusal may be a passing fault

    async def _tell_member(self, notices: Sequence[Notice], member_id: int, nonce: str) -> bool | None:
        """As `tell`. None: they take no direct messages."""
        speak(await self._bot.remembered_language(member_id, notices[0].guild_id))
        message = await self._messages.of(notices)
        if message is None:
            return True
        sent = await self._post(self._bot.create_dm(discord.Object(member_id)), message.reply, nonce)
        if sent is Sent.POSTED:
            await self._posted(notices[0], member_id)
        if sent is not Sent.REFUSED:
            return sent is Sent.POSTED
        if notices[0].kind in AT_NEXT_COMMAND and notices[0].attempts > 1:
            await self._private.leave(notices)
            return True
        return None

    async def tell_at_command(self, interaction: discord.Interaction[DiscordBot]) -> None:
        """Tell the member, under what they just used, what no private message could."""
        notices = await self._private.left(interaction.user.id)
        if not notices:
            return
        speak_to_member(interaction)
        message = await self._messages.of(notices)
        if message is not None:
            await interaction.followup.send(**fresh(message.reply), ephemeral=True)
        await self._private.told(interaction.user.id)

    async def _post(self, opening: Awaitable[discord.abc.Messageable], reply: Reply, nonce: str) -> Sent:
        """nonce: Discord takes what is sent twice within minutes, as the first answer got lost, for one."""
        try:
            channel = await opening
            silent = not isinstance(channel, discord.DMChannel)
            await channel.send(**fresh(reply), silent=silent, nonce=nonce)
        except REFUSED as refused:
            log.info("a notice was refused (Discord's code %s)", refused.code)
            return Sent.REFUSED
        except LOST as lost:
            log.warning("a notice was not sent: %s", type(lost).__name__)
            return Sent.LATER
        return Sent.POSTED

    async def _posted(self, notice: Notice, member_id: int) -> None:
        """What the message told is told nowhere else."""
        if notice.kind is NoticeKind.JOB:
            with suppress(JobGoneError):
                await self._jobs.seen(await self._jobs.find(member_id, str(notice.facts["job"])))

    async def _change_reply(self, notice: Notice) -> bool:
        """Whoever followed it may have been stopped; if not, it says the same as before."""
        token, application_id = self._replies.token(notice), self._bot.application_id
        if token is None or application_id is None:
            return True
        reply, is_open = await self._messages.new_reply(notice)
        if is_open:
            return False
        if reply is None:
            return True
        webhook = discord.Webhook.partial(application_id, token, client=self._bot)
        try:
            await webhook.edit_message(ORIGINAL, **changed(reply))
        except REFUSED as refused:
            log.info("a reply could not be changed (Discord's code %s)", refused.code)
        except LOST as lost:
            log.warning("a reply was not changed: %s", type(lost).__name__)
            return False
        return True


def messenger_of(bot: DiscordBot, services: Services) -> Messenger:
    messages = NoticeMessages(
        bot,
        services.shared,
        services.lookups,
        seats=services.seats,
        jobs=services.own_playlists.jobs,
        reminders=services.consent_reminders,
    )
    return Messenger(
        bot,
        messages,
        services.replies,
        jobs=services.own_playlists.jobs,
        private=services.private_messages,
    )


async def _at_once(channel: discord.abc.Messageable) -> discord.abc.Messageable:
    return channel
