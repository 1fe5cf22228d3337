"""“Best of …” as members see it, and the look back when a round or a year is over."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from sandbox.fake_discord.changes import NothingCameError
from sandbox.fake_spotify import Fault
from tests.end_to_end.lending import add, made_by, make, only_list, said, spotify_shows
from tests.end_to_end.test_shared_likes import liked
from tests.end_to_end.test_shared_rounds import change
from tests.end_to_end.voting import says

if TYPE_CHECKING:
    from bot.stores.lists import SharedPlaylist
    from sandbox.fake_discord import Actor, Message
    from sandbox.fake_spotify.playlists import FakePlaylist
    from sandbox.world import World

NAME, BEST = "Our Tape", "Best of Our Tape"


@pytest.fixture
def grace(world: World) -> Actor:
    return world.discord.actor("grace", channel="music")


@pytest.fixture
async def tape(world: World, linked: Actor, linus: Actor, grace: Actor) -> FakePlaylist:
    """Linus' three tracks: two members like the second, one the third, nobody the first."""
    await make(linked, NAME)
    (playlist,) = made_by(world, "ada", NAME)
    for name in ("plain", "explicit", "together"):
        assert "Added" in await add(linus, getattr(world.spotify.known, name).uri)
    lines = await world.discord.wait_for(lambda: announced(world, linus) or None, "three lines")
    await liked(grace, lines[1])
    await liked(linked, lines[1])
    await liked(grace, lines[2])
    return playlist


def announced(world: World, actor: Actor) -> list[Message] | None:
    found = [one for one in world.discord.messages if f"<@{actor.member.id}> added" in one.text]
    return found if len(found) == 3 else None


def starting(actor: Actor, text: str) -> list[Message]:
    return [message for message in actor.messages() if text in message.text]


async def posted(world: World, actor: Actor, text: str) -> Message:
    """The message in the actor's channel, once it is there; time passes."""
    for _ in range(30):
        await world.advance(seconds=40)
        with suppress(NothingCameError):
            return await world.discord.wait_for(lambda: next(iter(starting(actor, text)), None), text, 2)
    raise AssertionError(text)


async def test_best(world: World, linked: Actor, tape: FakePlaylist, grace: Actor) -> None:
    """A manager makes it: everybody sees the card with its link; refreshed, it changes where it has to, in place."""
    first, second, third = tape.uris
    card = await (await linked.command("shared best")).reply()
    assert not card.ephemeral
    (best,) = made_by(world, "ada", BEST)
    assert best.uris == [second, third]
    assert "2 tracks from **[Our Tape]" in card.text
    assert "New: 2. Gone: 0." in card.text
    assert world.spotify.known.explicit.name in card.text
    assert best.url in {button.url for button in card.buttons()}
    assert not card.pings.members
    assert "Nothing has changed" in await said(linked, "best")
    page = await (await grace.command("shared show")).reply()
    asked = await liked(grace, page, "Like…")
    everything = [option.value for option in asked.menus()[0].options]
    await (await grace.choose(asked, *everything[:2])).updated()
    again = await said(linked, "best", top=1)
    assert "New: 0. Gone: 1." in again
    assert best.uris == [second]
    assert "New: 1. Gone: 0." in await said(linked, "best")
    assert best.uris == [second, first]
    assert third not in best.uris
    assert len(made_by(world, "ada", BEST)) == 1


async def test_of_a_time(world: World, linked: Actor, tape: FakePlaylist) -> None:
    """A round and a year have playlists of their own; a time nobody liked anything in has none, and says so."""
    assert f"{BEST} · round 1" in await said(linked, "best", period="This round")
    year = world.clock.now().year
    assert f"{BEST} · {year}" in await said(linked, "best", period="This year")
    for name in (f"{BEST} · round 1", f"{BEST} · {year}"):
        (best,) = made_by(world, "ada", name)
        assert best.uris == tape.uris[1:]
    assert "Nobody likes a track from that time yet" in await said(linked, "best", period="Last year")
    assert made_by(world, "ada", BEST) == []


async def test_only_managers(world: World, tape: FakePlaylist, linus: Actor) -> None:
    """Others are told so, and nothing is made."""
    assert "Only managers" in await said(linus, "best")
    assert made_by(world, "ada", BEST) == []
    assert len(tape.uris) == 3


async def test_spotify_fails(world: World, linked: Actor, tape: FakePlaylist) -> None:
    """When Spotify loses an answer, the member reads that it goes on; it is right in the end, and posted once."""
    world.spotify.faults.add(Fault(match="POST /playlists/*/items", kind="reset_after"))
    text = await said(linked, "best")
    assert "isn't ready yet" in text
    assert "post it here" in text
    for _ in range(10):
        await world.advance(minutes=1)
        if starting(linked, "2 tracks from"):
            break
    card = await world.discord.wait_for(
        lambda: next(iter(starting(linked, "2 tracks from")), None), "the card"
    )
    (best,) = made_by(world, "ada", BEST)
    assert best.uris == tape.uris[1:]
    assert best.url in {button.url for button in card.buttons()}
    await world.advance(hours=1)
    assert len(starting(linked, "2 tracks from")) == 1


async def test_restart(world: World, linked: Actor, tape: FakePlaylist) -> None:
    """A bot that is restarted in between finishes what it began, and says so in the channel."""
    world.spotify.faults.add(Fault(match="POST /playlists/*/items", kind="reset_before", times=3))
    assert "isn't ready yet" in await said(linked, "best")
    await world.restart_bot()
    await posted(world, linked, "2 tracks from")
    (best,) = made_by(world, "ada", BEST)
    assert best.uris == tape.uris[1:]


async def test_recap_of_a_round(world: World, linked: Actor, linus: Actor, tape: FakePlaylist) -> None:
    """When a round is over the channel reads what was liked and who brought it, once, pinging nobody."""
    await change(world, digest_channel_id=linked.channel.id)
    asked = await (await linked.command("shared rotate")).reply()
    done = await (await linked.press(asked, "End the round")).updated()
    await says(world, done, "has started")
    await spotify_shows(world, lambda: not tape.uris)
    card = await posted(world, linked, "### Round 1 of")
    assert "3 tracks · 1 person · 3 likes" in card.text
    lines = card.text.splitlines()
    first = next(line for line in lines if line.startswith("1. "))
    assert world.spotify.known.explicit.name in first
    assert f"♥ 2 · <@{linus.member.id}>" in first
    assert world.spotify.known.together.name in next(line for line in lines if line.startswith("2. "))
    assert f"<@{linus.member.id}> (3 tracks)" in card.text
    assert not card.pings.members
    assert card.flags & 4096  # arrives without a sound
    await world.restart_bot()
    await world.advance(hours=2)
    assert len(starting(linked, "### Round 1 of")) == 1


async def test_nobody_who_hides(world: World, linked: Actor, linus: Actor, tape: FakePlaylist) -> None:
    """Who hides their name in statistics is named in no recap; what they added stays in it."""
    await world.app.stores.stats_opt_outs.put(linus.member.id)
    await change(world, digest_channel_id=linked.channel.id)
    asked = await (await linked.command("shared rotate")).reply()
    await (await linked.press(asked, "End the round")).updated()
    await spotify_shows(world, lambda: not tape.uris)
    card = await posted(world, linked, "### Round 1 of")
    assert world.spotify.known.explicit.name in card.text
    assert str(linus.member.id) not in card.text
    assert "Added most" not in card.text


async def test_no_channel(world: World, linked: Actor, tape: FakePlaylist) -> None:
    """Without a channel for digests or cards nothing is posted anywhere."""
    asked = await (await linked.command("shared rotate")).reply()
    await (await linked.press(asked, "End the round")).updated()
    await spotify_shows(world, lambda: not tape.uris)
    await world.advance(minutes=5)
    assert [one for one in world.discord.messages if "Round 1 of" in one.text and "is over" in one.text] == []


async def test_recap_of_a_year(world: World, linked: Actor, tape: FakePlaylist) -> None:
    """At New Year in the list's time zone the channel reads how the year was, once."""
    shared = await change(world, digest_channel_id=linked.channel.id, time_zone="Europe/Stockholm")
    year = world.clock.now().year
    await seen(world, shared)
    new_year = datetime(year, 12, 31, 23, tzinfo=UTC)
    await world.advance(seconds=(new_year - world.clock.now()).total_seconds() - 30)
    assert starting(linked, f" in {year}") == []
    await world.advance(seconds=31)
    card = await posted(world, linked, f" in {year}")
    assert "3 tracks · 1 person · 3 likes" in card.text
    assert len(tape.uris) == 3
    await world.restart_bot()
    await world.advance(days=1)
    assert len(starting(linked, f" in {year}")) == 1


async def seen(world: World, shared: SharedPlaylist) -> None:
    """Wait until the bot has looked which year it is there."""
    for _ in range(20):
        if await world.app.stores.values.get(f"recap:{shared.list_id}"):
            return
        await world.advance(seconds=30)
    raise AssertionError(timedelta(minutes=10))


async def test_another_owner(world: World, linked: Actor, tape: FakePlaylist, grace: Actor) -> None:
    """With another owner the likes go on, and the best is made in their account; the former playlist stays as it is."""
    await said(linked, "best")
    (first,) = made_by(world, "ada", BEST)
    held = list(first.uris)
    await world.link(grace)
    offered = await (await linked.command("shared transfer", member="grace", list=NAME)).reply()
    await (await grace.press(offered, "Take it over")).updated()
    assert (await only_list(world)).best == ()
    card = await (await grace.command("shared best", top=1)).reply()
    (second,) = made_by(world, "grace", BEST)
    assert second.url in {button.url for button in card.buttons()}
    assert second.uris == held[:1]
    assert first.uris == held
    assert len(tape.uris) == 3


async def test_cannot_be_lent(world: World, tape: FakePlaylist) -> None:
    """A playlist with the best can't be lent itself: the bot writes to it."""
    linked = world.discord.actor("ada", channel="music")
    await said(linked, "best")
    (best,) = made_by(world, "ada", BEST)
    asked = await said(linked, "adopt", playlist=best.url)
    assert "already" in asked
    assert (await only_list(world)).best[0].playlist_id == best.id
    assert len(tape.uris) == 3
