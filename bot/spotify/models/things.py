"""Small parts of many answers: pictures, addresses, codes."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Protocol, TypeAlias

from msgspec import Meta, Struct

NotEmpty: TypeAlias = Annotated[str, Meta(min_length=1)]
Length: TypeAlias = Annotated[int, Meta(ge=0, le=2**53)]  # in ms
Moment: TypeAlias = Annotated[datetime, Meta(tz=True)]  # without a zone, it couldn't be compared with others


class Image(Struct, frozen=True, gc=False):
    """A picture: its address, and its size in pixels if Spotify says so. Those of playlists expire within a day."""

    url: str
    width: int | None = None
    height: int | None = None


class Followers(Struct, frozen=True, gc=False):
    """How many people follow an artist or a person. Extended mode only."""

    total: int = 0


class ExternalUrls(Struct, frozen=True, gc=False):
    """The address on open.spotify.com."""

    spotify: str | None = None


class ExternalIds(Struct, frozen=True, gc=False):
    """The industry's numbers: of recordings (ISRC), products (EAN, UPC)."""

    isrc: str | None = None
    ean: str | None = None
    upc: str | None = None


class LinkedFrom(Struct, frozen=True, gc=False):
    """The track that was requested or added, if Spotify shows another release of it. Extended mode only."""

    uri: str = ""


class Restriction(Struct, frozen=True, gc=False):
    """Why something can't be played: "market", "product", "explicit", or a word not known yet."""

    reason: str | None = None


class Named(Protocol):
    """What has a page on open.spotify.com."""

    @property
    def type(self) -> str: ...
    @property
    def id(self) -> str | None: ...
    @property
    def external_urls(self) -> ExternalUrls: ...


def url_of(thing: Named) -> str | None:
    """The thing's address on open.spotify.com; None if it has no ID."""
    if thing.external_urls.spotify:
        return thing.external_urls.spotify
    return f"https://open.spotify.com/{thing.type}/{thing.id}" if thing.id else None
