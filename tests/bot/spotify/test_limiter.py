"""Waiting when Spotify says so: how long, for whom, and across a restart."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.spotify.errors import SpotifyBudgetError, SpotifyRateLimitedError
from bot.spotify.limiter import Limiter, wait_s
from bot.spotify.purpose import Part, Priority
from bot.spotify.quota import BULK_STOPS, PARTS
from tests.bot.spotify.ledger import MemoryLedger

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.spotify.purpose import Share
    from tests.bot.spotify.conftest import Time


@pytest.mark.parametrize(
    ("header", "quota", "wait"),
    [
        ("1", False, 1),
        (" 30 ", False, 30),
        ("2484", False, 2484),
        ("86400", True, 86_400),
        ("0", False, 1),
        ("172800", False, 172_800),
        ("172801", False, 172_800),
        ("9" * 400, False, 172_800),
        (None, False, 30),
        (None, True, 3600),
        ("", False, 30),
        ("soon", True, 3600),
        ("-5", False, 30),
        ("1.5", False, 30),
        ("٣", False, 30),
        ("Wed, 21 Oct 2026 07:28:00 GMT", False, 30),
    ],
)
def test_wait(header: str | None, *, quota: bool, wait: int) -> None:
    """Whole seconds count, up to two days; without them half a minute, or an hour when the quota is used up."""
    assert wait_s(header, quota=quota) == wait


async def test_block_ends_by_itself(limiter: Limiter, clock: Time) -> None:
    """Until the time given nobody gets in; from then on everybody does."""
    assert limiter.until is None
    error = limiter.block("60", quota=True)
    assert (error.until, error.quota) == (clock.now() + timedelta(seconds=60), True)
    assert limiter.until == error.until
    clock.passed_s += 59.9
    assert not limiter.enter_at_once(Priority.WRITE, None)
    with pytest.raises(SpotifyRateLimitedError) as caught:
        await limiter.enter(Priority.WRITE)
    assert (caught.value.until, caught.value.quota) == (error.until, True)
    clock.passed_s += 0.1
    assert limiter.until is None
    assert limiter.enter_at_once(Priority.LOOKUP, None)


async def test_block_never_shrinks(limiter: Limiter, clock: Time) -> None:
    """A second 429 with a shorter wait does not let anybody in earlier."""
    long = limiter.block("600", quota=False)
    short = limiter.block("5", quota=False)
    assert short.until == long.until == clock.now() + timedelta(seconds=600)


async def test_queued_calls_fail_at_once(limiter: Limiter) -> None:
    """Whoever queues for a place when the 429 comes is told right then, though all places are still taken."""
    for _ in range(3):
        await limiter.enter()
    queued = [asyncio.create_task(limiter.enter()) for _ in range(5)]
    await asyncio.sleep(0)
    limiter.block("60", quota=False)
    results = await asyncio.wait_for(asyncio.gather(*queued, return_exceptions=True), 1)
    assert [type(result) for result in results] == [SpotifyRateLimitedError] * 5


async def test_nobody_waits_for_a_short_block(limiter: Limiter, clock: Time) -> None:
    """Verification, which no person waits for, outlasts a block of five seconds; nothing else waits, nor any longer."""
    limiter.block("5", quota=False)
    for priority in set(Priority) - {Priority.VERIFY}:
        with pytest.raises(SpotifyRateLimitedError):
            await limiter.enter(priority)
    await limiter.enter(Priority.VERIFY)
    assert clock.slept == [5.0]
    limiter.block("6", quota=False)
    with pytest.raises(SpotifyRateLimitedError):
        await limiter.enter(Priority.VERIFY)


async def test_remembered_across_a_restart(clock: Time) -> None:
    """The end of a block is stored, and a new process starts from it."""
    ledger = MemoryLedger()
    before = Limiter(clock.now, ledger=ledger, clock=clock.seconds)
    error = before.block("3600", quota=False)
    before.block("60", quota=False)
    await before.close()
    after = Limiter(clock.now, ledger=ledger, clock=clock.seconds)
    assert not after.enter_at_once(Priority.WRITE, None)
    with pytest.raises(SpotifyRateLimitedError) as caught:
        await after.enter()
    assert caught.value.until == error.until
    clock.passed_s += 3600
    await after.enter()
    await after.close()


async def test_budget(clock: Time) -> None:
    """When the budget is nearly used up, what matters less is refused with the time, and writes go on."""
    limiter = Limiter(clock.now, budget=10)
    for _ in range(10):
        assert limiter.enter_at_once(Priority.WRITE, None)
        limiter.leave()
    for priority in (Priority.VERIFY, Priority.LOOKUP, Priority.SUGGESTION):
        with pytest.raises(SpotifyBudgetError) as caught:
            limiter.enter_at_once(priority, None)
        with pytest.raises(SpotifyBudgetError):
            await limiter.enter(priority)
        assert clock.now() + timedelta(hours=24) <= caught.value.until <= clock.now() + timedelta(hours=24.25)
    assert limiter.enter_at_once(Priority.REFRESH, None)
    assert limiter.used == 11


async def test_clock_set_back(clock: Time) -> None:
    """A block does not become longer than it was when the clock is set back."""
    limiter = Limiter(clock.now)
    limiter.block("60", quota=False)
    clock.passed_s -= 5 * 3600
    assert limiter.until == clock.now() + timedelta(seconds=60)
    clock.passed_s += 60
    assert limiter.enter_at_once(Priority.LOOKUP, None) or limiter.until is None


async def test_refused_calls_take_no_place(clock: Time) -> None:
    """What the budget refuses leaves its place to others."""
    limiter = Limiter(clock.now, budget=1, concurrency=1)
    assert limiter.enter_at_once(Priority.LOOKUP, None)
    limiter.leave()
    for _ in range(3):
        with pytest.raises(SpotifyBudgetError):
            limiter.enter_at_once(Priority.LOOKUP, None)
    assert limiter.enter_at_once(Priority.WRITE, None)


async def test_places_go_to_what_matters_most(clock: Time) -> None:
    """With one place, writes go first and suggestions last, however early they came."""
    assert await order_of(clock, [(priority, None) for priority in reversed(Priority)]) == list(Priority)


async def test_places_are_shared_fairly(clock: Time) -> None:
    """Somebody who asks a lot at once does not keep others waiting: they take turns."""
    a, b, c = (1, 1), (1, 2), (2, 1)
    order = await order_of(clock, [(Priority.LOOKUP, share) for share in (a, a, a, a, b, b, c)])
    assert order == [a, b, c, a, b, a, a]


async def order_of(clock: Time, wanted: Sequence[tuple[Priority, Share | None]]) -> list[object]:
    """In which order they get the one place; the share is named if there is one, else the priority."""
    limiter = Limiter(clock.now, concurrency=1)
    order: list[object] = []

    async def enter(priority: Priority, share: Share | None) -> None:
        await limiter.enter(priority, share)
        order.append(share or priority)
        limiter.leave()

    await limiter.enter()
    tasks = [asyncio.create_task(enter(*one)) for one in wanted]
    await asyncio.sleep(0)
    limiter.leave()
    await asyncio.gather(*tasks)
    return order


async def test_cancelled_while_queueing(clock: Time) -> None:
    """Who gives up waiting is left out, and the place goes to the next."""
    limiter = Limiter(clock.now, concurrency=1)
    await limiter.enter()
    tasks = [asyncio.create_task(limiter.enter()) for _ in range(2)]
    await asyncio.sleep(0)
    tasks[0].cancel()
    limiter.leave()
    await asyncio.wait_for(tasks[1], 1)


async def test_cancelled_as_its_turn_comes(clock: Time) -> None:
    """A place given to somebody who is cancelled in the same moment is not lost."""
    limiter = Limiter(clock.now, concurrency=1)
    await limiter.enter()
    first = asyncio.create_task(limiter.enter())
    await asyncio.sleep(0)
    limiter.leave()
    first.cancel()  # its turn was granted on leaving, but it has not run yet
    with pytest.raises(asyncio.CancelledError):
        await first
    await asyncio.wait_for(limiter.enter(), 1)


async def test_bulk_work(clock: Time) -> None:
    """Bulk work has one bound: a part of the budget, less what anybody has used, below the part of personal work."""
    limiter = Limiter(clock.now, budget=100, clock=clock.seconds)
    assert PARTS[Part.PERSONAL] > BULK_STOPS
    assert (limiter.bulk_a_day, limiter.bulk_left) == (60, 60)
    for used in range(1, 63):
        await limiter.enter(Priority.ACCEPTED)
        limiter.leave()
        assert limiter.bulk_left == max(0, 60 - used)
    clock.passed_s += timedelta(hours=25).total_seconds()
    assert limiter.bulk_left == 60
