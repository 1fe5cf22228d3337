"""Lets what several members add at the same moment go to Spotify together: one request for all, not one each."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

PATIENCE: Final = timedelta(seconds=2)  # what is ready waits no longer than this for the rest


class Debounce:
    """Knows whether contributions are being requested right now. A single one never has to wait.

    over: called when no more are in progress.
    """

    def __init__(self, *, now: Callable[[], datetime], over: Callable[[], object]) -> None:
        self._now = now
        self._over = over
        self._under_way = 0
        self._since: datetime | None = None

    @contextmanager
    def pending(self) -> Iterator[None]:
        """A contribution is in progress: its track is being looked up, or it's being stored."""
        if not self._under_way:
            self._since = self._now()
        self._under_way += 1
        try:
            yield
        finally:
            self._under_way -= 1
            if not self._under_way:
                self._over()

    def worth_waiting_until(self) -> datetime | None:
        """Until when others may get ready; None: nobody is about to."""
        return self._since + PATIENCE if self._under_way and self._since is not None else None

    def worth_waiting(self) -> bool:
        """Whether others are about to be ready too. If they never stop coming, it's time every `PATIENCE`."""
        if not self._under_way or self._since is None:
            return False
        now = self._now()
        if timedelta() <= now - self._since < PATIENCE:
            return True
        self._since = now
        return False
