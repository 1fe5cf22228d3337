"""What Spotify never said whether it went in: a curator looks, and has it tried again or gives up on it.

Until then nothing new goes into the list, so that everybody's tracks keep their order.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.errors import BotError
from bot.services.shared.core.access import must_curate
from bot.services.shared.core.facts import Facts
from bot.services.shared.outbox.confirmation import Wanted, placed, written
from bot.services.shared.outbox.health import trouble_of
from bot.shared_errors import ListBusyError, ListClosedError, ListNotFoundError, ListOutOfReachError
from bot.spotify.errors import SpotifyError
from bot.spotify.limits import SHOWS_AFTER
from bot.stores.contributions import INSIDE, State, Via
from bot.stores.history import Happening
from bot.stores.lists import ListStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from bot.services.leases import LeaseKeeper
    from bot.services.shared.core.access import Actor
    from bot.services.shared.core.ledger import ContributionLedger
    from bot.services.shared.outbox.confirmation import Placed
    from bot.services.shared.outbox.dispatcher import OutboxDispatcher
    from bot.services.shared.playlist_access.playlist import PlaylistAccess, Progress
    from bot.stores import Contributions, Journals, SharedPlaylists, Stores
    from bot.stores.contributions import Contribution
    from bot.stores.lists import SharedPlaylist


AT_ONCE: Final = 1_000


@dataclass(frozen=True, slots=True)
class Looked:
    """found: so many were in the playlist after all. missing: so many were not, and were dealt with as asked for."""

    found: int = 0
    missing: int = 0


@dataclass(frozen=True, slots=True)
class _Wish:
    """What is to become of those that are not in."""

    actor: Actor
    state: State
    happening: Happening
    detail: Mapping[str, str]


class DeadLetters:
    def __init__(
        self,
        lists: SharedPlaylists,
        contributions: Contributions,
        journals: Journals,
        ledger: ContributionLedger,
        dispatcher: OutboxDispatcher,
        *,
        now: Callable[[], datetime],
        at_once: int = AT_ONCE,
    ) -> None:
        """at_once: so many are taken out of the store together."""
        self._lists = lists
        self._contributions = contributions
        self._journals = journals
        self._ledger = ledger
        self._dispatcher = dispatcher
        self._now = now
        self._at_once = at_once

    async def list_for(self, actor: Actor, guild_id: int, list_id: str) -> SharedPlaylist:
        """The guild's list, for somebody who may decide about what is parked.

        Raises ListNotFoundError, NotAllowedError, ListClosedError.
        """
        shared = await self._lists.get(guild_id, list_id)
        if shared is None:
            raise ListNotFoundError(list_id)
        must_curate(shared, actor)
        if shared.status is ListStatus.CLOSED:
            raise ListClosedError(shared.name)
        return shared

    async def try_again(
        self, actor: Actor, guild_id: int, list_id: str, progress: Progress | None = None
    ) -> Looked:
        """Look for all that is parked in the whole playlist; what is not there is sent once more, before all else.

        Raises as `list_for` does; ListBusyError, ListOutOfReachError, and the SpotifyError tree when it cannot look:
        then nothing was changed.
        """
        wish = _Wish(actor, State.QUEUED, Happening.ACCEPTED, {"how": "again"})
        return await self._look(guild_id, list_id, wish, progress)

    async def give_up(
        self, actor: Actor, guild_id: int, list_id: str, progress: Progress | None = None
    ) -> Looked:
        """Look as `try_again` does; what is not there is let go, and the list goes on. Raises as that."""
        wish = _Wish(actor, State.REJECTED, Happening.REJECTED, {"why": "given_up"})
        return await self._look(guild_id, list_id, wish, progress)

    async def _look(self, guild_id: int, list_id: str, wish: _Wish, progress: Progress | None) -> Looked:
        shared = await self.list_for(wish.actor, guild_id, list_id)
        try:
            async with self._dispatcher.exclusive(shared) as access:  # which wakes the writer afterwards
                return await self._decide(shared, access, wish, progress)
        except (SpotifyError, BotError) as error:
            trouble = trouble_of(error)
            if trouble is None:
                raise
            raise ListOutOfReachError(shared.name, trouble) from error

    async def _decide(
        self, shared: SharedPlaylist, access: PlaylistAccess, wish: _Wish, progress: Progress | None
    ) -> Looked:
        """After a kill in the middle the rest is still parked, and somebody may press again."""
        if not await self._parked(shared):
            return Looked()
        await self._must_show(shared)
        contents = await access.read_all(progress)
        items = placed(contents.items, 0)
        found, missing = 0, 0
        while parked := await self._parked(shared):
            there = await self._there(shared, parked, items)
            await access.hold()  # reading may have taken long
            for one in parked:
                if item := there.get(one.contribution_id):
                    found += await self._found(one, item)
                else:
                    missing += await self._not_there(one, wish)
        return Looked(found, missing)

    async def _parked(self, shared: SharedPlaylist) -> tuple[Contribution, ...]:
        return await self._contributions.in_state(shared.list_id, {State.PARKED}, limit=self._at_once)

    async def _must_show(self, shared: SharedPlaylist) -> None:
        """Raise ListBusyError while Spotify may show the playlist as it was before our latest write."""
        written_at = (await self._journals.of(shared.list_id)).total_at
        if written_at is not None and timedelta() <= self._now() - written_at < SHOWS_AFTER:
            raise ListBusyError

    async def _there(
        self, shared: SharedPlaylist, parked: Sequence[Contribution], items: Sequence[Placed]
    ) -> Mapping[str, Placed]:
        """By contribution the item that stands for it and for no other: the same track, else the same recording."""
        wanted = {one.contribution_id: Wanted(one.uri, one.recording.isrc) for one in parked}
        uris, isrcs = {one.uri for one in wanted.values()}, {one.isrc for one in wanted.values() if one.isrc}
        fitting = [item for item in items if item.uri in uris or item.isrc in isrcs]
        inside = await self._contributions.of_uris(shared.list_id, {item.uri for item in fitting}, INSIDE)
        claimed = Counter(one.uri for one in inside)
        free: list[Placed] = []
        for item in fitting:
            if claimed[item.uri] > 0:  # the first copies belong to those that were in before
                claimed[item.uri] -= 1
            else:
                free.append(item)
        there: dict[str, Placed] = {}
        for loosely in (False, True):
            for key, one in wanted.items():
                fits = [item for item in free if item.uri == one.uri or (loosely and one.is_it(item))]
                if key not in there and fits:
                    there[key] = fits[0]
                    free.remove(fits[0])
        return there

    async def _found(self, one: Contribution, item: Placed) -> bool:
        """It is in. False: it is no longer parked by other hands; so below."""
        uri = written(one, item)
        return bool(await self._ledger.transition(one, State.LANDED, Happening.LANDED, written_uri=uri))

    async def _not_there(self, one: Contribution, wish: _Wish) -> bool:
        batch_id = None if wish.state is State.QUEUED else one.batch_id
        return bool(
            await self._ledger.transition(
                one, wish.state, wish.happening, wish.detail, actor_id=wish.actor.member_id, batch_id=batch_id
            )
        )


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


class DeadLetterNotices:
    def __init__(
        self,
        stores: Stores,
        dispatcher: OutboxDispatcher,
        leases: LeaseKeeper,
        *,
        now: Callable[[], datetime],
    ) -> None:
        self._stores = stores
        self._dispatcher = dispatcher
        self._leases = leases
        self._told = Facts(stores.values, "parked told", str, plain=True)  # the key of the latest, by list
        self._now = now
        self._looked_at: datetime | None = None

    async def untold(self) -> tuple[Parked, ...]:
        """Answers each again after a while, until `told` is called for it."""
        now = self._now()
        list_ids = set(self._dispatcher.parked)
        self._dispatcher.parked.clear()
        if self._looked_at is None or not timedelta() <= now - self._looked_at < LOOK_AGAIN:
            self._looked_at = now
            list_ids |= await self._stores.contributions.lists_with({State.PARKED})
        found = [await self._untold_of(list_id) for list_id in sorted(list_ids)]
        return tuple(parked for parked in found if parked is not None)

    async def told(self, parked: Parked) -> None:
        """It was told, or there is nowhere to tell it."""
        await self._told.put(parked.shared.list_id, parked.key)

    async def _untold_of(self, list_id: str) -> Parked | None:
        parked = await self._stores.contributions.in_state(list_id, {State.PARKED}, limit=MANY)
        shared = await self._stores.lists.by_id(list_id) if parked else None
        if shared is None or shared.status is ListStatus.CLOSED:
            return None
        key = parked[-1].batch_id or parked[-1].contribution_id
        if await self._told.get(list_id) == key:
            return None
        if not await self._leases.claim(f"parked:{list_id}", TELLING):
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
