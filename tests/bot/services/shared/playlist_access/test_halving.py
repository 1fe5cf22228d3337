"""Whatever Spotify refuses of many is found, all else goes in, in order, and few requests are made for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.shared.playlist_access.halving import Halving, Part, in_parts, is_refusal
from bot.spotify.errors import (
    SpotifyForbiddenError,
    SpotifyNotRegisteredError,
    SpotifyPlaylistFullError,
    SpotifyRateLimitedError,
    SpotifyRequestError,
)
from bot.spotify.limits import PLAYLIST_LENGTH
from tests.cogs.samples import NOW

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence


class Shop:
    """Takes what it knows, a whole part or nothing of it, while there is room."""

    def __init__(self, dead: Collection[str] = (), room: int = 10**6) -> None:
        self.dead, self.room = dead, room
        self.inside: list[str] = []
        self.asked = 0

    async def take(self, part: Sequence[str], landed: int) -> None:
        self.asked += 1
        assert landed == len(self.inside)
        if any(uri in self.dead for uri in part):
            raise SpotifyRequestError("Payload contains a non-existing ID")
        if len(self.inside) + len(part) > self.room:
            raise SpotifyPlaylistFullError("Playlist size limit reached")
        self.inside += part


async def refused_of(uris: Sequence[str], shop: Shop) -> list[str]:
    refused: list[str] = []
    async for part in in_parts(uris, shop.take):
        if not part.landed:
            refused += uris[part.at : part.at + part.count]
    return refused


def some(count: int) -> list[str]:
    return [f"spotify:track:{number:022}" for number in range(count)]


@pytest.mark.parametrize(("count", "dead"), [(22, 21), (22, 22), (250, 0), (250, 1), (250, 120), (100, 100)])
async def test_the_living_go_in(count: int, dead: int) -> None:
    """However many Spotify does not know, and wherever they stand: no number of them stops the rest."""
    for uris in (some(count), some(count)[::-1]):
        shop = Shop(some(count)[:dead])
        assert await refused_of(uris, shop) == [uri for uri in uris if uri in shop.dead]
        assert shop.inside == [uri for uri in uris if uri not in shop.dead]
        assert shop.asked <= 3 * dead + -(-count // 100) + 20


async def test_one_among_a_hundred() -> None:
    """A single one costs no more than sixteen requests."""
    for bad in range(0, 100, 7):
        shop = Shop([some(100)[bad]])
        assert await refused_of(some(100), shop) == shop.dead
        assert shop.asked <= 16


async def test_full() -> None:
    """Once there is no room for a single one, none of the others is tried; as many as fit are in."""
    shop = Shop(room=37)
    assert await refused_of(some(300), shop) == some(300)[37:]
    assert shop.inside == some(37)
    assert shop.asked < 20


async def test_passing_refusal() -> None:
    """One refusal of a single track, after which Spotify takes it, leaves nothing out."""
    refusals = [SpotifyRequestError("Payload contains a non-existing ID")]
    shop = Shop()

    async def send(part: Sequence[str], landed: int) -> None:
        if refusals:
            raise refusals.pop()
        await shop.take(part, landed)

    parts = [part async for part in in_parts(some(1), send)]
    assert parts == [Part(0, 1, landed=True)]
    assert shop.inside == some(1)


async def test_other_errors_end_it() -> None:
    """What says nothing about the tracks goes on up, and what was dealt with before it is known."""
    shop = Shop(some(4)[1:2])

    async def send(part: Sequence[str], landed: int) -> None:
        if landed:
            raise SpotifyRateLimitedError(NOW)
        await shop.take(part, landed)

    parts = in_parts(some(4), send)
    assert await anext(parts) == Part(0, 1, landed=True)
    with pytest.raises(SpotifyRateLimitedError):
        await anext(parts)
    assert shop.inside == some(4)[:1]


@given(st.integers(1, 120), st.sets(st.integers(0, 300), max_size=60), st.integers(1, 300))
def test_halving(most: int, bad: set[int], count: int) -> None:
    """Any of any number is found alone; nothing else is taken for refused; and it is never tried for ever."""
    halving, at, found, tried = Halving(most), 0, set[int](), 0
    while at < count:
        size = min(halving.size, count - at)
        assert 1 <= size <= most
        tried += 1
        if bad & set(range(at, at + size)):
            halving.refused(size)
            if size > 1:
                continue
            found.add(at)
        else:
            halving.landed(size)
        at += size
    assert found == {place for place in bad if place < count}
    assert tried <= count // most + 1 + len(found) * (2 * most.bit_length() + 2)


@pytest.mark.parametrize(
    ("error", "length", "refusal"),
    [
        (SpotifyRequestError("Invalid track uri"), None, True),
        (SpotifyPlaylistFullError("Playlist size limit reached"), None, True),
        (SpotifyForbiddenError("You may not"), None, False),
        (SpotifyForbiddenError("You may not"), PLAYLIST_LENGTH, False),
        (SpotifyForbiddenError("in other words"), PLAYLIST_LENGTH + 1, True),
        (SpotifyNotRegisteredError("user not registered"), PLAYLIST_LENGTH + 1, False),
        (SpotifyRateLimitedError(NOW), PLAYLIST_LENGTH + 1, False),
    ],
)
def test_whose_fault(error: Exception, length: int | None, *, refusal: bool) -> None:
    """A 403 is about who asks, unless it says that the playlist is full, or the playlist would be too long."""
    assert is_refusal(error, length) is refusal
