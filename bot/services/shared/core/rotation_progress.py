"""What is stored about rounds besides the list: the one being ended, and the playlists of earlier ones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - msgspec reads the annotations when it is stored
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from bot.services.shared.core.facts import Facts

if TYPE_CHECKING:
    from bot.stores import KeyValues

MOST: Final = 200  # earlier rounds that are remembered


class Kind(StrEnum):
    ARCHIVE = "archive"  # everything moves to the archive, and a round starts
    NEW_PLAYLIST = "new_playlist"  # a round starts in a new playlist
    DROP = "drop"  # the list was full: a few move to the archive, and the round continues
    STAY = "stay"  # the same, as they have been in for as long as the list allows


@dataclass(frozen=True, slots=True)
class RotationProgress:
    """Stored before the first request, to continue after trouble and after a kill.

    ended: the number of the round that ends. snapshot: of what was in at `began_at`, with numbers up to
    `last_number`. contribution_ids: for DROP and STAY. making: a playlist may have been created but not recorded yet.
    playlist_id: the one created for the new round. base: how long the archive was. not_before: when it may continue.
    refused: URIs that Spotify doesn't accept into the archive, so they stay.
    missed_at: when Spotify didn't know the archive, which may have been a passing fault.
    """

    list_id: str
    kind: Kind
    ended: int
    began_at: datetime
    not_before: datetime
    actor_id: int | None = None
    snapshot: int = 0
    last_number: int = 0
    contribution_ids: tuple[str, ...] = ()
    making: bool = False
    playlist_id: str = ""
    base: int | None = None
    refused: tuple[str, ...] = ()
    tries: int = 0
    missed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Former:
    """A round that is over. playlist_id: where its items are; with an archive, all rounds share it."""

    number: int
    playlist_id: str
    ended_at: datetime
    count: int


class RotationProgresses:
    def __init__(self, values: KeyValues) -> None:
        self._under_way = Facts(values, "round", RotationProgress)
        self._former = Facts(values, "rounds", tuple[Former, ...])

    async def under_way(self, list_id: str) -> RotationProgress | None:
        return await self._under_way.get(list_id)

    async def all_under_way(self) -> tuple[RotationProgress, ...]:
        return await self._under_way.everything()

    async def put(self, under_way: RotationProgress) -> RotationProgress:
        return await self._under_way.put(under_way.list_id, under_way)

    async def drop(self, list_id: str) -> None:
        await self._under_way.drop(list_id)

    async def former(self, list_id: str) -> tuple[Former, ...]:
        """Newest first."""
        return await self._former.get(list_id) or ()

    async def ended(self, list_id: str, former: Former) -> None:
        """Recorded twice for the same round, it's stored once."""
        others = tuple(each for each in await self.former(list_id) if each.number != former.number)
        await self._former.put(list_id, (former, *others)[:MOST])
