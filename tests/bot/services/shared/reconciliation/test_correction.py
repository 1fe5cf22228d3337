"""Whose record a restore, or an edit in Spotify, is about where a track is in the list more than once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.stores.contributions import Ballot, BallotKind, State
from sandbox.fake_spotify import Fault
from tests.bot.services.shared.outbox.outbox_desk import MIRA
from tests.bot.services.shared.reconciliation.reconciliation_desk import CURATOR, LINUS, TruthDesk, make

if TYPE_CHECKING:
    from bot.stores.lists import SharedPlaylist
    from sandbox.fake_spotify.catalogue import Track
    from tests.bot.services.shared.outbox.outbox_desk import Desk


@pytest.fixture
def there(desk: Desk) -> TruthDesk:
    return make(desk)


@pytest.fixture
def uris(tracks: list[Track]) -> list[str]:
    return [track.uri for track in tracks]


async def added(there: TruthDesk, shared: SharedPlaylist, uri: str, member_id: int) -> str:
    """The contribution, once it is in."""
    (one,) = await there.desk.contribute(shared, uri, member_id=member_id)
    await there.desk.calm()
    there.desk.clock.advance(timedelta(minutes=5))
    return one.contribution_id


async def members_inside(there: TruthDesk, shared: SharedPlaylist, uri: str) -> set[int | None]:
    return {one.member_id for one in await there.inside(shared) if one.uri == uri}


async def test_the_newest_copy_goes(there: TruthDesk, uris: list[str]) -> None:
    """Of two members' copies the version had one of, the one that came later leaves."""
    shared, _ = await there.adopted(uris[:3])
    await added(there, shared, uris[100], MIRA)
    kept = await there.restoring.keep(shared, CURATOR)
    await added(there, shared, uris[100], LINUS)
    await there.restored(shared, kept.number)
    assert await members_inside(there, shared, uris[100]) == {MIRA}


async def test_who_left_last_comes_back(there: TruthDesk, uris: list[str]) -> None:
    """Of several who once had it in, it comes back as that of whose left last."""
    shared, playlist = await there.adopted(uris[:3])
    for member_id in (MIRA, LINUS):
        await added(there, shared, uris[100], member_id)
        kept = await there.restoring.keep(shared, CURATOR)
        playlist.remove(uris[100])
        there.desk.clock.advance(timedelta(minutes=5))
        assert await there.drift.check(shared) is not None
    await there.restored(shared, kept.number)
    assert await members_inside(there, shared, uris[100]) == {LINUS}


async def test_a_vote_about_it_ends(there: TruthDesk, uris: list[str]) -> None:
    """A vote about throwing out what somebody took out in Spotify is over."""
    shared, playlist = await there.adopted(uris[:3])
    key = await added(there, shared, uris[100], MIRA)
    held = await there.desk.stores.contributions.get(shared.guild_id, key)
    assert held is not None
    now = there.desk.clock.now()
    ballot = Ballot(1, BallotKind.VOTE_OFF, LINUS, now, now + timedelta(days=1))
    assert await there.desk.stores.contributions.swap(held, replace(held, ballot=ballot))
    playlist.remove(uris[100])
    assert await there.drift.check(shared) is not None
    over = await there.desk.read(held)
    assert over.state is State.REMOVED
    assert over.ballot is not None
    assert not over.ballot.open


async def test_later_effect_is_reported(
    there: TruthDesk, tracks: list[Track], caplog: pytest.LogCaptureFixture
) -> None:
    """The stated limit: what works later than 30 s after we gave up is in twice; it is told, and can be taken out."""
    shared, playlist = await there.adopted([])
    await there.desk.contribute(shared, tracks[0], tracks[1])
    there.desk.spotify.faults.add(Fault("POST /playlists/*/items", "late", late_s=40))
    await there.desk.calm()
    before = (await there.restoring.keep(shared, CURATOR)).number
    assert "once more" not in caplog.text
    there.desk.clock.advance(timedelta(minutes=5))
    assert await there.drift.check(shared) is not None
    assert len(playlist.uris) == 4
    assert "holds 2 tracks once more" in caplog.text
    assert (await there.told(shared)).count("found") == 2
    await there.restored(shared, before)
    assert playlist.uris == [tracks[0].uri, tracks[1].uri]
