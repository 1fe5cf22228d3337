"""Carries out bulk work on members' own playlists, in the background, one at a time for each playlist.

Each try reads the playlist and works out what is left to do, so it doesn't matter where an earlier one stopped, or
whether someone edited it meanwhile. What came of it is told by a message, unless the member has seen it by then.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from bot.errors import (
    AccountUnreadableError,
    BotError,
    LinkEndedError,
    NoSuchPlaylistError,
    NotLinkedError,
    NotYourPlaylistError,
    PlaylistSharedError,
    ScopeMissingError,
    StoreUnavailableError,
    UnreadablePlaylistError,
)
from bot.services.bulk_budget import BulkBudget
from bot.services.leases import LeaseTakenError
from bot.services.long_work import LongWork
from bot.services.own_playlists.details import CHANGE, Details
from bot.services.own_playlists.steps import rewriting, steps
from bot.services.playlist_steps import Add, Move, Remove, Replace
from bot.services.shared.reconciliation.ordering import aim
from bot.spotify.errors import (
    SpotifyError,
    SpotifyForbiddenError,
    SpotifyNotFoundError,
    SpotifyOutcomeUnknownError,
    SpotifyPlaylistFullError,
    SpotifyRateLimitedError,
    SpotifyRequestError,
    SpotifyScopeError,
)
from bot.spotify.limits import SHOWS_AFTER, WRITE_URIS
from bot.spotify.purpose import Priority, Purpose, Share
from bot.stores.notices import Notice, NoticeKind
from bot.stores.playlist_jobs import JobState, JobWork, PlaylistJob, StopReason

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from bot.services.clock import Alarm
    from bot.services.leases import LeaseKeeper
    from bot.services.own_playlists.details import PlaylistDetails
    from bot.services.own_playlists.reading import PlaylistReader
    from bot.services.own_playlists.steps import Step
    from bot.services.playlists import Playlists
    from bot.services.tokens import TokenKeeper
    from bot.spotify.client import SpotifyClient
    from bot.spotify.limiter import Limiter
    from bot.stores.playlist_jobs import JobLists, PlaylistJobs

log = logging.getLogger(__name__)

UNDO_FOR: Final = timedelta(days=30)
SETTLE: Final = SHOWS_AFTER + timedelta(seconds=1)  # then a request that got no answer shows, or never will
LATER: Final = timedelta(minutes=1)  # after a failure
LOOK_AGAIN: Final = timedelta(hours=1)
TRIES: Final = 10  # failures in a row
LEASE: Final = timedelta(seconds=60)
IN_THREAD: Final = 1_000  # items from which planning in the event loop would delay others
SHOWN_WITHIN: Final = timedelta(seconds=20)  # whoever follows it in an answer sees by then what came of it

# Trying again wouldn't help.
FINAL: Final = {
    NotLinkedError: StopReason.LINK,
    LinkEndedError: StopReason.LINK,
    AccountUnreadableError: StopReason.LINK,
    ScopeMissingError: StopReason.LINK,
    SpotifyScopeError: StopReason.LINK,
    NoSuchPlaylistError: StopReason.GONE,
    SpotifyNotFoundError: StopReason.GONE,
    NotYourPlaylistError: StopReason.NOT_YOURS,
    UnreadablePlaylistError: StopReason.NOT_YOURS,
    PlaylistSharedError: StopReason.LENT,
    SpotifyPlaylistFullError: StopReason.FULL,
    SpotifyForbiddenError: StopReason.UNKNOWN,
    SpotifyRequestError: StopReason.UNKNOWN,
}


class JobRunner(LongWork):
    def __init__(
        self,
        jobs: PlaylistJobs,
        keeper: TokenKeeper,
        client: SpotifyClient,
        reader: PlaylistReader,
        details: PlaylistDetails,
        *,
        playlists: Playlists,
        leases: LeaseKeeper,
        limiter: Limiter,
        now: Callable[[], datetime],
        noted: Alarm,
    ) -> None:
        """noted: set when there is a message to send."""
        super().__init__()
        self._jobs = jobs
        self._keeper = keeper
        self._client = client
        self._reader = reader
        self._details = details
        self._playlists = playlists
        self._leases = leases
        self._budget = BulkBudget(limiter, now)
        self._now = now
        self._noted = noted

    async def run(self) -> datetime:
        """Start what may go on; returns when to look again."""
        now = self._now()
        await self._jobs.sweep(now)
        running = await self._jobs.running()
        waiting = [(job.job_id, job.due_at, partial(self._work, job)) for job in running]
        return self.start_due(waiting, now, now + LOOK_AGAIN)

    async def _work(self, job: PlaylistJob) -> None:
        try:
            async with self._leases.held(f"playlist work:{job.playlist_id or job.job_id}", LEASE) as lease:
                await lease.confirm()
                await self._carry_out(job)
        except LeaseTakenError:
            log.info("job %s: another process is at it", job.job_id)
            await self._rest(job, self._now() + LATER)
        except Exception as error:  # noqa: BLE001 - whatever it is, the member sees that it stopped
            await self._failed(job, error)
        finally:
            self._tasks.pop(job.job_id, None)
            await self.tell()

    async def _carry_out(self, job: PlaylistJob) -> None:
        lists = await self._jobs.lists(job.job_id)
        if lists is None:
            return
        if job.work is JobWork.DISCARD:
            await self._discard(job)
            return
        if not job.playlist_id:
            made = await self._make(job)
            if made is None:
                return
            job = made
        await self._change(job, lists)

    async def _change(self, job: PlaylistJob, lists: JobLists) -> None:
        share = (job.guild_id, job.member_id)
        contents = await self._reader.all_of(
            job.member_id, job.playlist_id, priority=Priority.VERIFY, share=share
        )
        await self._reader.must_own(job.member_id, contents.playlist)
        put_back = job.rewrite or job.work in {JobWork.UNDO, JobWork.COPY}
        target = aim(lists.before, lists.after, contents.uris, put_back=put_back)
        made = await _made(contents.uris, target, rewrite=job.rewrite)
        done, version = job.done, contents.playlist.snapshot_id
        for number, step in enumerate(made):
            if await self._sending(job, done + number, done + len(made), first=not number) is None:
                return
            version = await self._send(job, step, version, share)
        await self._done(job, done + len(made))

    async def _make(self, job: PlaylistJob) -> PlaylistJob | None:
        """The playlist to copy into. Spotify is asked once; after a lost answer, it's the empty one of that name."""
        share, wanted = (job.guild_id, job.member_id), job.wanted
        found = None
        if job.making:
            found = await self._details.newest_empty(job.member_id, wanted.name, share=share)
        if found is None:
            sending = await self._sending(job, 0, job.total, first=True, making=True)
            if sending is None:
                return None
            about = Details(wanted.name, wanted.description, public=False)
            found = await self._details.create(job.member_id, about, share=share)
        latest = await self._latest(job)
        if latest is None:
            return None
        # Cancelled meanwhile, it's known all the same, so that it can be taken out of the library again.
        return await self._jobs.swap(latest, replace(latest, playlist_id=found.id, done=1, making=False))

    async def _discard(self, job: PlaylistJob) -> None:
        share = (job.guild_id, job.member_id)
        playlist = await self._reader.playlist(job.member_id, job.playlist_id, share=share)
        await self._reader.must_own(job.member_id, playlist)
        if await self._sending(job, 0, 1, first=True) is None:
            return
        await self._details.unfollow(job.member_id, job.playlist_id, share=share)
        await self._done(job, 1)

    async def _sending(
        self, job: PlaylistJob, done: int, total: int, *, first: bool, making: bool = False
    ) -> PlaylistJob | None:
        """Note that a request is about to be sent. None: it mustn't be, as others come first or it was cancelled.

        A process that takes over waits until the request shows.
        """
        latest = await self._jobs.get(job.job_id)
        if latest is None or latest.state is not JobState.RUNNING or self._stopping:
            return None
        if (until := self._budget.held_until((job.guild_id, job.member_id))) is not None:
            await self._rest(latest, until)
            return None
        sending = replace(
            latest,
            done=done,
            total=total,
            tries=latest.tries if first else 0,
            due_at=self._now() + SETTLE,
            making=making,
        )
        stored = await self._jobs.swap(latest, sending)
        if stored is not None:
            await self.tell()
        return stored

    async def _send(self, job: PlaylistJob, step: Step, version: str | None, share: Share) -> str:
        client = self._client.serving(Purpose(share=share))
        playlist_id = job.playlist_id
        match step:
            case Move(start, before, length):
                return await self._keeper.as_member(
                    job.member_id,
                    lambda token: client.move_items(
                        token, playlist_id, start=start, before=before, length=length, snapshot=version
                    ),
                    scopes=CHANGE,
                )
            case Remove(uris):
                return await self._keeper.as_member(
                    job.member_id,
                    lambda token: client.remove_items(token, playlist_id, uris, snapshot=version, once=True),
                    scopes=CHANGE,
                )
            case Add(uris, position):
                return await self._keeper.as_member(
                    job.member_id,
                    lambda token: client.add_items(token, playlist_id, uris, position=position),
                    scopes=CHANGE,
                )
            case Replace(uris):
                return await self._keeper.as_member(
                    job.member_id,
                    lambda token: client.replace_items(token, playlist_id, uris),
                    scopes=CHANGE,
                )

    async def _done(self, job: PlaylistJob, total: int) -> None:
        self._playlists.forget(job.member_id)
        latest = await self._jobs.get(job.job_id)
        if latest is not None and latest.state is JobState.RUNNING:
            await self._end(replace(latest, state=JobState.DONE, done=total, total=total))

    async def _end(self, ended: PlaylistJob) -> None:
        """ended: as it is stored, but for its new state. The message comes with the change."""
        now = self._now()
        news = Notice(
            f"job:{ended.job_id}",
            NoticeKind.JOB,
            now + SHOWN_WITHIN,
            guild_id=0,
            list_id="",
            member_id=ended.member_id,
            facts={"job": ended.job_id},
        )
        await self._jobs.swap(ended, replace(ended, due_at=now + UNDO_FOR), news)
        self._noted.set()

    async def _failed(self, job: PlaylistJob, error: Exception) -> None:
        if not isinstance(error, (SpotifyError, BotError)):
            log.error("job %s stopped", job.job_id, exc_info=error)
        latest = await self._latest(job)
        if latest is None or latest.state is not JobState.RUNNING:
            return
        log.info("job %s stopped midway: %s", job.job_id, type(error).__name__)
        match error:
            case SpotifyRateLimitedError(until=until):
                await self._rest(latest, until)
                return
            case SpotifyOutcomeUnknownError():
                due = self._now() + SETTLE
            case _:
                due = self._now() + LATER
        if isinstance(error, tuple(FINAL)) or latest.tries + 1 >= TRIES:
            why = next((FINAL[kind] for kind in type(error).__mro__ if kind in FINAL), StopReason.UNKNOWN)
            await self._end(replace(latest, state=JobState.STOPPED, stopped_by=why))
            return
        await self._jobs.swap(latest, replace(latest, due_at=due, tries=latest.tries + 1))

    async def _rest(self, job: PlaylistJob, until: datetime) -> None:
        latest = await self._latest(job)
        if latest is not None and latest.state is JobState.RUNNING:
            await self._jobs.swap(latest, replace(latest, due_at=until))

    async def _latest(self, job: PlaylistJob) -> PlaylistJob | None:
        try:
            return await self._jobs.get(job.job_id)
        except StoreUnavailableError:
            return None


def rewrite_requests(items: int) -> int:
    return -(-max(items, 1) // WRITE_URIS)


async def _made(current: Sequence[str], target: Sequence[str], *, rewrite: bool) -> list[Step]:
    way = rewriting if rewrite else steps
    if len(current) < IN_THREAD:
        return list(way(current, target))
    return await asyncio.to_thread(lambda: list(way(current, target)))
