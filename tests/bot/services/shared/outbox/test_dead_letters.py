"""What Spotify never said whether it went in: a curator has it looked for, and tried again or given up."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.services.shared.core.access import Actor
from bot.services.shared.outbox.dead_letters import DeadLetters, Looked
from bot.shared_errors import (
    ListBusyError,
    ListClosedError,
    ListNotFoundError,
    ListOutOfReachError,
    NotAllowedError,
)
from bot.spotify.errors import SpotifyRateLimitedError
from bot.stores.contributions import Ballot, BallotKind, State
from bot.stores.history import Happening
from bot.stores.lists import ListStatus, Roles, Trouble
from sandbox.fake_spotify import Fault
from tests.bot.services.shared.outbox.outbox_desk import GUILD, LINUS, MIRA, OWNER, POSTS
from tests.shared_records import consent_given

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.stores.lists import SharedPlaylist
    from sandbox.fake_spotify.catalogue import Track
    from tests.bot.services.shared.outbox.outbox_desk import Desk

CURATE = 99
CURATOR = Actor(MIRA, frozenset({CURATE}))
MEMBER = Actor(LINUS)
BEYOND_S = 45  # later than it is looked for


@pytest.fixture
async def shared(both: Desk) -> SharedPlaylist:
    """An empty list with a role for curators."""
    lent, _ = await both.lend()
    return await both.change(lent, roles=Roles(curate=(CURATE,)))


def inside(desk: Desk, shared: SharedPlaylist) -> list[str]:
    return desk.spotify.playlist(shared.playlist_id).uris


def uris(tracks: Sequence[Track]) -> list[str]:
    return [track.uri for track in tracks]


async def test_tried_again(both: Desk, shared: SharedPlaylist, tracks: list[Track]) -> None:
    """What is not in is sent again before all that was accepted later, and the history says who had it looked for."""
    (one, _) = await both.park(shared, *tracks[:2])
    await both.contribute(shared, tracks[2])
    assert await both.parking.try_again(CURATOR, GUILD, shared.list_id) == Looked(missing=2)
    queued = await both.read(one)
    assert (queued.state, queued.number, queued.batch_id) == (State.QUEUED, one.number, None)
    await both.calm()
    assert inside(both, shared) == uris(tracks[:3])
    events = (await both.stores.history.page(shared.list_id, limit=50)).events
    again = [event for event in events if event.detail.get("how") == "again"]
    assert {event.actor_id for event in again} == {MIRA}
    assert len(again) == 2
    assert await both.state(one) is State.LANDED


async def test_found(both: Desk, shared: SharedPlaylist, tracks: list[Track]) -> None:
    """What went in late is found and counts as in; it is not sent again, and what waited goes on."""
    accepted = await both.contribute(shared, *tracks[:3])
    both.spotify.faults.add(Fault(POSTS, "reset_before", times=2))
    both.spotify.faults.add(Fault(POSTS, "late", late_s=BEYOND_S))
    await both.calm()
    assert await both.state(accepted[0]) is State.PARKED
    await both.contribute(shared, tracks[3])
    await both.wait_until(both.clock.now() + timedelta(seconds=BEYOND_S))
    assert await both.parking.try_again(CURATOR, GUILD, shared.list_id) == Looked(found=3)
    await both.calm()
    assert inside(both, shared) == uris(tracks[:4])
    assert {await both.state(one) for one in accepted} == {State.LANDED}


async def test_given_up(both: Desk, shared: SharedPlaylist, tracks: list[Track]) -> None:
    """What is not in is let go, that is told with the curator's name, and what waited goes in."""
    (one,) = await both.park(shared, tracks[0])
    (two,) = await both.contribute(shared, tracks[1])
    assert await both.parking.give_up(CURATOR, GUILD, shared.list_id) == Looked(missing=1)
    event = (await both.stores.history.page(shared.list_id, limit=1)).events[0]
    assert (event.happening, event.actor_id, event.detail) == (Happening.REJECTED, MIRA, {"why": "given_up"})
    await both.calm()
    assert inside(both, shared) == [tracks[1].uri]
    assert await both.state(one) is State.REJECTED
    assert await both.state(two) is State.LANDED
    assert await both.parking.give_up(CURATOR, GUILD, shared.list_id) == Looked()


async def test_whoever_waits_hears_of_it(both: Desk, shared: SharedPlaylist, tracks: list[Track]) -> None:
    """The patient are told that it is parked if they ask for that, else only what the curator made of it."""
    (one,) = await both.park(shared, tracks[0])
    async with asyncio.timeout(30):  # at once, that is
        assert (await both.dispatcher.settled(one, 600, patient=True, till_parked=True)).state is State.PARKED
    waiting = asyncio.create_task(both.dispatcher.settled(one, 600, patient=True))
    await both.parking.give_up(CURATOR, GUILD, shared.list_id)
    async with asyncio.timeout(30):  # it is told, and does not look again by itself
        assert (await waiting).state is State.REJECTED


async def test_another_release(both: Desk, shared: SharedPlaylist) -> None:
    """Spotify put another release of the recording in: that is it, and its URI is kept."""
    known = both.spotify.known
    (one,) = await both.park(shared, known.twice)
    both.spotify.playlist(shared.playlist_id).add([known.twice_single.uri])
    assert await both.parking.try_again(CURATOR, GUILD, shared.list_id) == Looked(found=1)
    assert (await both.read(one)).uri == known.twice_single.uri


async def test_copies_of_others(both: Desk, shared: SharedPlaylist, tracks: list[Track]) -> None:
    """A copy that was in before is nobody else's: the same track again is not taken for found."""
    await both.contribute(shared, tracks[0])
    await both.calm()
    both.clock.advance(120)
    await both.park(shared, tracks[0], tracks[0])
    both.spotify.playlist(shared.playlist_id).add([tracks[0].uri])
    assert await both.parking.try_again(CURATOR, GUILD, shared.list_id) == Looked(found=1, missing=1)
    await both.calm()
    assert inside(both, shared) == [tracks[0].uri] * 3


async def test_refused(both: Desk, shared: SharedPlaylist, tracks: list[Track]) -> None:
    """Only curators, only their own server's list, and none that was given back; nothing changes otherwise."""
    (one,) = await both.park(shared, tracks[0])
    for press in (both.parking.try_again, both.parking.give_up):
        with pytest.raises(NotAllowedError):
            await press(MEMBER, GUILD, shared.list_id)
        with pytest.raises(ListNotFoundError):
            await press(Actor(MIRA, manages_guild=True), GUILD + 1, shared.list_id)
    await both.change(shared, status=ListStatus.CLOSED)
    with pytest.raises(ListClosedError):
        await both.parking.try_again(CURATOR, GUILD, shared.list_id)
    assert await both.read(one) == one


async def test_out_of_reach(both: Desk, shared: SharedPlaylist, tracks: list[Track]) -> None:
    """Where the owner is gone, or the playlist, that is said, and all stays as it is until it can be looked for."""
    (one,) = await both.park(shared, tracks[0])
    calls = len(both.spotify.calls)
    await both.stores.accounts.unlink(OWNER)
    with pytest.raises(ListOutOfReachError) as unlinked:
        await both.parking.give_up(CURATOR, GUILD, shared.list_id)
    assert len(both.spotify.calls) == calls
    await both.link()
    await consent_given(both.stores, OWNER, days_ago=180)
    both.spotify.revoke("ada")
    with pytest.raises(ListOutOfReachError) as revoked:
        await both.parking.give_up(CURATOR, GUILD, shared.list_id)
    await both.link()
    kept = both.spotify.state.playlists.pop(shared.playlist_id)
    with pytest.raises(ListOutOfReachError) as gone:
        await both.parking.give_up(CURATOR, GUILD, shared.list_id)
    both.spotify.state.playlists[kept.id] = kept
    troubles = [raised.value.trouble for raised in (unlinked, revoked, gone)]
    assert troubles == [Trouble.OWNER_UNLINKED, Trouble.CONSENT_ENDED, Trouble.PLAYLIST_GONE]
    assert await both.read(one) == one
    both.spotify.rate_limit(600)
    with pytest.raises(SpotifyRateLimitedError):
        await both.parking.give_up(CURATOR, GUILD, shared.list_id)
    assert await both.read(one) == one


async def test_paused(both: Desk, shared: SharedPlaylist, tracks: list[Track]) -> None:
    """In a paused list it can be looked for; it is sent once the list is resumed, and in its order."""
    await both.park(shared, tracks[0])
    await both.contribute(shared, tracks[1])
    await both.change(shared, status=ListStatus.PAUSED)
    assert await both.parking.try_again(CURATOR, GUILD, shared.list_id) == Looked(missing=1)
    await both.calm()
    assert inside(both, shared) == []
    await both.change(shared, status=ListStatus.ACTIVE)
    both.dispatcher.wake(shared.list_id)
    await both.calm()
    assert inside(both, shared) == uris(tracks[:2])


async def test_what_leaves_leaves(both: Desk, shared: SharedPlaylist, tracks: list[Track]) -> None:
    """While something is parked nothing goes in, but what is to leave is taken out; then it is too early to look."""
    (one,) = await both.contribute(shared, tracks[5])
    await both.calm()
    both.clock.advance(120)
    await both.park(shared, tracks[0])
    await both.leave(one)
    await both.calm()
    assert inside(both, shared) == []
    with pytest.raises(ListBusyError):
        await both.parking.try_again(CURATOR, GUILD, shared.list_id)
    both.clock.advance(31)
    assert await both.parking.try_again(CURATOR, GUILD, shared.list_id) == Looked(missing=1)


async def test_two_press(both: Desk, shared: SharedPlaylist, tracks: list[Track]) -> None:
    """Two curators press in two processes at once: each track is dealt with by one of them, and goes in once."""
    await both.park(shared, *tracks[:5])
    here = both.parking
    both.start_again("two")
    looks = await asyncio.gather(
        *(each.try_again(CURATOR, GUILD, shared.list_id) for each in (here, both.parking)),
        return_exceptions=True,
    )
    assert sum(looked.missing for looked in looks if isinstance(looked, Looked)) == 5
    assert all(isinstance(looked, Looked | ListBusyError) for looked in looks)
    await both.calm()
    assert inside(both, shared) == uris(tracks[:5])


@pytest.mark.parametrize("moments", [3, 30, 60, 90, 120])
async def test_killed_in_the_middle(
    both: Desk, shared: SharedPlaylist, tracks: list[Track], moments: int
) -> None:
    """A process that dies while it looks leaves the rest parked; somebody presses again, and all is in once."""
    await both.park(shared, *tracks[:5])
    pressing = asyncio.create_task(both.parking.try_again(CURATOR, GUILD, shared.list_id))
    for _ in range(moments):
        await asyncio.sleep(0)
    pressing.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await pressing
    both.start_again("two")
    both.clock.advance(31)
    await both.parking.try_again(CURATOR, GUILD, shared.list_id)
    await both.calm()
    assert inside(both, shared) == uris(tracks[:5])


async def test_very_many(both: Desk, shared: SharedPlaylist, tracks: list[Track]) -> None:
    """More than are taken out of the store at once are dealt with all the same, by one look at the playlist."""
    await both.park(shared, *tracks[:5])
    both.spotify.playlist(shared.playlist_id).add(uris(tracks[3:5]))
    calls = len(both.spotify.calls)
    stores = both.stores
    small = DeadLetters(
        stores.lists,
        stores.contributions,
        stores.journals,
        both.ledger,
        both.dispatcher,
        now=both.clock.now,
        at_once=2,
    )
    assert await small.give_up(CURATOR, GUILD, shared.list_id) == Looked(found=2, missing=3)
    assert len(both.spotify.calls) - calls <= 2  # its version, and a page


async def test_in_smaller_parts(both: Desk, shared: SharedPlaylist, tracks: list[Track]) -> None:
    """Tried again it goes in smaller parts: the one that may be to blame holds up fewer others."""
    accepted = await both.park(shared, *tracks[:4])
    await both.parking.try_again(CURATOR, GUILD, shared.list_id)
    both.spotify.faults.add(Fault(POSTS, "status", times=3, after=1))
    await both.calm()
    assert inside(both, shared) == uris(tracks[:2])
    states = [await both.state(one) for one in accepted]
    assert states == [State.LANDED, State.LANDED, State.PARKED, State.QUEUED]


@pytest.mark.parametrize("is_in", [True, False])
async def test_card_tells(both: Desk, shared: SharedPlaylist, tracks: list[Track], *, is_in: bool) -> None:
    """A card that said a curator has to look is drawn anew once that is done."""
    (one,) = await both.park(shared, tracks[0])
    now = both.clock.now()
    ballot = Ballot(1, BallotKind.APPROVAL, LINUS, now, now, open=False, message_id=5, shown=True)
    assert await both.stores.contributions.swap(one, replace(one, ballot=ballot))
    assert await both.stores.contributions.unshown() == ()
    if is_in:
        both.spotify.playlist(shared.playlist_id).add([tracks[0].uri])
    await both.parking.give_up(CURATOR, GUILD, shared.list_id)
    (drawn,) = await both.stores.contributions.unshown()
    assert drawn.state is (State.LANDED if is_in else State.REJECTED)
