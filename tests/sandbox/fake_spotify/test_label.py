"""What labels do to tracks that playlists hold already, and what Spotify cannot tell about an entry any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from sandbox.fake_spotify import FakeSpotify
    from sandbox.fake_spotify.label import Reason
    from tests.sandbox.fake_spotify.api import Api


async def test_blank(api: Api, spotify: FakeSpotify) -> None:
    """An entry can lose address and name and keep its place, its date and who added it."""
    own = spotify.known_playlists.own
    before = (await api.get(f"/playlists/{own.id}/items")).json
    own.blank(1)
    after = (await api.get(f"/playlists/{own.id}/items")).json
    assert after["total"] == before["total"] == 3
    assert after["items"][1] == before["items"][1] | {"item": {"uri": None, "id": None, "name": ""}}
    assert [after["items"][place] for place in (0, 2)] == [before["items"][place] for place in (0, 2)]


async def test_reissue(api: Api, spotify: FakeSpotify) -> None:
    """A recording comes out anew: another URI stands in its place, everywhere, with date and ISRC of before."""
    own, other, old = spotify.known_playlists.own, spotify.known_playlists.messy, spotify.known.twice
    places = [place for place, uri in enumerate(other.uris) if uri == old.uri]
    before = (await api.get(f"/playlists/{own.id}/items")).json["items"]
    new = spotify.reissue(old.uri)
    after = (await api.get(f"/playlists/{own.id}/items")).json["items"]
    assert [entry["item"]["uri"] for entry in after] == [own.uris[0], new.uri, own.uris[2]]
    for key in ("added_at", "added_by"):
        assert after[1][key] == before[1][key]
    for key in ("name", "duration_ms", "external_ids"):
        assert after[1]["item"][key] == before[1]["item"][key]
    assert after[1]["item"]["album"]["id"] != before[1]["item"]["album"]["id"]
    assert [place for place, uri in enumerate(other.uris) if uri == new.uri] == places != []
    assert (await api.get(f"/tracks/{new.id}")).json["uri"] == new.uri
    assert (await api.post(f"/playlists/{own.id}/items", {"uris": [new.uri]})).status == 201


async def test_lost(api: Api, spotify: FakeSpotify) -> None:
    """What was taken down is null in playlists and albums, is not found, and cannot be added."""
    own = spotify.known_playlists.own
    album = next(album for album in spotify.catalogue.albums.values() if album.total_tracks == 8)
    gone, stays = spotify.catalogue.album_tracks[album.id][1:3]
    own.replace([gone.uri])
    spotify.lose(gone.uri)
    listed = (await api.get(f"/albums/{album.id}/tracks")).json
    assert (listed["total"], listed["items"][1], listed["items"][2]["id"]) == (8, None, stays.id)
    whole = (await api.get(f"/albums/{album.id}")).json
    assert (whole["total_tracks"], whole["tracks"]["items"][1]) == (8, None)
    assert (await api.get(f"/playlists/{own.id}/items")).json["items"][-1]["item"] is None
    found = (await api.get("/search", q=f'track:"{gone.name}"', type="track", limit=10)).json["tracks"]
    assert gone.id not in {track["id"] for track in found["items"]}
    assert (await api.get(f"/tracks/{gone.id}")).status == 404
    refused = await api.post(f"/playlists/{own.id}/items", {"uris": [stays.uri, gone.uri]})
    assert (refused.status, refused.message) == (400, "Payload contains a non-existing ID")
    assert stays.uri not in own.uris


@pytest.mark.parametrize("reason", ["market", "product", "explicit"])
async def test_restricted(api: Api, spotify: FakeSpotify, reason: Reason) -> None:
    """A track that may not be played says why, wherever it is listed, and can still be added."""
    track, own = spotify.known.plain, spotify.known_playlists.own
    assert (await api.get(f"/tracks/{track.id}")).json["is_playable"]
    spotify.restrict(track.uri, reason)
    listed = (await api.get(f"/albums/{track.album.id}/tracks")).json["items"]
    found = (await api.get("/search", q=track.name, type="track", limit=10)).json["tracks"]["items"]
    entries = (await api.get(f"/playlists/{own.id}/items")).json["items"]
    for shown in (
        (await api.get(f"/tracks/{track.id}")).json,
        next(each for each in listed if each["id"] == track.id),
        next(each for each in found if each["id"] == track.id),
        entries[0]["item"],
    ):
        assert (shown["is_playable"], shown["restrictions"]) == (False, {"reason": reason})
    assert (await api.post(f"/playlists/{own.id}/items", {"uris": [track.uri]})).status == 201


async def test_size_limit(api: Api, spotify: FakeSpotify) -> None:
    """A full playlist refuses with 403 and takes nothing of what was sent, however small full is."""
    own, known = spotify.known_playlists.own, spotify.known
    spotify.switches.playlist_size = 4
    refused = await api.post(f"/playlists/{own.id}/items", {"uris": [known.live.uri, known.plain.uri]})
    assert (refused.status, refused.message, len(own.items)) == (403, "Playlist size limit reached", 3)
    assert (await api.post(f"/playlists/{own.id}/items", {"uris": [known.live.uri]})).status == 201
