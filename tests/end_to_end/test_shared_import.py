"""/shared import: what a file holds goes in as if a member had added it, and what can't be matched comes back."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from bot.shared_errors import ImportGoneError
from bot.stores.contributions import ON_ITS_WAY, State
from bot.stores.imports import ImportState
from bot.stores.lists import ListStatus, Mode, Roles, Rules
from sandbox.fake_discord.uploads import Upload
from sandbox.fake_spotify import Fault
from sandbox.lending import lend_new
from sandbox.world import World
from tests.end_to_end.lending import spotify_shows
from tests.end_to_end.voting import new_card, says
from tests.shared_records import bring, lend

if TYPE_CHECKING:
    from pathlib import Path

    from bot.stores.lists import SharedPlaylist
    from sandbox.fake_discord import Actor
    from sandbox.fake_discord.messages import Message
    from sandbox.fake_spotify.catalogue import Track

FINISHED = "finished"


@pytest.fixture
async def shared(world: World, linked: Actor) -> SharedPlaylist:
    """Ada's empty list, lent to Tape Heads; nothing over five minutes."""
    return await lend(world, linked, world.spotify.known_playlists.empty, rules=Rules(longest_s=300))


def uris(world: World) -> list[str]:
    return [entry.uri for entry in world.spotify.known_playlists.empty.items]


def artist(track: Track) -> str:
    return track.artists[0].name


def table(rows: list[list[str]], separator: str = ",") -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=separator).writerows(rows)
    return text.getvalue().encode("utf-8-sig")


async def brought(actor: Actor, name: str, data: bytes, **options: object) -> Message:
    """The answer to a file."""
    return await (await actor.command("shared import", file=Upload(name, data), **options)).reply()


async def pasted(actor: Actor, lines: str) -> Message:
    """The answer to lines in the form."""
    form = await (await actor.command("shared import")).modal()
    return await (await actor.submit(form, {"Links, or artist and title": lines})).reply()


async def imported(world: World, actor: Actor, asked: Message, *texts: str) -> Message:
    """Say yes, and wait for the end."""
    done = await (await actor.press(asked, "Import")).updated()
    return await says(world, done, FINISHED, *texts)


async def is_in(world: World, shared: SharedPlaylist, wanted: list[str]) -> None:
    """Time passes until everything accepted is written; then the playlist holds just this."""
    for _ in range(300):
        if (
            not await world.app.stores.contributions.count(shared.list_id, ON_ITS_WAY)
            and uris(world) == wanted
        ):
            return
        await world.advance(seconds=1)
    raise AssertionError(uris(world))


def letters(world: World, text: str) -> list[Message]:
    """Linus's direct messages that say so."""
    return [one for one in world.discord.actor("linus", dm=True).messages() if text in one.text]


async def test_every_outcome(world: World, shared: SharedPlaylist, linus: Actor) -> None:
    """Links and names go in; what is there, refused, unsure or unreadable is said, and comes back as it came."""
    known = world.spotify.known
    await bring(world.app.stores, shared, 1, known.explicit.uri, linus.member.id)
    world.spotify.known_playlists.empty.add([known.explicit.uri])
    rows = [
        ["Track name", "Artist name", "ISRC", "Spotify - id", "my column"],
        [known.plain.name, artist(known.plain), "", "", "a"],
        ["", "", "", known.twice.id, "b"],
        ["", "", "", known.explicit.id, "c"],
        ["", "", "", known.hour.id, "d"],
        ["No such song", "Nobody at all", "", "", "=e"],
        ["only a title", "", "", "", "f"],
        ["", "", known.remix.isrc, "", "g"],
        ["", "", "", known.missing_id, "h"],
        ["", "", "", known.twice.id, "i"],
    ]
    asked = await brought(linus, "mine.csv", table(rows, ";"))
    assert asked.ephemeral
    assert "Import 9 lines into" in asked.text
    for words in (
        "5 links",
        "3 names to search for",
        "1 of the links is in it already",
        "1 line I can't read",
    ):
        assert words in asked.text
    assert "up to 7 lookups on Spotify" in asked.text
    assert uris(world) == [known.explicit.uri]
    before = len(world.spotify.calls)
    done = await imported(world, linus, asked, "9 lines")
    looked_up = [
        call
        for call in world.spotify.calls[before:]
        if "/tracks/" in call.path or call.path.endswith("/search")
    ]
    assert len(looked_up) <= 7
    for words in (
        "Added, or on the way in: 2 tracks",
        "Already there: 2 tracks",
        "Refused by a rule: 2 tracks",
        "Track length 5:00 or less: 2 tracks",
        "not surely the right one: 2 lines",
        "Not readable: 1 line",
    ):
        assert words in done.text
    (file,) = done.attachments
    assert file.filename == "not-matched.csv"
    back = list(csv.reader(io.StringIO(file.upload.data.decode("utf-8-sig"))))
    assert back == [rows[0], [*rows[5][:4], "'=e"], rows[6], rows[8]]
    await is_in(world, shared, [known.explicit.uri, known.plain.uri, known.twice.uri])
    kept = await world.app.stores.contributions.latest_of(shared.list_id, linus.member.id, {State.LANDED}, 9)
    assert len(kept) == 3


async def test_pasted_lines(world: World, shared: SharedPlaylist, linus: Actor) -> None:
    """Lines in the form: a link, artist and title in either order; words that name nothing come back as text."""
    known = world.spotify.known
    lines = f"{known.plain.url}?si=x\n{artist(known.twice)} – {known.twice.name}\njust words\n"  # noqa: RUF001 - as typed
    asked = await pasted(linus, lines + f"2. {known.explicit.name} - {artist(known.explicit)}")
    done = await imported(world, linus, asked, "Added, or on the way in: 3 tracks")
    (file,) = done.attachments
    assert (file.filename, file.upload.data) == ("not-matched.txt", b"just words\n")
    await is_in(world, shared, [known.plain.uri, known.twice.uri, known.explicit.uri])
    assert shared.name in done.text


@pytest.mark.parametrize("kind", ["csv", "jspf", "xspf", "m3u8"])
async def test_own_export(
    world: World, shared: SharedPlaylist, linked: Actor, linus: Actor, kind: str
) -> None:
    """What /playlist export writes can be brought into a shared playlist, in its order."""
    reply = await (await linked.command("playlist export", playlist="Road Trip", format=kind)).reply()
    (file,) = reply.attachments
    road_trip = world.spotify.known_playlists.own
    asked = await brought(linus, f"x.{kind}", file.upload.data)
    assert f"Import {len(road_trip.uris)} lines" in asked.text
    await imported(world, linus, asked)
    there = [
        uri
        for uri in dict.fromkeys(road_trip.uris)
        if (track := world.spotify.catalogue.tracks.get(uri.split(":")[-1])) and track.duration_ms <= 300_000
    ]
    await is_in(world, shared, there)
    assert shared.list_id


@pytest.mark.parametrize("kind", ["jspf", "xspf", "m3u8"])
async def test_back_in_its_format(world: World, shared: SharedPlaylist, linus: Actor, kind: str) -> None:
    """What wasn't matched comes back in the format it came in, and can be read there."""
    files = {
        "jspf": json.dumps({"playlist": {"track": [{"title": "No such", "creator": "Nobody", "x": [1]}]}}),
        "xspf": '<playlist version="1" xmlns="http://xspf.org/ns/0/"><trackList><track><title>No &lt; such</title>'
        "<creator>Nobody</creator></track></trackList></playlist>",
        "m3u8": "#EXTM3U\n#EXTINF:3,Nobody - No such\nmusic/x.mp3\n",
    }
    asked = await brought(linus, f"x.{kind}", files[kind].encode())
    done = await imported(world, linus, asked, "not surely the right one: 1 line")
    (file,) = done.attachments
    assert file.filename == f"not-matched.{kind}"
    data = file.upload.data
    if kind == "jspf":
        assert json.loads(data) == json.loads(files[kind])
    elif kind == "xspf":
        track = ET.fromstring(data).find("{*}trackList/{*}track")  # noqa: S314 - our own
        assert track is not None
        assert [(child.tag.rpartition("}")[2], child.text) for child in track] == [
            ("title", "No < such"),
            ("creator", "Nobody"),
        ]
    else:
        assert data.decode() == files[kind]
    assert uris(world) == []
    assert shared.list_id


async def test_proposed_together(world: World, shared: SharedPlaylist, linus: Actor) -> None:
    """Where members vote, what is matched is proposed on one card."""
    stores, known = world.app.stores, world.spotify.known
    await stores.lists.swap(shared, replace(shared, mode=Mode.VOTE))
    seen = {message.id for message in world.discord.messages}
    asked = await pasted(linus, f"{known.plain.url}\n{known.twice.url}")
    assert "up to 10 on a card. You can have 10 open proposals here" in asked.text
    await imported(world, linus, asked, "Proposed: 2 tracks")
    card = await new_card(world, seen | {asked.id})
    assert "2 tracks" in card.text
    assert uris(world) == []


async def test_refused_files(world: World, shared: SharedPlaylist, linus: Actor) -> None:
    """Each file that can't be used gets its reason, and the way on."""
    bomb = b'<!DOCTYPE x [<!ENTITY a "ha">]><playlist><trackList/></playlist>'
    for name, data, words in (
        ("x.csv", b"x" * 1_000_001, "up to 1 MB works"),
        ("x.txt", b"a - b\n" * 2_001, "up to 2,000 tracks work"),
        ("x.csv", b"day,amount\n1,2\n", "can't tell which columns"),
        ("x.xspf", bomb, "has a document type"),
        ("x.jspf", b"{", "can't read that file"),
        ("x.txt", b"\n", "There are no tracks in that"),
        ("x.txt", b"just words\n", "nothing to import"),
    ):
        reply = await brought(linus, name, data)
        assert words in reply.text, (name, reply.text)
        assert not [button for button in reply.buttons() if button.label == "Import"]
    assert uris(world) == []
    assert shared.list_id


async def test_who_may_import(world: World, shared: SharedPlaylist, linus: Actor, ada: Actor) -> None:
    """Who may not add gets no preview, nor does anybody while the list is paused; no member sees another's import."""
    stores, link = world.app.stores, world.spotify.known.plain.url
    asked = await pasted(linus, link)
    (one,) = await stores.imports.of_member(linus.member.id)
    assert await stores.imports.of_member(ada.member.id) == ()
    changed = await stores.lists.swap(shared, replace(shared, roles=Roles(add=(1,))))
    assert changed is not None
    refused = await (await linus.press(asked, "Import")).reply()
    assert "roles don't allow adding" in refused.text
    assert "roles don't allow adding" in (await brought(linus, "x.txt", link.encode())).text
    await stores.lists.swap(changed, replace(changed, roles=Roles(), status=ListStatus.PAUSED))
    assert "paused" in (await brought(linus, "x.txt", link.encode())).text
    held = await stores.imports.get(one.import_id)
    assert held is None or held.state is ImportState.OFFERED
    assert uris(world) == []


async def test_cancelled_before(world: World, shared: SharedPlaylist, linus: Actor) -> None:
    """No means nothing happens, and nothing of the file is kept."""
    asked = await pasted(linus, world.spotify.known.plain.url)
    gone = await (await linus.press(asked, "Cancel")).updated()
    await says(world, gone, "Nothing was imported")
    assert await world.app.stores.imports.of_member(linus.member.id) == ()
    assert uris(world) == []
    assert shared.list_id


async def test_waits_goes_on_and_is_one_at_a_time(world: World, shared: SharedPlaylist, linus: Actor) -> None:
    """While Spotify says to wait, it waits, over a restart too; a second import for the list is refused meanwhile."""
    known = world.spotify.known
    asked = await pasted(linus, f"{known.plain.url}\n{known.twice.url}")
    world.spotify.faults.add(Fault(match="GET /tracks/*", kind="status", status=429, retry_after=120))
    shown = await (await linus.press(asked, "Import")).updated()
    await says(world, shown, "continues")
    again = await (await linus.command("shared import")).reply()
    assert "one import at a time" in again.text
    assert "Refresh" in [button.label for button in again.buttons()]
    await world.restart_bot()
    assert uris(world) == []
    world.spotify.faults.clear()
    await world.advance(seconds=130)
    await world.discord.wait_for(lambda: letters(world, FINISHED) or None, "a message with the result")
    done = await (await linus.press(again, "Refresh")).updated()
    await says(world, done, FINISHED, "2 tracks")
    await is_in(world, shared, [known.plain.uri, known.twice.uri])
    assert shared.list_id


async def test_private_and_forgotten(world: World, shared: SharedPlaylist, linus: Actor) -> None:
    """What is kept of a file is in one's data, and goes with it."""
    await pasted(linus, "Nobody - A very rare song")
    account = await (await linus.command("account")).reply()
    exported = await (await linus.press(account, "Export my data")).reply()
    assert "A very rare song" in exported.attachments[0].upload.data.decode()
    asked = await (await linus.press(account, "Delete my data")).reply()
    (yes,) = [button for button in asked.buttons() if button.label and "elete" in button.label]
    await (await linus.press(asked, str(yes.label))).updated()
    await world.advance(seconds=2)
    assert await world.app.stores.imports.of_member(linus.member.id) == ()
    assert shared.list_id


def enough(world: World, number: int) -> list[Track]:
    """So many tracks that anybody can add, no two of which could be taken for the same recording."""
    plain = [
        one
        for one in world.spotify.catalogue.tracks.values()
        if one.duration_ms <= 300_000 and one.markets is None and re.fullmatch(r"[A-Za-z ]+", one.name)
    ]
    by_name = {one.name: one for one in plain}
    return list({one.isrc: one for one in by_name.values()}.values())[:number]


async def test_done_again(world: World, shared: SharedPlaylist, linus: Actor) -> None:
    """A part that was proposed and not noted, as after a kill, is done again; nothing goes in twice."""
    imports, tracks = world.app.stores.imports, enough(world, 3)
    asked = await pasted(linus, "\n".join(track.url for track in tracks))
    (offered,) = await imports.of_member(linus.member.id)
    lines = await imports.content(offered.import_id)
    done = await imported(world, linus, asked, "Added, or on the way in: 3 tracks")
    await is_in(world, shared, [track.uri for track in tracks])
    (ended,) = await imports.of_member(linus.member.id)
    running = replace(offered, state=ImportState.RUNNING, due_at=world.clock.now())
    assert await imports.swap(ended, running, lines)
    for _ in range(300):
        await world.advance(seconds=61)
        (again,) = await imports.of_member(linus.member.id)
        if again.state is ImportState.DONE:
            break
    assert again.fates == ended.fates == {"in": 3}
    assert uris(world) == [track.uri for track in tracks]
    assert FINISHED in done.text


async def test_more_than_can_be_proposed(world: World, shared: SharedPlaylist, linus: Actor) -> None:
    """Where members vote, as many are proposed as one may have open; the others come back, and cost little."""
    stores, tracks = world.app.stores, enough(world, 60)
    rules = replace(shared.rules, open_proposals=30)
    await stores.lists.swap(shared, replace(shared, mode=Mode.VOTE, rules=rules))
    asked = await brought(linus, "x.txt", "\n".join(track.url for track in tracks).encode())
    assert "up to 25 on a card. You can have 30 open proposals here" in asked.text
    words = (
        "Proposed: 30 tracks",
        "More than a limit allows right now: 20 tracks",
        "Not looked at: 10 lines",
    )
    done = await imported(world, linus, asked, *words)
    (file,) = done.attachments
    assert file.upload.data.decode().split() == [track.url for track in tracks[30:]]
    pending = await stores.contributions.in_state(shared.list_id, {State.PENDING}, limit=200)
    assert sorted(len(one.together) for one in pending) == [5] * 5 + [25] * 25
    assert len([call for call in world.spotify.calls if call.path.startswith("/tracks/")]) == 50


async def test_cancelled(world: World, shared: SharedPlaylist, linus: Actor) -> None:
    """Cancelled in the middle: what went in stays, and the rest comes back."""
    tracks = enough(world, 60)
    asked = await brought(linus, "x.txt", "\n".join(track.url for track in tracks).encode())
    held = world.spotify.faults.add(Fault(f"GET /tracks/{tracks[40].id}", "latency"))
    shown = await (await linus.press(asked, "Import")).updated()
    await held.struck()
    await says(world, shown, "25 of 60 lines")
    stopping = await linus.press(shown, "Cancel")
    held.release()
    await stopping.updated()
    await says(world, shown, "cancelled after", "What went in stays", "Not looked at:")
    (one,) = await world.app.stores.imports.of_member(linus.member.id)
    assert 25 <= one.done < 60
    (file,) = shown.attachments
    assert file.upload.data.decode().split() == [track.url for track in tracks[one.done :]]
    await is_in(world, shared, [track.uri for track in tracks[: one.done]])


async def test_days() -> None:
    """What doesn't fit into today's budget says how many days it takes, and rests until there is room again."""
    async with World(settings={"SPOTIFY_DAILY_BUDGET": "100"}) as world:
        ada, linus = (world.discord.actor(name, channel="music") for name in ("ada", "linus"))
        await world.link(ada)
        await lend(world, ada, world.spotify.known_playlists.empty)
        tracks = enough(world, 90)
        asked = await brought(linus, "x.txt", "\n".join(track.url for track in tracks).encode())
        assert "up to 90 lookups on Spotify, about 1 day at today's budget" in asked.text
        shown = await (await linus.press(asked, "Import")).updated()
        await says(world, shown, "waiting for its share of Spotify lookups and continues")
        spent = sum(call.path.startswith("/tracks/") for call in world.spotify.calls)
        assert 25 <= spent <= 75
        for _ in range(2_000):
            (one,) = await world.app.stores.imports.of_member(linus.member.id)
            if one.state is ImportState.DONE:
                break
            if one.due_at > world.clock.now():
                await world.advance(seconds=(one.due_at - world.clock.now()).total_seconds() + 1)
        assert one.fates == {"in": 90}
        assert sum(call.path.startswith("/tracks/") for call in world.spotify.calls) == 90


async def test_from_elsewhere(world: World, shared: SharedPlaylist, linus: Actor) -> None:
    """Another server can't import into the list, nor see or begin an import of this one."""
    stranger = world.discord.actor("margaret", guild="Night Shift", channel="music")
    reply = await brought(stranger, "x.txt", world.spotify.known.plain.url.encode(), list=shared.list_id)
    assert "No shared playlist here yet" in reply.text
    asked = await pasted(linus, world.spotify.known.plain.url)
    ada = world.discord.actor("ada", channel="music")
    (one,) = await world.app.stores.imports.of_member(linus.member.id)
    imports = world.app.services.shared.imports.imports
    for member_id, guild_id in ((ada.member.id, shared.guild_id), (linus.member.id, shared.guild_id + 1)):
        with pytest.raises(ImportGoneError):
            await imports.view(member_id, guild_id, one.import_id)
    assert asked.ephemeral


@pytest.mark.parametrize(
    ("status", "words"), [(ListStatus.CLOSED, "was closed"), (ListStatus.PAUSED, "was paused")]
)
async def test_ended_meanwhile(
    world: World, shared: SharedPlaylist, linus: Actor, status: ListStatus, words: str
) -> None:
    """A playlist that is closed or paused stops what is imported; the member is told and gets the rest back."""
    known = world.spotify.known
    asked = await pasted(linus, f"{known.plain.url}\n{known.twice.url}")
    world.spotify.faults.add(Fault(match="GET /tracks/*", kind="status", status=429, retry_after=120))
    shown = await (await linus.press(asked, "Import")).updated()
    await says(world, shown, "continues")
    held = await world.app.stores.lists.by_id(shared.list_id)
    assert held is not None
    await world.app.stores.lists.swap(held, replace(held, status=status))
    world.spotify.faults.clear()
    await world.advance(seconds=130)
    (letter,) = await world.discord.wait_for(lambda: letters(world, words) or None, "a message")
    assert "Not looked at: 2 lines" in letter.text
    assert letter.attachments[0].filename == "not-matched.txt"
    assert uris(world) == []


async def test_killed(openapi: Path | None, settings: dict[str, str]) -> None:
    """A kill -9 in the middle of a part: the next process goes on, and everything is in once, in its order."""
    async with World(bot="process", openapi=openapi, settings=settings) as world:
        ada, linus = (world.discord.actor(name, channel="music") for name in ("ada", "linus"))
        await world.link(ada)
        lent = await lend_new(world, ada, "Our Tape")
        target = world.spotify.playlist(lent.playlist_id)
        tracks = enough(world, 30)
        asked = await brought(
            linus, "x.txt", "\n".join(track.url for track in tracks).encode(), list="Our Tape"
        )
        held = world.spotify.faults.add(Fault(f"GET /tracks/{tracks[27].id}", "latency"))
        await linus.press(asked, "Import")
        await held.struck()
        await world.kill_bot()
        held.release()
        await world.start_bot()
        await world.advance(seconds=61)  # until then the killed process may be the one that works
        await spotify_shows(world, lambda: len(target.items) >= 30)
        assert target.uris == [track.uri for track in tracks]


async def test_lost_the_right(world: World, shared: SharedPlaylist, linus: Actor) -> None:
    """Who may not add any more, by the roles they have then, has nothing more go in."""
    known = world.spotify.known
    asked = await pasted(linus, f"{known.plain.url}\n{known.twice.url}")
    world.spotify.faults.add(Fault(match="GET /tracks/*", kind="status", status=429, retry_after=120))
    shown = await (await linus.press(asked, "Import")).updated()
    await says(world, shown, "continues")
    held = await world.app.stores.lists.by_id(shared.list_id)
    assert held is not None
    await world.app.stores.lists.swap(held, replace(held, roles=Roles(add=(1,))))
    world.spotify.faults.clear()
    await world.advance(seconds=130)
    (letter,) = await world.discord.wait_for(lambda: letters(world, "can't add to") or None, "a message")
    assert "any more. What went in stays" in letter.text
    assert uris(world) == []


async def test_left_the_server(world: World, shared: SharedPlaylist, linus: Actor) -> None:
    """Who has left the server has nothing more go in."""
    asked = await pasted(linus, world.spotify.known.plain.url)
    world.spotify.faults.add(Fault(match="GET /tracks/*", kind="status", status=429, retry_after=120))
    shown = await (await linus.press(asked, "Import")).updated()
    await says(world, shown, "continues")
    world.discord.leave("linus", "Tape Heads")
    world.spotify.faults.clear()
    await world.advance(seconds=130)
    for _ in range(300):
        (one,) = await world.app.stores.imports.of_member(linus.member.id)
        if one.state is not ImportState.RUNNING:
            break
        await world.advance(seconds=1)
    assert (one.state, one.why) == (ImportState.STOPPED, "left")
    assert uris(world) == []
    assert shared.list_id
