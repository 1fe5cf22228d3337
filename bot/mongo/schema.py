"""Which schema a MongoDB database has, so that a bot that would misread it doesn't start."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.errors import DatabaseTooNewError
from bot.mongo.database import changed_or_made

if TYPE_CHECKING:
    from bot.mongo.database import Mongo

# Documents of earlier bots are read as they are. Raise this when an earlier bot could misread those of this one.
SCHEMA: Final = 1
UNNUMBERED: Final = 1  # of databases that no bot has numbered yet
_ID: Final = "schema"


async def note_schema(database: Mongo) -> None:
    """Raises DatabaseTooNewError, and changes nothing, if a newer bot has used the database."""
    change = {"$max": {"version": SCHEMA}}
    noted = await changed_or_made(database["schema"], {"_id": _ID, "version": UNNUMBERED}, change)
    if noted["version"] > SCHEMA:
        raise DatabaseTooNewError(f"the MongoDB database {database.name}", noted["version"], SCHEMA)


async def schema_of(database: Mongo) -> int:
    noted = await database["schema"].find_one({"_id": _ID})
    return int(noted["version"]) if noted else UNNUMBERED
