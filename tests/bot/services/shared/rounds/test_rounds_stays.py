"""What has been in for as long as the list allows is in the archive exactly once, at midnight, whatever fails."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.services.shared.rules.clocks import stays_until
from bot.stores.contributions import Leave, State
from bot.stores.history import Happening
from bot.stores.lists import ListStatus
from sandbox.fake_spotify import Fault
from sandbox.fake_spotify.playlists import LocalFile
from tests.bot.services.shared.rounds.rounds_desk import RoundsDesk, make
from tests.bot.services.shared.rounds.test_rounds_trouble import CALLS, KINDS, Countdown, Killed, mortal

if TYPE_CHECKING:
    from bot.stores.lists import SharedPlaylist
    from sandbox.fake_spotify.catalogue import Track
    from sandbox.fake_spotify.faults import Kind
    from sandbox.fake_spotify.playlists import FakePlaylist
    from tests.bot.services.shared.outbox.outbox_desk import Desk

OLD = 3
LOCAL = LocalFile("Ada", "Kitchen", "Take 3", 184)


async def lent(
    rounds: RoundsDesk, tracks: list[Track], name: str = "Tape"
) -> tuple[SharedPlaylist, FakePlaylist]:
    """Three tracks whose time is over, two who may still stay, and a local file."""
    desk = rounds.desk
    shared, playlist = await desk.lend(name, *tracks[:OLD])
    playlist.add_local_file(LOCAL)
    shared = await rounds.set(shared, stay_days=2, time_zone="Asia/Kathmandu")
    await desk.wait_until(desk.clock.now() + timedelta(days=1))
    await desk.contribute(shared, *tracks[OLD : OLD + 2])
    await rounds.calm()
    (first,) = await desk.stores.contributions.of_uris(shared.list_id, {tracks[0].uri})
    until = stays_until(first.changed_at, shared)
    assert until is not None
    await rounds.work()
    assert len(playlist.uris) == OLD + 1 + 2
    await desk.wait_until(until)
    return shared, playlist


async def left_once(
    rounds: RoundsDesk, shared: SharedPlaylist, playlist: FakePlaylist, tracks: list[Track]
) -> None:
    gone = [track.uri for track in tracks[:OLD]]
    assert [entry.uri for entry in playlist.items if entry.local is None] == [
        track.uri for track in tracks[OLD : OLD + 2]
    ]
    assert [entry.local for entry in playlist.items if entry.local] == [LOCAL]
    assert await rounds.archived(shared) == gone
    left = await rounds.desk.stores.contributions.of_uris(shared.list_id, gone, {State.REMOVED})
    assert [(one.uri, one.leave) for one in left] == [(uri, Leave.STAYED) for uri in gone]
    assert (await rounds.fresh(shared)).round_no == 1


async def test_at_midnight(desk: Desk, tracks: list[Track]) -> None:
    """Not before, local files stay, the history says why; then the clock stands at when the next one leaves."""
    rounds = make(desk)
    shared, playlist = await lent(rounds, tracks)
    await rounds.calm()
    await left_once(rounds, shared, playlist, tracks)
    told = [event for event in await rounds.drift.events(shared, 100) if event.happening is Happening.REMOVED]
    assert [event.detail["why"] for event in told] == ["stayed"] * OLD
    (newer, _) = await desk.stores.contributions.of_uris(
        shared.list_id, [track.uri for track in tracks[OLD : OLD + 2]]
    )
    assert await rounds.rounds.look_after(shared.list_id) == stays_until(newer.changed_at, shared)
    await rounds.set(shared, stay_days=None)
    assert await rounds.rounds.look_after(shared.list_id) is None


async def test_nothing_in_it(desk: Desk) -> None:
    """An empty list is looked at when the first that could come would leave, not before."""
    rounds = make(desk)
    shared, _ = await desk.lend("Tape")
    shared = await rounds.set(shared, stay_days=30)
    again = await rounds.rounds.look_after(shared.list_id)
    assert again == stays_until(desk.clock.now(), shared)


@pytest.mark.parametrize("fault", KINDS)
@pytest.mark.parametrize("call", CALLS)
async def test_any_request_fails(desk: Desk, tracks: list[Track], call: str, fault: Kind) -> None:
    """Before and after its effect, late, or with 429: nothing is lost, nothing is doubled."""
    rounds = make(desk)
    shared, playlist = await lent(rounds, tracks)
    desk.spotify.faults.add(Fault(match=call, kind=fault, retry_after=600))
    for _ in range(20):
        await rounds.calm()
        if len(playlist.uris) == 1 + 2:
            break
        await desk.wait_until(desk.clock.now() + timedelta(minutes=11))
    await rounds.calm()
    await left_once(rounds, shared, playlist, tracks)


async def test_killed_anywhere(desk: Desk, tracks: list[Track]) -> None:
    """Killed before each change of the database in turn, the next process lets go what is over, and no more."""
    stores = desk.stores
    for step in range(60):
        countdown = Countdown(before=True)
        desk.stores = mortal(stores, countdown)
        desk.start_again(f"first {step}")
        rounds = make(desk)
        shared, playlist = await lent(rounds, tracks, f"Tape {step}")
        countdown.left = step
        died = False
        try:
            await rounds.calm()
        except Killed:
            died = True
        countdown.left = 10**9
        desk.stores = stores
        desk.start_again(f"second {step}")
        rounds = make(desk)
        desk.clock.advance(31)  # leases run out
        await rounds.calm()
        await left_once(rounds, shared, playlist, tracks)
        current = await rounds.fresh(shared)
        assert await stores.lists.swap(current, replace(current, status=ListStatus.CLOSED))
        if not died:
            assert step > 10
            return
    raise AssertionError("it goes on and on")


async def test_requests(desk: Desk, tracks: list[Track]) -> None:
    """A hundred tracks that leave in one night cost one request into the archive and a few reads; before, none."""
    rounds = make(desk)
    shared, playlist = await desk.lend("Tape", *tracks[:100])
    shared = await rounds.set(shared, stay_days=2)
    await rounds.calm()
    (one, *_) = await desk.stores.contributions.of_uris(shared.list_id, {tracks[0].uri})
    until = stays_until(one.changed_at, shared)
    assert until is not None
    await desk.wait_until(until - timedelta(seconds=1))
    desk.spotify.calls.clear()
    await rounds.work()
    assert desk.spotify.calls == []
    await desk.wait_until(until)
    desk.spotify.calls.clear()
    await rounds.calm()
    assert playlist.uris == []
    assert len(desk.spotify.calls_to("POST /playlists/*/items")) == 1
    assert len(desk.spotify.calls_to("DELETE /playlists/*/items")) == 1
    assert len(desk.spotify.calls) <= 9  # with a fresh token, and the archive made
