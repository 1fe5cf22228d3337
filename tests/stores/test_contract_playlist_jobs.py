"""The promises of `PlaylistJobs`, on every database."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.stores.notices import Notice, NoticeKind
from bot.stores.playlist_jobs import JobLists, JobState, JobWork, PlaylistJob
from tests.stores.records import ADA, NOW, SOON

if TYPE_CHECKING:
    from bot.stores import Stores
    from tests.stores.conftest import OpenStores

LISTS = JobLists(("spotify:track:1", ""), ("", "spotify:track:1"))


def job(number: int = 1, **changes: object) -> PlaylistJob:
    made = PlaylistJob(f"job{number}", ADA, "playlist1", JobWork.SORT, JobState.OFFERED, SOON, guild_id=7)
    return replace(made, **changes)  # type: ignore[arg-type] # of the record


async def test_round_trip(open_stores: OpenStores) -> None:
    """Work and its lists come back as they were kept, also after a restart."""
    async with open_stores() as stores:
        await stores.playlist_jobs.add(job(), LISTS)
    async with open_stores() as stores:
        assert await stores.playlist_jobs.get("job1") == job()
        assert await stores.playlist_jobs.lists("job1") == LISTS
        assert await stores.playlist_jobs.get("job2") is None
        assert await stores.playlist_jobs.lists("job2") is None


async def test_swap(stores: Stores) -> None:
    """Whoever knows the latest version replaces it; anybody else changes nothing."""
    await stores.playlist_jobs.add(job(), LISTS)
    begun = await stores.playlist_jobs.swap(job(), job(state=JobState.RUNNING, done=3))
    assert begun == job(state=JobState.RUNNING, done=3, version=1)
    assert await stores.playlist_jobs.swap(job(), job(state=JobState.CANCELLED)) is None
    assert await stores.playlist_jobs.get("job1") == begun
    assert await stores.playlist_jobs.lists("job1") == LISTS


async def test_swap_with_a_notice(stores: Stores) -> None:
    """A notice is there with the change it is about, and not without it."""
    await stores.playlist_jobs.add(job(), LISTS)
    told = Notice(
        "job:job1", NoticeKind.JOB, SOON, guild_id=0, list_id="", member_id=ADA, facts={"job": "job1"}
    )
    assert await stores.playlist_jobs.swap(job(version=7), job(state=JobState.DONE), told) is None
    assert await stores.notices.due(SOON, limit=9) == ()
    done = await stores.playlist_jobs.swap(job(), job(state=JobState.DONE), told)
    assert done == job(state=JobState.DONE, version=1)
    assert await stores.notices.due(SOON, limit=9) == (told,)
    assert await stores.playlist_jobs.swap(done, job(state=JobState.DONE, told=True)) is not None


async def test_running(stores: Stores) -> None:
    """What isn't finished, first what may go on first."""
    later = SOON + timedelta(minutes=1)
    await stores.playlist_jobs.add(job(1, state=JobState.RUNNING, due_at=later), LISTS)
    await stores.playlist_jobs.add(job(2), LISTS)
    await stores.playlist_jobs.add(job(3, state=JobState.RUNNING), LISTS)
    assert [one.job_id for one in await stores.playlist_jobs.running()] == ["job3", "job1"]


async def test_sweep(stores: Stores) -> None:
    """Offers and finished work go when their time is up; running work never does."""
    await stores.playlist_jobs.add(job(1, due_at=NOW), LISTS)
    await stores.playlist_jobs.add(job(2, due_at=NOW, state=JobState.RUNNING), LISTS)
    await stores.playlist_jobs.add(job(3, state=JobState.DONE), LISTS)
    await stores.playlist_jobs.sweep(NOW)
    assert [one.job_id for one in await stores.playlist_jobs.of_member(ADA)] == ["job3", "job2"]


async def test_forget(stores: Stores) -> None:
    """All of a member's is erased with its lists, and nothing of anybody else's."""
    await stores.playlist_jobs.add(job(1, state=JobState.RUNNING), LISTS)
    await stores.playlist_jobs.add(job(2, member_id=ADA + 1), LISTS)
    assert await stores.playlist_jobs.forget_member(ADA)
    assert not await stores.playlist_jobs.forget_member(ADA)
    assert await stores.playlist_jobs.lists("job1") is None
    assert await stores.playlist_jobs.swap(job(1, state=JobState.RUNNING), job()) is None
    assert await stores.playlist_jobs.get("job2") == job(2, member_id=ADA + 1)
