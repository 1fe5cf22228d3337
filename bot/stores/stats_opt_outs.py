"""Who doesn't want to be named in charts and numbers: a member's own choice, for every guild."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection


class StatsOptOuts(Protocol):
    async def put(self, member_id: int) -> bool:
        """Hide the member from now on. False: they were hidden already."""
        ...

    async def drop(self, member_id: int) -> bool:
        """Forget the choice. False: there was none."""
        ...

    async def among(self, member_ids: Collection[int]) -> frozenset[int]:
        """The hidden ones among them."""
        ...
