"""The world as a file: saved in one sandbox, loaded in another, everything goes on."""

from __future__ import annotations

import json
import sqlite3
from base64 import b64encode
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.fake_discord import Upload
from sandbox.fake_discord.components import Kind, walk
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
    saved = await world.save()
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
        [artwork] = [part for _, part in walk(message.components) if part["type"] == Kind.THUMBNAIL]
        assert artwork["media"]["url"].startswith(other.spotify.accounts_url)
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
        again = json.loads(await other.save())
        assert other.spotify.catalogue == quiet.world.spotify.catalogue
    saved["now"] = again["now"] = None
    assert again == saved


async def _with_everything(quiet: Interface) -> bytes:
    discord = quiet.world.discord
    ada = discord.actor("ada")
    first = await ada.say("first")
    message = await ada.say(f"@everyone look, {discord.members['grace'].mention}")
    message.attachments.append(ada._place.keep(Upload("notes.txt", b"\x00notes")))
    message.replies_to = first
    await ada.forward(discord.other_app_says(ada.channel, {"content": "now playing"}))
    await discord.actor("ada", dm=True).say("hello")
    discord.invite(discord.elsewhere)
    quiet.world.spotify.user_token("ada", ["playlist-read-private"])
    quiet.world.spotify.refresh_token("grace")
    spotify, own = quiet.world.spotify, quiet.world.spotify.known_playlists.own
    (released,) = spotify.release(1)
    own.add([released.uri])
    spotify.reissue(own.uris[0])
    spotify.lose(own.uris[1])
    spotify.restrict(own.uris[2], "product")
    own.blank(2)
    spotify.short_link(released.uri)
    await quiet.post("/api/faults", match="GET /search", kind="status", times=3)
    await quiet.post("/api/faults?at=discord", match="*", kind="status")
    return await quiet.world.save()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"version": 2}, "version 2"),
        ({"format": "tape"}, "not a world"),
        ({"now": "yesterday"}, "damaged"),
        ({"now": "2026-11-28T12:00:00"}, "damaged"),
        ({"now": "9999-12-31T23:59:59Z"}, "its time is"),
        ({"now": "0001-01-01T00:00:00Z"}, "its time is"),
        ({"spotify": {}}, "damaged"),
        ({"bot": {"database": "bm90IGEgZGF0YWJhc2U="}}, "the bot's database"),
        ({"bot": {"database": "U1FMaXRlIGZvcm1hdCAzAA=="}}, "the bot's database"),
    ],
)
async def test_wrong_file(quiet: Interface, change: dict[str, object], reason: str) -> None:
    """A file that cannot be read says why, and nothing has changed."""
    run = quiet.world.run
    saved = json.loads(await quiet.world.save()) | change
    with pytest.raises(WorldFileError, match=reason):
        await quiet.world.load(json.dumps(saved).encode())
    assert quiet.world.run == run


async def test_file_that_names_what_is_not_in_it(quiet: Interface) -> None:
    """A message in a channel that is missing is noticed before anything changes."""
    await quiet.world.discord.actor("ada").say("hello")
    saved = json.loads(await quiet.world.save())
    saved["discord"]["messages"][0]["channel"] = 1
    with pytest.raises(WorldFileError, match="not in it"):
        await quiet.world.load(json.dumps(saved).encode())


@pytest.mark.parametrize(
    "nested",
    [b"[" * 200_000 + b"]" * 200_000, b'{"a":' * 200_000, b'{"format": "mixtape-world", "x": ' + b"[" * 900],
)
async def test_nested(quiet: Interface, nested: bytes) -> None:
    """Lists in lists without end are no world, whether they fit on the stack or not."""
    headers = {"Content-Type": "application/json"}
    async with quiet.session.post(f"{quiet.control.url}/api/state", data=nested, headers=headers) as response:
        assert (response.status, "not a world file" in (await response.json())["error"]) == (400, True)


async def test_brackets_in_text(quiet: Interface) -> None:
    """What members wrote does not count as nesting, quotes and backslashes included."""
    text = "[" * 300 + '"\\"' + "{" * 300
    await quiet.world.discord.actor("ada").say(text)
    await quiet.world.load(await quiet.world.save())
    assert [message.content for message in quiet.world.discord.messages] == [text]


def _tables_missing() -> bytes:
    """A whole database whose version says that the bot has made its tables, which it has not."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("PRAGMA user_version = 1")
        return connection.serialize()


def _from_the_future() -> bytes:
    """A whole database of a later bot."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE TABLE accounts (member_id, account_id, scopes, authorized_at)")
        connection.execute("PRAGMA user_version = 9999")
        return connection.serialize()


@pytest.mark.parametrize(
    ("bot", "reason"),
    [
        ({"database": _tables_missing()}, "no such table"),
        ({"database": _from_the_future()}, "the former world goes on"),
        ({"keys": "nonsense"}, "the former world goes on"),
    ],
    ids=["tables", "version", "keys"],
)
async def test_former_world_goes_on(interface: Interface, bot: dict[str, Any], reason: str) -> None:
    """When the bot cannot live with a file, what was there before is there afterwards, and the bot is online."""
    await interface.world.link(interface.world.discord.actor("ada"))
    card = await interface.command("ada", "track", query="Copper Umbrella")
    saved = json.loads(await interface.world.save())
    copied = {
        key: b64encode(value).decode() if isinstance(value, bytes) else value for key, value in bot.items()
    }
    saved["bot"] |= copied
    status, answer = await interface.ask("POST", "/api/state", saved)
    assert (status, reason in answer["error"]) == (400, True), answer
    page = await interface.get("/api/messages", **{"as": "ada"})
    assert page["messages"][-1]["id"] == card["id"]
    (link,) = (await interface.get("/api/spotify"))["linked"]
    assert link["member"] == "ada"
    assert "Copper Umbrella" in (await interface.command("ada", "track", query="Copper Umbrella"))["text"]
