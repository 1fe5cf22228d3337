"""/shared rotate and archive: end a round after a look at what that does, and find the rounds that are over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import app_commands

from cogs.ui.actor import actor_of, share_of
from cogs.ui.options import ListCommands, SharedListOption, shared_list_option
from cogs.ui.reply import Reply, answer
from cogs.ui.shared.round_words import END, NAMED, UNDER_WAY, archive_reply, outcome_reply, preview_reply
from cogs.words.names import list_name

if TYPE_CHECKING:
    from bot.discord_bot import DiscordBot
    from bot.services.shared.core.playlists import ListFinder
    from bot.services.shared.history.timeline import Timeline
    from bot.services.shared.lifecycle.ownership import Ownership
    from bot.services.shared.rounds.rounds import Rounds
    from cogs.ui.controls import Press

ROTATE = "End the round of a shared playlist and start the next, with a preview first"
ARCHIVE = "Show the archive and earlier rounds of a shared playlist"


class RoundCommands(ListCommands):
    def __init__(self, finder: ListFinder, rounds: Rounds, ownership: Ownership, timeline: Timeline) -> None:
        super().__init__(finder)
        self._timeline = timeline
        self._rounds = rounds
        self._ownership = ownership
        self.items = (END.bound(self._end),)

    @app_commands.command(description=ROTATE)
    @shared_list_option
    async def rotate(
        self, interaction: discord.Interaction[DiscordBot], shared: SharedListOption = ""
    ) -> None:
        found = await self.found(interaction, shared)
        await answer(interaction, preview_reply(await self._rounds.preview(found, actor_of(interaction))))

    @app_commands.command(description=ARCHIVE)
    @shared_list_option
    async def archive(
        self, interaction: discord.Interaction[DiscordBot], shared: SharedListOption = ""
    ) -> None:
        found = await self.found(interaction, shared)
        await answer(interaction, archive_reply(found, await self._rounds.former(found)))

    async def _end(self, press: Press) -> None:
        shared, ended = await press.list(self.finder), int(press.state["ended"])
        preview = await self._rounds.preview(shared, press.actor, ended)  # whoever may not is told at once
        shared = await self._ownership.must_be_there(shared)
        await press.answer(Reply(UNDER_WAY(number=ended, playlist=list_name(shared))))
        try:
            outcome = await self._rounds.rotate(shared, press.actor, ended)
        except Exception:
            await press.answer(preview_reply(preview))  # nothing has changed: it can be asked again
            raise
        tracks = await self._timeline.tracks(outcome.stayed[:NAMED], share=share_of(press.interaction))
        await press.answer(outcome_reply(outcome, tracks))
