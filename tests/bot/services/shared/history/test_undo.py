"""Taking back what the bot did: one's own last addition, and as a curator anything of the last 30 days."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.shared_errors import (
    ContributionGoneError,
    ListPausedError,
    NotAllowedError,
    NothingToUndoError,
)
from bot.stores.contributions import Ballot, BallotKind, Leave, State
from bot.stores.history import Happening
from bot.stores.lists import ListStatus
from tests.bot.services.shared.outbox.outbox_desk import MIRA
from tests.bot.services.shared.reconciliation.reconciliation_desk import (
    CURATOR,
    LINUS,
    MEMBER,
    OWNER,
    TruthDesk,
    make,
)

if TYPE_CHECKING:
    from bot.services.shared.core.access import Actor
    from bot.services.shared.history.undo import Undone
    from bot.stores.lists import SharedPlaylist
    from sandbox.fake_spotify.catalogue import Track
    from tests.bot.services.shared.outbox.outbox_desk import Desk


@pytest.fixture
def there(desk: Desk) -> TruthDesk:
    return make(desk)


@pytest.fixture
def uris(tracks: list[Track]) -> list[str]:
    return [track.uri for track in tracks]


async def undo(
    there: TruthDesk, shared: SharedPlaylist, actor: Actor, contribution_id: str | None = None
) -> Undone:
    """And what it leads to is written."""
    there.undoing.patience_s = 0
    undone = await there.undoing.undo(shared, actor, contribution_id)
    await there.desk.calm()
    return undone


async def test_own_last_addition(there: TruthDesk, uris: list[str]) -> None:
    """The member's own last one goes, nobody else's, and the record says who took it back."""
    shared, playlist = await there.adopted(uris[:3])
    await there.desk.contribute(shared, uris[100])
    there.desk.clock.advance(1)
    (last,) = await there.desk.contribute(shared, uris[101])
    there.desk.clock.advance(1)
    await there.desk.contribute(shared, uris[102], member_id=MIRA)
    await there.desk.calm()
    await undo(there, shared, MEMBER)
    assert playlist.uris == [*uris[:3], uris[100], uris[102]]
    gone = await there.desk.read(last)
    assert (gone.state, gone.leave, gone.left_by) == (State.REMOVED, Leave.UNDONE, LINUS)
    assert (await there.told(shared))[:2] == ["removed", "leaving"]
    await undo(there, shared, MEMBER)
    assert playlist.uris == [*uris[:3], uris[102]]
    with pytest.raises(NothingToUndoError):
        await undo(there, shared, MEMBER)


async def test_other_copies_stay(there: TruthDesk, uris: list[str]) -> None:
    """Spotify takes out every copy; the one that was there before is put back in its place."""
    shared, playlist = await there.adopted([uris[0], uris[1], uris[2]])
    await there.desk.contribute(shared, uris[1])
    await there.desk.calm()
    there.desk.clock.advance(timedelta(minutes=5))
    await undo(there, shared, MEMBER)
    assert playlist.uris == [uris[0], uris[1], uris[2]]


async def test_thirty_days(there: TruthDesk, uris: list[str]) -> None:
    """After thirty days nobody can take it back, and it is not offered."""
    shared, playlist = await there.adopted(uris[:3])
    (one,) = await there.desk.contribute(shared, uris[100])
    await there.desk.calm()
    assert [held.contribution_id for held in await there.undoing.offered(shared, CURATOR)] == [
        one.contribution_id
    ]
    there.desk.clock.advance(timedelta(days=30, minutes=1))
    for actor, key in ((MEMBER, None), (CURATOR, one.contribution_id)):
        with pytest.raises(NothingToUndoError):
            await undo(there, shared, actor, key)
    assert await there.undoing.offered(shared, CURATOR) == ()
    assert await there.undoing.offered(shared, MEMBER) == ()
    assert uris[100] in playlist.uris


async def test_curators_take_back_anything(there: TruthDesk, uris: list[str]) -> None:
    """A curator takes out what others added and puts back what was taken out; other members can do neither."""
    shared, playlist = await there.adopted(uris[:3])
    (one,) = await there.desk.contribute(shared, uris[100], member_id=MIRA)
    await there.desk.calm()
    with pytest.raises(NotAllowedError):
        await undo(there, shared, MEMBER, one.contribution_id)
    await undo(there, shared, CURATOR, one.contribution_id)
    assert uris[100] not in playlist.uris
    with pytest.raises(NotAllowedError):
        await undo(there, shared, MEMBER, one.contribution_id)
    (offer,) = await there.undoing.offered(shared, CURATOR)
    assert offer.state is State.REMOVED
    for _ in range(2):  # twice asked is once done
        undone = await undo(there, shared, CURATOR, one.contribution_id)
        assert undone.put_back
    assert playlist.uris == [*uris[:3], uris[100]]
    again = await there.desk.read(undone.contribution)
    assert (again.state, again.member_id) == (State.LANDED, MIRA)
    accepted = [event for event in await there.events(shared) if event.happening is Happening.ACCEPTED]
    assert accepted[0].actor_id == OWNER


async def test_put_back_again(there: TruthDesk, uris: list[str]) -> None:
    """What was put back and taken out once more can be put back once more, by whichever of its records."""
    shared, playlist = await there.adopted(uris[:3])
    (first,) = await there.desk.contribute(shared, uris[100])
    await there.desk.calm()
    await undo(there, shared, MEMBER)
    for turn in range(3):
        back = await undo(there, shared, CURATOR, first.contribution_id)
        assert playlist.uris == [*uris[:3], uris[100]]
        assert (await there.desk.read(back.contribution)).state is State.LANDED
        if turn < 2:
            await undo(there, shared, CURATOR, back.contribution.contribution_id)
            assert playlist.uris == uris[:3]


async def test_not_what_came_in_spotify(there: TruthDesk, uris: list[str]) -> None:
    """What somebody put in in Spotify is not the bot's to take back, nor what another list has."""
    shared, _ = await there.adopted(uris[:3])
    other, _ = await there.adopt(uris[:3], "Other")
    (found, *_) = await there.inside(shared)
    with pytest.raises(NothingToUndoError):
        await undo(there, shared, CURATOR, found.contribution_id)
    with pytest.raises(ContributionGoneError):
        await undo(there, other, CURATOR, found.contribution_id)
    with pytest.raises(ContributionGoneError):
        await undo(there, replace(shared, guild_id=99), CURATOR, found.contribution_id)
    assert await there.undoing.offered(shared, CURATOR) == ()


async def test_paused(there: TruthDesk, uris: list[str]) -> None:
    """Nothing is taken back while the list is paused."""
    shared, _ = await there.adopted(uris[:3])
    await there.desk.contribute(shared, uris[100])
    await there.desk.calm()
    with pytest.raises(ListPausedError):
        await undo(there, replace(shared, status=ListStatus.PAUSED), MEMBER)


async def test_ends_a_vote_about_it(there: TruthDesk, uris: list[str]) -> None:
    """A vote about throwing it out is over when it is taken back."""
    shared, _ = await there.adopted(uris[:3])
    (one,) = await there.desk.contribute(shared, uris[100])
    await there.desk.calm()
    held = await there.desk.read(one)
    now = there.desk.clock.now()
    ballot = Ballot(1, BallotKind.VOTE_OFF, MIRA, now, now + timedelta(days=1))
    assert await there.desk.stores.contributions.swap(held, replace(held, ballot=ballot))
    await undo(there, shared, MEMBER)
    over = await there.desk.read(one)
    assert over.ballot is not None
    assert not over.ballot.open
