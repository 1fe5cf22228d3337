"""/add with each kind of input, and with Spotify failing before and after the effect."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sandbox.fake_spotify import Fault

if TYPE_CHECKING:
    from sandbox.fake_discord import Actor
    from sandbox.fake_spotify.faults import Kind
    from sandbox.world import World

WRITE = "POST /playlists/*/items"


@pytest.mark.parametrize(
    "track", ["{name}", "https://open.spotify.com/track/{id}?si=x", "spotify:track:{id}", "{id}"]
)
@pytest.mark.parametrize(
    "playlist", ["{name}", "https://open.spotify.com/playlist/{id}", "spotify:playlist:{id}", "{id}"]
)
async def test_every_kind_of_input(world: World, linked: Actor, track: str, playlist: str) -> None:
    """Text, link, URI and id name the track and the playlist alike."""
    known, target = world.spotify.known.explicit, world.spotify.known_playlists.empty
    reply = await (
        await linked.command(
            "add",
            track=track.format(name=known.name, id=known.id),
            playlist=playlist.format(name=target.name, id=target.id),
        )
    ).reply()
    assert reply.ephemeral
    assert known.name in reply.text
    assert target.name in reply.text
    assert [entry.uri for entry in target.items] == [known.uri]


async def test_suggestions_for_both_options(world: World, linked: Actor) -> None:
    """Both options are suggested while typing; lists of others are not among them."""
    known, lists = world.spotify.known, world.spotify.known_playlists
    tracks = await linked.suggest("add", "track", "copper umbrella")
    assert tracks[0].value == known.plain.uri
    playlists = await linked.suggest("add", "playlist", "", track=tracks[0].value)
    names = [choice.name for choice in playlists]
    assert any(lists.own.name in name for name in names)
    assert not any(lists.followed.name in name for name in names)
    reply = await (await linked.command("add", track=tracks[0].value, playlist=playlists[0].value)).reply()
    assert known.plain.name in reply.text


async def test_several_candidates(world: World, linked: Actor) -> None:
    """A title that several tracks bear gives a menu; the choice is added."""
    known, target = world.spotify.known, world.spotify.known_playlists.empty
    asked = await (await linked.command("add", track=known.original.name, playlist=target.name)).reply()
    assert target.items == []
    done = await (await linked.choose(asked, known.acoustic.id)).updated()
    assert known.acoustic.name in done.text
    assert [entry.uri for entry in target.items] == [known.acoustic.uri]


async def test_several_playlists(world: World, linked: Actor) -> None:
    """A text that fits several lists gives a menu of them."""
    known, lists = world.spotify.known, world.spotify.known_playlists
    asked = await (await linked.command("add", track=known.explicit.uri, playlist="an")).reply()
    assert lists.empty.id in {option.value for option in asked.menus()[0].options}
    await (await linked.choose(asked, lists.empty.id)).updated()
    assert [entry.uri for entry in lists.empty.items] == [known.explicit.uri]


async def test_already_in_it(world: World, linked: Actor) -> None:
    """A known track is said, with its place, and added again only on request."""
    known, target = world.spotify.known.plain, world.spotify.known_playlists.own
    before = len(target.items)
    asked = await (await linked.command("add", track=known.uri, playlist=target.name)).reply()
    assert "already" in asked.text
    assert len(target.items) == before
    await (await linked.press(asked, "Add it again")).updated()
    assert len(target.items) == before + 1


async def test_somebody_elses_list(world: World, linked: Actor) -> None:
    """A followed list says whose it is and that only its owner can change it."""
    lists = world.spotify.known_playlists
    reply = await (
        await linked.command("add", track="Copper Umbrella", playlist=f"spotify:playlist:{lists.followed.id}")
    ).reply()
    assert "Grace" in reply.text
    assert "only its owner" in reply.text


async def test_collaborator_whom_spotify_refuses(world: World, linked: Actor) -> None:
    """A collaborative list of somebody else is tried; Spotify's no is explained."""
    lists = world.spotify.known_playlists
    known = world.spotify.known.explicit
    reply = await (
        await linked.command(
            "add", track=known.uri, playlist=f"spotify:playlist:{lists.graces_collaborative.id}"
        )
    ).reply()
    assert "only its owner" in reply.text


async def test_unknown_list_and_track(world: World, linked: Actor) -> None:
    """What cannot be found is said back, and nothing is written."""
    reply = await (await linked.command("add", track="Copper Umbrella", playlist="no such list")).reply()
    assert "no such list" in reply.text
    reply = await (await linked.command("add", track="zzqq xxyy", playlist="Road Trip")).reply()
    assert "zzqq xxyy" in reply.text
    reply = await (
        await linked.command(
            "add",
            track="Copper Umbrella",
            playlist=f"spotify:playlist:{world.spotify.known_playlists.missing_id}",
        )
    ).reply()
    assert reply.ephemeral
    assert not any(call.method == "POST" and call.path.endswith("/items") for call in world.spotify.calls)


async def test_not_linked(ada: Actor) -> None:
    """Without a link nothing is asked of Spotify."""
    reply = await (await ada.command("add", track="Copper Umbrella", playlist="Road Trip")).reply()
    assert "link" in reply.text


@pytest.mark.parametrize("kind", ["reset_after", "truncated"])
async def test_lost_answer_is_cleared_up(world: World, linked: Actor, kind: Kind) -> None:
    """The write took effect but its answer got lost: it is not sent again, and the member learns the truth."""
    known, target = world.spotify.known.explicit, world.spotify.known_playlists.empty
    world.spotify.faults.add(Fault(match=WRITE, times=1, kind=kind))
    reply = await (await linked.command("add", track=known.uri, playlist=target.name)).reply()
    assert [entry.uri for entry in target.items] == [known.uri]
    assert target.name in reply.text
    assert "didn't say" not in reply.text


async def test_lost_write_is_not_called_failed(world: World, linked: Actor) -> None:
    """The connection broke before the effect: the bot says it does not know, and does not send it again."""
    known, target = world.spotify.known.explicit, world.spotify.known_playlists.empty
    world.spotify.faults.add(Fault(match=WRITE, times=1, kind="reset_before"))
    reply = await (await linked.command("add", track=known.uri, playlist=target.name)).reply()
    assert target.items == []
    assert "didn't say" in reply.text
    writes = [call for call in world.spotify.calls if call.method == "POST" and call.path.endswith("/items")]
    assert len(writes) <= 1
