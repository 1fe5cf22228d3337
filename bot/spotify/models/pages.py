"""Lists as Spotify gives them: in pages, by offset or by cursor, and several things asked for at once."""

from __future__ import annotations

from typing import Generic, TypeVar

from msgspec import Struct

T = TypeVar("T")


class Page(Struct, Generic[T], frozen=True, gc=False):
    """One page of a list. Null entries are dropped when it is made; `skipped` counts them.

    `next` is only good for knowing that there is more; `total` need not equal what the pages add up to.
    """

    items: tuple[T, ...] = ()
    total: int = 0
    limit: int = 0
    offset: int = 0
    next: str | None = None
    skipped: int = 0


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
