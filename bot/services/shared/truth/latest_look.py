"""What is kept of the latest whole look at a shared playlist, to tell the next one whether there is something new."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - msgspec reads the annotations when it is stored
from typing import TYPE_CHECKING

import msgspec

from bot.services.shared.truth.belief import Foreign  # noqa: TC001 - likewise

if TYPE_CHECKING:
    from bot.stores import KeyValues


@dataclass(frozen=True, slots=True)
class Look:
    """beside: how many items the list held beside those our records say are in. version: the latest one the writer had
    met before writing. foreign: the latest edit, while it is offered.
    """

    read_at: datetime | None = None
    beside: int = 0
    version: str = ""
    foreign: Foreign | None = None


class LatestLooks:
    def __init__(self, values: KeyValues) -> None:
        self._values = values

    async def at(self, list_id: str) -> Look:
        kept = await self._values.get(_key(list_id))
        return msgspec.json.decode(kept, type=Look) if kept else Look()

    async def put(self, list_id: str, look: Look) -> None:
        await self._values.put(_key(list_id), msgspec.json.encode(look).decode())


def _key(list_id: str) -> str:
    return f"truth:{list_id}"
