"""Somebody sets the machine's clock back by hours: nothing that was to go on in a minute waits for as long."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.stores.contributions import State
from sandbox.fake_spotify import Fault
from tests.bot.services.shared.outbox.outbox_desk import DELETES, POSTS

if TYPE_CHECKING:
    from sandbox.fake_spotify.catalogue import Track
    from sandbox.fake_spotify.faults import Kind
    from tests.bot.services.shared.outbox.outbox_desk import Desk

HOURS = timedelta(hours=5)


async def minutes_pass(desk: Desk, minutes: int = 3) -> None:
    for _ in range(minutes * 2):
        desk.clock.advance(30)
        await desk.dispatcher.work()


def set_back(desk: Desk) -> None:
    desk.clock.start_at(desk.clock.now() - HOURS)


@pytest.mark.parametrize(
    ("match", "kind", "status"),
    [
        (POSTS, "status", 500),  # nobody knows whether it went in
        (POSTS, "reset_after", 500),  # it did
        ("GET /playlists/*", "status", 503),  # it was not even begun
        (POSTS, "status", 403),  # asked again each hour
    ],
)
async def test_lands_once(both: Desk, tracks: list[Track], match: str, kind: Kind, status: int) -> None:
    """What waits when the clock is set back is in the playlist minutes later, once, and so is what comes afterwards."""
    both.clock.advance(HOURS * 2)
    await both.link()
    shared, playlist = await both.lend("Tape", tracks[9])
    both.spotify.faults.add(Fault(match, kind, status=status, times=9 if status == 503 else 1))
    (one,) = await both.contribute(shared, tracks[0])
    await both.dispatcher.work()
    assert await both.state(one) is not State.LANDED
    set_back(both)
    both.spotify.faults.clear()
    (other,) = await both.contribute(shared, tracks[1])
    await minutes_pass(both)
    assert playlist.uris == [tracks[9].uri, tracks[0].uri, tracks[1].uri]
    assert [await both.state(each) for each in (one, other)] == [State.LANDED] * 2


async def test_leaves(both: Desk, tracks: list[Track]) -> None:
    """The same for what is to be taken out: its copy that stays is put back."""
    both.clock.advance(HOURS * 2)
    await both.link()
    shared, playlist = await both.lend("Tape", tracks[0], tracks[1])
    (one,) = await both.contribute(shared, tracks[0])
    await both.calm()
    both.spotify.faults.add(Fault(DELETES, "status", status=500))
    await both.leave(one)
    await both.dispatcher.work()
    set_back(both)
    await minutes_pass(both)
    assert playlist.uris == [tracks[0].uri, tracks[1].uri]
    assert await both.state(one) is State.REMOVED
