"""Every method of the stores of shared playlists, called once; for the tests that want all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from bot.stores.contributions import INSIDE, State
from bot.stores.due import Due, DueKind
from bot.stores.history import Snapshot, SnapshotInfo
from bot.stores.imports import ImportState, ListImport
from bot.stores.journal import Journal
from bot.stores.likes import Like
from bot.stores.lists import Trouble
from bot.stores.playlist_jobs import JobLists, JobState, JobWork, PlaylistJob
from tests.stores.records import ADA, NOW, SOON
from tests.stores.shared_records import GUILD, LIST, contribution, event, notice, recording, shared

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from bot.stores import Stores

T = TypeVar("T")

JOB = PlaylistJob("job1", ADA, "playlist1", JobWork.SORT, JobState.OFFERED, SOON)
LIKE = Like(LIST, "spotify:track:1", ADA, "contribution1", NOW)
IMPORT = ListImport("import1", GUILD, LIST, ADA, "csv", ImportState.OFFERED, SOON)
DUE = Due(DueKind.LOOK, LIST, NOW)
SNAPSHOT = Snapshot(SnapshotInfo(LIST, 0, NOW, "by hand", 1), ("spotify:track:1",))


async def every(parts: AsyncIterator[tuple[T, ...]]) -> list[T]:
    return [one async for several in parts for one in several]


SHARED_CALLS: dict[str, Callable[[Stores], Awaitable[Any]]] = {
    "lists.create": lambda stores: stores.lists.create(shared(), event(4)),
    "lists.get": lambda stores: stores.lists.get(GUILD, LIST),
    "lists.by_id": lambda stores: stores.lists.by_id(LIST),
    "lists.of_guild": lambda stores: stores.lists.of_guild(GUILD),
    "lists.of_owner": lambda stores: stores.lists.of_owner(ADA),
    "workload.count": lambda stores: stores.workload.count(),
    "lists.using": lambda stores: stores.lists.using(["playlist 1", "playlist 2"]),
    "lists.troubled": lambda stores: stores.lists.troubled(Trouble.BOT_REMOVED),
    "lists.guilds": lambda stores: stores.lists.guilds(),
    "lists.open": lambda stores: stores.lists.open(),
    "lists.swap": lambda stores: stores.lists.swap(shared(), shared(), event(5), notices=[notice(2)]),
    "contributions.add": lambda stores: stores.contributions.add(contribution(), event()),
    "contributions.add_all": lambda stores: stores.contributions.add_all([contribution(2)]),
    "contributions.get": lambda stores: stores.contributions.get(GUILD, "contribution1"),
    "contributions.by_origin": lambda stores: stores.contributions.by_origin(GUILD, "interaction 1/0"),
    "contributions.by_origins": lambda stores: stores.contributions.by_origins(GUILD, ["interaction 1/0"]),
    "contributions.several": lambda stores: stores.contributions.several(GUILD, ["contribution1"]),
    "contributions.swap": lambda stores: stores.contributions.swap(
        contribution(), contribution(), event(2), notices=[notice(3)]
    ),
    "contributions.erase": lambda stores: stores.contributions.erase(contribution(version=1)),
    "contributions.next_number": lambda stores: stores.contributions.next_number(LIST),
    "contributions.in_state": lambda stores: stores.contributions.in_state(LIST, INSIDE, limit=5),
    "contributions.of_batch": lambda stores: stores.contributions.of_batch(LIST, "batch"),
    "contributions.alike": lambda stores: stores.contributions.alike(LIST, [recording()]),
    "contributions.of_uris": lambda stores: stores.contributions.of_uris(LIST, ["spotify:track:1"]),
    "contributions.count": lambda stores: stores.contributions.count(LIST, INSIDE),
    "contributions.latest_of": lambda stores: stores.contributions.latest_of(LIST, ADA, INSIDE),
    "contributions.undecided": lambda stores: stores.contributions.undecided(),
    "contributions.lists_with": lambda stores: stores.contributions.lists_with({State.QUEUED, State.PARKED}),
    "contributions.unshown": lambda stores: stores.contributions.unshown(),
    "contributions.shares": lambda stores: stores.contributions.shares(LIST, INSIDE),
    "contributions.moments": lambda stores: stores.contributions.moments(LIST, INSIDE, limit=5),
    "votes.cast": lambda stores: stores.votes.cast("contribution1", 1, ADA, NOW, yes=True),
    "votes.tally": lambda stores: stores.votes.tally("contribution1", 1),
    "votes.of_member": lambda stores: stores.votes.of_member("contribution1", 1, ADA),
    "likes.put": lambda stores: stores.likes.put(LIKE),
    "likes.drop": lambda stores: stores.likes.drop(LIST, "spotify:track:1", ADA),
    "likes.counts": lambda stores: stores.likes.counts(LIST),
    "likes.given": lambda stores: stores.likes.given(LIST, [("spotify:track:1", ADA)]),
    "likes.erase_list": lambda stores: stores.likes.erase_list(LIST),
    "history.append": lambda stores: stores.history.append(event(3)),
    "history.page": lambda stores: stores.history.page(LIST, limit=5),
    "snapshots.put": lambda stores: stores.snapshots.put(SNAPSHOT, keep=5),
    "snapshots.get": lambda stores: stores.snapshots.get(LIST, 1),
    "snapshots.latest": lambda stores: stores.snapshots.latest(LIST),
    "snapshots.of_list": lambda stores: stores.snapshots.of_list(LIST),
    "journals.of": lambda stores: stores.journals.of(LIST),
    "journals.swap": lambda stores: stores.journals.swap(Journal(LIST), Journal(LIST, total=1)),
    "journals.unsettled": lambda stores: stores.journals.unsettled(),
    "due.add": lambda stores: stores.due.add(DUE),
    "due.lists_with": lambda stores: stores.due.lists_with(DUE.kind),
    "due.hasten": lambda stores: stores.due.hasten(DUE),
    "due.until": lambda stores: stores.due.until(DUE.kind, NOW, limit=5),
    "due.next": lambda stores: stores.due.next(DUE.kind),
    "due.move": lambda stores: stores.due.move(DUE, None),
    "notices.add": lambda stores: stores.notices.add(notice()),
    "notices.due": lambda stores: stores.notices.due(NOW, limit=5),
    "notices.next": lambda stores: stores.notices.next(),
    "notices.claim": lambda stores: stores.notices.claim(notice(), SOON),
    "notices.postpone": lambda stores: stores.notices.postpone(notice(), SOON),
    "notices.done": lambda stores: stores.notices.done(notice(), SOON),
    "notices.sweep": lambda stores: stores.notices.sweep(NOW),
    "notices.forget_member": lambda stores: stores.notices.forget_member(ADA),
    "stats_opt_outs.put": lambda stores: stores.stats_opt_outs.put(ADA),
    "stats_opt_outs.drop": lambda stores: stores.stats_opt_outs.drop(ADA),
    "stats_opt_outs.among": lambda stores: stores.stats_opt_outs.among([ADA]),
    "playlist_jobs.add": lambda stores: stores.playlist_jobs.add(JOB, JobLists((), ())),
    "playlist_jobs.get": lambda stores: stores.playlist_jobs.get("job1"),
    "playlist_jobs.lists": lambda stores: stores.playlist_jobs.lists("job1"),
    "playlist_jobs.swap": lambda stores: stores.playlist_jobs.swap(JOB, JOB),
    "playlist_jobs.running": lambda stores: stores.playlist_jobs.running(),
    "playlist_jobs.of_member": lambda stores: stores.playlist_jobs.of_member(ADA),
    "playlist_jobs.sweep": lambda stores: stores.playlist_jobs.sweep(NOW),
    "playlist_jobs.forget_member": lambda stores: stores.playlist_jobs.forget_member(ADA),
    "imports.add": lambda stores: stores.imports.add(IMPORT, b"lines"),
    "imports.get": lambda stores: stores.imports.get("import1"),
    "imports.content": lambda stores: stores.imports.content("import1"),
    "imports.swap": lambda stores: stores.imports.swap(IMPORT, IMPORT),
    "imports.running": lambda stores: stores.imports.running(),
    "imports.of_member": lambda stores: stores.imports.of_member(ADA),
    "imports.sweep": lambda stores: stores.imports.sweep(NOW),
    "imports.forget_member": lambda stores: stores.imports.forget_member(ADA),
    "personal_data.lists_about": lambda stores: stores.personal_data.lists_about(ADA),
    "personal_data.contributions": lambda stores: every(stores.personal_data.contributions(LIST, ADA)),
    "personal_data.votes": lambda stores: every(stores.personal_data.votes(ADA)),
    "personal_data.likes": lambda stores: every(stores.personal_data.likes(ADA)),
    "personal_data.forget": lambda stores: stores.personal_data.forget(LIST, ADA),
    "personal_data.forget_rest": lambda stores: stores.personal_data.forget_rest(ADA, ["asking:"]),
}
