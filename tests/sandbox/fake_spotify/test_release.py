"""More music for tests that need a lot of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox.fake_spotify import FakeSpotify


async def test_release(spotify: FakeSpotify) -> None:
    """New tracks are all different recordings, can be played, and change no other fake's catalogue."""
    before = len(spotify.catalogue.tracks)
    made = spotify.release(300)
    assert len({track.id for track in made}) == len({track.isrc for track in made}) == 300
    assert len({(track.name, track.artists[0].id) for track in made}) == 300
    assert len(spotify.catalogue.tracks) == before + 300
    known = {track.isrc for track in spotify.catalogue.tracks.values() if track not in set(made)}
    assert known.isdisjoint(track.isrc for track in made)
    playlist = spotify.new_playlist("ada", "New", [track.uri for track in made])
    assert [spotify.catalogue.of_uri(uri) for uri in playlist.uris] == list(made)
