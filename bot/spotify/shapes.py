"""Turns Spotify's answers into typed models: straight from the bytes, and leniently if they are off. No I/O."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Generic, TypeVar

import msgspec

from bot.spotify.errors import SpotifyUnavailableError
from bot.spotify.models import CursorPage, Found, Page, Several
from bot.spotify.patient import UNREADABLE, UnfitError, document_of, fitted

T = TypeVar("T")


class Shape(Generic[T]):
    """One kind of answer, with its decoder created once, when it is first needed: importing stays cheap."""

    def __init__(self, kind: type[T]) -> None:
        self._kind = kind

    @cached_property
    def _decoder(self) -> msgspec.json.Decoder[T]:
        return msgspec.json.Decoder(self._kind)

    def read(self, body: bytes) -> T:
        """Raises SpotifyUnavailableError if the body isn't what it should be."""
        try:
            return self._decoder.decode(body)
        except UNREADABLE:
            return _patiently(body, self._kind)


class _Listing(msgspec.Struct, Generic[T], frozen=True, gc=False):
    items: tuple[T | None, ...]
    total: int = 0
    limit: int = 0
    offset: int = 0
    next: str | None = None


class _Cursors(msgspec.Struct, frozen=True, gc=False):
    after: str | None = None
    before: str | None = None


class _CursorListing(msgspec.Struct, Generic[T], frozen=True, gc=False):
    items: tuple[T | None, ...]
    total: int | None = None
    limit: int = 0
    cursors: _Cursors | None = None


def _under(key: str | None, listing: Any) -> Any:  # noqa: ANN401 - a model, made here
    """What is read as `page`: the list under a key, or at the top of the answer."""
    return msgspec.defstruct("Answer", [("page", listing, msgspec.field(name=key))]) if key else listing


class PageShape(Generic[T]):
    """A page of a list, at the top of the answer or, as in a search, under `key`."""

    def __init__(self, entry: type[T], *, key: str | None = None) -> None:
        self._entry = entry
        self._key = key

    @cached_property
    def _shape(self) -> Shape[Any]:
        listing: Any = _Listing
        return Shape(_under(self._key, listing[self._entry]))

    def read(self, body: bytes) -> Page[T]:
        """Null and unreadable entries are dropped and counted; the rest of the page stays valid.

        Raises SpotifyUnavailableError if the body is no such page.
        """
        answer = self._shape.read(body)
        return page_of(answer.page if self._key else answer)


def page_of(listing: _Listing[T]) -> Page[T]:
    items = listing.items
    kept = tuple([item for item in items if item is not None])
    gaps = tuple([place for place, item in enumerate(items) if item is None])
    return Page(kept, listing.total, listing.limit, listing.offset, listing.next, len(gaps), gaps)


class CursorShape(Generic[T]):
    """A page of a list that continues with cursors."""

    def __init__(self, entry: type[T], *, key: str | None = None) -> None:
        self._entry = entry
        self._key = key

    @cached_property
    def _shape(self) -> Shape[Any]:
        listing: Any = _CursorListing
        return Shape(_under(self._key, listing[self._entry]))

    def read(self, body: bytes) -> CursorPage[T]:
        """Like `PageShape.read`."""
        answer = self._shape.read(body)
        listing: _CursorListing[T] = answer.page if self._key else answer
        kept = tuple([item for item in listing.items if item is not None])
        at = listing.cursors or _Cursors()
        skipped = len(listing.items) - len(kept)
        return CursorPage(kept, at.after, at.before, listing.total, listing.limit, skipped)


class SeveralShape(Generic[T]):
    """A plain list under `key`, with null for what doesn't exist."""

    def __init__(self, entry: type[T], *, key: str) -> None:
        self._entry = entry
        self._key = key

    @cached_property
    def _shape(self) -> Shape[Any]:
        maybe: Any = self._entry | None
        return Shape(_under(self._key, tuple[maybe, ...]))

    def read(self, body: bytes) -> Several[T]:
        """Unreadable entries are dropped and counted too.

        Raises SpotifyUnavailableError if the body is no such list.
        """
        entries: tuple[T | None, ...] = self._shape.read(body).page
        kept = tuple([entry for entry in entries if entry is not None])
        return Several(kept, len(entries) - len(kept))


class FoundShape:
    """The answer of a search for several kinds: a page under the plural of each kind."""

    @cached_property
    def _shape(self) -> Shape[Any]:
        kinds = {field.name: field.type.__args__[0] for field in msgspec.structs.fields(Found)}
        listing: Any = _Listing
        return Shape(
            msgspec.defstruct("Answer", [(name, listing[kind] | None, None) for name, kind in kinds.items()])
        )

    def read(self, body: bytes) -> Found:
        """An unreadable page only costs itself. Raises SpotifyUnavailableError if there is none."""
        answer = msgspec.structs.asdict(self._shape.read(body))
        pages = {name: page_of(listing) for name, listing in answer.items() if listing is not None}
        if not pages:
            raise _unreadable()
        return Found(**pages)


def _patiently(body: bytes, kind: type[T]) -> T:
    try:
        return fitted(document_of(body), kind)
    except UnfitError:
        raise _unreadable() from None


def _unreadable() -> SpotifyUnavailableError:
    return SpotifyUnavailableError("unreadable answer", status=200)
