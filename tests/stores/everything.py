"""Something in every place of a database, with everything set that can be."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.stores.contributions import State
from bot.stores.due import Due, DueKind
from bot.stores.history import Snapshot, SnapshotInfo
from bot.stores.journal import Batch, Journal, Sent, Work
from bot.stores.lists import ListStatus
from bot.stores.playlist_jobs import JobLists
from tests.stores.records import ADA, GRACE, NOW, SOON, account, finished
from tests.stores.shared_calls import IMPORT, JOB, LIKE
from tests.stores.shared_records import (
    GUILD,
    LIST,
    ballot,
    contribution,
    event,
    full_contribution,
    full_list,
    notice,
    shared,
)

if TYPE_CHECKING:
    from bot.stores import Stores

OTHER, CLOSED = "list0002", "list0003"


async def fill(stores: Stores) -> None:
    await _lists(stores)
    await _members(stores)
    await stores.values.put("language:7", "de")
    await stores.quota.exchange(
        {(1, "all", GUILD, ADA): 3, (2, "search", 0, 0): 1},
        {"": (SOON, True), "search": (NOW, False)},
        since=0,
        oldest=0,
    )
    await stores.notices.add(notice(1), notice(2, member_id=None, channel_ids=(3, 2**62)), notice(3))
    claimed = await stores.notices.claim(notice(3), SOON)
    assert claimed
    assert await stores.notices.done(claimed, SOON + timedelta(days=1))
    await stores.leases.acquire("write:list0001", "holder", NOW, SOON)


async def _lists(stores: Stores) -> None:
    await stores.lists.create(replace(full_list(), list_id=LIST), event(1))
    await stores.lists.create(shared(OTHER, name="Näxt 🎵"))
    await stores.lists.create(shared(CLOSED, status=ListStatus.CLOSED))
    for number, state in enumerate(State, start=1):
        await stores.contributions.add(
            contribution(number, state=state, number=number, batch_id="batch", created_at=NOW),
            event(10 + number, contribution_id=f"contribution{number}", detail={"how": "open", "yes": 2}),
        )
    held = await stores.contributions.add(contribution(50, ballot=ballot()))
    await stores.contributions.swap(held, replace(held, note="a note"), event(30), notices=[notice(9)])
    full = replace(full_contribution(), contribution_id="full", origin="message 9/0", number=45)
    await stores.contributions.add(full)
    await stores.contributions.next_number(LIST, block=40)
    await stores.contributions.next_number(OTHER)
    await stores.votes.cast("contribution50", 1, ADA, NOW, yes=True)
    await stores.votes.cast("contribution50", 1, GRACE, SOON, yes=False)
    await stores.likes.put(LIKE)
    for number in range(3):
        info = SnapshotInfo(LIST, 0, NOW, "by hand", 2, ADA)
        await stores.snapshots.put(Snapshot(info, (f"spotify:track:{number}", "")), keep=2)
    batch = Batch("batch", Work.ADD, ("spotify:track:1",), Sent.UNKNOWN, NOW, total_before=7)
    await stores.journals.swap(Journal(LIST), Journal(LIST, batch, 8, SOON, ("a", "b"), "seen", SOON))
    await stores.due.add(Due(DueKind.LOOK, LIST, SOON), Due(DueKind.OWNER, OTHER, NOW))


async def _members(stores: Stores) -> None:
    await stores.accounts.link(account())
    await stores.accounts.link(account(GRACE, "account-b"))
    await stores.attempts.put(finished(GRACE))
    await stores.stats_opt_outs.put(ADA)
    await stores.playlist_jobs.add(JOB, JobLists(("a", ""), ("", "a")))
    await stores.playlist_jobs.add(replace(JOB, job_id="job2", member_id=GRACE), JobLists((), ()))
    await stores.imports.add(IMPORT, b"[]")
