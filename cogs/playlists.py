"""/playlists: a member's own playlists, ten to a page, seen by nobody else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from cogs.ui.actor import share_of
from cogs.ui.controls import Pages, Press
from cogs.ui.layout import ACCENT
from cogs.ui.reply import Reply, answer, controls, think
from cogs.words.names import track_count
from cogs.words.text import EMBED_DESCRIPTION, FOOTER, fitting, masked_link, page_of, plain_text, safe_text

if TYPE_CHECKING:
    from bot.discord_bot import DiscordBot
    from bot.services.playlists import PlaylistPage, Playlists
    from bot.spotify.models import Playlist

DESCRIPTION = "Show your Spotify playlists, only to you"
TITLE = "Your playlists"
NONE_YET = "You have no playlists on Spotify yet. Make one in Spotify, and it will show up here."
NOTHING_HERE = "There is nothing to show on this page."
MINE = "yours"
BY = "by {owner}"
NO_OWNER = "someone else"
SHOWN = "🌐 on profile"
NOT_SHOWN = "🔗 not on profile"
TOGETHER = "👥 made together"
HIDDEN = "{more} on this page, but Spotify does not say which."
# Spotify's `public` is no privacy: anyone who has the link can open any playlist.
EXPLAINED = (
    "🌐 shown on the owner's profile and found by search · "
    "🔗 not shown there, yet anyone who has the link can open it · 👥 several people add to it"
)
NAME_SHOWN = 80
OWNER_SHOWN = 40


PAGES = Pages("playlists")


class PlaylistsCog(commands.Cog):
    def __init__(self, playlists: Playlists) -> None:
        self._playlists = playlists

    @app_commands.command(description=DESCRIPTION)
    async def playlists(self, interaction: discord.Interaction[DiscordBot]) -> None:
        await think(interaction, private=True)
        page = await self._playlists.page(interaction.user.id, 0, share=share_of(interaction))
        await answer(interaction, list_reply(page))

    async def turn(self, press: Press) -> None:
        number = int(press.state["number"])
        await press.answer(list_reply(await self._playlists.page(press.member_id, number, share=press.share)))


def list_reply(page: PlaylistPage) -> Reply:
    if page.total == 0:
        return Reply(NONE_YET)
    lines = [_line(playlist, page.spotify_id) for playlist in page.playlists] or [NOTHING_HERE]
    if page.skipped:
        more = "1 more playlist is" if page.skipped == 1 else f"{page.skipped} more playlists are"
        lines.append(f"*{HIDDEN.format(more=more)}*")
    embed = discord.Embed(
        title=TITLE, description=fitting([*lines, "", f"-# {EXPLAINED}"], EMBED_DESCRIPTION), colour=ACCENT
    )
    embed.set_footer(
        text=plain_text(f"Spotify · {page.total:,} in all · {page_of(page.number, page.pages)}", FOOTER)
    )
    return Reply(embed=embed, view=controls(*PAGES.buttons(page.number, page.pages)))


def _line(playlist: Playlist, spotify_id: str) -> str:
    if playlist.owner.id == spotify_id:
        owner = MINE
    else:
        owner = BY.format(
            owner=safe_text(playlist.owner.display_name or playlist.owner.id or NO_OWNER, OWNER_SHOWN)
        )
    count = track_count(playlist.item_count)
    details = [count, owner] if count else [owner]
    if playlist.public is not None:
        details.append(SHOWN if playlist.public else NOT_SHOWN)
    if playlist.collaborative:
        details.append(TOGETHER)
    return f"**{masked_link(playlist.name, playlist.url, NAME_SHOWN)}**\n{' · '.join(details)}"


async def setup(bot: DiscordBot) -> None:
    cog = PlaylistsCog(bot.services.playlists)
    bot.add_dynamic_items(PAGES.bound(cog.turn))
    await bot.add_cog(cog)
