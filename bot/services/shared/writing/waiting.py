"""Why what was accepted is not in the playlist yet, so that members can be told, and until when nothing is tried."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from bot.stores.journal import Sent
from bot.stores.lists import ListStatus, Trouble

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.stores.journal import Journal
    from bot.stores.lists import SharedPlaylist

LONGEST_PAUSE_S: Final = 60


class Why(StrEnum):
    PAUSED = "paused"  # by a manager
    CLOSED = "closed"
    TROUBLE = "trouble"  # see `trouble`
    RATE_LIMIT = "rate_limit"  # Spotify told us to wait
    PARKED = "parked"  # what comes before it was tried often enough: a curator has to look
    CHECKING = "checking"  # Spotify did not say whether the last write worked; it is looked for
    SPOTIFY = "spotify"  # does not answer


@dataclass(frozen=True, slots=True)
class WaitingFor:
    """`until`: when it is tried again; None: nobody knows."""

    why: Why
    until: datetime | None = None
    trouble: Trouble | None = None


class Pauses:
    """How long a list is left alone after Spotify failed: 1 s, then twice as long each time, up to a minute.

    Kept in memory: a process that starts tries at once.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._pauses: dict[str, tuple[int, datetime]] = {}  # failures in a row, and until when

    def failed(self, list_id: str) -> datetime:
        failures, _ = self._pauses.get(list_id, (0, None))
        until = self._now() + timedelta(seconds=min(2**failures, LONGEST_PAUSE_S))
        self._pauses[list_id] = (min(failures + 1, 10), until)
        return until

    def worked(self, list_id: str) -> None:
        self._pauses.pop(list_id, None)

    def until(self, list_id: str) -> datetime | None:
        """The end of the present pause; one that would last longer than any began before the clock was set back."""
        _, until = self._pauses.get(list_id, (0, None))
        longest = timedelta(seconds=LONGEST_PAUSE_S)
        return until if until is not None and timedelta() < until - self._now() <= longest else None


def waiting_for(
    shared: SharedPlaylist, journal: Journal, pause: datetime | None, now: datetime, *, parked: bool
) -> WaitingFor | None:
    """What keeps a list's contributions waiting; None: nothing but their turn. parked: something of the list is."""
    if shared.status is not ListStatus.ACTIVE:
        return WaitingFor(Why.PAUSED if shared.status is ListStatus.PAUSED else Why.CLOSED)
    if shared.trouble is not None:
        return WaitingFor(Why.TROUBLE, trouble=shared.trouble)
    if parked:
        return WaitingFor(Why.PARKED)
    return _spotify(journal, pause, now)


def _spotify(journal: Journal, pause: datetime | None, now: datetime) -> WaitingFor | None:
    if journal.waiting_until is not None and journal.waiting_until > now:
        return WaitingFor(Why.RATE_LIMIT, journal.waiting_until)
    if journal.batch is not None and journal.batch.status is Sent.UNKNOWN:
        return WaitingFor(Why.CHECKING)
    if pause is not None:
        return WaitingFor(Why.SPOTIFY, pause)
    return None
