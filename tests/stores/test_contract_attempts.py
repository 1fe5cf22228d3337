"""The promises of `LinkAttempts`, on every database."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.stores import LinkAttempt, LinkStatus
from tests.stores.records import ADA, GRACE, NOW, SCOPES, SOON, attempt, finished
from tests.stores.test_contract_accounts import accounts, member_ids, moments, texts

if TYPE_CHECKING:
    from bot.stores import Stores
    from tests.stores.conftest import OpenStores

hashes = st.binary(min_size=1, max_size=32)
attempts = st.builds(
    LinkAttempt,
    attempt_id=texts,
    member_id=member_ids,
    member_name=texts,
    status=st.sampled_from(LinkStatus),
    scopes=st.frozensets(st.sampled_from(sorted(SCOPES))),
    expires_at=moments.filter(lambda moment: moment > NOW),
    token_hash=hashes,
    state_hash=st.none() | hashes,
    verifier=st.none() | texts,
    cookie_hash=st.none() | hashes,
    code_hash=st.none() | hashes,
    tries_left=st.integers(0, 5),
    pending=st.none() | accounts,
    version=st.integers(0, 100),
)


async def test_nothing(stores: Stores) -> None:
    """Where nothing was begun there is nothing to find, to change or to erase."""
    assert await stores.attempts.of_member(ADA, NOW) is None
    assert await stores.attempts.by_token(b"", NOW) is None
    assert await stores.attempts.by_cookie(b"", NOW) is None
    assert await stores.attempts.swap(attempt(), finished()) is None
    assert not await stores.attempts.erase(attempt())
    await stores.attempts.erase_of_member(ADA)
    assert await stores.attempts.sweep(SOON) == 0


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(record=attempts)
async def test_round_trip(stores: Stores, record: LinkAttempt) -> None:
    """Every attempt comes back as it was kept."""
    await stores.attempts.put(record)
    assert await stores.attempts.of_member(record.member_id, NOW) == record
    await stores.attempts.erase_of_member(record.member_id)


async def test_find(stores: Stores) -> None:
    """An attempt is found by member, by the secret in its address and by the browser's cookie, and only by them."""
    for member_id in (ADA, GRACE):
        await stores.attempts.put(finished(member_id))
    for found in (
        await stores.attempts.of_member(ADA, NOW),
        await stores.attempts.by_token(finished().token_hash, NOW),
        await stores.attempts.by_cookie(finished().cookie_hash or b"", NOW),
    ):
        assert found == finished()
    assert await stores.attempts.by_token(b"token", NOW) is None
    assert await stores.attempts.by_cookie(finished().token_hash, NOW) is None


async def test_kept(open_stores: OpenStores) -> None:
    """A begun link goes on after a restart."""
    async with open_stores() as stores:
        await stores.attempts.put(finished())
    async with open_stores() as stores:
        assert await stores.attempts.of_member(ADA, NOW) == finished()


async def test_newer(stores: Stores) -> None:
    """A newer attempt of the member voids the older in every way."""
    newer = attempt(attempt_id="newer", token_hash=b"newer")
    await stores.attempts.put(finished())
    await stores.attempts.put(newer)
    assert await stores.attempts.of_member(ADA, NOW) == newer
    assert await stores.attempts.by_token(finished().token_hash, NOW) is None
    assert await stores.attempts.by_cookie(finished().cookie_hash or b"", NOW) is None
    assert await stores.attempts.swap(finished(), finished()) is None
    assert not await stores.attempts.erase(finished())


@pytest.mark.parametrize(("early_ms", "found"), [(1, True), (0, False), (-1, False)])
async def test_expiry(stores: Stores, *, early_ms: int, found: bool) -> None:
    """From the moment it expires an attempt is not found, swept or not."""
    await stores.attempts.put(finished())
    now = SOON - timedelta(milliseconds=early_ms)
    expected = finished() if found else None
    assert await stores.attempts.of_member(ADA, now) == expected
    assert await stores.attempts.by_token(finished().token_hash, now) == expected
    assert await stores.attempts.by_cookie(finished().cookie_hash or b"", now) == expected


async def test_sweep(stores: Stores) -> None:
    """Sweeping erases what expired and nothing else."""
    await stores.attempts.put(finished(1))
    await stores.attempts.put(attempt(2))
    await stores.attempts.put(attempt(3, expires_at=SOON + timedelta(milliseconds=1)))
    assert await stores.attempts.sweep(SOON) == 2
    assert await stores.attempts.of_member(1, NOW) is None
    assert await stores.attempts.of_member(3, NOW)
    assert await stores.attempts.sweep(SOON) == 0


async def test_swap(stores: Stores) -> None:
    """A swap keeps everything new under the next version; the answer is what is stored."""
    await stores.attempts.put(attempt())
    stored = await stores.attempts.swap(attempt(), finished())
    assert stored == replace(finished(), version=1)
    assert await stores.attempts.of_member(ADA, NOW) == stored
    back = await stores.attempts.swap(stored, attempt())
    assert back == attempt(version=2)
    assert await stores.attempts.of_member(ADA, NOW) == back


async def test_swap_stale(stores: Stores) -> None:
    """Who looked before somebody else changed the attempt changes nothing."""
    await stores.attempts.put(attempt())
    stored = await stores.attempts.swap(attempt(), attempt(tries_left=4))
    assert await stores.attempts.swap(attempt(), finished()) is None
    assert not await stores.attempts.erase(attempt())
    assert await stores.attempts.of_member(ADA, NOW) == stored


async def test_race(stores: Stores) -> None:
    """Of 50 who swap the same attempt at the same time exactly one wins."""
    await stores.attempts.put(attempt())
    results = await asyncio.gather(
        *(stores.attempts.swap(attempt(), attempt(member_name=f"{n}")) for n in range(50))
    )
    [winner] = filter(None, results)
    assert await stores.attempts.of_member(ADA, NOW) == winner


async def test_race_to_erase(stores: Stores) -> None:
    """Of 50 who erase the same attempt exactly one is told that it did."""
    await stores.attempts.put(attempt())
    results = await asyncio.gather(*(stores.attempts.erase(attempt()) for _ in range(50)))
    assert sum(results) == 1
    assert await stores.attempts.of_member(ADA, NOW) is None


async def test_swap_against_erase(stores: Stores) -> None:
    """Of a swap and an erasure at the same time one wins, and the other is told that it did not."""
    await stores.attempts.put(attempt())
    swapped, erased = await asyncio.gather(
        stores.attempts.swap(attempt(), finished()), stores.attempts.erase(attempt())
    )
    assert (swapped is None) == erased
    assert await stores.attempts.of_member(ADA, NOW) == swapped


async def test_erase_of_member(stores: Stores) -> None:
    """All of one member's attempts go, at whatever version, and nobody else's."""
    await stores.attempts.put(attempt())
    await stores.attempts.swap(attempt(), finished())
    await stores.attempts.put(attempt(GRACE))
    await stores.attempts.erase_of_member(ADA)
    assert await stores.attempts.of_member(ADA, NOW) is None
    assert await stores.attempts.of_member(GRACE, NOW)
