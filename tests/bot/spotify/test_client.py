"""Reading through the client against a loopback server: addresses, headers, and both shapes of answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.bot.spotify.recorded import LIST, TRACK, URI, answer

if TYPE_CHECKING:
    from bot.spotify.client import SpotifyClient
    from bot.spotify.oauth import AppToken, UserToken
    from tests.bot.spotify.scripted import Scripted


async def test_search(server: Scripted, client: SpotifyClient, app_token: AppToken) -> None:
    """A search asks for one page of ten tracks; null entries are dropped and counted."""
    answer(server, "search-tracks")
    page = await client.search_tracks(app_token, "harbour & “lights” + 50%")
    call = server.calls[0]
    assert call.target == (
        "/v1/search?type=track&limit=10&offset=0"
        "&q=harbour%20%26%20%E2%80%9Clights%E2%80%9D%20%2B%2050%25&market=SE"
    )
    assert call.headers["authorization"] == "Bearer marker-app-token"
    assert [track.name for track in page.items] == ["Harbour Lights", "Harbour Lights - Live"]
    assert (page.skipped, page.total, page.next is None) == (1, 841, False)
    first = page.items[0]
    assert (first.external_ids.isrc, first.duration_ms) == ("SEXXX1900001", 215_001)
    assert first.album is not None
    assert first.album.release_date == "2019-03"


async def test_nothing_found(server: Scripted, client: SpotifyClient, app_token: AppToken) -> None:
    """No match is an empty page, not an error."""
    answer(server, "search-nothing")
    page = await client.search_tracks(app_token, "qwxz")
    assert (page.items, page.total, page.skipped) == ((), 0, 0)


async def test_nulls_everywhere(server: Scripted, client: SpotifyClient, app_token: AppToken) -> None:
    """A field that is null counts as absent, and an entry without address costs only itself."""
    answer(server, "search-explicit_nulls")
    page = await client.search_tracks(app_token, "harbour")
    assert [track.id for track in page.items] == [TRACK, "02TapeHeadTestTrack000"]
    assert page.skipped == 1
    assert page.items[0].artists == ()
    assert page.items[1].album is not None
    assert [artist.name for artist in page.items[1].album.artists] == ["The Paper Lanterns"]


@pytest.mark.parametrize("name", ["track-full", "track-reduced", "track-extended_mode"])
async def test_track(server: Scripted, client: SpotifyClient, app_token: AppToken, name: str) -> None:
    """A track reads the same with all fields, with the few of development mode, and with the removed ones."""
    answer(server, name)
    track = await client.track(app_token, TRACK)
    assert server.calls[0].target == f"/v1/tracks/{TRACK}?market=SE"
    assert (track.uri, track.name) == (URI, "Harbour Lights")
    assert track.url == f"https://open.spotify.com/track/{TRACK}"


async def test_market_belongs_to_the_app(
    server: Scripted, client: SpotifyClient, user_token: UserToken
) -> None:
    """With a user token no market is sent: the account's own country counts."""
    answer(server, "track-full")
    await client.track(user_token, TRACK)
    answer(server, "search-tracks")
    await client.search_tracks(user_token, "x", limit=3, offset=20)
    assert [call.target for call in server.calls] == [
        f"/v1/tracks/{TRACK}",
        "/v1/search?type=track&limit=3&offset=20&q=x",
    ]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("me-full", ("ada.tape", "aB3dE5fG7h", "Ada")),
        ("me-nameless", ("ada.tape", "aB3dE5fG7h", None)),
        ("me-before_may_2026", ("ada.tape", None, "Ada")),
    ],
)
async def test_me(
    server: Scripted,
    client: SpotifyClient,
    user_token: UserToken,
    name: str,
    expected: tuple[str | None, ...],
) -> None:
    """The account is read with and without its stable id and its name."""
    answer(server, name)
    me = await client.me(user_token)
    assert server.calls[0].target == "/v1/me"
    assert (me.id, me.account_id, me.display_name) == expected


async def test_my_playlists(server: Scripted, client: SpotifyClient, user_token: UserToken) -> None:
    """Counts come under `items`, under `tracks`, under both, or not at all; null entries are skipped."""
    answer(server, "me_playlists-mixed")
    page = await client.my_playlists(user_token)
    assert server.calls[0].target == "/v1/me/playlists?limit=50&offset=0"
    assert [(p.name, p.item_count) for p in page.items] == [
        ("Friday", 31),
        ("Empty", 0),
        ("Old Shape", 7),
        ("Both Names", 12),
        ("By Grace", None),
    ]
    assert page.skipped == 1


@pytest.mark.parametrize(
    ("name", "count"), [("playlist-own", 31), ("playlist-others", None), ("playlist-old_names", 7)]
)
async def test_playlist(
    server: Scripted, client: SpotifyClient, user_token: UserToken, name: str, count: int | None
) -> None:
    """A playlist reads with its items inside, under either name, and without them."""
    answer(server, name)
    playlist = await client.playlist(user_token, LIST)
    assert server.calls[0].target == f"/v1/playlists/{LIST}?additional_types=track,episode"
    assert playlist.item_count == count


@pytest.mark.parametrize(
    ("name", "entries"), [("playlist-own", 1), ("playlist-others", None), ("playlist-old_names", None)]
)
async def test_opened_playlist(
    server: Scripted, client: SpotifyClient, user_token: UserToken, name: str, entries: int | None
) -> None:
    """One call tells the version and the first page; where Spotify shows no such page there is none."""
    answer(server, name)
    opened = await client.opened_playlist(user_token, LIST)
    assert server.calls[0].target == f"/v1/playlists/{LIST}?additional_types=track,episode"
    assert opened.snapshot_id
    assert (len(opened.first.items) + opened.first.skipped if opened.first else None) == entries


async def test_playlist_items(server: Scripted, client: SpotifyClient, user_token: UserToken) -> None:
    """Tracks, episodes, local files and what is gone stand in one list; entries that are null do not."""
    answer(server, "playlist_items-item")
    page = await client.playlist_items(user_token, LIST)
    assert server.calls[0].target == (
        f"/v1/playlists/{LIST}/items?limit=50&offset=0&additional_types=track,episode"
    )
    kinds = [item.content and (item.content.type, item.content.is_local) for item in page.items]
    assert kinds == [("track", False), None, ("episode", False), ("track", True), ("track", False)]
    assert page.skipped == 1
    assert page.items[-1].added_by is None
    assert page.items[0].added_at is not None
    assert page.items[0].added_at.utcoffset() is not None


@pytest.mark.parametrize(
    ("name", "uris"),
    [("track", [URI, None]), ("both", [URI, "spotify:track:02TapeHeadTestTrack000"])],
)
async def test_item_under_its_old_name(
    server: Scripted, client: SpotifyClient, user_token: UserToken, name: str, uris: list[str | None]
) -> None:
    """An entry's content is found under `track` too, when `item` is absent or null."""
    answer(server, f"playlist_items-{name}")
    page = await client.playlist_items(user_token, LIST)
    assert [item.content.uri if item.content else None for item in page.items] == uris
