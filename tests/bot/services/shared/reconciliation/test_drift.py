"""What somebody does to a shared playlist in Spotify is noticed, noted and can be undone."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.services.shared.reconciliation.projection import ExternalEdit
from bot.stores.contributions import Leave, State, Via
from bot.stores.history import Happening
from sandbox.fake_spotify import Fault
from sandbox.fake_spotify.playlists import LocalFile
from tests.bot.services.shared.reconciliation.reconciliation_desk import LINUS, TruthDesk, make

if TYPE_CHECKING:
    from sandbox.fake_spotify.catalogue import Track
    from tests.bot.services.shared.outbox.outbox_desk import Desk

DEMO = LocalFile("Ada", "", "Demo Tape", 200)


@pytest.fixture
def there(desk: Desk) -> TruthDesk:
    return make(desk)


@pytest.fixture
def uris(tracks: list[Track]) -> list[str]:
    return [track.uri for track in tracks]


async def calls(there: TruthDesk) -> int:
    return len(there.desk.spotify.calls)


async def test_nothing_happened(there: TruthDesk, uris: list[str]) -> None:
    """A list nobody touched costs one call, and only that it was looked at is noted: the list stays as it was."""
    shared, _ = await there.adopted(uris[:120])
    before = await calls(there)
    assert await there.drift.check(shared) is None
    assert await calls(there) == before + 1
    assert await there.told(shared) == []
    assert await there.checked_at(shared) == there.desk.clock.now()
    assert await there.desk.stores.lists.by_id(shared.list_id) == shared


async def test_our_own_writes_are_not_foreign(there: TruthDesk, uris: list[str]) -> None:
    """What the bot wrote itself is known by the version's name: one call."""
    shared, _ = await there.adopted(uris[:60])
    await there.desk.contribute(shared, *uris[100:103])
    await there.desk.calm()
    before = await calls(there)
    assert await there.drift.check(shared) is None
    assert await calls(there) == before + 1


async def test_all_at_once(there: TruthDesk, uris: list[str]) -> None:
    """Added, taken out and moved by hand: counted, told as done in Spotify, and what was before is kept."""
    shared, playlist = await there.adopted(uris[:60])
    (mine,) = await there.desk.contribute(shared, uris[100])
    await there.desk.calm()
    there.desk.clock.advance(timedelta(minutes=5))
    before = tuple(playlist.uris)
    playlist.add([uris[110], uris[111]], position=3)
    playlist.remove(uris[100])
    playlist.remove(uris[20])
    playlist.move(10, 40)
    found = await there.drift.check(shared)
    assert found == ExternalEdit(shared.list_id, 2, 2, 1, 2, there.desk.clock.now())
    kept = await there.desk.stores.snapshots.get(shared.list_id, found.before)
    assert kept is not None
    assert (kept.uris, kept.info.reason) == (before, "foreign")
    told = Counter(await there.told(shared))
    assert told == {"found": 2, "missed": 2, "moved": 1, "landed": 1, "accepted": 1}
    gone = await there.desk.read(mine)
    assert (gone.state, gone.leave, gone.left_by, gone.member_id) == (
        State.REMOVED,
        Leave.SPOTIFY,
        None,
        LINUS,
    )
    inside = await there.inside(shared)
    assert Counter(one.uri for one in inside) == Counter(playlist.uris)
    new = [one for one in inside if one.uri in {uris[110], uris[111]}]
    assert {(one.via, one.member_id, one.recording.fingerprint != "") for one in new} == {
        (Via.SPOTIFY, None, True)
    }
    assert await there.drift.offer(shared) == found
    assert [foreign for _, foreign in await there.drift.news()] == [found]
    assert await there.drift.news() == ()
    assert await there.drift.check(shared) is None
    assert Counter(await there.told(shared)) == told


async def test_covered_by_our_write(there: TruthDesk, uris: list[str]) -> None:
    """An edit that one of our own writes followed has no version of its own, and is noticed by the number of items."""
    shared, playlist = await there.adopted(uris[:60])
    playlist.remove(uris[5])
    await there.desk.contribute(shared, uris[100])
    await there.desk.calm()
    there.desk.clock.advance(timedelta(minutes=5))
    found = await there.drift.check(shared)
    assert found is not None
    assert (found.found, found.missed, found.moved) == (0, 1, 0)


async def test_read_now_and_then(there: TruthDesk, uris: list[str]) -> None:
    """A move that a write of ours covered, and that nothing else tells, is noticed within days."""
    shared, playlist = await there.adopted(uris[:60])
    playlist.move(5, 50)
    await there.desk.contribute(shared, uris[100])
    await there.desk.calm()
    there.desk.clock.advance(timedelta(minutes=5))
    assert await there.drift.check(shared) is None
    there.desk.clock.advance(timedelta(days=3))
    await there.desk.link()
    found = await there.drift.check(shared)
    assert found is not None
    assert (found.found, found.missed, found.moved) == (0, 0, 1)


async def test_move_covered_by_our_write(there: TruthDesk, uris: list[str]) -> None:
    """A move before a write of ours is noticed by the version the writer met."""
    shared, playlist = await there.adopted(uris[:60])
    there.desk.clock.advance(timedelta(minutes=20))  # the writer asks how long the list is
    playlist.move(5, 50)
    await there.desk.contribute(shared, uris[100])
    await there.desk.calm()
    there.desk.clock.advance(timedelta(minutes=5))
    found = await there.drift.check(shared)
    assert found is not None
    assert (found.found, found.missed, found.moved) == (0, 0, 1)
    assert await there.drift.check(shared) is None


async def test_out_and_in_again(there: TruthDesk, uris: list[str]) -> None:
    """What we took out and put in again stands at the end; nobody in Spotify is said to have moved it there."""
    shared, playlist = await there.adopted(uris[:60])
    (first, *_) = await there.inside(shared)
    there.desk.clock.advance(timedelta(minutes=5))
    await there.desk.leave(first)
    await there.desk.calm()
    await there.desk.contribute(shared, first.uri)
    await there.desk.calm()
    there.desk.clock.advance(timedelta(minutes=5))
    playlist.rename("Other")  # another version, so that everything is read
    assert playlist.uris[-1] == first.uri
    assert await there.drift.check(shared) is None
    assert Happening.MOVED not in await there.told(shared)


async def test_version_lags_behind(there: TruthDesk, uris: list[str]) -> None:
    """Spotify may name an older version of ours for a while: nothing is made of it."""
    shared, _ = await there.adopted(uris[:60])
    await there.desk.contribute(shared, uris[100])
    await there.desk.calm()
    there.desk.spotify.faults.add(
        Fault("GET /playlists/*", "stale", times=None, behind_s=0, version_behind_s=30)
    )
    assert await there.drift.check(shared) is None
    assert await there.told(shared) == ["landed", "accepted"]


async def test_stale_items(there: TruthDesk, uris: list[str]) -> None:
    """What the bot has just written, or taken out, is believed although Spotify does not show it so yet."""
    shared, playlist = await there.adopted(uris[:60])
    (going,) = await there.desk.contribute(shared, uris[101])
    await there.desk.calm()
    there.desk.clock.advance(timedelta(minutes=5))
    (coming,) = await there.desk.contribute(shared, uris[100])
    await there.desk.leave(going)
    await there.desk.calm()
    playlist.rename("Other")  # another version, so that everything is read
    there.desk.spotify.faults.add(Fault("GET /playlists/*", "stale", times=None, behind_s=20))
    assert await there.drift.check(shared) is None
    assert await there.desk.state(coming) is State.LANDED
    assert await there.desk.state(going) is State.REMOVED
    assert Happening.FOUND not in await there.told(shared)
    there.desk.spotify.faults.clear()
    there.desk.clock.advance(timedelta(minutes=5))
    playlist.remove(uris[100])
    found = await there.drift.check(shared)
    assert found is not None
    assert (found.found, found.missed) == (0, 1)


async def test_local_files_and_copies(there: TruthDesk, uris: list[str]) -> None:
    """Local files are known from the snapshot alone; of two copies one that goes is one."""
    shared, playlist = await there.adopt([uris[0], uris[1], uris[0]])
    playlist.add_local_file(DEMO)
    await there.record(shared)
    there.desk.clock.advance(timedelta(minutes=5))
    playlist.remove_at(2)
    found = await there.drift.check(shared)
    assert found is not None
    assert (found.found, found.missed, found.moved) == (0, 1, 0)
    playlist.add_local_file(LocalFile("Ada", "", "Another", 100))
    found = await there.drift.check(shared)
    assert found is not None
    assert (found.found, found.missed, found.moved) == (1, 0, 0)
    playlist.remove(playlist.uris[2])
    found = await there.drift.check(shared)
    assert found is not None
    assert (found.found, found.missed, found.moved) == (0, 1, 0)


async def test_no_longer_available(there: TruthDesk, uris: list[str]) -> None:
    """A track Spotify loses leaves an empty entry, which nobody took out."""
    shared, playlist = await there.adopted(uris[:5])
    there.desk.clock.advance(timedelta(minutes=5))
    there.desk.spotify.lose(uris[2])
    playlist.add([uris[50]])
    found = await there.drift.check(shared)
    assert found is not None
    assert (found.found, found.missed, found.moved) == (1, 0, 0)
    playlist.remove(uris[50])
    found = await there.drift.check(shared)
    assert found is not None
    assert (found.found, found.missed, found.moved) == (0, 1, 0)
