"""Going back to an earlier version: seen beforehand, in few calls, in order, with local files left where they are."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.services.shared.reconciliation.restore import Preview
from bot.shared_errors import ListPausedError, NotAllowedError, SnapshotNotFoundError
from bot.stores.contributions import Leave, State, Via
from bot.stores.lists import ListStatus
from sandbox.fake_spotify import Fault
from sandbox.fake_spotify.playlists import LocalFile
from tests.bot.services.shared.reconciliation.reconciliation_desk import (
    CURATOR,
    LINUS,
    MEMBER,
    OWNER,
    TruthDesk,
    make,
)

if TYPE_CHECKING:
    from sandbox.fake_spotify.catalogue import Track
    from tests.bot.services.shared.outbox.outbox_desk import Desk

READS = "GET /playlists/*"
DEMO = LocalFile("Ada", "", "Demo Tape", 200)


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


async def test_edit_in_spotify_is_taken_back(there: TruthDesk, uris: list[str]) -> None:
    """What somebody did in Spotify is seen in the preview and undone; who had contributed what is kept."""
    shared, playlist = await there.adopted(uris[:60])
    (mine,) = await there.desk.contribute(shared, uris[100])
    await there.desk.calm()
    there.desk.clock.advance(timedelta(minutes=5))
    wanted = playlist.uris
    playlist.add([uris[110], uris[111]], position=3)
    playlist.remove(uris[100])
    playlist.remove(uris[20])
    playlist.move(10, 40)
    found = await there.drift.check(shared)
    assert found is not None
    preview = await there.restoring.preview(shared, CURATOR, found.before)
    assert (preview.difference.back, Counter(preview.difference.gone), preview.difference.moved) == (
        (uris[20], uris[100]),
        Counter([uris[110], uris[111]]),
        1,
    )
    assert playlist.uris != wanted
    there.desk.clock.advance(timedelta(minutes=2))
    before = len(there.desk.spotify.calls)
    outcome = await there.restored(shared, found.before)
    assert playlist.uris == wanted
    assert outcome.before == found.before + 1  # as it was found is kept already
    assert made_since(there, before) == {"GET": 1, "DELETE items": 1, "PUT items": 1, "POST items": 2}
    again = await there.desk.read(mine)
    assert (again.state, again.leave, again.member_id, again.via) == (State.LANDED, None, LINUS, Via.COMMAND)
    inside = await there.inside(shared)
    assert Counter(one.uri for one in inside) == Counter(wanted)
    (event, *_) = [event for event in await there.events(shared) if event.happening == "restored"]
    assert event.actor_id == OWNER
    assert event.detail == {
        "number": found.before,
        "before": outcome.before,
        "back": 2,
        "gone": 2,
        "moved": 1,
    }
    assert await there.drift.offer(shared) is None
    told = await there.told(shared)
    stale = Fault("GET /playlists/*", "stale", times=None, behind_s=20, version_behind_s=20)
    there.desk.spotify.faults.add(stale)
    assert await there.drift.check(shared) is None
    assert await there.told(shared) == told
    there.desk.spotify.faults.clear()
    there.desk.clock.advance(timedelta(minutes=5))
    assert await there.drift.check(shared) is None
    gone = await there.desk.stores.contributions.of_uris(shared.list_id, [uris[110]], {State.REMOVED})
    assert [(one.leave, one.left_by) for one in gone] == [(Leave.RESTORED, OWNER)]


async def test_restore_of_a_restore(there: TruthDesk, uris: list[str]) -> None:
    """What a restore led away from was kept, so another restore takes it back, at once."""
    shared, playlist = await there.adopted(uris[:20])
    kept = await there.restoring.keep(shared, CURATOR)
    await there.desk.contribute(shared, *uris[100:103])
    await there.desk.calm()
    playlist.move(4, 15)
    there.desk.clock.advance(timedelta(minutes=5))
    later = playlist.uris
    outcome = await there.restored(shared, kept.number)
    assert playlist.uris == uris[:20]
    there.desk.spotify.faults.add(Fault(READS, "stale", times=None, behind_s=20))
    await there.restoring.restore(shared, CURATOR, outcome.before)
    assert playlist.uris == later
    assert {one.member_id for one in await there.inside(shared) if one.uri in uris[100:103]} == {LINUS}


async def test_read_right_after_a_restore(there: TruthDesk, uris: list[str]) -> None:
    """What a restore brought back a moment ago is believed although Spotify does not show it yet."""
    shared, playlist = await there.adopted(uris[:20])
    playlist.remove(uris[19])
    there.desk.clock.advance(timedelta(minutes=2))
    await there.restoring.restore(shared, CURATOR, 1)
    await there.desk.contribute(shared, uris[100])
    await there.desk.calm()
    there.desk.spotify.faults.add(Fault(READS, "stale", times=None, behind_s=20))
    kept = await there.restoring.keep(shared, CURATOR)
    snapshot = await there.desk.stores.snapshots.get(shared.list_id, kept.number)
    assert snapshot is not None
    assert list(snapshot.uris) == playlist.uris == [*uris[:20], uris[100]]
    assert (await there.told(shared)).count("missed") == 1


async def test_same_already(there: TruthDesk, uris: list[str]) -> None:
    """A version that is there already changes nothing and costs no write."""
    shared, _ = await there.adopted(uris[:20])
    outcome = await there.restored(shared, 1)
    assert outcome.difference.empty
    assert not [call for call in there.desk.spotify.calls if call.method != "GET"]


async def test_changed_after_the_preview(there: TruthDesk, uris: list[str]) -> None:
    """What was seen beforehand is what is done: where somebody was faster the difference of now is answered."""
    shared, playlist = await there.adopted(uris[:20])
    playlist.remove(uris[3])
    there.desk.clock.advance(timedelta(minutes=5))
    preview = await there.restoring.preview(shared, CURATOR, 1)
    await there.desk.contribute(shared, uris[100])
    await there.desk.calm()
    there.desk.clock.advance(timedelta(minutes=5))
    before = playlist.uris
    again = await there.restoring.restore(shared, CURATOR, 1, seen=preview.seen)
    assert isinstance(again, Preview)
    assert again.difference.gone == (uris[100],)
    assert playlist.uris == before
    assert "restored" not in await there.told(shared)
    await there.restored(shared, 1, again.seen)
    assert playlist.uris == uris[:20]


async def test_removed_right_after_it_went_in(there: TruthDesk, uris: list[str]) -> None:
    """A track that Spotify doesn't show yet or no longer has: nothing is moved, until it's known which of the two."""
    shared, playlist = await there.adopted(uris[:4])
    for uri in uris[100:102]:
        await there.desk.contribute(shared, uri)
    await there.desk.calm()
    assert playlist.uris == [*uris[:4], *uris[100:102]]
    kept = await there.restoring.keep(shared, CURATOR)
    playlist.remove(uris[100])
    again = await there.restoring.restore(shared, CURATOR, kept.number)
    assert isinstance(again, Preview)
    assert await there.restoring.unfinished(shared) is None
    assert playlist.uris == [*uris[:4], uris[101]]
    there.desk.clock.advance(timedelta(minutes=1))
    await there.restored(shared, kept.number)
    assert playlist.uris == [*uris[:4], *uris[100:102]]


async def test_local_files_stay(there: TruthDesk, uris: list[str]) -> None:
    """A local file keeps its place among the rest; one that was deleted is named and cannot come back."""
    shared, playlist = await there.adopt(uris[:10])
    playlist.add_local_file(DEMO)
    playlist.add(uris[10:20])
    playlist.add_local_file(LocalFile("Ada", "", "Second", 100))
    await there.record(shared)
    there.desk.clock.advance(timedelta(minutes=5))
    wanted = playlist.uris
    playlist.remove(uris[3])
    playlist.move(15, 2)
    second = playlist.uris[-1]
    playlist.remove(second)
    preview = await there.restoring.preview(shared, CURATOR, 1)
    assert preview.difference.lost == (second,)
    await there.restoring.restore(shared, CURATOR, 1)
    assert playlist.uris == wanted[:-1]
    assert sum(entry.local is not None for entry in playlist.items) == 1


async def test_two_copies(there: TruthDesk, uris: list[str]) -> None:
    """A copy too many goes, and the others are put back where they were."""
    wanted = [uris[0], uris[1], uris[0], *uris[2:20]]
    shared, playlist = await there.adopted(wanted)
    playlist.add([uris[0]], position=5)
    await there.restoring.restore(shared, CURATOR, 1)
    assert playlist.uris == wanted


async def test_five_hundred_of_ten_thousand(there: TruthDesk) -> None:
    """500 items in 5 runs of 10,000: as many reads as pages, as many writes as runs, and progress on the way."""
    wanted = [track.uri for track in there.desk.spotify.release(10_000)]
    shared, playlist = await there.adopted(wanted)
    there.desk.clock.advance(timedelta(minutes=5))
    gone = {start + place for start in range(1_000, 10_000, 2_000) for place in range(100)}
    playlist.replace([uri for place, uri in enumerate(wanted) if place not in gone])
    seen: list[tuple[int, int]] = []

    async def progress(done: int, total: int) -> None:
        seen.append((done, total))

    before = len(there.desk.spotify.calls)
    preview = await there.restoring.preview(shared, CURATOR, 1, progress)
    assert (len(preview.difference.back), preview.requests) == (500, 5)
    assert len(seen) > 10
    seen.clear()
    await there.restoring.restore(shared, CURATOR, 1, progress)
    assert playlist.uris == wanted
    pages, runs = 190, 5
    first_page_twice = 2  # the second time to see that nothing has changed since the preview
    assert made_since(there, before) == {
        "GET items": pages - 1,
        "GET": first_page_twice,
        "POST items": runs,
    }
    assert seen == [(done, 5) for done in range(6)]


async def test_who_and_what(there: TruthDesk, uris: list[str]) -> None:
    """Only curators restore; only versions of this very list; not while it is paused."""
    shared, _ = await there.adopted(uris[:5])
    with pytest.raises(NotAllowedError):
        await there.restoring.preview(shared, MEMBER, 1)
    with pytest.raises(NotAllowedError):
        await there.restoring.restore(shared, MEMBER, 1)
    with pytest.raises(NotAllowedError):
        await there.restoring.keep(shared, MEMBER)
    with pytest.raises(SnapshotNotFoundError):
        await there.restoring.preview(shared, CURATOR, 9)
    with pytest.raises(ListPausedError):
        await there.restoring.restore(replace(shared, status=ListStatus.PAUSED), CURATOR, 1)
