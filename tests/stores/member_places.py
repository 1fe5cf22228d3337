"""Every place where a shared playlist can hold something about a member, each filled on its own, in a list of its own.

Whoever stores something new about members adds its place here: tests then want it found, exported and forgotten.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from bot.stores.contributions import Leave, State
from bot.stores.history import Happening, Snapshot, SnapshotInfo
from bot.stores.likes import Like
from bot.stores.lists import ListStatus, Rules
from tests.stores.records import ADA, GRACE, NOW
from tests.stores.shared_records import ballot, contribution, event, shared

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.stores import Stores

    # Fills the place in the list with this ID; the number tells its records from others'.
    Fill = Callable[[Stores, str, int], Awaitable[object]]

NOTE: Final = "note-marker"


async def _lend(stores: Stores, list_id: str, number: int, **changes: Any) -> str:
    """Somebody else's list with something of theirs; the ID of that."""
    await stores.lists.create(shared(list_id, **{"owner_id": GRACE} | changes))
    other = contribution(number, list_id=list_id, member_id=GRACE, state=State.LANDED, number=1)
    of_it = {"list_id": list_id, "contribution_id": other.contribution_id}
    await stores.contributions.add(other, event(number, actor_id=GRACE, member_id=GRACE, **of_it))
    return other.contribution_id


async def strangers(stores: Stores, list_id: str, number: int) -> None:
    """Nothing about the member, and of everything else a bit."""
    key = await _lend(stores, list_id, number, rules=Rules(blocked_members=(GRACE,)))
    open_one = contribution(
        10_000 + number, list_id=list_id, member_id=GRACE, ballot=ballot(proposer_id=GRACE)
    )
    await stores.contributions.add(open_one)
    await stores.votes.cast(open_one.contribution_id, 1, GRACE, NOW, yes=True)
    await stores.likes.put(Like(list_id, "a", GRACE, key, NOW))
    for actor_id in (GRACE, None):
        await stores.snapshots.put(Snapshot(SnapshotInfo(list_id, 0, NOW, "x", 1, actor_id), ("a",)), keep=5)


async def _own(stores: Stores, list_id: str, number: int) -> None:
    await _lend(stores, list_id, number, owner_id=ADA)


async def _own_closed(stores: Stores, list_id: str, number: int) -> None:
    await _lend(stores, list_id, number, owner_id=ADA, status=ListStatus.CLOSED)


async def _block(stores: Stores, list_id: str, number: int) -> None:
    await _lend(stores, list_id, number, rules=Rules(blocked_members=(GRACE, ADA)))


async def _contribute(stores: Stores, list_id: str, number: int) -> None:
    await _lend(stores, list_id, number, status=ListStatus.CLOSED)
    own = contribution(20_000 + number, list_id=list_id, note=NOTE, state=State.REMOVED)
    await stores.contributions.add(own)


async def _decide(stores: Stores, list_id: str, number: int) -> None:
    await _lend(stores, list_id, number)
    decided = ballot(proposer_id=GRACE, open=False, decided_by=ADA, reason=NOTE)
    others = {"list_id": list_id, "member_id": GRACE}
    one = contribution(20_000 + number, state=State.DECLINED, ballot=decided, **others)
    of_it = {"contribution_id": one.contribution_id, "happening": Happening.DECLINED}
    await stores.contributions.add(one, event(20_000 + number, detail={"reason": NOTE}, **of_it, **others))


async def _take_out(stores: Stores, list_id: str, number: int) -> None:
    await _lend(stores, list_id, number)
    others = {"list_id": list_id, "member_id": GRACE}
    one = contribution(
        20_000 + number, state=State.REMOVED, leave=Leave.UNDONE, left_by=ADA, number=2, **others
    )
    of_it = {"contribution_id": one.contribution_id, "happening": Happening.REMOVED}
    await stores.contributions.add(one, event(20_000 + number, **of_it, **others))


async def _do(stores: Stores, list_id: str, number: int) -> None:
    await _lend(stores, list_id, number)
    await stores.history.append(event(20_000 + number, list_id=list_id, member_id=None))


async def _suffer(stores: Stores, list_id: str, number: int) -> None:
    await _lend(stores, list_id, number)
    await stores.history.append(event(20_000 + number, list_id=list_id, actor_id=GRACE))


async def _take_snapshot(stores: Stores, list_id: str, number: int) -> None:
    await _lend(stores, list_id, number)
    await stores.snapshots.put(Snapshot(SnapshotInfo(list_id, 0, NOW, "by hand", 1, ADA), ("a",)), keep=5)


async def _vote(stores: Stores, list_id: str, number: int) -> None:
    await stores.votes.cast(await _lend(stores, list_id, number), 1, ADA, NOW, yes=True)


async def _like(stores: Stores, list_id: str, number: int) -> None:
    key = await _lend(stores, list_id, number)
    await stores.likes.put(Like(list_id, "recording", ADA, key, NOW))


PLACES: Final[dict[str, Fill]] = {
    "owner": _own,
    "owner of a closed list": _own_closed,
    "blocked": _block,
    "contribution": _contribute,
    "decision": _decide,
    "removal": _take_out,
    "event": _do,
    "event about them": _suffer,
    "snapshot": _take_snapshot,
    "vote": _vote,
    "like": _like,
}
