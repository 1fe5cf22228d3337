"""What is served fits the official description of Spotify's Web API and our overlay, as the client's answers do.

So fake and client cannot agree on a mistake: both are held against the same text (tests/spotify_description).
"""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.fake_spotify.audiobooks import AUDIOBOOK
from sandbox.fake_spotify.authorizing import SCOPES
from sandbox.fake_spotify.web_api import ROUTES
from tests.spotify_description.fixture import described

if TYPE_CHECKING:
    from sandbox.fake_spotify import FakeSpotify
    from tests.sandbox.fake_spotify.api import Api
    from tests.spotify_description.description import Description

pytestmark = pytest.mark.real_part

JPEG = base64.b64encode(b"\xff\xd8\xff\xe0 not much of a picture").decode()


@pytest.fixture(params=["development", "extended"])
def description(request: pytest.FixtureRequest, spotify: FakeSpotify) -> Description:
    """What has to be served: everything the description calls required, but for what development mode has lost."""
    spotify.switches.extended = request.param == "extended"
    return described(extended=spotify.switches.extended, strict=True)


def requests(spotify: FakeSpotify) -> list[tuple[str, str, Any]]:
    """Every route, in an order that gives each something to show: method, path, body."""
    known, lists, ada = spotify.known, spotify.known_playlists, spotify.person("ada")
    track, device = known.plain.uri, ada.listening.devices[0].id
    own, messy = f"/playlists/{lists.own.id}", f"/playlists/{lists.messy.id}"
    saved = f"{track},{known.twice.uri},spotify:album:{known.album.id},spotify:artist:{known.artist.id}"
    saved += f",{known.episode.uri},spotify:show:{known.episode.show_id}"
    return [
        ("GET", f"/tracks/{known.plain.id}", None),
        ("GET", f"/tracks/{known.elsewhere.id}", None),
        ("GET", f"/tracks?ids={known.plain.id},{known.twice.id}", None),
        ("GET", f"/albums/{known.album.id}", None),
        ("GET", f"/albums/{known.album.id}/tracks?limit=2", None),
        ("GET", f"/artists/{known.artist.id}", None),
        ("GET", f"/artists/{known.artist.id}/albums", None),
        ("GET", f"/artists/{known.artist.id}/top-tracks", None),
        ("GET", f"/episodes/{known.episode.id}", None),
        ("GET", f"/shows/{known.episode.show_id}", None),
        ("GET", f"/shows/{known.episode.show_id}/episodes", None),
        ("GET", "/search?q=quist&type=track,artist,album,playlist,show,episode,audiobook", None),
        ("GET", "/me", None),
        ("GET", "/me/playlists?limit=4", None),
        ("GET", f"/users/{ada.id}/playlists", None),
        ("GET", own, None),
        ("GET", f"/playlists/{lists.followed.id}", None),
        ("GET", f"{own}/items?limit=2", None),
        ("GET", f"{messy}/items?offset=2&limit=50&additional_types=track,episode", None),
        ("POST", "/me/playlists", {"name": "New", "public": False}),
        ("PUT", own, {"name": "Newer", "description": "one line"}),
        ("POST", f"{own}/items", {"uris": [track], "position": 0}),
        ("PUT", f"{own}/items", {"range_start": 0, "insert_before": 2}),
        ("PUT", f"{own}/items", {"uris": [track, known.twice.uri]}),
        ("DELETE", f"{own}/items", {"items": [{"uri": track}]}),
        ("GET", f"{own}/images", None),
        ("PUT", f"{own}/images", JPEG),
        ("PUT", f"/me/library?uris={saved}", None),
        ("GET", f"/me/library/contains?uris={saved},{lists.own.uri}", None),
        ("GET", "/me/tracks?limit=1", None),
        ("GET", "/me/albums", None),
        ("GET", "/me/shows", None),
        ("GET", "/me/episodes?limit=1", None),
        ("GET", "/me/audiobooks", None),
        ("GET", "/me/following?type=artist", None),
        ("GET", "/me/top/tracks?limit=3", None),
        ("GET", "/me/top/artists?limit=3&time_range=long_term", None),
        ("DELETE", f"/me/library?uris={known.twice.uri}", None),
        ("GET", "/me/player/devices", None),
        ("PUT", "/me/player", {"device_ids": [device]}),
        ("PUT", "/me/player/play", {"context_uri": lists.linus.uri, "offset": {"position": 1}}),
        ("GET", "/me/player", None),
        ("GET", "/me/player/currently-playing", None),
        ("POST", f"/me/player/queue?uri={track}", None),
        ("GET", "/me/player/queue", None),
        ("POST", "/me/player/next", None),
        ("POST", "/me/player/previous", None),
        ("GET", "/me/player/recently-played?limit=1", None),
        ("PUT", "/me/player/seek?position_ms=1000", None),
        ("PUT", "/me/player/repeat?state=context", None),
        ("PUT", "/me/player/volume?volume_percent=30", None),
        ("PUT", "/me/player/shuffle?state=true", None),
        ("PUT", "/me/player/pause", None),
    ]


def abroad() -> list[tuple[str, str, Any]]:
    """Those for what Ada's country has none of."""
    book = AUDIOBOOK.id
    return [
        ("GET", f"/audiobooks/{book}", None),
        ("GET", f"/audiobooks/{book}/chapters?limit=1", None),
        ("GET", f"/chapters/{AUDIOBOOK.chapters[1].id}", None),
        ("GET", "/search?q=lamp&type=track,artist,album,playlist,show,episode,audiobook", None),
        ("PUT", f"/me/library?uris=spotify:audiobook:{book}", None),
        ("GET", f"/me/library/contains?uris=spotify:audiobook:{book}", None),
        ("GET", "/me/audiobooks?limit=1", None),
    ]


async def test_served(api: Api, spotify: FakeSpotify, description: Description) -> None:
    """Status and body of every route are as described."""
    swedish = spotify.user_token("ada", tuple(SCOPES))
    closed = {"/users/{user_id}/playlists", "/artists/{id}/top-tracks", "/tracks"}
    asked = set()
    spotify.allowlist.add("barbara")
    british = spotify.user_token("barbara", tuple(SCOPES))
    every = [(swedish, *one) for one in requests(spotify)] + [(british, *one) for one in abroad()]
    for token, method, target, body in every:
        path = target.partition("?")[0]
        operation = description.operation(method, path)
        asked.add(str(operation))
        sent = body if body is None or isinstance(body, str) else json.dumps(body)
        answer = await api.send(
            method, target, token=token, body=sent, kind="image/jpeg" if sent == JPEG else None
        )
        if operation.path in closed and not spotify.switches.extended:
            assert (target, answer.status) == (target, 403)
            continue
        status, schema = description.answer(operation)
        assert (target, answer.status) == (target, status), answer.text
        problems = description.problems(answer.json, schema) if schema else [answer.text] * bool(answer.text)
        assert (target, problems) == (target, [])
    served = {
        str(description.operation(r.method, _filled(r.path))) for r in ROUTES if "/tracks" not in r.path[9:]
    }
    assert {one for one in served if not one.endswith("/playlists/{playlist_id}/tracks")} <= asked


def _filled(path: str) -> str:
    """A route's path with something in the place of what varies."""
    for part, one in (
        ("{kind:artists|tracks}", "tracks"),
        ("{what:seek|repeat|shuffle|volume}", "seek"),
        ("{id}", "x"),
    ):
        path = path.replace(part, one)
    return path


async def test_nothing_active(api: Api, spotify: FakeSpotify, description: Description) -> None:
    """With nothing active the player answers 204, which the description knows too."""
    answer = await api.get("/me/player", token=spotify.user_token("ada", tuple(SCOPES)))
    assert (answer.status, answer.text) == (204, "")
    assert "204" in description.operation("GET", "/me/player").document["responses"]


async def test_check_bites(api: Api, spotify: FakeSpotify, description: Description) -> None:
    """The check does find what is wrong."""
    track = (await api.get(f"/tracks/{spotify.known.plain.id}")).json | {"duration_ms": "long"}
    (problem,) = description.problems(track, description.named("TrackObject"))
    assert problem.startswith("$.duration_ms")
    album = (await api.get(f"/albums/{spotify.known.album.id}")).json
    del album["total_tracks"]
    (problem,) = description.problems(album, description.named("AlbumObject"))
    assert "total_tracks" in problem


async def test_errors(api: Api, description: Description) -> None:
    """Errors are as described."""
    answer = await api.get("/tracks/x")
    assert description.problems(answer.json["error"], description.named("ErrorObject")) == []
