"""Once a day or a week, what was added to a list: who added how many, and the first titles. Nothing if nothing was."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from bot.services.clock import Alarm
from bot.services.leases import LeaseTakenError
from bot.services.shared.core.calendar import next_digest
from bot.services.shared.core.facts import Facts
from bot.services.shared.outbox.identity import PLAYABLE
from bot.spotify.errors import SpotifyError
from bot.stores.contributions import State
from bot.stores.history import Happening
from bot.stores.lists import ListStatus, Trouble
from bot.stores.notices import Notice, NoticeKind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.services.leases import LeaseKeeper
    from bot.services.lookups import Lookups
    from bot.spotify.models import Track
    from bot.stores import Stores
    from bot.stores.contributions import Contribution
    from bot.stores.history import Event
    from bot.stores.lists import SharedPlaylist

log = logging.getLogger(__name__)

EVENTS_AT_ONCE: Final = 500
PARTS: Final = 6  # of the history, read at most
TITLES: Final = 5
LIKABLE: Final = 25
LEASE: Final = timedelta(minutes=1)
TRACK: Final = "spotify:track:"
NAME: Final = "digest"


@dataclass(frozen=True, slots=True)
class Digest:
    """What landed. adders: who and how many, most first; None: added in Spotify. round_no: one that started.

    landed: what members can like, as far as it's still in.
    """

    shared: SharedPlaylist
    adders: tuple[tuple[int | None, int], ...]
    tracks: tuple[Track, ...]
    removed: int = 0
    round_no: int | None = None
    landed: tuple[Contribution, ...] = ()

    @property
    def added(self) -> int:
        return sum(count for _, count in self.adders)


class ListDigests:
    def __init__(
        self,
        stores: Stores,
        lookups: Lookups,
        leases: LeaseKeeper,
        *,
        now: Callable[[], datetime],
        noted: Alarm | None = None,
    ) -> None:
        """noted: set when there is something to send."""
        self._noted = noted or Alarm()
        self._stores = stores
        self._lookups = lookups
        self._leases = leases
        self._latest = Facts(stores.values, NAME, datetime, plain=True)  # when the last one was made, by list
        self._now = now

    async def look_after(self, list_id: str) -> datetime | None:
        """Have the list's digest sent if it's time. When to do so again; None: it has none, or none while paused."""
        shared = await self._of_active(list_id)
        if shared is None:
            return None
        await self._note_if_due(shared)
        since = await self._since(shared)
        return next_digest(since or self._now(), shared.settings)

    async def digest(self, list_id: str, since: datetime, until: datetime) -> Digest | None:
        """What was added in between. None: nothing, or the list no longer has a digest."""
        shared = await self._of_active(list_id)
        if shared is None:
            return None
        events = await self._events(shared, since, until)
        if not _are_news(events):
            return None
        uris = tuple(
            dict.fromkeys(
                event.uri for event in events if _came_in(event) and (event.uri or "").startswith(TRACK)
            )
        )
        rounds = [event for event in events if event.happening is Happening.ROUND]
        number = rounds[-1].detail.get("number") if rounds else None
        removed = sum(event.happening in {Happening.REMOVED, Happening.MISSED} for event in events)
        return Digest(
            shared,
            tuple(Counter(event.member_id for event in events if _came_in(event)).most_common()),
            await self._tracks(shared, [uri for uri in uris if uri][:TITLES]),
            0 if rounds else removed,
            int(number) if number is not None else None,
            await self._landed(shared, events),
        )

    async def _landed(self, shared: SharedPlaylist, events: Sequence[Event]) -> tuple[Contribution, ...]:
        """The latest of them that are still in."""
        ids = [event.contribution_id for event in events if _came_in(event) and event.contribution_id]
        found = await self._stores.contributions.several(shared.guild_id, ids[-LIKABLE:])
        return tuple(one for one in found if one.state is State.LANDED)

    async def _of_active(self, list_id: str) -> SharedPlaylist | None:
        shared = await self._stores.lists.by_id(list_id)
        if shared is None or shared.settings.digest_channel_id is None:
            return None
        is_told = shared.status is ListStatus.ACTIVE and shared.trouble is not Trouble.BOT_REMOVED
        return shared if is_told else None

    async def _note_if_due(self, shared: SharedPlaylist) -> None:
        if await self._due_since(shared) is None:
            return
        try:
            async with self._leases.held(f"{NAME}:{shared.list_id}", LEASE) as lease:
                since = await self._due_since(shared)  # read again: another process may have been faster
                if since is None:
                    return
                now = self._now()
                events = await self._events(shared, since, now)
                await lease.confirm()
                if _are_news(events):
                    await self._stores.notices.add(_notice(shared, since, now))
                    self._noted.set()
                # Only now: after a kill, the same is stored again, and sent once since it has the same ID.
                await self._latest.put(shared.list_id, now)
        except LeaseTakenError:
            return

    async def _due_since(self, shared: SharedPlaylist) -> datetime | None:
        """The contents of the digest that is due; None: none is."""
        since = await self._since(shared)
        is_due = since is not None and next_digest(since, shared.settings) <= self._now()
        return since if is_due else None

    async def _since(self, shared: SharedPlaylist) -> datetime | None:
        """When the last digest was made, or digests were turned on. None: unknown, so from now on."""
        moments = [shared.settings.digest_from, await self._latest.get(shared.list_id)]
        known = [moment for moment in moments if moment is not None]
        if known:
            return max(known)
        await self._latest.put(shared.list_id, self._now())
        return None

    async def _events(self, shared: SharedPlaylist, since: datetime, until: datetime) -> list[Event]:
        """Oldest first; if there are very many, the latest."""
        found: list[Event] = []
        before: str | None = None
        for _ in range(PARTS):
            page = await self._stores.history.page(shared.list_id, limit=EVENTS_AT_ONCE, before=before)
            new = [event for event in page.events if event.at >= since]
            found += new
            before = page.next
            if len(new) < len(page.events) or before is None:
                break
        return [event for event in found[::-1] if event.at < until]

    async def _tracks(self, shared: SharedPlaylist, uris: Sequence[str]) -> tuple[Track, ...]:
        """As far as Spotify says."""
        share = (shared.guild_id, None)
        looks = (self._lookups.by_uri(uri, share=share) for uri in uris if uri.startswith(PLAYABLE))
        found = await asyncio.gather(*looks, return_exceptions=True)
        for result in found:
            if isinstance(result, SpotifyError):
                log.info("a digest is missing a title: %s", type(result).__name__)
            elif isinstance(result, BaseException):
                raise result
        return tuple(result for result in found if not isinstance(result, BaseException))


def _came_in(event: Event) -> bool:
    return event.happening in {Happening.LANDED, Happening.FOUND}


def _are_news(events: Sequence[Event]) -> bool:
    return any(_came_in(event) or event.happening is Happening.ROUND for event in events)


def _notice(shared: SharedPlaylist, since: datetime, until: datetime) -> Notice:
    began, end = (int(moment.timestamp() * 1000) for moment in (since, until))
    return Notice(
        f"{shared.list_id}:{NoticeKind.DIGEST}:{began}",
        NoticeKind.DIGEST,
        until,
        shared.guild_id,
        shared.list_id,
        facts={"since": began, "until": end},
    )
