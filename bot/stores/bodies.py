"""How a record becomes the bytes a database keeps, and a record again: JSON, with what it does not know left out."""

from __future__ import annotations

from typing import Generic, TypeVar

import msgspec

T = TypeVar("T")


class Body(Generic[T]):
    """Of one class of records. Fields that came later have their defaults where an older bot stored the record."""

    def __init__(self, record: type[T]) -> None:
        self._decoder = msgspec.json.Decoder(record)

    def pack(self, record: T) -> bytes:
        return msgspec.json.encode(record)

    def unpack(self, body: bytes) -> T:
        return self._decoder.decode(body)
