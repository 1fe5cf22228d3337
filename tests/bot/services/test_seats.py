"""Seats in the Spotify app: counted, waited for, asked back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.services.clock import Alarm
from bot.services.leases import LeaseKeeper
from bot.services.seats import ASKED, KEPT, TIDY, WAITING, Freed, Holder, SeatCount, Seats, Waiting
from bot.stores.notices import NoticeKind
from tests.bot.link_desk import ADA, GRACE

if TYPE_CHECKING:
    from bot.stores import Account, Stores
    from tests.bot.link_desk import Time

LATER = timedelta(hours=1)
OPERATOR = 77


def seats_of(stores: Stores, time: Time) -> Seats:
    """As another process has them."""
    return Seats(
        stores.accounts,
        stores.values,
        stores.notices,
        LeaseKeeper(stores.leases, now=time.now),
        limit=2,
        operator_ids=lambda: [OPERATOR],
        now=time.now,
        woken=Alarm(),
    )


@pytest.fixture
def seats(each_stores: Stores, time: Time) -> Seats:
    return seats_of(each_stores, time)


async def test_count(seats: Seats, each_stores: Stores, account: Account) -> None:
    """Linked accounts are counted, and the app is full when all seats are taken."""
    assert await seats.count() == SeatCount(0, 2)
    await each_stores.accounts.link(account)
    assert await seats.count(ADA) == SeatCount(1, 2, has_one=True)
    assert await seats.count(GRACE) == SeatCount(1, 2)
    await each_stores.accounts.link(replace(account, member_id=GRACE, account_id="grace"))
    assert (await seats.count()).is_full


def test_no_limit() -> None:
    """Without a limit the app is never full."""
    assert not SeatCount(1_000, 0).is_full


async def test_waiting(seats: Seats, each_stores: Stores, time: Time) -> None:
    """Whoever was turned away waits, longest first, since their latest try, and not for more than 30 days."""
    await seats.refused(ADA)
    first = time.now()
    time.pass_by(hours=1)
    await seats.refused(GRACE)
    assert await seats.waiting() == (Waiting(ADA, first), Waiting(GRACE, first + LATER))
    time.pass_by(hours=1)
    await seats.refused(ADA)
    assert [one.member_id for one in await seats.waiting()] == [GRACE, ADA]
    time.moment = first + LATER + KEPT
    assert [one.member_id for one in await seats.waiting()] == [ADA]
    assert await seats.tidy() == time.now() + TIDY
    assert [*await each_stores.values.starting(WAITING)] == [f"{WAITING}{ADA}"]


async def test_let_in(seats: Seats) -> None:
    """Whoever links waits no longer; others still do."""
    await seats.refused(ADA)
    await seats.refused(GRACE)
    await seats.linked(ADA)
    assert [one.member_id for one in await seats.waiting()] == [GRACE]
    assert await seats.waiting_since(ADA) is None


async def test_asked_back(seats: Seats, each_stores: Stores, account: Account, time: Time) -> None:
    """Only a seat somebody has can be asked back; asked twice in a day, they get one message."""
    assert not await seats.ask_back(ADA)
    assert await each_stores.notices.next() is None
    await each_stores.accounts.link(account)
    assert await seats.ask_back(ADA)
    assert await seats.ask_back(ADA)
    (notice,) = await each_stores.notices.due(time.now(), limit=5)
    assert (notice.member_id, notice.channel_ids) == (ADA, ())
    (holder,) = await seats.holders()
    assert holder == Holder(ADA, holder.since, await seats.asked_back(ADA))
    assert holder.asked_at == time.now()


async def test_given_back(seats: Seats, each_stores: Stores, account: Account, time: Time) -> None:
    """Whoever runs the bot is told once who unlinked after being asked; it's listed until they link, or for 30 days."""
    await each_stores.accounts.link(account)
    await seats.unlinked(ADA)
    assert await each_stores.notices.next() is None
    await seats.ask_back(ADA)
    asked_at = time.now()
    (asking,) = await each_stores.notices.due(time.now(), limit=5)
    await each_stores.notices.done(asking, asked_at)
    time.pass_by(hours=1)
    await seats.unlinked(ADA)
    await seats.unlinked(ADA)
    (notice,) = await each_stores.notices.due(time.now(), limit=5)
    assert (notice.kind, notice.member_id) == (NoticeKind.SEAT_FREE, OPERATOR)
    assert notice.notice_id == f"seat free:{OPERATOR}:{asked_at.isoformat()}"
    assert notice.facts == {"asked": asked_at.isoformat()}
    assert await seats.freed() == (Freed(ADA, asked_at),)
    await seats.tidy()
    assert await seats.freed() != ()
    time.moment = asked_at + KEPT
    await seats.tidy()
    assert await each_stores.values.starting("seat ") == {}


async def test_given_back_and_erased(seats: Seats, each_stores: Stores, account: Account) -> None:
    """After all their data is deleted nothing says who it was; that a seat can be freed is told all the same."""
    await each_stores.accounts.link(account)
    await seats.ask_back(ADA)
    await seats.unlinked(ADA)
    await seats.forget(ADA)
    assert await each_stores.values.starting("seat ") == {}
    assert await seats.freed() == ()


async def test_left(seats: Seats, each_stores: Stores, account: Account) -> None:
    """A link that ended by itself, after the seat was asked back, is told like an unlink."""
    await each_stores.accounts.link(account)
    await seats.ask_back(ADA)
    await seats.tidy()
    assert await seats.asked_back(ADA) is not None
    await each_stores.accounts.unlink(ADA)
    await seats.tidy()
    assert await each_stores.values.starting(ASKED) == {}
    assert [one.member_id for one in await seats.freed()] == [ADA]


async def test_two_processes(seats: Seats, each_stores: Stores, time: Time) -> None:
    """Of two processes one tidies; if it dies, the other does once its claim is over."""
    other = seats_of(each_stores, time)
    await seats.tidy()
    too_long = (time.now() - KEPT).isoformat()
    await each_stores.values.put(f"{WAITING}{ADA}", too_long)
    time.pass_by(hours=11)
    await other.tidy()
    assert await other.waiting_since(ADA) is not None
    time.pass_by(hours=1)
    await other.tidy()
    assert await other.waiting_since(ADA) is None
