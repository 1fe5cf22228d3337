"""/shared pending: what is still to be decided, and what was accepted and waits for Spotify; one's own comes first."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import discord
from discord import app_commands

from bot.languages import Text
from bot.services.shared.core.access import may_curate
from bot.shared_errors import ContributionGoneError
from cogs.ui.controls import CONTRIBUTION, LIST, Ack, Item, ListItem, Pages, Press
from cogs.ui.options import ListCommands, SharedListOption, shared_list_option
from cogs.ui.reply import Reply, controls
from cogs.ui.shared.card import is_open
from cogs.ui.shared.cards import track_of
from cogs.ui.shared.head import head_of
from cogs.ui.shared.parking import parking_buttons
from cogs.ui.shared.pending_page import REVIEW, pending_card
from cogs.ui.shared.votes import list_card

if TYPE_CHECKING:
    from bot.discord_bot import DiscordBot
    from bot.services.lookups import Lookups
    from bot.services.shared.ballots.decide import Decisions
    from bot.services.shared.ballots.pending import PendingItems, PendingPage
    from bot.services.shared.core.playlists import ListFinder
    from bot.spotify.models import Track
    from bot.stores.contributions import Contribution
    from bot.stores.lists import SharedPlaylist

DESCRIPTION: Final = "Show pending proposals and what's waiting for Spotify, and why"
POST_AGAIN: Final = Text("Post the card again")
POSTED: Final = Text("Posted a new card. Older ones still work, but won't update.")


PAGES: Final = Pages("sp:pending", list=LIST)
FORMER: Final = ListItem("sp:look", Ack.THINK)  # the menu of earlier versions, in place of REVIEW
POST: Final = Item(
    "sp:post", id=CONTRIBUTION
)  # for curators, where the card was deleted or has scrolled away


class PendingCommands(ListCommands):
    def __init__(
        self, finder: ListFinder, pending: PendingItems, deciding: Decisions, lookups: Lookups
    ) -> None:
        super().__init__(finder)
        self._pending = pending
        self._deciding = deciding
        self._lookups = lookups
        self.items = (
            PAGES.bound(self._turn),
            REVIEW.bound(self._review),
            FORMER.bound(self._review_chosen),
            POST.bound(self._post_again),
        )

    @app_commands.command(description=DESCRIPTION)
    @shared_list_option
    async def pending(
        self, interaction: discord.Interaction[DiscordBot], shared: SharedListOption = ""
    ) -> None:
        found = await self.found(interaction, shared)
        await self._show(Press(interaction), found, 0)

    async def _turn(self, press: Press) -> None:
        await self._show(press, await press.list(self.finder), int(press.state["number"]))

    async def _show(self, press: Press, shared: SharedPlaylist, number: int) -> None:
        page = await self._pending.page(shared, press.member_id, number)
        names = await self._names(page)
        pages = PAGES.buttons(page.number, page.pages, list=shared.list_id)
        curator = page.parked and may_curate(shared, press.actor)
        parked = parking_buttons(shared.list_id) if curator else []
        await press.answer(Reply(card=pending_card(page, names), view=controls(*pages, *parked)))

    async def _names(self, page: PendingPage) -> dict[str, Track]:
        held = [
            *(ballot_state.contribution for ballot_state in page.undecided),
            *page.accepted,
            *page.leaving,
        ]
        by_uri: dict[str, Contribution] = {one.uri: one for one in held}
        tracks = await asyncio.gather(*(track_of(self._lookups, one) for one in by_uri.values()))
        return {uri: track for uri, track in zip(by_uri, tracks, strict=True) if track}

    async def _review(self, press: Press) -> None:
        await self._show_card(press, press.state["id"])

    async def _review_chosen(self, press: Press) -> None:
        await self._show_card(press, press.chosen[0])

    async def _show_card(self, press: Press, contribution_id: str) -> None:
        ballot_state = await self._deciding.ballot_state(press.guild_id, contribution_id)
        if ballot_state is None:
            raise ContributionGoneError
        held = ballot_state.contribution
        reply = list_card(ballot_state, head_of(await track_of(self._lookups, held), held.uri))
        if is_open(ballot_state) and may_curate(ballot_state.shared, press.actor):
            reply = replace(reply, view=controls(POST.button(POST_AGAIN(), id=held.contribution_id)))
        await press.answer(reply)

    async def _post_again(self, press: Press) -> None:
        key, channel_id = press.state["id"], press.interaction.channel_id
        await self._pending.post_again(press.actor, press.guild_id, key, channel_id)
        await press.answer(Reply(POSTED()))
