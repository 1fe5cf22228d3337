"""Following work on a playlist: nobody waits for what has happened already."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

from bot.services.clock import Alarm
from bot.services.own_playlists.jobs import Jobs
from bot.services.own_playlists.runner import JobRunner
from bot.stores.playlist_jobs import JobLists, JobState, JobWork, PlaylistJob

if TYPE_CHECKING:
    from bot.stores import Stores

NOW = datetime(2026, 5, 4, tzinfo=UTC)
NOBODY = cast("Any", None)


async def test_end_while_progress_is_shown(each_stores: Stores) -> None:
    """Work that ends while its progress is being shown isn't waited for."""
    stored = each_stores.playlist_jobs
    runner = JobRunner(
        stored,
        *(NOBODY, NOBODY, NOBODY, NOBODY),
        playlists=NOBODY,
        leases=NOBODY,
        limiter=NOBODY,
        now=lambda: NOW,
        noted=Alarm(),
    )
    jobs = Jobs(stored, runner, NOBODY, lists=NOBODY, limiter=NOBODY, now=lambda: NOW)
    running = PlaylistJob("job1", 1, "playlist1", JobWork.SORT, JobState.RUNNING, NOW)
    await stored.add(running, JobLists((), ()))
    shown = 0

    async def progress(_done: int, _total: int) -> None:
        nonlocal shown
        shown += 1
        await jobs.cancel(1, "job1")

    async with asyncio.timeout(20):
        await jobs.watch("job1", progress, most_s=3_600)
    assert shown == 1
