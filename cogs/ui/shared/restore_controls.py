"""The menu, buttons and answers of going back to an earlier version. They work in any message, after any restart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import discord

from bot.languages import Text
from bot.services.shared.core.access import may_curate, must_curate
from bot.services.shared.reconciliation.restore import Preview
from cogs.ui.actor import actor_of, share_of
from cogs.ui.controls import Ack, ListItem, Press
from cogs.ui.progress import ProgressBar
from cogs.ui.reply import Reply, controls, list_button
from cogs.ui.shared import restore_text as words
from cogs.words.counts import TRACKS
from cogs.words.names import list_name
from cogs.words.text import CHOICE, safe_text

if TYPE_CHECKING:
    from bot.discord_bot import DiscordBot
    from bot.services.shared.core.playlists import ListFinder
    from bot.services.shared.history.timeline import Timeline
    from bot.services.shared.lifecycle.ownership import Ownership
    from bot.services.shared.reconciliation.drift import DriftDetector
    from bot.services.shared.reconciliation.projection import ExternalEdit
    from bot.services.shared.reconciliation.restore import Restore
    from bot.stores.lists import SharedPlaylist
    from cogs.ui.layout import Control

NUMBER: Final = r"\d{1,9}"
MANY: Final = 500  # items to read, and ...
LONG: Final = 10  # ... requests to make before there is a bar
PICK: Final = Text("Choose a version")
RESTORE: Final = Text("Restore")
RESTORE_ASK: Final = Text("Undo the edit…")
LEAVE: Final = Text("Keep as is")
KEEP: Final = Text("Save current version")


VERSIONS: Final = ListItem("sp:version")  # its preview takes the message's place
PREVIEW: Final = ListItem("sp:back", Ack.THINK, number=NUMBER)  # for whoever presses, and nobody else
DO_RESTORE: Final = ListItem("sp:restore", number=NUMBER, seen="[0-9a-f]{12}")
LEAVE_IT: Final = ListItem("sp:leave")  # under a preview: nothing is done
ACCEPT_EDIT: Final = ListItem("sp:fine", Ack.THINK)  # it shall stay, and need not be told of any more
KEEP_VERSION: Final = ListItem("sp:keep")


async def edit_offer(
    drift: DriftDetector, interaction: discord.Interaction[DiscordBot], shared: SharedPlaylist
) -> tuple[ExternalEdit | None, list[Control]]:
    """Whether somebody edited the list in Spotify, and for curators the buttons to take that back."""
    await drift.notice(shared)
    foreign = await drift.offer(shared)
    curator = foreign is not None and may_curate(shared, actor_of(interaction))
    return foreign, edit_buttons(shared, foreign) if foreign and curator else []


def edit_buttons(shared: SharedPlaylist, foreign: ExternalEdit) -> list[Control]:
    back = PREVIEW.button(
        RESTORE_ASK(), style=discord.ButtonStyle.primary, list=shared.list_id, number=foreign.before
    )
    return [back, ACCEPT_EDIT.button(LEAVE(), list=shared.list_id)]


class RestoreControls:
    def __init__(
        self,
        finder: ListFinder,
        restoring: Restore,
        timeline: Timeline,
        drift: DriftDetector,
        ownership: Ownership,
    ) -> None:
        self._finder = finder
        self._restoring = restoring
        self._timeline = timeline
        self._drift = drift
        self._ownership = ownership
        self.items = (
            VERSIONS.bound(self._choose),
            PREVIEW.bound(self._look),
            DO_RESTORE.bound(self._restore),
            LEAVE_IT.bound(self._leave),
            ACCEPT_EDIT.bound(self._accept_edit),
            KEEP_VERSION.bound(self._keep),
        )

    async def versions(self, shared: SharedPlaylist) -> Reply:
        """Which versions there are, and whether a restore is still to be finished."""
        infos = await self._restoring.snapshots(shared)
        unfinished = await self._restoring.unfinished(shared)
        text = (words.WHICH if infos else words.NONE_KEPT)(
            name=list_name(shared), zone=safe_text(shared.settings.time_zone, CHOICE)
        )
        if unfinished is not None:
            midway = words.STOPPED if unfinished.tidying is None else words.TIDYING_STOPPED
            text = midway(number=unfinished.number, before=unfinished.before) + "\n" + text
        menu = (
            [VERSIONS.menu(PICK(), words.version_options(infos, shared), list=shared.list_id)]
            if infos
            else []
        )
        keep = KEEP_VERSION.button(KEEP(), emoji="📌", list=shared.list_id)
        return Reply(text, view=controls(*menu, keep, list_button(shared)))

    async def preview(
        self, interaction: discord.Interaction[DiscordBot], shared: SharedPlaylist, number: int
    ) -> Reply:
        """What restoring a version would change; with the buttons to do it, or to leave it."""
        progress = ProgressBar(interaction, words.COMPARING(name=list_name(shared)), worth=MANY)
        preview = await self._restoring.preview(shared, actor_of(interaction), number, progress)
        return await self._shown(interaction, shared, preview)

    async def _shown(
        self,
        interaction: discord.Interaction[DiscordBot],
        shared: SharedPlaylist,
        preview: Preview,
        content: str | None = None,
    ) -> Reply:
        tracks = await self._timeline.tracks(words.named(preview), share=share_of(interaction))
        buttons: list[Control] = [list_button(shared)]
        if not preview.difference.empty or preview.unfinished is not None:
            restore = DO_RESTORE.button(
                RESTORE(),
                style=discord.ButtonStyle.danger,
                list=shared.list_id,
                number=preview.info.number,
                seen=preview.seen,
            )
            buttons = [restore, LEAVE_IT.button(LEAVE(), list=shared.list_id), *buttons]
        parts = words.preview_parts(shared, preview, tracks)
        return Reply(content, card=parts, view=controls(*buttons))

    async def _choose(self, press: Press) -> None:
        (number,) = press.chosen
        shared = await press.list(self._finder)
        await press.answer(await self.preview(press.interaction, shared, int(number)))

    async def _look(self, press: Press) -> None:
        shared = await press.list(self._finder)
        await press.answer(await self.preview(press.interaction, shared, int(press.state["number"])))

    async def _restore(self, press: Press) -> None:
        """Just what the preview says. Where something else would come of it by now, that is shown instead."""
        shared = await press.list(self._finder)
        must_curate(shared, press.actor)
        shared = await self._ownership.must_be_there(shared)
        progress = ProgressBar(press.interaction, words.WORKING(name=list_name(shared)), worth=LONG)
        outcome = await self._restoring.restore(
            shared, press.actor, int(press.state["number"]), progress, seen=press.state["seen"]
        )
        if isinstance(outcome, Preview):
            changed = words.CHANGED(name=list_name(shared))
            await press.answer(await self._shown(press.interaction, shared, outcome, changed))
            return
        tracks = await self._timeline.tracks(
            outcome.refused[: words.NAMED], share=share_of(press.interaction)
        )
        text = words.outcome_words(shared, outcome, tracks)
        await press.answer(Reply(text, view=controls(list_button(shared))))

    async def _leave(self, press: Press) -> None:
        shared = await press.list(self._finder)
        await press.answer(Reply(words.LEFT(name=list_name(shared))))

    async def _accept_edit(self, press: Press) -> None:
        shared = await press.list(self._finder)
        must_curate(shared, press.actor)
        await self._drift.settle_offer(shared)
        await press.answer(Reply(words.ACCEPTED(name=list_name(shared))))

    async def _keep(self, press: Press) -> None:
        """Take a snapshot by hand."""
        shared = await press.list(self._finder)
        progress = ProgressBar(press.interaction, words.COMPARING(name=list_name(shared)), worth=MANY)
        info = await self._restoring.keep(shared, press.actor, progress)
        tracks = TRACKS(info.count)
        text = words.KEPT(name=list_name(shared), number=info.number, count=tracks)
        await press.answer(Reply(text, view=controls(list_button(shared))))
