"""Compares long playlists beside everything else, so that nobody who asks for something short has to wait."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from bot.services.shared.reconciliation.diff import difference
from bot.services.shared.reconciliation.plan import plan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.services.shared.reconciliation.diff import Difference
    from bot.services.shared.reconciliation.plan import Plan

IN_THREAD: Final = 2_000  # items from which on comparing would hold up others


async def compared(current: Sequence[str], target: Sequence[str]) -> Difference:
    if len(current) + len(target) < IN_THREAD:
        return difference(current, target)
    return await asyncio.to_thread(difference, current, target)


async def planned(current: Sequence[str], target: Sequence[str]) -> Plan:
    if len(current) + len(target) < IN_THREAD:
        return plan(current, target)
    return await asyncio.to_thread(plan, current, target)
