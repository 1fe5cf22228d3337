"""/shared export: a shared playlist and its history as a file, seen by nobody else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.utils import format_dt

from bot.languages import Plural, Text
from bot.services.shared.reports.page import Away
from bot.services.track_files.entries import Format
from bot.stores.history import FORMER_MEMBER
from cogs.ui.actor import share_of
from cogs.ui.file_formats import CHOICES, FORMAT, ROOM
from cogs.ui.layout import Attached
from cogs.ui.member_names import MemberNames
from cogs.ui.options import ListCommands, SharedListOption, shared_list_option
from cogs.ui.progress import ProgressBar
from cogs.ui.reply import Reply, answer
from cogs.words.counts import TRACKS
from cogs.words.names import mention, track_count
from cogs.words.text import safe_text

if TYPE_CHECKING:
    from bot.discord_bot import DiscordBot
    from bot.services.shared.core.playlists import ListFinder
    from bot.services.shared.reports.export import Export, Exporter
    from bot.services.shared.reports.titles import TitleReader, Titles
    from bot.stores.lists import SharedPlaylist

DESCRIPTION = "Get a shared playlist and its history as a file"
ENTRIES = Plural("{n:,} entry", "{n:,} entries")
DONE = Text("**{name}**: {items} in order, and {events} of history.")
DONE_ITEMS = Text("**{name}**: {items}, in order. CSV and JSON have the history, too.")
READING = Text("Reading titles…")
CUT = Text(
    "The list is too long for one file here. Missing at its end: {tracks}. "
    "Use the command in a server that allows larger files."
)
UNTITLED = {
    Away.OWNER: Text("⚠️ {owner} needs to {link} again before I can read titles. Without a title: {tracks}."),
    Away.GONE: Text("⚠️ Spotify can't find this playlist any more. Without a title: {tracks}."),
    Away.WAITING: Text("⚠️ Spotify is limiting my requests. Without a title: {tracks}. Try again {until}."),
    Away.SPOTIFY: Text(
        "⚠️ Spotify isn't answering right now. Without a title: {tracks}. Try again in a minute."
    ),
}
OWNERLESS = Text(
    "⚠️ This playlist needs a new owner before I can read titles: `/shared transfer`. Without a title: {tracks}."
)
LATER = Text("a little later")
SHORTENED = Text(
    "The history is too long for a file here, so it has only the newest {count:,} entries. "
    "The playlist itself is complete."
)
NAME_SHOWN = 100


class ExportCommands(ListCommands):
    def __init__(self, finder: ListFinder, exporting: Exporter, titles: TitleReader) -> None:
        super().__init__(finder)
        self._exporting = exporting
        self._titles = titles

    @app_commands.command(description=DESCRIPTION)
    @app_commands.rename(kind="format")
    @app_commands.describe(kind=FORMAT)
    @app_commands.choices(kind=CHOICES)
    @shared_list_option
    async def export(
        self, interaction: discord.Interaction[DiscordBot], kind: str, shared: SharedListOption = ""
    ) -> None:
        found = await self.found(interaction, shared)
        progress = ProgressBar(interaction, READING())
        titles = await self._titles.read(found, progress, share=share_of(interaction))
        most_bytes = interaction.filesize_limit - ROOM
        made = await self._exporting.export(
            found, Format(kind), MemberNames(interaction), titles, most_bytes=most_bytes
        )
        link = interaction.client.mention_command("link")
        await answer(interaction, export_reply(found, made, titles, link))


def export_reply(shared: SharedPlaylist, made: Export, titles: Titles, link: str) -> Reply:
    """link: the command as a member can click it."""
    name, items = safe_text(shared.name, NAME_SHOWN), track_count(made.items)
    if made.events is None:
        lines = [DONE_ITEMS(name=name, items=items)]
    else:
        lines = [DONE(name=name, items=items, events=ENTRIES(made.events))]
    if made.left:
        lines.append(CUT(tracks=TRACKS(made.left)))
    elif made.events is not None and not made.complete:
        lines.append(SHORTENED(count=made.events))
    if made.untitled and titles.away is not None:
        until = format_dt(titles.until, "R") if titles.until else LATER()
        untitled = TRACKS(made.untitled)
        ownerless = titles.away is Away.OWNER and shared.owner_id == FORMER_MEMBER
        why = OWNERLESS if ownerless else UNTITLED[titles.away]
        lines.append(why(owner=mention(shared.owner_id), tracks=untitled, until=until, link=link))
    return Reply("\n".join(lines), files=tuple(Attached(file.name, file.data) for file in made.files))
