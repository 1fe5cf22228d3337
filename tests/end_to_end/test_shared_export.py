"""/shared export: the files a member gets, seen by them alone."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from sandbox.fake_spotify import Fault
from tests.bot.services.track_files.xspf_rules import broken_rules
from tests.end_to_end.voting import says
from tests.shared_records import bring, lend

if TYPE_CHECKING:
    from bot.stores.lists import SharedPlaylist
    from sandbox.fake_discord import Actor
    from sandbox.world import World

PAGES = "GET /playlists/*/items"


@pytest.fixture
async def shared(world: World, linked: Actor) -> SharedPlaylist:
    """Ada's empty list, lent to Tape Heads; two tracks are in by our records."""
    shared = await lend(world, linked, world.spotify.known_playlists.empty, name="Tapes & More")
    known, stores = world.spotify.known, world.app.stores
    linus = world.discord.actor("linus", channel="music").member
    await bring(stores, shared, 1, known.plain.uri, linus.id, note="=1+1")
    await bring(stores, shared, 2, known.explicit.uri, linked.member.id)
    return shared


async def test_csv(world: World, shared: SharedPlaylist) -> None:
    """Two tables arrive privately, with the names members have in this server."""
    margaret = world.discord.actor("margaret", channel="music")
    reply = await (await margaret.command("shared export", list=shared.name, format="csv")).reply()
    assert reply.ephemeral
    assert "2 tracks" in reply.text
    items, history = reply.attachments
    assert [items.filename[:10], history.filename[-12:]] == ["tapes-more", "-history.csv"]
    rows = list(csv.DictReader(io.StringIO(items.upload.data.decode("utf-8-sig"))))
    assert [row["uri"] for row in rows] == [world.spotify.known.plain.uri, world.spotify.known.explicit.uri]
    assert [row["added_by"] for row in rows] == ["Linus", "Ada"]
    assert rows[0]["note"] == "'=1+1"


async def test_a_formula_behind_a_semicolon(world: World, shared: SharedPlaylist, linus: Actor) -> None:
    """A member's note is no formula, whatever whoever opens the file lets split it."""
    track = world.spotify.known.acoustic.uri
    await (await linus.command("add", track=track, playlist=shared.name, note="nice;=HYPERLINK(1);x")).reply()
    await world.advance(seconds=5)
    reply = await (await linus.command("shared export", list=shared.name, format="csv")).reply()
    table = reply.attachments[0].upload.data.decode("utf-8-sig")
    assert "nice;'=HYPERLINK(1);x" in table
    for splitter in ",;\t|":
        cells = [cell for row in csv.reader(io.StringIO(table), delimiter=splitter) for cell in row]
        assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))] == []


async def test_json(shared: SharedPlaylist, ada: Actor) -> None:
    """The same as one document."""
    reply = await (await ada.command("shared export", format="json")).reply()
    (file,) = reply.attachments
    held = json.loads(file.upload.data)
    assert held["list"] == shared.name
    assert [item["added_by"] for item in held["items"]] == ["Linus", "Ada"]


async def test_titles(world: World, shared: SharedPlaylist, linus: Actor) -> None:
    """Title, artists, album, length, ISRC and link stand in the file, read from Spotify in one request."""
    known = world.spotify.known.plain
    world.spotify.known_playlists.empty.add([known.uri, world.spotify.known.explicit.uri])
    before = len(world.spotify.calls_to("GET /playlists/*/items"))
    reply = await (await linus.command("shared export", list=shared.name, format="csv")).reply()
    row = next(csv.DictReader(io.StringIO(reply.attachments[0].upload.data.decode("utf-8-sig"))))
    assert (row["title"], row["artists"]) == (known.name, ", ".join(artist.name for artist in known.artists))
    assert (row["isrc"], row["duration_ms"]) == (known.isrc, str(known.duration_ms))
    assert row["link"] == f"https://open.spotify.com/track/{known.id}"
    assert len(world.spotify.calls_to("GET /playlists/*/items")) == before + 1


@pytest.mark.parametrize("kind", ["jspf", "xspf", "m3u8"])
async def test_for_players(world: World, shared: SharedPlaylist, linus: Actor, kind: str) -> None:
    """A playlist other players open, with the names; it's said that the history isn't in it."""
    known = world.spotify.known.plain
    world.spotify.known_playlists.empty.add([known.uri])
    reply = await (await linus.command("shared export", list=shared.name, format=kind)).reply()
    assert reply.ephemeral
    assert "CSV and JSON have the history" in reply.text
    (file,) = reply.attachments
    assert file.filename.endswith(f"-playlist.{kind}")
    text = file.upload.data.decode()
    assert f"https://open.spotify.com/track/{known.id}" in text
    assert known.name in text
    if kind == "xspf":
        assert broken_rules(file.upload.data) == []


async def test_no_titles(shared: SharedPlaylist, linked: Actor, linus: Actor) -> None:
    """While the owner's link is gone, the file comes without titles, and it's said what would bring them back."""
    await (await linked.command("unlink")).reply()
    reply = await (await linus.command("shared export", list=shared.name, format="csv")).reply()
    assert "again before I can read titles. Without a title: 2 tracks." in reply.text
    rows = list(csv.DictReader(io.StringIO(reply.attachments[0].upload.data.decode("utf-8-sig"))))
    assert [(row["title"], row["added_by"]) for row in rows] == [("", "Linus"), ("", "Ada")]


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Fault(PAGES, kind="status", status=429, retry_after=120, times=None), "limiting my requests"),
        (Fault(PAGES, kind="status", status=404, times=None), "can't find this playlist any more"),
        (Fault(PAGES, kind="status", status=503, times=None), "isn't answering right now"),
    ],
    ids=["limited", "gone", "away"],
)
async def test_spotify_away(
    world: World, shared: SharedPlaylist, linus: Actor, fault: Fault, words: str
) -> None:
    """Whatever Spotify says, the file comes with what is on record, and the answer says what is missing and why."""
    world.spotify.faults.add(replace(fault))
    reply = await (await linus.command("shared export", list=shared.name, format="xspf")).reply()
    await says(world, reply, words, "Without a title: 2 tracks.")
    assert broken_rules(reply.attachments[0].upload.data) == []


async def test_somebody_left(world: World, shared: SharedPlaylist, ada: Actor) -> None:
    """Whoever left the server stays in the file by their id."""
    barbara = world.discord.state.members["barbara"]
    await bring(world.app.stores, shared, 3, world.spotify.known.acoustic.uri, barbara.id)
    reply = await (await ada.command("shared export", format="json")).reply()
    last = json.loads(reply.attachments[0].upload.data)["items"][2]
    assert (last["added_by_id"], last["added_by"]) == (str(barbara.id), None)


async def test_other_servers(world: World, shared: SharedPlaylist) -> None:
    """Another server cannot export the list, nor have it suggested."""
    stranger = world.discord.actor("margaret", guild="Night Shift", channel="music")
    assert await stranger.suggest("shared export", "list", "", format="csv") == []
    reply = await (await stranger.command("shared export", list=shared.list_id, format="csv")).reply()
    assert reply.attachments == []
    assert "No shared playlist here yet" in reply.text
