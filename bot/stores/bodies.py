"""Turns a record into the bytes a database stores, and back: JSON, ignoring fields it doesn't know."""

from __future__ import annotations

from typing import Generic, TypeVar

import msgspec

T = TypeVar("T")


class Body(Generic[T]):
    """For one class of records. Fields added later get their defaults if an older bot stored the record."""

    def __init__(self, record: type[T]) -> None:
        self._decoder = msgspec.json.Decoder(record)

    def pack(self, record: T) -> bytes:
        return msgspec.json.encode(record)

    def unpack(self, body: bytes) -> T:
        return self._decoder.decode(body)
