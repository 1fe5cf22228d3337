"""At the moment of a decision all is asked again: what is in by then, or not wanted any more, does not go in."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.stores.contributions import Leave, Recording, State
from bot.stores.history import Happening
from bot.stores.lists import Duplicates, Mode, Rules
from tests.bot.noticed import noticed
from tests.bot.voting_desk import CURATOR, PROPOSER, Desk, curator
from tests.shared_records import GUILD, bring

if TYPE_CHECKING:
    from bot.stores import Stores
    from bot.stores.contributions import Contribution
    from bot.stores.lists import SharedPlaylist
    from tests.bot.link_desk import Time

URI = f"spotify:track:{1:022}"
ISRC, ARTIST = "SEABC2600001", "a" * 22


@pytest.fixture
def desk(each_stores: Stores, time: Time) -> Desk:
    """On each database in turn."""
    return Desk(each_stores, time)


async def proposed(desk: Desk, shared: SharedPlaylist) -> Contribution:
    held = await desk.propose(shared)
    known = replace(held, recording=Recording(URI, ISRC, (ARTIST,), 200_000))
    stored = await desk.stores.contributions.swap(held, known)
    assert stored is not None
    return stored


async def decide(desk: Desk, held: Contribution) -> Contribution:
    """As the list's mode wants it: by three votes, or by a curator."""
    ballot_state = await desk.deciding.ballot_state(GUILD, held.contribution_id)
    assert ballot_state is not None
    if ballot_state.shared.mode is Mode.APPROVAL:
        await desk.deciding.approve(curator(), GUILD, held.contribution_id, 1)
    else:
        for member_id in (20, 21, 22):
            await desk.vote(held, member_id)
    return await desk.now(held)


@pytest.mark.parametrize("mode", [Mode.APPROVAL, Mode.VOTE])
@pytest.mark.parametrize("state", [State.LANDED, State.QUEUED, State.SENDING, State.LEAVING, State.PARKED])
async def test_known_by_then(desk: Desk, mode: Mode, state: State) -> None:
    """What is in meanwhile, or on its way, is declined; the proposer is told why, and nothing is written."""
    shared = await desk.lend(mode)
    held = await proposed(desk, shared)
    await bring(desk.stores, shared, 2, URI, None, state=state)
    now = await decide(desk, held)
    assert now.state is State.DECLINED
    assert now.ballot is not None
    assert (now.ballot.open, now.ballot.against) == (False, "same_track")
    (event,) = await desk.events(held)
    assert event.happening is Happening.DECLINED
    assert event.detail["against"] == "same_track"
    assert event.actor_id == (CURATOR if mode is Mode.APPROVAL else None)
    (notice,) = await noticed(desk.stores)
    assert (notice.contribution_id, notice.member_id) == (now.contribution_id, PROPOSER)
    assert desk.woken == []


@pytest.mark.parametrize(
    ("rules", "rule"),
    [
        (Rules(blocked_tracks=(URI,)), "blocked_tracks"),
        (Rules(blocked_artists=(ARTIST,)), "blocked_artists"),
        (Rules(blocked_members=(PROPOSER,)), "blocked_members"),
    ],
)
async def test_blocked_by_then(desk: Desk, rules: Rules, rule: str) -> None:
    """A track, an artist or a member blocked after the proposal: the votes do not bring it in."""
    shared = await desk.lend()
    held = await proposed(desk, shared)
    await desk.change(shared, rules=rules)
    now = await decide(desk, held)
    assert now.ballot is not None
    assert (now.state, now.ballot.against) == (State.DECLINED, rule)


async def test_other_release(desk: Desk) -> None:
    """The same recording from another release counts as in, and what was voted off stays out."""
    shared = await desk.lend(Mode.APPROVAL)
    held = await proposed(desk, shared)
    other = Recording(f"spotify:track:{9:022}", ISRC, (ARTIST,), 200_000)
    inside = await bring(desk.stores, shared, 2, other.uri, 30, recording=other)
    ballot = (await decide(desk, held)).ballot
    assert ballot is not None
    assert ballot.against == "same_recording"
    gone = replace(inside, state=State.REMOVED, leave=Leave.VOTED_OFF)
    await desk.stores.contributions.swap(inside, gone)
    second = await desk.propose(shared, 3)
    alike = await desk.stores.contributions.swap(second, replace(second, recording=other))
    assert alike is not None
    ballot = (await decide(desk, alike)).ballot
    assert ballot is not None
    assert ballot.against == "never_again"


async def test_nothing_against_it(desk: Desk) -> None:
    """What left by other ways, others that wait, and copies where they are allowed keep nothing out."""
    shared = await desk.lend(Mode.APPROVAL)
    held = await proposed(desk, shared)
    await bring(desk.stores, shared, 2, URI, 30, state=State.REMOVED, leave=Leave.UNDONE)
    await bring(desk.stores, shared, 3, URI, 30, state=State.PENDING)
    assert (await decide(desk, held)).state is State.QUEUED
    await desk.change(shared, rules=Rules(duplicates=Duplicates.ALLOWED))
    again = await desk.propose(shared, 4)
    copy = await desk.stores.contributions.swap(again, replace(again, recording=held.recording))
    assert copy is not None
    assert (await decide(desk, copy)).state is State.QUEUED
