"""What is parked ends without a curator, too: when it is seen in the playlist, or nobody looks for too long."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.services.shared.core.queue import NO_OWNER
from bot.stores.contributions import Ballot, BallotKind, State
from bot.stores.history import Happening
from bot.stores.journal import Batch, Sent, Work
from tests.bot.services.shared.outbox.outbox_desk import LINUS
from tests.bot.services.shared.reconciliation.reconciliation_desk import make

if TYPE_CHECKING:
    from bot.stores.lists import SharedPlaylist
    from sandbox.fake_spotify.catalogue import Track
    from tests.bot.services.shared.outbox.outbox_desk import Desk


@pytest.fixture
async def shared(both: Desk) -> SharedPlaylist:
    """An empty list."""
    lent, _ = await both.lend()
    return lent


@pytest.mark.parametrize("is_in", [True, False])
async def test_killed_while_parking(
    both: Desk, shared: SharedPlaylist, tracks: list[Track], *, is_in: bool
) -> None:
    """A process that dies before the journal forgets what it parked: the next one looks once more, and says it once."""
    accepted = await both.park(shared, *tracks[:2])
    journal = await both.stores.journals.of(shared.list_id)
    now = both.clock.now()
    half = Batch(
        accepted[0].batch_id or "",
        Work.ADD,
        tuple(track.uri for track in tracks[:2]),
        Sent.UNKNOWN,
        now,
        attempts=3,
    )
    assert await both.stores.journals.swap(journal, replace(journal, batch=replace(half, total_before=0)))
    if is_in:
        both.spotify.playlist(shared.playlist_id).add([track.uri for track in tracks[:2]])
    both.start_again("two")
    both.clock.advance(60)
    await both.calm()
    states = {await both.state(one) for one in accepted}
    assert states == {State.LANDED if is_in else State.PARKED}
    events = (await both.stores.history.page(shared.list_id, limit=50)).events
    assert [event.happening for event in events].count(Happening.PARKED) == 2


async def test_nobody_looks_for_too_long(both: Desk, shared: SharedPlaylist, tracks: list[Track]) -> None:
    """What waits lapses when a list has had no owner for 30 days, or is given back; so does what is parked."""
    (one,) = await both.park(shared, tracks[0])
    assert await both.queue.waiting(shared.list_id) == 1
    assert await both.queue.cancel_all(shared, NO_OWNER) == 1
    assert await both.state(one) is State.LAPSED


async def test_noticed_by_itself(both: Desk, shared: SharedPlaylist, tracks: list[Track]) -> None:
    """What is seen in passing counts as in, without a curator; its card says so, and the list goes on."""
    (one,) = await both.park(shared, tracks[0])
    now = both.clock.now()
    ballot = Ballot(1, BallotKind.APPROVAL, LINUS, now, now, open=False, message_id=5, shown=True)
    assert await both.stores.contributions.swap(one, replace(one, ballot=ballot))
    await both.contribute(shared, tracks[1])
    both.spotify.playlist(shared.playlist_id).add([tracks[0].uri])
    both.clock.advance(120)
    assert await make(both).drift.check(shared) is None
    (drawn,) = await both.stores.contributions.unshown()
    assert drawn.state is State.LANDED
    await both.calm()
    assert both.spotify.playlist(shared.playlist_id).uris == [track.uri for track in tracks[:2]]
