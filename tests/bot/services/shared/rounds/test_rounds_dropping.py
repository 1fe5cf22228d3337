"""What a full list gives away is in the archive exactly once, whatever fails and wherever the bot is killed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.stores.contributions import Leave, State
from bot.stores.history import Happening
from bot.stores.lists import WhenFull
from sandbox.fake_spotify import Fault
from tests.bot.services.shared.rounds.rounds_desk import make
from tests.bot.services.shared.rounds.test_rounds_trouble import CALLS, KINDS, Countdown, Killed, mortal

if TYPE_CHECKING:
    from bot.stores.lists import SharedPlaylist
    from sandbox.fake_spotify.catalogue import Track
    from sandbox.fake_spotify.faults import Kind
    from tests.bot.services.shared.outbox.outbox_desk import Desk
    from tests.bot.services.shared.rounds.rounds_desk import RoundsDesk

MOST = 4


async def until_it_fits(rounds: RoundsDesk, shared: SharedPlaylist) -> None:
    """As long as the clockwork takes, trouble included."""
    for _ in range(20):
        await rounds.calm()
        if len(rounds.at(shared.playlist_id).uris) <= MOST:
            return
        await rounds.desk.wait_until(rounds.desk.clock.now() + timedelta(minutes=11))
    raise AssertionError("it stays too full")


async def gave_once(rounds: RoundsDesk, shared: SharedPlaylist, before: list[str]) -> None:
    """The oldest are in the archive, once and in order; the newest stay, and the round goes on."""
    gone = before[:-MOST]
    fresh = await rounds.fresh(shared)
    assert rounds.at(shared.playlist_id).uris == before[-MOST:]
    assert await rounds.archived(shared) == gone
    assert fresh.round_no == 1
    archive = rounds.at(fresh.archive_id).name
    assert [each.name for each in rounds.desk.spotify.playlists_of("ada")].count(archive) == 1
    left = await rounds.desk.stores.contributions.of_uris(shared.list_id, gone, {State.REMOVED})
    assert [(one.uri, one.leave) for one in left] == [(uri, Leave.DROPPED) for uri in gone]
    told = {event.happening for event in await rounds.drift.events(shared, 1_000)}
    assert not {Happening.MISSED, Happening.FOUND, Happening.ROUND} & told


@pytest.mark.parametrize("fault", KINDS)
@pytest.mark.parametrize("call", CALLS)
async def test_any_request_fails(desk: Desk, tracks: list[Track], call: str, fault: Kind) -> None:
    """Before and after its effect, late, or with 429: nothing is lost, nothing is doubled."""
    rounds = make(desk)
    shared, playlist = await desk.lend("Tape", *tracks[:7])
    await rounds.set(shared, most_items=MOST, when_full=WhenFull.DROP_OLDEST)
    before = playlist.uris
    desk.spotify.faults.add(Fault(match=call, kind=fault, retry_after=600))
    await until_it_fits(rounds, shared)
    await rounds.calm()
    await gave_once(rounds, shared, before)


@pytest.mark.parametrize("before", [True, False])
async def test_killed_anywhere(desk: Desk, tracks: list[Track], *, before: bool) -> None:
    """Killed at each change of the database in turn, the next process makes the room that is needed, and no more."""
    stores = desk.stores
    for step in range(60):
        countdown = Countdown(before=before)
        desk.stores = mortal(stores, countdown)
        desk.start_again(f"first {step}")
        rounds = make(desk)
        shared, playlist = await desk.lend(f"Tape {step}", *tracks[:7])
        held = playlist.uris
        await rounds.set(shared, most_items=MOST, when_full=WhenFull.DROP_OLDEST)
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
        await until_it_fits(rounds, shared)
        await gave_once(rounds, shared, held)
        if not died:
            assert step > 10
            return
    raise AssertionError("it goes on and on")


async def test_refused_items_stay(desk: Desk, tracks: list[Track]) -> None:
    """What Spotify does not take into the archive stays, and the next one leaves; it is not tried for ever."""
    rounds = make(desk)
    shared, playlist = await desk.lend("Tape", *tracks[:6])
    desk.spotify.lose(tracks[0].uri)
    await rounds.set(shared, most_items=MOST, when_full=WhenFull.DROP_OLDEST)
    await until_it_fits(rounds, shared)
    assert playlist.uris == [tracks[n].uri for n in (0, 3, 4, 5)]
    assert await rounds.archived(shared) == [tracks[n].uri for n in (1, 2)]
    await rounds.desk.contribute(shared, tracks[7])
    await rounds.calm()
    await until_it_fits(rounds, shared)
    assert playlist.uris == [tracks[n].uri for n in (0, 4, 5, 7)]


async def test_nothing_can_go(desk: Desk, tracks: list[Track]) -> None:
    """Where nothing can leave, Spotify is left alone."""
    rounds = make(desk)
    shared, playlist = await desk.lend("Tape", *tracks[:6])
    await rounds.set(shared, most_items=MOST, when_full=WhenFull.DROP_OLDEST)
    for track in tracks[:6]:
        desk.spotify.lose(track.uri)
    for _ in range(8):
        await rounds.calm()
    asked = len(desk.spotify.calls)
    for _ in range(20):
        await rounds.work()
    assert len(desk.spotify.calls) == asked
    assert len(playlist.uris) == 6
