"""The slow look for what can't be played any more: a page at a time, kept as marks."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.services.shared.reconciliation.playability import EVERY, FIRST, PAUSE, Playability
from bot.stores.due import DueKind
from bot.stores.lists import ListStatus
from sandbox.fake_spotify import Fault
from tests.bot.services.shared.reconciliation.reconciliation_desk import TruthDesk, make

if TYPE_CHECKING:
    from bot.stores.lists import SharedPlaylist
    from sandbox.fake_spotify.catalogue import Track
    from tests.bot.services.shared.outbox.outbox_desk import Desk


@pytest.fixture
def there(desk: Desk) -> TruthDesk:
    return make(desk)


@pytest.fixture
def looking(there: TruthDesk) -> Playability:
    return again(there)


def again(there: TruthDesk) -> Playability:
    """As of a process that has just started."""
    desk = there.desk
    return Playability(desk.stores, desk.lent(), leases=desk.leases, now=desk.clock.now)


def pages(there: TruthDesk) -> int:
    return len(there.desk.spotify.calls_to("GET /playlists/*/items"))


async def marks(looking: Playability, shared: SharedPlaylist) -> list[str]:
    return list((await looking.survey(shared)).marks)


async def look(there: TruthDesk, looking: Playability) -> None:
    """What the clock does."""
    await there.desk.schedule.complete()
    await there.desk.schedule.lists(DueKind.PLAYABLE, looking.look_after, looking.rests_until).run()


async def test_a_page_at_a_time(there: TruthDesk, looking: Playability, tracks: list[Track]) -> None:
    """A day after it was lent, page after page is read, apart; a restart goes on; then not again for a week."""
    uris = [one.uri for one in tracks if one.markets is None and one.restriction is None]
    many = (uris * 30)[:120]
    shared, _ = await there.adopted(many)
    for uri in uris[:2]:
        there.desk.spotify.restrict(uri)
    await look(there, looking)
    assert pages(there) == 0 or await marks(looking, shared) == []
    before = pages(there)
    there.desk.clock.advance(FIRST)
    for number in range(1, 4):
        assert await marks(looking, shared) == []
        await look(there, looking)
        assert pages(there) == before + number
        await look(there, looking)
        assert pages(there) == before + number
        looking = again(there)
        there.desk.clock.advance(PAUSE)
    assert await marks(looking, shared) == uris[:2]
    there.desk.clock.advance(EVERY - timedelta(hours=1))
    await look(there, looking)
    assert pages(there) == before + 3
    there.desk.spotify.restrict(uris[2])
    there.desk.clock.advance(timedelta(hours=1))
    for _ in range(3):
        assert await marks(looking, shared) == uris[:2]
        await look(there, looking)
        there.desk.clock.advance(PAUSE)
    assert await marks(looking, shared) == uris[:3]


@pytest.mark.parametrize(("reason", "marked"), [("market", True), ("explicit", False), ("product", False)])
async def test_reasons(
    there: TruthDesk, looking: Playability, tracks: list[Track], *, reason: str, marked: bool
) -> None:
    """What Spotify only keeps from the owner's account isn't marked: others can play it."""
    shared, _ = await there.adopted([one.uri for one in tracks[:3]])
    there.desk.spotify.restrict(tracks[1].uri, reason)  # type: ignore[arg-type] # one of them
    there.desk.clock.advance(FIRST)
    await look(there, looking)
    assert await marks(looking, shared) == [tracks[1].uri] * marked


async def test_two_lists(there: TruthDesk, looking: Playability, tracks: list[Track]) -> None:
    """Several playlists don't make it faster: one page goes out, then there is a pause."""
    first, _ = await there.adopted([tracks[0].uri])
    second, playlist = await there.adopt([tracks[1].uri], "Other")
    there.desk.spotify.restrict(tracks[0].uri)
    there.desk.spotify.restrict(tracks[1].uri)
    there.desk.clock.advance(FIRST)
    before = pages(there)
    await look(there, looking)
    assert pages(there) == before + 1
    there.desk.clock.advance(PAUSE)
    await look(there, looking)
    assert pages(there) == before + 2
    assert {*await marks(looking, first), *await marks(looking, second)} == {
        tracks[0].uri,
        *playlist.uris,
    }


@pytest.mark.parametrize("kind", ["status", "rate_limit", "reset_before"])
async def test_trouble(there: TruthDesk, looking: Playability, tracks: list[Track], *, kind: str) -> None:
    """When Spotify refuses a page, what was found stays, and it's tried again later."""
    shared, _ = await there.adopted([one.uri for one in tracks[:3]])
    there.desk.spotify.restrict(tracks[1].uri)
    there.desk.clock.advance(FIRST)
    there.desk.spotify.faults.add(Fault("GET /playlists/*/items", kind, times=3, retry_after=60))  # type: ignore[arg-type] # one of them
    await look(there, looking)
    there.desk.spotify.faults.clear()
    assert await marks(looking, shared) == []
    there.desk.clock.advance(timedelta(hours=2))
    await look(there, looking)
    assert await marks(looking, shared) == [tracks[1].uri]


async def test_closed(there: TruthDesk, looking: Playability, tracks: list[Track]) -> None:
    """A closed playlist isn't looked at any more, and a paused one is later."""
    shared, _ = await there.adopted([tracks[0].uri])
    there.desk.clock.advance(FIRST)
    before = pages(there)
    paused = await there.desk.stores.lists.swap(shared, replace(shared, status=ListStatus.PAUSED))
    assert paused
    assert await looking.look_after(shared.list_id) == there.desk.clock.now() + timedelta(hours=1)
    await there.desk.stores.lists.swap(paused, replace(paused, status=ListStatus.CLOSED))
    assert await looking.look_after(shared.list_id) is None
    assert pages(there) == before


async def test_marks_of_another_playlist(there: TruthDesk, looking: Playability, tracks: list[Track]) -> None:
    """A round that starts in a new playlist begins without marks."""
    shared, _ = await there.adopted([tracks[0].uri])
    await looking.settle(shared, [tracks[0].uri, tracks[0].uri])
    assert await marks(looking, shared) == [tracks[0].uri]
    assert await marks(looking, replace(shared, playlist_id="another")) == []
