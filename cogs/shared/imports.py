"""/shared import: a file or pasted lines become contributions, after a question that says what it costs."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Final

import discord
from discord import app_commands

from bot.languages import Text
from bot.services.shared.proposals.expand import has_short_links
from bot.services.track_files.lines import MOST_BYTES, Problem, UnreadableFileError
from bot.services.track_files.read import read
from bot.shared_errors import ImportRunningError
from cogs.ui.actor import actor_of, guild_of, share_of
from cogs.ui.controls import Press
from cogs.ui.forms import TextForm
from cogs.ui.layout import text
from cogs.ui.options import ListCommands, SharedListOption, shared_list_option
from cogs.ui.reply import LOST, Reply, think
from cogs.ui.shared.imports import ALREADY, BEGIN, DROP, DROPPED, LOOK, STOP, offer_reply, view_reply
from cogs.words.text import CELLS

if TYPE_CHECKING:
    from bot.discord_bot import DiscordBot
    from bot.services.lookups import Lookups
    from bot.services.shared.core.playlists import ListFinder
    from bot.services.shared.imports.work import ListImports
    from bot.stores.lists import SharedPlaylist

DESCRIPTION: Final = "Add many tracks at once: from a file or pasted lines"
FILE: Final = "CSV, JSPF, XSPF, M3U8 or text; up to 1 MB and 2,000 tracks. Leave it out to paste"
PASTE: Final = Text("Import tracks")
PASTE_LABEL: Final = Text("Links, or artist and title")
PASTE_HINT: Final = Text("One to a line: a Spotify link, or “Artist - Title”")
LONGEST_PASTE: Final = 4_000  # what a form takes
WATCHED_S: Final = 10 * 60.0  # Discord lets an answer change for 15 minutes


class ImportCommands(ListCommands):
    def __init__(self, finder: ListFinder, imports: ListImports, lookups: Lookups) -> None:
        super().__init__(finder)
        self._imports = imports
        self._lookups = lookups
        self.items = (
            BEGIN.bound(self._begin),
            DROP.bound(self._drop),
            STOP.bound(self._stop),
            LOOK.bound(self._look),
        )

    @app_commands.command(name="import", description=DESCRIPTION)
    @app_commands.describe(file=FILE)
    @shared_list_option
    async def bring(
        self,
        interaction: discord.Interaction[DiscordBot],
        file: discord.Attachment | None = None,
        shared: SharedListOption = "",
    ) -> None:
        press = Press(interaction)
        if file is not None:
            found = await self.found(interaction, shared)
            if file.size > MOST_BYTES:
                raise UnreadableFileError(Problem.SIZE)
            await self._offer(press, found, file.filename, await file.read())
            return
        found = await self.finder.find(guild_of(interaction), shared)
        try:
            await self._imports.must_be_free(actor_of(interaction), found)
        except ImportRunningError as running:
            await think(interaction, private=True)
            await self._show_running(press, running.import_id)
            return

        async def pasted(sent: Press, lines: str) -> None:
            if has_short_links(lines):
                lines = await self._lookups.followed(lines, share=share_of(sent.interaction))
            await self._offer(sent, found, "", lines.encode(errors="replace"))

        form = TextForm(
            PASTE(),
            PASTE_LABEL(),
            pasted,
            hint=PASTE_HINT(),
            style=discord.TextStyle.paragraph,
            max_length=LONGEST_PASTE,
        )
        await press.open(form)

    async def _offer(self, press: Press, shared: SharedPlaylist, name: str, data: bytes) -> None:
        """name: of the file; empty: it was pasted."""
        tracks = await asyncio.to_thread(read, name, data)
        try:
            offer = await self._imports.offer(
                press.actor, shared, tracks, channel_id=press.interaction.channel_id
            )
        except ImportRunningError as running:
            await self._show_running(press, running.import_id)
            return
        await press.answer(offer_reply(offer, shared))

    async def _begin(self, press: Press) -> None:
        try:
            one = await self._imports.start(press.actor, press.guild_id, press.state["one"])
        except ImportRunningError as running:
            await self._show_running(press, running.import_id)
            return
        await self._follow(press, one.import_id)

    async def _drop(self, press: Press) -> None:
        await self._imports.drop(press.member_id, press.guild_id, press.state["one"])
        await press.answer(Reply(card=(text(DROPPED()),)))

    async def _stop(self, press: Press) -> None:
        await self._imports.cancel(press.member_id, press.guild_id, press.state["one"])
        await self._show(press, press.state["one"])

    async def _look(self, press: Press) -> None:
        await self._follow(press, press.state["one"])

    async def _follow(self, press: Press, import_id: str) -> None:
        """Show how far it is until it ends, rests, or Discord takes no more changes."""
        await self._show(press, import_id)
        shown = 0

        async def progress(done: int, total: int) -> None:
            nonlocal shown
            cells = CELLS * done // total if total else 0
            if cells > shown:
                shown = cells
                with suppress(*LOST):
                    await self._show(press, import_id)

        await self._imports.watch(import_id, progress, most_s=WATCHED_S)
        await self._show(press, import_id)

    async def _show(self, press: Press, import_id: str) -> None:
        view = await self._imports.view(press.member_id, press.guild_id, import_id)
        await press.answer(view_reply(view))

    async def _show_running(self, press: Press, import_id: str) -> None:
        view = await self._imports.view(press.member_id, press.guild_id, import_id)
        await press.answer(view_reply(view, above=ALREADY()))
