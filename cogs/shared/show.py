"""/shared show: what is in a shared playlist, twenty items to a page, with who brought each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import app_commands

from bot.languages import Plural
from cogs.ui.actor import share_of
from cogs.ui.layout import text
from cogs.ui.options import ListCommands, SharedListOption, shared_list_option
from cogs.ui.reply import Reply, answer, controls, link_button
from cogs.ui.shared.liking import like_page
from cogs.ui.shared.page import PAGES, page_parts
from cogs.ui.shared.restore_controls import edit_offer
from cogs.ui.shared.voting_off import vote_off_menus
from cogs.words.history import edited
from cogs.words.names import OPEN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.discord_bot import DiscordBot
    from bot.services.shared.core.playlists import ListFinder
    from bot.services.shared.reconciliation.drift import DriftDetector
    from bot.services.shared.reconciliation.playability import Playability
    from bot.services.shared.reconciliation.projection import ExternalEdit
    from bot.services.shared.reports.page import ListPages, ShownPage
    from bot.spotify.models import Track
    from bot.stores.contributions import Contribution
    from bot.stores.lists import SharedPlaylist
    from cogs.ui.controls import Press
    from cogs.ui.layout import Control

DESCRIPTION = "Show the tracks of a shared playlist and who added them"
PAGE = "Page number; the first if left out"
PRIVATE = "Show it only to me"
MOST_PAGES = 100_000
CANT_BE_PLAYED = Plural(
    "⚠️ {n:,} track can't be played any more. Curators can look: {tidy}",
    "⚠️ {n:,} tracks can't be played any more. Curators can look: {tidy}",
)


class ShowCommands(ListCommands):
    def __init__(
        self, finder: ListFinder, showing: ListPages, drift: DriftDetector, playability: Playability
    ) -> None:
        super().__init__(finder)
        self._playability = playability
        self._showing = showing
        self._drift = drift
        self.items = (PAGES.bound(self._turn),)

    @app_commands.command(description=DESCRIPTION)
    @app_commands.describe(page=PAGE, private=PRIVATE)
    @shared_list_option
    async def show(
        self,
        interaction: discord.Interaction[DiscordBot],
        shared: SharedListOption = "",
        page: app_commands.Range[int, 1, MOST_PAGES] = 1,
        private: bool = False,  # noqa: FBT001, FBT002 - an option of a slash command
    ) -> None:
        found = await self.found(interaction, shared, private=private)
        offer = await edit_offer(self._drift, interaction, found)
        await answer(interaction, await self._page(interaction, found, page - 1, offer))

    async def _turn(self, press: Press) -> None:
        """Edits in Spotify are told of on the first page only."""
        shared, number = await press.list(self.finder), int(press.state["number"])
        offer = (None, []) if number else await edit_offer(self._drift, press.interaction, shared)
        await press.answer(await self._page(press.interaction, shared, number, offer))

    async def _page(
        self,
        interaction: discord.Interaction[DiscordBot],
        shared: SharedPlaylist,
        number: int,
        offer: tuple[ExternalEdit | None, list[Control]],
    ) -> Reply:
        page = await self._showing.page(shared, number, share=share_of(interaction))
        bot, (foreign, buttons) = interaction.client, offer
        parts = page_parts(
            page,
            add=bot.mention_command("add"),
            link=bot.mention_command("link"),
            undo=bot.mention_command("shared undo"),
        )
        pages = PAGES.buttons(page.number, page.pages, list=shared.list_id)
        inside = _in_for_good(page) if page.away is None else ()
        menus = vote_off_menus(shared, inside, interaction.created_at)
        like = like_page(page)
        view = controls(*pages, link_button(OPEN(), page.url), *like, *buttons, *menus)
        above = [text(edited(foreign))] if foreign else []
        if marks := () if number else (await self._playability.survey(shared)).marks:
            tidy = bot.mention_command("shared tidy unavailable")
            above.append(text(CANT_BE_PLAYED(len(marks), tidy=tidy)))
        return Reply(card=(*above, *parts), view=view)


def _in_for_good(page: ShownPage) -> Iterator[tuple[Contribution, Track | None]]:
    """What a vote about throwing it out can begin for, as far as the page tells."""
    for item in page.items:
        if item.contribution and not item.local:
            yield item.contribution, item.track
