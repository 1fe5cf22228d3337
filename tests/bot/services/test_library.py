"""A member's library, where Spotify doesn't do as asked."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Self

import pytest

from bot.errors import ScopeMissingError
from bot.services.library import Library, Thing
from bot.spotify.errors import SpotifyNotAvailableError, SpotifyRequestError
from tests.bot.link_desk import ADA

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.services.tokens import TokenKeeper
    from bot.spotify.oauth import UserToken
    from bot.spotify.purpose import Purpose
    from bot.stores import Account, Stores

ARTIST = Thing("spotify:artist:0000000000000000000001")
ALBUM = Thing("spotify:album:0000000000000000000001")


@dataclass
class Shelf:
    """A library that takes no artists. asked: method by method."""

    saved: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)

    def serving(self, _purpose: Purpose) -> Self:
        return self

    async def is_saved(self, _token: UserToken, uris: Sequence[str]) -> tuple[bool, ...]:
        self.asked.append("is_saved")
        return tuple(uri in self.saved for uri in uris)

    async def save(self, _token: UserToken, uris: Sequence[str]) -> None:
        self.asked.append("save")
        if any(":artist:" in uri for uri in uris):
            raise SpotifyRequestError("Invalid uri", status=400)
        self.saved.update(uris)

    async def unsave(self, _token: UserToken, uris: Sequence[str]) -> None:
        self.asked.append("unsave")
        self.saved.difference_update(uris)


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def library(keeper: TokenKeeper, shelf: Shelf) -> Library:
    return Library(keeper, shelf, None)  # type: ignore[arg-type] # the methods that are used


async def test_written_once(library: Library, stores: Stores, account: Account, shelf: Shelf) -> None:
    """What is as it should be is only asked about, not written again."""
    await allow_all(stores, account)
    for liked, changed in ((True, True), (True, False), (False, True), (False, False)):
        liking = await library.put(ADA, ALBUM, liked=liked)
        assert (liking.liked, liking.changed) == (liked, changed)
    assert shelf.asked == ["is_saved", "save", "is_saved", "is_saved", "unsave", "is_saved"]


async def test_artists_not_taken(library: Library, stores: Stores, account: Account) -> None:
    """Where Spotify takes no artists in the library, that's said, and isn't a fault of ours."""
    await allow_all(stores, account)
    with pytest.raises(SpotifyNotAvailableError):
        await library.put(ADA, ARTIST, liked=True)


async def test_scopes_by_kind(library: Library, shelf: Shelf) -> None:
    """Each kind needs its own scopes; without them Spotify isn't asked."""
    with pytest.raises(ScopeMissingError) as artist:
        await library.put(ADA, ARTIST, liked=True)
    assert artist.value.missing == {"user-follow-read", "user-follow-modify"}
    with pytest.raises(ScopeMissingError) as album:
        await library.put(ADA, ALBUM, liked=True)
    assert album.value.missing == {"user-library-read", "user-library-modify"}
    assert shelf.asked == []


async def allow_all(stores: Stores, account: Account) -> None:
    scopes = {f"user-{area}-{what}" for area in ("library", "follow") for what in ("read", "modify")}
    await stores.accounts.link(replace(account, scopes=frozenset(scopes)))
