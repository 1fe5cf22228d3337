"""/shared pending: what is still to be decided, and what was accepted and waits for Spotify; one's own comes first."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

import discord
from discord import app_commands
from discord.ext import commands

from bot.services.shared.core.access import may_curate
from bot.shared_errors import ContributionGoneError
from cogs.ui.actor import actor_of, guild_of
from cogs.ui.dynamic import Button, SafeItem, Select
from cogs.ui.paging import PageButton, pages_of
from cogs.ui.reply import Reply, answer, controls, hold, think
from cogs.ui.shared.card import head_of, is_open
from cogs.ui.shared.cards import track_of
from cogs.ui.shared.parking import parking_buttons
from cogs.ui.shared.pending_page import card_options, pending_embed
from cogs.ui.shared.votes import ID, list_card
from cogs.ui.suggestions import suggest_lists

if TYPE_CHECKING:
    from typing import Self

    from bot.discord_bot import DiscordBot
    from bot.services.shared.ballots.pending import PendingPage
    from bot.spotify.models import Track
    from bot.stores.contributions import Contribution
    from cogs.ui.suggestions import Choices

DESCRIPTION: Final = "Show what waits for a decision or for Spotify, and why"
LIST: Final = "Which playlist; leave it out for this server's usual one"
LIST_ID: Final = r"[0-9A-Za-z]{1,16}"
LOOK: Final = "Look at one and decide…"
POST_AGAIN: Final = "Post the card again"
POSTED: Final = "The card is posted again. An older one still works, but is not drawn anew."


class PendingCommands(commands.Cog):
    @app_commands.command(description=DESCRIPTION)
    @app_commands.rename(shared="list")
    @app_commands.describe(shared=LIST)
    async def pending(
        self, interaction: discord.Interaction[DiscordBot], shared: app_commands.Range[str, 1, 100] = ""
    ) -> None:
        await think(interaction, private=True)
        await answer(interaction, await _shown(interaction, shared, 0))

    @pending.autocomplete("shared")
    async def _suggest_pending(self, interaction: discord.Interaction[DiscordBot], current: str) -> Choices:
        return await suggest_lists(interaction, current)


async def _shown(interaction: discord.Interaction[DiscordBot], query: str, number: int) -> Reply:
    services = interaction.client.services.shared
    shared = await services.finder.find(guild_of(interaction), query)
    page = await services.pending.page(shared, interaction.user.id, number)
    names = await _names(interaction.client, page)
    options = card_options(page, names)
    menu = [CardMenu.of(shared.list_id, options)] if options else []
    pages = PendingPages.both(page.number, page.pages, shared.list_id)
    curator = page.parked and may_curate(shared, actor_of(interaction))
    parked = parking_buttons(shared.list_id) if curator else []
    return Reply(embed=pending_embed(page, names), view=controls(*pages, *menu, *parked))


async def _names(bot: DiscordBot, page: PendingPage) -> dict[str, Track]:
    held = [*(ballot_state.contribution for ballot_state in page.undecided), *page.accepted, *page.leaving]
    by_uri: dict[str, Contribution] = {one.uri: one for one in held}
    tracks = await asyncio.gather(*(track_of(bot, one) for one in by_uri.values()))
    return {uri: track for uri, track in zip(by_uri, tracks, strict=True) if track}


class PendingPages(PageButton, template=pages_of("sp:pending", LIST_ID)):
    name = "sp:pending"

    async def show(self, interaction: discord.Interaction[DiscordBot], number: int) -> None:
        await answer(interaction, await _shown(interaction, self.state["key"], number))


class CardMenu(SafeItem[Select], template=rf"sp:look:(?P<list>{LIST_ID})"):
    """Shows the card of one proposal to whoever wants to decide about it here."""

    @classmethod
    def of(cls, list_id: str, options: list[discord.SelectOption]) -> Self:
        return cls(discord.ui.Select(custom_id=f"sp:look:{list_id}", placeholder=LOOK, options=options))

    async def used(self, interaction: discord.Interaction[DiscordBot]) -> None:
        await think(interaction, private=True)
        deciding = interaction.client.services.shared.deciding
        ballot_state = await deciding.ballot_state(guild_of(interaction), self.item.values[0])
        if ballot_state is None:
            raise ContributionGoneError
        held = ballot_state.contribution
        reply = list_card(ballot_state, head_of(await track_of(interaction.client, held), held.uri))
        if reply.view and is_open(ballot_state) and may_curate(ballot_state.shared, actor_of(interaction)):
            reply.view.add_item(PostAgainButton.of(held.contribution_id))
        await answer(interaction, reply)


class PostAgainButton(SafeItem[Button], template=rf"sp:post:(?P<id>{ID})"):
    """For curators, where the card was deleted or has scrolled away."""

    @classmethod
    def of(cls, contribution_id: str) -> Self:
        return cls(discord.ui.Button(label=POST_AGAIN, custom_id=f"sp:post:{contribution_id}"))

    async def used(self, interaction: discord.Interaction[DiscordBot]) -> None:
        await hold(interaction)
        await interaction.client.services.shared.pending.post_again(
            actor_of(interaction), guild_of(interaction), self.state["id"], interaction.channel_id
        )
        await answer(interaction, Reply(POSTED))


PENDING_ITEMS: Final = (PendingPages, CardMenu, PostAgainButton)
