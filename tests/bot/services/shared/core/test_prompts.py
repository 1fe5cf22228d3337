"""A prompt is answered by one at a time, for as long as that takes, and again after a kill."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, cast

import pytest

from bot.errors import StoreUnavailableError
from bot.services.leases import LeaseKeeper
from bot.services.shared.core.prompts import ANSWERING, Prompt, Prompts
from bot.shared_errors import ListBusyError, PromptExpiredError

if TYPE_CHECKING:
    from bot.stores import Leases, Stores
    from tests.bot.link_desk import Time

ABOUT = "500:7"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked(Prompt):
    name: str


class Killed:
    """Leases of a process that is killed before it can give one back."""

    def __init__(self, store: Leases) -> None:
        self.store = store

    def __getattr__(self, name: str) -> object:
        return getattr(self.store, name)

    async def release(self, *_: str) -> None:
        raise StoreUnavailableError


def prompts(stores: Stores, time: Time, leases: object = None) -> Prompts[Asked]:
    """As each process has them."""
    keeper = LeaseKeeper(cast("Leases", leases or stores.leases), now=time.now)
    return Prompts(Asked, "lending", stores.values, keeper, now=time.now)


@pytest.fixture
def asked(time: Time) -> Asked:
    return Asked(name="Tape", expires_at=time.now() + timedelta(hours=24))


async def test_one_at_a_time(stores: Stores, time: Time, asked: Asked) -> None:
    """A second yes is refused while the first is at work, and over once it was answered."""
    here, there = prompts(stores, time), prompts(stores, time)
    await here.put(ABOUT, asked)
    async with here.answering(ABOUT, asked.question_id) as answered:
        assert answered == asked
        for process in (here, there):
            with pytest.raises(ListBusyError):
                async with process.answering(ABOUT, asked.question_id):
                    pytest.fail("answered twice")
        await here.drop(ABOUT)
    with pytest.raises(PromptExpiredError):
        async with there.answering(ABOUT, asked.question_id):
            pytest.fail("answered twice")


async def test_after_a_kill(stores: Stores, time: Time, asked: Asked) -> None:
    """Half a minute after a process was killed over a yes, the same prompt can be answered again."""
    killed, after = prompts(stores, time, Killed(stores.leases)), prompts(stores, time)
    await killed.put(ABOUT, asked)
    with suppress(KeyboardInterrupt):
        async with killed.answering(ABOUT, asked.question_id):
            raise KeyboardInterrupt
    with pytest.raises(ListBusyError):
        async with after.answering(ABOUT, asked.question_id):
            pytest.fail("the other one may still be at work")
    assert timedelta(seconds=30) >= ANSWERING
    time.pass_by(seconds=31)
    async with after.answering(ABOUT, asked.question_id) as answered:
        assert answered == asked


async def test_answer_that_worked(stores: Stores, time: Time, asked: Asked) -> None:
    """All was done, and only the lease could not be given back: whoever said yes is not told of a failure."""
    here = prompts(stores, time, Killed(stores.leases))
    await here.put(ABOUT, asked)
    async with here.answering(ABOUT, asked.question_id):
        await here.drop(ABOUT)
    assert await here.open(ABOUT) is None
