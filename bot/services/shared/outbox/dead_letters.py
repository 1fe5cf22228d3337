"""Contributions Spotify never confirmed: a curator checks, and has them retried or dropped.

Until then, nothing new goes into the list, so that everyone's tracks stay in order.
"""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.errors import BotError
from bot.services.shared.core.access import must_curate
from bot.services.shared.outbox.confirmation import Wanted, placed, written
from bot.services.shared.outbox.health import trouble_of
from bot.shared_errors import ListBusyError, ListClosedError, ListNotFoundError, ListOutOfReachError
from bot.spotify.errors import SpotifyError
from bot.spotify.limits import SHOWS_AFTER
from bot.stores.contributions import INSIDE, RESTORED, State, Via
from bot.stores.history import Happening
from bot.stores.lists import ListStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from bot.services.shared.core.access import Actor
    from bot.services.shared.core.ledger import ContributionLedger
    from bot.services.shared.outbox.confirmation import Placed
    from bot.services.shared.outbox.dispatcher import OutboxDispatcher
    from bot.services.shared.playlist_access.playlist import PlaylistAccess, Progress
    from bot.stores import Contributions, Journals, SharedPlaylists
    from bot.stores.contributions import Contribution
    from bot.stores.lists import SharedPlaylist


log = logging.getLogger(__name__)

AT_ONCE: Final = 1_000
AGAIN: Final = timedelta(minutes=10)
CHANNELS: Final = 5  # tried at most, until one accepts the message


@dataclass(frozen=True, slots=True)
class Looked:
    """found: how many were in the playlist after all. missing: how many weren't, and were handled as requested."""

    found: int = 0
    missing: int = 0


@dataclass(frozen=True, slots=True)
class Parked:
    """What curators are told. channels: where, the best one first."""

    shared: SharedPlaylist
    count: int
    channels: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Wish:
    """What should become of those that aren't in. actor: None: nobody's decision. batch_id: only of these."""

    state: State
    happening: Happening | None = None
    detail: Mapping[str, str] | None = None
    actor: Actor | None = None
    batch_id: str | None = None


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
        """at_once: how many are read from the store at a time."""
        self._lists = lists
        self._contributions = contributions
        self._journals = journals
        self._ledger = ledger
        self._dispatcher = dispatcher
        self._now = now
        self._at_once = at_once

    async def list_for(self, actor: Actor, guild_id: int, list_id: str) -> SharedPlaylist:
        """The guild's list, for someone who can decide on what is parked.

        Raises ListNotFoundError, NotAllowedError, ListClosedError.
        """
        shared = await self._lists.get(guild_id, list_id)
        if shared is None:
            raise ListNotFoundError(list_id)
        must_curate(shared, actor)
        if shared.status is ListStatus.CLOSED:
            raise ListClosedError(shared.name)
        return shared

    async def parked(self, guild_id: int, list_id: str) -> Parked | None:
        """What is parked in a list and where to say so; None: nothing, or there is nothing left to decide."""
        shared = await self._lists.get(guild_id, list_id)
        if shared is None or shared.status is ListStatus.CLOSED:
            return None
        parked = await self._parked(shared)
        return Parked(shared, len(parked), await self._channels(shared, parked)) if parked else None

    async def try_again(
        self, actor: Actor, guild_id: int, list_id: str, progress: Progress | None = None
    ) -> Looked:
        """Look for everything parked in the whole playlist; what isn't there is sent once more, before anything else.

        Raises the same as `list_for`; ListBusyError, ListOutOfReachError, and the SpotifyError tree if it can't check:
        then nothing was changed.
        """
        wish = _Wish(State.QUEUED, Happening.ACCEPTED, {"how": "again"}, actor)
        return await self._look(await self.list_for(actor, guild_id, list_id), wish, progress)

    async def give_up(
        self, actor: Actor, guild_id: int, list_id: str, progress: Progress | None = None
    ) -> Looked:
        """Look like `try_again`; what isn't there is dropped, and the list continues. Raises the same."""
        wish = _Wish(State.REJECTED, Happening.REJECTED, {"why": "given_up"}, actor)
        return await self._look(await self.list_for(actor, guild_id, list_id), wish, progress)

    async def after_restore(self, list_id: str) -> datetime | None:
        """Look for what was on its way when a backup was made that has been restored since.

        It may have landed after that. What isn't there is queued again, in its order. When to try again, if it must.
        """
        shared = await self._lists.by_id(list_id)
        if shared is None or shared.status is ListStatus.CLOSED:
            return None
        try:
            await self._look(shared, _Wish(State.QUEUED, batch_id=RESTORED))
        except (SpotifyError, BotError) as error:
            log.info("list %s can't be compared with Spotify yet: %s", list_id, type(error).__name__)
            return self._now() + AGAIN
        return None

    async def _look(self, shared: SharedPlaylist, wish: _Wish, progress: Progress | None = None) -> Looked:
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
        """After a kill in the middle, the rest is still parked, and someone can press again."""
        if not await self._parked(shared, wish.batch_id):
            return Looked()
        await self._must_show(shared)
        contents = await access.read_all(progress)
        items = placed(contents.items, 0)
        found, missing = 0, 0
        while parked := await self._parked(shared, wish.batch_id):
            there = await self._there(shared, parked, items)
            await access.hold()  # reading may have taken long
            for one in parked:
                if item := there.get(one.contribution_id):
                    found += await self._found(one, item)
                else:
                    missing += await self._not_there(one, wish)
        return Looked(found, missing)

    async def _parked(self, shared: SharedPlaylist, batch_id: str | None = None) -> tuple[Contribution, ...]:
        if batch_id is not None:
            several = await self._contributions.of_batch(shared.list_id, batch_id)
            return tuple(one for one in several if one.state is State.PARKED)
        return await self._contributions.in_state(shared.list_id, {State.PARKED}, limit=self._at_once)

    async def _must_show(self, shared: SharedPlaylist) -> None:
        """Raise ListBusyError while Spotify may show the playlist as it was before our latest write."""
        written_at = (await self._journals.of(shared.list_id)).total_at
        if written_at is not None and timedelta() <= self._now() - written_at < SHOWS_AFTER:
            raise ListBusyError

    async def _there(
        self, shared: SharedPlaylist, parked: Sequence[Contribution], items: Sequence[Placed]
    ) -> Mapping[str, Placed]:
        """For each contribution, the item that represents only it: the same track, or else the same recording."""
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
        """It's in. False: someone else has unparked it; the same below."""
        uri = written(one, item)
        return bool(await self._ledger.transition(one, State.LANDED, Happening.LANDED, written_uri=uri))

    async def _not_there(self, one: Contribution, wish: _Wish) -> bool:
        batch_id = None if wish.state is State.QUEUED else one.batch_id
        return bool(
            await self._ledger.transition(
                one,
                wish.state,
                wish.happening,
                wish.detail,
                actor_id=wish.actor.member_id if wish.actor else None,
                batch_id=batch_id,
            )
        )

    async def _channels(self, shared: SharedPlaylist, parked: Sequence[Contribution]) -> tuple[int, ...]:
        """The card channel, then where it was proposed, if that is no drop channel; otherwise the digest channel."""
        lists = await self._lists.of_guild(shared.guild_id)
        silent = {one.settings.drop_channel_id for one in lists}
        proposed = [
            one.channel_id for one in parked if one.via is not Via.DROP and one.channel_id not in silent
        ]
        wanted = (shared.settings.cards_channel_id, *proposed)
        channels = dict.fromkeys(channel_id for channel_id in wanted if channel_id)
        if not channels and shared.settings.digest_channel_id is not None:
            return (shared.settings.digest_channel_id,)
        return tuple(channels)[:CHANNELS]
