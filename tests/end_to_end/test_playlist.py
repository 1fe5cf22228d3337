"""/playlist: looking into a playlist, making and changing one, and taking it out of the library."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from sandbox.fake_discord.uploads import Upload
from tests.end_to_end.test_library import allow
from tests.end_to_end.voting import says

if TYPE_CHECKING:
    from sandbox.fake_discord import Actor
    from sandbox.world import World


async def test_view(world: World, linked: Actor) -> None:
    """Private: name, description, count and every entry, each linked, with what Spotify can't name said."""
    reply = await (await linked.command("playlist view", playlist="Since 2009")).reply()
    assert reply.ephemeral
    messy = world.spotify.known_playlists.messy
    assert messy.url in reply.text
    assert "No longer available" in reply.text
    assert "local file" in reply.text
    assert "Kitchen Take 3" in reply.text
    assert "`8`" in reply.text
    assert any(button.label == "Open in Spotify" for button in reply.buttons())


async def test_pages(world: World, linked: Actor) -> None:
    """Twenty entries to a page, one call each for the first page, and the buttons lead on and back."""
    before = len(world.spotify.calls)
    link = world.spotify.known_playlists.big.url
    reply = await (await linked.command("playlist view", playlist=link)).reply()
    assert len(world.spotify.calls) == before + 1
    assert "page 1 of 62" in reply.text
    assert "`20`" in reply.text
    assert "`21`" not in reply.text
    second = await (await linked.press(reply, "Next")).updated()
    assert "page 2 of 62" in second.text
    assert "`21`" in second.text
    world.spotify.known_playlists.big.replace([world.spotify.known.plain.uri])
    third = await (await linked.press(second, "Next")).updated()
    assert "page 1 of 1" in third.text


async def test_not_mine(world: World, linked: Actor) -> None:
    """Somebody else's playlist shows what it is, and says who can list it."""
    reply = await (await linked.command("playlist view", playlist="Grace's Picks")).reply()
    assert world.spotify.known_playlists.followed.url in reply.text
    assert "only for its owner and collaborators" in reply.text


async def test_named(linked: Actor) -> None:
    """A name nobody has, and part of a name that several have, are answered with what to do."""
    reply = await (await linked.command("playlist view", playlist="no such thing")).reply()
    assert "can't find a playlist" in reply.text
    reply = await (await linked.command("playlist view", playlist="r")).reply()
    assert "could be" in reply.text
    assert "suggestions" in reply.text


async def test_suggestions(linked: Actor) -> None:
    """What can be viewed is suggested, also what is only followed; for an edit only what one can change."""
    assert len(await linked.suggest("playlist view", "playlist", "Grace")) == 1
    assert await linked.suggest("playlist edit", "playlist", "Grace") == []


async def test_not_linked(ada: Actor) -> None:
    """Without a link every command of the group leads to /link, before a form is opened."""
    for name, options in (("view", {"playlist": "x"}), ("create", {}), ("unfollow", {"playlist": "x"})):
        reply = await (await ada.command(f"playlist {name}", **options)).reply()
        assert reply.ephemeral
        assert "link" in reply.text


async def test_create(world: World, linked: Actor) -> None:
    """A form makes a playlist, off the profile unless one ticks the box."""
    form = await (await linked.command("playlist create")).modal()
    made = await (await linked.submit(form, {"Name": "Tape  9", "Description": "for the road"})).reply()
    assert made.ephemeral
    created = world.spotify.own_playlist("ada", "Tape 9")
    assert (created.description, created.public) == ("for the road", False)
    assert "Tape 9" in made.text
    assert "not on profile" in made.text


async def test_refused_form(world: World, linked: Actor) -> None:
    """What Spotify wouldn't take is refused with the limit, and *Edit again* brings back what was typed."""
    before = len(world.spotify.playlists_of("ada"))
    form = await (await linked.command("playlist create")).modal()
    refused = await (await linked.submit(form, {"Name": "Tape", "Description": "x" * 301})).reply()
    assert "300" in refused.text
    assert len(world.spotify.playlists_of("ada")) == before
    again = await (await linked.press(refused, "Edit again")).modal()
    assert again.fields[1].value == "x" * 301
    await linked.submit(again, {"Description": "short"})
    await says(world, refused, "not on profile")
    assert world.spotify.own_playlist("ada", "Tape").description == "short"


async def test_edit(world: World, linked: Actor) -> None:
    """The form shows what is so, and what was changed is saved and shown."""
    own = world.spotify.known_playlists.own
    card = await (await linked.command("playlist edit", playlist="Road Trip")).reply()
    form = await (await linked.press(card, "Edit…")).modal()
    assert [field.value for field in form.fields[:2]] == ["Road Trip", "Windows down."]
    changed = await (
        await linked.submit(form, {"Name": "Rail Trip", "Show it on my profile": False})
    ).updated()
    assert (own.name, own.description, own.public) == ("Rail Trip", "Windows down.", False)
    assert "Saved." in changed.text
    assert "Rail Trip" in changed.text


async def test_edit_anothers(linked: Actor) -> None:
    """Somebody else's playlist can't be edited."""
    reply = await (await linked.command("playlist edit", playlist="Grace's Picks")).reply()
    assert "belongs to" in reply.text


async def test_unfollow(world: World, linked: Actor) -> None:
    """Nothing happens before one says yes; of one's own playlist it is said what that means."""
    ids = world.spotify.people["ada"].playlist_ids
    own, followed = world.spotify.known_playlists.own, world.spotify.known_playlists.followed
    asked = await (await linked.command("playlist unfollow", playlist="Road Trip")).reply()
    assert "can't delete" in asked.text
    kept = await (await linked.press(asked, "Keep it")).updated()
    assert "Nothing was changed" in kept.text
    assert own.id in ids
    asked = await (await linked.command("playlist unfollow", playlist="Grace's Picks")).reply()
    assert "Stop following" in asked.text
    gone = await (await linked.press(asked, "Unfollow")).updated()
    assert "no longer in your library" in gone.text
    assert followed.id not in ids


async def test_export(world: World, linked: Actor) -> None:
    """All of a long playlist, in order, as a table or as one document; a title is no formula."""
    big = world.spotify.known_playlists.big
    reply = await (await linked.command("playlist export", playlist="Everything Ever", format="csv")).reply()
    assert reply.ephemeral
    await says(world, reply, "1,240 tracks")
    (table,) = reply.attachments
    rows = list(csv.DictReader(io.StringIO(table.upload.data.decode("utf-8-sig"))))
    assert [row["uri"] for row in rows] == big.uris
    reply = await (await linked.command("playlist export", playlist="Since 2009", format="json")).reply()
    (document,) = reply.attachments
    held = json.loads(document.upload.data)
    assert held["playlist"] == "Since 2009"
    assert len(held["items"]) == 8
    assert held["items"][5]["local_file"] == "yes"


@pytest.mark.parametrize("kind", ["jspf", "xspf", "m3u8"])
async def test_export_for_players(world: World, linked: Actor, kind: str) -> None:
    """The formats other players read, with every address in the playlist's order."""
    big = world.spotify.known_playlists.big
    reply = await (await linked.command("playlist export", playlist="Everything Ever", format=kind)).reply()
    await says(world, reply, "1,240 tracks")
    text = reply.attachments[0].upload.data.decode()
    links = re.findall(r"https://open\.spotify\.com/(?:track|episode)/\w{22}", text)
    there = [uri.split(":")[-1] for uri in big.uris if not uri.startswith("spotify:local:")]
    assert [link[-22:] for link in links] == there


async def test_export_of_anothers(linked: Actor) -> None:
    """What Spotify doesn't list can't be exported, and that is said."""
    reply = await (await linked.command("playlist export", playlist="Grace's Picks", format="csv")).reply()
    assert "only for its owner and collaborators" in reply.text


async def test_cover(world: World, linked: Actor) -> None:
    """The scope for covers is asked for when it's first needed; then the picture is the cover, and junk is refused."""
    picture = io.BytesIO()
    Image.new("RGB", (400, 300), "teal").save(picture, "PNG")
    options = {"playlist": "Blank Tape", "picture": Upload("sea.png", picture.getvalue())}
    refusal = await (await linked.command("playlist cover", **options)).reply()
    assert "set cover pictures" in refusal.text
    assert not world.spotify.calls_to("PUT /playlists/*/images")
    await allow(linked, refusal)
    done = await (await linked.command("playlist cover", **options)).reply()
    assert done.ephemeral
    assert "has its new cover" in done.text
    assert world.spotify.calls_to("PUT /playlists/*/images")
    junk = {"playlist": "Blank Tape", "picture": Upload("sea.png", b"no picture")}
    refused = await (await linked.command("playlist cover", **junk)).reply()
    assert "can't read that as a picture" in refused.text
    others = {**options, "playlist": "Grace's Picks"}
    assert "belongs to" in (await (await linked.command("playlist cover", **others)).reply()).text
