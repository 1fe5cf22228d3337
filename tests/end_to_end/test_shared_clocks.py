"""Rules that go by the clock and by words, as managers set them and members meet them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from bot.stores.contributions import State
from bot.stores.lists import Mode
from tests.end_to_end.lending import add, made_by, make, only_list, said, spotify_shows
from tests.end_to_end.voting import propose, says

if TYPE_CHECKING:
    from bot.stores.contributions import Contribution
    from sandbox.fake_discord import Actor, Modal
    from sandbox.fake_spotify.playlists import FakePlaylist
    from sandbox.world import World

NAME = "Our Tape"


@pytest.fixture
async def tape(world: World, linked: Actor) -> FakePlaylist:
    await make(linked, NAME)
    (playlist,) = made_by(world, "ada", NAME)
    return playlist


async def open_form(actor: Actor, topic: str) -> Modal:
    shown = await (await actor.command("shared rules change")).reply()
    return await (await actor.choose(shown, topic)).modal()


async def set_rule(actor: Actor, topic: str, **typed: object) -> str:
    """What is said after the form of one rule was sent; labels with underscores for blanks."""
    form = await open_form(actor, topic)
    sent = await actor.submit(form, {label.replace("_", " "): each for label, each in typed.items()})
    return (await sent.updated()).text


async def test_coming_back(world: World, linked: Actor, linus: Actor, tape: FakePlaylist) -> None:
    """What left comes back after its days: refused until then with when, tried without adding, then taken."""
    known = world.spotify.known
    saved = await set_rule(linked, "Coming back", Days_before_a_track_can_come_back="30")
    assert "Tracks that left or were declined can come back after 30 days." in saved
    assert "Added" in await add(linus, known.plain.uri)
    await (await linked.command("shared undo", what=(await _only(world)).contribution_id)).reply()
    await spotify_shows(world, lambda: not tape.uris)
    await world.advance(days=10)
    refused = await add(linus, known.plain.uri)
    assert "It left the playlist less than 30 days ago. Add it again <t:" in refused
    tried = await said(linus, "rules test", track=known.plain.uri)
    assert "isn't allowed" in tried
    assert "❌ It left the playlist less than 30 days ago." in tried
    assert "✅ Tracks that left or were declined can come back" in await said(
        linus, "rules test", track=known.cover.uri
    )
    await world.advance(days=20)
    assert "Added" in await add(linus, known.plain.uri)
    assert tape.uris == [known.plain.uri]


async def test_time_between(world: World, linked: Actor, linus: Actor, tape: FakePlaylist) -> None:
    """A member's second track has to wait, another member's doesn't; the next one goes in once the minutes are over."""
    known = world.spotify.known
    saved = await set_rule(linked, "Time between tracks", Minutes_between_two_tracks_of_a_member="30")
    assert "Each member can add a track every 30 minutes." in saved
    assert "Added" in await add(linus, known.plain.uri)
    refused = await add(linus, known.cover.uri)
    assert "Each member can add a track every 30 minutes. You can add more <t:" in refused
    assert "❌ Each member can add a track every 30 minutes." in await said(
        linus, "rules test", track=known.cover.uri
    )
    assert "Added" in await add(world.discord.actor("hedy", channel="music"), known.cover.uri)
    await world.advance(minutes=30)
    assert "Added" in await add(linus, known.explicit.uri)
    assert tape.uris == [known.plain.uri, known.cover.uri, known.explicit.uri]


async def test_closed_while_voting(world: World, linked: Actor, linus: Actor, tape: FakePlaylist) -> None:
    """One proposal at a time: the next is refused while the vote goes on, and taken once it's decided."""
    known = world.spotify.known
    shared = await only_list(world)
    assert await world.app.stores.lists.swap(shared, replace(shared, mode=Mode.VOTE))
    saved = await set_rule(linked, "Proposals during votes", No_proposals_while_members_vote_on_one=True)
    assert "No proposals while members vote on one." in saved
    card = await propose(world, linus, known.plain.uri)
    grace = world.discord.actor("grace", channel="music")
    refused = await add(grace, known.cover.uri)
    assert "Propose this once that vote ends, <t:" in refused
    assert "❌ There are no proposals while members vote" in await said(
        grace, "rules test", track=known.cover.uri
    )
    await linus.press(card, "Withdraw")
    await says(world, card, "Withdrawn")
    assert "Proposed for" in await add(grace, known.cover.uri)
    assert tape.uris == []


async def test_words(world: World, linked: Actor, linus: Actor, tape: FakePlaylist) -> None:
    """Refused and required words, in title or artist; the refusal quotes the word, and what fits goes in."""
    known = world.spotify.known
    word = known.live.name.split()[-1].strip("()").lower()
    saved = await set_rule(linked, "Words", Refused_in_title_or_artist=f"{word}, karaoke")
    assert f"Nothing with “{word}” or “karaoke” in the title or artist." in saved
    assert f"This playlist takes nothing with “{word}” in the title or artist." in await add(
        linus, known.live.uri
    )
    tried = await said(linus, "rules test", track=known.live.uri)
    assert f"❌ This playlist takes nothing with “{word}”" in tried
    assert "Added" in await add(linus, known.plain.uri)
    artist = known.cover.artists[0].name
    saved = await set_rule(
        linked, "Words", Refused_in_title_or_artist="", One_of_these_must_be_in_title_or_artist=artist
    )
    assert f"Only tracks with “{artist}” in the title or artist." in saved
    assert "only takes tracks with" in await add(linus, known.explicit.uri)
    assert "Added" in await add(linus, known.cover.uri)
    assert tape.uris == [known.plain.uri, known.cover.uri]


async def test_longest_stay(world: World, linked: Actor, linus: Actor, tape: FakePlaylist) -> None:
    """At midnight after its days a track moves to the archive; the history says why, and a curator puts it back."""
    known = world.spotify.known
    saved = await set_rule(linked, "Longest stay", Days_until_a_track_moves_to_the_archive="3")
    assert "Tracks stay for 3 days, then move to the archive at midnight." in saved
    assert "Added" in await add(linus, known.plain.uri)
    assert "✅ Tracks stay for 3 days" in await said(linus, "rules test", track=known.cover.uri)
    start = world.clock.now()
    midnight = datetime(start.year, start.month, start.day, tzinfo=UTC) + timedelta(days=4)
    await world.advance(seconds=(midnight - start).total_seconds() - 60)
    await world.app.services.shared.rounds.rounds.look_after((await only_list(world)).list_id)
    assert tape.uris == [known.plain.uri]
    assert "Added" in await add(linus, known.cover.uri)
    await world.advance(minutes=1)
    await spotify_shows(world, lambda: tape.uris == [known.cover.uri])
    (archive,) = made_by(world, "ada", f"{NAME} · archive")
    assert archive.uris == [known.plain.uri]
    assert await told(world, linked, "moved to the archive after its longest stay")
    assert (known.plain.uri, known.cover.uri) in await versions(world)
    (gone,) = await world.app.stores.contributions.of_uris(
        (await only_list(world)).list_id, {known.plain.uri}, {State.REMOVED}
    )
    await (await linked.command("shared undo", what=gone.contribution_id)).reply()
    await spotify_shows(world, lambda: tape.uris == [known.cover.uri, known.plain.uri])


@pytest.mark.parametrize(
    ("topic", "label", "typed", "why"),
    [
        (
            "Coming back",
            "Days before a track can come back",
            "0",
            "Time before it can come back must be 1 to 365 days.",
        ),
        (
            "Time between tracks",
            "Minutes between two tracks of a member",
            "99999",
            "Time between tracks must be 1 to 10,080 minutes.",
        ),
        (
            "Longest stay",
            "Days until a track moves to the archive",
            "a week",
            "Longest stay must be 1 to 3,650 days in whole numbers.",
        ),
        ("Words", "Refused in title or artist", "live, ?!", "Type at most 25 words or phrases"),
    ],
)
async def test_refused(  # noqa: PLR0917 - what is combined
    world: World, linked: Actor, tape: FakePlaylist, topic: str, label: str, typed: str, why: str
) -> None:
    """What can't be used is refused with its limits, and nothing changes."""
    before = await only_list(world)
    form = await open_form(linked, topic)
    refused = await (await linked.submit(form, {label: typed})).reply()
    assert why in refused.text
    assert await only_list(world) == before
    assert tape.uris == []


async def told(world: World, actor: Actor, words: str) -> bool:
    """Whether the history says it, a moment after Spotify shows it."""
    for _ in range(60):
        if words in await said(actor, "history"):
            return True
        await world.advance(seconds=1)
    return False


async def versions(world: World) -> list[tuple[str, ...]]:
    """What the playlist held in each version that is kept."""
    list_id, snapshots = (await only_list(world)).list_id, world.app.stores.snapshots
    kept = [await snapshots.get(list_id, info.number) for info in await snapshots.of_list(list_id)]
    return [snapshot.uris for snapshot in kept if snapshot]


async def _only(world: World) -> Contribution:
    shared = await only_list(world)
    (held,) = await world.app.stores.contributions.in_state(shared.list_id, {State.LANDED}, limit=9)
    return held
