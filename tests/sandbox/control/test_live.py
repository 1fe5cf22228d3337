"""Live changes: what happens is told to every browser whose member sees it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.sandbox.control.interface import Interface


async def test_two_browsers_see_each_other(quiet: Interface) -> None:
    """What one member writes, another's browser shows at once."""
    async with quiet.events("ada") as ada, quiet.events("linus") as linus:
        written = await quiet.post("/api/messages", **{"as": "ada", "text": "hello"})
        for events in (ada, linus):
            heard = (await events.next("message")).data
            assert heard["message"] == written
            assert (heard["action"], heard["channel_id"]) == ("created", written["channel_id"])


async def test_nobody_hears_what_they_do_not_see(interface: Interface) -> None:
    """Private answers and closed channels are told only to those who see them, and so is their deletion."""
    async with interface.events("edsger") as edsger, interface.events("ada") as ada:
        await interface.command("ada", "account")
        closed = await interface.post("/api/messages", **{"as": "ada", "in": "curators", "text": "hush"})
        discord = interface.world.discord
        message = discord.state.messages[int(closed["id"])]
        discord.actor("ada")._place.chat.delete(message)
        await interface.post("/api/messages", **{"as": "ada", "text": "for all"})
        assert (await edsger.next("message")).data["message"]["content"] == "for all"
        actions = [(await ada.next("message")).data["action"] for _ in range(5)]
        assert actions == ["created", "edited", "created", "deleted", "created"]


async def test_spotify_changes(interface: Interface) -> None:
    """A playlist that changes, by the bot or by hand, is named; so is a change of people."""
    playlist = interface.world.spotify.known_playlists.linus
    async with interface.events() as events:
        await interface.patch(f"/api/playlists/{playlist.id}", name="Louder")
        assert (await events.next("spotify")).data == {"playlists": [playlist.id], "people": False}
        await interface.delete("/api/user_list/grace")
        assert (await events.next("spotify")).data == {"playlists": [], "people": True}
        linus = interface.world.discord.actor("linus")
        await interface.world.link(linus)
        assert (await events.next("spotify")).data["people"]
    assert [link["member"] for link in (await interface.get("/api/spotify"))["linked"]] == ["linus"]


async def test_calls_are_told(interface: Interface) -> None:
    """Every call the bot makes is told, numbered, without the secret in its path."""
    before = (await interface.get("/api/calls"))["total"]
    async with interface.events() as events:
        await interface.command("linus", "track", query="Tin Parade")
        calls: list[Any] = []
        while len(calls) < 4:
            calls += (await events.next("calls")).data["calls"]
    assert [call["number"] for call in calls] == [*range(before + 1, before + 5)]
    assert {(call["to"], call["status"]) for call in calls} == {
        ("discord", 200),
        ("spotify", 200),
    }
    assert all(len(part) < 60 for call in calls for part in call["path"].split("/"))


async def test_clock_and_trouble(quiet: Interface) -> None:
    """Another browser's page shows a moved clock and turned switches, too."""
    async with quiet.events() as events:
        await quiet.post("/api/clock", days=2)
        assert (await events.next("clock")).data["ahead_s"] == pytest.approx(172_800)
        await quiet.patch("/api/trouble", failing=True)
        assert (await events.next("trouble")).data["spotify"]["failing"]


async def test_bot_comes_and_goes(interface: Interface) -> None:
    """A restart is visible: the bot is offline and online again, in one and the same world."""
    run = (await interface.get("/api/world"))["run"]
    async with interface.events() as events:
        await interface.post("/api/restarts")
        assert not (await events.next("bot")).data["online"]
        assert (await events.next("bot")).data["online"]
    assert (await interface.get("/api/world"))["run"] == run


async def test_heartbeat_and_end(quiet: Interface) -> None:
    """A silent stream shows that it lives, and ends when the sandbox does."""
    async with quiet.events("ada") as events:
        await events.beat()
        await quiet.control.close()
        await events.ended()


async def test_stranger(quiet: Interface) -> None:
    """Nobody can listen as somebody who does not exist."""
    status, _ = await quiet.ask("GET", "/api/events?as=nobody")
    assert status == 400


async def test_time_alone_tells_nothing(quiet: Interface) -> None:
    """Moving the clock by nothing is no news."""
    async with quiet.events() as events:
        quiet.world.clock.advance(timedelta())
        await quiet.post("/api/clock", seconds=0)
        await quiet.post("/api/clock", seconds=1)
        assert (await events.next()).name == "clock"
