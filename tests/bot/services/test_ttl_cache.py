"""What is remembered, for how long, and for whom."""

from __future__ import annotations

import asyncio
import gc
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.services.ttl_cache import TtlCache

if TYPE_CHECKING:
    from tests.bot.link_desk import Time


@pytest.fixture
def memory(time: Time) -> TtlCache[str, int]:
    return TtlCache(time.now, keep=timedelta(minutes=10), size=3)


async def test_for_a_while(memory: TtlCache[str, int], time: Time) -> None:
    """A value is there until its time is over."""
    memory.put("a", 1)
    time.pass_by(minutes=9, seconds=59)
    assert memory.get("a") == 1
    time.pass_by(seconds=1)
    assert memory.get("a") is None


async def test_clock_set_back(memory: TtlCache[str, int], time: Time) -> None:
    """When the clock is set back, nothing is kept for longer."""
    memory.put("a", 1)
    time.pass_by(hours=-5)
    assert memory.get("a") is None


async def test_no_more_than_it_should(memory: TtlCache[str, int], time: Time) -> None:
    """Neither too much nor what is too old stays in memory."""
    for number, key in enumerate("abcd"):
        memory.put(key, number)
    assert [memory.get(key) for key in "abcd"] == [None, 1, 2, 3]
    time.pass_by(minutes=11)
    memory.put("e", 4)
    assert list(memory._values) == ["e"]


async def test_one_question(memory: TtlCache[str, int]) -> None:
    """Those who ask at the same time share one answer, and one failure; a failure is not kept."""
    asked: list[int] = []
    fails = True

    async def question() -> int:
        asked.append(1)
        await asyncio.sleep(0)
        if fails:
            raise ConnectionError
        return len(asked)

    failed = await asyncio.gather(*(memory.ask("a", question) for _ in range(5)), return_exceptions=True)
    assert {type(failure) for failure in failed} == {ConnectionError}
    fails = False
    assert await asyncio.gather(*(memory.ask("a", question) for _ in range(5))) == [2] * 5
    assert await memory.ask("a", question) == 2


async def test_forgotten(memory: TtlCache[str, int]) -> None:
    """What is forgotten is gone, and so is the answer that was on its way."""
    memory.put("a", 1)
    memory.put("b", 2)
    answered = asyncio.Event()

    async def question() -> int:
        await answered.wait()
        return 3

    asking = asyncio.create_task(memory.ask("c", question))
    await asyncio.sleep(0)
    memory.forget(lambda key: key != "b")
    answered.set()
    assert await asking == 3
    assert [memory.get(key) for key in "abc"] == [None, 2, None]


async def test_nobody_waits_any_more(memory: TtlCache[str, int]) -> None:
    """A question that fails after everybody went away is no news: not a word about it in the log."""
    complaints: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))
    gone = asyncio.Event()

    async def question() -> int:
        await gone.wait()
        raise ConnectionError

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0):
            await memory.ask("a", question)
    [task] = memory._asking.values()
    gone.set()
    await asyncio.wait({task})
    del task
    gc.collect()
    assert complaints == []
