"""What is wrong with one shared playlist, or with one vote, keeps none of the others waiting."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

import pytest

from bot.stores.contributions import State
from bot.stores.lists import Rounds
from tests.bot.services.shared.rounds.rounds_desk import make
from tests.bot.voting_desk import Desk as VotingDesk

if TYPE_CHECKING:
    from bot.stores import Stores
    from tests.bot.link_desk import Time
    from tests.bot.services.shared.outbox.outbox_desk import Desk


class Broken:
    """A store that fails, in a way nobody expects, at whatever `of` is mentioned in."""

    def __init__(self, store: object) -> None:
        self.store = store
        self.of: str | None = None

    def __getattr__(self, name: str) -> Any:
        async def call(*args: Any, **more: Any) -> Any:
            if self.of is not None and self.of in repr(args):
                raise RuntimeError
            return await getattr(self.store, name)(*args, **more)

        return call


async def test_votes(stores: Stores, time: Time, caplog: pytest.LogCaptureFixture) -> None:
    """One that cannot be ended, for whatever reason: the others end, and the reason is logged once."""
    store = Broken(stores.contributions)
    desk = VotingDesk(replace(stores, contributions=cast("Any", store)), time)
    shared = await desk.lend()
    first, second = await desk.propose(shared, 1), await desk.propose(shared, 2)
    time.pass_by(days=30)
    store.of = first.contribution_id
    for _ in range(3):
        await desk.expire()
        time.pass_by(minutes=2)
    assert (await desk.now(second)).state is State.LAPSED
    assert len([record for record in caplog.records if record.exc_info]) == 1
    store.of = None
    await desk.expire()
    assert (await desk.now(first)).state is State.LAPSED


@pytest.mark.parametrize("broken", [0, 1])
async def test_rounds(desk: Desk, broken: int) -> None:
    """A round that cannot be ended, for whatever reason: those of the other lists end."""
    store = Broken(desk.stores.values)
    desk.stores = replace(desk.stores, values=cast("Any", store))
    there = make(desk)
    lists = [(await desk.lend(name))[0] for name in ("Tape", "Other")]
    for shared in lists:
        await there.set(shared, rounds=Rounds.WEEKLY)
    desk.clock.advance(timedelta(days=8).total_seconds())
    store.of = lists[broken].list_id
    await there.work()
    assert (await there.fresh(lists[1 - broken])).round_no == 2
    assert (await there.fresh(lists[broken])).round_no == 1


@pytest.mark.parametrize("broken", [0, 1])
async def test_edits(desk: Desk, broken: int) -> None:
    """A list that cannot be compared with Spotify, for whatever reason: the others are."""
    store = Broken(desk.stores.snapshots)
    desk.stores = replace(desk.stores, snapshots=cast("Any", store))
    there = make(desk)
    lists = [(await desk.lend(name))[0] for name in ("Tape", "Other")]
    store.of = lists[broken].list_id
    desk.clock.advance(timedelta(hours=7).total_seconds())
    for _ in lists:
        await there.drift.slow_round()
        desk.clock.advance(timedelta(minutes=11).total_seconds())
    assert await there.drift.checked_at(lists[1 - broken]) is not None
    assert await there.drift.checked_at(lists[broken]) is None
