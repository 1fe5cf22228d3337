"""One playlist: who may read it, what it holds, adding to it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.sandbox.fake_spotify.api import EVERY_SCOPE, Api

if TYPE_CHECKING:
    from sandbox.clock import Clock
    from sandbox.fake_spotify import FakeSpotify


async def test_own(api: Api, spotify: FakeSpotify) -> None:
    """One's own playlist comes with its first items, under the new names only."""
    own = spotify.known_playlists.own
    playlist = (await api.get(f"/playlists/{own.id}")).json
    assert (playlist["name"], playlist["public"], playlist["snapshot_id"]) == (
        "Road Trip",
        True,
        own.snapshot_id,
    )
    assert [item["item"]["uri"] for item in playlist["items"]["items"]] == own.uris
    assert "tracks" not in playlist
    assert "track" not in playlist["items"]["items"][0]


async def test_of_others(api: Api, spotify: FakeSpotify) -> None:
    """Of somebody else's playlist only the outside is shown, its items are refused."""
    path = f"/playlists/{spotify.known_playlists.followed.id}"
    for token in (api.ada, spotify.app_token()):
        assert "items" not in (await api.get(path, token=token)).json
    reply = await api.get(f"{path}/items")
    assert (reply.status, reply.message) == (403, "Forbidden")


async def test_of_others_extended(api: Api, spotify: FakeSpotify) -> None:
    """Extended mode shows them, under both names, also at the old path."""
    spotify.switches.extended = True
    path = f"/playlists/{spotify.known_playlists.followed.id}"
    playlist = (await api.get(path)).json
    assert playlist["items"] == playlist["tracks"]
    for tail in ("items", "tracks"):
        entry = (await api.get(f"{path}/{tail}")).json["items"][0]
        assert entry["item"] == entry["track"]


async def test_collaborator_reads(api: Api, spotify: FakeSpotify) -> None:
    """A collaborator may read what is in it."""
    path = f"/playlists/{spotify.known_playlists.graces_collaborative.id}"
    assert (await api.get(path)).json["items"]["total"] == 5
    assert (await api.get(f"{path}/items")).status == 200


async def test_editorial(api: Api, spotify: FakeSpotify) -> None:
    """Spotify's own playlists do not exist in development mode."""
    reply = await api.get(f"/playlists/{spotify.known_playlists.editorial.id}")
    assert (reply.status, reply.message) == (404, "Resource not found")


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_old_path(api: Api, spotify: FakeSpotify, method: str) -> None:
    """The old path is refused, even on one's own playlist."""
    reply = await api.send(method, f"/playlists/{spotify.known_playlists.own.id}/tracks")
    assert (reply.status, reply.message) == (403, "Forbidden")


async def test_private_needs_scope(api: Api, spotify: FakeSpotify) -> None:
    """Reading one's own private playlist, and any items, needs the scope."""
    token = spotify.user_token("ada")
    for path in (spotify.known_playlists.private.id, f"{spotify.known_playlists.own.id}/items"):
        reply = await api.get(f"/playlists/{path}", token=token)
        assert (reply.status, reply.message) == (403, "Insufficient client scope")
    assert (await api.get(f"/playlists/{spotify.known_playlists.own.id}", token=token)).status == 200


async def test_items_in_pages(api: Api, spotify: FakeSpotify) -> None:
    """Fifty a page at most; 1,240 items take 25 pages."""
    path: str | None = f"/playlists/{spotify.known_playlists.big.id}/items?limit=50"
    uris, pages = [], 0
    while path:
        page = (await api.get(path)).json
        uris += [entry["item"]["uri"] for entry in page["items"]]
        pages += 1
        path = page["next"] and page["next"].removeprefix(spotify.api_url)
    assert (pages, uris) == (25, spotify.known_playlists.big.uris)
    assert (await api.get(f"/playlists/{spotify.known_playlists.big.id}/items", limit=51)).status == 400


async def test_mess(api: Api, spotify: FakeSpotify) -> None:
    """A vanished track is null, so is an episode nobody asked for; a local file has no id; an old entry no date."""
    path = f"/playlists/{spotify.known_playlists.messy.id}/items"
    entries = (await api.get(path, additional_types="track,episode")).json["items"]
    assert entries[1]["item"] is None
    assert entries[2]["item"]["type"] == "episode"
    assert (entries[4]["added_at"], entries[4]["added_by"]) == (None, None)
    local = entries[5]
    assert (local["is_local"], local["item"]["is_local"], local["item"]["id"]) == (True, True, None)
    assert local["item"]["uri"].startswith("spotify:local:")
    assert (await api.get(path)).json["items"][2]["item"] is None


async def test_add(api: Api, spotify: FakeSpotify) -> None:
    """Items go to the end in their order, twice if asked twice, and the version changes."""
    own, new = spotify.known_playlists.own, [spotify.known.live.uri, spotify.known.plain.uri]
    before, version = own.uris, own.snapshot_id
    reply = await api.post(f"/playlists/{own.id}/items", {"uris": new})
    assert (reply.status, reply.json) == (201, {"snapshot_id": own.snapshot_id})
    assert own.uris == before + new
    assert own.snapshot_id != version
    assert own.items[-1].added_by is spotify.people["ada"]


async def test_add_at_position(api: Api, spotify: FakeSpotify) -> None:
    """A position counts from zero, in the body or in the query."""
    own, known = spotify.known_playlists.own, spotify.known
    await api.post(f"/playlists/{own.id}/items", {"uris": [known.live.uri], "position": 1})
    await api.post(f"/playlists/{own.id}/items", {"uris": [known.short.uri]}, position=0)
    assert (own.uris[0], own.uris[2]) == (known.short.uri, known.live.uri)


async def test_query_wins(api: Api, spotify: FakeSpotify) -> None:
    """URIs in the query make the body's list ignored."""
    own, known = spotify.known_playlists.own, spotify.known
    uris = f"{known.live.uri}, {known.short.uri}"
    await api.post(f"/playlists/{own.id}/items", {"uris": [known.hostile.uri]}, uris=uris)
    assert own.uris[3:] == [known.live.uri, known.short.uri]


async def test_add_refused(api: Api, spotify: FakeSpotify) -> None:
    """Nothing, too much, local files, other kinds, the unknown and holes are refused, and nothing is added."""
    own, uri = spotify.known_playlists.own, spotify.known.plain.uri
    before = own.uris
    for body, message in (
        ({}, "No uris provided"),
        ({"uris": []}, "No uris provided"),
        ({"uris": [uri] * 101}, "You can add a maximum of 100 tracks per request."),
        ({"uris": ["spotify:local:a:b:c:1"]}, "Invalid track uri: spotify:local:a:b:c:1"),
        ({"uris": [f"spotify:album:{spotify.known.album.id}"]}, "Invalid track uri"),
        ({"uris": [uri, f"spotify:track:{spotify.known.missing_id}"]}, "Payload contains a non-existing ID"),
        ({"uris": [uri], "position": 99}, "Index out of bounds"),
        (["not", "an", "object"], "Error parsing JSON."),
    ):
        reply = await api.post(f"/playlists/{own.id}/items", body)
        assert (reply.status, reply.message.startswith(message)) == (400, True)
    assert own.uris == before


async def test_add_hundred(api: Api, spotify: FakeSpotify) -> None:
    """A hundred at once are fine."""
    empty = spotify.known_playlists.empty
    reply = await api.post(f"/playlists/{empty.id}/items", {"uris": [spotify.known.plain.uri] * 100})
    assert (reply.status, len(empty.items)) == (201, 100)


async def test_add_full(api: Api, spotify: FakeSpotify) -> None:
    """A playlist ends at 10,000 items."""
    empty = spotify.known_playlists.empty
    empty.add([spotify.known.plain.uri] * 10_000)
    assert (await api.post(f"/playlists/{empty.id}/items", {"uris": [spotify.known.plain.uri]})).status == 403


@pytest.mark.parametrize(
    ("name", "scope"), [("own", "public"), ("private", "private"), ("collaborative", "private")]
)
async def test_add_needs_scope(api: Api, spotify: FakeSpotify, name: str, scope: str) -> None:
    """Public playlists need one scope, all others the other."""
    path = f"/playlists/{getattr(spotify.known_playlists, name).id}/items"
    body = {"uris": [spotify.known.plain.uri]}
    for held, status in (({"public", "private"} - {scope}, 403), ({scope}, 201)):
        token = spotify.user_token("ada", [f"playlist-modify-{one}" for one in held])
        assert (await api.post(path, body, token=token)).status == status


async def test_add_to_others(api: Api, spotify: FakeSpotify) -> None:
    """Somebody else's playlist cannot be changed; by a collaborator only if the switch says so."""
    followed, shared = spotify.known_playlists.followed, spotify.known_playlists.graces_collaborative
    body = {"uris": [spotify.known.plain.uri]}
    for playlist in (followed, shared):
        reply = await api.post(f"/playlists/{playlist.id}/items", body)
        assert (reply.status, reply.message) == (403, "You cannot add tracks to a playlist you don't own.")
    spotify.switches.collaborators_may_write = True
    assert (await api.post(f"/playlists/{followed.id}/items", body)).status == 403
    assert (await api.post(f"/playlists/{shared.id}/items", body)).status == 201
    assert shared.items[-1].added_by is spotify.people["ada"]


async def test_seen_late(api: Api, spotify: FakeSpotify, clock: Clock) -> None:
    """A write may become visible to readers only after a while."""
    spotify.switches.writes_visible_after = timedelta(seconds=20)
    path = f"/playlists/{spotify.known_playlists.own.id}/items"
    await api.post(path, {"uris": [spotify.known.live.uri]})
    assert (await api.get(path)).json["total"] == 3
    clock.advance(20)
    assert (await api.get(path)).json["total"] == 4


def test_by_hand(spotify: FakeSpotify) -> None:
    """Edits in Spotify's apps: add, move, remove every copy, rename; each is a new version."""
    own = spotify.known_playlists.own
    first, second, third = own.uris
    versions = {own.snapshot_id}
    own.add([first], position=2)
    versions.add(own.snapshot_id)
    own.move(0, 4)
    versions.add(own.snapshot_id)
    assert own.uris == [second, first, third, first]
    assert own.remove(first) == 2
    versions.add(own.snapshot_id)
    own.rename("Road Trip II")
    versions.add(own.snapshot_id)
    assert (own.uris, len(versions)) == ([second, third], 5)
    assert spotify.own_playlist("ada", "Road Trip II") is spotify.playlist(own.id) is own


async def test_scopes_are_enough(api: Api, spotify: FakeSpotify) -> None:
    """With every scope asked by the bot, nothing of one's own is refused."""
    token = spotify.user_token("grace", EVERY_SCOPE)
    for playlist in spotify.playlists_of("grace"):
        assert (await api.get(f"/playlists/{playlist.id}/items", token=token)).status == 200
