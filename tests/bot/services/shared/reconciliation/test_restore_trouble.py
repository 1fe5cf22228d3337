"""A restore comes to its end whatever Spotify answers, after a kill too, and nothing is doubled by it."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.services.shared.reconciliation.restore_saga import SETTLE
from bot.shared_errors import ListBusyError
from bot.spotify.errors import SpotifyUnavailableError
from bot.stores.contributions import State
from sandbox.fake_spotify import Fault
from tests.bot.services.shared.outbox.outbox_desk import POSTS
from tests.bot.services.shared.reconciliation.reconciliation_desk import CURATOR, TruthDesk, make

if TYPE_CHECKING:
    from sandbox.fake_spotify.catalogue import Track
    from sandbox.fake_spotify.faults import Kind
    from tests.bot.services.shared.outbox.outbox_desk import Desk


@pytest.fixture
def there(desk: Desk) -> TruthDesk:
    return make(desk)


@pytest.fixture
def uris(tracks: list[Track]) -> list[str]:
    return [track.uri for track in tracks]


def made_since(there: TruthDesk, before: int) -> Counter[str]:
    calls = there.desk.spotify.calls[before:]
    return Counter(
        f"{call.method} {'items' if call.path.endswith('/items') else ''}".strip() for call in calls
    )


async def test_goes_on_at_a_curators_word(there: TruthDesk, uris: list[str]) -> None:
    """What stopped midway stays unfinished whatever fails next, and goes on as often as it is asked to."""
    shared, playlist = await there.adopted(uris[:60])
    for uri in (uris[3], uris[20], uris[50]):
        playlist.remove(uri)
    there.desk.spotify.faults.add(Fault("POST /playlists/*/items", "reset_before", after=1))
    assert (await there.restored(shared, 1)).goes_on_at is not None
    there.desk.spotify.faults.add(Fault("POST /playlists/*/items", "status", status=403, body="{}"))
    there.desk.clock.advance(SETTLE)
    assert (await there.restored(shared, 1)).goes_on_at is not None
    assert await there.restoring.unfinished(shared) is not None
    assert (await there.restored(shared, 1)).goes_on_at is None
    assert playlist.uris == uris[:60]
    assert await there.restoring.unfinished(shared) is None


@pytest.mark.parametrize("kind", ["reset_after", "reset_before", "late", "malformed"])
@pytest.mark.parametrize("after", [None, 0, 1, 2])
async def test_lost_answer(there: TruthDesk, uris: list[str], kind: Kind, after: int | None) -> None:
    """When an answer gets lost, it goes on by itself once that request shows or never will; nothing is doubled."""
    wanted = [*uris[:60], uris[0]]
    shared, playlist = await there.adopted(wanted)
    there.desk.clock.advance(timedelta(minutes=5))
    for uri in (uris[3], uris[20], uris[50]):
        playlist.remove(uri)
    playlist.add([uris[0], uris[90]], position=30)
    await there.work()
    preview = await there.restoring.preview(shared, CURATOR, 1)
    method = "DELETE" if after is None else "POST"
    there.desk.spotify.faults.add(Fault(f"{method} /playlists/*/items", kind, after=after or 0))
    outcome = await there.restored(shared, 1)
    assert outcome.goes_on_at == there.desk.clock.now() + SETTLE
    assert await there.restoring.unfinished(shared) is not None
    assert await there.drift.check(shared) is None
    (new,) = await there.desk.contribute(shared, uris[95])
    await there.desk.calm()
    assert await there.work() == outcome.goes_on_at
    there.desk.clock.advance(SETTLE)
    assert await there.work() is None
    assert playlist.uris == [*wanted, uris[95]]
    assert await there.desk.state(new) is State.LANDED
    assert await there.restoring.unfinished(shared) is None
    assert Counter(one.uri for one in await there.inside(shared)) == Counter(playlist.uris)
    assert preview.difference.back
    told = await there.told(shared)
    assert told.count("restored") == 1
    assert "found" in told  # the edit, once
    there.desk.clock.advance(timedelta(minutes=5))
    assert await there.drift.check(shared) is None


async def test_goes_on_after_a_kill(there: TruthDesk, uris: list[str]) -> None:
    """A restore that a kill cut off goes on in the next process, or at a curator's word."""
    shared, playlist = await there.adopted(uris[:60])
    there.desk.clock.advance(timedelta(minutes=5))
    for uri in (uris[3], uris[20], uris[50]):
        playlist.remove(uri)
    held = there.desk.spotify.faults.add(Fault("POST /playlists/*/items", "latency", after=1))
    running = asyncio.create_task(there.restoring.restore(shared, CURATOR, 1))
    await held.struck()
    await there.restoring.close()
    with pytest.raises(asyncio.CancelledError):
        await running
    held.release()
    there.start_again()
    preview = await there.restoring.preview(shared, CURATOR, 1)
    assert preview.unfinished is not None
    assert await there.work() == there.desk.clock.now() + SETTLE
    there.desk.clock.advance(SETTLE)
    await there.work()
    assert playlist.uris == uris[:60]
    assert "missed" not in (await there.told(shared))[:-3]
    assert await there.restoring.unfinished(shared) is None


async def test_first_request_refused(there: TruthDesk, uris: list[str]) -> None:
    """When the very first request fails for sure, it is as if nothing had been begun."""
    shared, playlist = await there.adopted(uris[:20])
    playlist.remove(uris[3])
    there.desk.spotify.rate_limit(0)
    there.desk.spotify.faults.add(Fault("POST /playlists/*/items", "rate_limit", retry_after=60))
    with pytest.raises(Exception, match="rate limited"):
        await there.restoring.restore(shared, CURATOR, 1)
    assert await there.restoring.unfinished(shared) is None
    assert playlist.uris == [*uris[:3], *uris[4:20]]


async def test_track_spotify_lost(there: TruthDesk, uris: list[str]) -> None:
    """What Spotify does not know any more is left out, and everything else comes back."""
    shared, playlist = await there.adopted(uris[:60])
    for uri in (*uris[10:20], uris[30], uris[59]):
        playlist.remove(uri)
    there.desk.spotify.lose(uris[13])
    outcome = await there.restored(shared, 1)
    assert outcome.refused == (uris[13],)
    assert playlist.uris == [*uris[:13], *uris[14:60]]
    assert list(outcome.uris) == playlist.uris
    assert Counter(one.uri for one in await there.inside(shared)) == Counter(playlist.uris)


async def test_a_refused_copy(there: TruthDesk, uris: list[str]) -> None:
    """One copy that Spotify does not take back costs no other copy of the same track its place in the records."""
    a, b = uris[:2]
    shared, playlist = await there.adopted([a, b, a])
    playlist.remove_at(2)
    there.desk.spotify.faults.add(Fault(POSTS, "status", status=400, times=2))
    outcome = await there.restored(shared, 1)
    assert (outcome.refused, outcome.back) == ((a,), 0)
    assert playlist.uris == [a, b]
    assert list(outcome.uris) == playlist.uris
    inside = await there.inside(shared)
    assert Counter(one.uri for one in inside) == Counter(playlist.uris)
    assert {one.state for one in inside} == {State.LANDED}
    there.desk.clock.advance(timedelta(minutes=5))
    assert await there.drift.check(shared) is None


async def test_a_copy_refused_once(there: TruthDesk, uris: list[str]) -> None:
    """A refusal that passes leaves nothing out."""
    a, b = uris[:2]
    shared, playlist = await there.adopted([a, b, a])
    playlist.remove_at(2)
    there.desk.spotify.faults.add(Fault(POSTS, "status", status=400))
    outcome = await there.restored(shared, 1)
    assert (outcome.refused, outcome.back) == ((), 1)
    assert playlist.uris == [a, b, a]


@pytest.mark.parametrize("dead", [20, 21, 22])
async def test_only_one_is_left(there: TruthDesk, uris: list[str], dead: int) -> None:
    """However many of a version the label has withdrawn: the others come back, and all of those are named."""
    shared, playlist = await there.adopted(uris[:22])
    for uri in uris[:22]:
        playlist.remove(uri)
    for uri in uris[:dead]:
        there.desk.spotify.lose(uri)
    outcome = await there.restored(shared, 1)
    assert list(outcome.refused) == uris[:dead]
    assert outcome.back == 22 - dead
    assert playlist.uris == uris[dead:22] == [one.uri for one in await there.inside(shared)]
    assert await there.restoring.unfinished(shared) is None


async def test_refused_ones_are_kept_in_mind(there: TruthDesk, uris: list[str]) -> None:
    """A restore that stops midway asks only once about what Spotify refuses, and names all of it in the end."""
    wanted = uris[:60]
    shared, playlist = await there.adopted(wanted)
    for uri in (*uris[:12], *uris[40:50]):
        playlist.remove(uri)
    dead = [*uris[2:10], uris[45]]
    for uri in dead:
        there.desk.spotify.lose(uri)
    there.desk.spotify.faults.add(Fault(POSTS, "rate_limit", retry_after=60, after=30))
    assert (await there.restored(shared, 1)).goes_on_at is not None
    kept = await there.restoring.unfinished(shared)
    assert kept is not None
    assert set(kept.refused) >= set(range(2, 10))
    there.desk.clock.advance(61)
    before = there.desk.posts()
    outcome = await there.restored(shared, 1)
    assert list(outcome.refused) == dead
    assert playlist.uris == [uri for uri in wanted if uri not in dead]
    assert there.desk.posts() - before < 10


async def test_no_room(there: TruthDesk, uris: list[str]) -> None:
    """What does not fit into a full playlist is left out and named; it does not stop the restore."""
    shared, playlist = await there.adopted(uris[:8])
    for uri in uris[:8]:
        playlist.remove(uri)
    full = '{"error": {"status": 403, "message": "Playlist size limit reached"}}'
    there.desk.spotify.faults.add(Fault(POSTS, "status", status=403, body=full, times=None, after=0))
    outcome = await there.restored(shared, 1)
    assert list(outcome.refused) == uris[:8]
    assert playlist.uris == []
    assert await there.restoring.unfinished(shared) is None


async def test_not_asked_again_too_early(there: TruthDesk, uris: list[str]) -> None:
    """A curator who presses again while a lost request may still show is told to wait; nothing is doubled."""
    shared, playlist = await there.adopted(uris[:10])
    playlist.remove(uris[9])
    there.desk.spotify.faults.add(Fault(POSTS, "late", late_s=25))
    assert (await there.restored(shared, 1)).goes_on_at is not None
    with pytest.raises(ListBusyError):
        await there.restored(shared, 1)
    await there.desk.wait_until(there.desk.clock.now() + SETTLE)
    await there.restored(shared, 1)
    assert playlist.uris == uris[:10]


async def test_spotify_away(there: TruthDesk, uris: list[str]) -> None:
    """While Spotify does not answer nothing is begun, and it can be asked for again."""
    shared, playlist = await there.adopted(uris[:5])
    playlist.remove(uris[2])
    there.desk.spotify.switches.failing = True
    with pytest.raises(SpotifyUnavailableError):
        await there.restoring.restore(shared, CURATOR, 1)
    there.desk.spotify.switches.failing = False
    await there.restoring.restore(shared, CURATOR, 1)
    assert playlist.uris == uris[:5]
