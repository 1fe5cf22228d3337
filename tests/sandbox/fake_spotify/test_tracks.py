"""Tracks, albums and artists."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from sandbox.fake_spotify import FakeSpotify
    from tests.sandbox.fake_spotify.api import Api

GONE = {"available_markets", "popularity", "linked_from"}


async def test_track(api: Api, spotify: FakeSpotify) -> None:
    """A track with its artists, album, cover, length and recording."""
    track = (await api.get(f"/tracks/{spotify.known.plain.id}")).json
    assert (track["name"], track["duration_ms"], track["explicit"]) == ("Copper Umbrella", 214_000, False)
    assert [artist["name"] for artist in track["artists"]] == ["Velmora Quist"]
    assert (track["album"]["name"], track["album"]["release_date"]) == ("Small Hours Atlas", "2019-05-03")
    assert track["external_ids"] == {"isrc": spotify.known.plain.isrc}
    assert [image["width"] for image in track["album"]["images"]] == [640, 300, 64]


async def test_removed_fields(api: Api, spotify: FakeSpotify) -> None:
    """Development mode leaves removed fields out; extended mode has them."""
    path = f"/tracks/{spotify.known.plain.id}"
    assert not GONE & (await api.get(path)).json.keys()
    spotify.switches.extended = True
    assert {"available_markets", "popularity"} <= (await api.get(path)).json.keys()


@pytest.mark.parametrize("kind", ["tracks", "albums", "artists", "playlists"])
async def test_ids(api: Api, spotify: FakeSpotify, kind: str) -> None:
    """A malformed id is 400, one that nothing has 404."""
    malformed = await api.get(f"/{kind}/{spotify.known.malformed_id}")
    missing = await api.get(f"/{kind}/{spotify.known.missing_id}")
    assert (malformed.status, malformed.message) == (400, "invalid id")
    assert (missing.status, missing.message) == (404, "Resource not found")


async def test_market(api: Api, spotify: FakeSpotify) -> None:
    """An app token needs a market, else nothing is playable; a person's country wins over the parameter."""
    path, app = f"/tracks/{spotify.known.plain.id}", spotify.app_token()
    without = (await api.get(path, token=app)).json
    assert (without["is_playable"], without["restrictions"]) == (False, {"reason": "market"})
    assert (await api.get(path, token=app, market="SE")).json["is_playable"] is True
    assert (await api.get(path)).json["is_playable"] is True
    japanese = f"/tracks/{spotify.known.elsewhere.id}"
    assert (await api.get(japanese, token=app, market="JP")).json["is_playable"] is True
    assert (await api.get(japanese, market="JP")).json["is_playable"] is False
    assert (await api.get(path, token=app, market="from_token")).status == 400


async def test_album(api: Api, spotify: FakeSpotify) -> None:
    """An album holds its tracks, without album and recording; `genres` is always empty."""
    album = (await api.get(f"/albums/{spotify.known.album.id}")).json
    assert album["tracks"]["total"] == album["total_tracks"] == 8
    assert not {"album", "external_ids"} & album["tracks"]["items"][0].keys()
    assert (album["genres"], "label" in album) == ([], False)
    page = (await api.get(f"/albums/{spotify.known.album.id}/tracks", limit=3, offset=3)).json
    assert [track["track_number"] for track in page["items"]] == [4, 5, 6]


async def test_taken_down(api: Api, spotify: FakeSpotify) -> None:
    """An album may have lost its name."""
    assert (await api.get(f"/tracks/{spotify.known.taken_down.id}")).json["album"]["name"] == ""


async def test_artist(api: Api, spotify: FakeSpotify) -> None:
    """An artist without followers and popularity."""
    artist = (await api.get(f"/artists/{spotify.known.artist.id}")).json
    assert (artist["name"], artist["genres"]) == ("Velmora Quist", ["attic pop"])
    assert not {"followers", "popularity"} & artist.keys()
