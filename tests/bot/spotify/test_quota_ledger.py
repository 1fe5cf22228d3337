"""The quota's account with other processes and with the process before: what is stored, how often, and what if not."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.spotify.errors import SpotifyBudgetError, SpotifyRateLimitedError
from bot.spotify.limiter import Limiter
from bot.spotify.purpose import Priority
from tests.bot.spotify.ledger import MemoryLedger

if TYPE_CHECKING:
    from tests.bot.spotify.conftest import Time


class Pace:
    """Sleeps until the test lets it go on."""

    def __init__(self, clock: Time) -> None:
        self._clock = clock
        self._woken = asyncio.Event()
        self.asked: list[float] = []

    async def sleep(self, wait_s: float) -> None:
        self.asked.append(wait_s)
        await self._woken.wait()
        self._clock.passed_s += wait_s

    async def wake(self) -> None:
        self._woken.set()
        for _ in range(10):
            await asyncio.sleep(0)
        self._woken.clear()


@pytest.fixture
def pace(clock: Time) -> Pace:
    return Pace(clock)


def limiter_on(ledger: MemoryLedger, clock: Time, pace: Pace, budget: int = 100) -> Limiter:
    return Limiter(
        clock.now, ledger=ledger, budget=budget, clock=clock.seconds, sleep=pace.sleep, concurrency=1000
    )


async def test_once_a_second(clock: Time, pace: Pace) -> None:
    """However many requests go out, the store is asked once before the first and once a second from then on."""
    ledger = MemoryLedger()
    limiter = limiter_on(ledger, clock, pace)
    await asyncio.gather(*(limiter.enter(Priority.WRITE) for _ in range(50)))
    assert ledger.exchanges == 1
    for _ in range(50):
        assert limiter.enter_at_once(Priority.WRITE, None)
    assert pace.asked == [1.0]
    assert ledger.spent.total() == 0
    await pace.wake()
    assert (ledger.exchanges, ledger.spent.total()) == (2, 100)
    assert pace.asked == [1.0]  # all is stored: nothing wakes an idle bot
    await limiter.close()
    assert ledger.exchanges == 2


async def test_survives_a_restart(clock: Time, pace: Pace) -> None:
    """A new process knows what the one before has spent, and so does one that runs beside it."""
    ledger = MemoryLedger()
    before = limiter_on(ledger, clock, pace, budget=10)
    for _ in range(10):
        await before.enter(Priority.WRITE)
    await before.close()
    after = limiter_on(ledger, clock, pace, budget=10)
    with pytest.raises(SpotifyBudgetError):
        await after.enter(Priority.LOOKUP)
    assert after.used == 10
    clock.passed_s += 24.5 * 3600
    await after.enter(Priority.LOOKUP)
    await after.close()
    assert ledger.spent.total() == 1  # what no longer counts is not kept


async def test_block_of_another_process(clock: Time, pace: Pace) -> None:
    """Told to wait in one process, the others stop two seconds later at the latest, their queues included."""
    ledger = MemoryLedger()
    one, other = (limiter_on(ledger, clock, pace) for _ in range(2))
    await one.enter()
    await other.enter()
    until = one.block("600", quota=False).until
    await one.close()
    clock.passed_s += 2
    with pytest.raises(SpotifyRateLimitedError) as caught:
        await other.enter()
    assert caught.value.until == until
    await other.close()


async def test_nobody_goes_out_before_the_first_answer(clock: Time, pace: Pace) -> None:
    """After a start every request waits for the store, which may say that Spotify wants us to wait."""
    ledger = MemoryLedger(gate=asyncio.Event(), blocks={"": (clock.now() + timedelta(hours=1), False)})
    limiter = limiter_on(ledger, clock, pace)
    entering = [asyncio.create_task(limiter.enter()) for _ in range(5)]
    await asyncio.sleep(0)
    assert ledger.gate is not None
    ledger.gate.set()
    results = await asyncio.gather(*entering, return_exceptions=True)
    assert [type(result) for result in results] == [SpotifyRateLimitedError] * 5
    assert ledger.exchanges == 1
    await limiter.close()


async def test_slow_store_holds_nobody_up(clock: Time, pace: Pace) -> None:
    """While the store takes its time, what was known a second ago is good enough."""
    ledger = MemoryLedger()
    limiter = limiter_on(ledger, clock, pace)
    await limiter.enter()
    ledger.gate = asyncio.Event()
    clock.passed_s += 1.5
    await asyncio.wait_for(limiter.enter(), 1)
    ledger.gate.set()
    await limiter.close()
    assert ledger.spent.total() == 2


async def test_store_away(clock: Time, pace: Pace, caplog: pytest.LogCaptureFixture) -> None:
    """Without the store the bot goes on by what it knows, says so once, and stores everything when it is back."""
    ledger = MemoryLedger(failing=ConnectionError("database away"))
    limiter = limiter_on(ledger, clock, pace)
    for _ in range(3):
        await limiter.enter(Priority.WRITE)
        await pace.wake()
    limiter.block("60", quota=False)
    with pytest.raises(SpotifyRateLimitedError):
        await limiter.enter()
    assert caplog.text.count("couldn't be stored") == 1
    ledger.failing = None
    await limiter.close()
    assert ledger.spent.total() == 3
    assert limiter.until is not None
    assert ledger.blocks == {"": (limiter.until, False)}


async def test_cancelled_caller(clock: Time, pace: Pace) -> None:
    """A command that is given up while the store is asked does not spoil that for the others."""
    ledger = MemoryLedger(gate=asyncio.Event())
    limiter = limiter_on(ledger, clock, pace)
    first, second = (asyncio.create_task(limiter.enter()) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.sleep(0)
    assert ledger.gate is not None
    ledger.gate.set()
    await asyncio.wait_for(second, 1)
    assert ledger.exchanges == 1
    await limiter.close()


async def test_asks_for_what_is_new(clock: Time, pace: Pace) -> None:
    """Once a quarter of an hour all rows are read; in between those of this quarter and the one before."""
    ledger = MemoryLedger()
    limiter = limiter_on(ledger, clock, pace)
    for _ in range(4):
        await limiter.enter(Priority.WRITE, (1, 2))
        clock.passed_s += 5
        await pace.wake()
    quarter = int(clock.now().timestamp()) // 900
    assert ledger.asked_since[-1] == quarter - 1
    clock.passed_s += 900
    await limiter.enter(Priority.WRITE, (1, 2))
    await limiter.close()
    assert ledger.asked_since[-1] < quarter - 90
    assert limiter.used == 5


async def test_share_of_another_process(clock: Time, pace: Pace) -> None:
    """Whose share is used up in one process, waits in the other, and after a restart; others go on in both."""
    ledger = MemoryLedger()
    one, other = (limiter_on(ledger, clock, pace) for _ in range(2))
    for _ in range(70):
        await one.enter(Priority.ACCEPTED, (1, 2))
    await one.close()
    await other.freshen()
    for limiter in (other, limiter_on(ledger, clock, pace)):
        await limiter.freshen()
        assert limiter.held_until((1, 2)) is not None
        assert limiter.held_until((3, 2)) is not None
        with pytest.raises(SpotifyBudgetError):
            await limiter.enter(Priority.LOOKUP, (3, 2))
        assert limiter.held_until((3, 4)) is None
        await limiter.enter(Priority.LOOKUP, (3, 4))
        await limiter.close()


async def test_forgets_a_member(clock: Time, pace: Pace) -> None:
    """Forgotten while the store is asked: neither what was stored nor what was about to be names the member."""
    ledger = MemoryLedger()
    limiter = limiter_on(ledger, clock, pace)
    await limiter.enter(Priority.WRITE, (1, 2))
    await pace.wake()
    ledger.gate = asyncio.Event()
    await limiter.enter(Priority.WRITE, (1, 2))
    clock.passed_s += 1.5
    await limiter.enter(Priority.WRITE, (1, 2))  # behind what is being stored
    forgetting = asyncio.create_task(limiter.forget(2))
    await asyncio.sleep(0)
    ledger.gate.set()
    await forgetting
    assert limiter.used_by(2) == 0
    await limiter.close()
    assert {row[3] for row in ledger.spent} == {0}
    assert ledger.spent.total() == limiter.used == 3


async def test_tidies_up(clock: Time, pace: Pace) -> None:
    """Rows that no longer count are erased within two days, though nothing goes out."""
    ledger = MemoryLedger()
    limiter = limiter_on(ledger, clock, pace)
    await limiter.enter(Priority.WRITE, (1, 2))
    await pace.wake()
    assert ledger.spent
    began = clock.now()
    due = await limiter.tidy()
    while ledger.spent:
        assert due - began < timedelta(hours=48)
        clock.passed_s += (due - clock.now()).total_seconds()
        due = await limiter.tidy()
    await limiter.close()
