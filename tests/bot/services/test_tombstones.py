"""Tombstones say nothing about who it was, outlive a change of keys, and are kept for 400 days."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot import sqlite
from bot.sealing import Sealer, new_key
from bot.services.tombstones import KEPT, Tombstones, Wish
from bot.stores.backup import DUE, TOMBSTONE
from sandbox.clock import Clock
from tests.stores.records import ADA, GRACE, account

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.stores import Stores

OLD, NEW = new_key(), new_key()


@pytest.fixture
def keys() -> list[str]:
    """Those the bot has."""
    return [OLD]


@pytest.fixture
async def stores(tmp_path: Path) -> AsyncIterator[Stores]:
    async with sqlite.open_stores(tmp_path / "x.db", Sealer([OLD])) as opened:
        await opened.accounts.link(account(ADA))
        await opened.accounts.link(account(GRACE, "account-b"))
        yield opened


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tombstones(stores: Stores, keys: list[str], clock: Clock) -> Tombstones:
    return Tombstones(stores.values, lambda kind, value: Sealer(keys).digests(kind, value), now=clock.now)


async def deleted_again(stores: Stores, tombstones: Tombstones) -> dict[Wish, list[int]]:
    """Whose data is deleted, if all that is remembered is due."""
    for key, at in (await stores.values.starting(TOMBSTONE)).items():
        await stores.values.put(f"{DUE}{key.removeprefix(TOMBSTONE)}", at)
    done: dict[Wish, list[int]] = {wish: [] for wish in Wish}

    async def unlink(member_id: int) -> None:
        done[Wish.UNLINK].append(member_id)

    async def delete(member_id: int) -> None:
        done[Wish.DELETE].append(member_id)

    await tombstones.carry_out(stores.records, {Wish.UNLINK: unlink, Wish.DELETE: delete})
    return done


async def test_only_theirs(stores: Stores, tombstones: Tombstones) -> None:
    """Each wish is carried out for whoever had it, once, and the database doesn't hold their ID for that."""
    await tombstones.add(ADA, Wish.UNLINK)
    await tombstones.add(GRACE, Wish.DELETE)
    held = await stores.values.starting(TOMBSTONE)
    assert all(str(member) not in f"{held}" for member in (ADA, GRACE))
    assert await deleted_again(stores, tombstones) == {Wish.UNLINK: [ADA], Wish.DELETE: [GRACE]}
    assert await stores.values.starting(DUE) == {}


async def test_other_key(stores: Stores, tombstones: Tombstones, keys: list[str]) -> None:
    """Written while there were two keys, or with the older one, they are known as long as one of these is there."""
    await tombstones.add(ADA, Wish.DELETE)
    keys[:] = [NEW, OLD]
    await tombstones.add(GRACE, Wish.DELETE)
    assert (await deleted_again(stores, tombstones))[Wish.DELETE] == [ADA, GRACE]
    keys[:] = [NEW]
    assert (await deleted_again(stores, tombstones))[Wish.DELETE] == [GRACE]


async def test_kept_for_a_while(stores: Stores, tombstones: Tombstones, clock: Clock) -> None:
    """After 400 days they are erased, when the next one comes."""
    await tombstones.add(ADA, Wish.DELETE)
    clock.advance(KEPT - timedelta(minutes=1))
    assert (await deleted_again(stores, tombstones))[Wish.DELETE] == [ADA]
    clock.advance(timedelta(minutes=2))
    await tombstones.add(GRACE, Wish.DELETE)
    assert (await deleted_again(stores, tombstones))[Wish.DELETE] == [GRACE]


async def test_stopped_in_the_middle(stores: Stores, tombstones: Tombstones) -> None:
    """What wasn't carried out is still due."""
    await tombstones.add(ADA, Wish.DELETE)
    await stores.values.put(
        f"{DUE}{next(iter(await stores.values.starting(TOMBSTONE))).removeprefix(TOMBSTONE)}", "x"
    )

    async def fails(_: int) -> None:
        raise LookupError

    with pytest.raises(LookupError):
        await tombstones.carry_out(stores.records, {Wish.UNLINK: fails, Wish.DELETE: fails})
    assert len(await stores.values.starting(DUE)) == 1
