"""/playlists: a member's own playlists, ten to a page, visible only to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from bot.languages import Plural, Text
from cogs.ui.actor import share_of
from cogs.ui.controls import Pages, Press
from cogs.ui.held_up import held_up
from cogs.ui.layout import text
from cogs.ui.reply import Reply, answer, controls, think
from cogs.words.counts import PLAYLISTS
from cogs.words.names import mention, track_count
from cogs.words.text import fitting, masked_link, page_of, safe_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.discord_bot import DiscordBot
    from bot.services.own_playlists.visibility import PlaylistVisibility
    from bot.services.playlists import PlaylistPage, Playlists
    from bot.services.shared.lifecycle.overview import HeldUp, ListOverview
    from bot.spotify.models import Playlist

DESCRIPTION = "Show your Spotify playlists (only you see them)"
MEMBER = "Someone else, to see their public playlists if they allow it"
OTHERS_TITLE = Text("Public playlists of {member}")
NONE_PUBLIC = Text("{member} has no playlists on their profile.")
TITLE = Text("Your playlists")
NONE_YET = Text("You have no playlists on Spotify yet. Create one there and it shows up here.")
NOTHING_HERE = Text("This page is empty.")
MINE = Text("yours")
BY = Text("by {owner}")
NO_OWNER = Text("someone else")
SHOWN = Text("🌐 on profile")
NOT_SHOWN = Text("🔗 not on profile")
TOGETHER = Text("👥 collaborative")
HIDDEN = Plural(
    "*{n:,} more playlist is on this page, but Spotify doesn't say which.*",
    "*{n:,} more playlists are on this page, but Spotify doesn't say which.*",
)
SUMMARY = Text("-# Spotify · {playlists} · {page}")
# Spotify's `public` is no privacy: anyone who has the link can open any playlist.
EXPLAINED = Text(
    "🌐 on the owner's profile and in search · 🔗 hidden there, but anyone with the link can open it · "
    "👥 several people can add to it"
)
NAME_SHOWN = 80
MOST_LINES = 2_500  # characters
OWNER_SHOWN = 40


PAGES = Pages("playlists")
OTHERS = Pages("playlists:of", member=r"\d{1,20}")


class PlaylistsCog(commands.Cog):
    def __init__(self, playlists: Playlists, visibility: PlaylistVisibility, overview: ListOverview) -> None:
        self._playlists = playlists
        self._visibility = visibility
        self._overview = overview

    @app_commands.command(description=DESCRIPTION)
    @app_commands.describe(member=MEMBER)
    async def playlists(
        self, interaction: discord.Interaction[DiscordBot], member: discord.User | None = None
    ) -> None:
        await think(interaction, private=True)
        if member is not None and member.id != interaction.user.id:
            page = await self._visibility.page(member.id, 0, share=share_of(interaction))
            await answer(interaction, others_reply(member.id, page))
            return
        page = await self._playlists.page(interaction.user.id, 0, share=share_of(interaction))
        held = await self._overview.held_up(interaction.user.id)
        await answer(interaction, list_reply(interaction.client, page, held))

    async def turn(self, press: Press) -> None:
        number = int(press.state["number"])
        page = await self._playlists.page(press.member_id, number, share=press.share)
        held = await self._overview.held_up(press.member_id)
        await press.answer(list_reply(press.interaction.client, page, held))

    async def turn_others(self, press: Press) -> None:
        member_id, number = int(press.state["member"]), int(press.state["number"])
        page = await self._visibility.page(member_id, number, share=press.share)
        await press.answer(others_reply(member_id, page))


def others_reply(member_id: int, page: PlaylistPage) -> Reply:
    """The public playlists of another member who allows it."""
    who = mention(member_id)
    if not page.playlists:
        return Reply(card=(text(NONE_PUBLIC(member=who)),))
    lines = [_line(playlist, "") for playlist in page.playlists]
    summary = SUMMARY(playlists=PLAYLISTS(page.total), page=page_of(page.number, page.pages))
    card = (text(f"### {OTHERS_TITLE(member=who)}"), text(fitting(lines, MOST_LINES)), text(summary))
    return Reply(card=card, view=controls(*OTHERS.buttons(page.number, page.pages, member=member_id)))


def list_reply(bot: DiscordBot, page: PlaylistPage, held: Sequence[HeldUp] = ()) -> Reply:
    """held: what the member's ended or withdrawn consent holds up in servers."""
    if page.total == 0:
        return Reply(card=(text(NONE_YET()), *held_up(bot, held)))
    lines = [_line(playlist, page.spotify_id) for playlist in page.playlists] or [NOTHING_HERE()]
    if page.skipped:
        lines.append(HIDDEN(page.skipped))
    summary = SUMMARY(playlists=PLAYLISTS(page.total), page=page_of(page.number, page.pages))
    card = (
        text(f"### {TITLE()}"),
        *held_up(bot, held),
        text(fitting(lines, MOST_LINES)),
        text(f"-# {EXPLAINED()}", summary),
    )
    return Reply(card=card, view=controls(*PAGES.buttons(page.number, page.pages)))


def _line(playlist: Playlist, spotify_id: str) -> str:
    if playlist.owner.id == spotify_id:
        owner = MINE()
    else:
        owner = BY(
            owner=safe_text(playlist.owner.display_name or playlist.owner.id or NO_OWNER(), OWNER_SHOWN)
        )
    tracks = track_count(playlist.item_count)
    details = [tracks, owner] if tracks else [owner]
    if playlist.public is not None:
        details.append(SHOWN() if playlist.public else NOT_SHOWN())
    if playlist.collaborative:
        details.append(TOGETHER())
    return f"**{masked_link(playlist.name, playlist.url, NAME_SHOWN)}**\n{' · '.join(details)}"


async def setup(bot: DiscordBot) -> None:
    cog = PlaylistsCog(
        bot.services.playlists, bot.services.own_playlists.visibility, bot.services.shared.lifecycle.overview
    )
    bot.add_dynamic_items(PAGES.bound(cog.turn), OTHERS.bound(cog.turn_others))
    await bot.add_cog(cog)
