"""What has to leave leaves, and the other copies of it stay where they were."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

import pytest

from bot.stores.contributions import State
from bot.stores.history import Happening
from sandbox.fake_spotify import Fault
from tests.bot.services.shared.outbox.outbox_desk import DELETES, POSTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.stores.contributions import Contribution, Contributions
    from bot.stores.history import Event
    from bot.stores.lists import SharedPlaylist
    from bot.stores.notices import Notice
    from sandbox.fake_spotify.catalogue import Track
    from sandbox.fake_spotify.faults import Kind
    from sandbox.fake_spotify.playlists import FakePlaylist
    from tests.bot.services.shared.outbox.outbox_desk import Desk


async def test_leaves(desk: Desk, tracks: list[Track]) -> None:
    """What leaves is taken out in one call, after one look at the playlist, and the rest stays as it was."""
    shared, playlist = await desk.lend("Tape", tracks[50])
    accepted = await desk.contribute(shared, *tracks[:5])
    await desk.calm()
    before = len(desk.spotify.calls)
    for one in accepted[1:3]:
        await desk.leave(one)
    await desk.calm()
    assert playlist.uris == [track.uri for track in (tracks[50], tracks[0], tracks[3], tracks[4])]
    assert [await desk.state(one) for one in accepted[1:3]] == [State.REMOVED] * 2
    assert [call.method for call in desk.spotify.calls[before:]] == ["GET", "DELETE"]
    happened = [event.happening for event in (await desk.stores.history.page(shared.list_id, limit=2)).events]
    assert happened == [Happening.REMOVED] * 2


async def repeated(
    desk: Desk, tracks: list[Track]
) -> tuple[SharedPlaylist, FakePlaylist, list[Contribution], list[str]]:
    """A B A C A B D, of which the second A leaves; and what has to be left then."""
    shared, playlist = await desk.lend()
    a, b, c, d = tracks[:4]
    accepted = await desk.contribute(shared, a, b, a, c, a, b, d)
    await desk.calm()
    await desk.leave(accepted[2])
    return shared, playlist, accepted, [one.uri for one in (a, b, c, a, b, d)]


async def test_copies_stay(desk: Desk, tracks: list[Track]) -> None:
    """Spotify takes every copy; the others are put back in their places, one call for each run."""
    _, playlist, accepted, left = await repeated(desk, tracks)
    posts = desk.posts()
    await desk.calm()
    assert playlist.uris == left
    assert await desk.state(accepted[2]) is State.REMOVED
    assert await desk.state(accepted[0]) is await desk.state(accepted[4]) is State.LANDED
    assert desk.posts() - posts == 2


@pytest.mark.parametrize("kind", ["reset_before", "reset_after", "late", "status"])
@pytest.mark.parametrize("where", [DELETES, POSTS])
async def test_copies_stay_whatever_happens(desk: Desk, tracks: list[Track], where: str, kind: Kind) -> None:
    """Also when the removal, or putting back, gets no answer, with or without its effect."""
    shared, playlist, _, left = await repeated(desk, tracks)
    desk.spotify.faults.add(Fault(where, kind))
    await desk.calm()
    assert playlist.uris == left
    assert (await desk.stores.journals.of(shared.list_id)).total == len(left)


async def test_another_process_puts_back(desk: Desk, tracks: list[Track]) -> None:
    """A process that ends between removing and putting back leaves enough for the next one to go on."""
    shared, playlist, _, left = await repeated(desk, tracks)
    desk.spotify.rate_limit(600)
    desk.spotify.switches.blocked_until = None
    held = desk.spotify.faults.add(Fault(POSTS, "rate_limit", times=1, retry_after=600))
    await desk.dispatcher.work()
    assert held.hits == 1
    assert len(playlist.uris) < len(left)
    journal = await desk.stores.journals.of(shared.list_id)
    assert journal.batch is not None
    desk.start_again("two")
    await desk.calm()
    assert playlist.uris == left


async def test_spotify_away_while_putting_back(desk: Desk, tracks: list[Track]) -> None:
    """However long Spotify fails, what we took along is put back, tried more and more rarely; all else waits."""
    shared, playlist, _, left = await repeated(desk, tracks)
    (later,) = await desk.contribute(shared, tracks[9])
    posts, begun = desk.posts(), desk.clock.now()
    away = desk.spotify.faults.add(Fault(POSTS, "status", times=None))
    for _ in range(60):
        await desk.wait_until(desk.clock.now() + timedelta(minutes=1))
        await desk.dispatcher.work()
    assert await desk.state(later) is State.QUEUED
    assert desk.posts() - posts < 13
    desk.spotify.faults.disarm(away)
    await desk.calm()
    assert playlist.uris == [*left, tracks[9].uri]
    assert desk.clock.now() - begun < timedelta(minutes=75)


async def test_not_taken_back(desk: Desk, tracks: list[Track]) -> None:
    """A copy that Spotify does not take any more is told as refused, by its very contribution; the others are back."""
    _, playlist, accepted, left = await repeated(desk, tracks)
    desk.spotify.faults.add(Fault(POSTS, "status", status=400, times=2, after=1))
    await desk.calm()
    assert playlist.uris == [*left[:3], *left[4:]]
    states = [await desk.state(accepted[number]) for number in (0, 2, 4)]
    assert states == [State.LANDED, State.REMOVED, State.REJECTED]


@pytest.mark.parametrize("where", [DELETES, POSTS])
@pytest.mark.parametrize("status", [400, 403, 404])
async def test_passing_refusal(desk: Desk, tracks: list[Track], where: str, status: int) -> None:
    """One refusal that passes costs nobody anything: what leaves has left, and the other copies are back."""
    shared, playlist, accepted, left = await repeated(desk, tracks)
    desk.spotify.faults.add(Fault(where, "status", status=status, after=1 if where == POSTS else 0))
    await desk.calm()
    assert playlist.uris == left
    states = [await desk.state(accepted[number]) for number in (0, 2, 4)]
    assert states == [State.LANDED, State.REMOVED, State.LANDED]
    events = (await desk.stores.history.page(shared.list_id, limit=50)).events
    assert {Happening.REJECTED, Happening.STOPPED}.isdisjoint(event.happening for event in events)


async def test_gone_already(desk: Desk, tracks: list[Track]) -> None:
    """What somebody took out in Spotify already counts as taken out, and costs the other copies nothing."""
    _, playlist, accepted, left = await repeated(desk, tracks)
    playlist.remove_at(2)
    await desk.calm()
    assert playlist.uris == left
    assert await desk.state(accepted[2]) is State.REMOVED


async def test_back_at_once(desk: Desk, tracks: list[Track]) -> None:
    """Taken back and contributed again at once, it is in, once."""
    shared, playlist = await desk.lend()
    (one,) = await desk.contribute(shared, tracks[0])
    await desk.calm()
    await desk.leave(one)
    (two,) = await desk.contribute(shared, tracks[0])
    desk.spotify.faults.add(Fault(POSTS, "reset_after"))
    await desk.calm()
    assert playlist.uris == [tracks[0].uri]
    assert await desk.state(one) is State.REMOVED
    assert await desk.state(two) is State.LANDED


async def test_refused(desk: Desk, tracks: list[Track]) -> None:
    """What Spotify will not take out stays in, and says so; the others leave."""
    shared, playlist = await desk.lend()
    accepted = await desk.contribute(shared, *tracks[:3])
    await desk.calm()
    for one in accepted:
        await desk.leave(one)
    desk.spotify.faults.add(Fault(DELETES, "status", status=400, times=3))
    await desk.calm()
    states = [await desk.state(one) for one in accepted]
    assert states == [State.LANDED, State.REMOVED, State.REMOVED]
    assert playlist.uris == [tracks[0].uri]


@dataclass
class ByHand:
    """Bob's track, and the owner's own copy of it, which nobody has noticed yet."""

    playlist: FakePlaylist
    bobs: Contribution
    wanted: list[str]


async def added_by_hand(desk: Desk, tracks: list[Track], place: int, *, size: int, later: bool) -> ByHand:
    """later: something of ours goes in afterwards, so that the newest version is ours."""
    first = tracks[20 : 20 + size]
    shared, playlist = await desk.lend("Tape", *first)
    (bobs,) = await desk.contribute(shared, tracks[0])
    await desk.calm()
    desk.clock.advance(60)
    playlist.add([tracks[0].uri], position=place)
    desk.clock.advance(60)
    if later:
        await desk.contribute(shared, tracks[1])
        await desk.calm()
        desk.clock.advance(60)
    wanted = playlist.uris
    wanted.pop(wanted.index(tracks[0].uri, place + 1) if place <= size else wanted.index(tracks[0].uri))
    await desk.leave(bobs)
    return ByHand(playlist, bobs, wanted)


@pytest.mark.parametrize("later", [False, True])
@pytest.mark.parametrize(("size", "place"), [(4, 0), (4, 2), (4, 5), (130, 0), (130, 70), (130, 131)])
async def test_what_the_owner_added_by_hand_stays(
    desk: Desk, tracks: list[Track], size: int, place: int, *, later: bool
) -> None:
    """Somebody's track leaves within ten minutes; the owner's own copy of it is there afterwards, at its place."""
    made = await added_by_hand(desk, tracks, place, size=size, later=later)
    await desk.calm()
    assert made.playlist.uris == made.wanted
    assert await desk.state(made.bobs) is State.REMOVED


@pytest.mark.parametrize("effect", [True, False])
@pytest.mark.parametrize("where", [DELETES, POSTS])
async def test_it_stays_after_a_kill(desk: Desk, tracks: list[Track], where: str, *, effect: bool) -> None:
    """Also when the bot is killed between taking out and putting back."""
    made = await added_by_hand(desk, tracks, 2, size=4, later=False)
    assert await desk.killed_in(where, takes_effect=effect)
    desk.start_again("two")
    await desk.calm()
    assert made.playlist.uris == made.wanted
    assert await desk.state(made.bobs) is State.REMOVED


async def test_no_room_to_put_back(desk: Desk, tracks: list[Track]) -> None:
    """A copy for which there is no room any more is told as refused; the list is not in trouble."""
    _, playlist, accepted, left = await repeated(desk, tracks)
    full = '{"error": {"status": 403, "message": "Playlist size limit reached"}}'
    desk.spotify.faults.add(Fault(POSTS, "status", status=403, body=full, times=2, after=1))
    await desk.calm()
    assert playlist.uris == [*left[:3], *left[4:]]
    assert await desk.state(accepted[4]) is State.REJECTED
    shared = await desk.stores.lists.by_id(accepted[0].list_id)
    assert shared is not None
    assert shared.trouble is None


async def test_said_once(desk: Desk, tracks: list[Track]) -> None:
    """A kill while it is noted that a copy did not come back accuses no other copy of it."""
    shared, playlist, accepted, left = await repeated(desk, tracks)
    desk.spotify.faults.add(Fault(POSTS, "status", status=400, times=2, after=1))
    contributions = desk.stores.contributions
    desk.stores = replace(
        desk.stores, contributions=cast("Contributions", DiesAt(contributions, State.REJECTED))
    )
    desk.start_again()
    with pytest.raises(Killed):
        await desk.calm()
    desk.stores = replace(desk.stores, contributions=contributions)
    desk.start_again("two")
    desk.clock.advance(31)
    await desk.calm()
    assert playlist.uris == [*left[:3], *left[4:]]
    states = [await desk.state(accepted[number]) for number in (0, 2, 4)]
    assert states == [State.LANDED, State.REMOVED, State.REJECTED]
    assert (await desk.stores.journals.of(shared.list_id)).batch is None


class Killed(BaseException):
    """kill -9, as seen from inside."""


class DiesAt:
    """A store that works as it should, until it has stored this state: then the process is gone."""

    def __init__(self, contributions: Contributions, state: State) -> None:
        self._contributions = contributions
        self._state = state

    def __getattr__(self, name: str) -> Any:
        return getattr(self._contributions, name)

    async def swap(
        self, old: Contribution, new: Contribution, *events: Event, notices: Sequence[Notice] = ()
    ) -> Contribution | None:
        stored = await self._contributions.swap(old, new, *events, notices=notices)
        if new.state is self._state:
            raise Killed
        return stored
