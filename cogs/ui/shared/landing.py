"""Follows what was accepted until it is in the playlist, and tells the member: at once, and again when that changes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.errors import StoreUnavailableError
from bot.languages import Plural, Text
from bot.services.shared.outbox.health import is_late
from bot.stores.contributions import ON_ITS_WAY, Contribution, State
from cogs.ui.reply import LOST, Reply, controls, fresh
from cogs.ui.shared.liking import like_several
from cogs.ui.speaking import speaking_to_all
from cogs.words.names import list_name
from cogs.words.waiting import waiting_words

if TYPE_CHECKING:
    from datetime import datetime

    import discord

    from bot.discord_bot import DiscordBot
    from bot.services import Services
    from bot.services.notices import PrivateMessages
    from bot.services.replies import Replies
    from bot.services.shared.outbox.dispatcher import OutboxDispatcher
    from bot.services.shared.proposals.outcomes import Accepted
    from bot.services.shared.proposals.propose import Proposals
    from bot.stores.lists import SharedPlaylist

log = logging.getLogger(__name__)

SETTLE_S: Final = 4.0  # what takes longer is told as kept first
EDITABLE_S: Final = 14 * 60.0  # Discord takes edits of an answer for 15 minutes
CHANGES: Final = Plural(
    "I'll update this message once it is in.", "I'll update this message once they are in."
)
TOLD_PRIVATELY: Final = Plural("I'll DM you once it is in.", "I'll DM you once they are in.")
TOLD_HERE: Final = Plural(
    "I'll say so in this channel once it is in.", "I'll say so in this channel once they are in."
)
PUBLIC: Final = Text("{member} added {track} to {playlist}.")

# What came of each, as far as it is known, and whether nothing more will be told.
Tell = Callable[[Sequence[Contribution], bool], Awaitable[None]]


class Landing:
    def __init__(
        self,
        dispatcher: OutboxDispatcher,
        contributing: Proposals,
        private_messages: PrivateMessages,
        replies: Replies,
        *,
        now: Callable[[], datetime],
    ) -> None:
        self._dispatcher = dispatcher
        self._contributing = contributing
        self._private_messages = private_messages
        self._replies = replies
        self._now = now

    async def follow(
        self,
        interaction: discord.Interaction[DiscordBot],
        accepted: Sequence[Accepted],
        tell: Tell,
        *,
        till_parked: bool = False,
    ) -> None:
        """till_parked: that a curator has to look is told, too, and then what came of that."""
        kept = [one.contribution for one in accepted]
        now = await self._settled(kept, SETTLE_S)
        going_on = any(one.state in ON_ITS_WAY for one in now)
        await tell(now, not going_on)
        if going_on:
            interaction.client.afterwards(self._later(interaction, kept, tell, till_parked=till_parked))

    async def follow_proposal(
        self, interaction: discord.Interaction[DiscordBot], held: Contribution, tell: Tell
    ) -> None:
        """Tell what became of it once it's decided and in, while Discord lets the answer be edited."""
        await self._replies.keep(
            interaction.id, interaction.token, interaction.created_at, [held], interaction.user.id
        )
        interaction.client.afterwards(self._decided(interaction, held, tell))

    async def _decided(
        self, interaction: discord.Interaction[DiscordBot], held: Contribution, tell: Tell
    ) -> None:
        (now,) = await self._settled([held], EDITABLE_S, patient=True, undecided=True)
        if now.state is State.PENDING:
            return
        try:
            await tell([now], True)  # noqa: FBT003 - as `Tell` is called
            if now.state not in ON_ITS_WAY:
                await self._replies.drop(interaction.id)
        except LOST as lost:
            log.warning("could not tell member %s what became: %s", interaction.user.id, type(lost).__name__)

    async def _later(
        self,
        interaction: discord.Interaction[DiscordBot],
        kept: Sequence[Contribution],
        tell: Tell,
        *,
        till_parked: bool,
    ) -> None:
        for only_till_parked in (True, False) if till_parked else (False,):
            later = await self._settled(kept, EDITABLE_S, patient=True, till_parked=only_till_parked)
            parked = only_till_parked and any(one.state is State.PARKED for one in later)
            try:
                await tell(later, not parked)
                if not any(one.state in ON_ITS_WAY for one in later):
                    await self._replies.drop(interaction.id)
            except LOST as lost:
                log.warning(
                    "could not tell member %s what became: %s", interaction.user.id, type(lost).__name__
                )
            if not parked:
                return

    async def _settled(
        self,
        kept: Sequence[Contribution],
        timeout_s: float,
        *,
        patient: bool = False,
        till_parked: bool = False,
        undecided: bool = False,
    ) -> list[Contribution]:
        """As `Writer.settled` says; where the database is away, as it was kept, for that is still true."""

        async def one(held: Contribution) -> Contribution:
            try:
                return await self._dispatcher.settled(
                    held, timeout_s, patient=patient, till_parked=till_parked, undecided=undecided
                )
            except StoreUnavailableError:
                return held

        return await asyncio.gather(*map(one, kept))

    async def outlook(
        self,
        interaction: discord.Interaction[DiscordBot],
        shared: SharedPlaylist,
        kept: Sequence[Contribution],
    ) -> str:
        """Why they wait, and where the member hears of them: in this message, while Discord lets it be changed."""
        try:
            waiting = await self._dispatcher.state_of(shared, *kept)
            why = waiting_words(waiting, len(kept))
            if not is_late(waiting, self._now() + timedelta(seconds=EDITABLE_S)):
                await self._replies.keep(
                    interaction.id, interaction.token, interaction.created_at, kept, interaction.user.id
                )
                return f"{why} {CHANGES(len(kept))}"
            await self._contributing.promise_word(kept)
            wanted = await self._private_messages.are_wanted(interaction.user.id)
        except StoreUnavailableError:
            return f"{waiting_words(None, len(kept))} {CHANGES(len(kept))}"
        told = TOLD_PRIVATELY if wanted else TOLD_HERE
        return f"{why} {told(len(kept))}"

    async def why_it_waits(self, shared: SharedPlaylist, kept: Sequence[Contribution]) -> str:
        """In a sentence about one of them."""
        try:
            return waiting_words(await self._dispatcher.state_of(shared, *kept), 1)
        except StoreUnavailableError:
            return waiting_words(None, 1)


async def tell_everybody(
    interaction: discord.Interaction[DiscordBot],
    shared: SharedPlaylist,
    what: Callable[[], str],
    landed: Sequence[Contribution],
) -> None:
    """One public line in the server's language, unless the list has a digest instead. It pings nobody.

    landed: what went in, which everyone else can like there.
    """
    if shared.settings.digest_channel_id is not None:
        return
    async with speaking_to_all(interaction):
        line = PUBLIC(member=interaction.user.mention, track=what(), playlist=list_name(shared))
        inside = [one for one in landed if one.state is State.LANDED]
        reply = Reply(line, view=controls(*like_several(shared.list_id, inside)))
    try:
        await interaction.followup.send(**fresh(reply), ephemeral=False, silent=True)
    except LOST as lost:  # it went in, and the member knows
        log.warning("could not say what was added: %s", type(lost).__name__)


def landing_of(services: Services) -> Landing:
    """For a command that puts something in."""
    shared = services.shared
    return Landing(
        shared.outbox.dispatcher,
        shared.proposals.proposals,
        services.private_messages,
        services.replies,
        now=services.now,
    )
