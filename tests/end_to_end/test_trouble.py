"""What members see when Spotify, the network or the consent lets them down."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

from sandbox.fake_spotify import Fault
from tests.shared_records import consent_given

if TYPE_CHECKING:
    import pytest

    from sandbox.fake_discord import Actor
    from sandbox.world import World


def token_calls(world: World) -> int:
    return sum(call.path == "/api/token" for call in world.spotify.calls)


def api_calls(world: World) -> int:
    return sum(call.token_kind is not None for call in world.spotify.calls)


async def test_rate_limit_is_told_and_kept(world: World, ada: Actor) -> None:
    """After a 429 everybody is told until when, at once, and Spotify is left alone, also after a restart."""
    world.spotify.faults.add(Fault(match="GET /search", times=1, kind="rate_limit", retry_after=3600))
    reply = await (await ada.command("track", query="Copper Umbrella")).reply()
    assert "<t:" in reply.text
    asked = api_calls(world)
    linus = world.discord.actor("linus", channel="music")
    assert "<t:" in (await (await linus.command("track", query="Tin Parade")).reply()).text
    await world.restart_bot()
    assert "<t:" in (await (await ada.command("track", query="Tin Parade")).reply()).text
    assert await ada.suggest("track", "query", "tin parade") == []
    assert api_calls(world) == asked
    world.clock.advance(timedelta(hours=1, seconds=1))
    assert "Tin Parade" in (await (await ada.command("track", query="Tin Parade")).reply()).text


async def test_used_up_quota(world: World, ada: Actor) -> None:
    """A used-up quota is worded as such."""
    world.spotify.switches.blocked_until = world.clock.now() + timedelta(hours=2)
    world.spotify.switches.quota_exceeded = True
    reply = await (await ada.command("track", query="Copper Umbrella")).reply()
    assert "Today's Spotify requests of this kind are used up" in reply.text


async def test_short_failure_heals_itself(world: World, ada: Actor) -> None:
    """Two failures of a read are repeated; the member sees the card."""
    world.spotify.faults.add(Fault(match="GET /search", times=2, kind="status", status=503))
    reply = await (await ada.command("track", query="Copper Umbrella")).reply()
    assert "Copper Umbrella" in reply.text
    assert not reply.ephemeral


async def test_spotify_down(world: World, linked: Actor) -> None:
    """When Spotify stays away, each command says so, and the link is kept."""
    world.spotify.faults.add(Fault(match="*", times=1000, kind="status", status=502))
    for name, options in (
        ("track", {"query": "Copper Umbrella"}),
        ("playlists", {}),
        ("add", {"track": "Copper Umbrella", "playlist": "Road Trip"}),
    ):
        reply = await (await linked.command(name, **options)).reply()
        assert reply.ephemeral
        assert "Spotify isn't responding" in reply.text
    assert await world.app.stores.accounts.of_member(linked.member.id) is not None


async def test_garbled_answers(world: World, ada: Actor) -> None:
    """A body that is no JSON is Spotify's trouble, not a crash."""
    world.spotify.faults.add(Fault(match="GET /search", times=10, kind="malformed"))
    reply = await (await ada.command("track", query="Copper Umbrella")).reply()
    assert "Spotify isn't responding" in reply.text


async def test_fifty_commands_refresh_once(world: World, linked: Actor) -> None:
    """Fifty simultaneous commands with an expired token: one refresh, fifty answers."""
    world.clock.advance(timedelta(hours=2))
    before = token_calls(world)
    runs = await asyncio.gather(*(linked.command("account") for _ in range(50)))
    replies = await asyncio.gather(*(run.reply() for run in runs))
    assert all("Ada" in reply.text for reply in replies)
    assert token_calls(world) == before + 1


async def test_refused_token_is_refreshed_once(world: World, linked: Actor) -> None:
    """An access token that Spotify forgot early is renewed and the call repeated."""
    world.spotify.expire_access_tokens()
    reply = await (await linked.command("playlists")).reply()
    assert "Road Trip" in reply.text


async def test_withdrawn_consent(world: World, linked: Actor) -> None:
    """A consent withdrawn at Spotify after half a year ends the link, says so once, and leaves no tokens."""
    await consent_given(world.app.stores, linked.member.id, days_ago=180)
    world.spotify.revoke("ada")
    reply = await (await linked.command("playlists")).reply()
    assert "no longer accepts" in reply.text
    assert await world.app.stores.accounts.of_member(linked.member.id) is None
    assert "haven't linked Spotify yet" in (await (await linked.command("playlists")).reply()).text
    await world.link(linked)
    assert "Road Trip" in (await (await linked.command("playlists")).reply()).text


async def test_consent_ends_after_six_months(world: World, linked: Actor) -> None:
    """/account counts the days down; after six months the link ends with the reason."""
    reply = await (await linked.command("account")).reply()
    assert "18" in reply.text
    world.clock.advance(timedelta(days=185))
    assert "no longer accepts" in (await (await linked.command("playlists")).reply()).text


async def test_no_premium_for_the_app(world: World, ada: Actor, caplog: pytest.LogCaptureFixture) -> None:
    """When the app's owner has no Premium, members learn that only the operator can help; the log says it too."""
    world.spotify.switches.owner_has_premium = False
    run = await ada.command("track", query="Copper Umbrella")
    assert "Premium" in (await run.reply()).text
    assert any("SpotifyOwnerPremiumError" in record.getMessage() for record in caplog.records)
    caplog.clear()


async def test_forgotten_on_the_user_list(world: World, linked: Actor) -> None:
    """Somebody taken off the user list after linking is told what is wrong and keeps the link."""
    world.spotify.allowlist.discard("ada")
    assert "Users Management" in (await (await linked.command("playlists")).reply()).text
    world.spotify.allowlist.add("ada")
    assert "Road Trip" in (await (await linked.command("playlists")).reply()).text


async def test_gateway_drops(world: World, linked: Actor) -> None:
    """After a lost connection the bot resumes and answers as before."""
    resumed = asyncio.create_task(world.app.bot.wait_for("resumed", timeout=5))
    await asyncio.sleep(0)
    world.discord.faults.drop_gateway()
    await resumed
    assert "Road Trip" in (await (await linked.command("playlists")).reply()).text


async def test_stop_waits_for_commands_under_way(world: World, linked: Actor) -> None:
    """A bot told to stop while it adds a track answers that command first."""
    known, target = world.spotify.known.explicit, world.spotify.known_playlists.empty
    held = world.spotify.faults.add(Fault(match="POST /playlists/*/items", kind="latency"))
    run = await linked.command("add", track=known.uri, playlist=target.name)
    await held.struck()
    stopping = asyncio.create_task(world.stop_bot())
    await world.discord.wait_for(lambda: not world.discord.gateway.ready or None, "the end of the connection")
    held.release()
    await stopping
    assert "Added to" in (await run.reply()).text
    assert [entry.uri for entry in target.items] == [known.uri]
