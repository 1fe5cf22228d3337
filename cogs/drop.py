"""Drop channels: every Spotify link members write there is contributed, and a reaction tells what became of it.

Nothing else is said there. Edits are not looked at; albums and playlists are refused, as nobody could confirm them.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final

import discord
from discord.ext import commands

from bot.errors import BotError
from bot.services import playable
from bot.services.leases import KeyedLocks
from bot.services.shared.core.access import Actor
from bot.services.shared.proposals.expand import has_short_links, links_in, unusable_in
from bot.services.shared.proposals.outcomes import (
    Accepted,
    Known,
    Pending,
    Refused,
    Source,
    StoppedMidwayError,
)
from bot.shared_errors import ListBusyError, ListError
from bot.spotify.errors import SpotifyError, SpotifyNotFoundError
from bot.stores.contributions import Via
from cogs.ui.actor import roles_of
from cogs.ui.message_text import text_of
from cogs.ui.shared.drop_reactions import KNOWN, REFUSED, TROUBLE, react, reaction_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.discord_bot import DiscordBot
    from bot.services.lookups import Lookups
    from bot.services.shared.outbox.dispatcher import OutboxDispatcher
    from bot.services.shared.proposals.drop_channel import DropChannel
    from bot.services.shared.proposals.outcomes import Outcome
    from bot.services.shared.proposals.propose import Proposals
    from bot.spotify.models import Ref, Track
    from bot.stores.contributions import Contribution
    from bot.stores.lists import SharedPlaylist

log = logging.getLogger(__name__)

MOST_LINKS: Final = 20  # of one message; those beyond are refused
SETTLE_S: Final = 4.0
KINDS: Final = frozenset({discord.MessageType.default, discord.MessageType.reply})


class DropCog(commands.Cog):
    def __init__(
        self,
        bot: DiscordBot,
        lookups: Lookups,
        contributing: Proposals,
        dispatcher: OutboxDispatcher,
        following: DropChannel,
    ) -> None:
        self._bot = bot
        self._lookups = lookups
        self._contributing = contributing
        self._dispatcher = dispatcher
        self._following = following
        self._channels: set[int] = set()  # which are known to be drop channels
        self._locks: KeyedLocks[int] = KeyedLocks()  # by channel

    async def cog_load(self) -> None:
        try:
            await self._following.find()  # before anything is written: `cogs.clockwork` is loaded later
        except BotError as error:
            log.warning("what was dropped earlier is looked for later: %s", type(error).__name__)

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        author = message.author
        if message.guild is None or author.bot or message.webhook_id is not None or message.type not in KINDS:
            return
        text = text_of(message, previews=False)
        if not isinstance(author, discord.Member) or not (links_in(text) or unusable_in(text)):
            return
        self._bot.at_work()
        # In turn, so that what is written first goes in first.
        async with self._locks.of(message.channel.id):
            try:
                shared = await self._contributing.drop_target(message.guild.id, message.channel.id)
                if shared is None:
                    self._channels.discard(message.channel.id)
                    return
                self._channels.add(message.channel.id)
                if has_short_links(text):
                    text = await self._lookups.followed(text, share=(shared.guild_id, author.id))
                outcomes = await self._take(message, actor_of(author), shared, text)
            except BotError as error:
                log.warning("message %s was not taken: %s", message.id, type(error).__name__)
                if message.channel.id in self._channels:
                    await react(message, {TROUBLE})
                return
        kept = [one for one in outcomes if not isinstance(one, str)]
        try:
            now = await asyncio.gather(*(self._dispatcher.settled(one, SETTLE_S) for one in kept))
        except BotError as error:  # it is kept all the same, and followed until it can be read again
            log.info("message %s: what became of it is told later: %s", message.id, type(error).__name__)
            now = kept
        said = {one for one in outcomes if isinstance(one, str)}
        await react(message, said | {reaction_of(one.state) for one in now})
        for contribution in now:
            self._following.follow(contribution, message.channel.id)

    async def _take(
        self, message: discord.Message, actor: Actor, shared: SharedPlaylist, text: str
    ) -> list[Contribution | str]:
        """What was kept; the reaction for everything else: no Spotify link goes without one."""
        links = links_in(text)
        found = [
            await self._find(message, actor, shared, link, number)
            for number, link in enumerate(links[:MOST_LINKS])
        ]
        outcomes: list[Contribution | str] = [one for one in found if isinstance(one, str)]
        tracks = {number: one for number, one in enumerate(found) if not isinstance(one, str)}
        if tracks:
            outcomes += await self._propose(message, actor, shared, tracks)
        if len(links) > MOST_LINKS or any(why.problem != "short" for why in unusable_in(text)):
            outcomes.append(REFUSED)
        if has_short_links(text):  # nobody could tell where it leads
            outcomes.append(TROUBLE)
        return outcomes

    async def _find(
        self, message: discord.Message, actor: Actor, shared: SharedPlaylist, link: Ref, number: int
    ) -> Track | str:
        if link.kind not in playable.KINDS:
            return REFUSED
        try:
            return await self._contributing.track(
                playable.key_of(link), share=(shared.guild_id, actor.member_id)
            )
        except (SpotifyError, BotError) as error:
            log.info("link %s of message %s was not found: %s", number, message.id, type(error).__name__)
            return REFUSED if isinstance(error, SpotifyNotFoundError) else TROUBLE

    async def _propose(
        self, message: discord.Message, actor: Actor, shared: SharedPlaylist, tracks: Mapping[int, Track]
    ) -> list[Contribution | str]:
        """All of a message at once. tracks: by the places of their links."""
        source = Source(f"message {message.id}", Via.DROP, message.channel.id, places=tuple(tracks))
        said: list[Contribution | str] = []
        outcomes: Sequence[Outcome] = ()
        try:
            outcomes = await self._contributing.propose(
                actor, shared.guild_id, shared.list_id, list(tracks.values()), source
            )
        except StoppedMidwayError as stopped:
            outcomes = stopped.outcomes
            said.append(_why(stopped.why))
        except BotError as error:
            log.info("message %s was not taken: %s", message.id, type(error).__name__)
            return [_why(error)]
        for outcome in outcomes:
            match outcome:
                case Accepted() | Pending():
                    said.append(outcome.contribution)
                case Known():
                    said.append(KNOWN)
                case Refused():
                    said.append(REFUSED)
        return said


def _why(error: BotError) -> str:
    lasting = isinstance(error, ListError) and not isinstance(error, ListBusyError)
    return REFUSED if lasting else TROUBLE


def actor_of(author: discord.Member) -> Actor:
    """What Discord says about who wrote it, as it came with the message."""
    rights = author.guild_permissions
    return Actor(
        author.id,
        frozenset(role.id for role in author.roles),
        manages_guild=rights.manage_guild or rights.administrator,
        guild_role_ids=roles_of(author.guild),
    )


async def setup(bot: DiscordBot) -> None:
    services, shared = bot.services, bot.services.shared
    cog = DropCog(
        bot,
        services.lookups,
        shared.proposals.proposals,
        shared.outbox.dispatcher,
        shared.proposals.drop_channel,
    )
    await bot.add_cog(cog)
