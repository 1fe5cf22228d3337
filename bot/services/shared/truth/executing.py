"""Carries out the steps to another state of a playlist, one request after another, and says how far it came."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from bot.services.shared.truth.steps import Add, Move, Remove
from bot.spotify.errors import SpotifyRequestError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.services.shared.truth.steps import Plan
    from bot.services.shared.writing.bound_writer import BoundWriter, Progress

log = logging.getLogger(__name__)

MOST_REFUSED: Final = 20  # beyond that it is not about single tracks


class Execution:
    """done: how many requests took effect. version: Spotify's name for what the latest of them made."""

    def __init__(self, bound: BoundWriter, plan: Plan, progress: Progress | None) -> None:
        self.done = 0
        self.version = ""
        self.refused: list[str] = []  # URIs that Spotify does not take any more
        self._bound = bound
        self._plan = plan
        self._progress = progress

    async def run(self) -> None:
        """Raises what came instead of an answer; then `done` requests are surely done."""
        steps = self._plan.steps
        for number, step in enumerate(steps):
            await self._tell(number)
            match step:
                case Remove(uris):
                    self._did(await self._bound.remove(uris))
                case Move(start, before, length):
                    self._did(await self._bound.move(start, before, length))
                case Add(uris, position):
                    await self._add(uris, position - len(self.refused))
        await self._tell(len(steps))

    @property
    def result(self) -> tuple[str, ...]:
        """What the playlist holds after all of it."""
        return tuple(uri for uri in self._plan.difference.result if uri not in self.refused)

    async def _add(self, uris: Sequence[str], position: int) -> None:
        """Of a run that Spotify refuses the halves are tried, so that only what it really does not know is left out."""
        refused = len(self.refused)
        try:
            self._did(await self._bound.add(uris, position))
        except SpotifyRequestError as error:
            if refused >= MOST_REFUSED:
                raise
            if len(uris) == 1:
                log.info("Spotify does not take an item back: %s", error.message)
                self.refused.append(uris[0])
                return
            half = len(uris) // 2
            await self._add(uris[:half], position)
            await self._add(uris[half:], position + half - (len(self.refused) - refused))

    def _did(self, version: str) -> None:
        self.done += 1
        self.version = version

    async def _tell(self, number: int) -> None:
        if self._progress is not None:
            await self._progress(number, len(self._plan.steps))
