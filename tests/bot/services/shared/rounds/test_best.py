"""A playlist with the best holds it once and in order, whatever request fails and wherever the bot is killed."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.errors import BotError
from bot.services.clock import Alarm
from bot.services.shared.core.access import Actor
from bot.services.shared.core.likes import recording_key
from bot.services.shared.core.playlists import SharedPlaylistChanges
from bot.services.shared.playlist_access.provisioning import Provisioning
from bot.services.shared.rounds.best import BestLists
from bot.services.shared.rounds.spans import Period
from bot.shared_errors import ListPausedError, NotAllowedError, NothingLikedError
from bot.spotify.errors import SpotifyError
from bot.stores.contributions import State
from bot.stores.due import DueKind
from bot.stores.likes import Like
from bot.stores.lists import ListStatus
from bot.stores.notices import NoticeKind
from sandbox.fake_spotify import Fault
from tests.bot.noticed import noticed
from tests.bot.services.shared.due_desk import look_at_all
from tests.bot.services.shared.rounds.rounds_desk import CURATOR
from tests.bot.services.shared.rounds.test_rounds_trouble import CALLS, KINDS, Countdown, Killed, mortal

if TYPE_CHECKING:
    from bot.services.shared.rounds.best import BestOutcome
    from bot.stores.lists import SharedPlaylist
    from sandbox.fake_spotify.catalogue import Track
    from sandbox.fake_spotify.faults import Kind
    from sandbox.fake_spotify.playlists import FakePlaylist
    from tests.bot.services.shared.outbox.outbox_desk import Desk

CHANNEL = 77


def best_lists(desk: Desk) -> BestLists:
    stores, now = desk.stores, desk.clock.now
    return BestLists(
        stores,
        desk.dispatcher,
        Provisioning(desk.keeper, desk.client, desk.lent(), stores.lists, stores.values),
        changes=SharedPlaylistChanges(stores.lists, desk.schedule, now=now),
        schedule=desk.schedule,
        noted=Alarm(),
        now=now,
    )


async def like(desk: Desk, shared: SharedPlaylist, *likes: int) -> None:
    """So many members like each, in the order they are in."""
    held = await desk.stores.contributions.in_state(shared.list_id, {State.LANDED}, limit=99)
    for one, many in zip(held, likes, strict=False):
        for member_id in range(100, 100 + many):
            key = recording_key(one)
            await desk.stores.likes.put(
                Like(shared.list_id, key, member_id, one.contribution_id, desk.clock.now())
            )


async def refresh(
    desk: Desk, best: BestLists, shared: SharedPlaylist, period: Period = Period.ALL, most: int = 25
) -> BestOutcome:
    fresh = await desk.stores.lists.by_id(shared.list_id)
    assert fresh
    return await best.refresh(fresh, CURATOR, period, most, CHANNEL)


def made(desk: Desk, name: str) -> list[FakePlaylist]:
    return [each for each in desk.spotify.playlists_of("ada") if each.name == name]


def writes(desk: Desk) -> int:
    return sum(call.method != "GET" for call in desk.spotify.calls)


async def calm(desk: Desk, best: BestLists) -> None:
    """Until nothing is left to do."""
    for _ in range(30):
        due = [await best.look_after(shared.list_id) for shared in await desk.stores.lists.open()]
        later = [moment for moment in due if moment is not None]
        if not later:
            return
        await desk.wait_until(max(later))
        desk.clock.advance(1)
    raise AssertionError("it doesn't come to an end")


async def test_made_and_refreshed(both: Desk, tracks: list[Track]) -> None:
    """Most liked first, of equals the oldest; refreshed, only the difference is written, into the same playlist."""
    best = best_lists(both)
    shared, _ = await both.lend("Tape", *tracks[:6])
    await like(both, shared, 1, 3, 0, 1, 2)
    outcome = await refresh(both, best, shared)
    (playlist,) = made(both, "Best of Tape")
    assert playlist.uris == [tracks[n].uri for n in (1, 4, 0, 3)]
    assert (outcome.playlist_id, outcome.added, outcome.gone) == (playlist.id, 4, 0)
    stays = {entry.uri: entry.added_at for entry in playlist.items}
    before = writes(both)
    assert (await refresh(both, best, shared)).added == 0
    assert writes(both) == before
    both.clock.advance(60)
    await like(both, shared, 0, 0, 0, 0, 4, 1)
    again = await refresh(both, best, shared, most=3)
    assert playlist.uris == [tracks[n].uri for n in (4, 1, 0)]
    assert {uri: stays[uri] for uri in playlist.uris} == {one.uri: one.added_at for one in playlist.items}
    assert (again.added, again.gone) == (0, 1)
    assert len(made(both, "Best of Tape")) == 1
    assert await best.contents(shared, "all") == tuple(playlist.uris)


async def test_each_span_has_its_own(desk: Desk, tracks: list[Track]) -> None:
    """The best of a round and the best of all are two playlists."""
    best = best_lists(desk)
    shared, _ = await desk.lend("Tape", *tracks[:3])
    await like(desk, shared, 1, 2)
    await refresh(desk, best, shared)
    await refresh(desk, best, shared, Period.ROUND)
    (of_all,), (of_round,) = made(desk, "Best of Tape"), made(desk, "Best of Tape · round 1")
    assert of_all.uris == of_round.uris == [tracks[1].uri, tracks[0].uri]
    fresh = await desk.stores.lists.by_id(shared.list_id)
    assert fresh
    assert {one.span: one.playlist_id for one in fresh.best} == {"all": of_all.id, "round 1": of_round.id}


async def test_who_and_when(desk: Desk, tracks: list[Track]) -> None:
    """Only managers; not while it's paused, and not where nobody likes anything: then nothing is made."""
    best = best_lists(desk)
    shared, _ = await desk.lend("Tape", *tracks[:3])
    with pytest.raises(NothingLikedError):
        await refresh(desk, best, shared)
    await like(desk, shared, 1)
    with pytest.raises(NothingLikedError):
        await refresh(desk, best, shared, Period.LAST_YEAR)
    with pytest.raises(NotAllowedError):
        await best.refresh(shared, Actor(5), Period.ALL, 5, None)
    with pytest.raises(ListPausedError):
        await best.refresh(replace(shared, status=ListStatus.PAUSED), CURATOR, Period.ALL, 5, None)
    assert writes(desk) == 0


@pytest.mark.parametrize("times", [1, None])
async def test_lost_playlist(desk: Desk, tracks: list[Track], times: int | None) -> None:
    """If Spotify no longer knows its playlist, a new one is made; a passing 404 makes none."""
    best = best_lists(desk)
    shared, _ = await desk.lend("Tape", *tracks[:3])
    await like(desk, shared, 1, 2)
    first = (await refresh(desk, best, shared)).playlist_id
    desk.spotify.faults.add(Fault(match=f"GET /playlists/{first}*", kind="status", status=404, times=times))
    assert (await refresh(desk, best, shared)).goes_on_at is not None
    await calm(desk, best)
    fresh = await desk.stores.lists.by_id(shared.list_id)
    assert fresh
    assert len(fresh.best) == 1
    assert (fresh.best[0].playlist_id == first) is (times == 1)
    assert desk.spotify.playlist(fresh.best[0].playlist_id).uris == [tracks[1].uri, tracks[0].uri]


async def test_refused_items(desk: Desk, tracks: list[Track]) -> None:
    """What Spotify no longer accepts is left out, and that is told."""
    best = best_lists(desk)
    shared, _ = await desk.lend("Tape", *tracks[:3])
    await like(desk, shared, 1, 3, 2)
    desk.spotify.lose(tracks[2].uri)
    outcome = await refresh(desk, best, shared)
    (playlist,) = made(desk, "Best of Tape")
    assert playlist.uris == [tracks[1].uri, tracks[0].uri]
    assert outcome.left_out == 1


@pytest.mark.parametrize("fault", KINDS)
@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("again", [False, True])
async def test_any_request_fails(
    desk: Desk, tracks: list[Track], call: str, fault: Kind, *, again: bool
) -> None:
    """Before and after its effect, late, or with 429: in the end it's right, once, whether made or refreshed."""
    best = best_lists(desk)
    shared, _ = await desk.lend("Tape", *tracks[:5])
    await like(desk, shared, 2, 1, 3)
    if again:
        await refresh(desk, best, shared)
        desk.clock.advance(60)
        await like(desk, shared, 0, 6, 0, 5)
    desk.spotify.faults.add(Fault(match=call, kind=fault, retry_after=600))
    with suppress(SpotifyError, BotError):
        await refresh(desk, best, shared, most=3)
    await calm(desk, best)
    desk.clock.advance(601)
    with suppress(SpotifyError, BotError):
        await refresh(desk, best, shared, most=3)  # where the first failed before it did anything
    await calm(desk, best)
    (playlist,) = made(desk, "Best of Tape")
    wanted = (1, 3, 2) if again else (2, 0, 1)
    assert playlist.uris == [tracks[n].uri for n in wanted]


@pytest.mark.parametrize("before", [True, False])
async def test_killed_anywhere(desk: Desk, tracks: list[Track], *, before: bool) -> None:
    """Killed at each change of the database in turn, the next process finishes what was begun, and says so once."""
    stores = desk.stores
    for step in range(40):
        countdown = Countdown(before=before)
        desk.stores = mortal(stores, countdown)
        desk.start_again(f"first {step}")
        name = f"Tape {step}"
        shared, _ = await desk.lend(name, *tracks[:4])
        await like(desk, shared, 1, 2, 0, 3)
        best = best_lists(desk)
        countdown.left = step
        died = False
        try:
            await refresh(desk, best, shared)
        except Killed:
            died = True
        countdown.left = 10**9
        desk.stores = stores
        desk.start_again(f"second {step}")
        best = best_lists(desk)
        desk.clock.advance(61)  # leases run out
        begun = await stores.values.get(f"best:{shared.list_id}")
        if begun:
            assert shared.list_id in await stores.due.lists_with(DueKind.BEST)
        await look_at_all(DueKind.BEST, stores, best.look_after, desk.clock.now)
        await calm(desk, best)
        playlists = made(desk, f"Best of {name}")
        if begun:
            (playlist,) = playlists
            assert playlist.uris == [tracks[n].uri for n in (3, 1, 0)]
            told = [one for one in await noticed(stores, NoticeKind.BEST) if one.list_id == shared.list_id]
            assert [one.channel_ids for one in told] == [(CHANNEL,)]
        if not died:
            assert step > 5
            assert len(playlists) == 1
            return
    raise AssertionError("it goes on and on")
