"""Once a day, what came into a list: who added how many, and the first titles. Days without anything say nothing."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from bot.services.leases import LeaseTakenError
from bot.services.shared.core.calendar import next_digest
from bot.services.shared.core.facts import Facts
from bot.spotify.errors import SpotifyError
from bot.spotify.refs import parse_ref
from bot.stores.history import Happening
from bot.stores.lists import ListStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.services.leases import LeaseKeeper
    from bot.services.lookups import Lookups
    from bot.spotify.models import Track
    from bot.stores import Stores
    from bot.stores.history import Event
    from bot.stores.lists import SharedPlaylist

log = logging.getLogger(__name__)

EVENTS_AT_ONCE: Final = 500
PARTS: Final = 6  # of the history that are read at most
TITLES: Final = 5
LEASE: Final = timedelta(minutes=1)
TRACK: Final = "spotify:track:"
NAME: Final = "digest"


@dataclass(frozen=True, slots=True)
class Digest:
    """What landed since. adders: who and how many, most first; None: came in Spotify. round_no: one that began."""

    shared: SharedPlaylist
    since: datetime
    adders: tuple[tuple[int | None, int], ...]
    tracks: tuple[Track, ...]
    removed: int = 0
    round_no: int | None = None

    @property
    def added(self) -> int:
        return sum(count for _, count in self.adders)


class ListDigests:
    def __init__(
        self, stores: Stores, lookups: Lookups, leases: LeaseKeeper, *, now: Callable[[], datetime]
    ) -> None:
        self._stores = stores
        self._lookups = lookups
        self._leases = leases
        self._latest = Facts(stores.values, NAME, datetime, plain=True)  # when the last was made, by list
        self._now = now

    async def due(self, list_id: str) -> Digest | None:
        """The list's, if it is to be sent now. It is given out once, by one process; `failed` gives it back."""
        shared = await self._of_active(list_id)
        return await self._made(shared) if shared is not None else None

    async def next_due(self, list_id: str) -> datetime | None:
        """When to ask again; None: it has no digest, or none while it is paused."""
        shared = await self._of_active(list_id)
        if shared is None:
            return None
        since = await self._since(shared)
        return next_digest(since or self._now(), shared.settings.time_zone)

    async def failed(self, digest: Digest) -> None:
        """It could not be sent: the next one tells it, too."""
        await self._latest.put(digest.shared.list_id, digest.since)

    async def _of_active(self, list_id: str) -> SharedPlaylist | None:
        shared = await self._stores.lists.by_id(list_id)
        if shared is None or shared.settings.digest_channel_id is None:
            return None
        return shared if shared.status is ListStatus.ACTIVE else None

    async def _made(self, shared: SharedPlaylist) -> Digest | None:
        now = self._now()
        since = await self._since(shared)
        if since is None or next_digest(since, shared.settings.time_zone) > now:
            return None
        try:
            async with self._leases.held(f"{NAME}:{shared.list_id}", LEASE) as lease:
                since = await self._since(shared)  # read again: another process may have been faster
                if since is None or next_digest(since, shared.settings.time_zone) > now:
                    return None
                digest = await self._told(shared, since)
                await lease.confirm()
                await self._latest.put(shared.list_id, now)
                return digest
        except LeaseTakenError:
            return None

    async def _since(self, shared: SharedPlaylist) -> datetime | None:
        """When the last digest was made, or it was switched on. None: nobody knows, so from now on."""
        moments = [shared.settings.digest_from, await self._latest.get(shared.list_id)]
        known = [moment for moment in moments if moment is not None]
        if known:
            return max(known)
        await self._latest.put(shared.list_id, self._now())
        return None

    async def _told(self, shared: SharedPlaylist, since: datetime) -> Digest | None:
        events = await self._events(shared, since)
        landed = [event for event in events if event.happening in {Happening.LANDED, Happening.FOUND}]
        removed = sum(event.happening in {Happening.REMOVED, Happening.MISSED} for event in events)
        rounds = [event for event in events if event.happening is Happening.ROUND]
        if not landed and not rounds:
            return None
        adders = Counter(event.member_id for event in landed)
        number = rounds[-1].detail.get("number") if rounds else None
        uris = tuple(
            dict.fromkeys(event.uri for event in landed if event.uri and event.uri.startswith(TRACK))
        )
        return Digest(
            shared,
            since,
            tuple(adders.most_common()),
            await self._tracks(shared, uris[:TITLES]),
            0 if rounds else removed,
            int(number) if number is not None else None,
        )

    async def _events(self, shared: SharedPlaylist, since: datetime) -> list[Event]:
        """Oldest first; of very many the latest."""
        found: list[Event] = []
        before: str | None = None
        for _ in range(PARTS):
            page = await self._stores.history.page(shared.list_id, limit=EVENTS_AT_ONCE, before=before)
            new = [event for event in page.events if event.at >= since]
            found += new
            before = page.next
            if len(new) < len(page.events) or before is None:
                break
        return found[::-1]

    async def _tracks(self, shared: SharedPlaylist, uris: Sequence[str]) -> tuple[Track, ...]:
        """As far as Spotify tells."""
        refs = [ref for uri in uris if (ref := parse_ref(uri, ("track",)))]
        share = (shared.guild_id, "list", shared.list_id)
        looks = (self._lookups.by_id(ref.id, share=share) for ref in refs)
        found = await asyncio.gather(*looks, return_exceptions=True)
        for result in found:
            if isinstance(result, SpotifyError):
                log.info("a digest goes without a title: %s", type(result).__name__)
            elif isinstance(result, BaseException):
                raise result
        return tuple(result for result in found if not isinstance(result, BaseException))
