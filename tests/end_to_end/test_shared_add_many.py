"""Albums and playlists given to /add: asked about first, with the rules applied, then added at once; one's own, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.stores.contributions import State
from bot.stores.lists import Mode, Roles, Rules
from cogs.words.counts import TRACKS
from sandbox.fake_spotify import Fault
from tests.end_to_end.voting import new_card
from tests.shared_records import lend

if TYPE_CHECKING:
    from bot.stores.lists import SharedPlaylist
    from sandbox.fake_discord import Actor
    from sandbox.fake_spotify.catalogue import Track
    from sandbox.world import World

WRITE = "POST /playlists/*/items"
HUNDRED_S = 60  # far longer than a hundred contributions take, one after another


@pytest.fixture
async def shared(world: World, linked: Actor) -> SharedPlaylist:
    """Ada's empty list, lent to Tape Heads; nothing over five minutes."""
    rules = Rules(longest_s=300)
    return await lend(world, linked, world.spotify.known_playlists.empty, rules=rules)


@pytest.fixture
def album(world: World) -> str:
    return f"https://open.spotify.com/album/{world.spotify.known.album.id}?si=x"


def uris(world: World) -> list[str]:
    return [entry.uri for entry in world.spotify.known_playlists.empty.items]


def on_album(world: World) -> list[Track]:
    """In its order, as the catalogue was made in it."""
    known, tracks = world.spotify.known, world.spotify.catalogue.tracks.values()
    return [track for track in tracks if track.album.id == known.album.id]


def wanted(world: World) -> list[str]:
    """The album's tracks that the rules let in, in its order."""
    return [track.uri for track in on_album(world) if track.duration_ms <= 300_000]


@pytest.mark.two_processes
async def test_album(world: World, shared: SharedPlaylist, linus: Actor, album: str) -> None:
    """The question tells how many go in, which not and why; yes adds them in order, in one write."""
    everything = on_album(world)
    run = await linus.command("add", track=album, note="side A")
    asked = await run.reply()
    assert asked.ephemeral
    assert uris(world) == []
    fitting = wanted(world)
    assert 0 < len(fitting) < len(everything)
    assert f"Add **{len(fitting)} tracks** to" in asked.text
    assert "at most 5:00 long" in asked.text
    await world.restart_bot()
    pressed = await linus.press(asked, f"Add {len(fitting)} tracks")
    done = await pressed.updated()
    await world.discord.wait_for(lambda: "Added" in done.text or None, "outcome")
    assert f"Added {len(fitting)} tracks to **[{shared.name}]" in done.text
    assert uris(world) == fitting
    line = await pressed.message(2)
    assert not line.ephemeral
    assert f"added {len(fitting)} tracks of **[" in line.text
    kept = await world.app.stores.contributions.latest_of(shared.list_id, linus.member.id, {State.LANDED}, 99)
    assert {one.note for one in kept} == {"side A"}
    assert sum(call.method == "POST" and call.path.endswith("/items") for call in world.spotify.calls) == 1


@pytest.mark.two_processes
async def test_pressed_twice(world: World, shared: SharedPlaylist, linus: Actor, album: str) -> None:
    """Yes counts once, also when Discord delivers it twice."""
    asked = await (await linus.command("add", track=album)).reply()
    yes = next(button.label for button in asked.buttons() if button.label and button.label.startswith("Add "))
    done = await (await linus.press(asked, yes)).updated()
    world.discord.gateway.repeat("INTERACTION_CREATE")
    await world.discord.wait_for(lambda: "Added" in done.text or None, "outcome")
    again = await (await linus.command("add", track=album)).reply()
    assert "None of it can be added to" in again.text
    assert "already in it" in again.text
    assert not [button for button in again.buttons() if button.custom_id]
    assert uris(world) == wanted(world)
    assert shared.name in again.text


@pytest.mark.usefixtures("shared")
async def test_cancelled(world: World, linus: Actor, album: str) -> None:
    """No adds nothing."""
    asked = await (await linus.command("add", track=album)).reply()
    assert "Nothing was added" in (await (await linus.press(asked, "Cancel")).updated()).text
    assert uris(world) == []


@pytest.mark.two_processes
@pytest.mark.usefixtures("shared")
async def test_kept(world: World, linus: Actor, album: str) -> None:
    """While Spotify makes us wait the tracks are kept; the message tells when they are in."""
    world.spotify.faults.add(Fault(match=WRITE, kind="status", status=429, retry_after=60))
    asked = await (await linus.command("add", track=album)).reply()
    yes = next(button.label for button in asked.buttons() if button.label and button.label.startswith("Add "))
    done = await (await linus.press(asked, yes)).updated()
    await world.discord.wait_for(lambda: "accepted for" in done.text or None, "word of it")
    await world.advance(seconds=61)
    await world.discord.wait_for(lambda: "Added" in done.text or None, "the truth")
    assert uris(world) == wanted(world)


@pytest.mark.two_processes
@pytest.mark.parametrize("mode", [Mode.VOTE, Mode.APPROVAL])
async def test_one_card(world: World, linked: Actor, linus: Actor, album: str, mode: Mode) -> None:
    """Where something is decided, an album has one card with all its tracks."""
    await lend(world, linked, world.spotify.known_playlists.empty, mode=mode)
    before = {message.id for message in world.discord.messages}
    asked = await (await linus.command("add", track=album)).reply()
    assert f"Propose **{len(on_album(world))} tracks** for" in asked.text
    assert "on one card" in asked.text
    yes = next(
        button.label for button in asked.buttons() if button.label and button.label.startswith("Propose ")
    )
    done = await (await linus.press(asked, yes)).updated()
    await world.discord.wait_for(lambda: "Proposed" in done.text or None, "outcome")
    assert uris(world) == []
    card = await new_card(world, before)
    tracks = on_album(world)
    assert [f"{number}\\. [{track.name}]" in card.text for number, track in enumerate(tracks, 1)] == [
        True
    ] * len(tracks)
    await world.advance(minutes=2)
    public = [one for one in world.discord.messages if one.id not in before and not one.ephemeral]
    assert public == [card]


async def test_no_vote_needed(world: World, linked: Actor, linus: Actor, album: str) -> None:
    """Whose tracks go in without a vote is not asked whether to propose them."""
    role = world.discord.guild("Tape Heads").role("Curator").id
    await lend(
        world, linked, world.spotify.known_playlists.empty, mode=Mode.VOTE, roles=Roles(bypass=(role,))
    )
    grace = world.discord.actor("grace", channel="music")  # a curator
    assert "Add **" in (await (await grace.command("add", track=album)).reply()).text
    assert "Propose **" in (await (await linus.command("add", track=album)).reply()).text


async def test_two_hundred(world: World, linked: Actor, linus: Actor) -> None:
    """Who proposes 200 tracks gets as many open as the list allows, on one card; the rest is named, with until when."""
    shared = await lend(world, linked, world.spotify.known_playlists.empty, mode=Mode.VOTE)
    before = {message.id for message in world.discord.messages}
    tracks = [track.uri for track in world.spotify.release(200)]
    own = world.spotify.known_playlists.own
    own.add(tracks)
    asked = await (
        await linked.command("add", track=f"spotify:playlist:{own.id}", playlist=shared.name)
    ).reply()
    await world.discord.wait_for(lambda: "Propose **" in asked.text or None, "question")
    assert "Propose **10 tracks** for" in asked.text
    assert "You can have 10 open proposals at a time." in asked.text
    done = await (await linked.press(asked, "Propose 10 tracks")).updated(HUNDRED_S)
    await world.discord.wait_for(lambda: "Proposed 10 tracks" in done.text or None, "outcome", HUNDRED_S)
    assert "once one of yours is decided, <t:" in done.text
    for uri in tracks[:3]:  # one after another there is no room, either
        refused = await (await linked.command("add", track=uri, playlist=shared.name)).reply()
        assert "10 proposals open at a time" in refused.text or "already" in refused.text
    card = await new_card(world, before)
    await world.advance(minutes=2)
    public = [one for one in world.discord.messages if one.id not in before and not one.ephemeral]
    assert public == [card]
    assert await world.app.stores.contributions.count(shared.list_id, {State.PENDING}) == 10
    assert linus.member.id != linked.member.id


async def test_long_playlist(world: World, shared: SharedPlaylist, linked: Actor) -> None:
    """A long playlist is read with progress, and at most a hundred go in at once; the rest is told."""
    big = world.spotify.known_playlists.big
    run = await linked.command("add", track=f"spotify:playlist:{big.id}", playlist=shared.name)
    asked = await run.reply()
    await world.discord.wait_for(lambda: "Add **" in asked.text or None, "question")
    assert "Add **100 tracks** to" in asked.text
    assert "the most at once" in asked.text
    assert "its first 1,000 entries" in asked.text
    assert sum(call.path == f"/playlists/{big.id}/items" for call in world.spotify.calls) == 20
    done = await (await linked.press(asked, "Add 100 tracks")).updated(HUNDRED_S)
    await world.discord.wait_for(lambda: "Added 100 tracks" in done.text or None, "outcome", HUNDRED_S)
    assert len(uris(world)) == 100


@pytest.mark.usefixtures("shared")
async def test_playlist_of_somebody_else(world: World, linked: Actor, linus: Actor) -> None:
    """A playlist is read with the member's own link; what Spotify hides from them stays hidden."""
    hers = f"spotify:playlist:{world.spotify.known_playlists.graces_private.id}"
    hidden = await (await linked.command("add", track=hers)).reply()
    assert "only to its owner and collaborators" in hidden.text
    unlinked = await (await linus.command("add", track=hers)).reply()
    assert "once you've linked Spotify" in unlinked.text
    assert uris(world) == []


async def test_private_playlist_after_unlinking(world: World, shared: SharedPlaylist) -> None:
    """What was read of a private playlist with the member's eyes is forgotten with their link."""
    grace = world.discord.actor("grace", channel="music")
    await world.link(grace)
    hers = f"spotify:playlist:{world.spotify.known_playlists.graces_private.id}"
    asked = await (await grace.command("add", track=hers, playlist=shared.name)).reply()
    await world.discord.wait_for(lambda: "Add **" in asked.text or None, "question")
    yes = next(button.label for button in asked.buttons() if button.label and button.label.startswith("Add "))
    await (await grace.command("unlink")).reply()
    again = await (await grace.command("add", track=hers, playlist=shared.name)).reply()
    assert "once you've linked Spotify" in again.text
    pressed = await (await grace.press(asked, yes)).reply()
    assert "haven't linked Spotify yet" in pressed.text
    assert uris(world) == []


@pytest.mark.two_processes
async def test_own_playlist(world: World, linked: Actor, album: str) -> None:
    """For one's own playlist: what it has already is left out, and a second yes finds nothing to do."""
    own = world.spotify.known_playlists.own
    tracks = [track.uri for track in on_album(world)]
    before = [entry.uri for entry in own.items]
    new = [uri for uri in tracks if uri not in before]
    asked = await (await linked.command("add", track=album, playlist=own.name)).reply()
    assert f"Add **{len(new)} tracks** to" in asked.text
    assert f"Already there: {TRACKS(len(tracks) - len(new))}." in asked.text
    done = await (await linked.press(asked, f"Add {len(new)} tracks")).updated()
    await world.discord.wait_for(lambda: "Added" in done.text or None, "outcome")
    assert [entry.uri for entry in own.items] == before + new
    again = await (await linked.command("add", track=album, playlist=own.name)).reply()
    assert "None of it can be added to" in again.text
