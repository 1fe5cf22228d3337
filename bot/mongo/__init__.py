"""The bot's data in MongoDB: for deployments that set MONGODB_URI. Several processes can share it."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Protocol

from bot.mongo.accounts import MongoAccounts
from bot.mongo.attempts import MongoAttempts
from bot.mongo.backup_reading import MongoSource
from bot.mongo.contributions import MongoContributions
from bot.mongo.counters import Counters
from bot.mongo.database import connect, expire_by_server, put, unavailable_when_failing
from bot.mongo.due import MongoDueTimes
from bot.mongo.guilds import Guilds
from bot.mongo.history import MongoHistory
from bot.mongo.imports import MongoImports
from bot.mongo.journals import MongoJournals
from bot.mongo.known_tracks import MongoKnownTracks
from bot.mongo.leases import MongoLeases
from bot.mongo.likes import MongoLikes
from bot.mongo.lists import MongoLists
from bot.mongo.notices import MongoNotices
from bot.mongo.outboxes import Outboxes
from bot.mongo.personal_data import MongoTraces
from bot.mongo.playlist_jobs import MongoPlaylistJobs
from bot.mongo.presence import Presence
from bot.mongo.quota import MongoQuota
from bot.mongo.schema import SCHEMA, note_schema, schema_of
from bot.mongo.sealed import MongoSealedRows
from bot.mongo.snapshots import MongoSnapshots
from bot.mongo.stats_opt_outs import MongoStatsOptOuts
from bot.mongo.values import MongoValues
from bot.mongo.votes import MongoVotes
from bot.mongo.workload import MongoWorkloads
from bot.stores import Stores
from bot.stores.beside import Beside

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.mongo.database import Mongo
    from bot.sealing import Sealer
    from bot.shards import ShardPlan

    class _Prepared(Protocol):
        async def prepare(self) -> None: ...


@asynccontextmanager
async def open_stores(uri: str, sealer: Sealer, shards: ShardPlan | None = None) -> AsyncIterator[Stores]:
    """Connect, create missing indexes, and say that this process runs, with these shards.

    Raises DatabaseTooNewError if a newer bot has used it, StoreUnavailableError if the server is unavailable or the
    address is invalid, and RestoreUnfinishedError.
    """
    async with connect(uri) as database:
        stores, preparing, outboxes = _stores(database, sealer)
        with unavailable_when_failing():
            await note_schema(database)
        async with Presence(database, shards).running():
            with unavailable_when_failing():
                for store in preparing:
                    await store.prepare()
                await expire_by_server((database["attempts"], "expires_at"), (database["leases"], "until"))
            await outboxes.tell()
            yield stores


@asynccontextmanager
async def open_beside(uri: str, sealer: Sealer) -> AsyncIterator[Beside]:
    """As it is, with no indexes created. Raises StoreUnavailableError."""
    async with connect(uri) as database:
        presence = Presence(database)
        await presence.must_be_whole()
        with unavailable_when_failing():
            about = await database.command("buildInfo")
            schema = await schema_of(database)
        stores, _, _ = _stores(database, sealer)
        running = await presence.shard_plans()
        yield Beside(stores, f"MongoDB {about['version']}", schema, SCHEMA, running)


def _stores(database: Mongo, sealer: Sealer) -> tuple[Stores, tuple[_Prepared, ...], Outboxes]:
    """With those that need indexes, and what is still to be handed on from an earlier process."""
    counters = Counters(database["counters"])
    guilds = Guilds(database["lists"])
    accounts = MongoAccounts(database["accounts"], sealer)
    attempts = MongoAttempts(database["attempts"], sealer)
    history = MongoHistory(database["events"], counters)
    notices = MongoNotices(database["notices"])
    outboxes = Outboxes(
        history, notices, database["lists"], database["contributions"], database["playlist_jobs"]
    )
    lists = MongoLists(database["lists"], outboxes)
    votes = MongoVotes(database["votes"])
    likes = MongoLikes(database["likes"])
    contributions = MongoContributions(
        database["contributions"], guilds, outboxes, counters, history=history, votes=votes
    )
    snapshots = MongoSnapshots(database["snapshots"], counters)
    journals = MongoJournals(database["journals"])
    due = MongoDueTimes(database["due"])
    quota = MongoQuota(database["quota"])
    playlist_jobs = MongoPlaylistJobs(database["playlist_jobs"], counters, outboxes)
    imports = MongoImports(database["imports"], counters)
    known_tracks = MongoKnownTracks(database["known_tracks"])

    async def ping() -> None:
        with unavailable_when_failing():
            await put(database["key_values"], {"_id": "ping", "value": ""})

    stores = Stores(
        accounts=accounts,
        attempts=attempts,
        leases=MongoLeases(database["leases"]),
        values=MongoValues(database["key_values"]),
        quota=quota,
        lists=lists,
        contributions=contributions,
        votes=votes,
        likes=likes,
        history=history,
        snapshots=snapshots,
        journals=journals,
        due=due,
        stats_opt_outs=MongoStatsOptOuts(database["left_out"]),
        notices=notices,
        personal_data=MongoTraces(database, guilds, history, notices),
        playlist_jobs=playlist_jobs,
        workload=MongoWorkloads(database["contributions"], database["notices"], database["lists"]),
        imports=imports,
        sealed=MongoSealedRows(database),
        known_tracks=known_tracks,
        records=MongoSource(database, None).records,
        ping=ping,
    )
    preparing: tuple[_Prepared, ...] = (
        *(accounts, attempts, history, lists, contributions, votes, snapshots, journals, due),
        *(notices, outboxes, quota, playlist_jobs, likes, imports, known_tracks),
    )
    return stores, preparing, outboxes
