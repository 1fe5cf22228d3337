"""Likes: which members like what is in a shared playlist, one per member and recording in a list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - part of the record
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


@dataclass(frozen=True, slots=True)
class Like:
    """recording: what is liked, by `recording_key`. contribution_id: the item it was given to."""

    list_id: str
    recording: str
    member_id: int
    contribution_id: str
    at: datetime


class Likes(Protocol):
    async def put(self, like: Like) -> bool:
        """Store a member's like. False, and nothing changed: they like the recording in this list already."""
        ...

    async def drop(self, list_id: str, recording: str, member_id: int) -> bool:
        """Take one back. False: there was none."""
        ...

    async def counts(self, list_id: str, recordings: Collection[str] | None = None) -> Mapping[str, int]:
        """How many members like each recording; those nobody likes are left out. None: all of the list's."""
        ...

    async def given(self, list_id: str, likes: Collection[tuple[str, int]]) -> frozenset[tuple[str, int]]:
        """Which of these recordings with a member are likes of this list. likes: a few thousand at most."""
        ...

    async def erase_list(self, list_id: str) -> None:
        """All of a list that is closed."""
        ...
