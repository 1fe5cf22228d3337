"""Spotify's side: looking into playlists, and editing them by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.sandbox.control.interface import Interface


async def test_edits_by_hand(quiet: Interface) -> None:
    """Adding, moving, removing and renaming do what they do in Spotify's app."""
    playlist = quiet.world.spotify.known_playlists.own
    here, before, snapshot = f"/api/playlists/{playlist.id}", playlist.uris, playlist.snapshot_id
    [found] = await quiet.get("/api/tracks", query="tin parade", limit=1)
    changed = await quiet.post(f"{here}/additions", uris=[found["uri"]], position=1, by="grace")
    assert changed["items"] == 4
    assert changed["snapshot_id"] != snapshot
    assert playlist.uris == [before[0], found["uri"], *before[1:]]
    await quiet.post(f"{here}/moves", **{"from": 1, "to": 3})
    assert playlist.uris == [*before, found["uri"]]
    await quiet.post(f"{here}/moves", **{"from": 3, "to": 0})
    assert playlist.uris == [found["uri"], *before]
    item = (await quiet.get(here))["items"][0]
    assert (item["title"], item["added_by"], item["kind"]) == (found["title"], "grace", "track")
    await quiet.post(f"{here}/removals", position=0)
    assert playlist.uris == before
    await quiet.post(f"{here}/additions", uris=[before[0]])
    await quiet.post(f"{here}/removals", uri=before[0])
    assert playlist.uris == before[1:]
    renamed = await quiet.patch(here, name="Long Road", public=False)
    assert (renamed["name"], renamed["public"]) == ("Long Road", False)
    made = await quiet.post("/api/playlists", person="linus", name="Quiet")
    assert made["id"] in [each["id"] for each in (await quiet.get("/api/playlists"))["linus"]]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("additions", {"uris": ["spotify:track:nothing"]}),
        ("additions", {"uris": []}),
        ("moves", {"from": 0, "to": 3}),
        ("removals", {"position": 3}),
        ("removals", {"uri": "spotify:track:nothing"}),
        ("removals", {}),
    ],
)
async def test_impossible_edits(quiet: Interface, path: str, body: dict[str, object]) -> None:
    """What is not there cannot be moved or removed, and what nobody knows cannot be added; nothing changes."""
    playlist = quiet.world.spotify.known_playlists.own
    before = playlist.snapshot_id
    status, _ = await quiet.ask("POST", f"/api/playlists/{playlist.id}/{path}", body)
    assert status == 400
    assert playlist.snapshot_id == before


async def test_messy_playlists(quiet: Interface) -> None:
    """Local files, episodes and lost tracks are shown as what they are; a long list comes in parts."""
    known = quiet.world.spotify.known_playlists
    messy = await quiet.get(f"/api/playlists/{known.messy.id}")
    assert {item["kind"] for item in messy["items"]} == {"track", "gone", "episode", "local"}
    part = await quiet.get(f"/api/playlists/{known.big.id}", limit=5, offset=1238)
    assert (part["total"], [item["position"] for item in part["items"]]) == (1240, [1238, 1239])


async def test_unlinking_shows(interface: Interface) -> None:
    """Who is linked is what the bot keeps; the consent at Spotify outlives it."""
    await interface.world.link(interface.world.discord.actor("ada"))
    [link] = (await interface.get("/api/spotify"))["linked"]
    assert (link["member"], link["person"], link["ended"]) == ("ada", "ada", False)
    await interface.post("/api/clock", days=200)
    [link] = (await interface.get("/api/spotify"))["linked"]
    assert link["ended"]
    await interface.command("ada", "unlink")
    spotify = await interface.get("/api/spotify")
    assert spotify["linked"] == []
    [consent] = next(each for each in spotify["people"] if each["name"] == "ada")["consents"]
    assert not consent["revoked"]


async def test_what_labels_do(quiet: Interface) -> None:
    """Tracks are withdrawn, come out anew or are restricted, many at once; a short link and a blank entry are made."""
    spotify = quiet.world.spotify
    own = spotify.known_playlists.own
    first, second, third = own.uris
    new = (await quiet.post("/api/catalogue", do="reissue", uris=[first]))["uris"]
    assert own.uris == [*new, second, third]
    assert (await quiet.post("/api/catalogue", do="withdraw", uris=[second, third]))["uris"] == []
    await quiet.post("/api/catalogue", do="restrict", uris=new, reason="explicit")
    await quiet.post(f"/api/playlists/{own.id}/blanks", position=0)
    items = (await quiet.get(f"/api/playlists/{own.id}"))["items"]
    assert [item["kind"] for item in items] == ["blank", "gone", "gone"]
    assert (await quiet.post("/api/short_links", uri=own.uri))["address"].startswith("https://spotify.link/")
    assert (await quiet.get("/api/spotify"))["oembed"] == f"{spotify.accounts_url}/oembed"
    for path, body in (
        ("/api/catalogue", {"do": "withdraw", "uris": [second]}),
        ("/api/catalogue", {"do": "burn", "uris": new}),
        (f"/api/playlists/{own.id}/blanks", {"position": 3}),
        ("/api/short_links", {"uri": second}),
    ):
        assert (await quiet.ask("POST", path, body))[0] == 400
