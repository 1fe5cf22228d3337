"""The promises of `PersonalData`, on every database: all of a member is found, and nothing of a former one."""

from __future__ import annotations

import asyncio
import struct
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from pymongo import MongoClient

from bot import mongo
from bot.mongo.history import EVENT
from bot.stores.contributions import Ballot, BallotKind, State
from bot.stores.history import FORMER_MEMBER, Happening, Snapshot, SnapshotInfo
from bot.stores.lists import Rules
from bot.stores.personal_data import Vote
from tests.stores.member_places import PLACES, strangers
from tests.stores.records import ADA, NOW, SOON
from tests.stores.shared_calls import every
from tests.stores.shared_records import GUILD, LIST, ballot, contribution, event, shared

if TYPE_CHECKING:
    from bot.sealing import Sealer
    from bot.stores import Stores
    from bot.stores.contributions import Contribution
    from tests.stores.backdoors import Backdoor

LINUS = 1573734664391098370
OTHER_LIST = "list0002"
FACTS = ("asking:", "made:")
NOTE = "note-marker"
REASON = "reason-marker"
MANY = {"sqlite": 210, "mongo": 45}  # more than two parts


async def fill(stores: Stores) -> None:
    """Everything that can name Ada, in one list, and the same of Linus."""
    await stores.lists.create(shared())
    for number, state in enumerate(State, start=1):
        await stores.contributions.add(
            contribution(number, state=state, note=NOTE, number=number),
            event(number, contribution_id=f"contribution{number}", detail={"how": "open"}),
        )
    hers = Ballot(2, BallotKind.VOTE_OFF, ADA, NOW, SOON, open=False, decided_by=ADA, reason=REASON)
    await stores.contributions.add(
        contribution(90, member_id=LINUS, note="his", state=State.LANDED, number=90),
        event(90, actor_id=LINUS),
    )
    his = await stores.contributions.get(GUILD, "contribution90")
    assert his
    await stores.contributions.swap(
        his,
        replace(his, ballot=hers, left_by=ADA),
        event(
            91,
            member_id=LINUS,
            contribution_id="contribution90",
            happening=Happening.DECLINED,
            detail={"reason": REASON, "yes": 1},
        ),
    )
    await stores.history.append(
        event(92, member_id=None, happening=Happening.TRANSFERRED, detail={"to": ADA, "copied": 3}),
        event(93, actor_id=LINUS, happening=Happening.REMOVED, detail={"why": "undone", "reason": "his own"}),
    )
    for _ in range(3):
        await stores.snapshots.put(
            Snapshot(SnapshotInfo(LIST, 0, NOW, "by hand", 1, ADA), ("spotify:track:1",)), keep=5
        )
    await stores.votes.cast("contribution90", 1, ADA, NOW, yes=True)
    await stores.votes.cast("contribution90", 1, LINUS, NOW, yes=False)
    await stores.values.put("made:abc", str(ADA))
    await stores.values.put("made:def", str(LINUS))
    await stores.values.put(f"asking:7:{ADA}", "")
    await stores.values.put(f"asking:7:{LINUS}", f"1{ADA}")
    await stores.values.put(f"asking:8:{LINUS}", f'{{"to":{ADA}}}')


async def forget(stores: Stores, list_id: str = LIST, member_id: int = ADA) -> None:
    await stores.personal_data.forget(list_id, member_id)
    await stores.personal_data.forget_rest(member_id, FACTS)


async def test_nothing_left(stores: Stores, backdoor: Backdoor) -> None:
    """Afterwards the database holds neither the member's id nor anything they wrote, wherever one looks."""
    await fill(stores)
    personal_data = (str(ADA).encode(), struct.pack("<q", ADA), NOTE.encode(), REASON.encode())
    assert any(trace in backdoor.dump() for trace in personal_data)
    await stores.lists.swap(replace(shared(), version=1), shared(owner_id=FORMER_MEMBER))
    await stores.values.put(f"asking:7:{LINUS}", "")
    await forget(stores)
    assert [trace for trace in personal_data if trace in backdoor.dump()] == []
    assert await every(stores.personal_data.contributions(LIST, ADA)) == []
    assert await every(stores.personal_data.votes(ADA)) == []
    assert (await stores.history.page(LIST, limit=100, member_id=ADA)).events == ()
    infos = await stores.snapshots.of_list(LIST)
    assert [info.actor_id for info in infos] == [FORMER_MEMBER] * 3
    taken = [await stores.snapshots.get(LIST, info.number) for info in infos]
    assert [one and one.info for one in taken] == list(infos)


async def test_what_stays(stores: Stores) -> None:
    """What became of everything stays, and what others did, wrote and voted; only that it was the member is gone."""
    await fill(stores)
    before = {state: await stores.contributions.count(LIST, {state}) for state in State}
    told = (await stores.history.page(LIST, limit=100)).events
    await forget(stores)
    for number, state in enumerate(State, start=1):
        one = await stores.contributions.get(GUILD, f"contribution{number}")
        assert one
        assert (one.member_id, one.note, one.state, one.version) == (FORMER_MEMBER, "", state, 2)
        assert one.recording == contribution(number).recording
        assert await stores.contributions.by_origin(GUILD, f"interaction {number}/0") is None
        assert await stores.contributions.by_origin(one.guild_id, one.origin) == one
    assert {state: await stores.contributions.count(LIST, {state}) for state in State} == before
    assert await stores.contributions.count(LIST, set(State), member_id=ADA) == 0
    assert await stores.contributions.count(LIST, set(State), member_id=FORMER_MEMBER) == len(State)
    his = await stores.contributions.get(GUILD, "contribution90")
    assert his
    assert his.ballot
    assert (his.member_id, his.note, his.origin) == (LINUS, "his", "interaction 90/0")
    assert (his.left_by, his.ballot.proposer_id, his.ballot.decided_by) == (FORMER_MEMBER,) * 3
    assert his.ballot.reason == ""
    after = {one.event_id: one for one in (await stores.history.page(LIST, limit=100)).events}
    assert [(one.event_id, one.at, one.happening) for one in told] == [
        (one.event_id, one.at, one.happening) for one in after.values()
    ]
    assert after["event 91"].detail == {"yes": 1}
    assert after["event 91"].member_id == LINUS
    assert after["event 92"].detail == {"to": FORMER_MEMBER, "copied": 3}
    assert after["event 93"].detail == {"why": "undone", "reason": "his own"}
    assert (after["event 93"].actor_id, after["event 93"].member_id) == (LINUS, FORMER_MEMBER)
    assert [vote.yes for vote in await every(stores.personal_data.votes(LINUS))] == [False]
    assert (await stores.votes.tally("contribution90", 1)).yes == 0
    assert await stores.values.get("made:abc") is None
    assert await stores.values.get("made:def") == str(LINUS)
    assert await stores.values.get(f"asking:7:{ADA}") is None
    assert await stores.values.get(f"asking:7:{LINUS}") == f"1{ADA}"
    assert await stores.values.get(f"asking:8:{LINUS}") is None


async def test_one_list(stores: Stores) -> None:
    """A list at a time: the others are not touched."""
    await fill(stores)
    await stores.contributions.add(contribution(95, list_id=OTHER_LIST), event(95, list_id=OTHER_LIST))
    await forget(stores)
    [other] = await every(stores.personal_data.contributions(OTHER_LIST, ADA))
    assert other.member_id == ADA
    assert len((await stores.history.page(OTHER_LIST, limit=9, member_id=ADA)).events) == 1


async def test_lists_about(stores: Stores) -> None:
    """Each place that can name a member leads to its list; lists that don't name them stay out."""
    lists = {name: f"list{number:04}" for number, name in enumerate(PLACES, start=1)}
    for number, (name, put) in enumerate(PLACES.items(), start=1):
        await put(stores, lists[name], number)
    await strangers(stores, "stranger", 100)
    about = await stores.personal_data.lists_about(ADA)
    assert [name for name, list_id in lists.items() if list_id not in about] == []
    assert about == set(lists.values())
    for list_id in about:
        await stores.personal_data.forget(list_id, ADA)
    await stores.personal_data.forget_rest(ADA)
    left = {lists[name] for name in ("owner", "owner of a closed list", "blocked")}  # in the lists themselves
    assert await stores.personal_data.lists_about(ADA) == left
    assert await stores.personal_data.lists_about(LINUS) == set()


async def test_lists_about_who_was_owner(stores: Stores) -> None:
    """Whoever gave a list away, or may add again, is not named by it any more; who came instead is."""
    blocking = shared(rules=Rules(blocked_members=(7, 8)))
    created = await stores.lists.create(blocking)
    after = replace(blocking, owner_id=LINUS, rules=Rules(blocked_members=(8, 9)))
    assert await stores.lists.swap(created, after)
    about = {member: await stores.personal_data.lists_about(member) for member in (ADA, LINUS, 7, 8, 9)}
    assert about == {ADA: set(), LINUS: {LIST}, 7: set(), 8: {LIST}, 9: {LIST}}


async def test_copy(stores: Stores) -> None:
    """All of the member's is read, whatever became of it; votes with what they were about."""
    await fill(stores)
    own = await every(stores.personal_data.contributions(LIST, ADA))
    assert {(one.contribution_id, one.note) for one in own} == {
        (f"contribution{number}", NOTE) for number in range(1, len(State) + 1)
    }
    await stores.votes.cast("unknown", 12, ADA, NOW, yes=False)
    his = await stores.contributions.get(GUILD, "contribution90")
    assert sorted(await every(stores.personal_data.votes(ADA)), key=lambda vote: vote.contribution_id) == [
        Vote("contribution90", 1, yes=True, at=NOW, contribution=his),
        Vote("unknown", 12, yes=False, at=NOW, contribution=None),
    ]


async def test_many(stores: Stores, backend: str) -> None:
    """More than one part: all are read, and all are forgotten, with their votes."""
    many = MANY[backend]
    several = [
        contribution(number, number=number, state=State.LANDED if number % 2 else State.REMOVED)
        for number in range(1, many + 1)
    ]
    await stores.contributions.add_all(several)
    await stores.history.append(
        *(event(number, contribution_id=f"contribution{number}") for number in range(1, many + 1))
    )
    await asyncio.gather(
        *(stores.votes.cast(f"contribution{number}", 1, ADA, NOW, yes=True) for number in range(1, many + 1))
    )
    own = await every(stores.personal_data.contributions(LIST, ADA))
    assert len({one.contribution_id for one in own}) == len(own) == many
    assert len({vote.contribution_id for vote in await every(stores.personal_data.votes(ADA))}) == many
    await forget(stores)
    assert await stores.contributions.count(LIST, set(State), member_id=ADA) == 0
    assert await stores.contributions.count(LIST, set(State), member_id=FORMER_MEMBER) == many
    assert (await stores.history.page(LIST, limit=1, member_id=ADA)).events == ()
    assert await every(stores.personal_data.votes(ADA)) == []


async def test_in_use(stores: Stores) -> None:
    """While others go on changing what is forgotten, neither their changes nor the forgetting are lost."""
    for number in range(1, 21):
        await stores.contributions.add(contribution(number, number=number, note=NOTE))

    async def land(number: int) -> None:
        done: Contribution | None = None
        while done is None:
            held = await stores.contributions.get(GUILD, f"contribution{number}")
            assert held
            landed = event(number, actor_id=None, member_id=held.member_id)
            done = await stores.contributions.swap(held, replace(held, state=State.LANDED), landed)

    await asyncio.gather(
        *map(land, range(1, 11)), stores.personal_data.forget(LIST, ADA), *map(land, range(11, 21))
    )
    assert await stores.contributions.count(LIST, {State.LANDED}, member_id=FORMER_MEMBER) == 20
    events = (await stores.history.page(LIST, limit=50)).events
    assert [one.member_id for one in events] == [FORMER_MEMBER] * 20


@pytest.mark.parametrize("card", [True, False])
async def test_card_of_what_was_taken_back(stores: Stores, *, card: bool) -> None:
    """The card of what the member took back is drawn once more; cards of what was decided stay as they are."""
    shown = ballot(open=False, shown=True, message_id=5 if card else None)
    await stores.contributions.add(contribution(1, state=State.WITHDRAWN, ballot=shown))
    await stores.contributions.add(contribution(2, state=State.LANDED, ballot=shown))
    await forget(stores)
    unshown = [one.contribution_id for one in await stores.contributions.unshown()]
    assert unshown == (["contribution1"] if card else [])


@pytest.mark.real_part
async def test_outbox(mongo_uri: str, sealer: Sealer) -> None:
    """What waits to be brought into the history does not name the member there, whoever brings it in, and when."""
    async with mongo.open_stores(mongo_uri, sealer) as stores:
        own = await stores.contributions.add(contribution(1))
        other = await stores.contributions.add(contribution(2, member_id=LINUS))
        with MongoClient[dict[str, Any]](mongo_uri) as client:
            contributions = client.get_default_database()["contributions"]
            for number, held in enumerate((own, other), start=1):
                outbox = {"outbox": [EVENT.pack(event(number, member_id=held.member_id))], "untold": True}
                contributions.update_one({"_id": held.contribution_id}, {"$set": outbox})
            await forget(stores)
            assert contributions.count_documents({"untold": {"$exists": True}}) == 0
        # A process that had read the outbox before brings it in now.
        await stores.history.append(event(1), event(2, member_id=LINUS))
        told = {one.event_id: one for one in (await stores.history.page(LIST, limit=9)).events}
        assert {(one.actor_id, one.member_id) for one in told.values()} == {
            (FORMER_MEMBER, FORMER_MEMBER),
            (FORMER_MEMBER, LINUS),
        }


@pytest.mark.real_part
@pytest.mark.parametrize("collection", ["lists", "contributions"])
async def test_only_in_an_outbox(mongo_uri: str, sealer: Sealer, collection: str) -> None:
    """A list that only names the member in an outbox is among those to look at, and then doesn't any more."""
    async with mongo.open_stores(mongo_uri, sealer) as stores:
        await stores.lists.create(shared(owner_id=LINUS))
        held = await stores.contributions.add(contribution(1, member_id=LINUS))
        with MongoClient[dict[str, Any]](mongo_uri) as client:
            outbox = {"outbox": [EVENT.pack(event(1, member_id=LINUS))], "untold": True}
            key = LIST if collection == "lists" else held.contribution_id
            client.get_default_database()[collection].update_one({"_id": key}, {"$set": outbox})
        assert await stores.personal_data.lists_about(ADA) == {LIST}
        await forget(stores)
        assert await stores.personal_data.lists_about(ADA) == set()
        [told] = (await stores.history.page(LIST, limit=9)).events
        assert told.actor_id == FORMER_MEMBER
