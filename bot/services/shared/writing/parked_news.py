"""Which parked contributions the curators were not told of yet: each parking is told once, after a restart too."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.stores.contributions import State, Via
from bot.stores.lists import ListStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from bot.services.shared.writing.writer import Writer
    from bot.stores import Stores
    from bot.stores.contributions import Contribution
    from bot.stores.lists import SharedPlaylist

MANY: Final = 1_000
LOOK_AGAIN: Final = timedelta(minutes=1)  # for what an earlier process left untold, or another one parked
TELLING: Final = timedelta(minutes=1)  # how long one process has to tell it
CHANNELS: Final = 5  # tried at most, until one takes the message


@dataclass(frozen=True, slots=True)
class Parked:
    """To be told. key: names this parking. channels: where, the best one first."""

    shared: SharedPlaylist
    key: str
    count: int
    channels: tuple[int, ...]


class ParkedNews:
    """holder: names the process in leases."""

    def __init__(self, stores: Stores, writer: Writer, *, holder: str, now: Callable[[], datetime]) -> None:
        self._stores = stores
        self._writer = writer
        self._holder = holder
        self._now = now
        self._looked_at: datetime | None = None

    async def untold(self) -> tuple[Parked, ...]:
        """Answers each again after a while, until `told` is called for it."""
        now = self._now()
        list_ids = set(self._writer.parked)
        self._writer.parked.clear()
        if self._looked_at is None or not timedelta() <= now - self._looked_at < LOOK_AGAIN:
            self._looked_at = now
            list_ids.update([shared.list_id for shared in await self._stores.lists.open()])
        found = [await self._untold_of(list_id, now) for list_id in sorted(list_ids)]
        return tuple(parked for parked in found if parked is not None)

    async def told(self, parked: Parked) -> None:
        """It was told, or there is nowhere to tell it."""
        await self._stores.values.put(_told_key(parked.shared.list_id), parked.key)

    async def _untold_of(self, list_id: str, now: datetime) -> Parked | None:
        parked = await self._stores.contributions.in_state(list_id, {State.PARKED}, limit=MANY)
        shared = await self._stores.lists.by_id(list_id) if parked else None
        if shared is None or shared.status is ListStatus.CLOSED:
            return None
        key = parked[-1].batch_id or parked[-1].contribution_id
        if await self._stores.values.get(_told_key(list_id)) == key:
            return None
        if not await self._stores.leases.acquire(f"parked:{list_id}", self._holder, now, now + TELLING):
            return None
        return Parked(shared, key, len(parked), await self._channels(shared, parked))

    async def _channels(self, shared: SharedPlaylist, parked: Sequence[Contribution]) -> tuple[int, ...]:
        """That for cards, then where it was proposed, which no drop channel is; else that for digests."""
        lists = await self._stores.lists.of_guild(shared.guild_id)
        silent = {one.settings.drop_channel_id for one in lists}
        proposed = [
            one.channel_id for one in parked if one.via is not Via.DROP and one.channel_id not in silent
        ]
        wanted = (shared.settings.cards_channel_id, *proposed)
        channels = dict.fromkeys(channel_id for channel_id in wanted if channel_id)
        if not channels and shared.settings.digest_channel_id is not None:
            return (shared.settings.digest_channel_id,)
        return tuple(channels)[:CHANNELS]


def _told_key(list_id: str) -> str:
    return f"parked told:{list_id}"
