"""Lists as Spotify returns them: in pages, by offset or by cursor, and several things at once."""

from __future__ import annotations

from typing import Generic, TypeVar

from msgspec import Struct

T = TypeVar("T")


class Page(Struct, Generic[T], frozen=True, gc=False):
    """One page of a list. Null and unreadable entries are dropped when it's created.

    `skipped` counts them, and `gaps` has their positions in the page, from 0. `next` only tells whether
    there is more; `total` doesn't have to equal the sum of the pages.
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
        """How many entries the page had: the next one starts that much further on."""
        return len(self.items) + self.skipped

    @property
    def row(self) -> tuple[T | None, ...]:
        """Every entry in its position; None for one that was dropped."""
        kept = iter(self.items)
        return tuple([None if place in self.gaps else next(kept, None) for place in range(self.held)])


class CursorPage(Struct, Generic[T], frozen=True, gc=False):
    """One page of a list that continues from its last entry. `after`, `before`: what to ask with; None: the end."""

    items: tuple[T, ...] = ()
    after: str | None = None
    before: str | None = None
    total: int | None = None
    limit: int = 0
    skipped: int = 0


class Several(Struct, Generic[T], frozen=True, gc=False):
    """What several IDs refer to; `skipped` IDs are unknown."""

    items: tuple[T, ...] = ()
    skipped: int = 0
