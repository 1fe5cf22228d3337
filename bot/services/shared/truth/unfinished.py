"""Which restores were begun and are not finished: kept before the first request, to go on also after a kill."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - msgspec reads the annotations when it is stored
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from bot.stores import KeyValues


@dataclass(frozen=True, slots=True)
class Unfinished:
    """number: of the snapshot that is being restored. before: of the one taken just before it, which undoes it.

    not_before: when it may go on by itself, since Spotify did not say what became of the latest request or told us to
    wait. tries: how often it went on by itself.
    """

    list_id: str
    number: int
    before: int
    actor_id: int
    began_at: datetime
    not_before: datetime
    tries: int = 0


class UnfinishedRestores:
    def __init__(self, values: KeyValues) -> None:
        self._values = values

    async def of(self, list_id: str) -> Unfinished | None:
        kept = await self._values.get(_key(list_id))
        return msgspec.json.decode(kept, type=Unfinished) if kept else None

    async def put(self, unfinished: Unfinished) -> Unfinished:
        await self._values.put(_key(unfinished.list_id), msgspec.json.encode(unfinished).decode())
        return unfinished

    async def drop(self, list_id: str) -> None:
        await self._values.put(_key(list_id), "")


def _key(list_id: str) -> str:
    return f"restoring:{list_id}"
