"""The world as a file: saved in one sandbox, loaded in another, everything goes on."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from sandbox import saving
from sandbox.fake_discord import Upload
from sandbox.saving import WorldFileError
from sandbox.world import World

if TYPE_CHECKING:
    from tests.sandbox.control.interface import Interface


async def test_life_goes_on_elsewhere(interface: Interface) -> None:
    """In another sandbox the time, messages, links and playlists are the same, and old buttons still work."""
    world = interface.world
    await world.link(world.discord.actor("ada"))
    await interface.post("/api/clock", days=30)
    card = await interface.command("ada", "track", query="Copper Umbrella")
    await interface.patch(f"/api/playlists/{world.spotify.known_playlists.own.id}", name="Long Road")
    await interface.delete("/api/user_list/grace")
    saved = await saving.save(world)
    text = saved.decode()
    assert world.discord.state.base_url not in text
    assert world.spotify.accounts_url not in text
    async with World(saved=saved) as other:
        assert abs((other.clock.now() - world.clock.now()).total_seconds()) < 60
        assert other.spotify.known_playlists.own.name == "Long Road"
        assert "grace" not in other.spotify.allowlist
        ada = other.discord.actor("ada")
        message = other.discord.state.messages[int(card["id"])]
        assert message in ada.messages()
        assert message.embeds[0]["thumbnail"]["url"].startswith(other.spotify.accounts_url)
        answer = await (await ada.press(message, "Add to a playlist")).reply()
        assert "Long Road" in str(answer.components)
        playlists = await (await ada.command("playlists")).reply()
        assert "Long Road" in playlists.text
        assert other.discord.problems == []


async def test_loading_into_a_running_sandbox(interface: Interface) -> None:
    """A world can be put back while the page is open: what came later is gone, and the page is told."""
    before = await interface.command("linus", "track", query="Tin Parade")
    saved = await interface.get("/api/state")
    await interface.post("/api/messages", **{"as": "linus", "text": "later"})
    await interface.world.link(interface.world.discord.actor("linus"))
    await interface.patch("/api/trouble", slow_s=0.01)
    async with interface.events("linus") as events:
        run = (await interface.post("/api/state", **saved))["run"]
        assert (await events.next("world")).data == {"run": run}
    page = await interface.get("/api/messages", **{"as": "linus"})
    assert [each["id"] for each in page["messages"]] == [before["id"]]
    assert (await interface.get("/api/spotify"))["linked"] == []
    assert not (await interface.get("/api/trouble"))["any"]
    assert (await interface.get("/api/world"))["run"] == run
    assert "No Spotify account is linked" in (await interface.command("linus", "account"))["text"]


async def test_everything_survives(quiet: Interface) -> None:
    """Saving what was loaded gives the same file again, files, private answers and faults included."""
    saved = json.loads(await _with_everything(quiet))
    async with World(bot="none", saved=json.dumps(saved).encode()) as other:
        again = json.loads(await saving.save(other))
    saved["now"] = again["now"] = None
    assert again == saved


async def _with_everything(quiet: Interface) -> bytes:
    discord = quiet.world.discord
    ada = discord.actor("ada")
    first = await ada.say("first")
    message = await ada.say(f"@everyone look, {discord.members['grace'].mention}")
    message.attachments.append(ada._place.keep(Upload("notes.txt", b"\x00notes")))
    message.replies_to = first
    await discord.actor("ada", dm=True).say("hello")
    discord.invite(discord.elsewhere)
    quiet.world.spotify.user_token("ada", ["playlist-read-private"])
    quiet.world.spotify.refresh_token("grace")
    await quiet.post("/api/faults", match="GET /search", kind="status", times=3)
    await quiet.post("/api/faults?at=discord", match="*", kind="status")
    return await saving.save(quiet.world)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"version": 2}, "version 2"),
        ({"format": "tape"}, "not a world"),
        ({"now": "yesterday"}, "damaged"),
        ({"spotify": {}}, "damaged"),
    ],
)
async def test_wrong_file(quiet: Interface, change: dict[str, object], reason: str) -> None:
    """A file that cannot be read says why, and nothing has changed."""
    run = quiet.world.run
    saved = json.loads(await saving.save(quiet.world)) | change
    with pytest.raises(WorldFileError, match=reason):
        await quiet.world.load(json.dumps(saved).encode())
    assert quiet.world.run == run


async def test_file_that_names_what_is_not_in_it(quiet: Interface) -> None:
    """A message in a channel that is missing is noticed before anything changes."""
    await quiet.world.discord.actor("ada").say("hello")
    saved = json.loads(await saving.save(quiet.world))
    saved["discord"]["messages"][0]["channel"] = 1
    with pytest.raises(WorldFileError, match="not in it"):
        await quiet.world.load(json.dumps(saved).encode())
