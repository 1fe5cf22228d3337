"""When somebody looks for edits in Spotify: on use, where the writer met one, and now and then."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.stores.lists import Trouble
from sandbox.fake_spotify import Fault
from tests.bot.noticed import noticed
from tests.bot.services.shared.reconciliation.reconciliation_desk import TruthDesk, make

if TYPE_CHECKING:
    from sandbox.fake_spotify.catalogue import Track
    from tests.bot.services.shared.outbox.outbox_desk import Desk


@pytest.fixture
def there(desk: Desk) -> TruthDesk:
    return make(desk)


@pytest.fixture
def uris(tracks: list[Track]) -> list[str]:
    return [track.uri for track in tracks]


async def calls(there: TruthDesk) -> int:
    return len(there.desk.spotify.calls)


async def test_noticed_on_use(there: TruthDesk, uris: list[str]) -> None:
    """Whoever uses a list has it looked at, but not again within ten minutes; Spotify's trouble is not theirs."""
    shared, playlist = await there.adopted(uris[:5])
    there.desk.clock.advance(timedelta(hours=1))
    before = await calls(there)
    there.desk.spotify.faults.add(Fault("GET /playlists/*", "status", times=3))
    await there.drift.notice(shared)
    playlist.remove(uris[2])
    await there.drift.notice(shared)
    assert await there.drift.offer(shared) is not None
    asked = await calls(there)
    assert asked > before
    fresh = await there.desk.stores.lists.by_id(shared.list_id)
    assert fresh is not None
    await there.drift.notice(fresh)
    assert await calls(there) == asked


async def test_slow_round(there: TruthDesk) -> None:
    """Lists nobody uses are looked at one by one, ten minutes apart, the longest waiting first."""
    lists = []
    for number in range(3):
        shared, _ = await there.desk.lend(f"List {number}")
        lists.append(shared)
        there.desk.clock.advance(timedelta(minutes=1))
    await there.slow_round()
    assert await calls(there) == 0
    there.desk.clock.advance(timedelta(hours=7))
    for number in range(1, 4):
        await there.slow_round()
        await there.slow_round()
        checked = [await there.checked_at(shared) for shared in lists]
        assert [at is not None for at in checked] == [place < number for place in range(3)]
        there.desk.clock.advance(timedelta(minutes=10))
    before = await calls(there)
    await there.slow_round()
    assert await calls(there) == before


async def test_looked_by_an_older_bot(there: TruthDesk, uris: list[str]) -> None:
    """What an older bot noted in the list itself counts until the next look, and what it kept of a look is read."""

    def looks() -> int:
        return len(there.desk.spotify.calls_to("GET /playlists/*"))

    shared, _ = await there.adopted(uris[:5])
    await there.drift.check(shared)
    look = '{"read_at":null,"beside":0,"version":"","foreign":null}'
    await there.desk.stores.values.put(f"truth:{shared.list_id}", look)
    there.desk.clock.advance(timedelta(hours=7))
    shared = await there.desk.change(shared, checked_at=there.desk.clock.now() - timedelta(minutes=5))
    before = looks()
    await there.drift.notice(shared)
    await there.slow_round()
    assert looks() == before
    there.desk.clock.advance(timedelta(minutes=6))
    await there.drift.notice(shared)
    assert looks() == before + 1
    assert await there.checked_at(shared) == there.desk.clock.now()
    await there.drift.notice(shared)
    assert looks() == before + 1


async def test_looked_by_another_process(there: TruthDesk) -> None:
    """The slow round leaves alone what another process has looked at since; the next longest waiting has its turn."""
    lists = [(await there.desk.lend(f"List {number}"))[0] for number in range(2)]
    await there.slow_round()
    there.desk.clock.advance(timedelta(hours=7))
    await make(there.desk).drift.check(lists[0])
    there.desk.clock.advance(timedelta(minutes=1))
    await there.slow_round()
    assert await there.checked_at(lists[1]) == there.desk.clock.now()
    assert await there.checked_at(lists[0]) == there.desk.clock.now() - timedelta(minutes=1)


async def test_met_by_the_writer(there: TruthDesk, uris: list[str]) -> None:
    """Adding is using it, too: a version the writer met and did not know is looked into within minutes, not hours."""
    shared, playlist = await there.adopted(uris[:60])
    there.desk.clock.advance(timedelta(minutes=20))
    await there.slow_round()
    before = await calls(there)
    playlist.move(5, 50)
    await there.desk.contribute(shared, uris[100])
    await there.desk.calm()
    assert (
        await calls(there) == before + 2
    )  # how long it is now, and the track: nothing is asked for this alone
    there.desk.clock.advance(timedelta(minutes=10))
    await there.slow_round()
    assert [notice.facts["moved"] for notice in await noticed(there.desk.stores)] == [1]
    there.desk.clock.advance(timedelta(minutes=10))
    before = await calls(there)
    await there.slow_round()
    assert await calls(there) == before


@pytest.mark.parametrize("trouble", [Trouble.PLAYLIST_GONE, Trouble.FORBIDDEN, Trouble.CONSENT_ENDED])
async def test_in_trouble(there: TruthDesk, uris: list[str], trouble: Trouble) -> None:
    """A quiet list in trouble is looked at each hour on the first day, then daily; a good answer ends the trouble."""
    desk = there.desk
    shared, _ = await there.adopted(uris[:5])
    desk.clock.advance(timedelta(minutes=1))
    await desk.change(shared, trouble=trouble, trouble_since=desk.clock.now())
    refused = desk.spotify.faults.add(Fault("* /playlists/*", "status", status=404, times=None))
    looks = []
    for _ in range(24 * 5):
        desk.clock.advance(timedelta(minutes=30))
        await there.slow_round()
        desk.clock.advance(timedelta(minutes=30))
        await there.slow_round()
        looks.append(refused.hits)
    assert looks[:23] == list(range(1, 24))
    assert looks[-1] == 23 + 4
    desk.spotify.faults.disarm(refused)
    desk.clock.advance(timedelta(days=1))
    await there.slow_round()
    now = await desk.stores.lists.by_id(shared.list_id)
    assert now is not None
    assert (now.trouble, now.trouble_since) == (None, None)


async def test_used_in_trouble(there: TruthDesk, uris: list[str]) -> None:
    """Whoever uses a list in trouble has it looked at, not more often than one that is well."""
    desk = there.desk
    shared, _ = await there.adopted(uris[:5])
    shared = await desk.change(shared, trouble=Trouble.PLAYLIST_GONE, trouble_since=desk.clock.now())
    refused = desk.spotify.faults.add(Fault("* /playlists/*", "status", status=404, times=None))
    for _ in range(3):
        await there.drift.notice(shared)
    assert refused.hits == 1
    desk.spotify.faults.disarm(refused)
    desk.clock.advance(timedelta(minutes=11))
    await there.drift.notice(shared)
    now = await desk.stores.lists.by_id(shared.list_id)
    assert now is not None
    assert now.trouble is None


async def test_offer_ends(there: TruthDesk, uris: list[str]) -> None:
    """Restoring is offered for a week, or until somebody says that it is fine."""
    shared, playlist = await there.adopted(uris[:5])
    there.desk.clock.advance(timedelta(minutes=5))
    playlist.remove(uris[2])
    assert await there.drift.check(shared) is not None
    assert await there.drift.offer(shared) is not None
    there.desk.clock.advance(timedelta(days=8))
    assert await there.drift.offer(shared) is None
    playlist.remove(uris[3])
    await there.drift.check(shared)
    await there.drift.settle_offer(shared)
    assert await there.drift.offer(shared) is None
