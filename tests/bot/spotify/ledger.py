"""The common account of all processes, in memory: it can be slow and it can fail."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Mapping
    from datetime import datetime


@dataclass
class MemoryLedger:
    """`gate` is waited for before each exchange; `failing` is raised instead of answering."""

    spent: Counter[int] = field(default_factory=Counter)
    blocked_until: datetime | None = None
    exchanges: int = 0
    gate: asyncio.Event | None = None
    failing: Exception | None = None

    async def exchange(
        self, spent: Mapping[int, int], blocked_until: datetime | None, oldest: int, /
    ) -> tuple[Mapping[int, int], datetime | None]:
        self.exchanges += 1
        if self.gate is not None:
            await self.gate.wait()
        if self.failing is not None:
            raise self.failing
        self.spent.update(spent)
        for quarter in [quarter for quarter in self.spent if quarter < oldest]:
            del self.spent[quarter]
        if blocked_until is not None:
            self.blocked_until = max(blocked_until, self.blocked_until or blocked_until)
        return dict(self.spent), self.blocked_until
