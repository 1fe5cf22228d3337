"""A small typed fact in the key-value store: what's in progress, what was asked or said, what the default is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

import msgspec

if TYPE_CHECKING:
    from bot.stores import KeyValues

T = TypeVar("T")


class Facts(Generic[T]):
    """One fact per thing they are `about`; None if there is only one.

    Fields added later get their defaults if an older bot stored the fact.
    """

    def __init__(self, values: KeyValues, name: str, kind: type[T], *, plain: bool = False) -> None:
        """name: the prefix of their keys. plain: a text, number or time stored as it is, not as JSON."""
        self._values = values
        self._name = name
        self._kind = kind
        self._plain = plain

    async def get(self, about: object) -> T | None:
        held = await self._values.get(self._key(about))
        return self._read(held) if held else None

    def _read(self, held: str) -> T:
        if self._plain:
            return msgspec.convert(held, self._kind, strict=False)
        return msgspec.json.decode(held, type=self._kind)

    async def put(self, about: object, fact: T) -> T:
        """Store it, replacing an earlier one, and return it."""
        packed = str(msgspec.to_builtins(fact)) if self._plain else msgspec.json.encode(fact).decode()
        await self._values.put(self._key(about), packed)
        return fact

    async def drop(self, about: object) -> None:
        await self._values.erase(self._key(about))

    async def everything(self) -> tuple[T, ...]:
        """Whatever they are about: for what is in progress, of which there is little at a time."""
        held = await self._values.starting(f"{self._name}:")
        return tuple(self._read(text) for text in held.values() if text)  # an older bot left empty ones

    def _key(self, about: object) -> str:
        return self._name if about is None else f"{self._name}:{about}"
