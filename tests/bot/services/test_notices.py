"""What is to be told is told at least once, whatever stops the process that does it, and by one process at a time."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from bot.errors import StoreUnavailableError
from bot.services.clock import LOOK_AGAIN
from bot.services.notices import CLAIM, FIRST_PAUSE, REMEMBERED, TRIES, Notifying, PrivateMessages, nonce_of
from bot.stores.notices import NoticeKind
from tests.bot.noticed import noticed
from tests.bot.services.shared.test_database_away import Away, away, back
from tests.stores.records import ADA, NOW
from tests.stores.shared_records import notice

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from typing import Any

    from bot.stores import Stores
    from bot.stores.notices import Notice

TO_A_CHANNEL = {"kind": NoticeKind.EDIT, "member_id": None}
AUDIENCES = pytest.mark.parametrize("to", [{}, TO_A_CHANNEL], ids=["member", "channel"])


@pytest.fixture
def stores(each_stores: Stores) -> Stores:
    """On each database in turn."""
    return each_stores


class Process:
    """One that tells, and what Discord got from it. It may be stopped before or after Discord has it."""

    def __init__(self, stores: Stores, notices: Any = None) -> None:
        self.now = NOW
        self.sent: list[list[str]] = []
        self.works = True
        self.stops: str | None = None
        self.stopped = asyncio.Event()
        private = PrivateMessages(stores.values)
        self.private = private
        self.notifying = Notifying(notices or stores.notices, private, now=lambda: self.now)

    async def run(self) -> datetime:
        return await self.notifying.run(self._tell)

    async def killed(self, when: str) -> None:
        """Stop it there."""
        self.stops = when
        running = asyncio.create_task(self.run())
        await self.stopped.wait()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running

    async def _tell(self, notices: Sequence[Notice]) -> bool:
        if self.stops == "before":
            await self._stop()
        if self.works:
            self.sent.append(sorted(one.notice_id for one in notices))
        if self.stops == "after":
            await self._stop()
        return self.works

    async def _stop(self) -> None:
        self.stopped.set()
        await asyncio.Event().wait()


@AUDIENCES
async def test_told(stores: Stores, to: dict[str, Any]) -> None:
    """What is due is told once, and what is not due yet later; it is remembered that it was told for its time only."""
    later = notice(2, due_at=NOW + timedelta(seconds=20), **to)
    await stores.notices.add(notice(1, **to), later)
    process = Process(stores)
    assert await process.run() == later.due_at
    process.now = later.due_at
    assert await process.run() == later.due_at + LOOK_AGAIN
    await process.run()
    assert process.sent == [[notice(1).notice_id], [later.notice_id]]
    await stores.notices.add(notice(1, **to))
    assert await noticed(stores) == []
    process.now += REMEMBERED
    await process.run()
    await stores.notices.add(notice(1, **to))
    assert len(await noticed(stores)) == 1


@AUDIENCES
@pytest.mark.parametrize(("when", "times"), [("before", 1), ("after", 2)])
async def test_killed(stores: Stores, to: dict[str, Any], when: str, times: int) -> None:
    """Stopped before Discord has it, it is told by the next process; stopped before that is noted, once more at most.

    Both times with the same nonce.
    """
    await stores.notices.add(notice(1, **to))
    first, second = Process(stores), Process(stores)
    await first.killed(when)
    await second.run()
    assert second.sent == []  # it may still be on its way
    second.now += CLAIM
    await second.run()
    second.now += CLAIM
    await second.run()
    assert first.sent + second.sent == [[notice(1).notice_id]] * times


@AUDIENCES
async def test_two_processes(stores: Stores, to: dict[str, Any]) -> None:
    """Of two processes on one database one tells each notice."""
    await stores.notices.add(*(notice(number, **to) for number in range(20)))
    one, other = Process(stores), Process(stores)
    await asyncio.gather(one.run(), other.run())
    await asyncio.gather(one.run(), other.run())
    assert sorted(one.sent + other.sent) == sorted([notice(number).notice_id] for number in range(20))


async def test_two_processes_at_one_message(stores: Stores) -> None:
    """What belongs into one message is not shared out among processes that look at the same moment."""
    lapse: dict[str, Any] = {"kind": NoticeKind.LAPSE, "facts": {"why": "closed"}}
    several = [notice(number, **lapse) for number in range(3)]
    await stores.notices.add(*several)
    other = Process(stores)

    class Interrupted:
        """The other process looks when the first notice is claimed, and the second is not yet."""

        def __getattr__(self, name: str) -> object:
            return getattr(stores.notices, name)

        async def claim(self, one: Notice, until: datetime) -> Notice | None:
            if one.notice_id == several[1].notice_id:
                await other.notifying._tell(several, other._tell)  # it had read them before
            return await stores.notices.claim(one, until)

    process = Process(stores, Interrupted())
    await process.run()
    assert process.sent + other.sent == [[one.notice_id for one in several]]


@AUDIENCES
async def test_database_away(stores: Stores, to: dict[str, Any]) -> None:
    """When the database goes before it can be noted that something was told, that is told once more and no more."""
    await stores.notices.add(notice(1, **to))
    store = Away(stores.notices)
    process = Process(stores, store)
    store.fails = lambda args: len(args) == 2 and args[1] == NOW + REMEMBERED  # to note that it was told
    with pytest.raises(StoreUnavailableError):
        await process.run()
    store.fails = away
    with pytest.raises(StoreUnavailableError):
        await process.run()
    store.fails = back
    process.now += CLAIM
    await process.run()
    process.now += CLAIM
    await process.run()
    assert process.sent == [[notice(1).notice_id]] * 2


async def test_refused(stores: Stores, caplog: pytest.LogCaptureFixture) -> None:
    """What Discord does not take is tried again with growing pauses, for a day; then that is logged, and it is over."""
    await stores.notices.add(notice(1))
    process = Process(stores)
    process.works = False
    tried = [NOW]
    while (again := await process.run()) and await noticed(stores):
        if again in {one.due_at for one in await noticed(stores)}:
            tried.append(again)
        process.now = again
    pauses = [later - earlier for earlier, later in pairwise(tried)]
    assert pauses[:3] == [FIRST_PAUSE, 2 * FIRST_PAUSE, 4 * FIRST_PAUSE]
    assert pauses == sorted(pauses)
    assert len(tried) == TRIES
    assert timedelta(hours=22) < tried[-1] - NOW < timedelta(hours=26)
    assert "after 21 tries" in caplog.text
    process.works = True
    process.now += REMEMBERED
    await process.run()
    assert process.sent == []


async def test_one_that_fails(stores: Stores, caplog: pytest.LogCaptureFixture) -> None:
    """A notice that cannot be put into words keeps no other waiting, and is tried again."""
    await stores.notices.add(notice(1), notice(2))
    told: list[str] = []
    fails = True

    async def tell(notices: Sequence[Notice]) -> bool:
        if fails and notices[0].notice_id == notice(1).notice_id:
            raise LookupError
        told.append(notices[0].notice_id)
        return True

    process = Process(stores)
    process.now = await process.notifying.run(tell)
    assert told == [notice(2).notice_id]
    assert "LookupError" in caplog.text
    fails = False
    await process.notifying.run(tell)
    assert told == [notice(2).notice_id, notice(1).notice_id]


async def test_together(stores: Stores) -> None:
    """What a member lost in one list for one reason is told in one message; another list, or member, has its own."""
    lapse: dict[str, Any] = {"kind": NoticeKind.LAPSE, "facts": {"why": "closed"}}
    await stores.notices.add(
        notice(1, **lapse),
        notice(2, **lapse),
        notice(3, **lapse | {"list_id": "other"}),
        notice(4, **lapse | {"member_id": 5}),
        notice(5, **lapse | {"facts": {"why": "no owner"}}),
    )
    process = Process(stores)
    await process.run()
    ids = [notice(number).notice_id for number in range(1, 6)]
    assert sorted(process.sent) == [ids[:2], *([one] for one in ids[2:])]
    assert await noticed(stores) == []


async def test_no_private_messages(stores: Stores) -> None:
    """Who wants no private messages gets none; what they were promised goes to the channel it was promised for."""
    process = Process(stores)
    await process.private.switch(ADA, on=False)
    assert not await process.private.are_wanted(ADA)
    promised = notice(2, kind=NoticeKind.SETTLED, channel_ids=(7,))
    await stores.notices.add(notice(1), promised, notice(3, member_id=5))
    got: list[Notice] = []

    async def tell(notices: Sequence[Notice]) -> bool:
        got.extend(notices)
        return True

    await process.notifying.run(tell)
    assert {one.notice_id: one.member_id for one in got} == {promised.notice_id: None, notice(3).notice_id: 5}
    assert await noticed(stores) == []
    await process.private.switch(ADA, on=True)
    assert await process.private.are_wanted(ADA)


def test_nonce() -> None:
    """The same for the same notices in any order, another for others, and as long as Discord takes at most."""
    one, other = notice(1), notice(2)
    assert nonce_of([one, other]) == nonce_of([other, one])
    assert len({nonce_of([one]), nonce_of([other]), nonce_of([one, other])}) == 3
    assert len(nonce_of([one])) <= 25
