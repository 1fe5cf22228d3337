"""How much there is to do, over all servers, for whoever watches the bot. Counted from indexes, so it costs little."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.stores.contributions import State
    from bot.stores.lists import Trouble


@dataclass(frozen=True, slots=True)
class Workload:
    """contributions: those of UNFINISHED, by state. notices: to be sent. lists: open ones, by trouble."""

    contributions: Mapping[State, int]
    notices: int
    lists: Mapping[Trouble, int]


class Workloads(Protocol):
    async def count(self) -> Workload:
        """What is there none of is left out."""
        ...
