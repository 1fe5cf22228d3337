"""What can no longer be played in a shared playlist: a slow look that reads a page at a time and keeps marks.

Playability is what Spotify says for the country of the owner's account. What Spotify only keeps from that account, as
its listener wants no explicit tracks or has no Premium, counts as playable: others can play it.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from bot.errors import BotError
from bot.services.shared.core.facts import Facts
from bot.services.shared.outbox.identity import is_playable
from bot.spotify.errors import SpotifyError, SpotifyRateLimitedError
from bot.stores.lists import ListStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bot.services.leases import LeaseKeeper
    from bot.services.shared.playlist_access.playlist import LentPlaylists
    from bot.spotify.models import PlaylistItem, Track
    from bot.stores import Stores
    from bot.stores.lists import SharedPlaylist

log = logging.getLogger(__name__)

FIRST: Final = timedelta(days=1)  # after a playlist was lent
EVERY: Final = timedelta(days=7)
PAUSE: Final = timedelta(minutes=5)  # between two pages, of whichever lists
LATER: Final = timedelta(hours=1)  # after a failure, and while a list is paused or in trouble
LEASE: Final = "look for what can't be played"
OF_THE_ACCOUNT: Final = frozenset({"explicit", "product"})  # reasons that don't hold for others


@dataclass(frozen=True, slots=True)
class Survey:
    """offset: of the page to read next. found: URIs, by the look that is under way. marks: by the latest whole one."""

    playlist_id: str = ""
    offset: int = 0
    found: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    finished_at: datetime | None = None


class Playability:
    def __init__(
        self, stores: Stores, lent: LentPlaylists, *, leases: LeaseKeeper, now: Callable[[], datetime]
    ) -> None:
        self._lists = stores.lists
        self._lent = lent
        self._surveys = Facts(stores.values, "playability", Survey)  # by list
        self._leases = leases
        self._now = now
        self._rests_until: datetime | None = None

    async def survey(self, shared: SharedPlaylist) -> Survey:
        """What is known of the playlist it uses now."""
        known = await self._surveys.get(shared.list_id)
        return known if known and known.playlist_id == shared.playlist_id else Survey(shared.playlist_id)

    async def settle(self, shared: SharedPlaylist, uris: Iterable[str]) -> None:
        """All of it was read just now: these can't be played."""
        marks = tuple(dict.fromkeys(uris))
        await self._surveys.put(
            shared.list_id, Survey(shared.playlist_id, marks=marks, finished_at=self._now())
        )

    def rests_until(self) -> datetime | None:
        """Until when no page is read."""
        return self._rests_until

    async def look_after(self, list_id: str) -> datetime | None:
        """Read the next page, if it's time. When to go on; None: the list is closed."""
        shared = await self._lists.by_id(list_id)
        if shared is None or shared.status is ListStatus.CLOSED:
            return None
        survey, now = await self.survey(shared), self._now()
        if (due := _due(shared, survey, now)) > now:
            return due
        if shared.trouble is not None or shared.status is ListStatus.PAUSED:
            return now + LATER
        self._rests_until = now + PAUSE
        try:
            is_first = await self._leases.claim(LEASE, PAUSE)
            return await self._read(shared, survey) if is_first else now + PAUSE
        except SpotifyRateLimitedError as wait:
            return max(wait.until, now + PAUSE)
        except (SpotifyError, BotError) as error:
            log.info("list %s: its tracks couldn't be looked at: %s", list_id, type(error).__name__)
            return now + LATER

    async def _read(self, shared: SharedPlaylist, survey: Survey) -> datetime:
        """The next page."""
        page = await self._lent.access(shared).page(survey.offset)
        found = (*survey.found, *(one.uri for item in page.items if (one := unavailable(item))))
        if page.next is not None and page.held:
            further = replace(survey, offset=survey.offset + page.held, found=found)
            await self._surveys.put(shared.list_id, further)
            return self._now() + PAUSE
        await self.settle(shared, found)
        return self._now() + EVERY


def unavailable(item: PlaylistItem | None) -> Track | None:
    """The track, if nobody in the owner's country can play it any more."""
    track = item.content if item else None
    if track is None or track.is_playable is not False or not is_playable(track.uri):
        return None
    reason = track.restrictions.reason if track.restrictions else None
    return None if reason in OF_THE_ACCOUNT else track


def _due(shared: SharedPlaylist, survey: Survey, now: datetime) -> datetime:
    """If the clock was set back, a look isn't put off by that."""
    if survey.offset:
        return now
    since, wait = (survey.finished_at, EVERY) if survey.finished_at else (shared.created_at, FIRST)
    return since + wait if timedelta() <= now - since else now
