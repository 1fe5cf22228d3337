"""A look back: what was liked, what divided members, who brought it, what was reached; and nobody who hides."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.clock import Alarm
from bot.services.shared.core.likes import recording_key
from bot.services.shared.core.notices import stopped
from bot.services.shared.rounds.recap import MILESTONES, Recaps, brought_most, milestone, most_divided
from bot.stores.contributions import Ballot, BallotKind
from bot.stores.history import FORMER_MEMBER
from bot.stores.likes import Like
from bot.stores.lists import ListStatus, Settings
from bot.stores.notices import NoticeKind
from tests.bot.noticed import noticed
from tests.shared_records import NOW, a_list, bring, contribution

if TYPE_CHECKING:
    from bot.stores import Stores
    from bot.stores.lists import SharedPlaylist
    from tests.bot.link_desk import Time

TAPE = a_list("p", owner_id=7, account_id="owner", settings=Settings(time_zone="Europe/Stockholm"))
ADA, LINUS, GRACE = 11, 12, 13


def vote(yes: int, no: int, kind: BallotKind = BallotKind.VOTE_IN) -> Ballot:
    return Ballot(1, kind, 1, NOW, NOW, open=False, yes=yes, no=no)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=12))
def test_most_divided(counts: list[tuple[int, int]]) -> None:
    """No other vote has more voices on its smaller side, or as many and is closer; maybe there is none."""
    held = [
        contribution(TAPE, number, f"spotify:track:{number}", 1, ballot=vote(*count))
        for number, count in enumerate(counts, start=1)
    ]
    found = most_divided(held)
    smaller = [min(count) for count in counts]
    if not any(smaller):
        assert found is None
        return
    assert found
    assert found.ballot
    yes, no = found.ballot.yes, found.ballot.no
    assert min(yes, no) == max(smaller)
    assert abs(yes - no) == min(abs(a - b) for a, b in counts if min(a, b) == max(smaller))
    assert most_divided(reversed(held)) == found


@given(st.integers(0, 5_000), st.integers(0, 300))
def test_milestones(before: int, more: int) -> None:
    """A milestone is told when it's passed, once, and the greatest of several."""
    found = milestone(before, before + more)
    passed = [each for each in MILESTONES if before < each <= before + more]
    assert found == (passed[-1] if passed else None)
    if found is not None:
        assert milestone(before + more, before + more) is None


def test_who_brought_most() -> None:
    """Those with most come first, and nobody who hides."""
    adders = Counter({ADA: 3, LINUS: 5, GRACE: 3, 14: 1, 15: 9})
    assert brought_most(adders, {15}) == ((LINUS, 5), (ADA, 3), (GRACE, 3))


@pytest.fixture
def recaps(each_stores: Stores, time: Time) -> Recaps:
    return Recaps(each_stores, noted=Alarm(), now=time.now)


@pytest.fixture
async def shared(each_stores: Stores) -> SharedPlaylist:
    return await each_stores.lists.create(TAPE)


async def test_round(each_stores: Stores, recaps: Recaps, shared: SharedPlaylist) -> None:
    """What came with the round, and only that: best first, with the most divided, and who brought it."""
    for number, (member_id, round_no, likes) in enumerate(
        [(ADA, 1, 1), (ADA, 1, 0), (LINUS, 1, 3), (FORMER_MEMBER, 1, 0), (None, 1, 0), (GRACE, 2, 5)], start=1
    ):
        one = await bring(
            each_stores,
            shared,
            number,
            f"spotify:track:{number}",
            member_id,
            round_no=round_no,
            created_at=NOW + timedelta(minutes=number),
            ballot=vote(number, 2) if number < 3 else None,
        )
        for liker in range(100, 100 + likes):
            await each_stores.likes.put(
                Like(shared.list_id, recording_key(one), liker, one.contribution_id, NOW)
            )
    await each_stores.stats_opt_outs.put(LINUS)
    recap = await recaps.of_round(shared, 1)
    assert recap
    assert (recap.tracks, recap.members, recap.likes) == (5, 3, 4)
    assert [(one.contribution.number, one.likes) for one in recap.liked] == [(3, 3), (1, 1)]
    assert recap.divided
    assert recap.divided.number == 2
    assert recap.brought == ((ADA, 2),)
    assert recap.hidden >= {LINUS, FORMER_MEMBER}
    assert recap.reached is None
    assert await recaps.of_round(shared, 3) is None


async def test_reached(each_stores: Stores, recaps: Recaps, shared: SharedPlaylist) -> None:
    """The round in which the hundredth track came in says so; the next one doesn't."""
    await each_stores.contributions.add_all(
        [
            contribution(
                shared,
                number,
                f"spotify:track:{number}",
                ADA,
                round_no=1 if number <= 80 else 2 if number <= 110 else 3,
                created_at=NOW + timedelta(seconds=number),
            )
            for number in range(1, 121)
        ]
    )
    found = [await recaps.of_round(shared, number) for number in (1, 2, 3)]
    assert [recap and recap.reached for recap in found] == [75, 100, None]


def test_round_over() -> None:
    """A list that goes on to its next round has the recap of the former sent, once for each."""
    turned = replace(TAPE, round_no=2, version=5)
    (notice,) = stopped(TAPE, turned, NOW)
    assert (notice.kind, notice.facts) == (NoticeKind.RECAP, {"round": 1})
    (again,) = stopped(replace(TAPE, version=9), replace(turned, version=10), NOW + timedelta(hours=1))
    assert again.notice_id == notice.notice_id
    assert stopped(turned, replace(turned, name="Other"), NOW) == ()


async def test_new_year(each_stores: Stores, recaps: Recaps, shared: SharedPlaylist, time: Time) -> None:
    """At midnight of the list's own New Year, once, even if the bot looks later; not for years before it looked."""
    begins = datetime(time.now().year, 12, 31, 23, tzinfo=UTC)  # in Stockholm
    year = time.now().year
    assert await recaps.look_after(shared.list_id) == begins
    assert await noticed(each_stores, NoticeKind.RECAP) == []
    time.pass_by(seconds=(begins - time.now()).total_seconds() - 1)
    assert await recaps.look_after(shared.list_id) == begins
    assert await noticed(each_stores, NoticeKind.RECAP) == []
    time.pass_by(hours=30)
    for _ in range(2):
        assert await recaps.look_after(shared.list_id) == begins.replace(year=year + 1)
    (notice,) = await noticed(each_stores, NoticeKind.RECAP)
    assert notice.facts == {"year": year}


async def test_closed(each_stores: Stores, recaps: Recaps, shared: SharedPlaylist) -> None:
    """Nobody looks back on a closed list."""
    assert await each_stores.lists.swap(shared, replace(shared, status=ListStatus.CLOSED))
    assert await recaps.look_after(shared.list_id) is None
    assert await recaps.look_after("unknown") is None
