"""Drop channels: every Spotify link members write there is contributed, and a reaction tells what became of it.

Nothing else is said there. Edits are not looked at; albums and playlists are refused, as nobody could confirm them.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final
from weakref import WeakValueDictionary

import discord
from discord.ext import commands

from bot.errors import BotError
from bot.list_errors import ListError
from bot.services.shared.links import links_in
from bot.services.shared.outcomes import Accepted, Known, Pending, Refused, Source
from bot.services.shared.people import Actor
from bot.spotify.errors import SpotifyError, SpotifyNotFoundError
from bot.stores.contributions import State, Via
from cogs.ui.reply import LOST

if TYPE_CHECKING:
    from bot.discord_bot import DiscordBot
    from bot.services.lookups import Lookups
    from bot.services.shared.contributing import Contributing
    from bot.services.shared.writing import Writer
    from bot.spotify.models import Ref
    from bot.stores.contributions import Contribution
    from bot.stores.lists import SharedPlaylist

log = logging.getLogger(__name__)

ADDED: Final = "✅"
WAITING: Final = "⏳"  # accepted, and on its way
PENDING: Final = "🗳️"
KNOWN: Final = "♻️"
REFUSED: Final = "⛔"
TROUBLE: Final = "⚠️"  # nothing was kept: write it again later
REACTIONS: Final = (ADDED, WAITING, PENDING, KNOWN, REFUSED, TROUBLE)
MOST_LINKS: Final = 20  # of one message; those beyond are refused
SETTLE_S: Final = 4.0
PATIENCE_S: Final = 24 * 60 * 60.0  # how long a ⏳ may still become a ✅
KINDS: Final = frozenset({discord.MessageType.default, discord.MessageType.reply})
ON_ITS_WAY: Final = frozenset({State.QUEUED, State.SENDING, State.PARKED})  # parked: a curator looks after it


class DropCog(commands.Cog):
    def __init__(self, bot: DiscordBot, lookups: Lookups, contributing: Contributing, writer: Writer) -> None:
        self._bot = bot
        self._lookups = lookups
        self._contributing = contributing
        self._writer = writer
        self._turns: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()  # by channel

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        author = message.author
        if message.guild is None or author.bot or message.webhook_id is not None or message.type not in KINDS:
            return
        links = links_in(message.content)
        if not links or not isinstance(author, discord.Member):
            return
        self._bot.at_work()
        # In turn, so that what is written first goes in first.
        async with self._turns.setdefault(message.channel.id, asyncio.Lock()):
            try:
                shared = await self._contributing.drop_target(message.guild.id, message.channel.id)
                if shared is None:
                    return
                outcomes = await self._take(message, actor_of(author), shared, links)
            except BotError as error:
                log.warning("message %s was not taken: %s", message.id, type(error).__name__)
                return
        accepted = [one for one in outcomes if not isinstance(one, str)]
        now = await asyncio.gather(*(self._writer.settled(one, SETTLE_S) for one in accepted))
        said = {one for one in outcomes if isinstance(one, str)}
        await self._react(message, said | {_reaction(one) for one in now})
        for contribution in now:
            if contribution.state in ON_ITS_WAY:
                self._bot.afterwards(self._react_later(message, contribution))

    async def _take(
        self, message: discord.Message, actor: Actor, shared: SharedPlaylist, links: tuple[Ref, ...]
    ) -> list[Contribution | str]:
        """What was accepted; the reaction for everything else."""
        outcomes: list[Contribution | str] = [
            await self._propose(message, actor, shared, link, number)
            for number, link in enumerate(links[:MOST_LINKS])
        ]
        return outcomes if len(links) <= MOST_LINKS else [*outcomes, REFUSED]

    async def _propose(
        self, message: discord.Message, actor: Actor, shared: SharedPlaylist, link: Ref, number: int
    ) -> Contribution | str:
        if link.kind != "track":
            return REFUSED
        source = Source(f"message {message.id}", Via.DROP, message.channel.id, first=number)
        share = (shared.guild_id, actor.member_id)
        try:
            with self._writer.gathering.coming():
                track = await self._lookups.by_id(link.id, share=share)
                (outcome,) = await self._contributing.propose(
                    actor, shared.guild_id, shared.list_id, [track], source
                )
        except (SpotifyNotFoundError, ListError):
            return REFUSED
        except (SpotifyError, BotError) as error:
            log.info("link %s of message %s was not taken: %s", number, message.id, type(error).__name__)
            return TROUBLE
        if isinstance(outcome, Accepted):
            return outcome.contribution
        return _reaction_to(outcome)

    async def _react_later(self, message: discord.Message, contribution: Contribution) -> None:
        now = await self._writer.settled(contribution, PATIENCE_S, patient=True)
        if now.state in ON_ITS_WAY:
            return
        await self._react(message, {_reaction(now)})
        if self._bot.user is not None:
            try:
                await message.remove_reaction(WAITING, self._bot.user)
            except LOST as lost:
                log.info("message %s keeps its %s: %s", message.id, WAITING, type(lost).__name__)

    async def _react(self, message: discord.Message, reactions: set[str]) -> None:
        for reaction in REACTIONS:
            if reaction not in reactions:
                continue
            try:
                await message.add_reaction(reaction)
            except LOST as lost:  # the message is gone, or we may not: what was kept is kept
                log.warning("no reaction to message %s: %s", message.id, type(lost).__name__)
                return


def actor_of(author: discord.Member) -> Actor:
    """What Discord says about who wrote it, as it came with the message."""
    rights = author.guild_permissions
    return Actor(
        author.id,
        frozenset(role.id for role in author.roles),
        manages_guild=rights.manage_guild or rights.administrator,
    )


def _reaction_to(outcome: Pending | Known | Refused) -> str:
    match outcome:
        case Pending():
            return _reaction(outcome.contribution)
        case Known():
            return KNOWN
        case Refused():
            return REFUSED


def _reaction(now: Contribution) -> str:
    match now.state:
        case State.LANDED | State.LEAVING | State.REMOVED:
            return ADDED
        case State.PENDING:
            return PENDING
        case State.QUEUED | State.SENDING | State.PARKED:
            return WAITING
        case _:
            return REFUSED


async def setup(bot: DiscordBot) -> None:
    shared = bot.services.shared
    await bot.add_cog(DropCog(bot, bot.services.lookups, shared.contributing, shared.writer))
