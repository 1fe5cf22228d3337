"""What was accepted waits while the owner or Spotify is in the way, says so, and lands in order afterwards."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.services.linking import PLAYLIST_SCOPES
from bot.services.shared.outbox.health import SECOND_LOOK, Why
from bot.stores import Account, Tokens
from bot.stores.contributions import State
from bot.stores.history import Happening
from bot.stores.lists import ListStatus, Trouble
from sandbox.fake_spotify import Fault
from tests.bot.services.shared.outbox.outbox_desk import OWNER, POSTS
from tests.shared_records import consent_given

if TYPE_CHECKING:
    from bot.services.shared.outbox.health import WaitingFor
    from bot.stores.lists import SharedPlaylist
    from sandbox.fake_spotify.catalogue import Track
    from tests.bot.services.shared.outbox.outbox_desk import Desk


async def waiting(desk: Desk, shared: SharedPlaylist) -> WaitingFor | None:
    await desk.dispatcher.work()
    return await desk.dispatcher.state_of(shared)


async def happened(desk: Desk, shared: SharedPlaylist) -> list[Happening]:
    events = (await desk.stores.history.page(shared.list_id, limit=50)).events
    return [event.happening for event in reversed(events)]


async def test_consent_withdrawn(desk: Desk, tracks: list[Track]) -> None:
    """A withdrawn consent makes it wait, also what comes later; after a new link all lands in order."""
    shared, playlist = await desk.lend()
    await consent_given(desk.stores, OWNER, days_ago=180)
    desk.spotify.revoke("ada")
    await desk.contribute(shared, *tracks[:2])
    held = await waiting(desk, shared)
    assert held is not None
    assert (held.why, held.trouble) == (Why.TROUBLE, Trouble.CONSENT_ENDED)
    await desk.contribute(shared, tracks[2])
    calls = len(desk.spotify.calls)
    desk.clock.advance(timedelta(days=3))
    await desk.dispatcher.work()
    assert len(desk.spotify.calls) == calls
    desk.start_again("two")
    await desk.link()
    desk.clock.advance(6)
    assert await waiting(desk, shared) is None
    assert playlist.uris == [track.uri for track in tracks[:3]]
    told = [one for one in await happened(desk, shared) if one in {Happening.STOPPED, Happening.RESUMED}]
    assert told == [Happening.STOPPED, Happening.RESUMED]


async def test_owner_unlinked(desk: Desk, tracks: list[Track]) -> None:
    """Without a linked owner it waits; another account of the owner's is not the one that lent the list."""
    shared, playlist = await desk.lend()
    await desk.stores.accounts.unlink(OWNER)
    await desk.contribute(shared, tracks[0])
    held = await waiting(desk, shared)
    assert held is not None
    assert held.trouble is Trouble.OWNER_UNLINKED
    await desk.link("grace", "grace-account")
    desk.clock.advance(6)
    assert await waiting(desk, shared) is not None
    await desk.link()
    desk.clock.advance(6)
    assert await waiting(desk, shared) is None
    assert playlist.uris == [tracks[0].uri]


async def test_scope_missing(desk: Desk, tracks: list[Track]) -> None:
    """A consent that does not cover writing makes it wait for one that does."""
    shared, playlist = await desk.lend()
    narrow = frozenset({"playlist-read-private"})
    tokens = Tokens(desk.spotify.user_token("ada", narrow), "r", desk.clock.now() + timedelta(hours=1))
    await desk.stores.accounts.link(Account(OWNER, "ada-account", "ada", narrow, desk.clock.now(), tokens))
    await desk.contribute(shared, tracks[0])
    held = await waiting(desk, shared)
    assert held is not None
    assert held.trouble is Trouble.CONSENT_ENDED
    desk.clock.advance(6)
    assert narrow < PLAYLIST_SCOPES
    await desk.link()
    desk.clock.advance(6)
    await desk.dispatcher.work()
    assert playlist.uris == [tracks[0].uri]


REFUSALS = [(403, POSTS, Trouble.FORBIDDEN), (404, "* /playlists/*", Trouble.PLAYLIST_GONE)]


async def second_look(desk: Desk, shared: SharedPlaylist) -> WaitingFor | None:
    """What keeps it waiting once Spotify was looked at twice."""
    await desk.dispatcher.work()
    desk.clock.advance(SECOND_LOOK)
    return await waiting(desk, shared)


@pytest.mark.parametrize(("status", "calls", "trouble"), REFUSALS)
async def test_spotify_refuses(
    desk: Desk, tracks: list[Track], status: int, calls: str, trouble: Trouble
) -> None:
    """Nothing is lost when Spotify refuses the playlist itself; it is asked again each hour, not more often."""
    shared, playlist = await desk.lend()
    accepted = await desk.contribute(shared, *tracks[:2])
    refused = desk.spotify.faults.add(Fault(calls, "status", status=status, times=None))
    held = await second_look(desk, shared)
    assert held is not None
    assert held.trouble is trouble
    assert {await desk.state(one) for one in accepted} == {State.QUEUED}
    before = refused.hits
    for minutes in (59, 2, 58):
        desk.clock.advance(timedelta(minutes=minutes))
        await desk.dispatcher.work()
    assert refused.hits == before + 1
    desk.spotify.faults.disarm(refused)
    desk.clock.advance(timedelta(minutes=3))
    assert await waiting(desk, shared) is None
    assert playlist.uris == [track.uri for track in tracks[:2]]


@pytest.mark.parametrize("match", [POSTS, "GET /playlists/*"])
@pytest.mark.parametrize(
    ("status", "message"), [(404, None), (403, None), (403, "Insufficient client scope"), (400, None)]
)
async def test_passing_refusal(
    desk: Desk, tracks: list[Track], match: str, status: int, message: str | None
) -> None:
    """One refusal that passes is no fact: after a second look all lands, and the history knows of no trouble."""
    shared, playlist = await desk.lend()
    accepted = await desk.contribute(shared, tracks[0])
    desk.spotify.faults.add(Fault(match, "status", status=status, message=message))
    await desk.calm()
    assert [await desk.state(one) for one in accepted] == [State.LANDED]
    assert playlist.uris == [tracks[0].uri]
    assert Happening.STOPPED not in await happened(desk, shared)
    assert Happening.REJECTED not in await happened(desk, shared)


async def test_undone_meanwhile(desk: Desk, tracks: list[Track]) -> None:
    """A refusal long ago is no second look: the next one begins anew."""
    shared, _ = await desk.lend()
    desk.spotify.faults.add(Fault(POSTS, "status", status=404))
    (one,) = await desk.contribute(shared, tracks[0])
    await desk.dispatcher.work()
    held = await desk.read(one)
    assert await desk.stores.contributions.swap(held, replace(held, state=State.WITHDRAWN))
    desk.clock.advance(timedelta(hours=5))
    desk.spotify.faults.add(Fault(POSTS, "status", status=404))
    await desk.contribute(shared, tracks[1])
    assert await waiting(desk, shared) is None
    await desk.calm()
    assert Happening.STOPPED not in await happened(desk, shared)


async def test_shown_and_refused(desk: Desk, tracks: list[Track]) -> None:
    """A playlist that Spotify shows is not gone, however often it says so of a write."""
    shared, _ = await desk.lend()
    desk.spotify.faults.add(Fault(POSTS, "status", status=404, times=None))
    await desk.contribute(shared, tracks[0])
    held = await second_look(desk, shared)
    assert held is not None
    assert held.trouble is Trouble.FORBIDDEN


@pytest.mark.parametrize("trouble", [Trouble.PLAYLIST_GONE, Trouble.FORBIDDEN, Trouble.CONSENT_ENDED])
async def test_a_good_answer_ends_it(desk: Desk, tracks: list[Track], trouble: Trouble) -> None:
    """Whatever Spotify refused, of a quiet list the next good answer ends it, be it to a reader."""
    shared, _ = await desk.lend("Tape", tracks[0])
    desk.clock.advance(timedelta(days=1))
    shared = await desk.change(shared, trouble=trouble, trouble_since=desk.clock.now())
    await desk.lent().access(shared).page(0)
    now = await desk.stores.lists.by_id(shared.list_id)
    assert now is not None
    assert (now.trouble, now.trouble_since) == (None, None)


async def test_the_consent_that_ended(desk: Desk, tracks: list[Track]) -> None:
    """A read with a token that still works does not bring back a consent that Spotify has just ended."""
    shared, _ = await desk.lend("Tape", tracks[0])
    account = await desk.stores.accounts.of_member(OWNER)
    assert account is not None
    shared = await desk.change(shared, trouble=Trouble.CONSENT_ENDED, trouble_since=account.authorized_at)
    await desk.lent().access(shared).page(0)
    assert await desk.stores.lists.by_id(shared.list_id) == shared


async def test_reading_is_not_writing(desk: Desk, tracks: list[Track]) -> None:
    """While something waits that Spotify does not let in, it is not taken for well since it can be read."""
    shared, _ = await desk.lend()
    desk.spotify.faults.add(Fault(POSTS, "status", status=403, times=None))
    await desk.contribute(shared, tracks[0])
    await second_look(desk, shared)
    current = await desk.stores.lists.by_id(shared.list_id)
    assert current is not None
    await desk.lent().access(current).page(0)
    assert await desk.stores.lists.by_id(shared.list_id) == current


async def test_app_refused(desk: Desk, tracks: list[Track]) -> None:
    """When Spotify refuses the app itself, no list is at fault: it is tried again, less and less often."""
    shared, playlist = await desk.lend()
    await desk.contribute(shared, tracks[0])
    desk.spotify.switches.owner_has_premium = False
    held = await waiting(desk, shared)
    assert held is not None
    assert held.why is Why.SPOTIFY
    await desk.calm(hours=1)
    assert len(desk.spotify.calls) < 75
    desk.spotify.switches.owner_has_premium = True
    await desk.calm()
    assert playlist.uris == [tracks[0].uri]


async def test_token_endpoint_down(desk: Desk, tracks: list[Track]) -> None:
    """While tokens cannot be renewed the queue grows and nobody is asked to link again."""
    shared, playlist = await desk.lend()
    desk.clock.advance(timedelta(hours=2))
    desk.spotify.faults.add(Fault("* /api/token", "status", times=3))
    desk.spotify.faults.add(Fault("* /api/token", "reset_before", times=2))
    desk.spotify.faults.add(
        Fault("* /api/token", "status", status=400, body='{"error": "invalid_request"}', times=2)
    )
    (one,) = await desk.contribute(shared, tracks[0])
    held = await waiting(desk, shared)
    assert held is not None
    assert held.why is Why.SPOTIFY
    assert await desk.state(one) is State.QUEUED
    await desk.calm()
    assert playlist.uris == [tracks[0].uri]
    assert desk.posts() == 1


@pytest.mark.parametrize(
    "fault",
    [
        Fault("* /api/token", "reset_before", times=None),
        Fault("* /api/token", "reset_after", times=None),
        Fault("* /api/token", "malformed", times=None),
        Fault("* /api/token", "truncated", times=None),
        Fault("* /api/token", "status", status=500, times=None),
        Fault("* /api/token", "status", status=503, times=None),
        Fault("* /api/token", "status", status=502, times=None),
    ],
    ids=lambda fault: f"{fault.kind} {fault.status}",
)
async def test_token_endpoint_down_for_an_hour(desk: Desk, tracks: list[Track], fault: Fault) -> None:
    """Whatever keeps it from answering, pauses grow to a minute, the link stays, and the first answer lets all in."""
    shared, playlist = await desk.lend()
    desk.clock.advance(timedelta(hours=2))
    fault = replace(fault)
    desk.spotify.faults.add(fault)
    contributed = await desk.contribute(shared, *tracks[:3])
    before = len(desk.spotify.calls_to("POST /api/token"))
    await desk.calm(hours=1)
    tried = len(desk.spotify.calls_to("POST /api/token")) - before
    assert 50 <= tried <= 75
    assert [await desk.state(one) for one in contributed] == [State.QUEUED] * 3
    held = await waiting(desk, shared)
    assert held is not None
    assert held.why is Why.SPOTIFY
    desk.spotify.faults.clear()
    await desk.calm()
    assert playlist.uris == [track.uri for track in tracks[:3]]


async def test_paused_and_resumed(desk: Desk, tracks: list[Track]) -> None:
    """A paused list is not written, not even again; what is in it already is noticed; resumed, all lands."""
    shared, playlist = await desk.lend()
    (one,) = await desk.contribute(shared, tracks[0])
    desk.spotify.faults.add(Fault(POSTS, "reset_before"))
    await desk.dispatcher.work()
    current = await desk.stores.lists.by_id(shared.list_id)
    assert current is not None
    paused = await desk.stores.lists.swap(current, replace(current, status=ListStatus.PAUSED))
    assert paused is not None
    for _ in range(5):
        desk.clock.advance(20)
        await desk.dispatcher.work()
    assert desk.posts() == 1
    assert await desk.state(one) is State.QUEUED
    held = await desk.dispatcher.state_of(shared)
    assert held is not None
    assert held.why is Why.PAUSED
    await desk.stores.lists.swap(paused, replace(paused, status=ListStatus.ACTIVE))
    desk.dispatcher.wake(shared.list_id)
    await desk.calm()
    assert playlist.uris == [tracks[0].uri]


async def test_closed_in_between(desk: Desk, tracks: list[Track]) -> None:
    """A list that is given back while a batch is unknown is neither read nor written; the batch is parked."""
    shared, playlist = await desk.lend()
    (one,) = await desk.contribute(shared, tracks[0])
    desk.spotify.faults.add(Fault(POSTS, "reset_before"))
    await desk.dispatcher.work()
    current = await desk.stores.lists.by_id(shared.list_id)
    assert current is not None
    await desk.stores.lists.swap(current, replace(current, status=ListStatus.CLOSED))
    calls = len(desk.spotify.calls)
    await desk.calm()
    assert len(desk.spotify.calls) == calls
    assert await desk.state(one) is State.PARKED
    assert playlist.uris == []


async def test_full_playlist(desk: Desk, tracks: list[Track]) -> None:
    """A playlist that can hold no more refuses what comes next, and does not count as lost."""
    shared, playlist = await desk.lend()
    playlist.add([tracks[150].uri] * 9_998)
    accepted = await desk.contribute(shared, *tracks[:4])
    await desk.calm()
    states = [await desk.state(one) for one in accepted]
    assert states == [State.LANDED, State.LANDED, State.REJECTED, State.REJECTED]
    assert playlist.uris[-2:] == [track.uri for track in tracks[:2]]


async def test_a_broken_list_keeps_no_other_waiting(desk: Desk, tracks: list[Track]) -> None:
    """Two lists are written at the same time; one that hangs does not hold up the other."""
    first, _ = await desk.lend("First")
    second, other = await desk.lend("Second")
    held = desk.spotify.faults.add(Fault(f"POST /playlists/{first.playlist_id}/items", "latency"))
    await desk.contribute(first, tracks[0])
    working = asyncio.create_task(desk.dispatcher.work())
    await held.struck()
    (one,) = await desk.contribute(second, tracks[1])
    landed = await desk.dispatcher.settled(one, 5)
    assert landed.state is State.LANDED
    assert other.uris == [tracks[1].uri]
    held.release()
    await working
