"""The MongoDB connection, for deployments that have a server. The only place that uses Motor.

Motor is near its end of life; every call made on it has the same name on `pymongo.AsyncMongoClient`, so replacing it
means changing the import and `await client.close()`.
Source: mongodb.com/docs/languages/python/pymongo-driver/current/reference/migration
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import UTC
from typing import TYPE_CHECKING, Any

from motor.motor_asyncio import AsyncIOMotorClient
from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError, OperationFailure, PyMongoError

from bot.errors import StoreUnavailableError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from motor.motor_asyncio import AsyncIOMotorCollection, AsyncIOMotorDatabase

    Document = dict[str, Any]  # a document becomes a record where it arrives
    Collection = AsyncIOMotorCollection[Document]
    Mongo = AsyncIOMotorDatabase[Document]

log = logging.getLogger(__name__)

_DATABASE = "mixtape"  # if the URI names none
# A bot whose clock is hours behind the server's must not lose what hasn't ended yet.
_EXPIRED_FOR_S = 24 * 3600
_NOT_IMPLEMENTED = 238
# Someone is waiting in Discord, and a stop has 8 s: better to fail soon and say so. The URI can override this.
_TIMEOUTS_MS = {"serverSelectionTimeoutMS": 3000, "connectTimeoutMS": 3000, "socketTimeoutMS": 5000}


@asynccontextmanager
async def connect(uri: str) -> AsyncIterator[Mongo]:
    """Connect to the database in the URI. Writes are always acknowledged by a majority's journals, whatever it says."""
    options: dict[str, Any] = {
        name: ms for name, ms in _TIMEOUTS_MS.items() if name.lower() not in uri.lower()
    }
    options |= {"w": "majority", "journal": True, "readPreference": "primary"}
    try:
        client: AsyncIOMotorClient[Document] = AsyncIOMotorClient(
            uri, tz_aware=True, tzinfo=UTC, appname="mixtape", **options
        )
        database = client.get_default_database(_DATABASE)
    except (PyMongoError, ValueError):
        # Without the cause: its text can quote the address, and with it the password.
        raise StoreUnavailableError("MONGODB_URI isn't an address the MongoDB driver understands") from None
    try:
        yield database
    finally:
        # Motor's close waits for the server's goodbye; in the event loop, that would block everything.
        await asyncio.to_thread(client.close)


async def changed_or_made(collection: Collection, empty: Document, change: Document) -> Document:
    """Change the document with the ID of `empty`, which is inserted first if missing; returns the result.

    Not an upsert: it either changes a document or inserts one, and on a race the caller must be able to tell which.
    """
    while True:
        changed: Document | None = await collection.find_one_and_update(
            {"_id": empty["_id"]}, change, return_document=ReturnDocument.AFTER
        )
        if changed is not None:
            return changed
        with suppress(DuplicateKeyError):  # another process inserted it at the same moment
            await collection.insert_one(empty)


async def change_or_make(collection: Collection, empty: Document, change: Document) -> None:
    """As `changed_or_made`, where it's enough that it was changed."""
    while not (await collection.update_one({"_id": empty["_id"]}, change)).matched_count:
        with suppress(DuplicateKeyError):
            await collection.insert_one(empty)


async def put(collection: Collection, document: Document) -> None:
    """Store the document, replacing whatever has its ID."""
    while not (await collection.replace_one({"_id": document["_id"]}, document)).matched_count:
        with suppress(DuplicateKeyError):  # another process inserted one at the same moment
            await collection.insert_one(document)
            return


async def drop_indexes(collection: Collection, obsolete: Callable[[str], bool]) -> None:
    """obsolete: of an index, by its first field."""
    for name, index in (await collection.index_information()).items():
        if obsolete(index["key"][0][0]):
            await collection.drop_index(name)


async def expire_by_server(*fields: tuple[Collection, str]) -> None:
    """Have the server delete expired documents too: our queries check the time anyway, and we sweep."""
    for collection, field in fields:
        try:
            await collection.create_index(field, expireAfterSeconds=_EXPIRED_FOR_S)
        except OperationFailure as error:
            if error.code != _NOT_IMPLEMENTED:
                raise
            log.info(
                "this MongoDB server doesn't delete expired documents; they stay until the bot sweeps them"
            )
            return


@contextmanager
def unavailable_when_failing() -> Iterator[None]:
    """Turn every failure of server or network into StoreUnavailableError."""
    try:
        yield
    except PyMongoError as error:
        # The driver's text goes on to list everything it knows about every server.
        log.error("MongoDB: %s: %.150s", type(error).__name__, error)  # noqa: TRY400 - raised on, with the traceback
        raise StoreUnavailableError("MongoDB failed") from error
