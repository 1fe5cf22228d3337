"""/shared show: what is in a shared playlist, twenty items to a page, with who brought each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from bot.stores.contributions import State
from cogs.ui.actor import guild_of
from cogs.ui.paging import PageButton, pages_of
from cogs.ui.reply import Reply, answer, controls, link_button, think
from cogs.ui.share import share_of
from cogs.ui.shared.page import page_embed
from cogs.ui.shared.restore_controls import edit_offer
from cogs.ui.shared.voting_off import VoteOffMenu
from cogs.ui.suggestions import suggest_lists
from cogs.words.history import edited
from cogs.words.tracks import OPEN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.discord_bot import DiscordBot
    from bot.services.shared.showing.showing import ShownPage
    from bot.spotify.models import Track
    from bot.stores.contributions import Contribution
    from cogs.ui.suggestions import Choices

DESCRIPTION = "Show what is in a shared playlist, and who added it"
LIST = "Which one; leave it out for this server's usual one"
PAGE = "Which page; leave it out for the first"
PRIVATE = "Show it only to me"
MOST_PAGES = 100_000
LIST_ID = r"[0-9A-Za-z]{1,16}"


class ShowCommands(commands.Cog):
    @app_commands.command(description=DESCRIPTION)
    @app_commands.rename(shared="list")
    @app_commands.describe(shared=LIST, page=PAGE, private=PRIVATE)
    async def show(
        self,
        interaction: discord.Interaction[DiscordBot],
        shared: app_commands.Range[str, 1, 100] = "",
        page: app_commands.Range[int, 1, MOST_PAGES] = 1,
        private: bool = False,  # noqa: FBT001, FBT002 - an option of a slash command
    ) -> None:
        await think(interaction, private=private)
        await answer(interaction, await shown(interaction, shared, page - 1, turned=False))

    @show.autocomplete("shared")
    async def _suggest_shown(self, interaction: discord.Interaction[DiscordBot], current: str) -> Choices:
        return await suggest_lists(interaction, current)


async def shown(
    interaction: discord.Interaction[DiscordBot], query: str, number: int, *, turned: bool = True
) -> Reply:
    """The page of the list that `query` names in this server. Raises ListNotFoundError.

    turned: from another page, where edits in Spotify were told of.
    """
    bot = interaction.client
    services = bot.services.shared
    shared = await services.finder.find(guild_of(interaction), query)
    foreign, offer = (None, []) if turned and number else await edit_offer(interaction, shared)
    page = await services.showing.page(shared, number, share=share_of(interaction))
    embed = page_embed(
        page,
        add=bot.mention_command("add"),
        link=bot.mention_command("link"),
        undo=bot.mention_command("shared undo"),
    )
    buttons = ListPages.both(page.number, page.pages, shared.list_id)
    menu = VoteOffMenu.of(shared.list_id, _in_for_good(page)) if page.away is None else None
    controlled = controls(*buttons, link_button(OPEN, page.url), *offer, *([menu] if menu else []))
    return Reply(edited(foreign) if foreign else None, embed, controlled)


def _in_for_good(page: ShownPage) -> Iterator[tuple[Contribution, Track | None]]:
    """What a vote about throwing it out can begin for, as far as the page tells."""
    for item in page.items:
        one = item.contribution
        if one and one.state is State.LANDED and not item.local and not (one.ballot and one.ballot.open):
            yield one, item.track


class ListPages(PageButton, template=pages_of("sp:show", LIST_ID)):
    name = "sp:show"

    async def show(self, interaction: discord.Interaction[DiscordBot], number: int) -> None:
        await answer(interaction, await shown(interaction, self.state["key"], number))
