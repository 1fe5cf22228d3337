"""Rounds end exactly once, whatever request fails and wherever the bot is killed."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.errors import BotError
from bot.spotify.errors import SpotifyError
from bot.stores.history import Happening
from bot.stores.lists import RoundKind
from sandbox.fake_spotify import Fault
from tests.bot.services.shared.outbox.outbox_desk import POSTS
from tests.bot.services.shared.rounds.rounds_desk import RoundsDesk, make

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.stores import Stores
    from bot.stores.lists import SharedPlaylist
    from sandbox.fake_spotify.catalogue import Track
    from sandbox.fake_spotify.faults import Kind
    from tests.bot.services.shared.outbox.outbox_desk import Desk

KINDS: list[Kind] = ["reset_before", "reset_after", "late", "truncated", "status", "rate_limit"]
CALLS = ["POST /playlists/*/items", "POST /me/playlists", "DELETE /playlists/*/items", "GET /playlists/*"]


class Killed(BaseException):
    """kill -9, as seen from inside."""


@dataclass
class Countdown:
    """How many changes of the database are left to live."""

    left: int = 10**9
    before: bool = False

    def step(self, *, before: bool) -> None:
        if self.before is before:
            self.left -= 1
            if self.left < 0:
                raise Killed


class Mortal:
    """A store that works as it should, until the countdown ends: then the process is gone."""

    def __init__(self, store: object, countdown: Countdown) -> None:
        self._store = store
        self._countdown = countdown

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self._store, name)
        if name not in {"put", "swap", "append", "add"}:
            return method  # type: ignore[no-any-return] # of the store

        async def counted(*args: Any, **named: Any) -> Any:
            self._countdown.step(before=True)
            answer = await method(*args, **named)
            self._countdown.step(before=False)
            return answer

        return counted


def mortal(stores: Stores, countdown: Countdown) -> Stores:
    def wrap(store: object) -> Any:
        return Mortal(store, countdown)

    return replace(
        stores,
        lists=wrap(stores.lists),
        contributions=wrap(stores.contributions),
        history=wrap(stores.history),
        snapshots=wrap(stores.snapshots),
        values=wrap(stores.values),
        journals=wrap(stores.journals),
    )


async def ended_once(rounds: RoundsDesk, shared: SharedPlaylist, before: list[str], kind: RoundKind) -> None:
    """What was in is in the archive or in the former playlist, once and in order; the round was told once."""
    fresh = await rounds.fresh(shared)
    assert fresh.round_no == 2
    former = (await rounds.rounds.former(shared))[0]
    assert former.number == 1
    assert rounds.at(former.playlist_id).uris == before
    assert rounds.at(fresh.playlist_id).uris == []
    assert await rounds.inside(shared) == []
    if kind is RoundKind.ARCHIVE:
        assert former.playlist_id == fresh.archive_id
        assert fresh.playlist_id == shared.playlist_id
    else:
        assert former.playlist_id == shared.playlist_id != fresh.playlist_id
    mine = [each.name for each in rounds.desk.spotify.playlists_of("ada")]
    made = rounds.at(fresh.archive_id if kind is RoundKind.ARCHIVE else fresh.playlist_id).name
    assert mine.count(made) == 1
    told = await rounds.drift.events(shared, 1_000)
    assert [event.happening for event in told].count(Happening.ROUND) == 1
    assert not {Happening.MISSED, Happening.FOUND} & {event.happening for event in told}


@pytest.mark.parametrize("kind", RoundKind)
@pytest.mark.parametrize("fault", KINDS)
@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("after", [0, 1])
async def test_any_request_fails(  # noqa: PLR0917 - what is combined
    desk: Desk, tracks: list[Track], call: str, fault: Kind, kind: RoundKind, after: int
) -> None:
    """Before and after its effect, late, or with 429: nothing is lost, nothing is doubled."""
    rounds = make(desk)
    size = 101 if after and call == CALLS[0] else 4  # two requests into the archive, or one
    shared, playlist = await desk.lend("Tape", *tracks[:size])
    await rounds.set(shared, round_kind=kind)
    before = playlist.uris
    desk.spotify.faults.add(Fault(match=call, kind=fault, after=after, retry_after=600))
    while (await rounds.fresh(shared)).round_no == 1:
        with suppress(SpotifyError, BotError):
            await rounds.rotate(shared)
        await rounds.calm()
        await desk.wait_until(desk.clock.now() + timedelta(minutes=11))
    await rounds.calm()
    await ended_once(rounds, shared, before, kind)


@pytest.mark.parametrize("kind", RoundKind)
@pytest.mark.parametrize("before", [True, False])
async def test_killed_anywhere(desk: Desk, tracks: list[Track], kind: RoundKind, *, before: bool) -> None:
    """Killed at each change of the database in turn, the next process brings the round to its one end."""
    stores = desk.stores
    for step in range(60):
        countdown = Countdown(before=before)
        desk.stores = mortal(stores, countdown)
        desk.start_again(f"first {step}")
        rounds = make(desk)
        shared, playlist = await desk.lend(f"Tape {step}", *tracks[:7])
        await rounds.set(shared, round_kind=kind)
        held = playlist.uris
        countdown.left = step
        died = False
        try:
            await rounds.rotate(shared)
            await rounds.calm()
        except Killed:
            died = True
        countdown.left = 10**9
        desk.stores = stores
        desk.start_again(f"second {step}")
        rounds = make(desk)
        desk.clock.advance(31)  # leases run out
        await asyncio.sleep(0)
        await rounds.calm()
        if (await rounds.fresh(shared)).round_no == 1:  # it had not begun
            assert playlist.uris == held
            await rounds.rotate(shared)
            await rounds.calm()
        await ended_once(rounds, shared, held, kind)
        if not died:
            assert step > 10
            return
    raise AssertionError("it goes on and on")


async def test_the_archive_is_gone(desk: Desk, tracks: list[Track]) -> None:
    """An archive that Spotify no longer knows is made anew."""
    rounds = make(desk)
    shared, _ = await desk.lend("Tape", tracks[0])
    await rounds.rotate(shared)
    await rounds.calm()
    first = (await rounds.fresh(shared)).archive_id
    await desk.contribute(shared, tracks[1])
    await rounds.calm()
    desk.spotify.faults.add(Fault(match=f"GET /playlists/{first}*", kind="status", status=404, times=None))
    await rounds.rotate(shared)
    await rounds.calm()
    assert (await rounds.fresh(shared)).archive_id != first
    assert await rounds.archived(shared) == [tracks[1].uri]


async def test_the_archive_is_missed_once(desk: Desk, tracks: list[Track]) -> None:
    """A passing 404 makes no second archive: the round goes on a moment later, in the same one."""
    rounds = make(desk)
    shared, playlist = await desk.lend("Tape", tracks[0])
    await rounds.rotate(shared)
    await rounds.calm()
    first = (await rounds.fresh(shared)).archive_id
    await desk.contribute(shared, tracks[1])
    await rounds.calm()
    desk.spotify.faults.add(Fault(match=f"GET /playlists/{first}*", kind="status", status=404))
    assert (await rounds.rotate(shared)).goes_on_at is not None
    await rounds.calm()
    assert (await rounds.fresh(shared)).archive_id == first
    assert await rounds.archived(shared) == [tracks[0].uri, tracks[1].uri]
    assert playlist.uris == []


async def test_refused_items_stay(desk: Desk, tracks: list[Track]) -> None:
    """What Spotify does not take into the archive stays in the list; all else moves."""
    rounds = make(desk)
    shared, playlist = await desk.lend("Tape", *tracks[:9])
    gone = tracks[4].uri
    desk.spotify.lose(gone)
    await rounds.rotate(shared)
    await rounds.calm()
    assert playlist.uris == [gone]
    assert await rounds.archived(shared) == [track.uri for track in tracks[:9] if track.uri != gone]


@pytest.mark.parametrize("dead", [1, 20, 21, 22])
async def test_most_are_withdrawn(desk: Desk, tracks: list[Track], dead: int) -> None:
    """However many the label has withdrawn: the others move, the round ends, and the rest is named and stays."""
    rounds = make(desk)
    shared, playlist = await desk.lend("Tape", *tracks[:22])
    uris = playlist.uris
    for uri in uris[:dead]:
        desk.spotify.lose(uri)
    outcome = await rounds.rotate(shared)
    await rounds.calm()
    assert (list(outcome.stayed), outcome.moved, outcome.goes_on_at) == (uris[:dead], 22 - dead, None)
    assert playlist.uris == uris[:dead]
    assert await rounds.archived(shared) == uris[dead:]
    assert (await rounds.fresh(shared)).round_no == 2


async def test_refused_ones_are_asked_about_once(desk: Desk, tracks: list[Track]) -> None:
    """A round that stops midway does not ask again about what Spotify refused before."""
    rounds = make(desk)
    shared, playlist = await desk.lend("Tape", *tracks[:60])
    uris = playlist.uris
    for uri in uris[:12]:
        desk.spotify.lose(uri)
    desk.spotify.faults.add(Fault(POSTS, "rate_limit", retry_after=60, after=32))
    assert (await rounds.rotate(shared)).goes_on_at is not None
    before = desk.posts()
    await rounds.calm()
    assert await rounds.archived(shared) == uris[12:]
    assert playlist.uris == uris[:12]
    assert desk.posts() - before < 18


async def test_the_archive_is_full(desk: Desk, tracks: list[Track]) -> None:
    """Where the archive has no room for a round, another archive begins; the former one stays as it is."""
    rounds = make(desk)
    shared, playlist = await desk.lend("Tape", tracks[0])
    await rounds.rotate(shared)
    await rounds.calm()
    first = (await rounds.fresh(shared)).archive_id
    rounds.at(first).add([tracks[150].uri] * 9_997)
    await desk.contribute(shared, *tracks[1:6])
    await rounds.calm()
    await rounds.rotate(shared)
    await rounds.calm()
    assert (await rounds.fresh(shared)).archive_id != first
    assert await rounds.archived(shared) == [track.uri for track in tracks[1:6]]
    assert len(rounds.at(first).uris) == 9_998
    assert playlist.uris == []


async def test_the_archive_is_full_earlier(desk: Desk, tracks: list[Track]) -> None:
    """Where Spotify calls it full before we do, what does not fit stays and is named; the round ends."""
    rounds = make(desk)
    shared, playlist = await desk.lend("Tape", *tracks[:6])
    full = '{"error": {"status": 403, "message": "Playlist size limit reached"}}'
    desk.spotify.faults.add(Fault(POSTS, "status", status=403, body=full, times=None, after=0))
    outcome = await rounds.rotate(shared)
    desk.spotify.faults.clear()
    await rounds.calm()
    assert list(outcome.stayed) == playlist.uris == [track.uri for track in tracks[:6]]
    assert (await rounds.fresh(shared)).round_no == 2


@pytest.mark.parametrize("kind", RoundKind)
async def test_asked_for_again(desk: Desk, tracks: list[Track], kind: RoundKind) -> None:
    """/shared rotate on an unfinished round whose first read fails forgets nothing of what was done before."""
    rounds = make(desk)
    shared, playlist = await desk.lend("Tape", *tracks[:4])
    await rounds.set(shared, round_kind=kind)
    before = playlist.uris
    lost = POSTS if kind is RoundKind.ARCHIVE else "POST /me/playlists"
    desk.spotify.faults.add(Fault(lost, "reset_after"))
    if kind is RoundKind.NEW_PLAYLIST:  # nor is it found at once among the account's playlists
        desk.spotify.faults.add(Fault("GET /me/playlists", "status", times=3))
    assert (await rounds.rotate(shared)).goes_on_at is not None
    desk.clock.advance(timedelta(minutes=2))
    read = "GET /playlists/*/items" if kind is RoundKind.ARCHIVE else "GET /me/playlists"
    desk.spotify.faults.add(Fault(read, "status", times=3))  # as often as it is tried
    with suppress(SpotifyError):
        assert (await rounds.rotate(shared)).goes_on_at is not None
    assert await rounds.records.under_way(shared.list_id) is not None
    desk.spotify.faults.clear()
    desk.clock.advance(timedelta(minutes=5))
    await rounds.rotate(shared)
    await rounds.calm()
    await ended_once(rounds, shared, before, kind)


async def test_another_process_waits(desk: Desk, tracks: list[Track]) -> None:
    """A round cut off in a request goes on only when that shows or never will; nobody can hurry it."""
    rounds = make(desk)
    shared, playlist = await desk.lend("Tape", *tracks[:4])
    before = playlist.uris
    held = desk.spotify.faults.add(Fault(POSTS, "latency"))
    desk.spotify.faults.add(Fault(POSTS, "late", late_s=20))
    answered = asyncio.Event()
    desk.spotify.listeners.append(answered.set)
    running = asyncio.create_task(rounds.rotate(shared))
    await held.struck()
    await rounds.rounds.close()  # the lease is given back at once
    with suppress(asyncio.CancelledError):
        await running
    answered.clear()
    held.release()
    await answered.wait()
    rounds.start_again()
    await rounds.work()
    assert (await rounds.rotate(shared)).goes_on_at is not None
    await rounds.calm()
    await ended_once(rounds, shared, before, RoundKind.ARCHIVE)
