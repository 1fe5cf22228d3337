"""The promises of `Snapshots`, on every database."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.stores.history import Snapshot, SnapshotInfo
from tests.stores.records import GRACE, NOW
from tests.stores.shared_records import HOSTILE, LIST

if TYPE_CHECKING:
    from bot.stores import Stores
    from tests.stores.conftest import OpenStores


def snapshot(*uris: str, list_id: str = LIST, reason: str = "by hand") -> Snapshot:
    return Snapshot(SnapshotInfo(list_id, 0, NOW, reason, len(uris), GRACE), uris, "playlist", "AAAA")


async def test_empty(stores: Stores) -> None:
    """At first there is none."""
    assert await stores.snapshots.get(LIST, 1) is None
    assert await stores.snapshots.latest(LIST) is None
    assert await stores.snapshots.of_list(LIST) == ()


async def test_round_trip(open_stores: OpenStores) -> None:
    """A snapshot comes back as it was taken, in its order, with repetitions, local files and gaps."""
    taken = snapshot("spotify:track:1", "spotify:local:a:b:c:1", "", "spotify:track:1", reason=HOSTILE)
    async with open_stores() as stores:
        info = await stores.snapshots.put(taken, keep=5)
        assert info == replace(taken.info, number=1)
    async with open_stores() as stores:
        assert await stores.snapshots.get(LIST, 1) == replace(taken, info=info)
        assert await stores.snapshots.latest(LIST) == replace(taken, info=info)


async def test_numbers(stores: Stores) -> None:
    """Each list counts its own; the list of them is newest first."""
    infos = [await stores.snapshots.put(snapshot(str(n)), keep=5) for n in range(3)]
    other = await stores.snapshots.put(snapshot("x", list_id="other"), keep=5)
    assert [info.number for info in infos] == [1, 2, 3]
    assert other.number == 1
    assert await stores.snapshots.of_list(LIST) == tuple(reversed(infos))
    latest = await stores.snapshots.latest(LIST)
    assert latest
    assert latest.uris == ("2",)


async def test_keep(stores: Stores) -> None:
    """Only the newest are kept, and the numbers of those that are gone do not come back."""
    for n in range(6):
        await stores.snapshots.put(snapshot(str(n)), keep=2)
    await stores.snapshots.put(snapshot(list_id="other"), keep=2)
    assert [info.number for info in await stores.snapshots.of_list(LIST)] == [6, 5]
    assert await stores.snapshots.get(LIST, 4) is None
    assert await stores.snapshots.get("other", 1)
    await stores.snapshots.put(snapshot("last"), keep=1)
    assert [info.number for info in await stores.snapshots.of_list(LIST)] == [7]


async def test_full_playlist(stores: Stores) -> None:
    """The longest playlist Spotify allows comes back whole."""
    uris = tuple(f"spotify:track:{n:022}" for n in range(11_000))
    info = await stores.snapshots.put(snapshot(*uris), keep=2)
    kept = await stores.snapshots.get(LIST, info.number)
    assert kept
    assert kept.uris == uris


async def test_race(stores: Stores) -> None:
    """Snapshots taken at once get numbers of their own."""
    infos = await asyncio.gather(*(stores.snapshots.put(snapshot(str(n)), keep=50) for n in range(20)))
    assert sorted(info.number for info in infos) == list(range(1, 21))
    assert len(await stores.snapshots.of_list(LIST)) == 20
