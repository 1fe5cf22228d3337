"""/shared stats: pictures with the same figures in words, and the way out of them."""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from bot.stores.contributions import Recording
from bot.stores.history import Happening
from tests.end_to_end.lending import make
from tests.shared_records import bring, lend

if TYPE_CHECKING:
    from bot.stores.lists import SharedPlaylist
    from sandbox.fake_discord import Actor, Message
    from sandbox.world import World

PNG = b"\x89PNG\r\n\x1a\n"
PATIENCE_S = 60.0  # a busy machine draws slowly
MONDAY_EVENING = datetime(2026, 11, 16, 18, 30, tzinfo=UTC)  # 19:30 in Stockholm


@pytest.fixture
async def shared(world: World, linked: Actor, linus: Actor) -> SharedPlaylist:
    """A list with four additions by Linus, one by Ada and one that came in Spotify."""
    shared = await lend(world, linked, world.spotify.known_playlists.empty, name="Tapes & More")
    by = [linus.member.id, linus.member.id, linked.member.id, None, linus.member.id, linus.member.id]
    for number, member_id in enumerate(by, 1):
        uri = f"spotify:track:{number:022}"
        await bring(
            world.app.stores,
            shared,
            number,
            uri,
            member_id,
            recording=Recording(uri, duration_ms=min(150 + 30 * number, 310) * 1000),
            created_at=MONDAY_EVENING,
        )
    return shared


async def stats(actor: Actor, **options: object) -> Message:
    """The answer, not that it is being drawn."""
    run = await actor.command("shared stats", **options)
    return await run.replied(lambda message: "Drawing…" not in message.text, PATIENCE_S)


async def test_picture(shared: SharedPlaylist, ada: Actor) -> None:
    """From five tracks on, one picture with a text that tells what it shows, and the same numbers beside it."""
    reply = await stats(ada, list=shared.name)
    assert not reply.ephemeral
    (file,) = reply.attachments
    assert file.upload.data.startswith(PNG)
    alt = file.description or ""
    for text in (alt, reply.text):
        assert "1. Linus: 4 tracks (80%)" in text
        assert "2. Ada: 1 track (20%)" in text
        assert "Busiest hour: Monday, 18:00 to 19:00 (5 tracks)" in text
        assert "3–4 min: 2 · 4–5 min: 1 · 5–6 min: 2" in text  # noqa: RUF001 - from, to
    assert "Tapes & More" in alt
    assert "1 track added in Spotify" in reply.text
    assert not reply.pings.members


async def test_time_zone(world: World, shared: SharedPlaylist, ada: Actor) -> None:
    """Hours are those of the list's clocks, in summer an hour later than in winter."""
    zone = replace(shared.settings, time_zone="Europe/Stockholm")
    await world.app.stores.lists.swap(shared, replace(shared, settings=zone))
    reply = await stats(ada)
    assert "Monday, 19:00 to 20:00 (5 tracks)" in reply.text
    for number in range(7, 14):
        at = datetime(2026, 7, 6, 22, 30, tzinfo=UTC)  # a Monday here, Tuesday there
        uri = f"spotify:track:{number:022}"
        await bring(world.app.stores, shared, number, uri, ada.member.id, created_at=at)
    reply = await stats(ada)
    assert "Tuesday, 00:00 to 01:00 (7 tracks)" in reply.text
    assert "Europe/Stockholm" in (reply.attachments[0].description or "")


async def test_leave_me_out(world: World, shared: SharedPlaylist, linus: Actor, ada: Actor) -> None:
    """Somebody who never linked anything leaves the figures, sees that they are out, and comes back."""
    public = await stats(ada)
    told = await (await linus.press(public, "Hide my name")).reply()
    assert told.ephemeral
    assert "hidden in statistics from now on" in told.text
    after = await stats(ada, list=shared.name)
    assert "others (1): 4 tracks (80%)" in after.text
    assert "Monday, 18:00 to 19:00 (1 track)" in after.text
    everything = [after.text, *(file.description or "" for file in after.attachments)]
    assert not [text for text in everything if "Linus" in text]
    assert "Show my name" not in {button.label for button in (await stats(linus)).buttons()}
    own = await stats(linus, private=True)
    assert own.ephemeral
    await world.restart_bot()
    assert "Linus" not in (await stats(ada)).text
    back = await (await linus.press(own, "Show my name")).reply()
    assert "shown in statistics again" in back.text
    assert "1. Linus" in (await stats(ada)).text
    assert "already" in (await (await linus.press(own, "Show my name")).reply()).text


async def test_all_left_out(world: World, shared: SharedPlaylist, linus: Actor, ada: Actor) -> None:
    """Where everybody is left out, only how many and how long is told."""
    for actor in (linus, ada):
        await world.app.stores.stats_opt_outs.put(actor.member.id)
    reply = await stats(linus, list=shared.name)
    assert "others (2): 5 tracks (100%)" in reply.text
    assert "has hidden their name" in reply.text
    assert len(reply.attachments) == 1


async def test_in_my_data(world: World, shared: SharedPlaylist, ada: Actor) -> None:
    """The choice is in the file with my data, outlives the link, and is forgotten when my data is deleted."""
    await ada.press(await stats(ada, list=shared.name), "Hide my name")
    account = await (await ada.command("account")).reply()
    exported = await (await ada.press(account, "Export my data")).reply()
    assert json.loads(exported.attachments[0].upload.data)["left_out_of_figures"] is True
    await (await ada.command("unlink")).reply()
    assert await world.app.stores.stats_opt_outs.among({ada.member.id})
    asked = await (await ada.press(account, "Delete my data")).reply()
    await (await ada.press(asked, "Yes, delete everything")).updated()
    assert not await world.app.stores.stats_opt_outs.among({ada.member.id})
    told = (await stats(ada)).text
    assert "Ada" not in told
    assert "others (1)" in told


async def test_choice_without_a_link(shared: SharedPlaylist, linus: Actor) -> None:
    """Who never linked anything has the choice erased with the rest."""
    await (await linus.press(await stats(linus, list=shared.name), "Hide my name")).reply()
    account = await (await linus.command("account")).reply()
    asked = await (await linus.press(account, "Delete my data")).reply()
    gone = await (await linus.press(asked, "Yes, delete everything")).updated()
    assert "Everything I kept about you is erased" in gone.text


async def test_no_pictures(world: World, shared: SharedPlaylist, ada: Actor) -> None:
    """Where nothing can be drawn, the figures come in words."""
    # There is no other way to make a healthy machine fail to draw.
    world.app.services.shared.reports.charts.process.command = (sys.executable, "-c", "raise SystemExit(3)")
    reply = await stats(ada, list=shared.name)
    assert "couldn't draw" in reply.text
    assert "1\\. Linus: 4 tracks (80%)" in reply.text
    assert "3–4 min: 2" in reply.text  # noqa: RUF001 - from, to
    assert reply.attachments == []


async def test_decisions(world: World, linked: Actor, linus: Actor) -> None:
    """Too few decisions are not called typical, nor is there a picture of a single track."""
    await make(linked, "Our Tape", mode="approval")
    await (await linus.command("add", track=world.spotify.known.plain.uri)).reply()
    (held,) = await world.app.stores.contributions.undecided()
    await world.advance(hours=5)
    card = await world.discord.wait_for(
        lambda: next((each for each in linked.messages() if "Approve" in _labels(each)), None), "the card"
    )
    await linked.press(card, "Approve")
    async with asyncio.timeout(PATIENCE_S):
        while Happening.ACCEPTED not in await _happenings(world, held.list_id):
            pass
    assert held.member_id == linus.member.id
    told = (await stats(linked)).text
    assert "Typical decision time" not in told  # one says nothing about what is typical


async def test_nothing_added(world: World, linked: Actor) -> None:
    """An empty list has no figures, and says so."""
    await lend(world, linked, world.spotify.known_playlists.empty)
    reply = await stats(linked)
    assert "Nobody has added anything to" in reply.text
    assert reply.attachments == []


async def test_other_servers(world: World, shared: SharedPlaylist) -> None:
    """Another server sees no figures of the list, nor has it suggested."""
    stranger = world.discord.actor("margaret", guild="Night Shift", channel="music")
    assert await stranger.suggest("shared stats", "list", "") == []
    reply = await stats(stranger, list=shared.list_id)
    assert "No shared playlist here yet. Start one with </shared create:" in reply.text
    assert reply.attachments == []


async def _happenings(world: World, list_id: str) -> list[Happening]:
    page = await world.app.stores.history.page(list_id, limit=10)
    return [event.happening for event in page.events]


def _labels(message: Message) -> set[str | None]:
    return {button.label for button in message.buttons()}
