"""The option `format` of every export."""

from __future__ import annotations

from typing import Final

from discord import app_commands

from bot.services.track_files.entries import Format

FORMAT: Final = "CSV for spreadsheets, JSON for programs, the others for music players"
CHOICES: Final = [
    app_commands.Choice(name="CSV (spreadsheet)", value=Format.CSV.value),
    app_commands.Choice(name="JSON", value=Format.JSON.value),
    app_commands.Choice(name="JSPF (playlist as JSON)", value=Format.JSPF.value),
    app_commands.Choice(name="XSPF (playlist as XML)", value=Format.XSPF.value),
    app_commands.Choice(name="M3U8 (list of links)", value=Format.M3U8.value),
]
ROOM: Final = 64 * 1024  # of what Discord takes, for all that is not the file
