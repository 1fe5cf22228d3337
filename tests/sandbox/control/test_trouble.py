"""Each switch for trouble has an effect on the bot, shows in the list of switches, and can be turned off."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.sandbox.control.interface import Interface

WELL = {
    "slow_s": 0.0,
    "failing": False,
    "rate_limited_until": None,
    "quota_exceeded": False,
    "owner_has_premium": True,
    "playlist_size": 10_000,
    "user_list": ["ada", "grace", "linus", "margaret", "edsger"],
    "faults": [],
}


async def test_slow(interface: Interface) -> None:
    """A slow Spotify makes the bot wait, and the list of calls says how long."""
    state = await interface.patch("/api/trouble", slow_s=0.05)
    assert state["spotify"]["slow_s"] == 0.05
    assert state["any"]
    await interface.command("linus", "track", query="Tin Parade")
    calls = (await interface.get("/api/calls"))["calls"]
    slow = [call["took_ms"] for call in calls if call["to"] == "spotify"]
    assert slow
    assert all(took >= 50 for took in slow)


async def test_failing(interface: Interface) -> None:
    """A failing Spotify answers 503 until the switch is off again; the other switches stay."""
    await interface.patch("/api/trouble", failing=True)
    message = await interface.command("linus", "track", query="Tin Parade")
    assert "Small Hours Atlas" not in message["text"]
    assert 503 in {call["status"] for call in (await interface.get("/api/calls"))["calls"]}
    state = await interface.patch("/api/trouble", slow_s=0)
    assert state["spotify"]["failing"]
    await interface.patch("/api/trouble", failing=False)
    message = await interface.command("linus", "track", query="Tin Parade")
    assert "Small Hours Atlas" in message["text"]


async def test_refusing_for_a_time(interface: Interface) -> None:
    """A 429 lasts as long as it was set; the bot says so and asks again when the time has passed."""
    state = await interface.patch("/api/trouble", rate_limited_s=600, quota_exceeded=True)
    assert state["spotify"]["rate_limited_until"] > state["clock"]["now"]
    message = await interface.command("linus", "track", query="Tin Parade")
    assert "<t:" in message["text"]
    await interface.post("/api/clock", seconds=601)
    state = await interface.get("/api/trouble")
    assert state["spotify"]["rate_limited_until"] is None
    message = await interface.command("linus", "track", query="Tin Parade")
    assert "Small Hours Atlas" in message["text"]


async def test_quota(interface: Interface) -> None:
    """A used up quota is refused with its reason for a day, or until the switch is off."""
    state = await interface.patch("/api/trouble", quota_exceeded=True)
    assert state["spotify"]["quota_exceeded"]
    assert state["any"]
    await interface.command("linus", "track", query="Tin Parade")
    assert 429 in {call["status"] for call in (await interface.get("/api/calls"))["calls"]}
    state = await interface.patch("/api/trouble", quota_exceeded=False)
    assert state["spotify"] == WELL
    await interface.patch("/api/trouble", quota_exceeded=True)
    await interface.post("/api/clock", days=1, seconds=1)
    assert (await interface.get("/api/trouble"))["spotify"] == WELL


async def test_forgotten_person_and_revoked_consent(interface: Interface) -> None:
    """A person taken off the user list, and one who withdrew, are refused by Spotify and told so by the bot."""
    await interface.world.link(interface.world.discord.actor("ada"))
    state = await interface.delete("/api/user_list/ada")
    assert "ada" not in state["spotify"]["user_list"]
    assert "Road Trip" not in (await interface.command("ada", "playlists"))["text"]
    await interface.put("/api/user_list/ada")
    assert "Road Trip" in (await interface.command("ada", "playlists"))["text"]
    await interface.post("/api/revocations/ada")
    assert "Road Trip" not in (await interface.command("ada", "playlists"))["text"]


async def test_owner_without_premium(interface: Interface) -> None:
    """Without Premium Spotify refuses the whole app."""
    await interface.patch("/api/trouble", owner_has_premium=False)
    await interface.command("linus", "track", query="Tin Parade")
    statuses = {call["status"] for call in (await interface.get("/api/calls"))["calls"]}
    assert 403 in statuses


async def test_clear(interface: Interface) -> None:
    """One request makes everything well again."""
    await interface.patch(
        "/api/trouble",
        slow_s=1,
        failing=True,
        rate_limited_s=60,
        owner_has_premium=False,
        discord_failing=True,
    )
    await interface.post("/api/faults", match="GET /search", kind="status")
    await interface.post("/api/faults?at=discord", match="POST /channels/*", kind="status")
    await interface.delete("/api/user_list/grace")
    state = await interface.get("/api/trouble")
    assert [fault["match"] for fault in state["spotify"]["faults"]] == ["GET /search"]
    assert [fault["match"] for fault in state["discord"]["faults"]] == ["POST /channels/*"]
    state = await interface.delete("/api/trouble")
    assert state["spotify"] == WELL
    assert state["discord"] == {"failing": False, "faults": [], "bot_online": True}
    assert not state["any"]


@pytest.mark.parametrize("which", [{}, {"shard": 0}])
async def test_gateway_drops(interface: Interface, which: dict[str, int]) -> None:
    """A cut connection to Discord is shown, and the bot comes back by itself."""
    async with interface.events() as events:
        await interface.post("/api/gateway", do="drop", **which)
        assert not (await events.next("bot")).data["online"]
        assert (await events.next("bot")).data["online"]
    await interface.command("linus", "track", query="Tin Parade")


async def test_one_restart_at_a_time(interface: Interface) -> None:
    """While the bot is being restarted a second restart is refused."""
    async with interface.events() as events:
        assert (await interface.ask("POST", "/api/restarts?wait=0", {}))[0] == 200
        status, answer = await interface.ask("POST", "/api/restarts", {})
        assert status == 409
        assert "restarted" in answer["error"]
        while not (await events.next("bot")).data["online"]:
            pass
    await interface.world.app.bot.wait_until_ready()


async def test_full_playlists(quiet: Interface) -> None:
    """How much a playlist holds is a switch, and is as before once everything is repaired."""
    before = (await quiet.get("/api/trouble"))["spotify"]["playlist_size"]
    changed = await quiet.patch("/api/trouble", playlist_size=20)
    assert (changed["spotify"]["playlist_size"], changed["any"]) == (20, True)
    repaired = await quiet.delete("/api/trouble")
    assert (repaired["spotify"]["playlist_size"], repaired["any"]) == (before, False)
