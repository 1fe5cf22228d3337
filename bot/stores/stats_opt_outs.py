"""Who does not want to be named in pictures and figures: a member's own choice, the same in every guild."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection


class StatsOptOuts(Protocol):
    async def put(self, member_id: int) -> bool:
        """Leave the member out from now on. False: they were left out already."""
        ...

    async def drop(self, member_id: int) -> bool:
        """Forget the choice. False: there was none."""
        ...

    async def among(self, member_ids: Collection[int]) -> frozenset[int]:
        """Those of them who are left out."""
        ...
