"""Search: kinds, pages, words and filters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from sandbox.fake_spotify import FakeSpotify
    from tests.sandbox.fake_spotify.api import Api


async def _names(api: Api, q: str) -> list[str]:
    page = (await api.get("/search", q=q, type="track", limit=10)).json["tracks"]
    return [track["name"] for track in page["items"]]


async def test_page_size(api: Api) -> None:
    """Five when nothing is said, ten at most."""
    page = (await api.get("/search", q="the", type="track")).json["tracks"]
    assert (len(page["items"]), page["limit"]) == (5, 5)
    for limit in (10, 0):
        page = (await api.get("/search", q="the", type="track", limit=limit)).json["tracks"]
        assert (len(page["items"]), page["limit"]) == (limit, limit)
    reply = await api.get("/search", q="the", type="track", limit=11)
    assert (reply.status, reply.message) == (400, "Invalid limit")


async def test_page_size_extended(api: Api, spotify: FakeSpotify) -> None:
    """Extended mode still gives fifty."""
    spotify.switches.extended = True
    assert len((await api.get("/search", q="the", type="track", limit=50)).json["tracks"]["items"]) == 50


async def test_pages(api: Api) -> None:
    """Following `next` shows everything once."""
    reply = (await api.get("/search", q="lantern", type="track", limit=10)).json["tracks"]
    seen = [track["id"] for track in reply["items"]]
    while reply["next"]:
        assert reply["next"].startswith(api.spotify.api_url)
        reply = (await api.get(reply["next"].removeprefix(api.spotify.api_url))).json["tracks"]
        seen += [track["id"] for track in reply["items"]]
    assert len(seen) == len(set(seen)) == reply["total"] > 10


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"type": "track"}, "No search query"),
        ({"q": " ", "type": "track"}, "No search query"),
        ({"q": "x"}, "Missing parameter type"),
        ({"q": "x", "type": "track,song"}, "Bad search type field song"),
        ({"q": "x", "type": "track", "limit": "ten"}, "Invalid limit"),
        ({"q": "x", "type": "track", "offset": -1}, "Invalid offset"),
        ({"q": "x", "type": "track", "offset": 1001}, "Invalid offset"),
    ],
)
async def test_bad_request(api: Api, query: dict[str, object], message: str) -> None:
    """What is missing or out of range is named."""
    reply = await api.send("GET", "/search", query=query)
    assert (reply.status, reply.message) == (400, message)


async def test_words(api: Api) -> None:
    """All words have to occur, in title, artist or album, from their beginning; case and accents do not matter."""
    assert await _names(api, "copper umbrella") == ["Copper Umbrella"]
    assert await _names(api, "QUIST cöpper umb") == ["Copper Umbrella"]
    assert await _names(api, "copper zeppelin") == []
    assert await _names(api, "opper umbrella") == []


async def test_exact_first(api: Api) -> None:
    """The exact title comes before remix, live and cover versions."""
    names = await _names(api, "glasshouse forecast")
    assert names[:2] == ["Glasshouse Forecast", "Glasshouse Forecast"]
    assert len(names) == 5


async def test_invisible_letters(api: Api, spotify: FakeSpotify) -> None:
    """Zero-width letters in a title do not keep it from being found."""
    assert await _names(api, "invisible ink") == [spotify.known.zero_width.name]


@pytest.mark.parametrize(
    "q",
    [
        'track:"tin parade" artist:"velmora quist" album:atlas',
        "artist:Velmora Quist track:tin parade year:2019 album:small hours",
        "tin parade artist:quist year:2018-2020 album:small",
    ],
)
async def test_filters(api: Api, spotify: FakeSpotify, q: str) -> None:
    """Filters hold in their own field, quoted or not, beside plain words."""
    found = (await api.get("/search", q=q, type="track")).json["tracks"]["items"]
    assert [track["id"] for track in found] == [spotify.known.twice.id]


async def test_isrc(api: Api, spotify: FakeSpotify) -> None:
    """A recording may be on two albums."""
    found = (await api.get("/search", q=f"isrc:{spotify.known.twice.isrc}", type="track")).json["tracks"][
        "items"
    ]
    assert {track["id"] for track in found} == {spotify.known.twice.id, spotify.known.twice_single.id}


async def test_year_does_not_fit(api: Api) -> None:
    """A year is one or a range."""
    assert await _names(api, "copper umbrella year:2018") == []
    assert await _names(api, "copper umbrella year:soon") == []


async def test_several_kinds(api: Api) -> None:
    """Each kind has its own page; kinds the sandbox knows nothing of are empty."""
    reply = (await api.get("/search", q="velmora quist", type="track,artist,album,show")).json
    assert reply.keys() == {"tracks", "artists", "albums", "shows"}
    assert [artist["name"] for artist in reply["artists"]["items"]] == ["Velmora Quist"]
    assert (reply["albums"]["total"], reply["shows"]["items"]) == (4, [])


async def test_hidden_playlists(api: Api, spotify: FakeSpotify) -> None:
    """Spotify's own playlists are null in development mode, and still counted."""
    page = (await api.get("/search", q="fresh nowhere", type="playlist")).json["playlists"]
    assert (page["items"], page["total"]) == ([None], 1)
    spotify.switches.extended = True
    page = (await api.get("/search", q="fresh nowhere", type="playlist")).json["playlists"]
    assert page["items"][0]["owner"]["id"] == "spotify"


async def test_private_playlists(api: Api) -> None:
    """Playlists that are not public cannot be searched for."""
    assert (await api.get("/search", q="secret santa", type="playlist")).json["playlists"]["items"] == []
