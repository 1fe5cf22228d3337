"""Rounds end once: what was in goes to the archive, or stays in its playlist while a new one begins."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

import pytest

from bot.services.shared.core.likes import recording_key
from bot.shared_errors import ListChangedError, ListOutOfReachError, ListPausedError, NotAllowedError
from bot.stores.contributions import Ballot, BallotKind, Leave, State
from bot.stores.history import Happening
from bot.stores.likes import Like
from bot.stores.lists import ListStatus, RoundKind, Rounds, WhenFull
from sandbox.fake_spotify.playlists import LocalFile
from tests.bot.services.shared.faster import Faster
from tests.bot.services.shared.outbox.outbox_desk import OWNER
from tests.bot.services.shared.reconciliation.reconciliation_desk import MEMBER
from tests.bot.services.shared.rounds.rounds_desk import CURATOR, RoundsDesk, make

if TYPE_CHECKING:
    from sandbox.fake_spotify.catalogue import Track
    from tests.bot.services.shared.outbox.outbox_desk import Desk

LOCAL = LocalFile("Ada", "Kitchen", "Take 3", 184)


@pytest.fixture
def rounds(desk: Desk) -> RoundsDesk:
    return make(desk)


async def test_into_the_archive(rounds: RoundsDesk, tracks: list[Track]) -> None:
    """Everything moves to a new private playlist of the owner's, in order; local files stay; a round begins."""
    shared, playlist = await rounds.desk.lend("Tape", *tracks[:3])
    await rounds.desk.contribute(shared, *tracks[3:5])
    await rounds.desk.calm()
    playlist.add_local_file(LOCAL)
    playlist.add([tracks[5].uri])
    began = rounds.desk.clock.now()
    outcome = await rounds.rotate(shared)
    await rounds.calm()
    assert outcome.moved == 6
    shared = await rounds.fresh(shared)
    archive = rounds.at(shared.archive_id)
    assert archive.uris == [track.uri for track in tracks[:6]]
    assert (archive.name, archive.public, archive.owner.name) == ("Tape · archive", False, "ada")
    assert [entry.local for entry in playlist.items] == [LOCAL]
    assert (shared.round_no, shared.round_began) == (2, began)
    left = await rounds.desk.stores.contributions.of_uris(
        shared.list_id, {tracks[4].uri, tracks[5].uri}, {State.REMOVED}
    )
    assert [one.leave for one in left] == [Leave.ROUND] * 2
    told = await rounds.drift.events(shared)
    assert [event.detail for event in told if event.happening is Happening.ROUND] == [
        {"number": 2, "count": 7, "before": 2}
    ]
    (former,) = await rounds.rounds.former(shared)
    assert (former.number, former.playlist_id, former.count) == (1, archive.id, 7)
    snapshots = await rounds.desk.stores.snapshots.of_list(shared.list_id)
    assert 7 in {info.count for info in snapshots}


async def test_next_rounds_share_the_archive(rounds: RoundsDesk, tracks: list[Track]) -> None:
    """The second round is put behind the first; a track that came back is there twice."""
    shared, playlist = await rounds.desk.lend("Tape", *tracks[:3])
    await rounds.rotate(shared)
    await rounds.calm()
    await rounds.desk.contribute(shared, tracks[0], tracks[7])
    await rounds.desk.calm()
    await rounds.rotate(shared)
    await rounds.calm()
    assert await rounds.archived(shared) == [tracks[n].uri for n in (0, 1, 2, 0, 7)]
    assert playlist.uris == []
    assert [former.number for former in await rounds.rounds.former(shared)] == [2, 1]


async def test_requests(rounds: RoundsDesk, tracks: list[Track]) -> None:
    """A round of 150 items takes two requests into the archive, and two out of the list."""
    shared, _ = await rounds.desk.lend("Tape", *tracks[:150])
    rounds.desk.spotify.calls.clear()
    await rounds.rotate(shared)
    await rounds.calm()
    assert len(rounds.desk.spotify.calls_to("POST /playlists/*/items")) == 2
    assert len(rounds.desk.spotify.calls_to("DELETE /playlists/*/items")) == 2
    assert len(rounds.desk.spotify.calls_to("GET *")) <= 10


async def test_into_a_new_playlist(rounds: RoundsDesk, tracks: list[Track]) -> None:
    """The former playlist stays as it is; what is accepted later goes into the new one, also what waited."""
    shared, playlist = await rounds.desk.lend("Tape", *tracks[:3])
    await rounds.set(shared, round_kind=RoundKind.NEW_PLAYLIST)
    waiting = await rounds.desk.contribute(shared, tracks[4])
    outcome = await rounds.rotate(shared)
    await rounds.desk.contribute(shared, tracks[0])
    await rounds.calm()
    fresh = await rounds.fresh(shared)
    new = rounds.at(fresh.playlist_id)
    assert outcome.shared.playlist_id == new.id != playlist.id
    assert (new.name, new.public) == ("Tape · round 2", True)
    assert playlist.uris == [track.uri for track in tracks[:3]]
    assert new.uris == [tracks[4].uri, tracks[0].uri]
    assert await rounds.inside(shared) == new.uris
    assert await rounds.desk.state(waiting[0]) is State.LANDED
    (former,) = await rounds.rounds.former(shared)
    assert former.playlist_id == playlist.id
    assert await rounds.drift.drift.check(fresh) is None
    assert "missed" not in await rounds.drift.told(shared)


async def test_two_new_playlists(rounds: RoundsDesk, tracks: list[Track]) -> None:
    """Each round has its own; all of them are remembered."""
    shared, playlist = await rounds.desk.lend("Tape", tracks[0])
    await rounds.set(shared, round_kind=RoundKind.NEW_PLAYLIST)
    await rounds.rotate(shared)
    second = (await rounds.fresh(shared)).playlist_id
    await rounds.desk.contribute(shared, tracks[1])
    await rounds.calm()
    await rounds.rotate(shared)
    await rounds.calm()
    former = await rounds.rounds.former(shared)
    assert [each.playlist_id for each in former] == [second, playlist.id]
    assert rounds.at(second).uris == [tracks[1].uri]


@pytest.mark.parametrize("kind", RoundKind)
async def test_nothing_was_in(rounds: RoundsDesk, kind: RoundKind) -> None:
    """An empty round ends without anything being made or moved."""
    shared, playlist = await rounds.desk.lend("Tape")
    await rounds.set(shared, round_kind=kind)
    await rounds.rotate(shared)
    await rounds.calm()
    fresh = await rounds.fresh(shared)
    assert (fresh.round_no, fresh.playlist_id, fresh.archive_id) == (2, playlist.id, None)
    assert rounds.desk.spotify.calls_to("POST /me/playlists") == []


async def test_by_the_calendar(rounds: RoundsDesk, tracks: list[Track]) -> None:
    """A week after the last one, once, also when two processes look at the same moment, and weeks late."""
    shared, playlist = await rounds.desk.lend("Tape", *tracks[:3])
    await rounds.set(shared, rounds=Rounds.WEEKLY, time_zone="Europe/Stockholm")
    await rounds.work()
    assert (await rounds.fresh(shared)).round_no == 1
    await rounds.desk.wait_until(rounds.desk.clock.now() + timedelta(days=20))
    other = make(rounds.desk, rounds.drift)
    await asyncio.gather(rounds.work(), other.work())
    for _ in range(3):
        await rounds.calm()
    assert (await rounds.fresh(shared)).round_no == 2
    assert playlist.uris == []
    assert await rounds.archived(shared) == [track.uri for track in tracks[:3]]


async def test_paused_lists_wait(rounds: RoundsDesk, tracks: list[Track]) -> None:
    """A paused list's round ends once it is resumed."""
    shared, playlist = await rounds.desk.lend("Tape", tracks[0])
    shared = await rounds.set(shared, rounds=Rounds.WEEKLY)
    paused = await rounds.desk.stores.lists.swap(shared, replace(shared, status=ListStatus.PAUSED))
    assert paused is not None
    with pytest.raises(ListPausedError):
        await rounds.rotate(shared)
    await rounds.desk.wait_until(rounds.desk.clock.now() + timedelta(days=9))
    await rounds.calm()
    assert playlist.uris == [tracks[0].uri]
    await rounds.desk.stores.lists.swap(paused, replace(paused, status=ListStatus.ACTIVE))
    await rounds.calm()
    assert playlist.uris == []


async def test_who_and_when(rounds: RoundsDesk, tracks: list[Track]) -> None:
    """Only managers end a round, and only the one they were shown."""
    shared, playlist = await rounds.desk.lend("Tape", *tracks[:2])
    with pytest.raises(NotAllowedError):
        await rounds.rounds.preview(shared, MEMBER)
    with pytest.raises(NotAllowedError):
        await rounds.rounds.rotate(shared, MEMBER, 1)
    preview = await rounds.rounds.preview(shared, CURATOR)
    assert (preview.items, preview.next_end) == (2, None)
    with pytest.raises(ListChangedError):
        await rounds.rounds.rotate(shared, CURATOR, 2)
    assert len(playlist.uris) == 2
    twice = [rounds.rounds.rotate(shared, CURATOR, 1) for _ in range(5)]
    done = await asyncio.gather(*twice, return_exceptions=True)
    await rounds.calm()
    assert sum(not isinstance(each, BaseException) for each in done) == 1
    assert (await rounds.fresh(shared)).round_no == 2
    assert len(await rounds.archived(shared)) == 2


async def test_without_the_owner(rounds: RoundsDesk, tracks: list[Track]) -> None:
    """Without the owner's consent nothing begins, and it can be asked for again."""
    shared, playlist = await rounds.desk.lend("Tape", tracks[0])
    await rounds.desk.stores.accounts.unlink(OWNER)
    with pytest.raises(ListOutOfReachError):
        await rounds.rotate(shared)
    assert (await rounds.fresh(shared)).round_no == 1
    await rounds.desk.link()
    await rounds.rotate(shared)
    await rounds.calm()
    assert playlist.uris == []


async def test_changed_in_that_moment(both: Desk, tracks: list[Track]) -> None:
    """What somebody changes in the moment its round ends goes along all the same."""
    faster = Faster(both.stores.contributions)
    both.stores = replace(both.stores, contributions=cast("Any", faster))
    both.start_again()
    rounds = make(both)
    shared, playlist = await both.lend("Tape", *tracks[:2])
    faster.change = lambda now: replace(now, channel_id=5)
    outcome = await rounds.rotate(shared)
    await rounds.calm()
    assert (outcome.moved, faster.came) == (2, True)
    assert playlist.uris == []
    gone = await both.stores.contributions.in_state(shared.list_id, {State.REMOVED}, limit=9)
    assert [one.channel_id for one in gone] == [5, None]


async def test_the_oldest_make_room(rounds: RoundsDesk, tracks: list[Track]) -> None:
    """Beyond its size a list gives its oldest to the archive; the round goes on."""
    shared, playlist = await rounds.desk.lend("Tape", *tracks[:4])
    await rounds.set(shared, most_items=4, when_full=WhenFull.DROP_OLDEST)
    await rounds.desk.contribute(shared, *tracks[4:6])
    await rounds.desk.calm()
    await rounds.calm()
    assert playlist.uris == [track.uri for track in tracks[2:6]]
    assert await rounds.archived(shared) == [track.uri for track in tracks[:2]]
    assert (await rounds.fresh(shared)).round_no == 1
    left = await rounds.desk.stores.contributions.of_uris(shared.list_id, {tracks[0].uri}, {State.REMOVED})
    assert [one.leave for one in left] == [Leave.DROPPED]


async def test_the_least_liked_make_room(rounds: RoundsDesk, tracks: list[Track]) -> None:
    """Or those with the fewest votes, of them the oldest."""
    shared, playlist = await rounds.desk.lend("Tape", *tracks[:5])
    held = await rounds.desk.stores.contributions.in_state(shared.list_id, {State.LANDED}, limit=9)
    now = rounds.desk.clock.now()
    for one, (yes, no) in zip(held, [(5, 0), (4, 1), (3, 2), (4, 3), (9, 9)], strict=True):
        ballot = Ballot(1, BallotKind.VOTE_IN, 1, now, now, open=False, yes=yes, no=no)
        await rounds.desk.stores.contributions.swap(one, replace(one, ballot=ballot))
    await rounds.set(shared, most_items=2, when_full=WhenFull.DROP_LOWEST)
    await rounds.calm()
    assert playlist.uris == [tracks[0].uri, tracks[1].uri]
    assert await rounds.archived(shared) == [tracks[n].uri for n in (4, 2, 3)]


async def test_likes_before_votes(rounds: RoundsDesk, tracks: list[Track]) -> None:
    """What hardly anybody likes makes room first, whatever the votes; those with as many likes go by votes."""
    shared, playlist = await rounds.desk.lend("Tape", *tracks[:5])
    stores = rounds.desk.stores
    held = await stores.contributions.in_state(shared.list_id, {State.LANDED}, limit=9)
    now = rounds.desk.clock.now()
    for one, (likes, yes) in zip(held, [(2, 0), (0, 9), (1, 1), (0, 8), (1, 0)], strict=True):
        ballot = Ballot(1, BallotKind.VOTE_IN, 1, now, now, open=False, yes=yes)
        changed = await stores.contributions.swap(one, replace(one, ballot=ballot))
        assert changed
        for member_id in range(likes):
            key = recording_key(changed)
            await stores.likes.put(Like(shared.list_id, key, 100 + member_id, one.contribution_id, now))
    await rounds.set(shared, most_items=2, when_full=WhenFull.DROP_LOWEST)
    await rounds.calm()
    assert playlist.uris == [tracks[0].uri, tracks[2].uri]
    assert await rounds.archived(shared) == [tracks[n].uri for n in (3, 1, 4)]


async def test_a_yes_to_removal_is_no_liking(rounds: RoundsDesk, tracks: list[Track]) -> None:
    """What many wanted out makes room before what hardly anybody did, though the vote on it did not do."""
    shared, playlist = await rounds.desk.lend("Tape", *tracks[:4])
    held = await rounds.desk.stores.contributions.in_state(shared.list_id, {State.LANDED}, limit=9)
    now = rounds.desk.clock.now()
    for one, (yes, no) in zip(held, [(1, 3), (5, 4), (0, 2), (0, 5)], strict=True):
        ballot = Ballot(2, BallotKind.VOTE_OFF, 1, now, now, open=False, yes=yes, no=no)
        await rounds.desk.stores.contributions.swap(one, replace(one, ballot=ballot))
    await rounds.set(shared, most_items=2, when_full=WhenFull.DROP_LOWEST)
    await rounds.calm()
    assert playlist.uris == [tracks[2].uri, tracks[3].uri]
    assert await rounds.archived(shared) == [tracks[1].uri, tracks[0].uri]


async def test_a_refusing_list_drops_nothing(rounds: RoundsDesk, tracks: list[Track]) -> None:
    """Where a full list refuses, nothing is thrown out, however long it is."""
    shared, playlist = await rounds.desk.lend("Tape", *tracks[:5])
    await rounds.set(shared, most_items=2, when_full=WhenFull.REFUSE)
    await rounds.calm()
    assert len(playlist.uris) == 5
