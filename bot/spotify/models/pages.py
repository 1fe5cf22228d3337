"""Lists as Spotify gives them: in pages, by offset or by cursor, and several things asked for at once."""

from __future__ import annotations

from typing import Generic, TypeVar

from msgspec import Struct

T = TypeVar("T")


class Page(Struct, Generic[T], frozen=True, gc=False):
    """One page of a list. Entries that are null or cannot be read are dropped when it is made.

    `skipped` counts them, and `gaps` says where in the page, from 0, they stood. `next` is only good for knowing that
    there is more; `total` need not equal what the pages add up to.
    """

    items: tuple[T, ...] = ()
    total: int = 0
    limit: int = 0
    offset: int = 0
    next: str | None = None
    skipped: int = 0
    gaps: tuple[int, ...] = ()

    @property
    def held(self) -> int:
        """How many entries the page had: the next one begins so much further on."""
        return len(self.items) + self.skipped

    @property
    def row(self) -> tuple[T | None, ...]:
        """Every entry in its place; None for one that was dropped."""
        kept = iter(self.items)
        return tuple([None if place in self.gaps else next(kept, None) for place in range(self.held)])


class CursorPage(Struct, Generic[T], frozen=True, gc=False):
    """One page of a list that is read on from its last entry. `after`, `before`: what to ask with; None: the end."""

    items: tuple[T, ...] = ()
    after: str | None = None
    before: str | None = None
    total: int | None = None
    limit: int = 0
    skipped: int = 0


class Several(Struct, Generic[T], frozen=True, gc=False):
    """What several ids stand for; `skipped` ids are not known."""

    items: tuple[T, ...] = ()
    skipped: int = 0
