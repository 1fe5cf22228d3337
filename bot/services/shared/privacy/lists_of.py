"""The shared playlists that hold something about a member. All others are left alone: a bot may have thousands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.stores.lists import ListStatus

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.stores import Stores
    from bot.stores.lists import SharedPlaylist


async def lists_of(stores: Stores, list_ids: Iterable[str]) -> tuple[SharedPlaylist, ...]:
    """Those that are there, closed ones last."""
    found = [await stores.lists.by_id(list_id) for list_id in sorted(list_ids)]
    return tuple(
        sorted((one for one in found if one is not None), key=lambda one: one.status is ListStatus.CLOSED)
    )
