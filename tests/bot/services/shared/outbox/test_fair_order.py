"""When requests are scarce: what waits for its member's share, what goes on beside it, and on whose account it goes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.services.shared.outbox.fair_order import AT_ONCE, asker
from bot.services.shared.outbox.health import Why
from bot.stores.contributions import Leave, State
from bot.stores.history import FORMER_MEMBER
from tests.bot.services.shared.outbox.outbox_desk import GUILD, LINUS, open_desk
from tests.stores.records import ADA
from tests.stores.shared_records import contribution

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.stores.contributions import Contribution
    from tests.bot.services.shared.outbox.outbox_desk import Desk

HEDY = LINUS + 1
DAY = timedelta(hours=24)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_desk(tmp_path / "mixtape.sqlite3") as made:
        yield made


async def states(desk: Desk, *kept: Contribution) -> list[State]:
    return [await desk.state(one) for one in kept]


async def test_waits_for_share(desk: Desk) -> None:
    """Who is above their share waits until the time that is told, also after a restart."""
    shared, playlist = await desk.lend()
    until = desk.clock.now() + DAY
    desk.held[GUILD, LINUS] = until
    one, two = desk.spotify.release(2)
    waits = await desk.contribute(shared, one, two)
    await desk.calm()
    assert playlist.uris == []
    assert await states(desk, *waits) == [State.QUEUED] * 2
    waiting = await desk.dispatcher.state_of(shared, waits[0])
    assert waiting is not None
    assert (waiting.why, waiting.until) == (Why.SHARE, until)
    assert await desk.dispatcher.state_of(shared) is None
    assert await desk.dispatcher.settled(waits[0], 60) == await desk.read(waits[0])  # nobody waits for it
    desk.start_again()
    await desk.calm(hours=20)
    assert playlist.uris == []
    await desk.calm(hours=30)
    assert playlist.uris == [one.uri, two.uri]


async def test_goes_along(desk: Desk) -> None:
    """What waits for its member's share goes along with what others send, in the order it was accepted in."""
    shared, playlist = await desk.lend()
    desk.held[GUILD, LINUS] = desk.clock.now() + DAY
    one, two, three, four = desk.spotify.release(4)
    kept = await desk.contribute(shared, one, two)
    kept += await desk.contribute(shared, three, member_id=HEDY)
    kept += await desk.contribute(shared, four)
    await desk.calm()
    assert playlist.uris == [one.uri, two.uri, three.uri, four.uri]
    assert len(desk.spotify.calls_to("POST /playlists/*/items")) == 1
    assert await states(desk, *kept) == [State.LANDED] * 4


async def test_behind_many(desk: Desk) -> None:
    """However much of somebody else's waits before it, what can go is in the next request."""
    shared, playlist = await desk.lend()
    desk.held[GUILD, LINUS] = desk.clock.now() + DAY
    many, tracks = desk.spotify.release(AT_ONCE * 2 + 5), desk.spotify.release(3)
    await desk.contribute(shared, *many)
    await desk.contribute(shared, *tracks, member_id=HEDY)
    await desk.calm()
    assert playlist.uris == [track.uri for track in (*many[:37], *tracks)]


async def test_taking_out_waits(desk: Desk) -> None:
    """What a member takes back waits for them, whoever brought it; what a round or a vote takes out does not."""
    shared, playlist = await desk.lend()
    tracks = desk.spotify.release(3)
    kept = await desk.contribute(shared, *tracks, member_id=HEDY)
    await desk.calm()
    desk.held[GUILD, LINUS] = desk.held[GUILD, HEDY] = desk.clock.now() + DAY
    for one, by in zip(kept, (LINUS, None, FORMER_MEMBER), strict=True):
        landed = await desk.read(one)
        leaving = replace(landed, state=State.LEAVING, leave=Leave.UNDONE, left_by=by)
        assert await desk.stores.contributions.swap(landed, leaving)
    desk.dispatcher.wake(shared.list_id)
    await desk.calm()
    assert playlist.uris == [tracks[0].uri]
    await desk.calm(hours=30)
    assert playlist.uris == []


async def test_other_server(desk: Desk) -> None:
    """It is asked for the server of the list."""
    shared, playlist = await desk.lend()
    desk.held[GUILD + 1, LINUS] = desk.clock.now() + DAY
    (track,) = desk.spotify.release(1)
    await desk.contribute(shared, track)
    await desk.calm()
    assert playlist.uris == [track.uri]


async def test_on_whose_account(desk: Desk) -> None:
    """What is sent and looked for counts for the member whose contribution comes first in it."""
    shared, _ = await desk.lend()
    one, two, three = desk.spotify.release(3)
    await desk.contribute(shared, one)
    await desk.contribute(shared, two, member_id=HEDY)
    await desk.calm()
    used = desk.limiter.used_by
    linus = used(LINUS)
    assert linus > 0
    assert used(HEDY) == 0
    (kept,) = await desk.contribute(shared, three, member_id=HEDY)
    assert await desk.killed_in("POST /playlists/*/items")
    before = used(HEDY)
    desk.start_again()
    await desk.calm()
    assert await desk.state(kept) is State.LANDED
    assert used(HEDY) > before > 0  # also what looks whether it is in
    assert used(LINUS) == linus


@pytest.mark.parametrize(
    ("changes", "member_id"),
    [
        ({}, ADA),
        ({"member_id": None}, None),
        ({"member_id": FORMER_MEMBER}, None),
        ({"state": State.LEAVING, "left_by": HEDY}, HEDY),
        ({"state": State.LEAVING, "left_by": None}, None),
        ({"state": State.LEAVING, "left_by": FORMER_MEMBER}, None),
    ],
)
def test_asker(changes: dict[str, Any], member_id: int | None) -> None:
    """Whoever contributed it, or had it taken out; of a former member, of what came in Spotify or is due nobody."""
    assert asker(contribution(**{"state": State.QUEUED} | changes)) == member_id
