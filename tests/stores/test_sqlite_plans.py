"""What keeps a list with a million contributions fast in SQLite: every question is answered from an index."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import aiosqlite
import pytest

from bot.sqlite.contributions import SqliteContributions
from bot.sqlite.database import Database
from bot.sqlite.due import SqliteDueTimes
from bot.sqlite.history import SqliteHistory
from bot.sqlite.imports import SqliteImports
from bot.sqlite.journals import SqliteJournals
from bot.sqlite.likes import SqliteLikes
from bot.sqlite.lists import SqliteLists
from bot.sqlite.migrations import migrate
from bot.sqlite.notices import SqliteNotices
from bot.sqlite.personal_data import SqliteTraces
from bot.sqlite.playlist_jobs import SqlitePlaylistJobs
from bot.sqlite.snapshots import SqliteSnapshots
from bot.sqlite.stats_opt_outs import SqliteStatsOptOuts
from bot.sqlite.votes import SqliteVotes
from bot.sqlite.workload import SqliteWorkloads
from bot.stores import Stores
from bot.stores.contributions import OCCUPYING
from tests.stores.records import ADA, NOW
from tests.stores.shared_calls import SHARED_CALLS
from tests.stores.shared_records import LIST

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

# Sorted after they were found, which is right: they are few.
FEW = {
    "contributions.of_batch",
    "contributions.unshown",
    "lists.of_owner",
    "lists.open",
    "lists.troubled",
    "lists.using",
    "journals.unsettled",
}

MORE_CALLS: dict[str, Callable[[Stores], Awaitable[Any]]] = {
    "count of a member": lambda stores: stores.contributions.count(LIST, OCCUPYING, member_id=ADA),
    "count of a member today": lambda stores: stores.contributions.count(
        LIST, OCCUPYING, member_id=ADA, since=NOW
    ),
    "count of a member's round": lambda stores: stores.contributions.count(
        LIST, OCCUPYING, member_id=ADA, round_no=2
    ),
    "count of an artist": lambda stores: stores.contributions.count(LIST, OCCUPYING, artist_id="a"),
    "count of an artist today": lambda stores: stores.contributions.count(
        LIST, OCCUPYING, artist_id="a", since=NOW
    ),
    "count of today": lambda stores: stores.contributions.count(LIST, OCCUPYING, since=NOW),
    "count of a round": lambda stores: stores.contributions.count(LIST, OCCUPYING, round_no=2),
    "count of some likes": lambda stores: stores.likes.counts(LIST, ["spotify:track:1", "spotify:track:2"]),
    "open ballots of a list": lambda stores: stores.contributions.undecided(list_id=LIST),
    "a later page": lambda stores: stores.contributions.in_state(LIST, OCCUPYING, limit=20, after=900_000),
    "history of a member": lambda stores: stores.history.page(LIST, limit=20, member_id=ADA),
    "later history": lambda stores: stores.history.page(LIST, limit=20, before="1000.5"),
    "later history of a member": lambda stores: stores.history.page(
        LIST, limit=20, member_id=ADA, before="1000.5"
    ),
}


class Explained(Database):
    """Asks SQLite how it would go about each statement before it does."""

    def __init__(self, path: Path, connection: aiosqlite.Connection) -> None:
        super().__init__(path, connection)
        self.steps: list[str] = []

    async def _run(self, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
        if sql.startswith(("SELECT", "INSERT", "UPDATE", "DELETE")):
            plan = await super()._run(f"EXPLAIN QUERY PLAN {sql}", *parameters)
            self.steps += [step for _, _, _, step in plan]
        return await super()._run(sql, *parameters)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Explained]:
    opened = Explained(tmp_path / "x.db", await aiosqlite.connect(tmp_path / "x.db", isolation_level=None))
    await migrate(opened)
    opened.steps.clear()
    yield opened
    await opened.close()


@pytest.fixture
def stores(database: Explained) -> Stores:
    nothing: Any = None
    return Stores(
        accounts=nothing,
        workload=SqliteWorkloads(database),
        attempts=nothing,
        sealed=nothing,
        known_tracks=None,
        leases=nothing,
        values=nothing,
        quota=nothing,
        lists=SqliteLists(database),
        contributions=SqliteContributions(database),
        votes=SqliteVotes(database),
        likes=SqliteLikes(database),
        history=SqliteHistory(database),
        snapshots=SqliteSnapshots(database),
        journals=SqliteJournals(database),
        due=SqliteDueTimes(database),
        stats_opt_outs=SqliteStatsOptOuts(database),
        notices=SqliteNotices(database),
        personal_data=SqliteTraces(database),
        playlist_jobs=SqlitePlaylistJobs(database),
        imports=SqliteImports(database),
        records=nothing,
        ping=nothing,
    )


@pytest.mark.parametrize("name", [*SHARED_CALLS, *MORE_CALLS])
async def test_no_walk(stores: Stores, database: Explained, name: str) -> None:
    """No question walks through a table, or sorts more than it answers."""
    await (SHARED_CALLS | MORE_CALLS)[name](stores)
    walks = [
        step for step in database.steps if step.startswith("SCAN") and not step.startswith("SCAN (subquery")
    ]
    sorts = [step for step in database.steps if "TEMP B-TREE FOR ORDER" in step]
    assert walks == []
    assert not sorts or name in FEW


@pytest.mark.parametrize(
    "name", [name for name in MORE_CALLS if name.startswith("count") and "artist today" not in name]
)
async def test_only_index(stores: Stores, database: Explained, name: str) -> None:
    """What is counted is counted in an index alone, without looking at the contributions."""
    await MORE_CALLS[name](stores)
    assert database.steps
    assert all("COVERING INDEX" in step or "PRIMARY KEY" in step for step in database.steps)


@pytest.mark.parametrize(
    ("name", "indexes"),
    [
        ("contributions.in_state", ["place"]),
        ("a later page", ["place"]),
        ("contributions.of_batch", ["batch"]),
        ("contributions.alike", ["uri", "asked", "isrc", "fingerprint"]),
        ("contributions.of_uris", ["uri"]),
        ("contributions.latest_of", ["member"]),
        ("contributions.moments", ["moment"]),
        ("count of a member today", ["member"]),
        ("contributions.undecided", ["ballot"]),
        ("open ballots of a list", ["list_ballot"]),
        ("contributions.unshown", ["unshown"]),
        ("contributions.lists_with", ["unfinished"]),
    ],
)
async def test_which_index(stores: Stores, database: Explained, name: str, indexes: list[str]) -> None:
    """Each question has the index that leads straight to its answer, not to the whole list."""
    await (SHARED_CALLS | MORE_CALLS)[name](stores)
    for index in indexes:
        assert any(f"INDEX contributions_{index} (" in step for step in database.steps), database.steps
