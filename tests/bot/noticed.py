"""What is still to be told to somebody."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tests.stores.records import NOW

if TYPE_CHECKING:
    from bot.stores import Stores
    from bot.stores.notices import Notice, NoticeKind

FAR = NOW + timedelta(days=36_500)


async def noticed(stores: Stores, *kinds: NoticeKind) -> list[Notice]:
    """Whenever it is due; of these kinds, or of all."""
    found = await stores.notices.due(FAR, limit=10_000)
    return [notice for notice in found if not kinds or notice.kind in kinds]
