"""Bulk work on a member's own playlist: previewed, then done in the background, and possible to undo for 30 days.

What the playlist held, and what it should hold, is stored before anything is written. Each try reads the playlist and
works out what is left to do, so it doesn't matter where an earlier one stopped, or whether someone edited it meanwhile.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from bot.errors import (
    AccountUnreadableError,
    BotError,
    JobGoneError,
    LinkEndedError,
    NoSuchPlaylistError,
    NotLinkedError,
    NotYourPlaylistError,
    PlaylistBusyError,
    PlaylistSharedError,
    ScopeMissingError,
    StoreUnavailableError,
    UnreadablePlaylistError,
)
from bot.services.bulk_budget import BulkBudget
from bot.services.clock import Alarm
from bot.services.leases import LeaseTakenError
from bot.services.own_playlists.steps import Replace, aim, cost, rewriting, steps
from bot.services.shared.outbox.identity import is_playable
from bot.services.shared.reconciliation.plan import Add, Move, Remove
from bot.spotify.errors import (
    SpotifyError,
    SpotifyForbiddenError,
    SpotifyNotFoundError,
    SpotifyOutcomeUnknownError,
    SpotifyPlaylistFullError,
    SpotifyRateLimitedError,
    SpotifyRequestError,
)
from bot.spotify.limits import PLAYLIST_LENGTH, SHOWS_AFTER, WRITE_URIS
from bot.spotify.purpose import Priority, Purpose, Share
from bot.stores.playlist_jobs import JobLists, JobState, JobWork, PlaylistJob

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.services.leases import LeaseKeeper
    from bot.services.own_playlists.reading import Contents, PlaylistReader, Progress
    from bot.services.own_playlists.steps import Cost, Step
    from bot.services.playlists import Playlists
    from bot.services.tokens import TokenKeeper
    from bot.spotify.client import SpotifyClient
    from bot.spotify.limiter import Limiter
    from bot.spotify.models import Playlist
    from bot.stores import SharedPlaylists
    from bot.stores.playlist_jobs import PlaylistJobs

log = logging.getLogger(__name__)

CHANGE: Final = frozenset({"playlist-modify-public", "playlist-modify-private"})
OFFERED_FOR: Final = timedelta(hours=1)
UNDO_FOR: Final = timedelta(days=30)
SETTLE: Final = SHOWS_AFTER + timedelta(seconds=1)  # then a request that got no answer shows, or never will
LATER: Final = timedelta(minutes=1)  # after a failure
LOOK_AGAIN: Final = timedelta(hours=1)
TRIES: Final = 10  # failures in a row
LEASE: Final = timedelta(seconds=60)
IN_THREAD: Final = 1_000  # items from which planning in the event loop would delay others

# Trying again wouldn't help.
FINAL: Final = (
    NotLinkedError,
    LinkEndedError,
    AccountUnreadableError,
    ScopeMissingError,
    NoSuchPlaylistError,
    NotYourPlaylistError,
    UnreadablePlaylistError,
    PlaylistSharedError,
    SpotifyForbiddenError,
    SpotifyNotFoundError,
    SpotifyPlaylistFullError,
    SpotifyRequestError,
)


@dataclass(frozen=True, slots=True)
class Offer:
    """A preview. cost: as planned now. days: how long that takes at today's budget; 0: it starts at once."""

    job: PlaylistJob
    playlist: Playlist
    cost: Cost
    days: int
    items: int  # in the playlist now
    rewrite: int = 0  # requests, if everything could be put in anew for far fewer; 0: it couldn't, or needn't


@dataclass(frozen=True, slots=True)
class JobView:
    """waits_until: it rests until then. playlist: None if Spotify doesn't say."""

    job: PlaylistJob
    playlist: Playlist | None
    waits_until: datetime | None = None


class Jobs:
    def __init__(
        self,
        jobs: PlaylistJobs,
        keeper: TokenKeeper,
        client: SpotifyClient,
        reader: PlaylistReader,
        playlists: Playlists,
        *,
        lists: SharedPlaylists,
        leases: LeaseKeeper,
        limiter: Limiter,
        now: Callable[[], datetime],
    ) -> None:
        """lists: what is lent to servers isn't touched here."""
        self.woken = Alarm()
        self._jobs = jobs
        self._keeper = keeper
        self._client = client
        self._reader = reader
        self._playlists = playlists
        self._lists = lists
        self._leases = leases
        self._budget = BulkBudget(limiter, now)
        self._now = now
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._moved = asyncio.Condition()
        self._moves = 0  # so that none is missed between a look and the wait for the next
        self._stopping = False

    async def must_be_free(self, member_id: int, playlist: Playlist) -> None:
        """Raises NotYourPlaylistError, PlaylistSharedError, and PlaylistBusyError while other work is under way."""
        await self._reader.must_own(member_id, playlist)
        if any(shared.playlist_id == playlist.id for shared in await self._lists.open()):
            raise PlaylistSharedError
        if any(job.playlist_id == playlist.id for job in await self._jobs.running()):
            raise PlaylistBusyError

    async def offer(
        self,
        member_id: int,
        contents: Contents,
        after: Sequence[str],
        work: JobWork,
        *,
        share: Share | None = None,
    ) -> Offer:
        """Work out and store what would be done. Raises SpotifyPlaylistFullError for too long a list."""
        if len(after) > max(PLAYLIST_LENGTH, len(contents.entries)):
            raise SpotifyPlaylistFullError("too many items", status=403)
        before = contents.uris
        planned = await _planned(before, after)
        job = PlaylistJob(
            job_id=secrets.token_hex(8),
            member_id=member_id,
            playlist_id=contents.playlist.id,
            work=work,
            state=JobState.OFFERED,
            due_at=self._now() + OFFERED_FOR,
            guild_id=share[0] if share else None,
            snapshot=contents.playlist.snapshot_id or "",
            total=planned.requests,
        )
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

    def days(self, requests: int) -> int:
        """How many days they take, at today's budget and what is used of it already; 0: they can be sent now."""
        return self._budget.days(requests)

    async def find(self, member_id: int, job_id: str) -> PlaylistJob:
        """Raises JobGoneError for one that is erased, or another member's."""
        job = await self._jobs.get(job_id)
        if job is None or job.member_id != member_id:
            raise JobGoneError
        return job

    async def view(self, member_id: int, job_id: str) -> JobView:
        """How far it is. Raises JobGoneError."""
        job = await self.find(member_id, job_id)
        try:
            playlist = await self._reader.playlist(
                member_id, job.playlist_id, share=(job.guild_id, job.member_id)
            )
        except (SpotifyError, BotError):
            playlist = None
        resting = job.state is JobState.RUNNING and job.job_id not in self._tasks and job.due_at > self._now()
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

        Raises JobGoneError, JobChangedError if the playlist was edited since, and what `must_be_free` does.
        """
        job = await self.find(member_id, job_id)
        if job.state is not JobState.OFFERED:
            return job
        playlist = await self._reader.playlist(member_id, job.playlist_id, share=(job.guild_id, member_id))
        await self.must_be_free(member_id, playlist)
        if job.snapshot and playlist.snapshot_id != job.snapshot:
            raise JobGoneError(changed=True)
        lists = await self._jobs.lists(job_id)
        if lists is None or (rewrite and not can_rewrite(lists.before)):
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
        self.woken.set()
        return begun or await self.find(member_id, job_id)

    async def cancel(self, member_id: int, job_id: str) -> PlaylistJob:
        """Stop after the request that is under way. What was done stays, and can be undone. Raises JobGoneError."""
        while (job := await self.find(member_id, job_id)).state is JobState.RUNNING:
            ended = replace(job, state=JobState.CANCELLED, due_at=self._now() + UNDO_FOR)
            if await self._jobs.swap(job, ended):
                await self._tell()
                return ended
        return job

    async def undo(
        self, member_id: int, job_id: str, progress: Progress | None = None, *, share: Share | None = None
    ) -> Offer:
        """A preview of putting the playlist back as it was. Raises JobGoneError, and what `must_be_free` does."""
        job = await self.find(member_id, job_id)
        lists = await self._jobs.lists(job_id)
        if lists is None or not can_undo(job):
            raise JobGoneError
        contents = await self._reader.all_of(member_id, job.playlist_id, progress, share=share)
        await self.must_be_free(member_id, contents.playlist)
        after = aim(lists.after, lists.before, contents.uris, put_back=True)
        return await self.offer(member_id, contents, after, JobWork.UNDO, share=share)

    async def watch(self, job_id: str, progress: Progress, *, most_s: float) -> None:
        """Report how far it is, until it ends, has to rest, or `most_s` are over."""
        try:
            async with asyncio.timeout(most_s):
                while True:
                    seen = self._moves
                    job = await self._jobs.get(job_id)
                    if job is None or job.state is not JobState.RUNNING:
                        return
                    if job_id not in self._tasks and job.due_at > self._now():
                        return
                    await progress(job.done, job.total)
                    async with self._moved:
                        await self._moved.wait_for(lambda: self._moves != seen)  # noqa: B023 - used at once
        except TimeoutError:
            return

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
            rows.append(
                {
                    "playlist": f"spotify:playlist:{job.playlist_id}",
                    "work": job.work.value,
                    "state": job.state.value,
                    "erased_at"
                    if job.state is not JobState.RUNNING
                    else "goes_on_at": job.due_at.isoformat(),
                    "before": list(lists.before) if lists else [],
                    "after": list(lists.after) if lists else [],
                }
            )
        return rows

    async def run(self) -> datetime:
        """Start what may go on; returns when to look again."""
        now = self._now()
        await self._jobs.sweep(now)
        due = now + LOOK_AGAIN
        for job in await self._jobs.running():
            if job.job_id in self._tasks or self._stopping:
                continue
            if job.due_at > now:
                due = min(due, job.due_at)
                continue
            task = asyncio.create_task(self._work(job))
            self._tasks[job.job_id] = task
            task.add_done_callback(partial(self._ended, job.job_id))
        return due

    def stop(self) -> None:
        """Begin no other request."""
        self._stopping = True

    async def close(self) -> None:
        self.stop()
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    def _ended(self, job_id: str, _: asyncio.Task[None]) -> None:
        self._tasks.pop(job_id, None)
        self.woken.set()

    async def _work(self, job: PlaylistJob) -> None:
        try:
            async with self._leases.held(f"playlist work:{job.playlist_id}", LEASE) as lease:
                await lease.confirm()
                await self._carry_out(job)
        except LeaseTakenError:
            log.info("job %s: another process is at it", job.job_id)
            await self._rest(job, self._now() + LATER)
        except Exception as error:  # noqa: BLE001 - whatever it is, the member sees that it stopped
            await self._failed(job, error)
        finally:
            self._tasks.pop(job.job_id, None)
            await self._tell()

    async def _carry_out(self, job: PlaylistJob) -> None:
        lists = await self._jobs.lists(job.job_id)
        if lists is None:
            return
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
            latest = await self._jobs.get(job.job_id)
            if latest is None or latest.state is not JobState.RUNNING or self._stopping:
                return
            if (until := self._budget.held_until(share)) is not None:
                await self._rest(latest, until)
                return
            # A process that takes over waits until this request shows.
            sending = replace(
                latest,
                done=done + number,
                total=done + len(made),
                tries=latest.tries if not number else 0,
                due_at=self._now() + SETTLE,
            )
            if await self._jobs.swap(latest, sending) is None:  # cancelled just now
                return
            await self._tell()
            version = await self._send(job, step, version, share)
        self._playlists.forget(job.member_id)
        latest = await self._jobs.get(job.job_id)
        if latest is not None and latest.state is JobState.RUNNING:
            total = done + len(made)
            ended = replace(
                latest, state=JobState.DONE, done=total, total=total, due_at=self._now() + UNDO_FOR
            )
            await self._jobs.swap(latest, ended)

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
        if isinstance(error, FINAL) or latest.tries + 1 >= TRIES:
            ended = replace(latest, state=JobState.STOPPED, due_at=self._now() + UNDO_FOR)
            await self._jobs.swap(latest, ended)
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

    async def _tell(self) -> None:
        async with self._moved:
            self._moves += 1
            self._moved.notify_all()


def can_undo(job: PlaylistJob) -> bool:
    """Whether there is something to put back."""
    ended = job.state in {JobState.DONE, JobState.CANCELLED, JobState.STOPPED}
    return ended and job.work is not JobWork.COPY and job.done > 0


def can_rewrite(before: Sequence[str]) -> bool:
    """Whether nothing in it would be lost: no local file, and nothing Spotify shows no URI of."""
    return all(is_playable(uri) for uri in before)


def rewrite_requests(items: int) -> int:
    return -(-max(items, 1) // WRITE_URIS)


async def _planned(before: Sequence[str], after: Sequence[str]) -> Cost:
    if len(before) < IN_THREAD:
        return cost(before, after)
    return await asyncio.to_thread(cost, before, after)


async def _made(current: Sequence[str], target: Sequence[str], *, rewrite: bool) -> list[Step]:
    way = rewriting if rewrite else steps
    if len(current) < IN_THREAD:
        return list(way(current, target))
    return await asyncio.to_thread(lambda: list(way(current, target)))
