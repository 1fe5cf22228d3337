"""/shared export: a shared playlist and its history as a file, seen by nobody else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from bot.services.shared.showing.exporting import Format
from cogs.ui.actor import guild_of
from cogs.ui.member_names import MemberNames
from cogs.ui.reply import Attached, Reply, answer, think
from cogs.ui.suggestions import suggest_lists
from cogs.words.text import safe_text
from cogs.words.tracks import track_count

if TYPE_CHECKING:
    from bot.discord_bot import DiscordBot
    from bot.services.shared.showing.exporting import Export
    from cogs.ui.suggestions import Choices

DESCRIPTION = "Get a shared playlist and its history as a file"
LIST = "Which one; leave it out for this server's usual one"
FORMAT = "CSV for spreadsheets, JSON for programs"
CHOICES = [
    app_commands.Choice(name="CSV (spreadsheet)", value=Format.CSV.value),
    app_commands.Choice(name="JSON", value=Format.JSON.value),
]
DONE = "Here is **{name}**: {items} in their order, and {events} of its history."
SHORTENED = (
    "The history is longer than a file may be here, so these are its newest {count:,} entries. "
    "The playlist itself is complete."
)
NAME_SHOWN = 100
ROOM = 64 * 1024  # of what Discord takes, for all that is not the file


class ExportCommands(commands.Cog):
    @app_commands.command(description=DESCRIPTION)
    @app_commands.rename(kind="format", shared="list")
    @app_commands.describe(kind=FORMAT, shared=LIST)
    @app_commands.choices(kind=CHOICES)
    async def export(
        self,
        interaction: discord.Interaction[DiscordBot],
        kind: str,
        shared: app_commands.Range[str, 1, 100] = "",
    ) -> None:
        await think(interaction, private=True)
        services = interaction.client.services.shared
        found = await services.finder.find(guild_of(interaction), shared)
        made = await services.exporting.export(
            found,
            Format(kind),
            MemberNames(interaction),
            most_bytes=interaction.filesize_limit - ROOM,
        )
        await answer(interaction, export_reply(found.name, made))

    @export.autocomplete("shared")
    async def _suggest_exported(self, interaction: discord.Interaction[DiscordBot], current: str) -> Choices:
        return await suggest_lists(interaction, current)


def export_reply(name: str, made: Export) -> Reply:
    events = "1 entry" if made.events == 1 else f"{made.events:,} entries"
    text = DONE.format(name=safe_text(name, NAME_SHOWN), items=track_count(made.items), events=events)
    if not made.complete:
        text += "\n" + SHORTENED.format(count=made.events)
    return Reply(text, files=tuple(Attached(file.name, file.data) for file in made.files))
