"""The buttons of bulk work: begin it, follow it, cancel it, undo it. They work after a restart."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from bot.errors import JobGoneError
from bot.languages import Text
from cogs.ui.layout import text
from cogs.ui.playlist_previews import changed_reply, preview_reply
from cogs.ui.playlist_work import AGAIN, DROP, DROPPED, LOOK, START, STOP, TAKE_BACK, job_reply
from cogs.ui.progress import ProgressBar
from cogs.ui.reply import LOST, Reply
from cogs.words.text import CELLS

if TYPE_CHECKING:
    from bot.services.own_playlists import OwnPlaylists
    from cogs.ui.controls import Press

WATCHED_S: Final = 10 * 60.0  # Discord lets an answer change for 15 minutes
READING: Final = Text("Reading the playlist…")


class WorkButtons:
    def __init__(self, own: OwnPlaylists) -> None:
        self._own = own
        self.items = (
            START.bound(self._start),
            DROP.bound(self._drop),
            STOP.bound(self._stop),
            LOOK.bound(self._look),
            TAKE_BACK.bound(self._undo),
            AGAIN.bound(self._again),
        )

    async def follow(self, press: Press, job_id: str) -> None:
        """Show how far it is until it ends, rests, or Discord takes no more changes."""
        await self._show(press, job_id)
        shown = 0

        async def progress(done: int, total: int) -> None:
            nonlocal shown
            cells = CELLS * done // total if total else 0
            if cells > shown:
                shown = cells
                with suppress(*LOST):
                    await self._show(press, job_id)

        await self._own.jobs.watch(job_id, progress, most_s=WATCHED_S)
        await self._show(press, job_id)

    async def _start(self, press: Press) -> None:
        job_id = press.state["job"]
        try:
            await self._own.jobs.start(press.member_id, job_id, rewrite=press.state["way"] == "anew")
        except JobGoneError as gone:
            if not gone.changed:
                raise
            await press.answer(changed_reply(await self._own.jobs.view(press.member_id, job_id)))
            return
        await self.follow(press, job_id)

    async def _drop(self, press: Press) -> None:
        await press.answer(Reply(card=(text(DROPPED()),)))

    async def _stop(self, press: Press) -> None:
        await self._own.jobs.cancel(press.member_id, press.state["job"])
        await self._show(press, press.state["job"])

    async def _look(self, press: Press) -> None:
        await self.follow(press, press.state["job"])

    async def _undo(self, press: Press) -> None:
        progress = ProgressBar(press.interaction, READING())
        preview = await self._own.previews.undo(
            press.member_id, press.state["job"], progress, share=press.share
        )
        await press.answer(preview_reply(preview))

    async def _again(self, press: Press) -> None:
        progress = ProgressBar(press.interaction, READING())
        preview = await self._own.previews.again(
            press.member_id, press.state["job"], progress, share=press.share
        )
        await press.answer(preview_reply(preview))

    async def _show(self, press: Press, job_id: str) -> None:
        view = await self._own.jobs.view(press.member_id, job_id)
        await press.answer(job_reply(view))
        await self._own.jobs.seen(view.job)
