"""The promises of `Contributions` about ballots, counts and figures, on every database."""

from __future__ import annotations

import asyncio
import random
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.stores.contributions import INSIDE, OCCUPYING, UNFINISHED, Share, State
from tests.stores.records import ADA, GRACE, NOW, SOON
from tests.stores.shared_records import LIST, ballot, contribution, recording

if TYPE_CHECKING:
    from bot.stores import Stores
    from bot.stores.contributions import Contribution

DAY = timedelta(days=1)
QUESTIONS: list[dict[str, Any]] = [
    {},
    {"member_id": ADA},
    {"member_id": 5},
    {"artist_id": "a"},
    {"artist_id": "b", "member_id": ADA},
    {"since": NOW},
    {"since": NOW, "member_id": GRACE},
    {"since": NOW, "artist_id": "a"},
    {"round_no": 2},
    {"round_no": 2, "member_id": ADA},
    {"round_no": 1, "artist_id": "b"},
    {"round_no": 2, "since": NOW, "member_id": GRACE, "artist_id": "a"},
    {"round_no": 1, "since": NOW},
]


def ids(found: tuple[Contribution, ...]) -> list[str]:
    return [one.contribution_id.removeprefix("contribution") for one in found]


async def a_long_list(stores: Stores) -> list[Contribution]:
    """Sixty contributions that differ in all that is counted by, a third of them changed since they came."""
    dice = random.Random(7)  # noqa: S311 - a test's dice

    def anyone(n: int) -> dict[str, Any]:
        artists = dice.choice([(), ("a",), ("b",), ("a", "b"), ("a", "a")])
        return {
            "state": dice.choice([State.LANDED, State.PENDING, State.REMOVED]),
            "member_id": dice.choice([ADA, GRACE, None]),
            "round_no": dice.choice([1, 2]),
            "created_at": NOW + dice.choice([-DAY, timedelta(0), DAY]),
            "recording": recording(n, artist_ids=artists, duration_ms=n),
        }

    kept = [await stores.contributions.add(contribution(n, **anyone(n))) for n in range(60)]
    await stores.contributions.add(contribution(100, list_id="other", **anyone(100)))
    for n in range(0, 60, 3):
        changed = await stores.contributions.swap(kept[n], replace(kept[n], **anyone(n)))
        assert changed
        kept[n] = changed
    return kept


async def test_count(stores: Stores) -> None:
    """Every question how many there are is answered as if all were looked at, after changes, too."""
    kept = await a_long_list(stores)
    for states in (INSIDE, OCCUPYING, {State.REMOVED}, set(State), ()):
        for question in QUESTIONS:
            expected = [
                one
                for one in kept
                if one.state in states
                and question.get("member_id", one.member_id) == one.member_id
                and ("artist_id" not in question or question["artist_id"] in one.recording.artist_ids)
                and one.created_at >= question.get("since", one.created_at)
                and question.get("round_no", one.round_no) == one.round_no
            ]
            counted = await stores.contributions.count(LIST, states, **question)
            assert counted == len(expected), (states, question)


@pytest.mark.parametrize("since", [None, NOW])
async def test_shares(stores: Stores, since: Any) -> None:
    """Who brought how much: most first, with those that came in Spotify as nobody's; nobody with nothing."""
    kept = await a_long_list(stores)
    shares = await stores.contributions.shares(LIST, {State.LANDED, State.REMOVED}, since=since)
    counted = {
        member_id: sum(
            one.member_id == member_id
            and one.state in {State.LANDED, State.REMOVED}
            and (since is None or one.created_at >= since)
            for one in kept
        )
        for member_id in (ADA, GRACE, None)
    }
    assert {share.member_id: share.count for share in shares} == counted
    assert [share.count for share in shares] == sorted(counted.values(), reverse=True)


async def test_empty_shares(stores: Stores) -> None:
    """Whose contributions are all gone has no share."""
    one = await stores.contributions.add(contribution(state=State.LANDED))
    assert await stores.contributions.shares(LIST, INSIDE) == (Share(ADA, 1),)
    await stores.contributions.swap(one, replace(one, state=State.REMOVED))
    assert await stores.contributions.shares(LIST, INSIDE) == ()
    assert await stores.contributions.shares("unknown", INSIDE, since=NOW) == ()


async def test_count_race(stores: Stores) -> None:
    """However many are added and changed at once, the counts are right."""

    async def one(n: int) -> None:
        kept = await stores.contributions.add(contribution(n))
        await stores.contributions.swap(kept, replace(kept, state=State.LANDED))

    await asyncio.gather(*(one(n) for n in range(40)))
    assert await stores.contributions.count(LIST, {State.PENDING}) == 0
    assert await stores.contributions.count(LIST, {State.LANDED}) == 40
    assert await stores.contributions.shares(LIST, INSIDE) == (Share(ADA, 40),)


async def test_moments(stores: Stores) -> None:
    """The newest come first, with whose they are and how long."""
    kept = await a_long_list(stores)
    states = {State.LANDED, State.PENDING}
    expected = [
        (one.created_at, one.member_id, one.recording.duration_ms) for one in kept if one.state in states
    ]
    moments = await stores.contributions.moments(LIST, states, limit=1000)
    assert sorted(moments, key=repr) == sorted(expected, key=repr)
    assert [moment[0] for moment in moments] == sorted((one[0] for one in expected), reverse=True)
    assert [one[0] for one in await stores.contributions.moments(LIST, states, limit=3)] == [
        one[0] for one in moments[:3]
    ]
    assert await stores.contributions.moments(LIST, (), limit=3) == ()
    assert await stores.contributions.moments(LIST, states, limit=0) == ()


async def test_undecided(stores: Stores) -> None:
    """Open ballots are found by their end, of one list or of all, until they are decided."""
    late = await stores.contributions.add(contribution(1, ballot=ballot(ends_at=SOON + DAY)))
    soon = await stores.contributions.add(contribution(2, state=State.LANDED, ballot=ballot()))
    other = await stores.contributions.add(
        contribution(3, list_id="other", ballot=ballot(ends_at=SOON + DAY / 2))
    )
    await stores.contributions.add(contribution(4))
    await stores.contributions.add(contribution(5, ballot=ballot(open=False)))
    assert await stores.contributions.undecided() == (soon, other, late)
    assert await stores.contributions.undecided(list_id=LIST) == (soon, late)
    await stores.contributions.swap(soon, replace(soon, ballot=ballot(open=False)))
    assert await stores.contributions.undecided(list_id=LIST) == (late,)


async def test_unshown(stores: Stores) -> None:
    """Decided ballots are found while there is a card that does not show it."""
    there = {"channel_id": 5, "message_id": 6}
    ballots = [
        ballot(open=False, **there),
        ballot(open=False, shown=True, **there),
        ballot(open=True, **there),
        ballot(open=False),
    ]
    kept = [await stores.contributions.add(contribution(n, ballot=one)) for n, one in enumerate(ballots)]
    assert ids(await stores.contributions.unshown()) == ["0"]
    posted = await stores.contributions.swap(kept[3], replace(kept[3], ballot=ballots[0]))
    assert sorted(ids(await stores.contributions.unshown())) == ["0", "3"]
    assert posted
    await stores.contributions.swap(posted, replace(posted, ballot=ballots[1]))
    assert ids(await stores.contributions.unshown()) == ["0"]


async def test_lists_with(stores: Stores) -> None:
    """It is known which lists have work left, whatever else is in them."""
    await stores.contributions.add(contribution(1, list_id="a", state=State.QUEUED))
    await stores.contributions.add(contribution(2, list_id="a", state=State.PARKED))
    await stores.contributions.add(contribution(3, list_id="b", state=State.LEAVING))
    landed = await stores.contributions.add(contribution(4, list_id="c", state=State.SENDING))
    await stores.contributions.swap(landed, replace(landed, state=State.LANDED))
    assert await stores.contributions.lists_with(UNFINISHED) == {"a", "b"}
    assert await stores.contributions.lists_with({State.PARKED}) == {"a"}
    assert await stores.contributions.lists_with({State.SENDING}) == frozenset()
