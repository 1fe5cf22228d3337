"""What was accepted lands in the playlist: once, in order, in few calls, whatever Spotify answers."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

import pytest

from bot.errors import StoreUnavailableError
from bot.services.shared.outbox.dispatcher import SWEEP_AGAIN
from bot.services.shared.outbox.health import Why
from bot.shared_errors import ListBusyError
from bot.stores.contributions import State
from bot.stores.history import Happening
from bot.stores.journal import Journal
from sandbox.fake_spotify import Fault
from tests.bot.services.shared.outbox.outbox_desk import LINUS, MIRA, POSTS

if TYPE_CHECKING:
    from bot.stores.contributions import Contribution, Contributions
    from bot.stores.journal import Journals
    from bot.stores.process import Leases
    from sandbox.fake_spotify.catalogue import Track
    from sandbox.fake_spotify.faults import Kind
    from tests.bot.services.shared.outbox.outbox_desk import Desk

LOST = ["reset_after", "malformed", "truncated"]


async def test_lands(desk: Desk, tracks: list[Track]) -> None:
    """An accepted track is in the playlist, its record says so, and the history tells both."""
    shared, playlist = await desk.lend()
    (one,) = await desk.contribute(shared, tracks[0])
    await desk.dispatcher.work()
    assert playlist.uris == [tracks[0].uri]
    assert await desk.state(one) is State.LANDED
    events = (await desk.stores.history.page(shared.list_id, limit=10)).events
    assert [event.happening for event in events] == [Happening.LANDED, Happening.ACCEPTED]
    journal = await desk.stores.journals.of(shared.list_id)
    assert (journal.batch, journal.total, journal.snapshots) == (None, 1, (playlist.snapshot_id,))


async def test_batches_in_order(desk: Desk, tracks: list[Track]) -> None:
    """A hundred from several members land in the order they were accepted, forty at once, with one read in all."""
    shared, playlist = await desk.lend("Tape", tracks[150])
    for number, track in enumerate(tracks[:100]):
        await desk.contribute(shared, track, member_id=(LINUS, MIRA)[number % 2])
    before = len(desk.spotify.calls)
    await desk.dispatcher.work()
    assert playlist.uris == [tracks[150].uri, *(track.uri for track in tracks[:100])]
    assert desk.posts() == 3
    assert len(desk.spotify.calls) - before == 4


async def test_few_calls(desk: Desk, tracks: list[Track]) -> None:
    """A burst of forty costs two calls; with a look-up for each that is 1.05 calls per contribution."""
    shared, _ = await desk.lend()
    await desk.contribute(shared, *tracks[:40])
    before = len(desk.spotify.calls)
    await desk.dispatcher.work()
    assert (40 + len(desk.spotify.calls) - before) / 40 <= 1.1


@pytest.mark.parametrize("kind", LOST)
async def test_lost_answer_is_found(desk: Desk, tracks: list[Track], kind: Kind) -> None:
    """It worked but no answer came: it is found after two seconds and not sent again."""
    shared, playlist = await desk.lend("Tape", *tracks[10:20])
    accepted = await desk.contribute(shared, *tracks[:5])
    desk.spotify.faults.add(Fault(POSTS, kind))
    await desk.dispatcher.work()
    waiting = await desk.dispatcher.state_of(shared)
    assert waiting is not None
    assert waiting.why is Why.CHECKING
    await desk.calm()
    assert playlist.uris[10:] == [track.uri for track in tracks[:5]]
    assert [await desk.state(one) for one in accepted] == [State.LANDED] * 5
    assert desk.posts() == 1
    assert desk.clock.seconds() < 5


async def test_lost_request_is_sent_again_late(desk: Desk, tracks: list[Track]) -> None:
    """It did not work and no answer came: it is sent again, but not before 30 s have passed and two looks."""
    shared, playlist = await desk.lend()
    await desk.contribute(shared, *tracks[:3])
    desk.spotify.faults.add(Fault(POSTS, "reset_before"))
    await desk.calm()
    assert playlist.uris == [track.uri for track in tracks[:3]]
    first, second = desk.spotify.calls_to(POSTS)
    assert second.at - first.at >= timedelta(seconds=30)
    looks = desk.spotify.calls_to("GET /playlists/*/items")
    assert len(looks) >= 2
    assert all(first.at + timedelta(seconds=2) <= look.at <= second.at for look in looks)


async def test_late_effect_is_found(desk: Desk, tracks: list[Track]) -> None:
    """It works 25 s after the answer got lost: it is found, and not sent again."""
    shared, playlist = await desk.lend()
    await desk.contribute(shared, *tracks[:3])
    desk.spotify.faults.add(Fault(POSTS, "late", late_s=25))
    await desk.calm()
    assert playlist.uris == [track.uri for track in tracks[:3]]
    assert desk.posts() == 1


@pytest.mark.parametrize("takes_effect", [True, False])
async def test_killed_while_sending(desk: Desk, tracks: list[Track], *, takes_effect: bool) -> None:
    """A process that dies in the middle of a write leaves word of it: the next one looks before it sends anything."""
    shared, playlist = await desk.lend()
    accepted = await desk.contribute(shared, *tracks[:3])
    assert await desk.killed_in(POSTS, takes_effect=takes_effect)
    assert {await desk.state(one) for one in accepted} == {State.SENDING}
    desk.start_again("two")
    desk.clock.advance(31)
    await desk.calm()
    assert playlist.uris == [track.uri for track in tracks[:3]]
    assert {await desk.state(one) for one in accepted} == {State.LANDED}
    assert desk.posts() == (1 if takes_effect else 2)


async def test_another_list_hangs(desk: Desk, tracks: list[Track]) -> None:
    """What becomes due goes on in time, though Spotify does not answer about another list."""
    other, _ = await desk.lend("Other")
    (late,) = await desk.contribute(other, tracks[0])
    desk.spotify.faults.add(Fault(POSTS, "status"))
    await desk.dispatcher.work()
    shared, _ = await desk.lend()
    await desk.contribute(shared, tracks[1])
    held = desk.spotify.faults.add(Fault(POSTS, "latency"))
    work = asyncio.create_task(desk.dispatcher.work())
    await held.struck()
    async with asyncio.timeout(30):
        while await desk.state(late) is not State.LANDED:
            desk.clock.advance(1)
            desk.dispatcher.woken.set()  # as the clock does when it was moved
            await asyncio.sleep(0)
    held.release()
    await work


async def test_parked_after_three(desk: Desk, tracks: list[Track]) -> None:
    """After three rounds without an answer or an effect it is parked, and what follows waits, to keep the order."""
    shared, playlist = await desk.lend()
    (one,) = await desk.contribute(shared, tracks[0])
    desk.spotify.faults.add(Fault(POSTS, "status", times=3))
    await desk.calm()
    assert await desk.state(one) is State.PARKED
    assert (await desk.stores.journals.of(shared.list_id)).total is None  # it may come later
    (two,) = await desk.contribute(shared, tracks[1])
    desk.start_again("two")
    await desk.calm()
    assert playlist.uris == []
    assert await desk.state(two) is State.QUEUED
    waiting = await desk.dispatcher.state_of(shared)
    assert waiting is not None
    assert waiting.why is Why.PARKED
    assert desk.posts() == 3
    happened = [event.happening for event in (await desk.stores.history.page(shared.list_id, limit=9)).events]
    assert Happening.PARKED in happened


async def test_rate_limit(desk: Desk, tracks: list[Track]) -> None:
    """A 429 is waited for, also by another process; what was accepted can be withdrawn meanwhile, and order holds."""
    shared, playlist = await desk.lend()
    accepted = await desk.contribute(shared, *tracks[:3])
    desk.spotify.rate_limit(7_200)
    await desk.dispatcher.work()
    waiting = await desk.dispatcher.state_of(shared)
    assert waiting is not None
    assert (waiting.why, waiting.until) == (Why.RATE_LIMIT, desk.clock.now() + timedelta(hours=2))
    assert {await desk.state(one) for one in accepted} == {State.QUEUED}
    calls = len(desk.spotify.calls)
    desk.start_again("two")
    await desk.contribute(shared, tracks[3])
    desk.clock.advance(7_000)
    await desk.dispatcher.work()
    assert len(desk.spotify.calls) == calls
    await desk.calm()
    assert playlist.uris == [track.uri for track in tracks[:4]]


async def test_one_bad_uri(desk: Desk, tracks: list[Track]) -> None:
    """One that Spotify refuses is rejected alone; the others of its batch land in order, in few tries."""
    shared, playlist = await desk.lend()
    row: list[Track | str] = [*tracks[:29], "spotify:track:" + "0" * 22, *tracks[29:39]]
    accepted = await desk.contribute(shared, *row)
    await desk.calm()
    assert playlist.uris == [track.uri for track in tracks[:39]]
    assert await desk.state(accepted[29]) is State.REJECTED
    assert desk.posts() <= 12


async def test_released_elsewhere(desk: Desk, tracks: list[Track]) -> None:
    """Spotify put another release of the recording in: it is known by its ISRC, and what stands there is kept."""
    known = desk.spotify.known
    shared, playlist = await desk.lend("Tape", tracks[5])
    (one,) = await desk.contribute(shared, known.twice)
    desk.spotify.faults.add(Fault(POSTS, "reset_before"))
    await desk.dispatcher.work()
    playlist.add([known.twice_single.uri])
    await desk.calm()
    assert desk.posts() == 1
    assert (await desk.read(one)).uri == known.twice_single.uri


async def test_others_shorten_it(desk: Desk, tracks: list[Track]) -> None:
    """It is found although somebody took items out at the same time, so that it stands before the former end."""
    shared, playlist = await desk.lend("Tape", *tracks[10:40])
    await desk.contribute(shared, *tracks[:3])
    await desk.calm()
    await desk.contribute(shared, *tracks[3:6])
    held = desk.spotify.faults.add(Fault(POSTS, "reset_after"))
    await desk.dispatcher.work()
    assert held.hits == 1
    for track in tracks[10:22]:
        playlist.remove(track.uri)
    await desk.calm()
    assert desk.posts() == 2
    assert playlist.uris[-6:] == [track.uri for track in tracks[:6]]


async def test_same_track_again(desk: Desk, tracks: list[Track]) -> None:
    """The same track twice within a second is told apart: the second one, which got lost, is sent again."""
    shared, playlist = await desk.lend()
    await desk.contribute(shared, tracks[0])
    await desk.dispatcher.work()
    await desk.contribute(shared, tracks[0])
    desk.spotify.faults.add(Fault(POSTS, "reset_before"))
    await desk.calm()
    assert playlist.uris == [tracks[0].uri] * 2


async def test_exclusive(desk: Desk, tracks: list[Track]) -> None:
    """A big change has the list for itself; what is accepted meanwhile is written afterwards."""
    shared, playlist = await desk.lend()
    async with desk.dispatcher.exclusive(shared) as access:
        await desk.contribute(shared, tracks[0])
        await desk.dispatcher.work()
        assert playlist.uris == []
        with pytest.raises(ListBusyError):
            async with desk.dispatcher.exclusive(shared):
                pass
        await access.add([tracks[1].uri])
    await desk.dispatcher.work()
    assert playlist.uris == [tracks[1].uri, tracks[0].uri]


class TakenAtFirst:
    """Leases of which each can be had at the second try only: another process has it, and is soon done."""

    def __init__(self, leases: Leases) -> None:
        self._leases = leases
        self._tried: set[str] = set()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._leases, name)

    async def acquire(self, name: str, *args: Any) -> bool:
        if name not in self._tried:
            self._tried.add(name)
            return False
        return await self._leases.acquire(name, *args)


async def test_exclusive_waits(desk: Desk) -> None:
    """While another process has a short turn, a big change waits; a routine one leaves it for later."""
    desk.stores = replace(desk.stores, leases=cast("Leases", TakenAtFirst(desk.stores.leases)))
    desk.start_again()
    first, _ = await desk.lend("First")
    async with desk.dispatcher.exclusive(first) as access:
        await access.playlist()
    second, _ = await desk.lend("Second")
    with pytest.raises(ListBusyError):
        async with desk.lent().lease(second.list_id).held():
            pass


async def test_exclusive_is_overtaken(desk: Desk, tracks: list[Track]) -> None:
    """Who was away for longer than a turn lasts, and was overtaken by another process, can write nothing more."""
    shared, playlist = await desk.lend()
    other = desk.dispatcher
    async with other.exclusive(shared) as access:
        desk.clock.advance(31)
        desk.start_again("two")
        await desk.contribute(shared, tracks[0])
        await desk.dispatcher.work()
        with pytest.raises(ListBusyError):
            await access.add([tracks[1].uri])
    assert playlist.uris == [tracks[0].uri]


async def test_settled(desk: Desk, tracks: list[Track]) -> None:
    """Whoever waits for a contribution hears of it when it has landed, and at once when it has to wait."""
    shared, _ = await desk.lend()
    (one,) = await desk.contribute(shared, tracks[0])
    waiting = asyncio.create_task(desk.dispatcher.settled(one, 5))
    await desk.dispatcher.work()
    assert (await waiting).state is State.LANDED
    desk.spotify.rate_limit(600)
    (two,) = await desk.contribute(shared, tracks[1])
    waiting = asyncio.create_task(desk.dispatcher.settled(two, 5))
    await desk.dispatcher.work()
    assert (await waiting).state is State.QUEUED
    assert (await desk.dispatcher.settled(two, 0)).state is State.QUEUED


class Counted:
    """Contributions, and how often one was read."""

    def __init__(self, contributions: Contributions) -> None:
        self._contributions = contributions
        self.reads = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._contributions, name)

    async def get(self, guild_id: int, contribution_id: str) -> Contribution | None:
        self.reads += 1
        return await self._contributions.get(guild_id, contribution_id)


async def test_waiting_costs_little(desk: Desk, tracks: list[Track]) -> None:
    """A turn of another list has nobody read again what they wait for; one of the same list not the patient."""
    contributions = Counted(desk.stores.contributions)
    desk.stores = replace(desk.stores, contributions=cast("Contributions", contributions))
    desk.start_again()
    first, _ = await desk.lend("First")
    second, _ = await desk.lend("Second")
    held = desk.spotify.faults.add(Fault(f"POST /playlists/{first.playlist_id}/items", "latency"))
    (one,) = await desk.contribute(first, tracks[0])
    working = asyncio.create_task(desk.dispatcher.work())
    await held.struck()
    waiting = [
        asyncio.create_task(desk.dispatcher.settled(one, 60, patient=patient)) for patient in (True, False)
    ]
    (other,) = await desk.contribute(second, tracks[1])
    await desk.dispatcher.settled(other, 5)
    await asyncio.sleep(0.1)
    assert contributions.reads == len(waiting) + 2
    held.release()
    await working
    assert [(await settled).state for settled in waiting] == [State.LANDED, State.LANDED]


async def test_old_journal(desk: Desk) -> None:
    """A journal that somebody else has written to since cannot be written."""
    shared, _ = await desk.lend()
    async with desk.lent().lease(shared.list_id).held() as lease:
        assert await desk.stores.journals.swap(Journal(shared.list_id), Journal(shared.list_id))
        with pytest.raises(ListBusyError):
            await lease.note(total=3)


class Unreadable:
    """A store that cannot be asked which lists hold something, for now."""

    def __init__(self, journals: Journals) -> None:
        self._journals = journals
        self.away = False
        self.asked = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._journals, name)

    async def unsettled(self) -> tuple[str, ...]:
        self.asked += 1
        if self.away:
            raise StoreUnavailableError
        return await self._journals.unsettled()


async def test_a_failing_sweep(desk: Desk, tracks: list[Track], caplog: pytest.LogCaptureFixture) -> None:
    """When the lists cannot be looked through, what is being written goes on, and it is looked again soon."""
    journals = Unreadable(desk.stores.journals)
    desk.stores = replace(desk.stores, journals=cast("Journals", journals))
    desk.start_again()
    shared, playlist = await desk.lend()
    await desk.contribute(shared, tracks[0])
    held = desk.spotify.faults.add(Fault(POSTS, "latency"))
    working = asyncio.create_task(desk.dispatcher.work())
    await held.struck()
    journals.away = True
    desk.dispatcher.wake()  # look through all of them
    for _ in range(10):
        await asyncio.sleep(0)
    held.release()
    due = await working
    assert playlist.uris == [tracks[0].uri]
    assert desk.posts() == 1
    assert due is not None
    assert due - desk.clock.now() == SWEEP_AGAIN
    journals.away = False
    desk.clock.advance(SWEEP_AGAIN)
    asked = journals.asked
    await desk.dispatcher.work()
    assert journals.asked == asked + 1
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == [
        "couldn't check all lists (StoreUnavailableError)"
    ]
