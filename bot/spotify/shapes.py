"""Spotify's answers into typed models: straight from the bytes, patiently where they are not as described. No I/O."""

from __future__ import annotations

from typing import Any, Final, Generic, TypeVar

import msgspec

from bot.spotify.errors import SpotifyUnavailableError
from bot.spotify.models import CursorPage, Found, Page, Several

T = TypeVar("T")

# What decoding can raise; RecursionError: brackets nested without end.
UNREADABLE: Final = (msgspec.MsgspecError, UnicodeError, RecursionError)


class Shape(Generic[T]):
    """One kind of answer, with its decoder made once."""

    def __init__(self, kind: type[T]) -> None:
        self._kind = kind
        self._decoder = msgspec.json.Decoder(kind)

    def read(self, body: bytes) -> T:
        """Raises SpotifyUnavailableError when the body is not what it should be."""
        try:
            return self._decoder.decode(body)
        except UNREADABLE:
            return _convert(_document(body), self._kind)


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


class _Entries(Generic[T]):
    """A list and its surroundings, at the top of the answer or, as in a search, under `key`.

    Null entries cost nothing. An entry that cannot be read costs only itself.
    """

    def __init__(self, listing: Any, entry: type[T], key: str | None) -> None:  # noqa: ANN401 - a generic class
        self._listing = listing[entry]
        self._entry = entry
        self._key = key
        self._decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(
            msgspec.defstruct("Answer", [("page", self._listing, msgspec.field(name=key))])
            if key
            else self._listing
        )

    def read(self, body: bytes) -> Any:  # noqa: ANN401 - a `listing`
        try:
            answer = self._decoder.decode(body)
        except UNREADABLE:
            return self._patiently(_document(body))
        return answer.page if self._key else answer

    def _patiently(self, document: object) -> Any:  # noqa: ANN401 - a `listing`
        if self._key and isinstance(document, dict):
            document = document.get(self._key)
        if not isinstance(document, dict) or not isinstance(entries := document.get("items"), list):
            raise _unreadable()
        empty: Any = _convert({**document, "items": []}, self._listing)
        return msgspec.structs.replace(empty, items=tuple([_entry(one, self._entry) for one in entries]))


def _entry(document: object, kind: type[T]) -> T | None:
    try:
        return _convert(document, kind)
    except SpotifyUnavailableError:
        return None


class PageShape(Generic[T]):
    """A page of a list, at the top of the answer or, as in a search, under `key`."""

    def __init__(self, entry: type[T], *, key: str | None = None) -> None:
        self._entries = _Entries(_Listing, entry, key)

    def read(self, body: bytes) -> Page[T]:
        """Null entries are dropped and counted, as are those that cannot be read; the rest of the page stays good.

        Raises SpotifyUnavailableError when the body is no such page.
        """
        listing: _Listing[T] = self._entries.read(body)
        items = listing.items
        kept = tuple([item for item in items if item is not None])
        return Page(kept, listing.total, listing.limit, listing.offset, listing.next, len(items) - len(kept))


class CursorShape(Generic[T]):
    """A page of a list that is read on by cursors."""

    def __init__(self, entry: type[T], *, key: str | None = None) -> None:
        self._entries = _Entries(_CursorListing, entry, key)

    def read(self, body: bytes) -> CursorPage[T]:
        """As `PageShape.read`."""
        listing: _CursorListing[T] = self._entries.read(body)
        kept = tuple([item for item in listing.items if item is not None])
        at = listing.cursors or _Cursors()
        skipped = len(listing.items) - len(kept)
        return CursorPage(kept, at.after, at.before, listing.total, listing.limit, skipped)


class SeveralShape(Generic[T]):
    """A bare list under `key`, with null for what is not there."""

    def __init__(self, entry: type[T], *, key: str) -> None:
        self._entry: Any = entry
        self._key = key
        maybe: Any = entry | None
        entries: Any = tuple[maybe, ...]
        self._decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(
            msgspec.defstruct("Answer", [("entries", entries, msgspec.field(name=key))])
        )

    def read(self, body: bytes) -> Several[T]:
        """Entries that cannot be read are dropped and counted too.

        Raises SpotifyUnavailableError when the body is no such list.
        """
        try:
            entries = self._decoder.decode(body).entries
        except UNREADABLE:
            entries = self._patiently(_document(body))
        kept = tuple([entry for entry in entries if entry is not None])
        return Several(kept, len(entries) - len(kept))

    def _patiently(self, document: object) -> list[T | None]:
        entries = document.get(self._key) if isinstance(document, dict) else None
        if not isinstance(entries, list):
            raise _unreadable()
        return [_entry(one, self._entry) for one in entries]


class FoundShape:
    """The answer of a search for several kinds: a page under the plural of each kind."""

    def __init__(self) -> None:
        self._pages = {
            field.name: PageShape(field.type.__args__[0]) for field in msgspec.structs.fields(Found)
        }
        self._decoder = msgspec.json.Decoder(dict[str, msgspec.Raw])

    def read(self, body: bytes) -> Found:
        """Raises SpotifyUnavailableError when the body, or one of its pages, is not what it should be."""
        try:
            parts = self._decoder.decode(body)
        except UNREADABLE:
            raise _unreadable() from None
        pages: dict[str, Any] = {
            name: self._pages[name].read(bytes(raw))
            for name, raw in parts.items()
            if name in self._pages and bytes(raw) != b"null"
        }
        if not pages:
            raise _unreadable()
        return Found(**pages)


def _document(body: bytes) -> object:
    try:
        return msgspec.json.decode(body)
    except UNREADABLE:
        raise _unreadable() from None


def _convert(document: object, kind: type[T]) -> T:
    """The patient way: an explicit null counts as an absent field, and "3" or 3.0 as 3."""
    try:
        return msgspec.convert(_without_nulls(document), kind, strict=False)
    except UNREADABLE:
        raise _unreadable() from None


def _without_nulls(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Null fields and entries are dropped; the page a list stands in says how many entries."""
    if isinstance(value, dict):
        kept = {key: _without_nulls(inner) for key, inner in value.items() if inner is not None}
        if isinstance(entries := value.get("items"), list) and None in entries:
            kept["skipped"] = entries.count(None)
        return kept
    if isinstance(value, list):
        return [_without_nulls(inner) for inner in value if inner is not None]
    return value


def _unreadable() -> SpotifyUnavailableError:
    return SpotifyUnavailableError("unreadable answer", status=200)
