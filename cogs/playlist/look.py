"""/playlist view, export: what is in a playlist, to read and as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import app_commands

from bot.languages import Text
from bot.services.own_playlists.export import exported
from bot.services.own_playlists.jobs import JobView
from bot.services.track_files.entries import Format
from cogs.playlist.option import PlaylistCommands, PlaylistOption, any_playlist_option
from cogs.ui.actor import share_of
from cogs.ui.file_formats import CHOICES, FORMAT, ROOM
from cogs.ui.layout import Attached, line, text
from cogs.ui.own_playlist_card import TURN, page_reply
from cogs.ui.playlist_work import job_buttons, job_lines
from cogs.ui.progress import ProgressBar
from cogs.ui.reply import Reply, answer, think
from cogs.words.counts import TRACKS
from cogs.words.text import safe_text

if TYPE_CHECKING:
    from bot.discord_bot import DiscordBot
    from bot.services.own_playlists import OwnPlaylists
    from bot.services.playlists import Playlists
    from cogs.ui.controls import Press

VIEW = "Show what's in a playlist (only you see it)"
EXPORT = "Get a playlist as a file"
READING = Text("Reading the playlist…")
EXPORTED = Text("**{playlist}**: {tracks}, in order.")
EXPORT_CUT = Text(
    "**{playlist}** is too long for one file here: only the first {tracks} are in it. "
    "Ask for it in a server that allows larger files."
)
NAME_SHOWN = 100


class LookCommands(PlaylistCommands):
    def __init__(self, playlists: Playlists, own: OwnPlaylists) -> None:
        super().__init__(playlists)
        self._own = own
        self.items = (TURN.bound(self._turn),)

    @app_commands.command(description=VIEW)
    @any_playlist_option
    async def view(self, interaction: discord.Interaction[DiscordBot], playlist: PlaylistOption) -> None:
        await think(interaction, private=True)
        share = share_of(interaction)
        playlist_id = await self._playlists.named(interaction.user.id, playlist, share=share)
        page = await self._own.reader.page(interaction.user.id, playlist_id, share=share)
        job = await self._own.jobs.latest(interaction.user.id, playlist_id)
        if job is None:
            await answer(interaction, page_reply(page))
            return
        news = text(*job_lines(JobView(job, page.playlist)))
        await answer(interaction, page_reply(page, [news, line()], job_buttons(job)))
        await self._own.jobs.seen(job)

    @app_commands.command(description=EXPORT)
    @app_commands.rename(kind="format")
    @app_commands.describe(kind=FORMAT)
    @app_commands.choices(kind=CHOICES)
    @any_playlist_option
    async def export(
        self, interaction: discord.Interaction[DiscordBot], playlist: PlaylistOption, kind: str
    ) -> None:
        await think(interaction, private=True)
        share = share_of(interaction)
        playlist_id = await self._playlists.named(interaction.user.id, playlist, share=share)
        progress = ProgressBar(interaction, READING())
        contents = await self._own.reader.all_of(interaction.user.id, playlist_id, progress, share=share)
        most_bytes = interaction.filesize_limit - ROOM
        made = exported(contents, Format(kind), discord.utils.utcnow(), most_bytes=most_bytes)
        words = EXPORTED if made.complete else EXPORT_CUT
        said = words(playlist=safe_text(contents.playlist.name, NAME_SHOWN), tracks=TRACKS(made.items))
        files = tuple(Attached(file.name, file.data) for file in made.files)
        await answer(interaction, Reply(said, files=files))

    async def _turn(self, press: Press) -> None:
        page = await self._own.reader.page(
            press.member_id, press.state["playlist"], int(press.state["number"]), share=press.share
        )
        await press.answer(page_reply(page))
