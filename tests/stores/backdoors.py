"""Ways into the databases past the stores, for tests about what a thief or a tamperer finds there."""

from __future__ import annotations

import json
import re
import sqlite3
import zlib
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Protocol, Self

from bson import encode
from pymongo import MongoClient

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


class Backdoor(Protocol):
    def dump(self) -> bytes:
        """Everything there is, as raw bytes."""
        ...

    def cells(self) -> Iterator[tuple[str, object]]:
        """Every value of every row of every table or collection, with where it is; keys are values, too."""
        ...

    def copy(self, store: str, field: str, source: int, target: int) -> None:
        """Put what one member's row has in a field into another member's row."""
        ...

    def rewrite(self, list_id: str, change: Callable[[Any], None]) -> None:
        """Change what is stored about a shared playlist, decoded."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *exc: object) -> None: ...


class SqliteBackdoor:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection = sqlite3.connect(path, isolation_level=None)

    def dump(self) -> bytes:
        return b"".join(file.read_bytes() for file in sorted(self._path.parent.iterdir()))

    def cells(self) -> Iterator[tuple[str, object]]:
        tables = self._connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (table,) in tables:
            rows = self._connection.execute(f"SELECT * FROM {table}")  # noqa: S608 - its own name
            names = [column[0] for column in rows.description]
            for row in rows:
                yield from ((f"{table}.{name}", value) for name, value in zip(names, row, strict=True))

    def copy(self, store: str, field: str, source: int, target: int) -> None:
        self._connection.execute(
            f"UPDATE {store} SET {field} = (SELECT {field} FROM {store} WHERE member_id = ?)"  # noqa: S608 - a test's words
            " WHERE member_id = ?",
            (source, target),
        )

    def rewrite(self, list_id: str, change: Callable[[Any], None]) -> None:
        ((body,),) = self._connection.execute("SELECT body FROM lists WHERE list_id = ?", (list_id,))
        values = json.loads(body)
        change(values)
        self._connection.execute(
            "UPDATE lists SET body = ? WHERE list_id = ?", (json.dumps(values).encode(), list_id)
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

    def cells(self) -> Iterator[tuple[str, object]]:
        for name in self._database.list_collection_names():
            for document in self._database[name].find():
                yield from _values(name, document)

    def copy(self, store: str, field: str, source: int, target: int) -> None:
        document = self._database[store].find_one({"_id": source})
        assert document
        self._database[store].update_one({"_id": target}, {"$set": {field: document[field]}})

    def rewrite(self, list_id: str, change: Callable[[Any], None]) -> None:
        document = self._database["lists"].find_one({"_id": list_id})
        assert document
        values = json.loads(document["body"])
        change(values)
        self._database["lists"].update_one({"_id": list_id}, {"$set": {"body": json.dumps(values).encode()}})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._client.close()


def _values(where: str, value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield f"{where}.{key}", key
            yield from _values(f"{where}.{key}", inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _values(where, inner)
    else:
        yield where, value


def places_of(number: int, door: Backdoor) -> set[str]:
    """Where a number is kept, as a number, in a text or JSON, or in bytes, be they compressed."""
    in_text = re.compile(rf"(?<!\d){number}(?!\d)")
    in_bytes = re.compile(in_text.pattern.encode())
    packed = [number.to_bytes(8, order) for order in ("big", "little")]

    def holds(value: object) -> bool:
        if isinstance(value, int):
            return value == number
        if isinstance(value, str):
            return in_text.search(value) is not None
        if not isinstance(value, bytes):
            return False
        with suppress(zlib.error):
            value = zlib.decompress(value)
        return in_bytes.search(value) is not None or any(one in value for one in packed)

    return {where for where, value in door.cells() if holds(value)}
