"""/shared export: a shared playlist and its history as a file, seen by nobody else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import app_commands

from bot.languages import Plural, Text
from bot.services.export_files import Format
from cogs.ui.layout import Attached
from cogs.ui.member_names import MemberNames
from cogs.ui.options import ListCommands, SharedListOption, shared_list_option
from cogs.ui.reply import Reply, answer
from cogs.words.names import track_count
from cogs.words.text import safe_text

if TYPE_CHECKING:
    from bot.discord_bot import DiscordBot
    from bot.services.shared.core.playlists import ListFinder
    from bot.services.shared.reports.export import Export, Exporter

DESCRIPTION = "Get a shared playlist and its history as a file"
FORMAT = "CSV for spreadsheets, JSON for programs"
CHOICES = [
    app_commands.Choice(name="CSV (spreadsheet)", value=Format.CSV.value),
    app_commands.Choice(name="JSON", value=Format.JSON.value),
]
ENTRIES = Plural("{n:,} entry", "{n:,} entries")
DONE = Text("**{name}**: {items} in order, and {events} of history.")
SHORTENED = Text(
    "The history is too long for a file here, so it has only the newest {count:,} entries. "
    "The playlist itself is complete."
)
NAME_SHOWN = 100
ROOM = 64 * 1024  # of what Discord takes, for all that is not the file


class ExportCommands(ListCommands):
    def __init__(self, finder: ListFinder, exporting: Exporter) -> None:
        super().__init__(finder)
        self._exporting = exporting

    @app_commands.command(description=DESCRIPTION)
    @app_commands.rename(kind="format")
    @app_commands.describe(kind=FORMAT)
    @app_commands.choices(kind=CHOICES)
    @shared_list_option
    async def export(
        self, interaction: discord.Interaction[DiscordBot], kind: str, shared: SharedListOption = ""
    ) -> None:
        found = await self.found(interaction, shared)
        made = await self._exporting.export(
            found, Format(kind), MemberNames(interaction), most_bytes=interaction.filesize_limit - ROOM
        )
        await answer(interaction, export_reply(found.name, made))


def export_reply(name: str, made: Export) -> Reply:
    text = DONE(name=safe_text(name, NAME_SHOWN), items=track_count(made.items), events=ENTRIES(made.events))
    if not made.complete:
        text += "\n" + SHORTENED(count=made.events)
    return Reply(text, files=tuple(Attached(file.name, file.data) for file in made.files))
