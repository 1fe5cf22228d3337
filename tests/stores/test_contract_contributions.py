"""The promises of `Contributions` about keeping and changing, on every database."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.stores.contributions import OCCUPYING, Recording, State, Via
from tests.stores.records import ADA, GRACE, NOW
from tests.stores.shared_records import (
    GUILD,
    HOSTILE,
    LIST,
    OTHER_GUILD,
    ballot,
    contribution,
    event,
    full_contribution,
    recording,
)

if TYPE_CHECKING:
    from bot.stores import Stores
    from bot.stores.contributions import Contribution
    from tests.stores.conftest import OpenStores


async def told(stores: Stores) -> list[str]:
    """The ids of the list's events, oldest first."""
    page = await stores.history.page(LIST, limit=1000)
    return [one.event_id for one in reversed(page.events)]


async def queued(stores: Stores, *numbers: int) -> list[Contribution]:
    return [await stores.contributions.add(contribution(n, state=State.QUEUED, number=n)) for n in numbers]


async def test_round_trip(open_stores: OpenStores) -> None:
    """A contribution comes back as it was kept, also after a restart, with the version 1."""
    stored = replace(full_contribution(), version=1)
    async with open_stores() as stores:
        assert await stores.contributions.add(full_contribution()) == stored
        assert await stores.contributions.add(contribution(2)) == replace(contribution(2), version=1)
    async with open_stores() as stores:
        assert await stores.contributions.get(OTHER_GUILD, stored.contribution_id) == stored
        assert await stores.contributions.by_origin(OTHER_GUILD, stored.origin) == stored
        assert await stores.contributions.get(GUILD, "contribution2") == replace(contribution(2), version=1)


async def test_other_guild(stores: Stores) -> None:
    """A guild does not get another guild's contribution, even if it knows its id."""
    await stores.contributions.add(contribution())
    assert await stores.contributions.get(OTHER_GUILD, "contribution1") is None
    assert await stores.contributions.get(GUILD, "unknown") is None
    assert await stores.contributions.by_origin(GUILD, "unknown") is None


async def test_origin(stores: Stores) -> None:
    """What comes from the same origin again is not kept twice, nor told; the earlier one is answered."""
    first = await stores.contributions.add(contribution(1), event(1))
    again = contribution(2, origin=first.origin, note="again")
    assert await stores.contributions.add(again, event(2)) == first
    assert await stores.contributions.get(GUILD, "contribution2") is None
    assert await told(stores) == ["event 1"]


async def test_origin_race(stores: Stores) -> None:
    """Of fifty additions of one origin at once one is kept, and all are answered it."""
    answers = await asyncio.gather(
        *(stores.contributions.add(contribution(n, origin="same"), event(n)) for n in range(50))
    )
    assert len(set(answers)) == 1
    assert await stores.contributions.count(LIST, {State.PENDING}) == 1
    assert await told(stores) == [f"event {answers[0].contribution_id.removeprefix('contribution')}"]


async def test_add_all(stores: Stores) -> None:
    """Many are kept at once; those whose origin is there already, or comes twice, are left."""
    first = await stores.contributions.add(contribution(1))
    many = [contribution(n, via=Via.SPOTIFY, member_id=None) for n in range(1, 1203)]
    assert await stores.contributions.add_all([*many, contribution(5000, origin=many[7].origin)]) == 1201
    assert await stores.contributions.add_all(many) == 0
    assert await stores.contributions.add_all([]) == 0
    assert await stores.contributions.get(GUILD, "contribution1") == first
    assert await stores.contributions.get(GUILD, "contribution1202") == replace(many[-1], version=1)
    assert await stores.contributions.count(LIST, OCCUPYING) == 1202


async def test_swap(stores: Stores) -> None:
    """A change is kept if nobody was faster, its version is one higher; what tells which one it is stays."""
    first = await stores.contributions.add(contribution(), event(1))
    changed = replace(full_contribution(), guild_id=GUILD)
    elsewhere = replace(changed, contribution_id="x", origin="x", list_id="x", guild_id=5)
    second = await stores.contributions.swap(first, elsewhere, event(2), event(3))
    assert second == replace(changed, version=2)
    assert await stores.contributions.get(GUILD, "contribution1") == second
    assert await told(stores) == ["event 1", "event 2", "event 3"]


async def test_stale_swap(stores: Stores) -> None:
    """A change that comes too late changes nothing and is not told."""
    first = await stores.contributions.add(contribution())
    second = await stores.contributions.swap(first, replace(first, note="one"))
    assert await stores.contributions.swap(first, replace(first, note="two"), event(1)) is None
    assert await stores.contributions.get(GUILD, "contribution1") == second
    assert await stores.contributions.swap(contribution(9), contribution(9), event(2)) is None
    assert await told(stores) == []


async def test_swap_back(stores: Stores) -> None:
    """What a change takes away is gone: its ballot, batch and number."""
    full = await stores.contributions.add(replace(full_contribution(), guild_id=GUILD))
    bare = await stores.contributions.swap(full, contribution())
    assert bare == replace(contribution(), version=2)
    assert await stores.contributions.get(GUILD, "contribution1") == bare
    assert await stores.contributions.unshown() == ()
    assert await stores.contributions.of_batch(LIST, "batch") == ()


async def test_swap_race(stores: Stores) -> None:
    """Of fifty who change the same version at once one succeeds, and only its events are told."""
    first = await stores.contributions.add(contribution())
    results = await asyncio.gather(
        *(stores.contributions.swap(first, replace(first, note=f"{n}"), event(n)) for n in range(50))
    )
    [won] = [result for result in results if result]
    assert await stores.contributions.get(GUILD, "contribution1") == won
    assert await told(stores) == [f"event {won.note}"]


async def test_numbers(stores: Stores) -> None:
    """Numbers go up, list by list, and stand above all that are in use."""
    assert [await stores.contributions.next_number(LIST) for _ in range(3)] == [1, 2, 3]
    assert await stores.contributions.next_number("other") == 1
    await stores.contributions.add_all([contribution(1, number=40), contribution(2, number=30)])
    assert await stores.contributions.next_number(LIST) == 41
    await stores.contributions.add(contribution(3, number=2**40))
    assert await stores.contributions.next_number(LIST) == 2**40 + 1
    assert await stores.contributions.next_number("other") == 2


async def test_blocks_of_numbers(stores: Stores) -> None:
    """A block of numbers belongs to whoever asked for it."""
    assert await stores.contributions.next_number(LIST, block=5) == 1
    assert await stores.contributions.next_number(LIST) == 6


async def test_numbers_race(stores: Stores) -> None:
    """Nobody gets another's number, however many ask at once."""
    numbers = await asyncio.gather(*(stores.contributions.next_number(LIST) for _ in range(50)))
    assert sorted(numbers) == list(range(1, 51))


async def test_pages_by_number(stores: Stores) -> None:
    """Those of a state are read page by page in the order of their numbers, whatever order they came in."""
    await queued(stores, 5, 1, 4, 2)
    await stores.contributions.add(contribution(3, state=State.LANDED, number=3))
    await stores.contributions.add(contribution(9, state=State.QUEUED, number=1, list_id="other"))
    first = await stores.contributions.in_state(LIST, {State.QUEUED}, limit=3)
    assert [one.number for one in first] == [1, 2, 4]
    second = await stores.contributions.in_state(LIST, {State.QUEUED}, limit=3, after=4)
    assert [one.number for one in second] == [5]
    both = await stores.contributions.in_state(LIST, {State.QUEUED, State.LANDED}, limit=4)
    assert [one.number for one in both] == [1, 2, 3, 4]
    assert await stores.contributions.in_state(LIST, set(), limit=3) == ()
    assert await stores.contributions.in_state(LIST, {State.QUEUED}, limit=0) == ()


async def test_pending(stores: Stores) -> None:
    """Those without a number come by their creation, before the others."""
    await queued(stores, 1)
    for n in (4, 2, 3):
        await stores.contributions.add(contribution(n, created_at=NOW + timedelta(seconds=n)))
    found = await stores.contributions.in_state(LIST, {State.PENDING, State.QUEUED}, limit=9)
    assert [one.contribution_id for one in found] == [f"contribution{n}" for n in (2, 3, 4, 1)]
    later = await stores.contributions.in_state(LIST, {State.PENDING, State.QUEUED}, limit=9, after=1)
    assert later == ()


async def test_batch(stores: Stores) -> None:
    """A batch's contributions are found in the order of their numbers, whatever became of them."""
    for n in (2, 1):
        await stores.contributions.add(contribution(n, state=State.SENDING, number=n, batch_id="a"))
    await stores.contributions.add(contribution(3, state=State.LANDED, number=3, batch_id="a"))
    await stores.contributions.add(contribution(4, state=State.SENDING, number=4, batch_id="b"))
    await stores.contributions.add(contribution(5, batch_id="a", list_id="other"))
    assert [one.number for one in await stores.contributions.of_batch(LIST, "a")] == [1, 2, 3]
    assert await stores.contributions.of_batch(LIST, "c") == ()


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (recording(9), []),
        (recording(9, uri="spotify:track:1"), [1]),
        (recording(9, uri="spotify:track:written"), [2]),
        (recording(9, uri="spotify:track:2"), [2]),
        (recording(9, isrc="ISRC1"), [1]),
        (recording(9, fingerprint="title 3"), [3]),
        (recording(9, uri="spotify:track:1", isrc="ISRC2", fingerprint="title 3"), [1, 2, 3]),
        (recording(1), [1]),
        (Recording("spotify:track:9"), []),
    ],
)
async def test_alike(stores: Stores, asked: Recording, found: list[int]) -> None:
    """What might be the same is found by each of its marks, in any state, but not by what is not known."""
    await stores.contributions.add(contribution(1, state=State.REMOVED))
    await stores.contributions.add(contribution(2, written_uri="spotify:track:written"))
    await stores.contributions.add(contribution(3, created_at=NOW + timedelta(seconds=1)))
    await stores.contributions.add(contribution(4, recording=Recording("spotify:track:4")))
    await stores.contributions.add(contribution(5, list_id="other", recording=recording(1)))
    alike = await stores.contributions.alike(LIST, [asked])
    assert sorted(one.contribution_id for one in alike) == [f"contribution{n}" for n in found]
    several = await stores.contributions.alike(LIST, [asked, recording(4), recording(1), recording(3)])
    assert {one.contribution_id for one in several} == {f"contribution{n}" for n in (*found, 1, 3, 4)}
    assert await stores.contributions.alike(LIST, []) == ()


async def test_of_uris(stores: Stores) -> None:
    """Those in the playlist are found by the URIs that stand in it, in the order of their numbers."""
    inside = {"state": State.LANDED}
    for n in (3, 1):
        await stores.contributions.add(contribution(n, number=n, **inside, recording=recording(1)))
    await stores.contributions.add(contribution(2, number=2, state=State.LEAVING, written_uri="w'\"\0"))
    await stores.contributions.add(contribution(4, state=State.REMOVED, recording=recording(1)))
    await stores.contributions.add(contribution(5, **inside, list_id="other", recording=recording(1)))
    uris = ["spotify:track:1", "w'\"\0", "spotify:track:1", "spotify:track:2"]
    found = await stores.contributions.of_uris(LIST, uris)
    assert [one.number for one in found] == [1, 2, 3]
    gone = await stores.contributions.of_uris(LIST, uris, {State.REMOVED})
    assert [one.contribution_id for one in gone] == ["contribution4"]
    assert await stores.contributions.of_uris(LIST, []) == ()
    assert await stores.contributions.of_uris(LIST, uris, ()) == ()


async def test_by_origins(stores: Stores) -> None:
    """Those of some origins are found at once, however many are asked for."""
    kept = [await stores.contributions.add(contribution(n)) for n in (1, 2, 3)]
    asked = (
        [one.origin for one in kept[1:]] + [f"interaction {n}/9" for n in range(20_000)] + [kept[1].origin]
    )
    found = await stores.contributions.by_origins(GUILD, asked)
    assert sorted(found, key=lambda one: one.contribution_id) == kept[1:]
    assert await stores.contributions.by_origins(GUILD, []) == ()


async def test_several(stores: Stores) -> None:
    """Those with some ids are found in the order of the ids, in their own guild only."""
    kept = [await stores.contributions.add(contribution(n, together=("a", "b"))) for n in (1, 2, 3)]
    ids = ["contribution3", "unknown", "contribution1", "contribution3"]
    assert await stores.contributions.several(GUILD, ids) == (kept[2], kept[0])
    assert kept[0].together == ("a", "b")
    assert await stores.contributions.several(OTHER_GUILD, ids) == ()
    assert await stores.contributions.several(GUILD, []) == ()


async def test_of_very_many_uris(stores: Stores) -> None:
    """All URIs of the longest playlist can be asked for at once."""
    await stores.contributions.add(contribution(10_500, state=State.LANDED))
    found = await stores.contributions.of_uris(LIST, [f"spotify:track:{n}" for n in range(40_000)])
    assert [one.contribution_id for one in found] == ["contribution10500"]


async def test_latest(stores: Stores) -> None:
    """A member's own come newest first."""
    for n in range(4):
        member_id = GRACE if n == 2 else ADA
        at = NOW + timedelta(seconds=n)
        await stores.contributions.add(contribution(n, member_id=member_id, created_at=at))
    await stores.contributions.add(contribution(9, state=State.REMOVED, created_at=NOW + timedelta(days=1)))
    latest = await stores.contributions.latest_of(LIST, ADA, {State.PENDING, State.LANDED}, 2)
    assert [one.contribution_id for one in latest] == ["contribution3", "contribution1"]
    [newest] = await stores.contributions.latest_of(LIST, ADA, {State.PENDING, State.REMOVED})
    assert newest.contribution_id == "contribution9"
    assert await stores.contributions.latest_of(LIST, 5, {State.PENDING}) == ()


async def test_hostile(stores: Stores) -> None:
    """Words that look like commands, and bytes that end strings elsewhere, are kept as they are."""
    told_of = event(event_id=HOSTILE, detail={HOSTILE: HOSTILE})
    odd = Recording(HOSTILE, HOSTILE, (HOSTILE,), 2**31, HOSTILE)
    kept = await stores.contributions.add(contribution(note=HOSTILE, origin=HOSTILE, recording=odd), told_of)
    assert await stores.contributions.by_origin(GUILD, HOSTILE) == kept
    assert await stores.contributions.alike(LIST, [odd]) == (kept,)
    assert await stores.contributions.count(LIST, OCCUPYING, artist_id=HOSTILE) == 1
    assert (await stores.history.page(LIST, limit=5)).events == (told_of,)


async def test_erase(stores: Stores) -> None:
    """Erased with its votes and events, it is counted no longer; one that changed meanwhile, and others, stay."""
    keys = ("contribution1", "contribution2")
    for number, key in enumerate(keys, start=1):
        told = [
            event(number * 10 + n, event_id=f"{key}:{happening}:1", contribution_id=key)
            for n, happening in enumerate(("proposed", "landed"))
        ]
        voted_in = ballot(open=False, yes=1)
        removed = contribution(number, state=State.REMOVED, number=number, ballot=voted_in)
        await stores.contributions.add(removed, *told)
        await stores.votes.cast(key, voted_in.number, ADA, NOW, yes=True)
    first, second = [await stores.contributions.get(GUILD, key) for key in keys]
    assert first
    assert second
    assert not await stores.contributions.erase(replace(first, version=first.version + 1))
    assert await stores.contributions.erase(first)
    assert not await stores.contributions.erase(first)
    assert await stores.contributions.get(GUILD, first.contribution_id) is None
    assert await stores.contributions.by_origin(GUILD, first.origin) is None
    assert await stores.contributions.get(GUILD, second.contribution_id) == second
    assert await stores.contributions.count(LIST, {State.REMOVED}) == 1
    assert await stores.contributions.count(LIST, {State.REMOVED}, member_id=first.member_id) == 1
    for one, left in ((first, 0), (second, 1)):
        artist_id = one.recording.artist_ids[0]
        assert await stores.contributions.count(LIST, {State.REMOVED}, artist_id=artist_id) == left
    assert (await stores.votes.tally(first.contribution_id, 1)).yes == 0
    assert (await stores.votes.tally(second.contribution_id, 1)).yes == 1
    for page in (
        await stores.history.page(LIST, limit=10),
        await stores.history.page(LIST, limit=10, member_id=ADA),
    ):
        assert {one.contribution_id for one in page.events} == {second.contribution_id}
        assert len(page.events) == 2
