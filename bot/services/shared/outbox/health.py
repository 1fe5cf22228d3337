"""Why accepted contributions aren't in the playlist yet, so that members can be told, and when the next try is."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from bot.errors import LinkInDoubtError
from bot.shared_errors import (
    ListBusyError,
    ListChangedError,
    ListClosedError,
    ListNotFoundError,
    ListOutOfReachError,
    ListPausedError,
    OwnerChangedAccountError,
)
from bot.spotify.errors import (
    SpotifyError,
    SpotifyForbiddenError,
    SpotifyNotFoundError,
    SpotifyRateLimitedError,
    SpotifyScopeError,
)
from bot.stores.journal import Sent
from bot.stores.lists import ListStatus, Trouble

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.services.shared.core.playlists import SharedPlaylistChanges
    from bot.services.shared.playlist_access.playlist import PlaylistAccess
    from bot.services.shared.playlist_access.recovery import Recovery
    from bot.services.shared.playlist_access.write_lease import WriteLease
    from bot.stores.journal import Journal
    from bot.stores.lists import SharedPlaylist


LONGEST_PAUSE_S: Final = 60


class Why(StrEnum):
    PAUSED = "paused"  # by a manager
    CLOSED = "closed"
    TROUBLE = "trouble"  # see `trouble`
    RATE_LIMIT = "rate_limit"  # Spotify told us to wait
    PARKED = "parked"  # an earlier one was tried often enough: a curator has to check
    CHECKING = "checking"  # Spotify didn't say whether the last write worked; it's being looked for
    SPOTIFY = "spotify"  # doesn't answer
    LINK = "link"  # Spotify refused the owner's consent, which may still be valid
    TOGETHER = "together"  # requests are few, so it goes out with others
    SHARE = "share"  # requests are scarce, and its member or server has used more than their share


@dataclass(frozen=True, slots=True)
class WaitingFor:
    """`until`: when it's retried; None: unknown."""

    why: Why
    until: datetime | None = None
    trouble: Trouble | None = None


def is_late(waiting: WaitingFor | None, by: datetime) -> bool:
    """Whether it certainly won't be in `by` then unless someone does something about it."""
    if waiting is None:
        return False
    if waiting.why in {Why.RATE_LIMIT, Why.TOGETHER, Why.SHARE}:
        return waiting.until is not None and waiting.until > by
    return waiting.why in {Why.PAUSED, Why.TROUBLE, Why.PARKED}


class Backoff:
    """How long a list is left alone after Spotify failed: 1 s, then twice as long each time, up to a minute.

    Kept in memory: a new process tries at once.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._pauses: dict[str, tuple[int, datetime]] = {}  # consecutive failures, and until when
        self._in_doubt: dict[str, datetime] = {}  # lists whose owner's consent is in doubt, and until when

    def failed(self, list_id: str) -> datetime:
        failures, _ = self._pauses.get(list_id, (0, None))
        until = self._now() + timedelta(seconds=min(2**failures, LONGEST_PAUSE_S))
        self._pauses[list_id] = (min(failures + 1, 10), until)
        return until

    def doubted(self, list_id: str, until: datetime) -> None:
        """The owner's consent is in doubt, and tried again then. This alone holds nothing up."""
        self._in_doubt[list_id] = until

    def in_doubt_until(self, list_id: str) -> datetime | None:
        until = self._in_doubt.get(list_id)
        return until if until is not None and until > self._now() else None

    def worked(self, list_id: str) -> None:
        self._pauses.pop(list_id, None)
        self._in_doubt.pop(list_id, None)

    def until(self, list_id: str) -> datetime | None:
        """The end of the current pause; one longer than any pause started before the clock was set back."""
        _, until = self._pauses.get(list_id, (0, None))
        longest = timedelta(seconds=LONGEST_PAUSE_S)
        return until if until is not None and timedelta() < until - self._now() <= longest else None


def waiting_for(
    shared: SharedPlaylist, journal: Journal, pauses: Backoff, now: datetime, *, parked: bool
) -> WaitingFor | None:
    """What holds up a list's contributions; None: only their turn. parked: something in the list is."""
    if shared.status is not ListStatus.ACTIVE:
        return WaitingFor(Why.PAUSED if shared.status is ListStatus.PAUSED else Why.CLOSED)
    if shared.trouble is not None:
        return WaitingFor(Why.TROUBLE, trouble=shared.trouble)
    if parked:
        return WaitingFor(Why.PARKED)
    in_doubt_until = pauses.in_doubt_until(shared.list_id)
    if in_doubt_until is not None:
        return WaitingFor(Why.LINK, in_doubt_until)
    return _spotify(journal, pauses.until(shared.list_id), now)


def _spotify(journal: Journal, pause: datetime | None, now: datetime) -> WaitingFor | None:
    if journal.waiting_until is not None and journal.waiting_until > now:
        return WaitingFor(Why.RATE_LIMIT, journal.waiting_until)
    if journal.batch is not None and journal.batch.status is Sent.UNKNOWN:
        return WaitingFor(Why.CHECKING)
    if pause is not None:
        return WaitingFor(Why.SPOTIFY, pause)
    return None


log = logging.getLogger(__name__)

LOOK_AGAIN: Final = timedelta(seconds=5)  # whether the owner is back; only asks our own store
ASK_LINK_AGAIN: Final = timedelta(
    minutes=1
)  # whether the owner's link is good again; only asks our own store
TRY_AGAIN: Final = timedelta(hours=1)  # whether Spotify accepts it again
SECOND_LOOK: Final = timedelta(seconds=3)  # after a refusal, before it's believed
DOUBTED: Final = timedelta(minutes=10)  # after that, a refusal is a new one
TROUBLES: Final[tuple[tuple[type[Exception], Trouble], ...]] = (
    (OwnerChangedAccountError, Trouble.OWNER_UNLINKED),
    (SpotifyScopeError, Trouble.CONSENT_ENDED),
    (SpotifyNotFoundError, Trouble.PLAYLIST_GONE),
)
SPOTIFYS: Final = frozenset({Trouble.FORBIDDEN, Trouble.PLAYLIST_GONE})


@dataclass(frozen=True, slots=True)
class _Doubt:
    """Spotify refused a list once. is_there: the playlist was seen since."""

    since: datetime
    is_there: bool = False


class DeliveryHealth:
    """A single refusal by Spotify may be a passing fault: the playlist itself is checked before it's believed."""

    def __init__(
        self,
        changes: SharedPlaylistChanges,
        recovery: Recovery,
        pauses: Backoff,
        *,
        now: Callable[[], datetime],
    ) -> None:
        self._changes = changes
        self._recovery = recovery
        self._pauses = pauses
        self._now = now
        self._tried: dict[str, datetime] = {}  # lists Spotify refuses: when it was last asked
        self._doubts: dict[str, _Doubt] = {}  # lists it has refused once

    async def in_the_way(
        self, shared: SharedPlaylist, journal: Journal, access: PlaylistAccess
    ) -> tuple[SharedPlaylist, datetime | None]:
        """The list as it is now, and when to check again; None: nothing is in the way.

        Raises what Spotify says about the playlist, if that is the second check of a refusal.
        """
        now = self._now()
        if shared.trouble is not None:
            if await self._recovery.is_linked_again(shared):
                shared = await self._changes.set_trouble(shared, None)
            elif not await self._may_try(shared):
                return shared, now + LOOK_AGAIN
        list_id = shared.list_id
        waits = (journal.waiting_until, self._pauses.until(list_id), self._second_look(list_id))
        until = max((moment for moment in waits if moment is not None and moment > now), default=None)
        doubt = self._doubts.get(list_id)
        if until is None and doubt is not None and not doubt.is_there:
            await access.playlist()
            self._doubts[list_id] = replace(doubt, is_there=True)
        return shared, until

    async def met(self, shared: SharedPlaylist, lease: WriteLease, error: Exception) -> datetime | None:
        """Remember the error; nothing was done. When to retry; None: when told to."""
        now = self._now()
        match error:
            case ListClosedError() | ListNotFoundError() | ListPausedError():
                return None
            case ListChangedError() | ListBusyError():
                return now + LOOK_AGAIN
            case SpotifyRateLimitedError(until=until):
                await lease.note(waiting_until=until)
                return until
        trouble = trouble_of(error)
        if trouble is None:
            until = self._pause_after(shared, error)
            log.info(
                "list %s: %s; trying again at %s", shared.list_id, type(error).__name__, until.isoformat()
            )
            return until
        if isinstance(error, SpotifyError) and shared.trouble is not trouble:
            doubt = self._doubts.get(shared.list_id)
            if doubt is None or not SECOND_LOOK <= now - doubt.since <= DOUBTED:
                log.info("list %s: %s; checking again", shared.list_id, type(error).__name__)
                self._doubts[shared.list_id] = _Doubt(now)
                return now + SECOND_LOOK
            if trouble is Trouble.PLAYLIST_GONE and doubt.is_there:
                trouble = Trouble.FORBIDDEN  # it shows the playlist, but refuses to change it
        self._doubts.pop(shared.list_id, None)
        self._tried[shared.list_id] = now
        await self._changes.set_trouble(shared, trouble)
        return now + LOOK_AGAIN

    async def worked(self, shared: SharedPlaylist) -> None:
        """Spotify accepted a write, so nothing is in the way."""
        self._pauses.worked(shared.list_id)
        self._tried.pop(shared.list_id, None)
        self._doubts.pop(shared.list_id, None)
        if shared.trouble is not None:
            await self._changes.set_trouble(shared, None)

    def _pause_after(self, shared: SharedPlaylist, error: Exception) -> datetime:
        if isinstance(error, LinkInDoubtError):
            self._pauses.doubted(shared.list_id, error.until)
            return min(error.until, self._now() + ASK_LINK_AGAIN)
        return self._pauses.failed(shared.list_id)

    def _second_look(self, list_id: str) -> datetime | None:
        """When it's due; None: it isn't, or the clock was set back."""
        doubt = self._doubts.get(list_id)
        return doubt.since + SECOND_LOOK if doubt and timedelta() <= self._now() - doubt.since else None

    async def _may_try(self, shared: SharedPlaylist) -> bool:
        """Whether Spotify may accept it again, if it's Spotify that refuses, and the consent is valid."""
        refuses = shared.trouble in SPOTIFYS
        if shared.trouble is Trouble.CONSENT_ENDED:
            refuses = await self._recovery.is_linked(shared)
        last = self._tried.get(shared.list_id) or shared.trouble_since
        return refuses and (last is None or not timedelta() <= self._now() - last < TRY_AGAIN)


def trouble_of(error: Exception) -> Trouble | None:
    """What it says about the list, if a person has to do something about it.

    Refusals about the app, rather than this list, don't count.
    """
    if isinstance(error, ListOutOfReachError):
        return error.trouble
    if type(error) is SpotifyForbiddenError:
        return Trouble.FORBIDDEN
    return next((trouble for kind, trouble in TROUBLES if isinstance(error, kind)), None)
