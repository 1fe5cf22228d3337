"""The MongoDB connection, for deployments that have a server. The only place that knows Motor.

Motor is in its last years; every call made on it has the same name on `pymongo.AsyncMongoClient`, so replacing it
is the import and `await client.close()`.
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
    from collections.abc import AsyncIterator, Iterator

    from motor.motor_asyncio import AsyncIOMotorCollection, AsyncIOMotorDatabase

    Document = dict[str, Any]  # a document is turned into a record where it arrives
    Collection = AsyncIOMotorCollection[Document]
    Mongo = AsyncIOMotorDatabase[Document]

log = logging.getLogger(__name__)

_DATABASE = "mixtape"  # where the URI names none
# A bot whose clock is some hours behind the server's must not lose what is not over yet.
_EXPIRED_FOR_S = 24 * 3600
_NOT_IMPLEMENTED = 238
# Somebody waits in Discord, and a stop has 8 s: rather fail soon and say so. The URI may say otherwise.
_TIMEOUTS_MS = {"serverSelectionTimeoutMS": 3000, "connectTimeoutMS": 3000, "socketTimeoutMS": 5000}


@asynccontextmanager
async def connect(uri: str) -> AsyncIterator[Mongo]:
    """Connect to the database the URI names. Acknowledged writes are journaled by a majority, whatever it says."""
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
        # Without the cause: its text may quote the address, and with it the password.
        raise StoreUnavailableError("MONGODB_URI is not an address the MongoDB driver understands") from None
    try:
        yield database
    finally:
        # Motor's close waits for the server's goodbye: not in the event loop, where it would stop everything.
        await asyncio.to_thread(client.close)


async def changed_or_made(collection: Collection, empty: Document, change: Document) -> Document:
    """Change the document with the id of `empty`, which is put there first where it is missing; answer what it is then.

    Not an upsert: it either changes a document or makes one, and who races another has to tell which it was.
    """
    while True:
        changed: Document | None = await collection.find_one_and_update(
            {"_id": empty["_id"]}, change, return_document=ReturnDocument.AFTER
        )
        if changed is not None:
            return changed
        with suppress(DuplicateKeyError):  # another process made it in the same moment
            await collection.insert_one(empty)


async def change_or_make(collection: Collection, empty: Document, change: Document) -> None:
    """As `changed_or_made`, for whom it is enough that it was changed."""
    while not (await collection.update_one({"_id": empty["_id"]}, change)).matched_count:
        with suppress(DuplicateKeyError):
            await collection.insert_one(empty)


async def put(collection: Collection, document: Document) -> None:
    """Keep the document in the place of whatever has its id."""
    while not (await collection.replace_one({"_id": document["_id"]}, document)).matched_count:
        with suppress(DuplicateKeyError):  # another process put one there in the same moment
            await collection.insert_one(document)
            return


async def expire_by_server(*fields: tuple[Collection, str]) -> None:
    """Let the server delete what expired, too: our own queries ask for the time anyway, and we sweep."""
    for collection, field in fields:
        try:
            await collection.create_index(field, expireAfterSeconds=_EXPIRED_FOR_S)
        except OperationFailure as error:
            if error.code != _NOT_IMPLEMENTED:
                raise
            log.info("this MongoDB server deletes nothing by itself; what expired stays until it is swept")
            return


@contextmanager
def unavailable_when_failing() -> Iterator[None]:
    """Turn every failure of server or network into StoreUnavailableError."""
    try:
        yield
    except PyMongoError as error:
        # The driver's text goes on with everything it knows about every server.
        log.error("MongoDB: %s: %.150s", type(error).__name__, error)  # noqa: TRY400 - raised on, with the traceback
        raise StoreUnavailableError("MongoDB cannot go on") from error
