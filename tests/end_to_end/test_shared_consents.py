"""What a server sees of its owner's consent: that it's refused, in doubt, lost, and that it ends."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sandbox.fake_spotify.faults import Fault
from tests.end_to_end.lending import spotify_shows
from tests.shared_records import lend

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    from sandbox.fake_discord import Actor
    from sandbox.world import World

PEOPLE = ("ada", "grace", "linus", "margaret", "edsger")


async def add(world: World, actor: Actor, number: int, words: str) -> list[str]:
    """Add so many tracks, each of which is answered with these words."""
    tracks = list(world.spotify.catalogue.tracks.values())[:number]
    for track in tracks:
        reply = await (await actor.command("add", track=track.uri)).reply()
        await world.discord.wait_for(lambda reply=reply: words in reply.text or None, words)  # type: ignore[misc]
    return [track.uri for track in tracks]


def refuse(world: World) -> Callable[[], None]:
    """Spotify refuses every refresh token, until what is returned is called."""
    tokens = world.spotify.state.tokens
    kept = dict(tokens.refresh_tokens)
    tokens.refresh_tokens = {value: replace(one, revoked=True) for value, one in kept.items()}

    def accept() -> None:
        tokens.refresh_tokens = kept

    return accept


def refusals(world: World) -> int:
    return len([one for one in world.spotify.calls_to("POST /api/token") if one.status == 400])


async def refused(world: World, number: int) -> None:
    """Wait until Spotify has refused so many refreshes in all."""
    await spotify_shows(world, lambda: refusals(world) >= number)


async def settled(world: World) -> None:
    """Wait until what is due by now is done."""
    await world.app.services.consent_watch.run()


async def test_set_aside(world: World, linked: Actor, linus: Actor) -> None:
    """A young consent that Spotify refuses for a while is kept, its owner and the members are told what is going on,
    and what was accepted goes in by itself, in order, once Spotify accepts it again.
    """
    await lend(world, linked, world.spotify.known_playlists.empty)
    await world.advance(hours=2)
    accept = refuse(world)
    wanted = await add(world, linus, 4, "Spotify refused its owner's link")
    reply = await (await linked.command("playlists")).reply()
    assert "though it should still be valid" in reply.text
    await world.restart_bot()
    assert refusals(world) == 1
    await world.advance(hours=12)
    await refused(world, 2)
    await settled(world)
    assert world.spotify.known_playlists.empty.uris == []
    accept()
    await world.advance(hours=12, minutes=1)
    target = world.spotify.known_playlists.empty
    await spotify_shows(world, lambda: len(target.items) >= len(wanted))
    assert target.uris == wanted


async def test_withdrawn_after_all(world: World, linked: Actor, linus: Actor) -> None:
    """A young consent that is still refused a day later has ended: it was tried twice again, the owner is told to
    link again, and then what waited goes in, in order.
    """
    await lend(world, linked, world.spotify.known_playlists.empty)
    world.spotify.revoke("ada")
    await world.advance(hours=2)
    wanted = await add(world, linus, 3, "Spotify refused its owner's link")
    assert refusals(world) == 1
    await world.advance(hours=12)
    await refused(world, 2)
    await settled(world)
    assert await world.app.stores.accounts.of_member(linked.member.id) is not None
    await world.advance(hours=12, minutes=1)
    await refused(world, 3)
    await settled(world)
    await world.advance(seconds=10)
    letter = world.discord.actor("ada", dm=True)
    await world.discord.wait_for(
        lambda: [one for one in letter.messages() if "Your Spotify link has ended" in one.text] or None,
        "a letter",
    )
    assert await world.app.stores.accounts.of_member(linked.member.id) is None
    assert refusals(world) == 3
    await world.link(linked)
    await world.advance(seconds=10)
    target = world.spotify.known_playlists.empty
    await spotify_shows(world, lambda: len(target.items) >= len(wanted))
    assert target.uris == wanted


async def test_renewed_while_in_doubt(world: World, linked: Actor, linus: Actor) -> None:
    """Who links again instead of waiting goes on at once."""
    await lend(world, linked, world.spotify.known_playlists.empty)
    world.spotify.revoke("ada")
    await world.advance(hours=2)
    wanted = await add(world, linus, 2, "Spotify refused its owner's link")
    await world.link(linked)
    await world.advance(minutes=1)
    target = world.spotify.known_playlists.empty
    await spotify_shows(world, lambda: len(target.items) >= len(wanted))
    assert target.uris == wanted


async def test_answer_lost(world: World, linked: Actor, linus: Actor) -> None:
    """Spotify replaced the token, and its answer was lost: two more tries at most, then one prompt to link again.

    What was accepted waits for that, and goes in in order.
    """
    await lend(world, linked, world.spotify.known_playlists.empty)
    world.spotify.switches.rotate_refresh_tokens = True
    await world.advance(hours=2)
    world.spotify.faults.add(Fault("POST /api/token", "reset_after"))
    await (await linked.command("playlists")).reply()
    wanted = await add(world, linus, 3, "Spotify refused its owner's link")
    await world.advance(minutes=11)
    await refused(world, 2)
    await settled(world)
    await world.advance(seconds=10)
    letter = world.discord.actor("ada", dm=True)

    def prompts() -> int:
        return len([one for one in letter.messages() if "Your Spotify link has ended" in one.text])

    await world.discord.wait_for(lambda: prompts() or None, "a prompt")
    await world.advance(days=2)
    await settled(world)
    assert prompts() == 1
    assert refusals(world) == 2
    await world.link(linked)
    await world.advance(seconds=10)
    target = world.spotify.known_playlists.empty
    await spotify_shows(world, lambda: len(target.items) >= len(wanted))
    assert target.uris == wanted


async def test_incident(world: World, linked: Actor, caplog: pytest.LogCaptureFixture) -> None:
    """Five refused within a minute: nobody loses the link, however long it lasts, the operator's log says it once,
    and it all goes on by itself when it's over.
    """
    await lend(world, linked, world.spotify.known_playlists.empty)
    actors = [world.discord.actor(name, channel="music") for name in PEOPLE]
    for actor in actors[1:]:
        await world.link(actor)
    await world.advance(hours=2)
    accept = refuse(world)
    for actor in actors:
        assert "though it should still be valid" in (await (await actor.command("playlists")).reply()).text
    wanted = await add(world, actors[2], 3, "Spotify refused its owner's link")
    told = [one for one in caplog.records if "it's an incident there" in one.getMessage()]
    assert [one.levelname for one in told] == ["ERROR"]
    for _ in range(6):
        await world.advance(hours=9)
        await settled(world)
    assert len(await world.app.stores.accounts.everyone()) == len(PEOPLE)
    caplog.clear()
    accept()
    await world.advance(minutes=16)
    target = world.spotify.known_playlists.empty
    await spotify_shows(world, lambda: len(target.items) >= len(wanted))
    assert target.uris == wanted
    for actor in actors:
        assert "should still be valid" not in (await (await actor.command("playlists")).reply()).text
