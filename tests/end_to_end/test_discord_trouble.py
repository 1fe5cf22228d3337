"""What members see when the connection to Discord breaks in the middle of a command."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pytest

from sandbox.fake_discord.faults import Fault

if TYPE_CHECKING:
    from sandbox.fake_discord import Actor
    from sandbox.world import World


@pytest.mark.parametrize("kind", ["reset_before", "reset_after"])
@pytest.mark.parametrize("call", ["POST /interactions/*/callback", "PATCH /webhooks/*"])
async def test_broken_connection(
    world: World, linked: Actor, call: str, kind: Literal["reset_before", "reset_after"]
) -> None:
    """One broken connection to Discord costs nobody the answer, and nothing is done twice."""
    target = world.spotify.known_playlists.empty
    uri = world.spotify.known.plain.uri
    for name, options, expected in (
        ("playlists", {}, "Road Trip"),
        ("track", {"query": "Copper Umbrella"}, "Copper Umbrella"),
        ("add", {"track": uri, "playlist": target.name}, "Added to"),
    ):
        world.discord.faults.add(Fault(call, kind=kind))
        assert expected in (await (await linked.command(name, **options)).reply()).text
    assert [entry.uri for entry in target.items] == [uri]


@pytest.mark.parametrize("kind", ["reset_before", "reset_after"])
async def test_broken_connection_with_a_file(
    world: World, linked: Actor, kind: Literal["reset_before", "reset_after"]
) -> None:
    """A file is sent again as a whole."""
    card = await (await linked.command("account")).reply()
    world.discord.faults.add(Fault("PATCH /webhooks/*", kind=kind))
    reply = await (await linked.press(card, "Export my data")).reply()
    [file] = reply.attachments
    assert b"spotify_account_id" in file.upload.data


@pytest.mark.parametrize("kind", ["reset_before", "reset_after"])
async def test_broken_connection_before_an_error(
    world: World, ada: Actor, kind: Literal["reset_before", "reset_after"]
) -> None:
    """What went wrong with a public command is told in private also when taking the public answer back breaks."""
    world.discord.faults.add(Fault("DELETE /webhooks/*", kind=kind))
    reply = await (await ada.command("track", query="zzqqxx")).reply()
    assert reply.ephemeral
    assert "Spotify has nothing" in reply.text
