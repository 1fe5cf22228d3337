"""Deleting what is kept about a member: complete also after being stopped, and nothing that goes on brings it back."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.errors import StoreUnavailableError
from bot.services.leases import LeaseKeeper
from bot.services.shared.core.playlists import SharedPlaylistChanges
from bot.services.shared.core.prompts import Prompts
from bot.services.shared.core.queue import CLOSED
from bot.services.shared.core.rotation_progress import Kind, RotationProgress, RotationProgresses
from bot.services.shared.core.schedule import Schedule
from bot.services.shared.lifecycle.transfer import Offer
from bot.services.shared.privacy.export_own import OwnData
from bot.services.shared.privacy.forget import Forgetting
from bot.services.shared.reconciliation.restore_saga import RestoreProgress, Tidying, restore_progresses
from bot.services.shared.tidying.tidy import Draft
from bot.services.shared.tidying.work import Job, Work
from bot.stores.contributions import State
from bot.stores.history import FORMER_MEMBER
from bot.stores.lists import ListStatus, Mode
from tests.bot.noticed import noticed
from tests.bot.voting_desk import CURATOR, OWNER, PROPOSER, VOTERS, Desk, curator
from tests.shared_records import GUILD, NOW, bring
from tests.stores.shared_calls import every

if TYPE_CHECKING:
    from bot.stores import PersonalData, Stores
    from bot.stores.lists import SharedPlaylist
    from tests.bot.link_desk import Time


@pytest.fixture
def desk(stores: Stores, time: Time) -> Desk:
    return Desk(stores, time)


class Stopping:
    """As the traces of the store, up to a list at which the process is stopped."""

    def __init__(self, personal_data: PersonalData, at: str) -> None:
        self._personal_data = personal_data
        self._at = at

    def __getattr__(self, name: str) -> Any:
        return getattr(self._personal_data, name)

    async def forget(self, list_id: str, member_id: int) -> None:
        if list_id == self._at:
            raise StoreUnavailableError("stopped")
        await self._personal_data.forget(list_id, member_id)


def forgetting(desk: Desk, stores: Stores | None = None) -> Forgetting:
    stores = stores or desk.stores
    return Forgetting(
        stores,
        desk.queue,
        desk.card_queue,
        RotationProgresses(stores.values),
        restore_progresses(stores.values),
        changes=SharedPlaylistChanges(
            stores.lists,
            Schedule(stores.due, stores.lists, stores.values, now=desk.time.now),
            now=desk.time.now,
        ),
    )


async def second_list(desk: Desk) -> SharedPlaylist:
    return await desk.lend(list_id="list0002", playlist_id="other", name="Closed", status=ListStatus.CLOSED)


async def test_stopped_in_the_middle(desk: Desk) -> None:
    """Stopped between two lists, the next try takes up the rest, closed lists included."""
    first, closed = await desk.lend(), await second_list(desk)
    await desk.propose(first)
    await bring(desk.stores, closed, 5, "spotify:track:5", PROPOSER)
    await desk.stores.votes.cast("other", 1, PROPOSER, NOW, yes=True)
    stopping: Any = Stopping(desk.stores.personal_data, closed.list_id)
    with pytest.raises(StoreUnavailableError):
        await forgetting(desk, replace(desk.stores, personal_data=stopping)).forget(PROPOSER)
    assert await every(desk.stores.personal_data.contributions(closed.list_id, PROPOSER))
    assert await forgetting(desk).forget(PROPOSER)
    for shared in (first, closed):
        assert await every(desk.stores.personal_data.contributions(shared.list_id, PROPOSER)) == []
    assert await every(desk.stores.personal_data.votes(PROPOSER)) == []
    assert not await forgetting(desk).forget(PROPOSER)


async def test_open_proposal(desk: Desk) -> None:
    """What waits is withdrawn; a former member's track that landed stays, and may still be taken out by vote."""
    shared = await desk.lend()
    waiting, inside = await desk.propose(shared), await desk.landed(shared, 2)
    await forgetting(desk).forget(PROPOSER)
    gone, stays = await desk.now(waiting), await desk.now(inside)
    assert (gone.state, gone.member_id) == (State.WITHDRAWN, FORMER_MEMBER)
    assert gone.ballot
    assert (gone.ballot.open, gone.ballot.proposer_id) == (False, FORMER_MEMBER)
    assert (stays.state, stays.member_id, stays.uri) == (State.LANDED, FORMER_MEMBER, inside.uri)
    assert {one.actor_id for one in await desk.events(waiting)} == {FORMER_MEMBER}


async def test_decision_of_a_former_curator(desk: Desk) -> None:
    """What a curator decided stays decided; who it was and why is no longer told."""
    shared = await desk.lend(Mode.APPROVAL)
    held = await desk.propose(shared)
    await desk.deciding.decline(curator(), GUILD, held.contribution_id, 1, "not funny")
    await forgetting(desk).forget(CURATOR)
    now = await desk.now(held)
    assert now.ballot
    assert (now.state, now.member_id) == (State.DECLINED, PROPOSER)
    assert (now.ballot.decided_by, now.ballot.reason) == (FORMER_MEMBER, "")
    assert "not funny" not in str(await desk.events(held))


async def test_card_drawn_meanwhile(desk: Desk) -> None:
    """A card that is being drawn with the name in that moment is drawn once more without."""
    held = await desk.propose(await desk.lend())
    (card,) = await desk.card_queue.due()
    assert await desk.card_queue.claim(card.ballot_state)
    await desk.card_queue.posted(card.ballot_state, 3, 4)
    desk.time.pass_by(seconds=2)
    await desk.queue.erase(held.list_id, PROPOSER)
    (drawn,) = await desk.card_queue.due()
    assert drawn.ballot_state.contribution.member_id == PROPOSER
    await forgetting(desk).forget(PROPOSER)
    await desk.card_queue.shown(drawn.ballot_state)
    desk.time.pass_by(seconds=2)
    (again,) = await desk.card_queue.due()
    assert again.ballot_state.contribution.member_id == FORMER_MEMBER
    assert again.ballot_state.ballot.proposer_id == FORMER_MEMBER


async def test_votes_withdrawn(desk: Desk) -> None:
    """Votes of open ballots are taken back, which their cards show; counts of decided ones stay."""
    shared = await desk.lend()
    decided, still = await desk.propose(shared, 1), await desk.propose(shared, 2)
    for voter in VOTERS[:3]:
        await desk.vote(decided, voter)
    await desk.vote(still, VOTERS[0])
    (await desk.card_queue.due())
    desk.time.pass_by(seconds=60)
    await forgetting(desk).forget(VOTERS[0])
    ballot_state = await desk.card_queue.ballot_state(GUILD, still.contribution_id)
    assert ballot_state
    assert ballot_state.tally.yes == 0
    done = (await desk.now(decided)).ballot
    assert done
    assert done.yes == 3
    due = {card.ballot_state.contribution.contribution_id for card in await desk.card_queue.due()}
    assert still.contribution_id in due


async def test_vote_about_several(desk: Desk) -> None:
    """A vote about what was proposed at once is taken back from all of it, whatever became of the first one."""
    several = await desk.propose_together(await desk.lend(), 3)
    await desk.vote(several[1], VOTERS[0])
    await desk.deciding.decline(curator(), GUILD, several[0].contribution_id, 1)
    await desk.card_queue.due()
    desk.time.pass_by(seconds=2)
    await forgetting(desk).forget(VOTERS[0])
    (card,) = await desk.card_queue.due()
    assert card.ballot_state.tally.yes == 0
    assert len(card.ballot_state.together) == 3


async def test_beside_the_lists(desk: Desk) -> None:
    """Offers that name the member are over, and work that is under way goes on without them."""
    shared = await desk.lend()
    values, until = desk.stores.values, NOW + timedelta(days=7)
    leases = LeaseKeeper(desk.stores.leases, now=desk.time.now)
    offers = Prompts(Offer, "offer", values, leases, now=desk.time.now)
    offer = Offer(
        expires_at=until,
        guild_id=GUILD,
        list_id=shared.list_id,
        by_id=CURATOR,
        owner_id=OWNER,
        to_id=PROPOSER,
    )
    await offers.put(shared.list_id, offer)
    await values.put(f"lending:{GUILD}:{PROPOSER}", "")
    rounds, restores = RotationProgresses(values), restore_progresses(values)
    await rounds.put(RotationProgress(shared.list_id, Kind.ARCHIVE, 1, NOW, NOW, actor_id=PROPOSER))
    await restores.put(shared.list_id, RestoreProgress(shared.list_id, 1, 2, PROPOSER, NOW, NOW))
    tidying = Tidying("sort", ("spotify:track:a",), "title", PROPOSER)
    await restores.put("another", RestoreProgress("another", 0, 2, CURATOR, NOW, NOW, tidying=tidying))
    await restores.put("third", RestoreProgress("third", 1, 2, CURATOR, NOW, NOW))
    drafts = Prompts(Draft, "tidying second", values, leases, now=desk.time.now)
    draft = Draft(
        expires_at=until,
        guild_id=GUILD,
        list_id=shared.list_id,
        by_id=PROPOSER,
        job=Job(Work.DEDUPE),
        seen="0",
    )
    await drafts.put(shared.list_id, draft)
    await forgetting(desk).forget(PROPOSER)
    assert await drafts.open(shared.list_id) is None
    assert await offers.open(shared.list_id) is None
    assert await values.get(f"lending:{GUILD}:{PROPOSER}") is None
    under_way, restore = await rounds.under_way(shared.list_id), await restores.get(shared.list_id)
    assert under_way
    assert restore
    assert under_way.actor_id == restore.actor_id == FORMER_MEMBER
    tidied, others = await restores.get("another"), await restores.get("third")
    assert tidied
    assert tidied.tidying
    assert others
    assert (tidied.actor_id, tidied.tidying.second_id, others.actor_id) == (CURATOR, FORMER_MEMBER, CURATOR)


async def test_owner(desk: Desk) -> None:
    """A list of theirs, closed or not, no longer says who lent it."""
    first, closed = await desk.lend(), await second_list(desk)
    assert await forgetting(desk).forget(OWNER)
    for shared in (first, closed):
        now = await desk.stores.lists.by_id(shared.list_id)
        assert now
        assert (now.owner_id, now.account_id, now.playlist_id) == (FORMER_MEMBER, "", shared.playlist_id)


async def test_nobody_to_tell(desk: Desk) -> None:
    """When a list closes, a former member is not told of what waited."""
    shared = await desk.lend()
    await bring(desk.stores, shared, 1, "spotify:track:1", FORMER_MEMBER, state=State.QUEUED)
    await bring(desk.stores, shared, 2, "spotify:track:2", PROPOSER, state=State.QUEUED)
    await desk.queue.cancel_all(shared, CLOSED)
    assert [notice.member_id for notice in await noticed(desk.stores)] == [PROPOSER]


async def test_too_much_for_a_file(desk: Desk) -> None:
    """A file that would be larger than Discord takes is cut, and still one that programs can read; that is told."""
    shared = await desk.lend()
    for number in range(1, 40):
        await bring(desk.stores, shared, number, f"spotify:track:{number}", PROPOSER, note="n" * 200)
    own = OwnData(desk.stores)
    whole = await own.copy(PROPOSER, {"a": 1}, "mixtape", most_bytes=10**6)
    assert whole.complete
    [file] = whole.files
    assert file.name == "mixtape-data.json"
    assert len(json.loads(file.data)["contributions"]) == 39
    cut = await own.copy(PROPOSER, {"a": 1}, "mixtape", most_bytes=1_000)
    assert not cut.complete
    [file] = cut.files
    assert json.loads(file.data)["contributions"] == []
