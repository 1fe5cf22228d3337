"""Bulk work on a member's own playlist: previewed, then done in the background, and possible to undo for 30 days.

What the playlist held, and what it should hold, is stored before anything is written; `runner` carries it out.
"""

from __future__ import annotations

import asyncio
import secrets
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from bot.errors import BotError, JobGoneError, PlaylistBusyError, PlaylistSharedError
from bot.services.bulk_budget import BulkBudget
from bot.services.own_playlists.details import Details
from bot.services.own_playlists.runner import UNDO_FOR, rewrite_requests
from bot.services.own_playlists.steps import Cost, cost
from bot.services.shared.outbox.identity import is_playable
from bot.services.shared.reconciliation.ordering import aim
from bot.spotify.errors import SpotifyError, SpotifyPlaylistFullError
from bot.spotify.limits import PLAYLIST_LENGTH
from bot.stores.playlist_jobs import ENDED, JobLists, JobState, JobWork, PlaylistJob, Wanted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.services.own_playlists.reading import Contents, PlaylistReader, Progress
    from bot.services.own_playlists.runner import JobRunner
    from bot.spotify.limiter import Limiter
    from bot.spotify.models import Playlist
    from bot.spotify.purpose import Share
    from bot.stores import SharedPlaylists
    from bot.stores.playlist_jobs import PlaylistJobs

OFFERED_FOR: Final = timedelta(hours=1)
IN_THREAD: Final = 1_000  # items from which planning in the event loop would delay others
TITLES_KEPT: Final = 5  # of the local files a copy does without
BEING_TOLD: Final = timedelta(minutes=1)  # after its end, work may be about to be told in another way


@dataclass(frozen=True, slots=True)
class Offer:
    """A preview. cost: as planned now. days: how long that takes at today's budget; 0: it starts at once.

    items: in the playlist now. playlist: of a copy, what is copied.
    rewrite: requests, if everything could be put in anew for far fewer; 0: it couldn't, or needn't.
    """

    job: PlaylistJob
    playlist: Playlist
    cost: Cost
    days: int
    items: int
    rewrite: int = 0


@dataclass(frozen=True, slots=True)
class JobView:
    """waits_until: it rests until then. playlist: None if there is none yet, or Spotify doesn't say.

    Of a copy that isn't begun, it's what would be copied.
    """

    job: PlaylistJob
    playlist: Playlist | None
    waits_until: datetime | None = None


class Jobs:
    def __init__(
        self,
        jobs: PlaylistJobs,
        runner: JobRunner,
        reader: PlaylistReader,
        *,
        lists: SharedPlaylists,
        limiter: Limiter,
        now: Callable[[], datetime],
    ) -> None:
        """lists: what is lent to servers isn't touched here."""
        self._jobs = jobs
        self._runner = runner
        self._reader = reader
        self._lists = lists
        self._budget = BulkBudget(limiter, now)
        self._now = now

    async def must_be_free(self, member_id: int, playlist: Playlist) -> None:
        """Raises NotYourPlaylistError, PlaylistSharedError, and PlaylistBusyError while other work is under way."""
        await self._reader.must_own(member_id, playlist)
        if any(shared.playlist_id == playlist.id for shared in await self._lists.using([playlist.id])):
            raise PlaylistSharedError
        if any(job.playlist_id == playlist.id for job in await self._jobs.running()):
            raise PlaylistBusyError

    async def offer(
        self,
        member_id: int,
        contents: Contents,
        after: Sequence[str],
        work: JobWork,
        wanted: Wanted | None = None,
        *,
        share: Share | None = None,
    ) -> Offer:
        """Work out and store what would be done. Raises SpotifyPlaylistFullError for too long a list."""
        _must_fit(after, len(contents.entries))
        before = contents.uris
        planned = await _planned(before, after)
        job = self._new(member_id, contents.playlist, work, wanted or Wanted(), share)
        job = replace(job, total=planned.requests)
        if planned.requests:
            await self._jobs.add(job, JobLists(before, tuple(after)))
        anew = rewrite_requests(len(after))
        is_worth_it = work in {JobWork.SORT, JobWork.UNDO} and anew * 2 < planned.requests
        return Offer(
            job,
            contents.playlist,
            planned,
            self.days(planned.requests),
            len(before),
            anew if is_worth_it and can_rewrite(before) else 0,
        )

    async def offer_copy(
        self, member_id: int, source: Contents, after: Sequence[str], name: str, *, share: Share | None = None
    ) -> Offer:
        """The new playlist is made when the work begins. Raises SpotifyPlaylistFullError, PlaylistDetailsError."""
        _must_fit(after, 0)
        about = Details(name, source.playlist.description or "", public=False).checked()
        wanted = Wanted(source_id=source.playlist.id, name=about.name, description=about.description)
        local = [entry.content for entry in source.entries if entry and entry.is_local and entry.content]
        filling = cost((), after)
        planned = replace(filling, requests=filling.requests + 1) if after else filling
        job = replace(
            self._new(member_id, source.playlist, JobWork.COPY, wanted, share),
            playlist_id="",
            total=planned.requests,
            left_out=sum(bool(entry and entry.is_local) for entry in source.entries),
            left_out_titles=tuple(track.name for track in local[:TITLES_KEPT]),
        )
        if after:
            await self._jobs.add(job, JobLists((), tuple(after)))
        return Offer(job, source.playlist, planned, self.days(planned.requests), len(source.entries))

    def days(self, requests: int) -> int:
        """As `BulkBudget.days`."""
        return self._budget.days(requests)

    async def find(self, member_id: int, job_id: str) -> PlaylistJob:
        """Raises JobGoneError for one that is erased, or another member's."""
        job = await self._jobs.get(job_id)
        if job is None or job.member_id != member_id:
            raise JobGoneError
        return job

    async def lists(self, member_id: int, job_id: str) -> JobLists:
        """What it's about. Raises JobGoneError."""
        await self.find(member_id, job_id)
        lists = await self._jobs.lists(job_id)
        if lists is None:
            raise JobGoneError
        return lists

    async def view(self, member_id: int, job_id: str) -> JobView:
        """How far it is. Raises JobGoneError."""
        job = await self.find(member_id, job_id)
        shown_id = job.playlist_id or (job.wanted.source_id if job.state is JobState.OFFERED else "")
        playlist = None
        if shown_id:
            with suppress(SpotifyError, BotError):
                playlist = await self._reader.playlist(
                    member_id, shown_id, share=(job.guild_id, job.member_id)
                )
        resting = (
            job.state is JobState.RUNNING
            and not self._runner.is_at_work(job.job_id)
            and job.due_at > self._now()
        )
        return JobView(job, playlist, job.due_at if resting else None)

    async def latest(self, member_id: int, playlist_id: str) -> PlaylistJob | None:
        """The latest work on the playlist that was started."""
        found = await self._jobs.of_member(member_id)
        return next(
            (job for job in found if job.playlist_id == playlist_id and job.state is not JobState.OFFERED),
            None,
        )

    async def start(self, member_id: int, job_id: str, *, rewrite: bool = False) -> PlaylistJob:
        """Begin what was previewed. A second press finds it begun. rewrite: put everything in anew.

        Raises JobGoneError, whose `changed` says that the playlist was edited since, and what `must_be_free` does.
        """
        job = await self.find(member_id, job_id)
        if job.state is not JobState.OFFERED:
            return job
        read_id = job.playlist_id or job.wanted.source_id
        playlist = await self._reader.playlist(member_id, read_id, share=(job.guild_id, member_id))
        if job.work is not JobWork.COPY:
            await self.must_be_free(member_id, playlist)
        if job.work is not JobWork.DISCARD and job.snapshot and playlist.snapshot_id != job.snapshot:
            raise JobGoneError(changed=True)
        lists = await self.lists(member_id, job_id)
        if rewrite and not can_rewrite(lists.before):
            raise JobGoneError
        begun = await self._jobs.swap(
            job,
            replace(
                job,
                state=JobState.RUNNING,
                due_at=self._now(),
                rewrite=rewrite,
                total=rewrite_requests(len(lists.after)) if rewrite else job.total,
            ),
        )
        self._runner.woken.set()
        return begun or await self.find(member_id, job_id)

    async def cancel(self, member_id: int, job_id: str) -> PlaylistJob:
        """Stop after the request that is under way. What was done stays, and can be undone. Raises JobGoneError."""
        while (job := await self.find(member_id, job_id)).state is JobState.RUNNING:
            ended = replace(job, state=JobState.CANCELLED, due_at=self._now() + UNDO_FOR, told=True)
            if await self._jobs.swap(job, ended):
                await self._runner.tell()
                return ended
        return job

    async def undo(
        self, member_id: int, job_id: str, progress: Progress | None = None, *, share: Share | None = None
    ) -> Offer:
        """A preview of putting the playlist back as it was; a copy leaves the library.

        Raises JobGoneError, and what `must_be_free` does.
        """
        job = await self.find(member_id, job_id)
        if not can_undo(job):
            raise JobGoneError
        lists = await self.lists(member_id, job_id)
        wanted = Wanted(undoes=job_id)
        if job.work is JobWork.COPY:
            copy = await self._reader.playlist(member_id, job.playlist_id, share=share)
            await self.must_be_free(member_id, copy)
            leaving = replace(self._new(member_id, copy, JobWork.DISCARD, wanted, share), total=1)
            await self._jobs.add(leaving, lists)
            return Offer(leaving, copy, Cost(0, 0, 0, 1), self.days(1), copy.item_count or 0)
        contents = await self._reader.all_of(member_id, job.playlist_id, progress, share=share)
        await self.must_be_free(member_id, contents.playlist)
        after = aim(lists.after, lists.before, contents.uris, put_back=True)
        return await self.offer(member_id, contents, after, JobWork.UNDO, wanted, share=share)

    async def watch(self, job_id: str, progress: Progress, *, most_s: float) -> None:
        """Report how far it is, until it ends, has to rest, or `most_s` are over."""
        try:
            async with asyncio.timeout(most_s):
                while True:
                    moves = self._runner.moves
                    job = await self._jobs.get(job_id)
                    if job is None or job.state is not JobState.RUNNING:
                        return
                    if not self._runner.is_at_work(job_id) and job.due_at > self._now():
                        return
                    await progress(job.done, job.total)
                    await self._runner.moved(moves)
        except TimeoutError:
            return

    async def seen(self, job: PlaylistJob) -> None:
        """The member was shown what came of it, so nobody has to tell them any more."""
        found: PlaylistJob | None = job
        while found is not None and found.state in ENDED and not found.told:
            if await self._jobs.swap(found, replace(found, told=True)):
                return
            found = await self._jobs.get(job.job_id)

    async def unseen(self, member_id: int) -> tuple[PlaylistJob, ...]:
        """The member's work that ended some time ago, and of which they weren't told: no message got through."""
        latest = self._now() - BEING_TOLD
        found = await self._jobs.of_member(member_id)
        return tuple(
            job for job in found if job.state in ENDED and not job.told and job.due_at - UNDO_FOR <= latest
        )

    async def forget(self, member_id: int) -> bool:
        """Erase all of the member's, and stop what is running. False: there was none."""
        return await self._jobs.forget_member(member_id)

    async def knows(self, member_id: int) -> bool:
        """Whether anything is stored about the member's playlists."""
        return bool(await self._jobs.of_member(member_id))

    async def kept(self, member_id: int) -> list[dict[str, object]]:
        """What is stored about the member's playlists, to be given to them."""
        rows: list[dict[str, object]] = []
        for job in await self._jobs.of_member(member_id):
            lists = await self._jobs.lists(job.job_id)
            until = "goes_on_at" if job.state is JobState.RUNNING else "erased_at"
            rows.append(
                {
                    "playlist": f"spotify:playlist:{job.playlist_id}" if job.playlist_id else None,
                    "work": job.work.value,
                    "state": job.state.value,
                    until: job.due_at.isoformat(),
                    "copied_from": f"spotify:playlist:{job.wanted.source_id}"
                    if job.wanted.source_id
                    else None,
                    "name_of_copy": job.wanted.name or None,
                    "description_of_copy": job.wanted.description or None,
                    "left_out": list(job.left_out_titles),
                    "before": list(lists.before) if lists else [],
                    "after": list(lists.after) if lists else [],
                }
            )
        return rows

    def _new(
        self, member_id: int, playlist: Playlist, work: JobWork, wanted: Wanted, share: Share | None
    ) -> PlaylistJob:
        return PlaylistJob(
            job_id=secrets.token_hex(8),
            member_id=member_id,
            playlist_id=playlist.id,
            work=work,
            state=JobState.OFFERED,
            due_at=self._now() + OFFERED_FOR,
            guild_id=share[0] if share else None,
            snapshot=playlist.snapshot_id or "",
            wanted=wanted,
        )


def can_undo(job: PlaylistJob) -> bool:
    """Whether there is something to put back."""
    return job.state in ENDED and job.work is not JobWork.DISCARD and job.done > 0 and bool(job.playlist_id)


def can_rewrite(before: Sequence[str]) -> bool:
    """Whether nothing in it would be lost: no local file, and nothing Spotify shows no URI of."""
    return all(is_playable(uri) for uri in before)


def _must_fit(after: Sequence[str], now: int) -> None:
    if len(after) > max(PLAYLIST_LENGTH, now):
        raise SpotifyPlaylistFullError("too many items", status=403)


async def _planned(before: Sequence[str], after: Sequence[str]) -> Cost:
    if len(before) < IN_THREAD:
        return cost(before, after)
    return await asyncio.to_thread(cost, before, after)
