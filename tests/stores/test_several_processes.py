"""Several processes share a MongoDB: whatever they race for, all of it counts, and one gets what only one can have."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pytest

import bot.mongo
from bot.errors import AccountTakenError
from bot.mongo import open_stores
from bot.shared_errors import ListNameTakenError
from bot.stores.contributions import Tally
from bot.stores.journal import Journal
from tests.stores.records import ADA, NOW, SOON, account, attempt
from tests.stores.shared_records import GUILD, LIST, contribution, event, shared

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from bot.sealing import Sealer
    from bot.stores import Stores

T = TypeVar("T")

PROCESSES = 4
TIMES = 40
QUARTER = 1_994_256

pytestmark = pytest.mark.real_part


@pytest.fixture
async def processes(mongo_uri: str, sealer: Sealer) -> AsyncIterator[list[Stores]]:
    """Each with connections of its own, as processes have them."""
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(open_stores(mongo_uri, sealer)) for _ in range(PROCESSES)]


async def race(processes: list[Stores], act: Callable[[Stores, int], Awaitable[T]]) -> list[T]:
    """All at once, in turn by each process."""
    return await asyncio.gather(*(act(processes[n % PROCESSES], n) for n in range(TIMES)))


def test_no_upserts() -> None:
    """No store lets the database choose between changing and making: who lost such a race could not tell which."""
    sources = Path(bot.mongo.__file__).parent.glob("*.py")
    assert [source.name for source in sources if "upsert=" in source.read_text("utf-8")] == []


async def test_numbers(processes: list[Stores]) -> None:
    """Each number is given out once, from the first."""
    numbers = await race(processes, lambda stores, _: stores.contributions.next_number(LIST))
    assert sorted(numbers) == list(range(1, TIMES + 1))


async def test_lease(processes: list[Stores]) -> None:
    """One gets a lease nobody had, and one gets it when it has run out."""
    got = await race(processes, lambda stores, n: stores.leases.acquire("x", f"{n}", NOW, SOON))
    assert sum(got) == 1
    later = SOON + timedelta(minutes=1)
    got = await race(processes, lambda stores, n: stores.leases.acquire("x", f"{n + TIMES}", SOON, later))
    assert sum(got) == 1


async def test_votes(processes: list[Stores]) -> None:
    """Every member's vote counts, and the presses of one member are one vote."""
    counted = await race(processes, lambda stores, n: stores.votes.cast("c", 1, n // 2, NOW, yes=n % 4 < 2))
    assert sum(counted) == TIMES // 2
    assert await processes[0].votes.tally("c", 1) == Tally(yes=TIMES // 4, no=TIMES // 4)


async def test_quota(processes: list[Stores]) -> None:
    """Every request is counted, and the longest wait is kept."""
    row = (QUARTER, "all", GUILD, ADA)
    await race(
        processes,
        lambda stores, n: stores.quota.exchange(
            {row: 1}, {"": (SOON, True) if n else (NOW, False)}, since=QUARTER, oldest=QUARTER
        ),
    )
    answer = await processes[0].quota.exchange({}, {}, since=QUARTER, oldest=QUARTER)
    assert answer == ({row: TIMES}, {"": (SOON, True)})


async def test_value(processes: list[Stores]) -> None:
    """One of the values is kept."""
    await race(processes, lambda stores, n: stores.values.put("key", f"{n}"))
    assert await processes[0].values.get("key") in {f"{n}" for n in range(TIMES)}


async def test_attempt(processes: list[Stores]) -> None:
    """One of a member's attempts is kept, whole."""
    tries = [attempt(attempt_id=f"{n}", token_hash=b"%d" % n) for n in range(TIMES)]
    await race(processes, lambda stores, n: stores.attempts.put(tries[n]))
    assert await processes[0].attempts.of_member(ADA, NOW) in tries


async def test_account(processes: list[Stores]) -> None:
    """One member gets the Spotify account; the others are told whose it is not."""

    async def link(stores: Stores, n: int) -> bool:
        try:
            await stores.accounts.link(account(n + 1, "wanted"))
        except AccountTakenError:
            return False
        return True

    won = await race(processes, link)
    assert sum(won) == 1
    assert await processes[0].accounts.owner_of("wanted") == won.index(True) + 1


async def test_account_of_one(processes: list[Stores]) -> None:
    """A member's links are counted one by one, the first of them, too."""
    await race(processes, lambda stores, n: stores.accounts.link(account(account_id=f"{n}")))
    kept = await processes[0].accounts.of_member(ADA)
    assert kept
    assert kept.version == TIMES


async def test_list_name(processes: list[Stores]) -> None:
    """One list gets the name."""

    async def create(stores: Stores, n: int) -> bool:
        try:
            await stores.lists.create(shared(f"{n}", name="Wanted"))
        except ListNameTakenError:
            return False
        return True

    assert sum(await race(processes, create)) == 1


async def test_journal(processes: list[Stores]) -> None:
    """One writes the first version, and one the next."""
    none = Journal(LIST)
    written = await race(processes, lambda stores, n: stores.journals.swap(none, replace(none, total=n)))
    [first] = [one for one in written if one]
    written = await race(processes, lambda stores, n: stores.journals.swap(first, replace(first, total=n)))
    [second] = [one for one in written if one]
    assert await processes[0].journals.of(LIST) == second


async def test_contribution(processes: list[Stores]) -> None:
    """The same asked again and again is kept once, is changed by one, and is in the history once."""
    kept = await race(processes, lambda stores, _: stores.contributions.add(contribution(), event(1)))
    assert len(set(kept)) == 1
    changed = await race(
        processes, lambda stores, n: stores.contributions.swap(kept[0], kept[0], event(2 + n))
    )
    assert sum(one is not None for one in changed) == 1
    assert len((await processes[0].history.page(LIST, limit=TIMES)).events) == 2
