"""Ways into the databases past the stores, for tests about what a thief or a tamperer finds there."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any, Protocol, Self

from bson import encode
from pymongo import MongoClient

if TYPE_CHECKING:
    from pathlib import Path


class Backdoor(Protocol):
    def dump(self) -> bytes:
        """Everything there is, as raw bytes."""
        ...

    def copy(self, store: str, field: str, source: int, target: int) -> None:
        """Put what one member's row has in a field into another member's row."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *exc: object) -> None: ...


class SqliteBackdoor:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection = sqlite3.connect(path, isolation_level=None)

    def dump(self) -> bytes:
        return b"".join(file.read_bytes() for file in sorted(self._path.parent.iterdir()))

    def copy(self, store: str, field: str, source: int, target: int) -> None:
        self._connection.execute(
            f"UPDATE {store} SET {field} = (SELECT {field} FROM {store} WHERE member_id = ?)"  # noqa: S608 - a test's words
            " WHERE member_id = ?",
            (source, target),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._connection.close()


class MongoBackdoor:
    def __init__(self, uri: str) -> None:
        self._client: MongoClient[dict[str, Any]] = MongoClient(uri)
        self._database = self._client.get_default_database()

    def dump(self) -> bytes:
        names = self._database.list_collection_names()
        return b"".join(encode(document) for name in names for document in self._database[name].find())

    def copy(self, store: str, field: str, source: int, target: int) -> None:
        document = self._database[store].find_one({"_id": source})
        assert document
        self._database[store].update_one({"_id": target}, {"$set": {field: document[field]}})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._client.close()
