"""An album is read to its end, each track once, whatever Spotify leaves out of its pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import pytest

from bot.services.shared.proposals.expand import Expander
from bot.spotify.models import AlbumDetails, Page, Ref, Track
from sandbox.fake_spotify import Fault
from tests.bot.services.shared.outbox.outbox_desk import LINUS

if TYPE_CHECKING:
    from collections.abc import Collection

    from tests.bot.services.shared.outbox.outbox_desk import Desk

ALBUM = "GET /albums/*"
BENT = ["null", "{}", '{"uri": null, "id": null, "name": ""}', '"gone"']


@pytest.mark.parametrize("value", BENT)
@pytest.mark.parametrize("place", [0, 1, 7])
async def test_one_is_null(desk: Desk, value: str, place: int) -> None:
    """Of an album of eight with one nobody can read, seven are found, each once, and one cannot be added."""
    album = desk.spotify.known.album
    uris = [track.uri for track in desk.spotify.catalogue.album_tracks[album.id]]
    assert len(uris) == 8
    desk.spotify.faults.add(Fault(ALBUM, "bent", times=None, at=f"tracks.items.{place}", value=value))
    expanded = await Expander(desk.keeper, desk.client, now=desk.clock.now).read(
        Ref("album", album.id), LINUS
    )
    assert [track.uri for track in expanded.tracks] == uris[:place] + uris[place + 1 :]
    assert (expanded.total, expanded.left) == (8, 1)


class LongAlbum:
    """A client that has one album of so many tracks, of which these are null. cap: entries in a page."""

    def __init__(self, length: int, nulls: Collection[int], cap: int) -> None:
        self.row = [
            None if n in nulls else Track(f"spotify:track:{n:022d}", id=f"{n:022d}") for n in range(length)
        ]
        self.cap = cap

    def serving(self, _: object) -> Self:
        return self

    def part(self, offset: int) -> Page[Track]:
        row = self.row[offset : offset + self.cap]
        gaps = tuple(place for place, one in enumerate(row) if one is None)
        return Page(tuple(one for one in row if one), len(self.row), 50, offset, None, len(gaps), gaps)

    async def album(self, _: object, album_id: str) -> AlbumDetails:
        return AlbumDetails("Long", id=album_id, tracks=self.part(0))

    async def album_tracks(self, _: object, album_id: str, *, offset: int) -> Page[Track]:
        assert album_id
        return self.part(offset)


@pytest.mark.parametrize("cap", [20, 50])
@pytest.mark.parametrize(
    ("length", "nulls"),
    [(130, (0,)), (130, (49, 50, 99)), (130, range(50)), (50, (49,)), (100, range(100)), (51, ())],
)
async def test_several_pages(desk: Desk, length: int, nulls: Collection[int], cap: int) -> None:
    """The next page of a long album begins where the last one ended, not behind what could be read of it."""
    client = LongAlbum(length, nulls, cap)
    expanded = await Expander(desk.keeper, client, now=desk.clock.now).read(Ref("album", "x" * 22), LINUS)  # type: ignore[arg-type] # the methods that are used
    assert [track.uri for track in expanded.tracks] == [one.uri for one in client.row if one]
    assert (expanded.total, expanded.left, expanded.unread) == (length, len(nulls), 0)
