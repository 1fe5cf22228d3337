"""Posts the cards of proposals, and keeps them right without flooding Discord."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final

import discord

from bot.errors import BotError
from bot.languages import speak
from bot.services.shared.outbox.identity import PLAYABLE
from bot.spotify.errors import SpotifyError
from cogs.ui.reply import LOST, fresh, redraw
from cogs.ui.shared.card import looks_like
from cogs.ui.shared.head import former_head, head_of, together_head
from cogs.ui.shared.together_card import together_card
from cogs.ui.shared.votes import list_card, waiting_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.discord_bot import DiscordBot
    from bot.services.lookups import Lookups
    from bot.services.shared.ballots.cards import Card, CardQueue
    from bot.services.shared.core.ballot import BallotState
    from bot.services.shared.outbox.dispatcher import OutboxDispatcher
    from bot.services.shared.outbox.health import WaitingFor
    from bot.spotify.models import Track
    from bot.stores.contributions import Contribution
    from cogs.ui.shared.head import Head

log = logging.getLogger(__name__)

GONE: Final = (discord.NotFound, discord.Forbidden)  # the message, the channel, or our way into it


class Cards:
    def __init__(
        self, bot: DiscordBot, card_queue: CardQueue, lookups: Lookups, dispatcher: OutboxDispatcher
    ) -> None:
        self._bot = bot
        self._card_queue = card_queue
        self._lookups = lookups
        self._dispatcher = dispatcher

    async def keep(self) -> None:
        """One round: post and draw what has changed. Never raises for one card's sake."""
        cards = await self._card_queue.due()
        results = await asyncio.gather(*map(self._keep, cards), return_exceptions=True)
        for card, result in zip(cards, results, strict=True):
            if isinstance(result, Exception):
                key = card.ballot_state.contribution.contribution_id
                log.error("could not draw the card of %s", key, exc_info=result)
                self._card_queue.failed(card.ballot_state)

    async def _keep(self, card: Card) -> None:
        ballot_state = card.ballot_state
        speak(await self._bot.language_of(ballot_state.shared.guild_id))
        try:
            if ballot_state.ballot.message_id is None:
                await self._post(ballot_state)
                return
            await self._edit(card)
        except GONE as gone:
            await self._lost(ballot_state, gone)
        except LOST as lost:
            key, reason = ballot_state.contribution.contribution_id, type(lost).__name__
            log.warning("the card of %s was not drawn: %s", key, reason)
            self._card_queue.failed(ballot_state)
        else:
            await self._card_queue.shown(ballot_state)

    async def _lost(self, ballot_state: BallotState, gone: discord.HTTPException) -> None:
        """Somebody deleted the card, or its channel: while the vote is open there is a new one, where cards go now."""
        ballot, key = ballot_state.ballot, ballot_state.contribution.contribution_id
        log.info("the card of %s is gone (Discord's code %s)", key, gone.code)
        if ballot.open:
            await self._card_queue.repost(ballot_state, ballot.channel_id)
        else:
            await self._card_queue.deleted(ballot_state)

    async def _post(self, ballot_state: BallotState) -> None:
        """In the channel for cards, else where it was proposed; where neither takes it, there is no card."""
        if not ballot_state.ballot.open or not await self._card_queue.claim(ballot_state):
            return
        held = ballot_state.contribution
        if ballot_state.together:
            reply = together_card(ballot_state, await self._together_head(ballot_state))
        else:
            reply = list_card(ballot_state, head_of(await track_of(self._lookups, held), held.uri))
        for channel_id in _channels(ballot_state):
            channel = self._bot.get_partial_messageable(channel_id, guild_id=ballot_state.shared.guild_id)
            try:
                message = await channel.send(**fresh(reply), silent=True, nonce=_nonce(ballot_state))
            except GONE as refused:
                log.warning("channel %s takes no cards (Discord's code %s)", channel_id, refused.code)
                continue
            await self._card_queue.posted(ballot_state, channel_id, message.id)
            return
        await self._card_queue.deleted(ballot_state)

    async def _edit(self, card: Card) -> None:
        ballot_state = card.ballot_state
        held, ballot = ballot_state.contribution, ballot_state.ballot
        channel = self._bot.get_partial_messageable(
            ballot.channel_id or 0, guild_id=ballot_state.shared.guild_id
        )
        message = channel.get_partial_message(ballot.message_id or 0)
        waiting = await waiting_of(self._dispatcher, ballot_state)
        if ballot_state.together:
            await self._edit_together(message, ballot_state, waiting)
            return
        track = None if card.may_be_right else await track_of(self._lookups, held)
        if track is not None:
            await redraw(message, list_card(ballot_state, head_of(track, held.uri), waiting))
            return
        posted = await message.fetch()
        reply = list_card(ballot_state, former_head(posted) or head_of(None, held.uri), waiting)
        if not looks_like(posted, reply):
            await redraw(message, reply)

    async def _edit_together(
        self, message: discord.PartialMessage, ballot_state: BallotState, waiting: WaitingFor | None
    ) -> None:
        """Its titles stand on the card: asking Spotify for all of them at every vote would be dear."""
        posted = await message.fetch()
        head = former_head(posted) or await self._together_head(ballot_state)
        reply = together_card(ballot_state, head, waiting)
        if not looks_like(posted, reply):
            await redraw(message, reply)

    async def _together_head(self, ballot_state: BallotState) -> Head:
        several = ballot_state.together
        found = await asyncio.gather(*(track_of(self._lookups, one) for one in several))
        return together_head(
            several, {one.uri: track for one, track in zip(several, found, strict=True) if track}
        )


async def track_of(lookups: Lookups, held: Contribution) -> Track | None:
    """None when Spotify does not tell."""
    if not held.uri.startswith(PLAYABLE):
        return None
    try:
        return await lookups.by_uri(held.uri, share=(held.guild_id, None))
    except (SpotifyError, BotError) as error:
        log.info("no title for %s: %s", held.contribution_id, type(error).__name__)
        return None


def _channels(ballot_state: BallotState) -> Iterator[int]:
    wanted = (
        ballot_state.shared.settings.cards_channel_id,
        ballot_state.ballot.channel_id,
        ballot_state.contribution.channel_id,
    )
    return iter(dict.fromkeys(channel_id for channel_id in wanted if channel_id))


def _nonce(ballot_state: BallotState) -> str:
    """Discord takes a card that is sent twice within minutes, as the first answer got lost, for one.

    The version is another once a card is asked for anew.
    """
    return f"{ballot_state.contribution.contribution_id}:{ballot_state.contribution.version}"
