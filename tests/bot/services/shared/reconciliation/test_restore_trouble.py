"""A restore comes to its end whatever Spotify answers, after a kill too, and nothing is doubled by it."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.services.shared.reconciliation.restore_saga import SETTLE
from bot.spotify.errors import SpotifyUnavailableError
from bot.stores.contributions import State
from sandbox.fake_spotify import Fault
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
    assert outcome.refused == 1
    assert playlist.uris == [*uris[:13], *uris[14:60]]
    assert list(outcome.uris) == playlist.uris
    assert Counter(one.uri for one in await there.inside(shared)) == Counter(playlist.uris)


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
