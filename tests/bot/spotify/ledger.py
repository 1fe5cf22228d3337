"""The common account of all processes, in memory: it can be slow and it can fail."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Mapping

    from bot.spotify.quota import Row
    from bot.spotify.quota_ledger import Block


@dataclass
class MemoryLedger:
    """`gate` is waited for before each exchange; `failing` is raised instead of answering."""

    spent: Counter[Row] = field(default_factory=Counter)
    blocks: dict[str, Block] = field(default_factory=dict)
    exchanges: int = 0
    asked_since: list[int] = field(default_factory=list)
    gate: asyncio.Event | None = None
    failing: Exception | None = None

    async def exchange(
        self, spent: Mapping[Row, int], blocks: Mapping[str, Block], /, *, since: int, oldest: int
    ) -> tuple[Mapping[Row, int], Mapping[str, Block]]:
        self.exchanges += 1
        if self.gate is not None:
            await self.gate.wait()
        if self.failing is not None:
            raise self.failing
        self.spent.update(spent)
        for row in [row for row in self.spent if row[0] < oldest]:
            del self.spent[row]
        for bucket, block in blocks.items():
            self.blocks[bucket] = max(block, self.blocks.get(bucket, block))
        self.asked_since.append(since)
        return {row: count for row, count in self.spent.items() if row[0] >= since}, dict(self.blocks)

    async def forget_member(self, member_id: int) -> None:
        for row in [row for row in self.spent if row[3] == member_id]:
            self.spent[*row[:3], 0] += self.spent.pop(row)
