"""A batch whose answer got lost is told from what else stands in the playlist."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from bot.services.shared.outbox.confirmation import Placed, Wanted, in_order, is_most
from bot.stores.contributions import State
from sandbox.fake_spotify import Fault
from tests.bot.services.shared.outbox.outbox_desk import POSTS

if TYPE_CHECKING:
    from sandbox.fake_spotify.catalogue import Track
    from tests.bot.services.shared.outbox.outbox_desk import Desk

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def found_in(wanted: str, there: str) -> list[int | None]:
    """Where each letter is found; a capital one is another release of the same recording."""
    items = [Placed(place, one, one.lower(), NOW) for place, one in enumerate(there)]
    found = in_order([Wanted(one, one.lower()) for one in wanted], items)
    return [item.place if item else None for item in found]


@pytest.mark.parametrize(
    ("wanted", "there", "places"),
    [
        pytest.param("abc", "abc", [0, 1, 2], id="all"),
        pytest.param("abc", "xabxc", [1, 2, 4], id="others-between"),
        pytest.param("abc", "ac", [0, None, 1], id="one-taken-out"),
        pytest.param("abacd", "bacd", [None, 0, 1, 2, 3], id="the-first-taken-out"),
        pytest.param("a", "Aa", [1], id="rather-the-very-same"),
        pytest.param("ab", "Axb", [0, 2], id="another-release"),
        pytest.param("aA", "Aa", [0, 1], id="rather-both"),
        pytest.param("abc", "", [None, None, None], id="nothing"),
    ],
)
def test_in_order(wanted: str, there: str, places: list[int | None]) -> None:
    """As many as can be are found in their order, and rather the very same ones."""
    assert found_in(wanted, there) == places


@pytest.mark.parametrize(("wanted", "there"), [("abc", "cba"), ("aa", "a")])
def test_each_item_once(wanted: str, there: str) -> None:
    """What stands in another order, or once for two, is found once."""
    assert sum(place is not None for place in found_in(wanted, there)) == 1


@pytest.mark.parametrize(("there", "of", "most"), [(1, 1, True), (2, 4, False), (3, 4, True), (0, 1, False)])
def test_most(there: int, of: int, *, most: bool) -> None:
    """A batch of which more than half is there went in; the rest somebody took out."""
    item = Placed(0, "a", "", NOW)
    assert is_most([item] * there + [None] * (of - there)) is most


async def test_another_release_of_ours(desk: Desk) -> None:
    """Another release that we put in a moment before is not taken for the one whose answer got lost."""
    known = desk.spotify.known
    shared, playlist = await desk.lend()
    await desk.contribute(shared, known.twice_single)
    await desk.dispatcher.work()
    (one,) = await desk.contribute(shared, known.twice)
    desk.spotify.faults.add(Fault(POSTS, "reset_before"))
    await desk.calm()
    assert playlist.uris == [known.twice_single.uri, known.twice.uri]
    assert (await desk.read(one)).uri == known.twice.uri


async def test_old_count(desk: Desk, tracks: list[Track]) -> None:
    """Right after a big change Spotify may still tell the former length: that is not gone by, but asked again."""
    shared, playlist = await desk.lend("Tape", *tracks[10:20])
    desk.clock.advance(60)
    async with desk.dispatcher.exclusive(shared) as access:
        await access.remove([track.uri for track in tracks[12:20]])
    desk.clock.advance(1)
    desk.spotify.faults.add(Fault("GET /playlists/*", "stale", behind_s=5, version_behind_s=5))
    (one,) = await desk.contribute(shared, tracks[0])
    await desk.dispatcher.work()
    assert desk.posts() == 0
    assert await desk.state(one) is State.QUEUED
    desk.clock.advance(30)
    desk.spotify.faults.add(Fault(POSTS, "reset_before"))
    await desk.dispatcher.work()
    batch = (await desk.stores.journals.of(shared.list_id)).batch
    assert batch is not None
    assert batch.total_before == 2
    await desk.calm()
    assert playlist.uris == [track.uri for track in (tracks[10], tracks[11], tracks[0])]


async def test_another_clock(desk: Desk, tracks: list[Track]) -> None:
    """What stands behind the former end is it, whatever Spotify says about when it came."""
    shared, playlist = await desk.lend("Tape", *tracks[10:20])
    await desk.contribute(shared, tracks[0])
    desk.spotify.faults.add(Fault(POSTS, "reset_after"))
    await desk.dispatcher.work()
    early = desk.clock.now() - timedelta(minutes=5)
    playlist.items[-1] = replace(playlist.items[-1], added_at=early)
    await desk.calm()
    assert desk.posts() == 1
    assert playlist.uris[10:] == [tracks[0].uri]


async def test_much_shorter(desk: Desk, tracks: list[Track]) -> None:
    """It is found also where others have taken out so much that the former end is far behind the present one."""
    shared, playlist = await desk.lend("Tape", *tracks[10:150])
    await desk.contribute(shared, *tracks[:2])
    desk.spotify.faults.add(Fault(POSTS, "reset_after"))
    await desk.dispatcher.work()
    for track in tracks[20:150]:
        playlist.remove(track.uri)
    await desk.calm()
    assert desk.posts() == 1
    assert playlist.uris == [track.uri for track in (*tracks[10:20], *tracks[:2])]


async def test_two_looks(desk: Desk, tracks: list[Track]) -> None:
    """However late the first look is, one alone is not enough to send anything again."""
    shared, _ = await desk.lend()
    await desk.contribute(shared, tracks[0])
    desk.spotify.faults.add(Fault(POSTS, "reset_before"))
    await desk.dispatcher.work()
    for seconds, posts in ((3_600, 1), (1, 1), (1, 2)):
        desk.clock.advance(seconds)
        await desk.dispatcher.work()
        assert desk.posts() == posts


async def test_own_version(desk: Desk, tracks: list[Track]) -> None:
    """Where Spotify names our own latest version nothing waits, however short ago that was."""
    shared, playlist = await desk.lend("Tape", *tracks[10:20])
    async with desk.dispatcher.exclusive(shared) as access:
        await access.remove([tracks[10].uri])
    await desk.contribute(shared, tracks[0])
    await desk.dispatcher.work()
    assert playlist.uris[-1] == tracks[0].uri


async def test_shortened_and_the_same_again(desk: Desk, tracks: list[Track]) -> None:
    """Taken out, and added again at once with others, it is found although its answer got lost and it came late."""
    shared, playlist = await desk.lend()
    first = await desk.contribute(shared, *tracks[:3])
    await desk.calm()
    for one in first[:2]:
        await desk.leave(one)
    await desk.dispatcher.work()
    await desk.contribute(shared, *tracks[:5])
    desk.spotify.faults.add(Fault(POSTS, "late", late_s=24))
    await desk.calm()
    await desk.wait_until(desk.clock.now() + timedelta(seconds=60))
    assert playlist.uris == [tracks[2].uri, *(track.uri for track in tracks[:5])]
